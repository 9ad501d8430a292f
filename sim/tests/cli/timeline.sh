#!/usr/bin/env bash
# What `leasehold-sim timeline` writes, and what it refuses. (How a page looks: tests/browser.)
# usage: timeline.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

page=$folder/page.html
in_page() { grep -qF -- "$1" "$page"; }
not_in_page() { ! in_page "$1"; }

# A broken invariant is what a page is for: the exit code is about the page.
expect 0 timeline "$story" --algorithm answer-anchored -o "$page"
check printed "open in a browser: $page"
check in_page 'under answer-anchored'
check in_page '2 invariants are broken, as expected'
check in_page '<h1><bdi>the laptop sleeps</bdi></h1>'
check in_page '</html>'
cp "$page" "$folder/first.html"
expect 0 timeline "$story" --algorithm answer-anchored -o "$page"
check cmp "$page" "$folder/first.html"
expect 0 timeline "$story" --algorithm answer-anchored -o -
check cmp "$folder/out" "$folder/first.html"

# Without --algorithm: the first that the scenario expects something of.
expect 0 timeline "$story" -o "$page"
check in_page 'under leasehold'
check in_page 'no invariant is broken'
expect 0 timeline "$story" --algorithm answer-anchored --beside leasehold --beside matrix-sdk -o "$page"
check [ "$(grep -c '<section class="run"' "$page")" -eq 3 ]
check in_page 'under matrix-sdk'

# Without -o: here, called as the scenario is.
sim=$(realpath "$sim")
root=$PWD
cd "$folder" || exit
expect 0 timeline "$root/$story"
check printed 'open in a browser: b27_suspend_monotonic.html'
check [ -s b27_suspend_monotonic.html ]
cd "$root" || exit

# A recorded history needs no scenario any more.
expect 0 replay "$story" --trace
cp "$folder/out" "$folder/all.trace"
expect 0 timeline "$folder/all.trace" --algorithm answer-anchored -o "$page"
check [ "$(grep -c '<section class="run"' "$page")" -eq 1 ]
check in_page 'not judged'
check in_page '<td>18300.000 ms<td>B<td>believes in term 2'
expect 0 timeline "$folder/all.trace" -o "$page"
check [ "$(grep -c '<section class="run"' "$page")" -eq 3 ]
refuses 'a recorded history; accepted with --beside' timeline "$folder/all.trace" --beside leasehold -o "$page"
refuses 'found 0 runs to show' timeline "$folder/all.trace" --algorithm version-cas -o "$page"
head -n 5 "$folder/all.trace" >"$folder/cut.trace"
refuses 'cut off' timeline "$folder/cut.trace" -o "$page"

# replay leaves a page of what is broken, and of nothing else.
expect 0 replay -q "$story" --timelines "$folder/pages"
check [ "$(find "$folder/pages" -name '*.html' | wc -l)" -eq 2 ]
check grep -q 'under matrix-sdk' "$folder/pages/scenarios-clocks-b27_suspend_monotonic-matrix-sdk.html"
check grep -q 'B believes in term 2' "$folder/pages/scenarios-clocks-b27_suspend_monotonic-answer-anchored.html"
touch "$folder/file"
expect 3 replay -q "$story" --timelines "$folder/file"

# For other viewers: what lasts and what travels, with the violations, in microseconds to the nanosecond.
expect 0 timeline "$story" --algorithm answer-anchored --beside leasehold --perfetto -o "$folder/run.json"
check printed 'open in https://ui.perfetto.dev: '
check /usr/bin/python3 - "$folder/run.json" <<'PYTHON'
import json, sys
events = json.load(open(sys.argv[1]))["traceEvents"]
lanes = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
assert len(lanes) == 8 and lanes[3] == "answer-anchored: A" and lanes[7] == "leasehold: A", lanes
slices = [e for e in events if e["ph"] == "X"]
overlap = [e for e in slices if e["name"].startswith("I1 no overlap: B believes")]
assert len(overlap) == 1 and overlap[0]["ts"] == 18300000 and overlap[0]["dur"] == 587760000, overlap
beliefs = [(e["ts"], e["dur"]) for e in slices if e["pid"] == 3 and e["name"] == "belief, term 1"]
assert beliefs == [(20000, 606040000)], beliefs
assert sum(e["name"].startswith("sends acquire") for e in slices) > 60
assert any(e["ph"] == "i" and "is suspended" in e["name"] for e in events)
PYTHON

# Small, for texts; whatever a scenario says, it stays XML.
sed 's/"the laptop sleeps"/"<\/svg>\\"\\u202e\&"/' "$story" >"$folder/nasty.json"
expect 0 timeline "$folder/nasty.json" --algorithm answer-anchored --svg -o "$folder/small.svg"
check /usr/bin/python3 - "$folder/small.svg" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
svg = tree.parse(sys.argv[1]).getroot()
name = "{http://www.w3.org/2000/svg}"
assert svg.find(name + "title").text == '</svg>"[U+202E]&, under answer-anchored', svg.find(name + "title").text
words = [text.text for text in svg.iter(name + "text")]
assert {"I1 no overlap, 587.76 s", "A still believes: no lease", "suspended", "store"} <= set(words), words
PYTHON
refuses 'excludes' timeline "$story" --svg --perfetto
refuses 'excludes' timeline "$story" --svg --beside leasehold

# For CI: a case for each run, and one for each file that is none.
cp "$story" "$folder/good.json"
sed 's/"holds": \["I3"\], "violates": \["I1", "I13"\]/"holds": ["I1"]/' "$story" >"$folder/bad&<.json"
echo '{' >"$folder/broken.json"
expect 3 replay -q "$folder/good.json" "$folder/bad&<.json" "$folder/broken.json" --junit "$folder/junit.xml"
check /usr/bin/python3 - "$folder/junit.xml" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
cases = {(case.get("classname").rsplit("/", 1)[1], case.get("name")): case.find("failure") for case in suite}
assert suite.get("tests") == "7" and suite.get("failures") == "2" and len(cases) == 7, suite.attrib
assert cases["good.json", "answer-anchored"] is None and cases["bad&<.json", "leasehold"] is None
assert "I1 is broken and was expected to hold" in cases["bad&<.json", "answer-anchored"].get("message")
assert "broken.json" in cases["broken.json", "is a scenario"].get("message")
PYTHON
expect 3 replay -q "$story" --junit "$folder/no/such/folder.xml"

# Nothing of an earlier page is left, and none is begun, when there is nothing to write.
rm "$page"
refuses 'no-such.json' timeline no-such.json -o "$page"
check [ ! -e "$page" ]
refuses "can't be written" timeline "$story" -o "$folder/no/such/folder.html"
refuses 'found "leashold"' timeline "$story" --algorithm leashold -o "$page"
refuses 'accepted: up to 5' timeline "$story" --beside leasehold --beside leasehold --beside leasehold \
  --beside leasehold --beside leasehold --beside leasehold -o "$page"
verdict
