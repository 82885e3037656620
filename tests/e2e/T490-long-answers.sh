#!/bin/sh
# Goal of this test: an answer that would be too long for a reply shows fewer candidates and counts the
# others; it is never cut or refused, the ledger has the same, and it can be seen again.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer"
people=16 namesakes=200

head -n 1 fixtures/participation.tsv >"$work/many.tsv"
for n in $(seq $namesakes); do
	printf 'PA-9%04d\tMarigold\tFeatherstonehaugh\tGoldie\t2009\tFemale\tYoung Voices of the Northern Dales, Thursday evening group\t2022-01-02\t\tPetronella Featherstonehaugh\t01632 960001\tp@example.org\tLeeds\tEngland\n' "$n"
done >>"$work/many.tsv"
# Fifty more each of twelve surnames, with ids as long as they may be and alike in nothing.
surnames="Ainsworthy Brackenbury Cholmondeley Dunwoodie Eglantine Fotheringay Gildersleeve Hollingbourne Inskipp Jellicoe Kinnersley Lethbridge"
for surname in $surnames; do
	for n in $(seq 50); do
		printf 'PA-%s\tThaddeus\t%s\tTad\t1999\tMale\tYoung Voices\t2022-01-02\t\tPetronella %s\t01632 960002\tq@example.org\tTruro\tEngland\n' \
		    "$(printf '%s %s' "$surname" "$n" | sha256sum | cut -c1-61)" "$surname" "$surname"
	done
done >>"$work/many.tsv"
"$bin"/indexer load --system participation --mapping schemas/exports/participation.json \
    --export "$work/many.tsv" --data "$work/data" >"$work/load.log" 2>&1 || { cat "$work/load.log"; echo "not ok loading"; exit 1; }
write_config
sed -i "s/^user = .*/&,consultant/" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

person='{"names":[{"forenames":"Marigold","surname":"Featherstonehaugh"}],"births":["2009"],"sex":"female","addresses":[{"town":"Leeds"}]}'
list=$person
for _ in $(seq 2 $people); do list="$list,$person"; done
request='"request":{"reference":"LONG","kind":"serious_incident","purpose":"test"}'

$ask "$socket" check "{$request,\"people\":[$person]}" | tail -n 1 >"$work/one"
shown=$(grep -o '"evidence":' "$work/one" | wc -l)
rest=$(sed -n 's/.*"not_shown":\([0-9]*\).*/\1/p' "$work/one")
[ "$shown" = 50 ] && [ $((shown + rest)) = $namesakes ] && faults= || faults="$shown shown, $rest not"
verdict "long answers: fifty candidates of one person are shown, the rest is counted" "$faults"

$ask "$socket" check "{$request,\"people\":[$list]}" >"$work/all"
head -n 1 "$work/all" | grep -q '^ok ' && faults= || faults=$(head -n 2 "$work/all" | cut -c1-300)
verdict "long answers: sixteen people with two hundred namesakes each are answered" "$faults"
shown=$(grep -o '"evidence":' "$work/all" | wc -l)
rest=$(grep -o '"not_shown":[0-9]*' "$work/all" | awk -F: '{ n += $2 } END { print n + 0 }')
total=$((shown + rest))
[ "$total" = $((people * namesakes)) ] && faults= || faults="$shown shown and $rest counted are $total"
verdict "long answers: shown and not shown add up ($shown and $rest)" "$faults"
[ "$shown" -lt $((people * 50)) ] && [ "$shown" -gt $((people * 5)) ] && faults= || faults="$shown are shown"
verdict "long answers: fewer than fifty of each were shown" "$faults"
bytes=$(tail -n 1 "$work/all" | sed 's/["\\]/&&/g' | wc -c)
[ "$bytes" -le 1048576 ] && faults= || faults="$bytes bytes"
verdict "long answers: the reply is within 1 MiB ($bytes bytes)" "$faults"

check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/all")
$ask "$socket" check.get "{\"check\":\"$check\"}" >"$work/view"
grep -q '"kind":"check"' "$work/view" && [ "$(grep -o '"evidence":' "$work/view" | wc -l)" = "$shown" ] &&
    faults= || faults=$(head -n 2 "$work/view" | cut -c1-300)
verdict "long answers: check.get shows the same again" "$faults"

# The entry of a check of those is longer than a reply, as it holds the answer and more: a review's
# file takes it in pieces.
list=
for surname in $surnames; do list="$list,$(echo "$person" | sed "s/Featherstonehaugh/$surname/; s/Marigold/Thaddeus/; s/2009/1999/; s/female/male/; s/Leeds/Truro/")"; done
list=${list#,}
$ask "$socket" check "{$request,\"people\":[$list]}" >"$work/all"
shown=$(grep -o '"evidence":' "$work/all" | wc -l)
request=$(sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p' "$work/all" | head -n 1)
entry=$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT max(seq) FROM entry WHERE request_id = '$request' AND kind = 'check'")
ask_part() { # after, at
	"$tools"/ask --role consultant "$socket" review.export "{\"request\":\"$request\",\"after\":$1,\"at\":$2}" >"$work/part"
}
ask_part $((entry - 1)) 0
size=$(sed -n 's/.*"piece":{"seq":[0-9]*,"at":0,"of":\([0-9]*\),.*/\1/p' "$work/part")
[ "${size:-0}" -gt 0 ] && grep -q '"next_at":[1-9]' "$work/part" && [ "$(wc -c <"$work/part")" -lt 1048576 ] && faults= || faults=$(cut -c1-300 "$work/part")
verdict "long answers: the check's entry comes in pieces ($size bytes)" "$faults"
ask_part $((entry - 1)) "${size:-0}"
tr '\n' ' ' <"$work/part" | grep -q "^error bad_request at: entry $entry has $size bytes" && faults= || faults=$(cut -c1-300 "$work/part")
verdict "long answers: none begins behind its end" "$faults"
ask_part $((entry - 1)) $((${size:-1} - 1))
grep -q '"text":"}"},.*"next_at":0' "$work/part" && faults= || faults=$(cut -c1-300 "$work/part")
verdict "long answers: the last byte is the last piece" "$faults"
out=$("$bin"/client review export "$request" --to "$work/file" --socket "$socket" --role consultant 2>&1) && faults= || faults=$out
verdict "long answers: the review's file is written" "$faults"
out=$("$bin"/client review verify "$work/file" --key "$work/data/keys/sign.pub" 2>&1) && faults= || faults=$out
verdict "long answers: and is good" "$faults"
[ "$(grep -c "\"seq\":$entry," "$work/file/entries.jsonl")" = 1 ] && [ "$(grep "\"seq\":$entry," "$work/file/entries.jsonl" | grep -o '"evidence":' | wc -l)" = "$shown" ] &&
    faults= || faults="$(wc -c <"$work/file/entries.jsonl") bytes"
verdict "long answers: with all of that check" "$faults"
[ "$failures" = 0 ]
