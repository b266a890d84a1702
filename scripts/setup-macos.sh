#!/usr/bin/env bash
# macOS: Xcode's command line tools bring the compiler and the frameworks; nothing else is needed.
source "$(dirname "$0")/lib.sh"

xcode-select -p >/dev/null 2>&1 || fail "Xcode's command line tools are missing." \
    "Run: xcode-select --install" "then this again."
