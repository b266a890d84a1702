#!/usr/bin/env bash
# What people install: a Debian package on Linux, a universal disk image on macOS, each with the app
# and the command line. bundle.sh --debug makes it from the debug programs, for the test of it.
#
# On macOS it is signed and notarised where Tauri's own variables say how: APPLE_SIGNING_IDENTITY,
# APPLE_ID, APPLE_PASSWORD, APPLE_TEAM_ID. Without them it is for this Mac alone.
source "$(dirname "$0")/lib.sh"

CONFIG=src-tauri/bundle.conf.json
BESIDE=target/beside
tauri=(ui/node_modules/.bin/tauri)

# The command line goes into the package beside the app: Tauri looks for it under the target's name.
put_beside() {
    mkdir -p "$BESIDE"
    cp "$1" "$BESIDE/signalbox-$2"
}

if on_macos; then
    target=universal-apple-darwin
    scripts/setup.sh window
    for half in aarch64-apple-darwin x86_64-apple-darwin; do
        [ -d "$(rustc --print sysroot)/lib/rustlib/$half" ] || fail "Rust cannot build for $half here." \
            "Run: rustup target add aarch64-apple-darwin x86_64-apple-darwin" "then this again."
    done
    scripts/page.sh
    say "Building both programs for both kinds of Mac"
    export MACOSX_DEPLOYMENT_TARGET=13.0
    for half in aarch64-apple-darwin x86_64-apple-darwin; do
        cargo build --release --locked --target "$half" -p signalbox
    done
    mkdir -p target/universal
    lipo -create -output target/universal/signalbox target/{aarch64,x86_64}-apple-darwin/release/signalbox
    "${tauri[@]}" build --no-bundle --target "$target" -- --locked -p signalbox-desktop
    put_beside target/universal/signalbox "$target"
    say "Making the disk image"
    "${tauri[@]}" bundle --target "$target" --bundles app,dmg --config "$CONFIG"
    say "Made: $(ls "target/$target"/release/bundle/dmg/*.dmg)"
    exit 0
fi

profile=release options=()
if [ "${1:-}" = --debug ]; then
    profile=debug options=(--debug)
    scripts/setup.sh test
    scripts/page.sh
    cargo build "${WORKSPACE[@]}" --lib --bins
else
    scripts/build.sh
fi
put_beside "target/$profile/signalbox" "$(rustc -vV | sed -n 's/^host: //p')"
made="target/$profile/bundle/deb"
rm -rf "$made"
say "Making the Debian package"
"${tauri[@]}" bundle "${options[@]}" --bundles deb --config "$CONFIG"
say "Made: $(ls "$made"/*.deb)"
