# shellcheck shell=bash
# Shared by the checks of the tree. A check prints each violation as "file:line: what" and ends with
# `verdict`. It is told the root of the tree, so that checks_can_fail.sh can point it at a bad one.
set -euo pipefail
export LC_ALL=C
violations=0

# The C++ files under the given directories; a directory that does not exist yet holds none.
sources_in() {
  local dir
  for dir in "$@"; do
    if [[ -d $dir ]]; then find "$dir" -type f \( -name '*.h' -o -name '*.cc' \); fi
  done | sort
}

# Reads violations from standard input, one a line, and shows them under the rule they break.
forbid() {
  local rule=$1 found
  found=$(cat)
  [[ -n $found ]] || return 0
  printf '%s:\n%s\n\n' "$rule" "$found" >&2
  violations=$((violations + $(wc -l <<<"$found")))
}

# Ends the check. A check that has looked at nothing fails: it would say nothing.
verdict() {
  local seen=$1 what=$2
  if ((seen == 0)); then
    echo "found no $what to check" >&2
    exit 1
  fi
  echo "$seen $what checked, $violations violations"
  ((violations == 0))
}
