#!/bin/sh
# Goal of this test: the two legs of a check are kept apart: who may ask and read what, what makes a check
# complete, what is a breach, and what a role sees of a secured record.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
holds() { # name, file, texts that must all be in it
	name=$1 file=$2
	shift 2
	faults=
	for text in "$@"; do
		grep -qF "$text" "$file" || faults="$faults
not there: $text"
	done
	[ -z "$faults" ] || faults="$faults
$(cut -c1-1200 "$file")"
	verdict "legs: $name" "$faults"
}
load_all
begin_daemon qa_officer,nsit_officer,head_of_childline,head_of_child_protection_qa,director,media
request='"request":{"reference":"LEGS","kind":"serious_incident","purpose":"test"}'
katie='{"ref":"child","role":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'

as qa_officer check "{$request,\"people\":[$katie]}" >"$work/qa"
holds "the QA leg is searched and the other is missing" "$work/qa" '"leg":"qa"' '"leg_complete":true' \
    '"legs_missing":["childline"]' '"complete":false' '"secured_now":true' '"outcome":"match"'
check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/qa")
as nsit_officer check "{$request,\"of\":\"$check\"}" >"$work/childline"
holds "the Childline leg of it takes its people and completes it" "$work/childline" "\"of\":\"$check\"" \
    '"leg":"childline"' '"legs_missing":[]' '"complete":true' '"ref":"child"' "searched by $check"
as qa_officer check "{$request,\"leg\":\"childline\",\"of\":\"$check\"}" >"$work/out"
holds "a QA officer may not search Childline" "$work/out" 'error forbidden' \
    'the role Safeguarding QA officer may not search the childline leg'
as nsit_officer check "{$request,\"leg\":\"qa\",\"people\":[$katie]}" >"$work/out"
holds "nor an NSIT officer the QA leg" "$work/out" 'error forbidden'
as qa_officer check "{$request,\"of\":\"$check\"}" >"$work/out"
holds "a check of the same leg is no other leg" "$work/out" 'error bad_request' "of: $check is of the qa leg itself"
as nsit_officer check "{$request,\"of\":\"CHK-0000-0000\"}" >"$work/out"
holds "a check that is not there is no check" "$work/out" 'error not_found' 'of: there is no check CHK-0000-0000'
as media check "{$request,\"people\":[$katie]}" >"$work/out"
holds "a role without the operation is refused" "$work/out" 'error forbidden' 'may not call check'

as nsit_officer check.get "{\"check\":\"$check\"}" >"$work/out"
holds "an NSIT officer may not read a QA check" "$work/out" 'error forbidden'
as qa_officer check.get "{\"check\":\"$check\"}" >"$work/out"
holds "a QA officer reads it, with the breaches at it" "$work/out" '"kind":"check"' '"kind":"secure"' \
    '"kind":"breach"' '"not_shown":0' 'Acacia Avenue'
as qa_officer check.get "{\"check\":\"$check\"}" >"$work/out"
holds "the view is an entry" "$work/out" '"kind":"view"'

# A role that works in the leg and may not see secured details.
as head_of_child_protection_qa check.get "{\"check\":\"$check\"}" >"$work/out"
holds "secured details are kept from a role that may not see them" "$work/out" '"restricted":true' \
    '"contact":"Safeguarding QA Consultant"' '"evidence":[]'
# What was asked stays; what is on file goes.
record=$(sed -n 's/.*"secured":\[[^]]*"system":"childrens_services","record_id":"\([^"]*\)".*/\1/p' "$work/qa" | head -n 1)
leak=$(sed 's/"restricted":true/\n&/g' "$work/out" | grep -c '"secured":true.*"restricted":false')
[ "$leak" = 0 ] && [ -n "$record" ] && faults= || faults="$leak candidates still open (record \"$record\")"
verdict "legs: none of its secured candidates is left open" "$faults"

# How a relative on a secured record is related tells when and what its people are born and called.
as qa_officer check "{$request,\"people\":[$(echo "$katie" | sed 's/Katherine Anne/Josephine/')]}" >"$work/twin"
holds "who may see it reads that it may be a twin" "$work/twin" '"relation":"possible_twin","words":"another forename, born the same day'
as head_of_child_protection_qa check.get "{\"check\":\"$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/twin")\"}" >"$work/out"
holds "who may not reads that there is somebody" "$work/out" '"relation":"related","words":""' '"restricted":true'
told=$(sed 's/"system"/\n&/g' "$work/out" | grep '"restricted":true' | grep -oE 'possible_(twin|sibling|parent)|born the same day|another forename' | sort -u)
verdict "legs: and not how they are related" "$told"

