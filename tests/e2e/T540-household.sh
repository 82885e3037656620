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
[ "$failures" = 0 ]
