#!/usr/bin/env bash
# Takes docs/screenshots anew: every screen, light and dark, empty and with a data set, 1280 by 800.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh test
scripts/page.sh
cargo build --locked -p signalbox
say "Taking pictures of every screen"
SIGNALBOX_SCREENSHOTS="$PWD/docs/screenshots" \
    cargo test --locked -p signalbox-tests --test desktop -- --ignored --nocapture --exact shots::of_every_screen
say "Taken: $(ls docs/screenshots/*.png | wc -l), the largest $(du -b docs/screenshots/*.png | sort -n | tail -n 1 | cut -f 1) bytes"
