#!/usr/bin/env bash
# Release binaries in target/release: signalbox and signalbox-desktop.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh window
scripts/page.sh
say "Building the release binaries"
cargo build --release --locked -p signalbox -p signalbox-desktop --features signalbox-desktop/custom-protocol
say "Built: target/release/signalbox and target/release/signalbox-desktop"
