#!/bin/sh
# Goal of this test: `why` explains any record against any question, returned or not, and names the step at
# which it fell; it agrees with the check; it is logged before it is answered, kept to its leg, and blanked
# where details are kept back.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
holds() { # name, file, texts that must all be in it
	name=$1 file=$2
	shift 2
	faults=
	for text in "$@"; do
		grep -qF -- "$text" "$file" || faults="$faults
not there: $text"
	done
	[ -z "$faults" ] || faults="$faults
$(cut -c1-1600 "$file")"
	verdict "why: $name" "$faults"
}
# The people of a record in the answer on stdin: person_id, returned, fell_at, match_weight, grade.
people() {
	sed 's/{"system":"[^"]*","record_id":"[^"]*","person_id":/\n&/g' |
	    sed -n 's/.*"person_id":"\([^"]*\)","role".*"match_weight":\([-0-9.]*\),.*"grade":"\([a-z]*\)",.*"returned":\([a-z]*\),.*"fell_at":"\([a-z_]*\)"}.*/\1 \4 at=\5 \2 \3/p'
}
load_all
begin_daemon qa_officer,nsit_officer,consultant,head_of_child_protection_qa
request='"request":{"reference":"WHY","kind":"serious_incident","purpose":"test"}'
katie='{"ref":"child","role":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
why() { # role, system, record, further fields
	as "$1" why "{$request,\"system\":\"$2\",\"record_id\":\"$3\",\"person\":$katie$4}"
}

# --- It agrees with the check -----------------------------------------------------------------------
as qa_officer check "{$request,\"people\":[$katie]}" >"$work/check"
check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/check")
sed 's/{"system":"[^"]*","record_id":"[^"]*","person_id":/\n&/g' "$work/check" |
    sed -n -e "/\"relation\":/d" -e 's/^{"system":"\([^"]*\)","record_id":"\([^"]*\)","person_id":"\([^"]*\)".*"match_weight":\([-0-9.]*\),.*"grade":"\([a-z]*\)",.*/\1 \2 \3 \4 \5/p' >"$work/listed"
faults=
rank=0
while read -r system record person weight grade; do
	rank=$((rank + 1))
	why qa_officer "$system" "$record" ",\"person_id\":\"$person\"" >"$work/out"
	got=$(people <"$work/out")
	case $got in "$person true at="*" $weight $grade") ;; *) faults="$faults
$system $record: got \"$got\", the check says $weight $grade" ;; esac
	grep -q "\"rank\":$rank," "$work/out" || faults="$faults
$system $record: not rank $rank"
done <"$work/listed"
[ "$rank" -ge 3 ] || faults="$faults
only $rank candidates"
verdict "why: each of the $rank candidates of a check is returned with its rank, weight and grade" "$faults"
[ "$(entries why)" = "$rank" ] && faults= || faults="$(entries why) entries, $rank questions"
verdict "why: each question is an entry" "$faults"

# --- A case with several people ---------------------------------------------------------------------
why qa_officer childrens_services CS-000101 >"$work/out"
holds "a record of several people gives the way of each" "$work/out" '"on_file":true,"people":3,"superseded":false' \
    '"person_id":"P-000101"' '"person_id":"P-000102"' '"band":{"from":' '"prior":' '"rarity":' '"bound":'
people <"$work/out" | cut -d' ' -f1-3 >"$work/got"
cat >"$work/want" <<'END'
P-000101 true at=
P-000102 false at=same_person
P-000103 false at=same_person
END
faults=$(diff "$work/want" "$work/got")
verdict "why: the child of it is returned, its relatives are told apart" "$faults"
faults=
rank=0
sed 's/{"system":"[^"]*","record_id":"[^"]*","person_id":/\n&/g' "$work/check" |
    sed -n 's/^{"system":"\([^"]*\)","record_id":"\([^"]*\)","person_id":"\([^"]*\)".*"relation":"\([a-z_]*\)".*"family_weight":\([-0-9.]*\),.*/\1 \2 \3 \4 \5/p' >"$work/related"
while read -r system record person relation weight; do
	rank=$((rank + 1))
	why qa_officer "$system" "$record" ",\"person_id\":\"$person\"" >"$work/out"
	grep -q "\"relation\":\"$relation\",.*\"family_weight\":$weight,.*\"related\":true,.*\"fell_at\":\"same_person\"" "$work/out" ||
	    faults="$faults
$system $record $person: the check says $relation $weight: $(cut -c1-600 "$work/out")"
done <"$work/related"
[ "$rank" -ge 2 ] || faults="$faults
only $rank are related"
verdict "why: so is each of the $rank that the check lists as related" "$faults"
why qa_officer childrens_services CS-000101 ',"person_id":"nobody"' >"$work/out"
holds "a person that the record does not have" "$work/out" '"fell_at":"on_file"' \
    'the record has 3 people, and none of that number' '"candidates":[]'

