#!/usr/bin/env bash
# The world's clients that are not Debian packages, against simulated phones: every
# tests/clients/*.sh, or those that are named: scripts/test-clients.sh pymobiledevice3
#
# Each finds in its environment SOCKET (the usbmux socket), ADDRESS (the same as 127.0.0.1:PORT)
# and UDIDS (of the three phones), installs what it needs under target/clients, and fails when the
# phones are not what it expects.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh clients
cargo build --locked -p signalbox

place="$(mktemp -d /tmp/signalbox-clients-XXXXXX)"
phones=
end() {
    [ -z "$phones" ] || kill "$phones" 2>/dev/null || true
    [ -z "$phones" ] || wait "$phones" 2>/dev/null || true
    rm -rf "$place"
}
trap end EXIT

SOCKET="$place/phones"
mkfifo "$place/told"
target/debug/signalbox simulate 3 --socket "$SOCKET" --tcp 0 --world "$place/world" \
    >"$place/told" &
phones=$!
# The serials and then the address are printed once everything is open.
UDIDS=
ADDRESS=
while read -r line; do
    case "$line" in
        127.0.0.1:*) ADDRESS="$line" && break ;;
        *) UDIDS="$UDIDS $line" ;;
    esac
done <"$place/told"
[ -n "$ADDRESS" ] || fail "The simulated phones did not start."
export SOCKET ADDRESS UDIDS

names=("$@")
if [ "${#names[@]}" -eq 0 ]; then
    for file in tests/clients/*.sh; do names+=("$(basename "$file" .sh)"); done
fi
for name in "${names[@]}"; do
    say "$name"
    "tests/clients/$name.sh" || fail "$name does not take the simulated phones for real ones."
done
# Those of Node bring a phone of their own.
if [ $# -eq 0 ]; then
    scripts/clients-node.sh
    names+=(webdriver Appium)
    say "LibreOffice reads an export"
    SIGNALBOX_NEEDS_SPREADSHEET=1 cargo test --locked -q -p signalbox-engine --lib spreadsheet
    names+=(LibreOffice)
fi
say "All clients passed: ${names[*]}"
