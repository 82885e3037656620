#!/bin/sh
# Goal of this test: searchd, killed -9 at a random moment under a running batch, loses no check that
# was acknowledged, logs none twice, and its ledger verifies. ROUNDS (50) times on one ledger.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-50}
rows=$((rounds * 20))

for line in childrens_services:csv helpline:csv ctac:jsonl participation:tsv; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config
{
	echo "ref,forename,surname,dob"
	for n in $(seq "$rows"); do
		echo "row$n,Katie,O'Brien,2009-03-$(printf %02d $((n % 28 + 1)))"
	done
} >"$work/batch.csv"

faults=
for round in $(seq "$rounds"); do
	start_daemon
	if ! wait_ready; then
		faults="$faults
round $round: searchd does not start: $(tail -n 1 "$work/searchd.log")"
		break
	fi
	"$bin"/client batch "$work/batch.csv" --socket "$socket" --role qa_officer --reference FAULT \
	    --kind external_record_check --purpose test --output "$work/out.jsonl" >/dev/null 2>&1 &
	batch=$!
	sleep_ms $((30 + $(below 400)))
	kill -9 "$daemon"
	wait "$daemon" 2>/dev/null
	# The client is stopped too: what it has acknowledged is what it has written.
	kill -9 "$batch" 2>/dev/null
	wait "$batch" 2>/dev/null
	out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) || faults="$faults
round $round: $out"
done
verdict "searchd: the ledger verifies after each of $rounds kills" "$faults"

start_daemon
wait_ready || { echo "not ok searchd starts after the last kill"; exit 1; }
faults=$("$bin"/client batch "$work/batch.csv" --socket "$socket" --role qa_officer --reference FAULT \
    --kind external_record_check --purpose test --output "$work/out.jsonl" 2>&1 >/dev/null) && faults=
verdict "searchd: the batch can be finished" "$faults"

answered=$(sed -n 's/.*"check":"\(CHK-[A-Z0-9-]*\)".*/\1/p' "$work/out.jsonl" | sort)
distinct=$(echo "$answered" | uniq | wc -l)
[ "$distinct" = "$rows" ] && faults= || faults="$distinct distinct checks for $rows rows"
verdict "searchd: every row of the batch has its own check" "$faults"

faults=
for check in $(echo "$answered" | awk 'NR % 25 == 1'); do
	entries=$("$bin"/client show "$check" --socket "$socket" --role qa_officer --json 2>&1 |
	    grep -o '"kind":"check"' | wc -l)
	[ "$entries" = 1 ] || faults="$faults $check:$entries"
done
verdict "searchd: an acknowledged check is in the ledger exactly once (sample)" "$faults"

kill "$daemon"
wait "$daemon" 2>/dev/null
daemon=
logged=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" --json | sed -n 's/.*"checks":\([0-9]*\).*/\1/p')
[ "$logged" = "$rows" ] && faults= || faults="$logged check entries for $rows rows"
verdict "searchd: no check is logged twice or lost over $rounds kills" "$faults"
[ "$failures" = 0 ]
