#!/bin/sh
# Goal of this test: whoever is in a case that the answer leads to is listed apart as well, though nothing
# else ties them to the person asked about: a mother of another name and without an address. As many
# as the bounds allow, behind those recognised by themselves, and none through a namesake.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask() { # person: an answer on stdout
	"$tools"/ask --role qa_officer "$socket" check "{\"request\":{\"reference\":\"CASE\",\"kind\":\"serious_incident\",\"purpose\":\"test\"},\"people\":[$1]}"
}
# A sister at the child's home; in her case a mother of another name. A namesake of 1971 with a family.
# A case of a sister and 20 others, one of a sister and 21; eleven cases of a sister with one other.
awk 'BEGIN {
	print "CaseRef,PersonRef,Role,Forenames,Surname,OtherNames,FormerSurname,DOB,Sex,Addr1,Addr2,Addr3,Addr4,Postcode,AddrFrom,AddrTo,Phone,NHSNo,UPN,Opened,Closed,CaseStatus,Centre,Nation"
	row("SIS", "P1", "Child", "Walburga", "Quillfeather", "03/05/2009", "4 Harbour Road,,Whitby,,YO21 3PQ")
	row("SIS", "P2", "Parent", "Ottoline", "Tench", "", ",,,,")
	row("NAME", "P1", "Child", "Ada", "Stranger5", "09/09/1971", "9 Elm Way,,Truro,,TR1 2AB")
	row("NAME", "P2", "Parent", "Hephzibah", "Mulgrave", "", ",,,,")
	many("TWENTY", 20, "Gorringe", "7 Mill Lane,,Ely,,CB7 4AA")
	many("PAST", 21, "Pillinger", "8 Oak Lane,,Ely,,CB7 4AB")
	for (i = 1; i <= 11; i++)
		many(sprintf("ONE%02d", i), 1, "Zeal", "5 Ash Lane,,Ely,,CB7 4AC")
	for (i = 1; i <= 20000; i++) # strangers, so that weights are those of an index of some size
		row("S" i, "P1", "Child", "Ada", "Stranger" i % 997, "01/02/2003", i ".. High Street,,Derby,,DE1 1AA")
}
function row(c, p, role, f, s, dob, home) {
	printf "%s,%s,%s,%s,%s,,,%s,,%s,,,,,,05/02/2018,,Closed,,England\n", c, p, role, f, s, dob, home
}
function many(c, n, s, home, i) {
	row(c, "P0", "Child", "Walburga", s, "03/05/2009", home)
	for (i = 1; i <= n; i++)
		row(c, "P" i, "Parent", "Ottoline", "Tench", "", ",,,,")
}' >"$work/cases.csv"
"$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/cases.csv" --data "$work/data" >"$work/load" 2>&1 || { cat "$work/load"; echo "not ok loading"; exit 1; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
asked() { # surname, home, birth
	ask "{\"names\":[{\"forenames\":\"Barnaby\",\"surname\":\"$1\"}],\"births\":[\"$3\"],\"addresses\":[$2]}"
}
listed() { # file: record, person and relation of each listed apart, in order
	sed 's/.*"related":\[//; s/{"system":/\n&/g' "$1" |
	    sed -n 's/.*"record_id":"\([^"]*\)","person_id":"\([^"]*\)".*"relation":"\([^"]*\)".*/\1 \2 \3/p'
}
same_case() {
	listed "$1" | grep -c ' same_case$'
}
want() { # what, wanted, found
	[ "$2" = "$3" ] && faults= || faults="wanted $2, found $3"
	verdict "same case: $1" "$faults"
}

asked Quillfeather '{"text":"4 Harbour Road","town":"Whitby","postcode":"YO21 3PQ"}' 2011-12-30 >"$work/child"
want "the mother in the sister's case" "SIS P2 same_case" "$(listed "$work/child" | grep '^SIS P2')"
want "she stands behind those recognised by themselves" "SIS P2 same_case" "$(listed "$work/child" | tail -n 1)"
ask '{"names":[{"forenames":"Ada","surname":"Stranger5"}],"births":["2011-12-30"],"addresses":[{"text":"77 Fen Road","town":"Hull","postcode":"HU1 1AA"}]}' >"$work/namesake"
listed "$work/namesake" | grep -q '^NAME P1 namesake' && faults= || faults=$(listed "$work/namesake")
listed "$work/namesake" | grep -q '^NAME P2' && faults="the namesake's mother is listed"
verdict "same case: a namesake leads to nobody" "$faults"
ask '{"names":[{"forenames":"Walburga","surname":"Quillfeather"}],"births":["2009-05-03"],"addresses":[{"text":"4 Harbour Road","town":"Whitby","postcode":"YO21 3PQ"}]}' >"$work/found"
want "of somebody who is found" "SIS P2 same_case" "$(listed "$work/found" | grep '^SIS')"
asked Gorringe '{"text":"7 Mill Lane","town":"Ely","postcode":"CB7 4AA"}' 2011-12-30 >"$work/twenty"
want "twenty of a case" 20 "$(same_case "$work/twenty")"
asked Pillinger '{"text":"8 Oak Lane","town":"Ely","postcode":"CB7 4AB"}' 2011-12-30 >"$work/past"
want "no more than twenty" 20 "$(same_case "$work/past")"
asked Zeal '{"text":"5 Ash Lane","town":"Ely","postcode":"CB7 4AC"}' 2011-12-30 >"$work/eleven"
want "of ten cases, not of the eleventh" "11 10" "$(listed "$work/eleven" | grep -c possible_sibling) $(same_case "$work/eleven")"

"$tools"/ask --role qa_officer "$socket" why '{"system":"childrens_services","record_id":"SIS","person_id":"P2","request":{"reference":"CASE","kind":"serious_incident","purpose":"test"},"person":{"names":[{"forenames":"Barnaby","surname":"Quillfeather"}],"births":["2011-12-30"],"addresses":[{"text":"4 Harbour Road","town":"Whitby","postcode":"YO21 3PQ"}]}}' >"$work/why"
case $(cat "$work/why") in
*'"related":true'*'"fell_at":"same_person"'*) faults= ;;
*) faults=$(head -c 600 "$work/why") ;;
esac
verdict "same case: why says through what" "$faults"
[ "$failures" = 0 ]
