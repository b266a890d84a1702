#!/usr/bin/env bash
# The API against its own document: Schemathesis makes requests from it, good and bad, one by one and
# following its links, and checks every answer. Before that the data set gets a little of everything,
# whose ids it is given as examples (tests/conformance/prepare.py). What it is not asked, and why,
# stands in tests/conformance/schemathesis.toml. Arguments go to it: scripts/test-api.sh --seed 7
source "$(dirname "$0")/lib.sh"

version=4.32.5
root="$PWD"
tool="target/conformance/schemathesis-$version"

scripts/setup.sh clients
# The stamp comes last, so that a broken installation is made again.
if [ ! -e "$tool/installed" ]; then
    rm -rf "$tool"
    python3 -m venv "$tool"
    "$tool/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
    touch "$tool/installed"
fi
cargo build --locked -p signalbox

place="$(mktemp -d /tmp/signalbox-api-XXXXXX)"
server=
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$place"
}
trap end EXIT

mkfifo "$place/told"
target/debug/signalbox serve --simulate 5 --scenario tests/conformance/scenario.toml \
    --data-dir "$place/data" >"$place/told" 2>"$place/log" &
server=$!
read -r line <"$place/told" || fail "The server did not start." "$(cat "$place/log")"
SIGNALBOX_URL="$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["url"])' "$line")"
SIGNALBOX_TOKEN="$(cat "$place/data/api-token")"
export SIGNALBOX_URL SIGNALBOX_TOKEN

say "Accounts, tasks, lists and the rest, in all their states"
python3 tests/conformance/prepare.py "$place/openapi.json"

failed=
# It keeps what it found beside where it runs: not in the tree.
(
    cd "$place"
    "$root/$tool/bin/st" --config-file "$root/tests/conformance/schemathesis.toml" \
        run "$place/openapi.json" --url "$SIGNALBOX_URL" \
        --phases examples,coverage,fuzzing,stateful --max-examples 50 \
        --request-timeout 30 --continue-on-failure \
        --report har --report-har-path "$place/told.har" "$@"
) || failed=1
python3 tests/conformance/reached.py "$place/openapi.json" "$place/told.har"
[ -z "$failed" ] || fail "The API is not as its document says: see above."
kill -0 "$server" 2>/dev/null || fail "The server ended meanwhile." "$(tail -n 20 "$place/log")"
say "The API is as its document says."
