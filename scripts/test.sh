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

# WebKitWebDriver drives the real window; macOS has no driver for its web view. The page in a browser
# is the same on both, where there is a browser's driver. One test after the other: each has the screen.
test_page() {
    local test=(cargo test "${WORKSPACE[@]}" --test desktop --)
    local how=(--ignored --nocapture --test-threads=1)
    if on_macos; then
        echo "    left out: macOS offers no WebDriver for WKWebView, and makes no Debian package"
        if command -v chromedriver >/dev/null; then
            "${test[@]}" "${how[@]}" in_a_browser
        else
            echo "    left out: there is no chromedriver on the PATH"
        fi
        return
    fi
    xvfb-run --auto-servernum --server-args='-screen 0 1400x900x24' "${test[@]}" "${how[@]}"
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

if ! on_macos; then
    step "Debian package"
    scripts/bundle.sh --debug
fi

step "The page, in the window and in a browser"
test_page

printf '    (%s s)\n' "$((SECONDS - step_started))"
say "All passed in $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"
