#!/bin/sh
# Goal of this test: names that no form foresaw - 200 words, one letter, punctuation alone, mixed scripts,
# emoji, marks that turn the line round, floods of combining marks, 32 long names - go through export, index,
# question, explanation and print: no crash, no message lost, what is not compared is told.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask() { # op, body on stdin
	timeout 60 "$tools"/ask --role qa_officer "$socket" "$1" -
}
repeat() { # text, times
	awk -v t="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}
request='"request":{"reference":"ODD","kind":"external_record_check","purpose":"test"}'

# --- The names: kind, name. "found": has letters that are compared; "empty": nothing to search by. ------------
alef=$(printf '\330\247') mark=$(printf '\314\201') rlo=$(printf '\342\200\256') pdf=$(printf '\342\200\254')
rlm=$(printf '\342\200\217') zwj=$(printf '\342\200\215') bom=$(printf '\357\273\277') child=$(printf '\360\237\247\222')
girl=$(printf '\360\237\221\247') cyr=$(printf '\320\234\320\260\321\200\320\270\321\217') han=$(printf '\346\235\216\345\260\217\351\276\231')
hangul=$(printf '\352\271\200\353\257\274\354\210\230') thai=$(printf '\340\270\252\340\270\241\340\270\212\340\270\262\340\270\242')
private=$(printf '\356\200\200') nonchar=$(printf '\357\277\276') tag=$(printf '\363\240\201\247')
{
	echo "found $(awk 'BEGIN { for (i = 0; i < 200; i++) printf "w%c%c ", 97 + i % 26, 97 + i / 26 }')Quillfeather"
	echo "found $(repeat 'x ' 200)Quillfeather"
	echo "found Quillfeather$(repeat '-Quillfeather' 70)"
	echo "found Q"
	echo "found Q Z"
	echo "found $(repeat 'Zy' 500)"
	echo "empty ..."
	echo "empty $(repeat '-' 300)"
	echo "empty $(repeat "'" 300)"
	echo "empty ()[]{}<>/&|+,;:!?"
	echo "empty $(repeat '(' 500)"
	echo "found $(repeat '(Ann ' 100)"
	echo "found $(repeat 'Ann/' 200)Quill"
	echo "found $(repeat 'nee ' 200)Quill"
	echo "found $(repeat 'de la ' 160)Quill"
	echo "found Mc$(repeat ' Mc' 300)"
	echo "found $cyr $alef$(repeat "$alef" 20) $han $hangul $thai Quillfeather"
	echo "found Qui${cyr}llf$alef"
	echo "empty $child"
	echo "empty $(repeat "$girl$zwj$child" 60)"
	echo "found Quill $child feather"
	echo "found ${rlo}Quillfeather${pdf}${rlm} Wren"
	echo "empty $rlo$rlm$pdf"
	echo "found Q$(repeat "$mark" 500)uill"
	echo "empty $(repeat "$mark" 500)"
	echo "found $(repeat "e$mark" 300)"
	echo "found ${bom}Quillfeather"
	echo "empty $private$nonchar$tag"
	echo "found Quill$private$nonchar${tag}feather"
	echo "empty 12345 67890"
	echo "found $han"
} >"$work/names"

# --- In an export ----------------------------------------------------------------------------------------------
born() { # the number of a name: a date of its own
	printf '2009-%02d-%02d' $(($1 / 25 + 3)) $(($1 % 25 + 4))
}
number=0
while read -r kind name; do
	number=$((number + 1))
	printf '{"ref":"ODD-%03d","opened":"2020-01-01","closed":null,"status":"open","nation":"England","person":{"names":[{"type":"current","forenames":null,"surname":null,"full":"%s"}],"claimed_births":["%s"],"age_disputed":false,"gender":"female","nationality":"","identifiers":{},"phones":[]},"placements":[],"associates":[]}\n' \
	    "$number" "$name" "$(born "$number")"
done <"$work/names" >"$work/odd.jsonl"
# 40 people of 32 names of 8 words that are all alike.
awk 'function word(  w, k) { w = "katharina"; for (k = 0; k < 2; k++) { p = int(rand() * 9) + 1; w = substr(w, 1, p - 1) sprintf("%c", 97 + int(rand() * 26)) substr(w, p + 1) } return w }
BEGIN {
	srand(5)
	for (i = 0; i < 41; i++) {
		list = ""
		for (n = 0; n < 32; n++) {
			fore = word() " " word() " " word() " " word()
			sur = word() "-" word() "-" word() "-" word()
			list = list (n > 0 ? "," : "") "{\"type\":\"alias\",\"forenames\":\"" fore "\",\"surname\":\"" sur "\",\"full\":null}"
		}
		printf "{\"ref\":\"CROWD-%02d\",\"opened\":\"2020-01-01\",\"closed\":null,\"status\":\"open\",\"nation\":\"England\",\"person\":{\"names\":[%s],\"claimed_births\":[\"2009-03-04\"],\"age_disputed\":false,\"gender\":\"female\",\"nationality\":\"\",\"identifiers\":{},\"phones\":[]},\"placements\":[],\"associates\":[]}\n", i, list
	}
}' >"$work/crowd.jsonl"
tail -n 1 "$work/crowd.jsonl" | sed 's/.*"names":\(\[.*\]\),"claimed_births".*/\1/; s/"type":/"kind":/g; s/,"full":null//g' >"$work/crowd.names"
cat "$work/odd.jsonl" "$work/crowd.jsonl" >"$work/export.jsonl"
timeout 120 "$bin"/indexer load --system ctac --mapping schemas/exports/ctac.json --export "$work/export.jsonl" \
    --data "$work/data" >"$work/load" 2>&1
code=$?
rows=$(wc -l <"$work/export.jsonl")
grep -q "loaded  *$rows$" "$work/load" && [ "$code" = 0 ] && faults= || faults="exit code $code: $(cat "$work/load")"
verdict "odd names: all $rows rows of the export are loaded" "$faults"
timeout 60 "$bin"/indexer verify --data "$work/data" >"$work/out" 2>&1 && faults= || faults=$(cat "$work/out")
verdict "odd names: the index verifies" "$faults"

write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

# --- As a question -----------------------------------------------------------------------------------------------
number=0
faults=
while read -r kind name; do
	number=$((number + 1))
	record=$(printf 'ODD-%03d' "$number")
	printf '{%s,"people":[{"names":[{"full":"%s"}]}]}' "$request" "$name" | ask check >"$work/out" 2>&1
	case $kind in
	found) head -n 1 "$work/out" | grep -q '^ok ' || faults="$faults
