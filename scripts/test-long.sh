#!/usr/bin/env bash
# The tests that take long: ignored by `cargo test`, and named long_… so that they can be asked for.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh window
scripts/page.sh
say "Building"
cargo build "${WORKSPACE[@]}" --lib --bins --tests
say "Long tests"
cargo test "${WORKSPACE[@]}" --tests --no-fail-fast -- --ignored --nocapture --test-threads 1 long_
