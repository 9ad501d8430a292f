#!/usr/bin/env bash
# `leasehold-sim diff` and the traces that it reads. usage: diff.sh PATH_OF_LEASEHOLD_SIM, from the
# root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
other=scenarios/pauses/b02_pause_both_hold.json

expect 0 diff "$story" "$story"
check printed 'the same: '

# One file under two algorithms: both events, and what came before.
expect 4 diff "$story" --algorithm leasehold --algorithm answer-anchored
check printed "< $story under leasehold"
check printed "> $story under answer-anchored"
check printed 'event 9 differs in until_ns (14999999999, 15020000000)'
check printed '<          20.000 ms  A  would believe in term 1 until 14999.999999 ms'
check printed '>          20.000 ms  A  would believe in term 1 until 15020.000 ms'
check printed '           20.000 ms  A  has a guard of term 1'
check printed_not 'wants the lock'
check test "$(wc -l <"$folder/out")" -eq 9
expect 4 diff "$story" --algorithm leasehold --algorithm answer-anchored --context 0
check test "$(wc -l <"$folder/out")" -eq 6
expect 4 diff "$story" --algorithm leasehold --algorithm answer-anchored --context 100
check printed 'wants the lock'
expect 4 diff "$story" --algorithm leasehold --algorithm answer-anchored --json
check is_json
check printed '"event": 9'
expect 0 diff "$story" "$story" --json
check is_json

# Two files; identifiers are drawn from the seed and part first.
sed 's/"seed": [0-9]*/"seed": 77/' "$story" >"$folder/seed.json"
expect 4 diff "$story" "$folder/seed.json"
check printed 'differs in owner ('
expect 0 diff "$story" "$folder/seed.json" --ignore owner
sed 's/"for": "700ms"/"for": "701ms"/' "$other" >"$folder/longer.json"
expect 4 diff "$other" "$folder/longer.json" --algorithm matrix-sdk
check printed "> $folder/longer.json under matrix-sdk"
check printed 'A  runs again'

# Traces: of one run, of several, and beside a scenario.
expect 0 replay --trace scenarios
cp "$folder/out" "$folder/all.trace"
expect 0 diff "$folder/all.trace" "$folder/all.trace"
check grep -qE "^the same: [0-9]+ events of $(grep -c '"leasehold_trace"' "$folder/all.trace") runs" "$folder/out"
expect 0 replay --trace --algorithm matrix-sdk "$story"
cp "$folder/out" "$folder/one.trace"
expect 0 diff "$folder/one.trace" "$story"
expect 0 diff "$story" "$folder/one.trace" --algorithm matrix-sdk
expect 4 diff "$folder/one.trace" "$story" --algorithm matrix-sdk --algorithm leasehold
cat "$folder/one.trace" "$folder/one.trace" >"$folder/twice.trace"
expect 4 diff "$folder/one.trace" "$folder/twice.trace"
check printed 'only the second goes on'
expect 4 diff "$folder/twice.trace" "$folder/one.trace" --json
check is_json

refuses 'recorded under "matrix-sdk"' diff "$folder/one.trace" "$story" --algorithm leasehold
refuses 'this program does not know' diff <(sed '1s/matrix-sdk/elsewhere/' "$folder/one.trace") "$story"
head -n 20 "$folder/one.trace" >"$folder/cut.trace"
refuses 'cut.trace:20: /: the run has no end' diff "$folder/cut.trace" "$story"
sed '5s/"at_ns":[0-9]*/"at_ns":1/' "$folder/one.trace" >"$folder/changed.trace"
refuses 'the file was changed' diff "$story" "$folder/changed.trace"
sed '5s/"kind":"[a-z_]*"/"kind":"sennt"/' "$folder/one.trace" >"$folder/misspelt.trace"
refuses 'misspelt.trace:5: /kind: found "sennt"' diff "$folder/misspelt.trace" "$story"
refuses 'FILE is required' diff
refuses 'found 1 files and 0 algorithms; accepted: two files' diff "$story"
refuses 'found 1 files and 1 algorithms' diff "$story" --algorithm leasehold
refuses 'found 3 files' diff "$story" "$story" "$story"
refuses 'no such file' diff "$story" "$folder/not-there.json"
refuses 'not a file' diff "$folder" "$story"
refuses '/faults/0/how' diff "$story" sim/tests/bad/unknown_how.json
refuses 'did you mean "leasehold"?' diff "$story" --algorithm leasehlod --algorithm matrix-sdk
refuses 'did you mean "owner"?' diff "$story" "$story" --ignore ownr
refuses '--context' diff "$story" "$story" --context -1
verdict
