#!/usr/bin/env bash
# What a lock costs a command: `leasehold run -- true` beside `flock FILE true`, in turns.
# Usage: run_bench.sh LEASEHOLD [ROUNDS]
set -euo pipefail
leasehold=$1 rounds=${2:-200}
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT
cd "$where"
# Microseconds that a command takes.
took() {
  local began=${EPOCHREALTIME/[.,]/}
  "$@"
  echo $((${EPOCHREALTIME/[.,]/} - began))
}
for ((round = 0; round < rounds; round++)); do
  took flock file true >>flock
  took "$leasehold" run --store sqlite:locks.db --key k -- true >>leasehold
done
median() { sort -n "$1" | sed -n "$((rounds / 2 + 1))p"; }
late() { sort -n "$1" | sed -n "$((rounds * 99 / 100 + 1))p"; }
for what in flock leasehold; do
  echo "$what: median $(median $what) us, p99 $(late $what) us"
done
echo "ratio of the medians: $(($(median leasehold) * 10 / $(median flock)))/10"
