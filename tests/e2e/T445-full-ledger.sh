#!/bin/sh
# Goal of this test: when the ledger cannot be written, nothing is answered: no entry, no answer. searchd
# lives on, and with room again it goes on where it was, no acknowledged check lost.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer --timeout 3000"
body='{"request":{"reference":"FULL","kind":"serious_incident","purpose":"test"},"people":[{"names":[{"forenames":"Katherine Anne","surname":"OBrien"}],"births":["2009-03-04"]}]}'
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
sed -i 's/roles .*/roles qa_officer,nsit_officer,consultant/' "$work/searchd.conf"

# No file of this searchd may grow over 1,200 KiB (ulimit counts 512 bytes): a full disk, for one process.
(ulimit -f 2400 && exec "$bin"/searchd --config "$work/searchd.conf" 2>>"$work/searchd.log") &
daemon=$!
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
acked=0 refused=
for _ in $(seq 300); do
	out=$($ask "$socket" check "$body")
	case $out in
	"ok "*) acked=$((acked + 1)) request=$(echo "$out" | grep -oE 'REQ-[0-9A-Z]{4}-[0-9A-Z]{4}' | head -n 1) ;;
	*) refused=$out; break ;;
	esac
done
[ "$(echo "$refused" | head -n 1)" = "error audit_unavailable" ] && [ "$acked" -gt 5 ] && faults= || faults="after $acked: $refused"
verdict "full ledger: after $acked checks the next is refused as audit_unavailable" "$faults"
case $refused in *candidates* | *OBrien* | *CHK-*) faults=$refused ;; *) faults= ;; esac
verdict "full ledger: the refusal gives nothing away" "$faults"
for _ in $(seq 100); do # until not even a small entry has room
	$ask "$socket" request.note "{\"request\":\"$request\",\"milestone\":\"imr_commissioned\"}" | grep -q '^ok ' || break
done
out=$("$tools"/ask --role consultant --timeout 3000 "$socket" review.export "{\"request\":\"$request\"}")
[ "$(echo "$out" | head -n 1)" = "error audit_unavailable" ] && faults= || faults=$(echo "$out" | cut -c1-300)
verdict "full ledger: a part of a review file is refused likewise" "$faults"
kill -0 "$daemon" 2>/dev/null && $ask "$socket" health '{}' | grep -q '^ok ' && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "full ledger: searchd lives on and tells its health" "$faults"
grep -q 'code=audit_unavailable' "$work/searchd.log" && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "full ledger: the log says so" "$faults"
kill "$daemon"
wait "$daemon" 2>/dev/null
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts with room again"; exit 1; }
$ask "$socket" check "$body" | grep -q '^ok ' && acked=$((acked + 1))
kill "$daemon"
wait "$daemon"
daemon=
logged=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" --json | sed -n 's/.*"checks":\([0-9]*\).*/\1/p')
[ "$logged" = "$acked" ] && faults= || faults="$logged in the ledger, $acked answered"
verdict "full ledger: with room again it goes on, all $acked answered checks in it and no other" "$faults"
[ "$failures" = 0 ]
