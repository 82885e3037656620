#!/bin/sh
# Goal of this test: what the best record of a person tells finds others of theirs, by a line of its own; not
# brothers, not those of the same case, and not where nobody is found.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask() { # people: an answer on stdout
	"$tools"/ask --role qa_officer "$socket" check "{\"request\":{\"reference\":\"OTHER\",\"kind\":\"serious_incident\",\"purpose\":\"test\"},\"people\":[$1]}"
}
# "record person weight bits" of every candidate; bits of the line other_record, 0 without one.
weights() { # file
	sed 's/"related":\[.*//; s/{"system":/\n&/g' "$1" | grep '"match_weight"' | while read -r line; do
		bits=$(echo "$line" | sed 's/{"field":"other_record"/\n&/g' | sed -n 's/^{"field":"other_record","asked":"","found":"another record","level":"[a-z]*","words":"[^"]*","bits":\([-0-9.]*\),.*/\1/p')
		echo "$line" | sed -n "s/.*\"record_id\":\"\([^\"]*\)\",\"person_id\":\"\([^\"]*\)\".*\"match_weight\":\([-0-9.]*\),.*/\1 \2 \3 ${bits:-0}/p"
	done
}
of() { # record, column of weights
	awk -v record="$1" -v column="$2" '$1 == record { print $column }' "$work/weights"
}
# A1: the child as everybody knows her, and her brother. B1: her pet name, which nothing asked tells, at her
# address. B2: her first name there. B3: her brother there. B4: her first name, elsewhere. B5: another
# birth.
cat >"$work/more.csv" <<'CSV'
CaseRef,PersonRef,Role,Forenames,Surname,OtherNames,FormerSurname,DOB,Sex,Addr1,Addr2,Addr3,Addr4,Postcode,AddrFrom,AddrTo,Phone,NHSNo,UPN,Opened,Closed,CaseStatus,Centre,Nation
A1,P1,Child,Ottoline,Vandermeer,Moppet,,04/03/2009,,14 Bracken Close,,Leeds,,LS6 2AA,,,,,,05/02/2018,,Closed,,England
A1,P2,Sibling,Felix,Vandermeer,,,14/09/2010,,14 Bracken Close,,Leeds,,LS6 2AA,,,,,,05/02/2018,,Closed,,England
B1,P1,Child,Moppet,,,,,,14 Bracken Close,,Leeds,,LS6 2AA,,,,,,05/02/2018,,Closed,,England
B2,P1,Child,Ottoline,,,,,,14 Bracken Close,,Leeds,,LS6 2AA,,,,,,05/02/2018,,Closed,,England
B3,P1,Child,Felix,Vandermeer,,,14/09/2010,,14 Bracken Close,,Leeds,,LS6 2AA,,,,,,05/02/2018,,Closed,,England
B4,P1,Child,Ottoline,,,,,,3 Quay Street,,Truro,,TR1 2LL,,,,,,05/02/2018,,Closed,,England
B5,P1,Child,Ottoline,,,,01/02/1990,,,,,,,,,,,,05/02/2018,,Closed,,England
CSV
"$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/more.csv" --data "$work/data" >"$work/load" 2>&1 || cat "$work/load"
write_config
sed -i "s/roles .*/roles qa_officer,head_of_child_protection_qa/" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

ask '{"ref":"o","role":"child","names":[{"forenames":"Ottoline","surname":"Vandermeer"}],"births":["2009-03-04"]}' >"$work/answer"
weights "$work/answer" >"$work/weights"
faults=
[ "$(of A1 2)" = P1 ] && [ "$(of A1 4)" = 0 ] || faults="the first record: $(cat "$work/weights")"
of B2 4 | awk '{ exit !($1 > 0.5) }' || faults="$faults B2 is not raised: $(cat "$work/weights")"
of B2 3 | awk -v most="$(of A1 3)" '{ exit !($1 <= most) }' || faults="$faults B2 weighs more than A1"
verdict "other records: one that says little of the question is raised by what a better one tells" "$faults"
of B1 4 | awk '{ exit !($1 > 0.5) }' && faults= || faults="B1: $(cat "$work/weights")"
verdict "other records: one that the question alone does not find is found through it" "$faults"
faults=$(awk '$2 == "P2" || $1 == "B3"' "$work/weights")
verdict "other records: a brother at home is no match, in the same case or another" "$faults"
[ "$(of B4 4)" = 0 ] && faults= || faults="B4: $(cat "$work/weights")"
verdict "other records: who agrees with the first in no more than with the question stays where they are" "$faults"

# Whoever may not see what a secured record holds is not told what agrees with it.
check=$(sed -n 's/.*"check":"\(CHK-[^"]*\)".*/\1/p' "$work/answer" | head -n 1)
"$tools"/ask --role head_of_child_protection_qa "$socket" check.get "{\"check\":\"$check\"}" >"$work/seen"
faults=
grep -q '"restricted":true' "$work/seen" || faults="nothing is restricted: $(head -c 300 "$work/seen")"
grep -q '"record_id":"B2"' "$work/seen" || faults="$faults B2 is not there"
! grep -q 'other_record' "$work/seen" || faults="$faults what agrees with A1 is told"
verdict "other records: of a secured one a role that may not see it is not told what agrees" "$faults"

of B5 4 | awk '{ exit !($1 < -0.5 && $1 > -4.05) }' && faults= || faults="B5: $(cat "$work/weights")"
grep -q '"words":"contradicts a better record that was found"' "$work/answer" || faults="$faults no words for it"
verdict "other records: who contradicts the first loses, within the bound, and stays listed" "$faults"

ask '{"ref":"o","names":[{"forenames":"O","surname":"Vandermeer"}],"births":["2009-03-04"]}' >"$work/answer"
weights "$work/answer" >"$work/weights"
faults=$(awk '$4 != 0' "$work/weights")
[ -s "$work/weights" ] || faults="nobody is found"
verdict "other records: one without forename evidence leads no further" "$faults"
