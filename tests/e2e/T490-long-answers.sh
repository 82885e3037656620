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
"$bin"/indexer load --system participation --mapping schemas/exports/participation.json \
    --export "$work/many.tsv" --data "$work/data" >"$work/load.log" 2>&1 || { cat "$work/load.log"; echo "not ok loading"; exit 1; }
write_config
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
[ "$failures" = 0 ]
