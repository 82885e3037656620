#!/bin/sh
# Goal of this test: a check that cannot be searched in its time is answered with what was found by then: who was
# not searched is named, the answer is not complete, its entry says so, nobody unsearched passes for "no trace".
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
request='"request":{"reference":"SLOW","kind":"external_record_check","purpose":"test"}'
ask() { # op, body on stdin
	timeout 60 "$tools"/ask --role qa_officer "$socket" "$1" -
}
# So many people of 32 names of 8 words that are all alike: each takes a good part of a second to ask about.
export_crowd() { # people
	awk -v people="$1" 'function word(  w, k) { w = "katharina"; for (k = 0; k < 2; k++) { p = int(rand() * 9) + 1; w = substr(w, 1, p - 1) sprintf("%c", 97 + int(rand() * 26)) substr(w, p + 1) } return w }
	BEGIN {
		srand(5)
		for (i = 0; i < people; i++) {
			list = ""
			for (n = 0; n < 32; n++) {
				fore = word() " " word() " " word() " " word()
				sur = word() "-" word() "-" word() "-" word()
				list = list (n > 0 ? "," : "") "{\"type\":\"alias\",\"forenames\":\"" fore "\",\"surname\":\"" sur "\",\"full\":null}"
			}
			printf "{\"ref\":\"CROWD-%02d\",\"opened\":\"2020-01-01\",\"closed\":null,\"status\":\"open\",\"nation\":\"England\",\"person\":{\"names\":[%s],\"claimed_births\":[\"2009-03-04\"],\"age_disputed\":false,\"gender\":\"female\",\"nationality\":\"\",\"identifiers\":{},\"phones\":[]},\"placements\":[],\"associates\":[]}\n", i, list
		}
		printf "{\"ref\":\"PLAIN-1\",\"opened\":\"2020-01-01\",\"closed\":null,\"status\":\"open\",\"nation\":\"England\",\"person\":{\"names\":[{\"type\":\"current\",\"forenames\":\"Barnaby\",\"surname\":\"Quillfeather\",\"full\":null}],\"claimed_births\":[\"2011-05-06\"],\"age_disputed\":false,\"gender\":\"male\",\"nationality\":\"\",\"identifiers\":{},\"phones\":[]},\"placements\":[],\"associates\":[]}\n"
	}' >"$work/export.jsonl"
	timeout 200 "$bin"/indexer load --system ctac --mapping schemas/exports/ctac.json --export "$work/export.jsonl" \
	    --data "$work/data" >"$work/load" 2>&1 || { cat "$work/load"; echo "not ok cut short: the load"; exit 1; }
}
people=41
export_crowd $people
sed -n 41p "$work/export.jsonl" | sed 's/.*"names":\(\[.*\]\),"claimed_births".*/\1/; s/"type":/"kind":/g; s/,"full":null//g' >"$work/crowd.names"
write_config
echo "check_seconds = 2" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

# The plain one is asked about last and searched first.
crowd() { # how many
	n=0
	while [ "$n" -lt "$1" ]; do
		n=$((n + 1))
		printf '{"ref":"many%s","names":%s,"births":["2009-03-04"]},' "$n" "$(cat "$work/crowd.names")"
	done
}
printf '{%s,"people":[%s{"ref":"plain","names":[{"forenames":"Barnaby","surname":"Quillfeather"}],"births":["2011-05-06"]}]}' \
    "$request" "$(crowd 14)" >"$work/asked"
ask check <"$work/asked" >"$work/out"
# A machine that is too fast for this crowd gets a larger one.
while ! grep -q '"cut_short":true' "$work/out" && [ "$people" -lt 600 ]; do
	people=$((people * 2))
	kill "$daemon"
	wait "$daemon"
	export_crowd $people
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
	ask check <"$work/asked" >"$work/out"
done
head -n 1 "$work/out" | grep -q '^ok ' && faults= || faults=$(head -c 400 "$work/out")
verdict "cut short: the check is answered" "$faults"
sed 's/{"ref":"/\n&/g' "$work/out" >"$work/lines"
grep '^{"ref":"plain","outcome":"match"' "$work/lines" | grep -q '"cut_short":false.*"record_id":"PLAIN-1"' && faults= || faults=$(tail -n 1 "$work/lines" | head -c 400)
verdict "cut short: what was found in time is there" "$faults"
grep -q '^{"ref":"many14","outcome":"insufficient_evidence","statement":"Time ran out before this person was searched: ask about them in a check of their own."' "$work/lines" &&
    grep '^{"ref":"many14"' "$work/lines" | grep -q '"cut_short":true' && faults= || faults=$(grep '^{"ref":"many14"' "$work/lines" | head -c 400)
verdict "cut short: whoever was not searched is no trace of nothing" "$faults"
grep -q '"leg_complete":false' "$work/out" && grep -q '"reason":"time ran out before these were searched: many[0-9, many]*many14"' "$work/out" && faults= || faults=$(head -c 900 "$work/out")
verdict "cut short: the answer is not complete, and names them" "$faults"
check=$(sed -n 's/.*"check":"\(CHK-[^"]*\)".*/\1/p' "$work/out" | head -n 1)
echo "{\"check\":\"$check\"}" | ask check.get >"$work/entry"
grep -q '"leg_complete":false' "$work/entry" && grep -q '"covered":false,"gap":"cut_short"' "$work/entry" && grep -q '"capped":false,"cut_short":true' "$work/entry" &&
    faults= || faults=$(head -c 900 "$work/entry")
verdict "cut short: its entry says so" "$faults"
printf '{%s,"people":[{"ref":"plain","names":[{"forenames":"Barnaby","surname":"Quillfeather"}],"births":["2011-05-06"]}]}' "$request" | ask check >"$work/alone"
grep -q '"cut_short":true' "$work/alone" && faults=$(head -c 400 "$work/alone") || faults=
grep -q '"reason":"time ran out' "$work/alone" && faults="$faults and says so"
verdict "cut short: a check within its time is not" "$faults"
[ "$failures" = 0 ]
