#!/usr/bin/env bash
# The example in README is the one that the tests compile and run: its only C++ block must be the
# example's text, but for the comment on its first line.
# Usage: readme.sh ROOT
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$1" || exit

shown=$(sed -n '/^```cpp$/,/^```$/p' README.md | sed '1d;$d')
compiled=$(tail -n +2 lib/examples/first_lock.cc)
forbid 'README shows the example that is compiled' < <(
  diff <(printf '%s\n' "$shown") <(printf '%s\n' "$compiled") | sed 's/^/README.md:1: /'
)
verdict "$(wc -l <<<"$shown")" lines
