#!/bin/sh
# Goal of this test: searchd built with ThreadSanitizer answers parallel batches while a system is
# loaded again and hostile peers come and go, stops cleanly, and reports no race.
BIN=build/tsan-tree
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"

for line in childrens_services:csv helpline:csv childline:jsonl ctac:jsonl participation:tsv; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

{
	echo "ref,forename,surname,dob,town"
	for n in $(seq 120); do
		echo "r$n,Kate,O'Brien,2009-03-$(printf %02d $((n % 28 + 1))),Leeds"
	done
} >"$work/batch.csv"
batch() {
	"$bin"/client batch "$work/batch.csv" --socket "$socket" --role qa_officer --reference "TSAN$1" \
	    --kind external_record_check --purpose test --output "$work/out$1.jsonl" --parallel 4 >/dev/null 2>&1
}
batch 1 & one=$!
batch 2 & two=$!
for _ in 1 2 3; do
	load helpline csv >/dev/null 2>&1
	"$bin"/tsan/tools/attack --quick "$socket" >>"$work/attack.log" 2>&1
done
wait "$one" "$two"
lines=$(cat "$work/out1.jsonl" "$work/out2.jsonl" | grep -c '"outcome"')
[ "$lines" = 240 ] && faults= || faults="$lines of 240 rows answered"
verdict "tsan: both batches are answered while generations change" "$faults"
kill "$daemon"
wait "$daemon"
code=$?
daemon=
[ "$code" = 0 ] && faults= || faults="exit code $code"
verdict "tsan: a clean stop" "$faults"
[ -s "$work/attack.log" ] || echo "not ok no attack ran" >"$work/attack.log"
verdict "tsan: hostile peers do no harm" "$(grep -a '^not ok' "$work/attack.log" | head)"
verdict "tsan: no race reported" "$(grep -A 12 'WARNING: ThreadSanitizer' "$work/searchd.log" | head -n 40)"
[ "$failures" = 0 ]