# A leg about somebody else is no leg of that check: it must never be called complete.
as nsit_officer check "{\"request\":{\"reference\":\"R\",\"kind\":\"external_record_check\",\"purpose\":\"t\"},\"leg\":\"childline\",\"of\":\"$check\",\"people\":[{\"names\":[{\"full\":\"Barnaby Quillfeather\"}]}]}" >"$work/out"
holds "the other leg with other people is refused" "$work/out" "error bad_request" "people: are not those of $check; leave them out to ask about the same"

as qa_officer record.status "{\"system\":\"childrens_services\",\"record_id\":\"$record\"}" >"$work/out"
holds "record.status knows the secured record" "$work/out" '"on_file":true' '"secured":true' "\"secured_by\":\"$check\""
as director record.status "{\"system\":\"childline\",\"record_id\":\"CL-2024-00101\"}" >"$work/out"
holds "a role without legs learns what the ledger says" "$work/out" '"secured":'
grep -q on_file "$work/out" && faults=$(cat "$work/out") || faults=
verdict "legs: and nothing of the index" "$faults"
as qa_officer record.status '{"system":"childline","record_id":"CL-2024-00101"}' >"$work/out"
holds "record.status keeps to the leg" "$work/out" 'error forbidden'
as qa_officer record.status '{"system":"nowhere","record_id":"1"}' >"$work/out"
holds "a system that the policy does not know" "$work/out" 'system: the policy knows no system "nowhere"'

# A first leg that is too old does not count: who knows what has been loaded since.
kill "$daemon"
wait "$daemon"
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >"$work/out" 2>&1 && faults= || faults=$(cat "$work/out")
verdict "legs: the ledger verifies" "$faults"
for hours in 23 25; do
	"$tools"/ledger_age "$work/data/ledger/ledger.db" "$work/data/keys" "$check" "CHK-AGED-00$hours" "$hours" ||
	    echo "not ok ledger_age"
done
start_daemon
wait_ready
as nsit_officer check "{$request,\"of\":\"CHK-AGED-0023\"}" >"$work/out"
holds "a leg of 23 hours ago still counts" "$work/out" '"legs_missing":[]' '"complete":true' 'searched by CHK-AGED-0023"'
as nsit_officer check "{$request,\"of\":\"CHK-AGED-0025\"}" >"$work/out"
holds "a leg of 25 hours ago is to be asked again" "$work/out" '"leg_complete":true' '"legs_missing":["qa"]' \
    '"complete":false' 'searched by CHK-AGED-0025 25 hours before; the policy allows 24: to be asked again' \
    'Not searched: Children'

# A record that leaves the export stays secured; somebody who is not in the configuration learns nothing.
grep -av "^$record," fixtures/childrens_services.csv >"$work/less.csv"
"$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/less.csv" --data "$work/data" >/dev/null 2>&1
tries=0
until as qa_officer record.status "{\"system\":\"childrens_services\",\"record_id\":\"$record\"}" | grep -q '"on_file":false' || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
as qa_officer record.status "{\"system\":\"childrens_services\",\"record_id\":\"$record\"}" >"$work/out"
holds "a secured record that left the export stays secured" "$work/out" '"on_file":false,"people":0' '"secured":true'
kill "$daemon"
wait "$daemon"
sed -i 's/^user = .*/user = other uid 4000000000 roles qa_officer/' "$work/searchd.conf"
start_daemon
tries=0
until [ -S "$work/searchd.sock" ] || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
as qa_officer health '{}' >"$work/out"
holds "who is not in the configuration is refused" "$work/out" 'error forbidden' 'your uid is not in searchd.conf'
kill "$daemon"
wait "$daemon"
daemon=
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >"$work/out" 2>&1
grep -q "entry [0-9]* is earlier than the one before" "$work/out" && faults= || faults=$(cat "$work/out")
verdict "legs: the check that was set back by hours is found by verification" "$faults"
[ "$failures" = 0 ]
