#!/bin/sh
# Goal of this test: a request is run and logged once, however often and from wherever it is sent: again,
# twice at the same time, after kill -9 of searchd; and another request under its id is refused.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer"
body='{"request":{"reference":"ONCE","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"full":"Katherine OBrien"}],"births":["2009-03-04"]}]}'
other='{"request":{"reference":"OTHER","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"full":"Katherine OBrien"}]}]}'
id=11111111111111111111111111111111

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

$ask --id $id "$socket" check "$body" >"$work/first"
$ask --id $id "$socket" check "$body" >"$work/second"
head -n 1 "$work/first" | grep -q '^ok replayed=no entry=' && faults= || faults=$(head -n 2 "$work/first")
verdict "once: the first is run" "$faults"
[ "$(head -n 1 "$work/second")" = "$(sed -n '1s/=no/=yes/p' "$work/first")" ] &&
    [ "$(tail -n 1 "$work/second")" = "$(tail -n 1 "$work/first")" ] && faults= || faults=$(head -n 2 "$work/second" | cut -c1-200)
verdict "once: sent again, the same answer and entry come back as replayed" "$faults"

out=$($ask --id $id "$socket" check "$other")
[ "$(echo "$out" | head -n 1)" = "error id_conflict" ] && faults= || faults=$out
verdict "once: another request under the id is refused" "$faults"
out=$("$tools"/ask --role nsit_officer --id $id "$socket" check "$body")
[ "$(echo "$out" | head -n 1)" = "error id_conflict" ] && faults= || faults=$out
verdict "once: so is the same body in another role" "$faults"

faults=
for round in 1 2 3 4 5 6 7 8 9 10; do
	twin=$(printf '%032x' $((round + 4096)))
	$ask --id "$twin" "$socket" check "$body" >"$work/a" &
	a=$!
	$ask --id "$twin" "$socket" check "$body" >"$work/b" &
	b=$!
	wait "$a" "$b"
	entries=$(cat "$work/a" "$work/b" | sed -n 's/^ok replayed=.* //p' | sort -u | wc -l)
	fresh=$(cat "$work/a" "$work/b" | grep -c '^ok replayed=no')
	[ "$entries $fresh" = "1 1" ] || faults="$faults
round $round: $entries entries, $fresh run"
done
verdict "once: twins at the same time make one check, ten times" "$faults"

kill -9 "$daemon"
wait "$daemon" 2>/dev/null
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
$ask --id $id "$socket" check "$body" >"$work/third"
cmp -s "$work/second" "$work/third" && faults= || faults=$(head -n 2 "$work/third" | cut -c1-200)
verdict "once: after kill -9 and restart the same answer comes back" "$faults"

check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/first")
out=$($ask "$socket" check.get "{\"check\":\"$check\"}" | grep -o '"kind":"check"' | wc -l)
[ "$out" = 1 ] && faults= || faults="$out entries of kind check"
verdict "once: the ledger holds it once" "$faults"
$ask --id $id "$socket" check.get "{\"check\":\"$check\"}" | grep -q '^error id_conflict' && faults= || faults="not refused"
verdict "once: the id of a check is no good for a view" "$faults"
kill "$daemon"
wait "$daemon"
daemon=
checks=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" --json | sed -n 's/.*"checks":\([0-9]*\).*/\1/p')
[ "$checks" = 11 ] && faults= || faults="$checks checks in the ledger, not 11"
verdict "once: eleven requests, eleven checks in all" "$faults"
[ "$failures" = 0 ]