$record alone: $(head -c 300 "$work/out")" ;;
	empty) grep -q 'people\[0\]: nothing to search by' "$work/out" || faults="$faults
$record alone: $(head -c 300 "$work/out")" ;;
	esac
	printf '{%s,"people":[{"names":[{"full":"%s"}],"births":["%s"],"sex":"female"}]}' "$request" "$name" "$(born "$number")" | ask check >"$work/out" 2>&1
	grep -q "\"record_id\":\"$record\"" "$work/out" || faults="$faults
$record with its date of birth is not found: $(head -c 300 "$work/out")"
	printf '{%s,"system":"ctac","record_id":"%s","person":{"names":[{"full":"%s"}],"births":["%s"]}}' "$request" "$record" "$name" "$(born "$number")" | ask why >"$work/out" 2>&1
	head -n 1 "$work/out" | grep -q '^ok ' && grep -q '"person_id":"subject"' "$work/out" || faults="$faults
$record why: $(head -c 300 "$work/out")"
done <"$work/names"
verdict "odd names: each of $number is asked, found by itself and explained, or has nothing to search by" "$faults"
kill -0 "$daemon" && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "odd names: searchd lives" "$faults"

# --- What is not compared is told ----------------------------------------------------------------------------------
long=$(sed -n '1s/^found //p' "$work/names")
printf '{%s,"people":[{"names":[{"full":"%s"}]}]}' "$request" "$long" >"$work/long.json"
ask check <"$work/long.json" >"$work/out"
grep -q '"left_out":\["Not all words of this name are compared: waa wba ' "$work/out" && faults= || faults=$(head -c 900 "$work/out")
verdict "odd names: the answer says that not all words are compared" "$faults"
"$bin"/client check --socket "$socket" --role qa_officer --file "$work/long.json" --html "$work/page.html" >"$work/text" 2>&1
grep -q 'Not all words of this name are compared' "$work/text" && grep -q 'Not all words of this name are compared' "$work/page.html" &&
    faults= || faults=$(head -n 20 "$work/text")
