#!/bin/sh
# Goal of this test: people of one question who are found in one case raise each other, by a bounded line
# of their own, and only when they are asked about together.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask() { # people: an answer on stdout
	"$tools"/ask --role qa_officer "$socket" check "{\"request\":{\"reference\":\"HOUSE\",\"kind\":\"serious_incident\",\"purpose\":\"test\"},\"people\":[$1]}"
}
# The evidence lines of the household, as "bits" one a line.
raises() {
	sed 's/{"field":"household"/\n&/g' "$1" | sed -n 's/^{"field":"household","asked":"","found":"others asked about","level":"same","words":"[^"]*","bits":\([-0-9.]*\),.*/\1/p'
}
for line in childrens_services:csv helpline:csv ctac:jsonl participation:tsv; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

child='{"ref":"child","role":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
mother='{"ref":"mother","role":"parent","names":[{"forenames":"Siobhan","surname":"O'\''Brien"}],"addresses":[{"town":"Leeds"}]}'
nobody='{"ref":"nobody","role":"parent","names":[{"forenames":"Barnaby","surname":"Quillfeather"}],"births":["1971-02-03"]}'

ask "$mother" >"$work/alone"
faults=$(raises "$work/alone")
grep -q '"match_weight"' "$work/alone" || faults="$faults no candidates"
verdict "household: a person asked about alone is raised by nobody" "$faults"
ask "$child,$mother" >"$work/both"
faults=
[ "$(raises "$work/both" | wc -l)" -ge 2 ] || faults="only $(raises "$work/both" | wc -l) raised"
raises "$work/both" | awk '$1 <= 0 || $1 > 6.05 { bad = 1 } END { exit bad }' || faults="$faults; not within 0 to 6 bits: $(raises "$work/both")"
verdict "household: mother and child of one case raise each other, within the bound" "$faults"
heaviest() { # file, ref: the weight of the person's first candidate
	sed "s/{\"ref\":\"/\n&/g" "$1" | grep "^{\"ref\":\"$2\",\"outcome\"" | grep -o '"match_weight":[-0-9.]*' | head -n 1 | cut -d: -f2
}
alone=$(heaviest "$work/alone" mother) both=$(heaviest "$work/both" mother)
echo "$alone $both" | awk '{ exit !(NF == 2 && $2 - $1 > 0.5 && $2 - $1 < 6.05) }' && faults= ||
	faults="alone \"$alone\", with the child \"$both\""
verdict "household: the mother's best record weighs more with the child asked about too" "$faults"
ask "$child,$nobody" >"$work/other"
faults=$(raises "$work/other")
verdict "household: somebody who is in no case raises nobody" "$faults"

# --- The same person asked about twice, and the order of people -----------------------------------------
# A father and a son of one name, and 45 cases of three people who are asked about: more than are looked into.
awk 'BEGIN {
	print "CaseRef,PersonRef,Role,Forenames,Surname,OtherNames,FormerSurname,DOB,Sex,Addr1,Addr2,Addr3,Addr4,Postcode,AddrFrom,AddrTo,Phone,NHSNo,UPN,Opened,Closed,CaseStatus,Centre,Nation"
	print "SAME,P1,Child,John,Pettifer,,,14/09/2010,,77 Orchard Way,,Hull,,HU3 2BB,,,,,,05/02/2018,,Closed,,England"
	print "SAME,P2,Father,John,Pettifer,,,02/03/1979,,77 Orchard Way,,Hull,,HU3 2BB,,,,,,05/02/2018,,Closed,,England"
	for (i = 0; i < 45; i++) { # the best of each of the three are other cases than those of the others
		printf "M%02d,P1,Child,Ottoline,Vandermeer,,,,,,,Leeds,,,,,,,,05/02/2018,,Closed,,England\n", i
		printf "M%02d,P2,Child,Bartholomew,Vandermeer,,,,,%s,,Leeds,,,,,,,,05/02/2018,,Closed,,England\n", i, (i < 22 ? "" : "14 Bracken Close")
		printf "M%02d,P3,Child,Clementine,Vandermeer,,,,,,,%s,,,,,,,,05/02/2018,,Closed,,England\n", i, (i > 10 && i < 22 ? "York" : "Leeds")
	}
}' >"$work/more.csv"
"$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/more.csv" --data "$work/data" >"$work/load" 2>&1 || cat "$work/load"
kill "$daemon"
wait "$daemon"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
john='"names":[{"forenames":"John","surname":"Pettifer"}],"addresses":[{"text":"77 Orchard Way","town":"Hull","postcode":"HU3 2BB"}]}'
ask "{\"ref\":\"a\",$john,{\"ref\":\"b\",$john" >"$work/twice"
faults=$(raises "$work/twice")
grep -q '"record_id":"SAME"' "$work/twice" || faults="$faults not found"
verdict "household: the same person asked about twice does not raise themselves" "$faults"
ask "{\"ref\":\"a\",\"role\":\"child\",$john,{\"ref\":\"b\",\"role\":\"parent\",$john" >"$work/two"
[ "$(raises "$work/two" | wc -l)" -ge 2 ] && faults= || faults="only $(raises "$work/two" | wc -l) raised"
verdict "household: a father and a son of one name do raise each other" "$faults"
weights() { # file: "ref record person weight" of every candidate, sorted
	sed 's/{"ref":"/\n&/g' "$1" | sed -n 's/^{"ref":"\([^"]*\)","outcome"/\1 &/p' | while read -r ref line; do
		echo "$line" | sed 's/{"system":/\n&/g' | sed -n "s/.*\"record_id\":\"\([^\"]*\)\",\"person_id\":\"\([^\"]*\)\".*\"match_weight\":\([-0-9.]*\),.*/$ref \1 \2 \3/p"
	done | sort
}
one='{"ref":"o","names":[{"forenames":"Ottoline","surname":"Vandermeer"}],"addresses":[{"town":"Leeds"}]}'
two='{"ref":"b","names":[{"forenames":"Bartholomew","surname":"Vandermeer"}],"addresses":[{"text":"14 Bracken Close","town":"Leeds"}]}'
three='{"ref":"c","names":[{"forenames":"Clementine","surname":"Vandermeer"}],"addresses":[{"town":"York"}]}'
ask "$one,$two,$three" >"$work/first"
ask "$three,$two,$one" >"$work/last"
weights "$work/first" >"$work/first.weights"
weights "$work/last" >"$work/last.weights"
faults=$(diff "$work/first.weights" "$work/last.weights" | head -n 6)
[ "$(wc -l <"$work/first.weights")" -gt 90 ] || faults="$faults; only $(wc -l <"$work/first.weights") candidates"
verdict "household: the order of the people changes nobody's weight" "$faults"
[ "$failures" = 0 ]
