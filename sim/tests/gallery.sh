#!/usr/bin/env bash
# The gallery in scenarios/README.md: each family has a picture there, and each picture is what the
# program draws of its story today. A picture is called FAMILY/STORY.ALGORITHM.svg.
# usage: gallery.sh PATH_OF_LEASEHOLD_SIM [--rewrite], from the root of the repository
set -euo pipefail
export LC_ALL=C

sim=$1
pictures=scenarios/pictures
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT
failures=0
fail() {
  echo "$*; mend it with $0 $sim --rewrite" >&2
  failures=$((failures + 1))
}

mapfile -t shown < <(grep -oE '\(pictures/[^)]+\.svg\)' scenarios/README.md | sed -E 's,\(pictures/(.*)\),\1,' | sort)
[[ ${#shown[@]} -gt 0 ]] || fail "no pictures in scenarios/README.md"
for picture in "${shown[@]}"; do
  name=${picture%.svg}
  mkdir -p "$drawn/$(dirname "$picture")"
  "$sim" timeline "scenarios/${name%.*}.json" --algorithm "${name##*.}" --svg -o "$drawn/$picture" >/dev/null ||
    fail "$picture: there is no such story or algorithm"
done
if [[ ${2:-} == --rewrite ]]; then
  rm -rf "$pictures"
  cp -r "$drawn" "$pictures"
  chmod 755 "$pictures"
fi
diff -r "$drawn" "$pictures" >/dev/null || fail "$(diff -rq "$drawn" "$pictures")"
for family in scenarios/*/; do
  family=$(basename "$family")
  [[ $family == pictures ]] || printf '%s\n' "${shown[@]}" | grep "^$family/" >/dev/null ||
    fail "$family: no picture of this family in scenarios/README.md"
done
echo "${#shown[@]} pictures, $failures failures"
[[ $failures -eq 0 ]]
