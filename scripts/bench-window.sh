#!/usr/bin/env bash
# The window at its limits: 10,000 accounts, 100,000 tasks and 500 changes a second in the product's
# own page with a made-up engine behind it, ten minutes long; and how soon the real one is painted.
#   MINUTES  how long it is fed (10)
source "$(dirname "$0")/lib.sh"

if on_macos; then fail "macOS offers no WebDriver for WKWebView; this is measured on Linux."; fi
scripts/setup.sh test
fed=target/release/fed
mkdir -p "$fed"
app=(-p signalbox-desktop --features signalbox-desktop/custom-protocol)

say "Building the page with a made-up engine, and a window around it"
(cd ui && npx vite build --logLevel error --config feeder/vite.config.ts)
TAURI_CONFIG='{"build":{"frontendDist":"target/feeder-page"}}' cargo build --release --locked "${app[@]}"
cp target/release/signalbox-desktop "$fed/"

say "Building the real one"
scripts/page.sh
cargo build --release --locked -p signalbox "${app[@]}"

say "Measuring"
mkdir -p target/bench
xvfb-run --auto-servernum --server-args='-screen 0 1400x900x24' \
    cargo bench --quiet --locked -p signalbox-tests --bench window -- "${MINUTES:-10}" | tee target/bench/window.md
