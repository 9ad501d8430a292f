#!/usr/bin/env bash
# A run is a function of its scenario: no clock, no foreign randomness, no order that differs between
# standard libraries, and no floating point in the code that the simulator executes.
# Usage: determinism.sh ROOT
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$1" || exit

checked=$(sources_in lib/src/core lib/src/time lib/src/shell sim | grep -vE '^sim/(cli|bench)/' || true)
[[ -n $checked ]] || verdict 0 files

# Code only: prose may speak of a double acquire.
code() {
  xargs awk '{
    gsub(/\x27"\x27|\x27\\"\x27/, ""); gsub(/"([^"\\]|\\.)*"/, "\"\""); sub(/\/\/.*/, "")
    print FILENAME ":" FNR ": " $0
  }' <<<"$checked"
}
find_words() { grep -E ":[0-9]+: (.*[^A-Za-z0-9_])?($1)([^A-Za-z0-9_]|$)" || true; }

forbid 'randomness comes from the scenario' < <(
  code | find_words 'random_device|mt19937(_64)?|minstd_rand0?|default_random_engine|s?rand|std::random_shuffle')
forbid 'these draw differently in every standard library' < <(
  code | find_words '[a-z_]+_distribution|std::(ranges::)?shuffle|std::(ranges::)?sample')
forbid 'time comes from the injected clock' < <(
  code | find_words '[a-z_]*_clock::now|clock_gettime|gettimeofday|std::time|time\((nullptr|NULL|0)\)|sleep_(for|until)')
forbid 'iteration order must be the same everywhere' < <(
  code | find_words 'unordered_(multi)?(map|set)')
forbid 'integers only: rates are parts per million, times nanoseconds' < <(
  code | find_words 'float|double')
forbid 'two draws are two statements: compilers differ in which operand they evaluate first' < <(
  code | grep -E 'draw\.[a-z_]+\(.*\) [-+*/%] .*draw\.' || true)

verdict "$(wc -l <<<"$checked")" files