# --- Where a record falls ---------------------------------------------------------------------------
list=$(sed -n 's/.*"list": \([-0-9.]*\).*/\1/p' schemas/policy/default.json)
why qa_officer helpline H-2012-00152 ',"person_id":"caller"' >"$work/out"
case $(people <"$work/out") in "caller false at=retrieved "*" none") faults= ;; *) faults=$(cat "$work/out") ;; esac
verdict "why: a person that retrieval never reached" "$faults"
holds "its figures and its words" "$work/out" '"step":"retrieved","result":"failed","value":-' "\"limit\":${list}.00" \
    '"step":"listed","result":"failed"' '"step":"compared","result":"not_reached"' '"level":"none"'
elsewhere='{"names":[{"full":"Kate Obrian"}],"births":["2009-07-14"],"sex":"male","addresses":[{"postcode":"AB10 1XG"}]}'
as qa_officer why "{$request,\"system\":\"childrens_services\",\"record_id\":\"CS-000101\",\"person_id\":\"P-000101\",\"person\":$elsewhere}" >"$work/out"
case $(people <"$work/out") in "P-000101 false at=listed "*" none") faults= ;; *) faults=$(cat "$work/out") ;; esac
verdict "why: a record below what is listed" "$faults"
holds "it had been retrieved" "$work/out" '"step":"retrieved","result":"passed"' '"step":"compared","result":"passed"'
why qa_officer helpline H-0000-0000 >"$work/out"
holds "a record that is not on file" "$work/out" '"on_file":false,"people":0' '"fell_at":"on_file"' \
    'the record is not in generation 1'
sibling='{"names":[{"surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","postcode":"LS8 4AB"}]}'
as qa_officer why "{$request,\"system\":\"childrens_services\",\"record_id\":\"CS-000101\",\"person_id\":\"P-000101\",\"person\":$sibling}" >"$work/out"
case $(people <"$work/out") in "P-000101 true at=graded "*" possible") faults= ;; *) faults=$(cat "$work/out") ;; esac
verdict "why: the grade is kept at possible without a forename" "$faults"

# --- Legs -------------------------------------------------------------------------------------------
why qa_officer childline CL-2024-00101 >"$work/out"
holds "a system of another leg is not looked into" "$work/out" '"fell_at":"searched"' '"on_file":false' \
    'Childline belongs to the childline leg; this question is of the qa leg' '"candidates":[]'
breaches=$(entries breach) questions=$(entries why)
why nsit_officer childrens_services CS-000101 ',"leg":"qa"' >"$work/out"
holds "a leg that the role may not search is refused" "$work/out" 'error forbidden' 'may not search the qa leg'
[ "$(entries breach)" = $((breaches + 1)) ] && [ "$(entries why)" = "$questions" ] && faults= || faults="$(entries breach) breaches"
verdict "why: and logged as a breach" "$faults"
as nsit_officer why "{\"check\":\"$check\",\"system\":\"childline\",\"record_id\":\"CL-2024-00101\"}" >"$work/out"
holds "nor is a check of that leg asked against" "$work/out" 'error forbidden'
as consultant why "{\"check\":\"$check\",\"system\":\"helpline\",\"record_id\":\"H-2016-00101\"}" >"$work/out"
holds "a role without the operation is refused" "$work/out" 'error forbidden' 'may not call why'

# --- Wrong questions --------------------------------------------------------------------------------
wrong() { # name, body, message
	as qa_officer why "$2" >"$work/out"
	holds "$1" "$work/out" "$3"
}
record='"system":"helpline","record_id":"H-2016-00101"'
wrong "no person" "{$request,$record}" 'person: is missing (or give check: one that asked)'
wrong "person and check" "{\"check\":\"$check\",\"person\":$katie,$record}" 'person: give a person or a check, not both'
wrong "no such check" "{\"check\":\"CHK-0000-0000\",$record}" 'there is no check CHK-0000-0000'
wrong "a check of another name" "{\"check\":\"x\",$record}" "check: is not a check's name"
wrong "nobody of that ref" "{\"check\":\"$check\",\"ref\":\"x\",$record}" "ref: $check asks about no \"x\""
wrong "ref without check" "{$request,\"ref\":\"child\",\"person\":$katie,$record}" 'ref: goes with check'
wrong "no such system" "{$request,\"person\":$katie,\"system\":\"x\",\"record_id\":\"y\"}" 'system: the policy knows no system "x"'
wrong "nothing to search by" "{$request,\"person\":{\"names\":[{\"full\":\"unknown\"}]},$record}" 'person: nothing to search by'
wrong "another leg than the check's" "{\"check\":\"$check\",\"leg\":\"childline\",$record}" "leg: $check is of the qa leg"
wrong "an unknown field" "{$request,\"person\":$katie,$record,\"x\":1}" 'unknown field "x"'
wrong "an unknown kind" "{\"request\":{\"reference\":\"R\",\"kind\":\"x\",\"purpose\":\"p\"},\"person\":$katie,$record}" 'request.kind: "x" is not one of'

