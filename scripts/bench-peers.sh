#!/usr/bin/env bash
# Other programs that keep queues, on the same work as the engine and in turn with it:
# graphile-worker on PostgreSQL, BullMQ on Redis, apalis-sqlite. What they need is installed; the
# servers are started in a temporary directory and thrown away, and none that runs is touched.
#   ROUNDS  how often each is measured (3)
source "$(dirname "$0")/lib.sh"

scripts/setup.sh peers
stamp=tests/peers/node_modules/.installed-lock
if ! cmp -s tests/peers/package-lock.json "$stamp"; then
    say "Installing graphile-worker and BullMQ (npm ci)"
    npm --prefix tests/peers ci --ignore-scripts --no-audit --no-fund
    cp tests/peers/package-lock.json "$stamp"
fi

node --test --test-reporter=dot tests/peers/table.test.js

say "Building for speed"
cargo build --release --locked --manifest-path tests/peers/apalis/Cargo.toml --target-dir target/peers
# Cargo says where a benchmark's program is.
engine="$(cargo bench --locked -p signalbox-engine --bench engine --no-run --message-format=json \
    | sed -n 's/.*"executable":"\([^"]*\/engine-[^"]*\)".*/\1/p' | tail -n 1)"
[ -x "$engine" ] || fail "The engine's benchmark was not built."

say "Measuring"
mkdir -p target/bench
# PostgreSQL runs as another user where this one is root.
place="$(mktemp -d)"
chmod 755 "$place"
trap 'rm -rf "$place"' EXIT
TMPDIR="$place" node tests/peers/run.js "$engine" target/peers/release/signalbox-peer-apalis "${ROUNDS:-3}" \
    | tee target/bench/peers.md
