#!/bin/sh
# Goal of this test: retention (procedure, 6.2). A request that was kept for the policy's days is due; the Records
# Manager destroys what is personal of it by its data keys; what remains is said, and the ledger still verifies. Nothing
# else is destroyed: not what is open, too young, unknown to the policy, or found a record that is secured.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ledger=$work/data/ledger/ledger.db
hours() { echo $(($1 * 24)); }
put() { # days ago, kind, request, body, secret
	"$tools"/ledger_put "$ledger" "$work/data/keys" "$(hours "$1")" "$2" "$3" "" "$4" "$5" || echo "not ok ledger_put"
}
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | tr '\n' ' ' | grep -q "$2" && faults= || faults="code $5: $3"
	verdict "retention: $1" "$faults"
}
manager() { "$bin"/client "$@" --socket "$socket" --role records_manager 2>&1; }
entries() { sqlite3 -readonly "$ledger" "SELECT count(*) FROM entry WHERE kind = '$1'"; }

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
sed -i "s/^user = .*/user = tester uid $(id -u) roles qa_officer,consultant,records_manager,auditor/" "$work/searchd.conf"
mkdir -p "$work/data/ledger"
chmod 0750 "$work/data/ledger"
# Enquiries that found nothing are kept for 730 days in the shipped policy, withdrawn ones for 365.
request='{"reference":"OLD","kind":"training_consultancy","jurisdiction":"england","people":1}'
person='{"request":{},"people":[{"ref":"child","names":[{"forenames":"Wilhelmina","surname":"Quarrington"}]}]}'
put 2000 request REQ-0000-0001 "$request" "$person" # closed 730 days and an hour ago
put 2000 request REQ-0000-0002 "$request" "$person" # closed 729 days ago
put 2000 request REQ-0000-0003 "$request" "$person" # open
put 2000 request REQ-0000-0004 "$request" "$person" # withdrawn 400 days ago, with a record that is secured now
put 2000 request REQ-0000-0005 '{"reference":"OLD","kind":"no_longer_known"}' "$person"
put 1000 request_state REQ-0000-0005 '{"state":"closed","outcome":"no_trace"}' ""
"$tools"/ledger_put "$ledger" "$work/data/keys" $((730 * 24 + 1)) request_state REQ-0000-0001 "" '{"state":"closed","outcome":"no_trace"}' '{"reason":"nothing of Wilhelmina"}'
put 729 request_state REQ-0000-0002 '{"state":"closed","outcome":"no_trace"}' ""
record=$(sed -n 2p fixtures/helpline.csv | cut -d, -f1)
"$tools"/ledger_put "$ledger" "$work/data/keys" $((800 * 24)) check REQ-0000-0001 CHK-0000-0001 '{"leg":"qa","people":[{"outcome":"no_trace","candidates":[]}]}' "$person" ||
    { echo "not ok an aged check"; exit 1; }
"$tools"/ledger_put "$ledger" "$work/data/keys" $((500 * 24)) check REQ-0000-0004 CHK-0000-0004 '{"leg":"qa","people":[{"outcome":"match","candidates":[{"system":"helpline","record_id":"'"$record"'","person_id":"1","grade":"possible","match_weight":9}]}]}' "$person" ||
	echo "not ok ledger_put"
put 400 request_state REQ-0000-0004 '{"state":"withdrawn","outcome":"withdrawn"}' ""
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
out=$("$bin"/client secure helpline "$record" --socket "$socket" --role consultant --request REQ-0000-0003 --reason test 2>&1)
holds "a record that one of them found is secured" "SECURED" "$out" 0 $?

out=$("$bin"/client retention due --socket "$socket" --role qa_officer 2>&1)
holds "only the Records Manager may list what is due" "may not call retention.due" "$out" 77 $?
out=$(manager retention due --json)
holds "a request that was kept long enough is due" '"request":"REQ-0000-0001","reference":"OLD","kind":"training_consultancy","state":"closed","outcome":"no_trace","ended_at":"20[^"]*","keep_days":730,"due_at":"20[^"]*","held":""' "$out" 0 $?
echo "$out" | grep -q 'REQ-0000-0002\|REQ-0000-0003' && faults=$out || faults=
verdict "retention: one that is a day younger, or open, is not" "$faults"
echo "$out" | grep -q '"request":"REQ-0000-0004",[^}]*"held":"a record that it found is secured"' && faults= || faults=$out
verdict "retention: one with a secured record is listed with what holds it" "$faults"
echo "$out" | grep -q '"request":"REQ-0000-0005",[^}]*"keep_days":0,[^}]*"held":"the policy does not say' && faults= || faults=$out
verdict "retention: so is one of a kind that the policy does not know" "$faults"

