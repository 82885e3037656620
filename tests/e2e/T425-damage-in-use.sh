#!/bin/sh
# Goal of this test: files damaged under a running daemon leave only their system out, in every
# answer, until it has a good generation; a lost or wrong `current` leaves the last good one in use,
# flagged, and does not block the next load.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer"
body='{"request":{"reference":"DMG","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"full":"Katherine OBrien"}]},{"names":[{"full":"Jayden Brown"}]}]}'
index=$work/data/index/helpline

row() { # of helpline in the coverage of an answer
	sed 's/.*"coverage":\[//' "$work/out" | grep -o '{"system":"helpline",[^}]*}' | head -n 1
}
check_now() {
	$ask "$socket" check "$body" >"$work/out"
}
until_row() { # pattern: within 5 s
	tries=0
	check_now
	until row | grep -q "$1" || [ "$tries" -gt 50 ]; do
		tries=$((tries + 1))
		sleep 0.1
		check_now
	done
	row | grep -q "$1"
}
expect() { # name, pattern of helpline's row, is the leg complete
	faults=
	grep -q '^ok ' "$work/out" || faults="$(head -n 1 "$work/out");"
	row | grep -q "$2" || faults="$faults $(row);"
	grep -q '"system":"ctac",[^}]*"searched":true' "$work/out" || faults="$faults ctac is not searched;"
	grep -q "\"leg_complete\":$3" "$work/out" || faults="$faults leg_complete is not $3"
	verdict "$1" "$faults"
}
change_bytes() { # file: 30 of its bytes, in place
	size=$(stat -c %s "$1")
	n=0
	while [ "$n" -lt 30 ]; do
		n=$((n + 1))
		printf 'X' | dd of="$1" bs=1 seek=$((n * size / 31)) conv=notrunc status=none
	done
}

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
for system in childrens_services:csv ctac:jsonl participation:tsv; do
	load "${system%:*}" "${system#*:}" >/dev/null 2>&1 || { echo "not ok loading $system"; exit 1; }
done
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
check_now
expect "whole: helpline is searched" '"searched":true,"reason":""' true

change_bytes "$index/current/base.glass"
check_now
expect "changed bytes: the very next answer leaves helpline out" '"searched":false,"reason":"cannot be read' false
until_row 'bytes are not those written' && faults= || faults=$(row)
verdict "changed bytes: found out and named" "$faults"
grep -q 'event=system .*err=.*base.glass\| system .*err=.*base.glass' "$work/searchd.log" && faults= ||
    faults=$(tail -n 3 "$work/searchd.log")
verdict "changed bytes: logged" "$faults"
sleep 1
check_now
expect "changed bytes: it stays out" '"searched":false' false
load helpline csv >/dev/null 2>&1
until_row '"searched":true' || true
expect "changed bytes: a new load brings it back" '"searched":true,"reason":"".*"generation":2' true

head -c 8192 "$index/current/base.glass" >"$work/short"
cat "$work/short" >"$index/current/base.glass"
check_now
expect "truncated: the very next answer leaves helpline out" '"searched":false,"reason":"cannot be read' false
load helpline csv >/dev/null 2>&1
until_row '"generation":3' || true
expect "truncated: a new load brings it back" '"searched":true,"reason":"".*"generation":3' true

rm "$index/current"
until_row '"stale":true' || true
expect "no current: the last good one is searched, and said to be old" \
    '"searched":true,"reason":"an earlier generation: .*link is missing".*"generation":3.*"stale":true' false
grep -q 'generation_refused err=.*link is missing' "$work/searchd.log" && faults= ||
    faults=$(tail -n 3 "$work/searchd.log")
verdict "no current: logged" "$faults"
kill "$daemon"
wait "$daemon"
start_daemon
wait_ready
check_now
expect "no current: so it is after a restart" '"searched":true,"reason":"an earlier.*"generation":3' false

ln -s 99999999 "$index/current"
until_row '99999999' || true
expect "current names none: the last good one is searched" \
    '"searched":true,"reason":"an earlier generation: .*99999999.*"generation":3' false
load helpline csv >"$work/loaded" 2>&1 && grep -q 'generation 4 ' "$work/loaded" && faults= ||
    faults=$(cat "$work/loaded")
verdict "current names none: the next load follows the highest there is" "$faults"
until_row '"generation":4' || true
expect "current names none: and is searched" '"searched":true,"reason":"".*"generation":4' true

mkdir "$index/99999999"
ln -sfn 99999999 "$index/current"
load helpline csv >"$work/loaded" 2>&1 && faults="loaded" || faults=
grep -q '99999999 is there; move it away' "$work/loaded" || faults="$faults $(cat "$work/loaded")"
verdict "the last number taken: refused, and what to do is said" "$faults"
until_row 'an earlier generation' || true
expect "the last number taken: the last good one is searched" '"searched":true,"reason":"an earlier.*"generation":4' false
rm -r "$index"
until_row 'gone' || true
expect "everything gone: that is not called never loaded" '"searched":false,"reason":"cannot be read: .*gone' false
[ "$failures" = 0 ]
