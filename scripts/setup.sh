#!/usr/bin/env bash
# Makes ready what a target needs, and nothing twice: setup.sh cli|window|test|clients|bench|peers
#   cli     the command line: Rust and a C compiler
#   window  the desktop app: also Node, the page's packages, WebKit
#   test    the test suite: also a display without a screen and WebKit's driver
#   clients the clients of other projects: the command line, Python for those of PyPI, LibreOffice
#   bench   the benchmarks: the command line, and SQLite's own to measure beside
#   peers   the programs that are compared: the command line, Node, PostgreSQL, Redis
source "$(dirname "$0")/lib.sh"

RUST_MIN=1.95
NODE_MIN=20.19

# True when version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
    # A fresh rustup puts cargo where an already open shell does not look.
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        fail "cargo is installed but not on the PATH." 'Run: . "$HOME/.cargo/env"' "then this again."
    fi
    command -v cargo >/dev/null || fail "Rust is missing (cargo is not on the PATH)." \
        "Install Rust $RUST_MIN or newer from https://rustup.rs, open a new shell, then run this again."
    local version
    version="$(cargo --version | awk '{print $2}')"
    at_least "$version" "$RUST_MIN" || fail "Rust is too old: $version; $RUST_MIN or newer is needed." \
        "Run: rustup update stable"
}

need_rust_tools() {
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 && return
    fail "rustfmt or clippy is missing." "Run: rustup component add rustfmt clippy" "then this again."
}

need_node() {
    local hint="Install Node.js $NODE_MIN or newer from https://nodejs.org, open a new shell, then run this again."
    command -v node >/dev/null || fail "Node.js is missing (node is not on the PATH)." "$hint"
    command -v npm >/dev/null || fail "npm is missing; it comes with Node.js." "$hint"
    local version
    version="$(node --version)"
    at_least "${version#v}" "$NODE_MIN" || fail "Node.js is too old: $version; $NODE_MIN or newer is needed." "$hint"
}

# The page's packages, again only when the lock file changed.
need_page_packages() {
    local stamp=ui/node_modules/.installed-lock
    cmp -s ui/package-lock.json "$stamp" && return
    say "Installing the page's packages (npm ci)"
    npm --prefix ui ci --ignore-scripts --no-audit --no-fund
    cp ui/package-lock.json "$stamp"
}

case "${1:-}" in
    cli | window | test | clients | bench | peers) ;;
    *) fail "setup.sh: say what for: cli, window, test, clients, bench or peers" ;;
esac

need_rust
[ "$1" != test ] || need_rust_tools
has_page() { [ "$1" = window ] || [ "$1" = test ]; }
! { has_page "$1" || [ "$1" = peers ]; } || need_node
if on_macos; then
    scripts/setup-macos.sh "$1"
else
    scripts/setup-linux.sh "$1"
fi
! has_page "$1" || need_page_packages