# --- Once, and durable ------------------------------------------------------------------------------
id=0123456789abcdef0123456789abcdef
before=$(entries why)
body="{\"check\":\"$check\",\"ref\":\"child\",$record}"
"$tools"/ask --id $id --role qa_officer "$socket" why "$body" >"$work/first"
"$tools"/ask --id $id --role qa_officer "$socket" why "$body" >"$work/second"
[ "$(tail -n 1 "$work/first")" = "$(tail -n 1 "$work/second")" ] && grep -q 'replayed=yes' "$work/second" &&
    [ "$(entries why)" = $((before + 1)) ] && faults= || faults=$(cat "$work/first" "$work/second")
verdict "why: asked again by one id it is one entry and one answer" "$faults"
"$tools"/ask --id $id --role qa_officer "$socket" why "{\"check\":\"$check\",\"ref\":\"child\",\"system\":\"helpline\",\"record_id\":\"x\"}" >"$work/out"
holds "another question by that id is refused" "$work/out" 'error id_conflict'
[ "$(entries secure)" = "$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM secured")" ] && faults= || faults=$(entries secure)
secured=$(entries secure)
why qa_officer childrens_services CS-000101 >"$work/out"
[ "$(entries secure)" = "$secured" ] && faults= || faults="$(entries secure) secured, not $secured"
verdict "why: nothing is secured by it" "$faults"

# --- In the history of its check, blanked for those who may not see ----------------------------------
as qa_officer check.get "{\"check\":\"$check\"}" >"$work/out"
holds "a question against a check stands in its history" "$work/out" '"kind":"why"' '"record_id":"H-2016-00101"'
as qa_officer why "{\"check\":\"$check\",\"system\":\"childrens_services\",\"record_id\":\"CS-000101\"}" >"$work/out"
holds "a secured record says so" "$work/out" '"secured":true' 'Katherine Anne' '"restricted":false'
as head_of_child_protection_qa check.get "{\"check\":\"$check\"}" >"$work/out"
open=$(sed 's/{"system":"[^"]*","record_id":"[^"]*","person_id"/\n&/g' "$work/out" | grep -c '^{"system":"childrens_services","record_id":"CS-000101","person_id".*"restricted":false')
grep -q '"kind":"why"' "$work/out" && [ "$open" = 0 ] && faults= || faults="$open left open: $(cut -c1-800 "$work/out")"
verdict "why: its entries are blanked in the history where details are kept back" "$faults"
kill "$daemon"
wait "$daemon"
sed 's/"visible_to": \[[^]]*\]/"visible_to": ["consultant"]/' schemas/policy/default.json >"$work/policy.json"
echo "policy = $work/policy.json" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
why qa_officer childrens_services CS-000101 >"$work/out"
holds "details of a secured record are kept from a role that may not see them" "$work/out" '"restricted":true' \
    '"contact":"Safeguarding QA Consultant"' '"evidence":[]' '"step":"retrieved"'
grep -qE 'Acacia|Katherine|"names":\["' "$work/out" && faults=$(cat "$work/out") || faults=
verdict "why: nothing of it is left" "$faults"
grep -oE 'possible_(twin|sibling|parent)|forename agrees|another forename|of the generation' "$work/out" | sort -u >"$work/told"
verdict "why: nor how its people are related to the one asked about" "$(cat "$work/told")"
"$bin"/client why --socket "$socket" --role qa_officer --check "$check" --record childrens_services/CS-000101 >"$work/text"
holds "the client says whom to ask" "$work/text" 'Its details are kept back from this role.' 'Ask: Safeguarding QA Consultant'
kill "$daemon"
wait "$daemon"
sed -i '/^policy/d' "$work/searchd.conf"

