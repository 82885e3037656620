#!/bin/sh
# Goal of this test: a check is complete only when both legs, each run by its own role, covered every system
# (procedure, 2.3, 2.4); a system that is down, stale or missing leaves it incomplete and says so; who has not
# the leg's role is refused, and that is a breach that is told (1.8).
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
load_all
begin_daemon qa_officer,nsit_officer,consultant
client() { # role, verb...
	role=$1
	shift
	case $1 in
	request) two="$1 $2"; shift 2 ;;
	*) two=$1; shift ;;
	esac
	# shellcheck disable=SC2086 # a verb may be two words
	"$bin"/client $two --socket "$socket" --role "$role" "$@"
}
katie='{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
client qa_officer request log --reference LEGS-1 --kind serious_incident --channel email --purpose test \
    --ref child --forename "Katherine Anne" --surname "O'Brien" --dob 2009-03-04 --address "12 Acacia Avenue" --town Leeds \
    --postcode "LS8 4AB" >"$work/out" 2>&1
request=$(first_request "$work/out")
holds "legs: a request is logged with the client" "$work/out" REQ- 'FOR THE SAME' LEGS-1

client qa_officer request show "$request" >"$work/out" 2>&1
holds "legs: nothing was searched yet" "$work/out" 'not searched completely' 'NOT COMPLETE' 'missing: Helpline and contact centre, not searched yet'
as nsit_officer check "{\"request\":\"$request\",\"leg\":\"qa\"}" >"$work/out"
holds "legs: the NSIT officer may not search the QA leg" "$work/out" 'error forbidden' 'may not search the qa leg'
as consultant check "{\"request\":\"$request\",\"leg\":\"qa\"}" >"$work/out"
holds "legs: the Consultant searches nothing" "$work/out" 'error forbidden'
[ "$(entries breach)" = 1 ] && faults= || faults="$(entries breach) breaches"
verdict "legs: the wrong leg is a breach" "$faults"
bodies notice "$work/bodies"
holds "legs: which is told" "$work/bodies" '"event":"breach"'
[ "$(entries check)" = 0 ] && faults= || faults="$(entries check) checks"
verdict "legs: and searches nothing" "$faults"

client qa_officer check --request "$request" --json >"$work/qa" 2>&1
holds "legs: the QA leg alone is not complete" "$work/qa" '"leg":"qa"' '"leg_complete":true' '"legs_missing":["childline"]' '"complete":false'
client qa_officer request show "$request" >"$work/out" 2>&1
holds "legs: and the request says which leg is missing" "$work/out" 'not searched completely' 'missing: Childline, not searched yet'
client nsit_officer check --request "$request" --json >"$work/childline" 2>&1
holds "legs: the other leg completes it, without a name of the first" "$work/childline" '"leg":"childline"' '"of":""' '"legs_missing":[]' '"complete":true'
client qa_officer request show "$request" --json >"$work/out" 2>&1
holds "legs: both legs complete" "$work/out" '"complete":true,' '"missing":[]'
lacks "legs: nothing is missing" "$work/out" '"complete":false'

# Other people than before: the other leg must ask about them too.
more=$(echo "$katie" | sed 's/"2009-03-04"/"2009-03-05"/')
mother='{"ref":"mother","names":[{"forenames":"Siobhan","surname":"O'\''Brien"}],"phones":["07700 900142"]}'
as qa_officer check "{\"request\":\"$request\",\"people\":[$mother]}" >"$work/out"
holds "legs: people of the request are not exchanged for others" "$work/out" 'error bad_request' 'people[0]: is not "child"' 'come first, in their order'
as qa_officer check "{\"request\":\"$request\",\"people\":[$more,$mother]}" >"$work/out"
holds "legs: with other people the other leg is missing again" "$work/out" 'ok ' '"legs_missing":["childline"]' 'for other people: to be asked again' '"complete":false'
as qa_officer request.get "{\"request\":\"$request\"}" >"$work/out"
holds "legs: the request says why" "$work/out" 'asked about other people than the request names now' '"complete":false'
as nsit_officer check "{\"request\":\"$request\"}" >"$work/out"
holds "legs: it then asks about those" "$work/out" '"ref":"mother"' '"complete":true'

# Too far apart: the older leg is to be asked again.
other=$(grep -oE 'CHK-[0-9A-Z]{4}-[0-9A-Z]{4}' "$work/out" | head -n 1)
stop_daemon
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "legs: the ledger verifies" "$faults"
# (An entry of yesterday put at the end is what no ledger has: from here on it does not verify.)
"$tools"/ledger_age "$work/data/ledger/ledger.db" "$work/data/keys" "$other" CHK-AGED-0025 25 || echo "not ok ledger_age"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
as qa_officer request.get "{\"request\":\"$request\"}" >"$work/out"
holds "legs: a leg of 25 hours before the other does not count" "$work/out" '"complete":false' 'searched more than 24 hours after CHK-AGED-0025'
as qa_officer request.close "{\"request\":\"$request\"}" >"$work/out"
holds "legs: nor is the request closed" "$work/out" 'error forbidden' 'the childline leg: another leg was searched more than 24 hours after'
as qa_officer check "{\"request\":\"$request\"}" >"$work/out"
holds "legs: a check says so too" "$work/out" '"legs_missing":["childline"]' 'searched by CHK-AGED-0025 25 hours before; the policy allows 24'

# A system whose files are gone, one that was never loaded, one that is stale.
as qa_officer request.log "{\"request\":{\"reference\":\"LEGS-2\",\"purpose\":\"test\",\"kind\":\"external_record_check\",\"channel\":\"email\"},\"people\":[$katie]}" >"$work/out"
second=$(first_request "$work/out")
stop_daemon
rm -rf "$work/data/index/ctac"
# An export that is older than the policy's 168 hours, by its file's time.
cp fixtures/participation.tsv "$work/old.tsv"
touch -d '169 hours ago' "$work/old.tsv"
"$bin"/indexer load --system participation --mapping schemas/exports/participation.json --export "$work/old.tsv" --data "$work/data" >/dev/null 2>&1
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
as qa_officer check "{\"request\":\"$second\"}" >"$work/out"
holds "legs: a leg with a system that is gone is not complete" "$work/out" '"leg_complete":false' '"reason":"never loaded"'
as nsit_officer check "{\"request\":\"$second\"}" >"$work/out"
holds "legs: nor is the check that the other leg makes with it" "$work/out" '"leg_complete":true' '"complete":false' 'not completely: see there'
client qa_officer request show "$second" >"$work/out" 2>&1
holds "legs: the request says of each system what is missing" "$work/out" 'missing: Child Trafficking Advice Centre, it was never loaded' \
    "missing: Participation, the export was older than the policy's 168 hours" 'Childline leg complete'
as qa_officer request.close "{\"request\":\"$second\"}" >"$work/out"
holds "legs: and is not closed" "$work/out" 'error forbidden' 'the qa leg:' 'never loaded'
as qa_officer request.get "{\"request\":\"$second\"}" >"$work/out"
holds "legs: it is in review or incomplete, never complete" "$work/out" '"complete":false'
load ctac jsonl >/dev/null 2>&1
load participation tsv >/dev/null 2>&1
tries=0
until as qa_officer check "{\"request\":\"$second\"}" >"$work/out" && grep -q '"complete":true' "$work/out"; do
	tries=$((tries + 1))
	[ "$tries" -lt 50 ] || break
	sleep 0.2
done
holds "legs: loaded again and asked again, it is" "$work/out" '"leg_complete":true' '"complete":true'
stop_daemon
[ "$failures" = 0 ]
