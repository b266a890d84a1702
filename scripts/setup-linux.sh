#!/usr/bin/env bash
# Linux: looks for what is needed itself, and installs the Debian packages of what is missing:
# setup-linux.sh cli|window|test|clients|bench
source "$(dirname "$0")/lib.sh"

missing=()

# Asks for package $1 unless the command that follows succeeds.
unless() {
    local package="$1"
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

found() { command -v "$1" || command -v "/usr/sbin/$1"; }
has_font() { [ -n "$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ]; }

unless build-essential found cc
unless build-essential found make
if [ "$1" = window ] || [ "$1" = test ]; then
    unless pkg-config found pkg-config
    unless libwebkit2gtk-4.1-dev pkg-config --exists webkit2gtk-4.1
    unless fonts-dejavu-core has_font
fi
if [ "$1" = test ]; then
    unless webkit2gtk-driver found WebKitWebDriver
    unless xvfb found Xvfb
    unless xauth found xauth
    unless dbus found dbus-run-session
    unless libimobiledevice-utils found ideviceinfo
    unless libusbmuxd-tools found iproxy
    unless curl found curl
fi
if [ "$1" = clients ]; then
    unless python3 found python3
    unless python3-venv python3 -c 'import ensurepip, venv'
    unless curl found curl
fi
if [ "$1" = bench ]; then
    unless sqlite3 found sqlite3
fi
[ "${#missing[@]}" -gt 0 ] || exit 0

packages=($(printf '%s\n' "${missing[@]}" | sort -u))
command -v apt-get >/dev/null || fail "Missing: ${packages[*]}" \
    "These are Debian's names; install what your system calls them, then run this again."

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Missing: ${packages[*]}" \
        "Run as root: apt-get install ${packages[*]}" "then this again."
    as_root=(sudo)
fi

say "Installing Debian packages: ${packages[*]}"
apt() {
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}
apt update
apt install --no-install-recommends "${packages[@]}"
