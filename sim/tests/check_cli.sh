#!/usr/bin/env bash
# Runs the real leasehold-sim and checks what it prints and how it exits.
# usage: check_cli.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
set -uo pipefail

sim=$1
story=scenarios/clocks/b27_suspend_monotonic.json
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

# expect CODE ARGUMENT...: runs it, leaves what it printed in $folder/out and $folder/err.
expect() {
  local wanted=$1 got
  shift
  "$sim" "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  if [[ $got -ne $wanted ]]; then
    echo "exit $got instead of $wanted: leasehold-sim $*"
    failures=$((failures + 1))
  fi
}

check() {
  if ! "$@"; then
    echo "failed: $*"
    failures=$((failures + 1))
  fi
}

one_error_line() { [[ $(wc -l <"$folder/err") -eq 1 && ! -s $folder/out ]]; }
printed() { grep -q -- "$1" "$folder/out"; }

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
expect 3 replay
check one_error_line
expect 3
expect 3 juggle
expect 3 replay --algorithm nobody "$story"
expect 3 replay "$folder/none-in-here" --json
expect 0 --help
expect 0 --version

expect 0 replay --json "$story"
check /usr/bin/python3 -m json.tool "$folder/out" "$folder/parsed"
expect 0 replay --hash scenarios
cp "$folder/out" "$folder/hashes"
expect 0 replay --hash scenarios
check cmp -s "$folder/out" "$folder/hashes"
# A reader that goes away is no crash.
"$sim" replay --everything "$story" | head -n 1 >/dev/null
[[ ${PIPESTATUS[0]} -lt 128 ]] || { echo "died of a closed pipe"; failures=$((failures + 1)); }

echo "$failures failures"
[[ $failures -eq 0 ]]
