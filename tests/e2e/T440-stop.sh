#!/bin/sh
# Goal of this test: SIGTERM under load finishes what is in flight: every check in the ledger reached its
# asker, and every asker with an answer is in the ledger; the stop is quick and clean.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer --timeout 700"
person='{"names":[{"forenames":"Katherine Anne","surname":"OBrien"}],"births":["2009-03-04"],"addresses":[{"town":"Leeds"}]}'
people=$person
for _ in 2 3 4 5 6 7 8; do people="$people,$person"; done
body="{\"request\":{\"reference\":\"STOP\",\"kind\":\"external_record_check\",\"purpose\":\"test\"},\"people\":[$people]}"
for line in childrens_services:csv helpline:csv; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config

asker() {
	while [ ! -e "$work/enough" ]; do
		$ask "$socket" check "$body" | head -n 1 >>"$work/asker.$1"
	done
}
slow=
for round in 1 2 3 4 5; do
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
	rm -f "$work/enough"
	asker 1 & a=$!
	asker 2 & b=$!
	asker 3 & c=$!
	sleep_ms $((200 + $(below 300)))
	from=$(date +%s%N)
	kill "$daemon"
	wait "$daemon"
	code=$?
	ms=$((($(date +%s%N) - from) / 1000000))
	: >"$work/enough"
	wait "$a" "$b" "$c"
	[ "$code" = 0 ] && [ "$ms" -lt 3000 ] || slow="$slow
round $round: exit code $code after $ms ms"
done
daemon=
verdict "stop: five stops under load end with 0 within 3 s" "$slow"
acked=$(cat "$work"/asker.* | sed -n 's/^ok replayed=no entry=//p' | sort -u | wc -l)
logged=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" --json | sed -n 's/.*"checks":\([0-9]*\).*/\1/p')
[ "$acked" = "$logged" ] && [ "$acked" -gt 10 ] && faults= || faults="$logged in the ledger, $acked answered"
verdict "stop: $acked checks answered, all of them and no other in the ledger" "$faults"
[ "$failures" = 0 ]
