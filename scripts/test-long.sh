#!/usr/bin/env bash
# What takes too long for every change: two hundred kills of the engine, and many simulated worlds.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh cli
say "Building"
cargo build --locked -p signalbox
say "The engine is killed 200 times in the middle of its work"
KILLS=200 cargo test --locked -p signalbox-tests --test crash -- --nocapture
say "Simulated worlds: 100 million steps, then every planted bug"
tests/simulation/run.sh 100000000
