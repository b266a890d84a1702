#!/usr/bin/env bash
# Opens Signalbox with 4 simulated iPhones; without a display, does the main job in the terminal.
source "$(dirname "$0")/lib.sh"

if has_display; then
    scripts/setup.sh window
    scripts/page.sh
    say "Building Signalbox (the first time takes some minutes)"
    cargo build --locked -p signalbox -p signalbox-desktop --features signalbox-desktop/custom-protocol
    say "Opening the window, with 4 simulated iPhones"
    exec target/debug/signalbox-desktop
fi

scripts/setup.sh cli
say "Building the command line (the first time takes some minutes)"
cargo build --locked -p signalbox
say "No display here: running the example lists on 4 simulated iPhones in the terminal"
target/debug/signalbox run --accounts examples/accounts.csv --tasks examples/tasks.csv \
    --simulate 4 --fresh --data-dir target/demo --out interactions.csv
say "Every recorded outcome is in interactions.csv"
