#!/usr/bin/env bash
# Clients that others wrote, against simulated iPhones: Appium's XCUITest driver with a
# WebDriverAgent that runs already, and the webdriver package straight to it.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh window
for client in webdriver appium; do
    folder="tests/clients/$client" stamp="tests/clients/$client/node_modules/.installed-lock"
    cmp -s "$folder/package-lock.json" "$stamp" && continue
    say "Installing $client (npm ci)"
    npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund
    cp "$folder/package-lock.json" "$stamp"
done
cargo build --locked -p signalbox

place="$(mktemp -d)"
printf 'handle\nanna\nbert\n' >"$place/accounts.csv"
target/debug/signalbox simulate 1 --socket "$place/usbmuxd" --accounts "$place/accounts.csv" \
    --sim-latency-ms 0 >"$place/udids" &
phones=$!
trap 'kill "$phones" 2>/dev/null || true; wait "$phones" 2>/dev/null || true; rm -rf "$place"' EXIT
for _ in $(seq 100); do
    [ ! -s "$place/udids" ] || break
    kill -0 "$phones" || fail "The simulated iPhone did not start."
    sleep 0.1
done
udid="$(head -n 1 "$place/udids")"

for client in webdriver appium; do
    say "A phone with $client"
    node "tests/clients/$client/run.js" "$place/usbmuxd" "$udid"
done
