#!/usr/bin/env bash
# `leasehold-sim shrink`. usage: shrink.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

said() { grep -qF -- "$1" "$folder/err"; }

# A violation that the story expects: what comes of it replays as expected.
expect 0 shrink "$story" --invariant I1 -o "$folder/expected.json"
check printed 'I1 no overlap under answer-anchored: '
check printed 'before    after'
check printed 'nothing more can be left out or be rounder'
check printed "replay it: leasehold-sim replay --algorithm answer-anchored $folder/expected.json"
check grep -qF '"violates": ["I1"' "$folder/expected.json"
expect 0 replay -q "$folder/expected.json"
check printed 'as expected'
check test "$(wc -c <"$folder/expected.json")" -lt "$(wc -c <"$story")"

# One that it does not expect: what comes of it expects the invariant to hold, and does not replay so.
sed 's/"violates": \["I1", "I13"\]/"violates": ["I13"]/' "$story" >"$folder/broken.json"
expect 0 shrink "$folder/broken.json" -o "$folder/small.json"
check printed 'I1 no overlap under answer-anchored: '
check grep -qF '"expect": {"answer-anchored": {"holds": ["I1"]}}' "$folder/small.json"
expect 1 replay -q "$folder/small.json"
check printed 'I1 is broken and was expected to hold'
# Shrunk already: again gives the same world.
expect 0 shrink "$folder/small.json" -o "$folder/again.json"
check cmp -s <(grep -vE '"(name|about)":' "$folder/small.json") <(grep -vE '"(name|about)":' "$folder/again.json")

# To stdout goes the scenario and nothing else.
expect 0 shrink "$story" --invariant I13 --algorithm answer-anchored
check is_json
check said 'I13 belief within authority under answer-anchored'
expect 0 shrink "$story" --invariant I1 --runs 3
check said '3 runs: stopped there, it may get smaller with more --runs'

# A file that is there stays as it is.
cp "$folder/small.json" "$folder/kept.json"
refuses 'is there already, and is left as it is' shrink "$folder/broken.json" -o "$folder/small.json"
check cmp -s "$folder/small.json" "$folder/kept.json"
refuses 'No such file or directory' shrink "$folder/broken.json" -o "$folder/no/folder.json"
refuses 'no invariant is broken that it does not expect to be broken' shrink "$story"
refuses 'accepted: --invariant with one that is: I1 under answer-anchored' shrink "$story"
refuses 'I5 is not broken (under leasehold); accepted: a scenario in which one is' shrink "$story" --algorithm leasehold --invariant I5
refuses 'no-such.json' shrink no-such.json
refuses 'unknown_how.json' shrink sim/tests/bad/unknown_how.json
refuses 'did you mean "I1"?' shrink "$story" --invariant I1x
refuses '--algorithm: found "nobody"' shrink "$story" --algorithm nobody
refuses '--runs' shrink "$story" --runs 0
refuses 'FILE' shrink
verdict
