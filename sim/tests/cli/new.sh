#!/usr/bin/env bash
# `leasehold-sim new`. usage: new.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

for authority in host_clock store_clock wall_clock observation; do
  made=$folder/$authority.json
  expect 0 new "a story of mine" --authority "$authority" -o "$made"
  check test ! -s "$folder/out"
  check grep -qF '"name": "a story of mine"' "$made"
  check grep -qF "\"authority\": \"$authority\"" "$made"
  expect 0 replay "$made"
  check printed 'under leasehold'
  check printed_not 'under matrix-sdk'
done
# Its name may come from its file, and it may go to stdout.
expect 0 new --output "$folder/named.json"
check grep -qF '"name": "named"' "$folder/named.json"
expect 0 new mine --algorithm matrix-sdk --algorithm leasehold
cp "$folder/out" "$folder/printed.json"
expect 0 replay "$folder/printed.json"
check printed 'under leasehold'
check printed 'under matrix-sdk'
check printed_not 'under answer-anchored'

# A file that is there stays as it is.
cp "$folder/named.json" "$folder/before.json"
refuses 'is there already, and is left as it is' new other -o "$folder/named.json"
check cmp -s "$folder/named.json" "$folder/before.json"
refuses 'No such file or directory' new -o "$folder/no/folder.json"
refuses 'is there already' new -o "$folder"
refuses 'neither a name nor a file' new
refuses 'did you mean "host_clock"?' new mine --authority host_clok
refuses 'accepted: "host_clock", "store_clock", "wall_clock", "observation"' new mine --authority sundial
refuses '--algorithm: found "nobody"; accepted: "leasehold"' new mine --algorithm nobody
refuses 'no text in UTF-8' new $'\xff'
verdict
