#!/bin/sh
# Goal of this test: checks that race for the same records do not both say that they secured them:
# each record is said to be secured now by exactly one answer, the one whose entry did it.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
body='{"request":{"reference":"RACE","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"forenames":"Katherine Anne","surname":"OBrien"}],"births":["2009-03-04"],"addresses":[{"text":"27 Harbour View","town":"Whitby","postcode":"YO21 3PQ"}]}]}'
rounds=8 askers=8

for system in childrens_services:csv helpline:csv ctac:jsonl participation:tsv; do
	load "${system%:*}" "${system#*:}" >/dev/null 2>&1 || { echo "not ok loading $system"; exit 1; }
done
write_config
faults= secured=0
for round in $(seq $rounds); do
	rm -rf "$work/data/ledger" "$work/data/keys"
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
	rm -f "$work"/answer.*
	pids=
	for n in $(seq $askers); do
		"$tools"/ask --role qa_officer "$socket" check "$body" >"$work/answer.$n" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # a list
	wait $pids
	ok=$(cat "$work"/answer.* | grep -c '^ok ')
	[ "$ok" = $askers ] || faults="$faults round $round: $ok of $askers answered;"
	# The list at the end of each answer: [{"system":...,"record_id":...},...]
	for answer in "$work"/answer.*; do
		sed -n 's/.*"secured":\[\([^]]*\)\].*/\1/p' "$answer" | grep -o '{[^}]*}'
	done | sort >"$work/said"
	twice=$(uniq -d "$work/said")
	[ -z "$twice" ] || faults="$faults round $round: said twice: $twice;"
	[ -s "$work/said" ] || faults="$faults round $round: nobody secured anything;"
	secured=$((secured + $(wc -l <"$work/said")))
	# Whoever lists a record has candidates that say so, and nobody else has.
	[ "$(grep -l '"secured_now":true' "$work"/answer.*)" = "$(grep -l '"secured":\[{' "$work"/answer.*)" ] ||
	    faults="$faults round $round: other candidates say so;"
	kill "$daemon"
	wait "$daemon"
	daemon=
	"$bin"/client ledger verify "$work"/data/ledger/ledger.db >"$work/verified" 2>&1 ||
	    faults="$faults round $round: $(cat "$work/verified");"
done
verdict "secured once: $askers askers in each of $rounds rounds, $secured records secured by one each" "$faults"
[ "$failures" = 0 ]