# --- Deltas, and more than can be compared or shown --------------------------------------------------
header='MemberNo	FirstName	LastName	KnownAs	YearOfBirth	Gender	Group	Joined	Left	ParentName	ParentPhone	ParentEmail	Town	Nation	Operation'
row() { # id, forename, operation
	printf '%s\t%s\tQuillfeather\t\t2010\tFemale\tG\t01/09/2023\t\t\t\t\tLeeds\tEngland\t%s\n' "$1" "$2" "$3"
}
participation() { # file, further arguments
	file=$1
	shift
	"$bin"/indexer load --system participation --mapping schemas/exports/participation.json --export "$file" \
	    --data "$work/data" "$@" >"$work/load" 2>&1 || cat "$work/load"
}
{
	echo "$header"
	for n in $(seq 1001 2200); do row "M-$n" "Mary Anne Rosalind" A; done
} | cut -f1-14 >"$work/many.tsv"
{
	echo "$header"
	row M-1001 x D
	row M-1002 "Marie Anne Rosalind" C
} >"$work/delta.tsv"
participation "$work/many.tsv"
participation "$work/delta.tsv" --delta
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts a third time"; exit 1; }
mary() { # record
	as qa_officer why "{$request,\"system\":\"participation\",\"record_id\":\"$1\",\"person_id\":\"member\",\"person\":{\"names\":[{\"forenames\":\"Mary Anne Rosalind\",\"surname\":\"Quillfeather\"}],\"births\":[\"2010\"],\"addresses\":[{\"town\":\"Leeds\"}]}}"
}
mary M-1001 >"$work/out"
holds "a record that a delta removed" "$work/out" '"on_file":false' '"superseded":true' 'a delta load removed it'
mary M-1002 >"$work/out"
holds "a record that a delta changed" "$work/out" '"on_file":true' '"superseded":true' 'as a delta load last gave it' 'Marie Anne Rosalind Quillfeather'
mary M-1003 >"$work/out"
holds "a record among the first is returned" "$work/out" '"candidates_capped":true' '"returned":true' '"rank":'
mary M-1900 >"$work/out"
holds "a record past what is shown" "$work/out" '"fell_at":"shown"' '"limit":50.00' '"returned":false'
mary M-2200 >"$work/out"
holds "a record past what is compared" "$work/out" '"fell_at":"compared"' 'more than 1000 people on file could have reached the floor'

# --- The client ---------------------------------------------------------------------------------------
client_why() {
	"$bin"/client why --socket "$socket" --role qa_officer "$@"
}
words='--reference R --kind serious_incident --purpose test'
# shellcheck disable=SC2086 # words, on purpose
client_why $words --record helpline/H-2016-00101 --person-id child1 --role-of-person child \
    --forenames "Katherine Anne" --surname "O'Brien" --dob 2009-03-04 --html "$work/why.html" >"$work/text"
holds "the client tells the way step by step" "$work/text" 'WHY - Helpline and contact centre, record H-2016-00101' \
    'pass  searched ' 'pass  on file ' 'pass  retrieved ' 'pass  listed ' '  RETURNED' 'child and Katie OBrien in' \
    'before looking' 'match weight' 'of matches of' 'Ledger entry'
holds "and as a page, without script" "$work/why.html" "default-src 'none'" '<svg' 'on file' 'of it rarity'
[ "$(stat -c %a "$work/why.html")" = 600 ] && faults= || faults=$(stat -c %a "$work/why.html")
verdict "why: the page is its owner's only" "$faults"
client_why --record helpline/H-2016-00101 --check "$check" --json >"$work/out"
holds "against a check, as JSON" "$work/out" '{"audit":' "\"check\":\"$check\"" '"reference":"WHY"'
printf '{%s,"people":[{"ref":"a","names":[{"full":"Nobody Atall"}]},%s]}' "$request" "$katie" >"$work/two.json"
client_why --record helpline/H-2016-00101 --file "$work/two.json" --about child >"$work/text"
holds "one of several people of a file" "$work/text" 'child and Katie OBrien in'
fails() { # name, code, message, arguments
	name=$1 code=$2 message=$3
	shift 3
	client_why "$@" >"$work/out" 2>&1
	ended=$?
	grep -qF -- "$message" "$work/out" && [ "$ended" = "$code" ] && faults= || faults="$ended: $(cat "$work/out")"
	verdict "why: $name" "$faults"
}
fails "the client wants a record" 64 '--record names the record: SYSTEM/ID' --check "$check"
fails "with both its parts" 64 '--record names the record: SYSTEM/ID' --check "$check" --record helpline
fails "and one person" 64 '2 people are given; why asks about one' --record a/b --file "$work/two.json"
fails "who is there" 64 '--about: no person given has the ref "x"' --record a/b --file "$work/two.json" --about x
fails "not beside a check" 64 'give no people beside it' --record a/b --check "$check" --surname Smith
fails "a refusal is told" 77 'forbidden' --leg childline --record childline/x --file "$work/two.json" --about child
"$bin"/client show --socket "$socket" --role qa_officer "$check" >"$work/text"
holds "the history of the check shows it" "$work/text" 'why by tester' 'WHY - Helpline and contact centre, record H-2016-00101'
kill "$daemon"
wait "$daemon"
daemon=
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >"$work/out" 2>&1 && faults= || faults=$(cat "$work/out")
verdict "why: the ledger verifies" "$faults"
[ "$failures" = 0 ]
