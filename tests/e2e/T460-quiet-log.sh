#!/bin/sh
# Goal of this test: nothing that was asked or found gets into the log, also when a request is wrong, nor
# into file names or the process title; the ledger has it.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask"
for line in childrens_services:csv helpline:csv childline:jsonl; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
person='{"names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"phones":["07700 900142"],"addresses":[{"town":"Whitby","postcode":"YO21 3PQ"}]}'
request='"request":{"reference":"QUIET-REF","kind":"external_record_check","purpose":"secret purpose"}'
first=$($ask --role qa_officer "$socket" check "{$request,\"people\":[$person]}")
{
	$ask --role nsit_officer "$socket" check "{$request,\"people\":[$person]}"
	$ask --role qa_officer "$socket" check "{$request,\"leg\":\"childline\",\"people\":[$person]}"
	$ask --role qa_officer "$socket" check "{$request,\"people\":[{\"Katherine\":1}]}"
	$ask --role qa_officer "$socket" check "{$request,\"people\":[{\"names\":[{\"full\":\"Katherine\"}],\"births\":[\"2009-03-32\"]}]}"
	$ask --role qa_officer "$socket" check "{Katherine O'Brien"
	$ask --role qa_officer "$socket" "Katherine O'Brien" "{}"
	$ask --role "Katherine O'Brien" "$socket" health "{}"
	$ask --role qa_officer "$socket" record.status '{"system":"Katherine","record_id":"Whitby"}'
} >/dev/null
check=$(echo "$first" | sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p')
$ask --role qa_officer "$socket" check.get "{\"check\":\"$check\"}" >"$work/view"
grep -q 'Katherine Anne' "$work/view" && grep -q 'secret purpose' "$work/view" && faults= || faults=$(cut -c1-300 "$work/view")
verdict "quiet: the ledger has what was asked" "$faults"
lines=$(grep -c 'request op=' "$work/searchd.log")
[ "$lines" -ge 10 ] && faults= || faults="$lines lines"
verdict "quiet: each request has its line" "$faults"
verdict "quiet: no name, date, place, phone, reference or purpose is in the log" \
    "$(grep -iE "katherine|brien|2009|whitby|yo21|900142|QUIET-REF|secret" "$work/searchd.log")"
verdict "quiet: nor in a file's name" "$(find "$work" | grep -iE 'katherine|brien|whitby')"
verdict "quiet: nor in the process title" "$(tr '\0' ' ' <"/proc/$daemon/cmdline" | grep -iE 'katherine|brien|whitby')"
limit=$(awk '/Max core file size/ { print $5 $6 }' "/proc/$daemon/limits")
[ "$limit" = 00 ] && faults= || faults="core limit $limit"
verdict "quiet: no core dumps" "$faults"
[ "$failures" = 0 ]
