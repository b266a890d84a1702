#!/bin/sh
# The simulator as the test suite runs it: worlds without a broken promise, then every planted bug
# found. The wrong builds have a target folder of their own, so that nothing else is rebuilt.
#
#   tests/simulation/run.sh [STEPS] [SEED]
set -eu
cd "$(dirname "$0")/../.."
steps=${1:-20000000}
seed=${2:-1}
simulate() {
    cargo run --quiet --locked --profile simulation -p signalbox-simulation "$@"
}
echo "simulation: $steps steps of seed $seed"
simulate -- --steps "$steps" --seed "$seed"
echo "simulation: planted bugs, median steps of 11 seeds"
RUSTFLAGS="--cfg planted" simulate --target-dir target/planted -- hunt --seeds 11 --steps 10000000
