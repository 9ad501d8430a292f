#!/usr/bin/env bash
# `leasehold-sim explore`. usage: explore.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

expect 0 explore
check printed 'host_clock, 2 processes, 1 in flight each'
check printed 'exhausted: there are no other states within these limits'
check printed 'hold in all: I1 I3 I5'
check grep -qE '^[0-9,]+ states, [0-9,]+ transitions .*depth [0-9]+$' "$folder/out"
check test "$(wc -l <"$folder/err")" -eq 1
cp "$folder/out" "$folder/first"
expect 0 explore --processes 2 --authority host_clock
check cmp -s "$folder/out" "$folder/first"
expect 0 explore --no-symmetry --authority observation
check printed 'no symmetry'

# What was not exhausted is not called so.
expect 0 explore --states 50
check printed 'NOT exhausted'
check printed 'hold so far'
check printed_not 'hold in all'
expect 0 explore --depth 3
check printed 'NOT exhausted'

refuses '--authority: found "wall_clock"; accepted: "host_clock", "store_clock", "observation"' explore --authority wall_clock
refuses '--processes' explore --processes 4
refuses '--in-flight' explore --in-flight 0
refuses '--drops' explore --drops many
refuses 'found "--bogus"' explore --bogus
verdict
