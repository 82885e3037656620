#!/bin/sh
# Goal of this test: an answer in brief names the same records with the same weights as the one in full,
# says nothing of what is on file, and leaves the whole answer in the ledger.
set -u
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"

load_all
begin_daemon qa_officer,nsit_officer
request='"request":{"reference":"BRIEF","kind":"serious_incident","purpose":"test"}'
katie='{"ref":"child","role":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
dominic='{"ref":"2","names":[{"forenames":"Dominic"}],"births":["age 10 at 2014-05-13"],"addresses":[{"town":"Plymouth"}]}'

# Of each candidate and relative the fields that both answers have, a line each, in order.
found() {
	sed 's/{"system":"/\n&/g' "$1" |
	    sed -n 's/.*{"system":"\([^"]*\)","record_id":"\([^"]*\)","person_id":"\([^"]*\)".*"match_weight":\([-0-9.]*\).*"grade":"\([^"]*\)".*/\1 \2 \3 \4 \5/p'
}
for role in qa_officer nsit_officer; do
	# The first secures; so both that are compared find the records secured.
	as $role check "{$request,\"people\":[$katie,$dominic]}" >/dev/null
	as $role check "{$request,\"detail\":\"full\",\"people\":[$katie,$dominic]}" >"$work/full"
	as $role check "{$request,\"detail\":\"brief\",\"people\":[$katie,$dominic]}" >"$work/brief"
	faults=
	found "$work/full" >"$work/full.found"
	found "$work/brief" >"$work/brief.found"
	[ -s "$work/full.found" ] || faults="$faults nobody is found;"
	cmp -s "$work/full.found" "$work/brief.found" || faults="$faults others are found;"
	for field in '"secured":true' '"restricted":true' '"candidates_capped":false' '"related_capped":false'; do
		[ "$(grep -o "$field" "$work/full" | wc -l)" = "$(grep -o "$field" "$work/brief" | wc -l)" ] ||
			faults="$faults another number is $field;"
	done
	[ "$(wc -c <"$work/brief")" -lt $(($(wc -c <"$work/full") / 2)) ] || faults="$faults it is not brief;"
	verdict "brief: $role: the same records with the same weights" "$faults"

	faults=
	for word in Acacia '"evidence":\[{' '"births":\["' '"names":\["' '"case":{"' '"words":"[^"]'; do
		grep -q "$word" "$work/brief" && faults="$faults $word;"
	done
	grep -q '"detail":"brief"' "$work/brief" || faults="$faults it does not say that it is brief;"
	verdict "brief: $role: nothing of what is on file" "$faults"
done

check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/brief")
as nsit_officer check.get "{\"check\":\"$check\"}" >"$work/out"
faults=
for word in '"coverage":\[{' '"evidence":\[' '"statement":"'; do
	grep -q "$word" "$work/out" || faults="$faults $word is missing;"
done
verdict "brief: the entry has the whole answer" "$faults"

as qa_officer check "{$request,\"detail\":\"short\",\"people\":[$katie]}" >"$work/out"
grep -q 'detail: expected "full" or "brief"' "$work/out" && faults= || faults=$(cat "$work/out")
verdict "brief: another word is refused" "$faults"