before=$(entries refusal)
out=$("$bin"/client retention destroy REQ-0000-0001 --reason x --socket "$socket" --role consultant 2>&1)
holds "others may not destroy" "may not call retention.destroy" "$out" 77 $?
out=$(manager retention destroy REQ-0000-0002 --reason "tidy up")
holds "nothing that is too young" "is to be kept for 730 days" "$out" 77 $?
out=$(manager retention destroy REQ-0000-0003 --reason "tidy up")
holds "nothing that is open" "is open" "$out" 77 $?
out=$(manager retention destroy REQ-0000-0004 --reason "tidy up")
holds "nothing whose record is secured" "is kept: a record that it found is secured" "$out" 77 $?
out=$(manager retention destroy REQ-0000-0005 --reason "tidy up")
holds "nothing of which the policy does not say how long" "the policy does not say" "$out" 77 $?
out=$(manager retention destroy REQ-0000-0009 --reason "tidy up")
holds "nothing that is not there" "there is no request" "$out" 66 $?
[ "$(entries refusal)" = $((before + 5)) ] && [ "$(entries destroyed)" = 0 ] && faults= || faults="$(entries refusal) refusals, $before before"
verdict "retention: each refusal is an entry" "$faults"

out=$("$bin"/client request show REQ-0000-0001 --details --socket "$socket" --role qa_officer 2>/dev/null ||
	"$tools"/ask --role qa_officer "$socket" request.get '{"request":"REQ-0000-0001","details":true}')
echo "$out" | grep -q Quarrington && faults= || faults=$out
verdict "retention: until then it can be read" "$faults"
out=$(manager retention destroy REQ-0000-0001 --reason "kept for two years" --json)
holds "what is due is destroyed, and what remains is said" '"state":"destroyed","destroyed_entry":[0-9]*,.*"entries":5,"secrets":3,"first_entry":[0-9]*,"last_entry":[0-9]*,"remains":"Of each entry' "$out" 0 $?
out=$("$tools"/ask --role qa_officer "$socket" request.get '{"request":"REQ-0000-0001","details":true}')
echo "$out" | grep -q '"destroyed":true' && ! echo "$out" | grep -q Quarrington && faults= || faults=$out
verdict "retention: reading it says that it is destroyed" "$faults"
out=$("$tools"/ask --role qa_officer "$socket" check.get '{"check":"CHK-0000-0001"}' 2>&1)
echo "$out" | grep -q '"kind":"check".*"destroyed":true,"secret":{}' && faults= || faults=$out
verdict "retention: of its check stays what is not personal" "$faults"
out=$(manager retention due --json)
echo "$out" | grep -q REQ-0000-0001 && faults=$out || faults=
verdict "retention: it is due no more" "$faults"
out=$("$tools"/ask --role qa_officer "$socket" request.get '{"request":"REQ-0000-0002","details":true}')
echo "$out" | grep -q Quarrington && faults= || faults=$out
verdict "retention: another request is untouched" "$faults"
out=$(manager retention destroy REQ-0000-0001 --reason "again" --json)
holds "again it changes nothing" '"state":"destroyed"' "$out" 0 $?
[ "$(entries destroyed)" = 1 ] && faults= || faults="$(entries destroyed) entries"
verdict "retention: nor the ledger" "$faults"

# Killed, and started: it stays destroyed, and the chain verifies.
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
out=$("$tools"/ask --role qa_officer "$socket" request.get '{"request":"REQ-0000-0001","details":true}')
echo "$out" | grep -q '"destroyed":true' && faults= || faults=$out
verdict "retention: it stays destroyed" "$faults"
kill "$daemon"
wait "$daemon"
daemon=
LC_ALL=C grep -qa "Quarrington\|Wilhelmina" "$ledger" "$ledger"-* 2>/dev/null && faults="a name is in the ledger in the clear" || faults=
verdict "retention: no name stands in the ledger's files" "$faults"
out=$("$bin"/client ledger verify "$ledger" 2>&1) && faults= || faults=$out
verdict "retention: the ledger verifies" "$faults"
[ "$failures" = 0 ]
