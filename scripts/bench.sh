#!/usr/bin/env bash
# How fast it is, beside what it could be at most: every benchmark, then one table of them all.
# Each part prints its rows as JSON; what else they say goes to stderr.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh bench
say "Building for speed"
cargo build --release --locked -p signalbox -p signalbox-measure
mkdir -p target/bench
rows=target/bench/rows.jsonl
: >"$rows"

# Each crate's own benchmarks, by crate and name.
bench() {
    say "$1: $2"
    cargo bench --quiet --locked -p "$1" --bench "$2" | tee -a "$rows" >/dev/null
}

for manifest in src-tauri/*/Cargo.toml tests/Cargo.toml; do
    crate="$(sed -n 's/^name = "\(.*\)"/\1/p' "$manifest" | head -n 1)"
    for name in $(awk '/^\[\[bench\]\]/ { getline; gsub(/name = |"/, ""); print }' "$manifest"); do
        # It needs a display and an app of its own: make bench-window.
        [ "$name" != window ] || continue
        bench "$crate" "$name"
    done
done

say "All of it"
target/release/signalbox-measure <"$rows"