verdict "odd names: the client prints it" "$faults"
printf '{%s,"people":[{"names":[{"forenames":"a b c d e f g","surname":"Quill"}]}]}' "$request" | ask check >"$work/out"
grep -q '"left_out":\[\]' "$work/out" && faults= || faults=$(head -c 900 "$work/out")
verdict "odd names: of eight words nothing is left out" "$faults"

# --- 32 names: bounded, and their order changes nothing ----------------------------------------------------------------
printf '{%s,"people":[{"names":%s,"births":["2009-03-04"]}]}' "$request" "$(cat "$work/crowd.names")" >"$work/crowd.json"
sed 's/^\[//; s/\]$//; s/},{/}\n{/g' "$work/crowd.names" | awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) printf "%s%s", i < NR ? "," : "", line[i] }' >"$work/reversed"
printf '{%s,"people":[{"names":[%s],"births":["2009-03-04"]}]}' "$request" "$(cat "$work/reversed")" >"$work/reversed.json"
candidates() { # record and weight of each
	sed 's/{"system":"[^"]*","record_id":"/\n&/g' | sed -n 's/^{"system":"[^"]*","record_id":"\([^"]*\)".*"match_weight":\([-0-9.]*\),.*"grade":"\([a-z]*\)".*/\1 \2 \3/p'
}
ask check <"$work/crowd.json" | candidates >"$work/first"
ask check <"$work/reversed.json" | candidates >"$work/second"
[ "$(wc -l <"$work/first")" -ge 40 ] && faults=$(diff "$work/first" "$work/second") || faults="$(wc -l <"$work/first") candidates"
verdict "odd names: 32 names of 8 words in either order have one answer" "$faults"
head -n 1 "$work/first" | grep -q '^CROWD-40 ' && faults= || faults=$(head -n 3 "$work/first")
verdict "odd names: and find their own record first" "$faults"
one=$(cat "$work/crowd.names")
{
	printf '{%s,"people":[' "$request"
	for n in 1 2 3 4 5 6 7 8; do
		[ "$n" = 1 ] || printf ','
		printf '{"ref":"%s","names":%s,"births":["2009-03-04"]}' "$n" "$one"
	done
	printf ']}'
} >"$work/people.json"
ask check <"$work/people.json" >"$work/out"
head -n 1 "$work/out" | grep -qE '^(ok |error deadline|error too_large)' && kill -0 "$daemon" && faults= || faults=$(head -c 300 "$work/out")
verdict "odd names: eight such people are answered, or told to be too many" "$faults"

# --- Printed ---------------------------------------------------------------------------------------------------------
printf '{%s,"people":[{"names":[{"full":"Quillfeather Wren"}],"births":["%s"]},{"names":[{"full":"Quillfeather"}],"births":["%s"]}]}' \
    "$request" "$(born 22)" "$(born 27)" >"$work/plain.json"
"$bin"/client check --socket "$socket" --role qa_officer --all --file "$work/plain.json" --html "$work/page.html" >"$work/text" 2>&1
code=$?
bad=$(LC_ALL=C grep -c "$(printf '\342\200\256\\|\342\200\217\\|\033\\|\357\273\277')" "$work/text" "$work/page.html" | grep -v ':0$')
[ "$code" = 0 ] && [ -z "$bad" ] && grep -q ODD-022 "$work/text" && grep -q ODD-027 "$work/text" && faults= || faults="exit code $code; $bad; $(head -n 5 "$work/text")"
verdict "odd names: text and page hold no mark that turns or hides the line" "$faults"
kill "$daemon"
wait "$daemon"
code=$?
daemon=
[ "$code" = 0 ] && ! grep -q 'Sanitizer\|runtime error' "$work/searchd.log" && faults= || faults="exit code $code: $(tail -n 3 "$work/searchd.log")"
verdict "odd names: searchd ends well" "$faults"
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >"$work/out" 2>&1 && faults= || faults=$(cat "$work/out")
verdict "odd names: the ledger verifies" "$faults"
[ "$failures" = 0 ]
