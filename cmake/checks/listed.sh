#!/usr/bin/env bash
# Sources are listed by hand, so a forgotten one would silently not be built, nor its tests run, and a
# forgotten installed header neither be checked nor installed.
# Usage: listed.sh ROOT
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$1" || exit

# Whether the nearest CMakeLists.txt above a source names it, outside of comments.
listed() {
  local source=$1 dir
  dir=$(dirname "$source")
  while [[ ! -f $dir/CMakeLists.txt && $dir != . ]]; do dir=$(dirname "$dir"); done
  [[ -f $dir/CMakeLists.txt ]] || return 1
  # Not `grep -q`, which leaves at the first match: what then breaks the pipe counts as a failure.
  sed 's/#.*//' "$dir/CMakeLists.txt" | tr -s ' \t()"' '\n' | grep -xF "${source#"$dir"/}" >/dev/null
}

seen=0
missing=''
while IFS= read -r source; do
  seen=$((seen + 1))
  listed "$source" || missing+="$source:1: not listed in a CMakeLists.txt"$'\n'
done < <(sources_in lib sim proptests | grep -E '\.cc$|^lib/include/' || true)
forbid 'every source and every installed header is listed' < <(printf '%s' "$missing")
verdict "$seen" sources
