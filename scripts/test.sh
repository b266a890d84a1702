#!/usr/bin/env bash
# The whole suite. Each thing is built once: every cargo step selects the whole workspace with the
# same features, so that it finds what the one before left.
source "$(dirname "$0")/lib.sh"

started="$SECONDS"
step() {
    [ -z "${step_name:-}" ] || printf '    (%s s)\n' "$((SECONDS - step_started))"
    step_name="$1" step_started="$SECONDS"
    say "$1"
}

# cargo-nextest is quicker where it is installed; cargo test does the same.
run_tests() {
    if command -v cargo-nextest >/dev/null; then
        cargo nextest run "${WORKSPACE[@]}" --no-fail-fast
    else
        cargo test "${WORKSPACE[@]}" --lib --bins --tests --no-fail-fast
    fi
}

# WebKitWebDriver drives the real window; macOS has no driver for its web view.
test_window() {
    local test=(cargo test "${WORKSPACE[@]}" --test desktop -- --ignored --nocapture)
    if on_macos; then
        echo "    left out: macOS offers no WebDriver for WKWebView"
        return
    fi
    xvfb-run --auto-servernum --server-args='-screen 0 1400x900x24' "${test[@]}"
}

scripts/setup.sh test

step "Format"
cargo fmt --all --check

step "Page: types, tests, build"
npm --prefix ui run --silent check
npm --prefix ui run --silent test
scripts/page.sh

step "Clippy"
cargo clippy "${WORKSPACE[@]}" --all-targets -- -D warnings

step "Build"
cargo build "${WORKSPACE[@]}" --lib --bins --tests

step "Rust tests"
run_tests
! on_macos || echo "    left out: tests/tests/clients.rs, the tools of libimobiledevice are not from Apple"

step "Seeded simulator"
tests/simulation/run.sh

step "Window"
test_window

printf '    (%s s)\n' "$((SECONDS - step_started))"
say "All passed in $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"
