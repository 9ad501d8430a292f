#!/usr/bin/env bash
# `leasehold-sim list`. usage: list.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Every story of the tree, a line each below the head.
stories=$(find scenarios -name '*.json' ! -name schema.json | wc -l)
expect 0 list
check test "$(wc -l <"$folder/out")" -eq $((stories + 1))
check printed "$story"
check grep -qE "^$story  +the laptop sleeps  +observation  +leasehold, answer-anchored, matrix-sdk" "$folder/out"
cp "$folder/out" "$folder/all"
expect 0 list scenarios
check cmp -s "$folder/out" "$folder/all"
expect 0 list "$story" scenarios/keys
check test "$(wc -l <"$folder/out")" -eq 4

expect 0 list --json
check is_json
check test "$(grep -c '"file"' "$folder/out")" -eq "$stories"
check printed '"violates"'

# What can't be read is told; the others are listed all the same.
expect 3 list "$story" sim/tests/bad/unknown_how.json
check printed "$story"
check test "$(grep -c 'unknown_how.json:' "$folder/err")" -eq 1
refuses 'no such file' list "$folder/not-there.json"
mkdir "$folder/empty"
refuses 'no scenario files; name files or folders' list "$folder/empty"
refuses 'found "--jsn"' list --jsn
refuses 'did you mean "--json"?' list --jsn

# Nothing is named, and there is no folder to look into.
sim=$(realpath "$sim")
cd "$folder/empty" || exit
refuses 'there is no folder "scenarios" here' list
verdict
