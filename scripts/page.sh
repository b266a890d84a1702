#!/usr/bin/env bash
# Builds the page into ui/dist, again only when something in ui/ or examples/ is newer.
source "$(dirname "$0")/lib.sh"

built=ui/dist/index.html
if [ -f "$built" ]; then
    newer="$(find ui examples -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -newer "$built" -print -quit)"
    [ -n "$newer" ] || exit 0
fi
say "Building the page"
npm --prefix ui run --silent build
