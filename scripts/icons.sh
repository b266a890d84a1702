#!/usr/bin/env bash
# Makes every size of the app's icon from icons/signalbox.svg: run it after the drawing was changed.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh window
made="$(mktemp -d)"
trap 'rm -rf "$made"' EXIT
say "Drawing the icon in all sizes"
ui/node_modules/.bin/tauri icon --output "$made" icons/signalbox.svg >/dev/null
# What this app is not built for (phones, the shop of Windows) stays out.
for name in 32x32.png 64x64.png 128x128.png 128x128@2x.png icon.png icon.icns icon.ico; do
    cp "$made/$name" "icons/$name"
done
say "Made: $(ls icons | tr '\n' ' ')"
