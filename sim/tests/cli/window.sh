#!/usr/bin/env bash
# What `leasehold-sim replay` can be narrowed to: a window of the timeline, some of the invariants.
# usage: window.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

expect 0 replay "$story" --from 4s --to 6s --process A
check printed 'A  is suspended'
check printed_not 'A  runs again'
check printed_not 'wants the lock'
check printed_not '!!! I1'
check printed 'outside the window: '
# Verdicts are those of the whole run.
check printed 'I1 no overlap: broken, as expected'
expect 0 replay "$story" --process B --process A
check printed 'A  is suspended'
check printed 'B  has a guard of term 2'
# Who asks for a window wants to see it, of many files too.
expect 0 replay scenarios/clocks --to 1s
check printed 'outside the window: '

refuses '--from: found "5"; accepted: a duration from 0 on with its unit' replay "$story" --from 5
refuses '--to: found "-5ms"; accepted: a duration' replay "$story" --to=-5ms
refuses '--from 6s lies after --to 5s' replay "$story" --from 6s --to 5s
refuses "--process: found \"Z\"; accepted in $story: \"A\", \"B\"" replay "$story" --process Z
for output in --json --hash --trace -q; do
  refuses 'excludes' replay "$story" --from 5s "$output"
done
refuses 'excludes' replay "$story" --trace --json

# An invariant that is broken and was not expected to be, beside one that was never put to the test.
sed 's/"holds": \["I3"\], "violates": \["I1", "I13"\]/"holds": ["I9"]/' "$story" >"$folder/broken.json"
check grep -qF '"holds": ["I9"]' "$folder/broken.json"
mode=(--algorithm answer-anchored)
expect 1 replay "$folder/broken.json" "${mode[@]}"
expect 2 replay "$folder/broken.json" "${mode[@]}" --only I9
check printed_not 'I1 '
check printed_not '!!!'
expect 1 replay "$folder/broken.json" "${mode[@]}" --only I9,I1
check printed '!!! I1 no overlap'
check printed_not 'I13'
expect 0 replay "$folder/broken.json" "${mode[@]}" --only I3 --only I2
check printed 'I3 terms'
expect 1 replay "$folder/broken.json" "${mode[@]}" --only I1 --json
check is_json
check printed_not '"I13"'
refuses '--only: found "I99"; accepted: "I1", ' replay "$story" --only I1,I99
refuses '--only: found "i5"; accepted: "I1", ' replay "$story" --only i5
verdict
