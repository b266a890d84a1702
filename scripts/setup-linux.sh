#!/usr/bin/env bash
# Linux: looks for what is needed itself, and installs the Debian packages of what is missing:
# setup-linux.sh cli|window|test|clients|bench|peers
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

has_postgres() { found postgres || ls /usr/lib/postgresql/*/bin/postgres; }

unless build-essential found cc
unless build-essential found make
if [ "$1" = window ] || [ "$1" = test ]; then
    unless pkg-config found pkg-config
    unless libwebkit2gtk-4.1-dev pkg-config --exists webkit2gtk-4.1
    unless fonts-dejavu-core has_font
fi
if [ "$1" = test ]; then
    unless webkit2gtk-driver found WebKitWebDriver
    unless chromium found chromium
    unless chromium-driver found chromedriver
    unless xvfb found Xvfb
    unless xdotool found xdotool
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
    unless libreoffice-calc found soffice
fi
if [ "$1" = bench ]; then
    unless sqlite3 found sqlite3
fi
if [ "$1" = peers ]; then
    unless postgresql has_postgres
    unless redis-server found redis-server
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
# Servers that are installed for their programs alone are not to start: Debian asks this file.
policy=/usr/sbin/policy-rc.d
if [ "$1" = peers ] && [ ! -e "$policy" ]; then
    end() { "${as_root[@]+"${as_root[@]}"}" rm -f "$policy"; }
    trap end EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]+"${as_root[@]}"}" tee "$policy" >/dev/null
    "${as_root[@]+"${as_root[@]}"}" chmod 755 "$policy"
fi
apt update
apt install --no-install-recommends "${packages[@]}"
