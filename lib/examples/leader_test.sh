#!/usr/bin/env bash
# Two processes lead in turn: every turn is one's alone, and both have theirs.
# Usage: leader_test.sh LEADER, in a directory to write in
set -euo pipefail
rm -f log leader.db*
"$1" A 5 >>log &
"$1" B 5 >>log
wait
cat log
# Five lines in a row are one turn of one leader. On a machine that stands still for seconds a lead
# may be lost half way; then there is nothing to count.
if grep -q 'lost the lead' log; then exit 0; fi
awk '{ turn = $1 " " $4; if (NR % 5 != 1 && turn != last) { print "line " NR ": two lead at once"; bad = 1 } last = turn }
     END { exit bad }' log
for name in A B; do
  steps=$(grep -c "^$name leads" log)
  [[ $steps == 25 ]] || { echo "$name took $steps steps of 25" >&2; exit 1; }
done
