# shellcheck shell=bash
# Shared by the tests of the real leasehold-sim. Each is run from the root of the repository with the
# program's path as its argument, and ends with `verdict`.
set -uo pipefail
export LC_ALL=C

sim=$1
# shellcheck disable=SC2034 # who sources this uses it
story=scenarios/clocks/b27_suspend_monotonic.json
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
checks=0

fail() {
  echo "failed: $*"
  failures=$((failures + 1))
}

# expect CODE ARGUMENT...: runs it, leaves what it printed in $folder/out and $folder/err.
expect() {
  local wanted=$1 got
  shift
  checks=$((checks + 1))
  "$sim" "$@" >"$folder/out" 2>"$folder/err"
  got=$?
  [[ $got -eq $wanted ]] || fail "exit $got instead of $wanted: leasehold-sim $*"
}

check() {
  checks=$((checks + 1))
  "$@" || fail "$*"
}

# Below it a file may be shown where it is wrong, indented.
one_error_line() { [[ $(grep -vc '^  ' "$folder/err") -eq 1 && ! -s $folder/out ]]; }
printed() { grep -qF -- "$1" "$folder/out"; }
printed_not() { ! printed "$1"; }
is_json() { /usr/bin/python3 -m json.tool "$folder/out" "$folder/parsed"; }

# refuses WORDS ARGUMENT...: exit code 3, nothing on stdout, and one line with these words on stderr.
refuses() {
  local words=$1
  shift
  expect 3 "$@"
  check one_error_line
  grep -qF -- "$words" "$folder/err" ||
    fail "leasehold-sim $*: said \"$(cat "$folder/err")\" without \"$words\""
}

verdict() {
  echo "$checks checks, $failures failures"
  [[ $failures -eq 0 && $checks -gt 0 ]]
}
