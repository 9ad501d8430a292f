#!/usr/bin/env bash
# What `leasehold-sim explain` prints, and what it refuses.
# usage: explain.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

expect 0 explain "$story"
check printed 'the laptop sleeps'
check printed 'A is suspended for 600 s; its monotonic clock stops'
check printed 'no invariant is broken'
check printed 'broken: I1 no overlap: B believes in term 2 from 18.300000000 s'
check printed 'expected to be broken: I5 loss is told'
check printed "See it: leasehold-sim timeline $story"
expect 0 explain "$story" --algorithm leasehold
check printed_not 'under matrix-sdk'

# Every story can be told.
while read -r file; do
  expect 0 explain "$file" --algorithm leasehold
  check printed 'What goes wrong'
done < <(find scenarios -name '*.json' ! -name schema.json)

refuses 'no-such.json' explain no-such.json
refuses 'found "leashold"' explain "$story" --algorithm leashold
verdict
