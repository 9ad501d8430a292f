#!/usr/bin/env bash
# Runs the real leasehold-sim and checks what it prints and how it exits.
# usage: check_cli.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/cli/common.sh"

expect 0 replay "$story"
check printed '!!! I1 no overlap'
check printed 'broken, as expected'
expect 0 replay scenarios
check test "$(wc -l <"$folder/out")" -ge 12

# An invariant that is broken and was not expected to be, alone and with a failed expectation.
sed 's/"violates": \["I1", "I13"\]/"violates": ["I13"]/' "$story" >"$folder/broken.json"
expect 1 replay -q "$folder/broken.json"
check printed 'I1 is broken and was not expected to be'
# What was expected to be broken and is not.
sed 's/"leasehold": {"holds"/"leasehold": {"violates"/' "$story" >"$folder/held.json"
expect 2 replay -q "$folder/held.json"
# The worst of several files counts.
expect 3 replay -q "$folder/broken.json" "$folder/not-there.json"
expect 1 replay -q "$folder/broken.json" "$folder/held.json"

expect 3 replay "$folder/not-there.json"
check one_error_line
expect 3 replay sim/tests/bad/unknown_how.json
check one_error_line
check grep -qE '^sim/tests/bad/unknown_how.json:[0-9]+:[0-9]+: /faults/0/how: found ' "$folder/err"
check grep -qE '^ +\| +\^$' "$folder/err"
expect 3 replay
check one_error_line
refuses 'A subcommand is required'
refuses 'found "juggle"; accepted here: "replay", ' juggle
refuses 'did you mean "replay"?' rplay "$story"
refuses 'did you mean "--algorithm"?' replay --algoritm leasehold "$story"
refuses '--algorithm: found "nobody"; accepted: "leasehold", ' replay --algorithm nobody "$story"
expect 3 replay "$folder/none-in-here" --json
expect 0 --help
expect 0 --version

expect 0 replay --json "$story"
check is_json
expect 0 replay --hash scenarios
cp "$folder/out" "$folder/hashes"
expect 0 replay --hash scenarios
check cmp -s "$folder/out" "$folder/hashes"
# A reader that goes away is no crash.
"$sim" replay --everything "$story" | head -n 1 >/dev/null
[[ ${PIPESTATUS[0]} -lt 128 ]] || fail 'died of a closed pipe'

verdict
