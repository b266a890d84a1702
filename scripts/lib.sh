# Shared by the scripts beside it; not run by itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The whole workspace is always built with these, so that every step finds what the one before built.
WORKSPACE=(--workspace --locked --features signalbox-desktop/custom-protocol)
export WORKSPACE

say() { printf '\n==> %s\n' "$*"; }

fail() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

on_macos() { [ "$(uname -s)" = Darwin ]; }

# Whether a window can be opened here.
has_display() { on_macos || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }
