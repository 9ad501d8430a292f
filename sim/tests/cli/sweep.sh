#!/usr/bin/env bash
# `leasehold-sim sweep`. usage: sweep.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Leasehold holds, under every authority; how fast it was is no part of what is printed.
expect 0 sweep --seeds 1..20 --jobs 2
check printed 'seeds 1..20 under leasehold, profile ci'
for authority in host_clock wall_clock observation; do
  check grep -qE "^$authority +20 +0 " "$folder/out"
done
check printed_not 'not complete'
check grep -qE '^[0-9,]+ worlds in .* on 2 threads: ' "$folder/err"
cp "$folder/out" "$folder/two"
expect 0 sweep --seeds 1..20 --jobs 1
check cmp "$folder/out" "$folder/two"
expect 0 sweep --seeds 1..20 --profile tight --authority host_clock
check grep -qE '^host_clock +20 +0 ' "$folder/out"
check printed_not 'wall_clock '

# A baseline does not: its failures are counted by kind, shrunk, and can be replayed.
mode=(sweep --seeds 1..30 --algorithm matrix-sdk --authority wall_clock)
caught=$folder/caught
expect 1 "${mode[@]}" --jobs 2 --failures "$caught" --out "$folder/whole.jsonl"
cp "$folder/out" "$folder/printed"
check grep -qE '^I1: P1 believes in term N .* \(in [0-9]+ worlds?: wall_clock [0-9]+\)$' "$folder/out"
kinds=$(sed -n 's/^kinds of failure: //p' "$folder/out")
check test "$kinds" -ge 5
check test "$(grep -cE '^I[0-9]+: ' "$folder/out")" -eq "$kinds"
check test "$(grep -E '^I[0-9]+: ' "$folder/out" | sed 's/ (in .*//' | sort -u | wc -l)" -eq "$kinds"
replays=$(grep -c 'replay it: ' "$folder/out")
# Beside each of them a page to look at.
pictures=$(grep -c 'look at it: ' "$folder/out")
check [ "$pictures" -eq "$replays" ]
check [ "$(find "$caught" -name '*.html' | wc -l)" -eq "$replays" ]
check test "$replays" -ge 5
check test "$(find "$caught" -name '*.json' | wc -l)" -eq "$replays"
while read -r file; do
  expect 1 replay -q --algorithm matrix-sdk "$file"
  invariant=$(sed 's/.*-\(I[0-9]*\)-.*/\1/' <<<"$file")
  check printed "$invariant is broken and was expected to hold"
done < <(sed -n 's/.*replay it: leasehold-sim replay --algorithm matrix-sdk //p' "$folder/printed")
check test "$(wc -l <"$folder/whole.jsonl")" -eq 31

# Neither threads nor shards nor an interruption change what is printed and written.
finds_the_same() { check cmp "$folder/out" "$folder/printed"; }
expect 1 "${mode[@]}" --jobs 1 --failures "$caught" --out "$folder/one.jsonl"
finds_the_same
check cmp "$folder/one.jsonl" "$folder/whole.jsonl"
expect 1 "${mode[@]}" --shard 1/2 --failures "$caught" --out "$folder/part1.jsonl"
expect 1 "${mode[@]}" --shard 2/2 --failures "$caught" --out "$folder/part2.jsonl"
expect 1 sweep --merge "$folder/part2.jsonl" "$folder/part1.jsonl" --failures "$caught"
finds_the_same
check cmp <(sort -u "$folder/part1.jsonl" "$folder/part2.jsonl") <(sort "$folder/whole.jsonl")
cat "$folder/part1.jsonl" "$folder/part2.jsonl" >"$folder/both.jsonl"
expect 1 sweep --merge "$folder/both.jsonl" --failures "$caught"
finds_the_same
expect 1 sweep --merge "$folder/part1.jsonl" --failures "$caught"
check printed 'not complete: 15 of 30 worlds'
size=$(stat -c %s "$folder/whole.jsonl")
for cut in 0 50 $((size / 2)) $((size - 1)) "$size"; do
  head -c "$cut" "$folder/whole.jsonl" >"$folder/cut.jsonl"
  expect 1 "${mode[@]}" --failures "$caught" --out "$folder/cut.jsonl"
  finds_the_same
  check cmp "$folder/cut.jsonl" "$folder/whole.jsonl"
done
# What it holds is not run again.
expect 1 "${mode[@]}" --failures "$caught" --out "$folder/whole.jsonl"
finds_the_same
check test ! -s "$folder/err"

# For CI: a case for each authority and invariant, and one for each story.
expect 1 "${mode[@]}" --failures "$caught" --junit "$folder/junit.xml" --corpus scenarios/pauses
check /usr/bin/python3 - "$folder/junit.xml" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
cases = {(case.get("classname"), case.get("name")): case.find("failure") for case in suite}
swept = {name: failure for (group, name), failure in cases.items() if group == "matrix-sdk ci 1..30"}
stories = [group for group, name in cases if group.endswith(".json") and name == "matrix-sdk"]
assert len(swept) == 20 and len(stories) >= 3 and len(cases) == len(swept) + len(stories), cases
assert "believes in term N" in swept["wall_clock I1"].get("message")
assert swept["wall_clock I17"] is None, swept
assert int(suite.get("failures")) == sum(failure is not None for failure in cases.values()) >= 5
PYTHON
expect 3 sweep --seeds 1..2 --junit "$folder/no/such/folder.xml"

# Out of time before it began, and gone on with.
expect 0 "${mode[@]}" --minutes 0 --out "$folder/later.jsonl"
check printed 'not complete: 0 of 30 worlds'
expect 1 "${mode[@]}" --failures "$caught" --out "$folder/later.jsonl"
check cmp "$folder/later.jsonl" "$folder/whole.jsonl"

# The first failure, with any number of threads; its shrunk world lies beside the file.
for jobs in 1 4; do
  expect 1 "${mode[@]}" --stop-on-first --jobs "$jobs" --out "$folder/first$jobs.jsonl"
  check test "$(wc -l <"$folder/first$jobs.jsonl")" -lt 31
  check test -d "$folder/first$jobs.failures"
done
check cmp "$folder/first1.jsonl" "$folder/first4.jsonl"
check diff -r "$folder/first1.failures" "$folder/first4.failures"

# A corpus is replayed first, and counts.
expect 0 sweep --seeds 1..2 --corpus scenarios
stories=$(find scenarios -name '*.json' ! -name schema.json | wc -l)
check grep -qE "^corpus: ([0-9]+) of \1 stories as expected, $stories files\$" "$folder/out"
mkdir "$folder/corpus"
sed 's/"violates": \["I1", "I13"\]/"violates": ["I13"]/' "$story" >"$folder/corpus/broken.json"
expect 1 sweep --seeds 1..2 --algorithm answer-anchored --authority host_clock --stop-on-first --corpus "$folder/corpus"
check printed 'I1 is broken and was not expected to be'
check printed 'corpus: 0 of 1 stories as expected'
check printed 'no seeds were run'
expect 0 sweep --seeds 1..2 --corpus "$folder/corpus"
expect 1 sweep --seeds 1..2 --algorithm matrix-sdk --stop-on-first --corpus "$caught"
check printed 'and was expected to hold'

# World by world, each run twice: the same lines from another process, with other threads and other
# bytes in memory that nobody wrote to.
for profile in ci tight; do
  expect 0 sweep --hash --seeds 1..40 --profile "$profile" --jobs 2
  cp "$folder/out" "$folder/hashes"
  MALLOC_PERTURB_=165 expect 0 sweep --hash --seeds 1..40 --profile "$profile" --jobs 1
  check cmp "$folder/out" "$folder/hashes"
done
worlds=$(wc -l <"$folder/hashes")
check test "$worlds" -ge 120
check test "$(cut -c 1-32 "$folder/hashes" | sort -u | wc -l)" -eq "$worlds"
world=(sweep --profile tight --authority wall_clock --seeds 7..7)
expect 0 "${world[@]}" --hash
check test "$(grep -cF 'leasehold  profile tight wall_clock seed 7' "$folder/out")" -eq 1
check grep -qxF "$(cat "$folder/out")" "$folder/hashes"
cp "$folder/out" "$folder/hash"
expect 0 "${world[@]}" --trace
cp "$folder/out" "$folder/one.trace"
check grep -qF "$(cut -c 1-32 "$folder/hash")" "$folder/one.trace"
expect 0 "${world[@]}" --trace --jobs 2
cp "$folder/out" "$folder/two.trace"
expect 0 diff "$folder/one.trace" "$folder/two.trace"
expect 1 sweep --hash --seeds 1..30 --algorithm matrix-sdk --authority wall_clock
check test "$(wc -l <"$folder/out")" -eq 30

# Bad input: one line, and what is there stays as it is.
refuses '--seeds: found "5..1"; accepted: FIRST..LAST' sweep --seeds 5..1
refuses '--seeds: found "7"' sweep --seeds 7
refuses '--shard: found "3/2"; accepted: which of how many parts' sweep --shard 3/2
refuses '--shard: found part 3; accepted with seeds 1..2' sweep --seeds 1..2 --shard 3/3
refuses 'did you mean "nightly"?' sweep --profile nighly
refuses 'did you mean "host_clock"?' sweep --authority host_clok
refuses '--algorithm: found "nobody"' sweep --algorithm nobody
refuses '--jobs' sweep --jobs 0
refuses '--minutes' sweep --minutes -1
refuses 'did you mean "--stop-on-first"?' sweep --stop-on-fist
refuses 'excludes' sweep --merge "$folder/whole.jsonl" --seeds 1..2
refuses 'excludes' sweep --seeds 1..2 --hash --trace
refuses 'excludes' sweep --seeds 1..2 --hash --out "$folder/whole.jsonl"
refuses 'no such file' sweep --seeds 1..2 --corpus "$folder/not-there.json"
mkdir "$folder/nothing"
refuses '--corpus: no scenario files' sweep --seeds 1..2 --corpus "$folder/nothing"
refuses 'not-there.jsonl: can'"'"'t be read: No such file' sweep --merge "$folder/not-there.jsonl"
cp "$folder/whole.jsonl" "$folder/kept.jsonl"
refuses 'of another sweep: seeds: found "1..30", wanted "1..31"' sweep --seeds 1..31 \
  --algorithm matrix-sdk --authority wall_clock --out "$folder/kept.jsonl"
refuses 'of another sweep: algorithm: found "matrix-sdk"' sweep --seeds 1..30 \
  --authority wall_clock --out "$folder/kept.jsonl"
check cmp "$folder/kept.jsonl" "$folder/whole.jsonl"
expect 1 "${mode[@]}" --failures "$caught" --profile tight --out "$folder/tight.jsonl"
refuses 'profile: found "tight", wanted "ci"' sweep --merge "$folder/whole.jsonl" "$folder/tight.jsonl"
refuses 'no record of a sweep' sweep --seeds 1..2 --out "$folder/printed"
sed '1s/"probe":"[0-9a-f]*"/"probe":"0123456789abcdef0123456789abcdef"/' "$folder/whole.jsonl" >"$folder/foreign.jsonl"
refuses 'worlds come out otherwise under another build' sweep --merge "$folder/foreign.jsonl"
: >"$folder/empty.jsonl"
refuses 'no whole line' sweep --merge "$folder/empty.jsonl"
refuses 'can'"'"'t be opened' sweep --seeds 1..2 --out "$folder"
verdict
