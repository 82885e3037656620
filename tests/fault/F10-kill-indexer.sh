#!/bin/sh
# Goal of this test: the indexer, killed -9 at a random moment, never leaves half a generation: the one
# before still serves and verifies, and the next load cleans up and succeeds. ROUNDS (50) times,
# full loads and deltas in turn.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-50}

# Enough people for a load of some hundred milliseconds; kills are drawn over twice the time it takes.
mkdir "$work/exports"
"$bin"/release/tools/make_corpus "$work/exports" 8000 >/dev/null || { echo "not ok make_corpus works"; exit 1; }
load_large() { # as a process of its own: "&" gives its pid, not a shell's
	exec "$bin"/indexer load --system childrens_services --mapping schemas/exports/childrens_services.json \
	    --export "$work/exports/childrens_services.csv" --data "$work/data" "$@"
}
from=$(date +%s%N)
(load_large) >/dev/null 2>&1 || { echo "not ok the first load works"; exit 1; }
took_ms=$((($(date +%s%N) - from) / 1000000))
people=$("$bin"/indexer status --data "$work/data" --json | sed -n 's/.*"people":\([0-9]*\).*/\1/p' | head -n 1)
[ -n "$people" ] || { echo "not ok status tells the number of people"; exit 1; }

faults= killed=0 round=0
while [ "$killed" -lt "$rounds" ] && [ "$round" -lt $((rounds * 4)) ]; do
	round=$((round + 1))
	delta=
	[ $((round % 3)) = 0 ] && delta=--delta
	load_large $delta >/dev/null 2>&1 &
	pid=$!
	sleep_ms "$(below $((took_ms * 5 / 4 + 10)))"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ $? = 137 ] && killed=$((killed + 1)) # one that had ended before was not killed
	out=$("$bin"/indexer verify --data "$work/data" 2>&1) || faults="$faults
round $round: verify after the kill: $out"
	now=$("$bin"/indexer status --data "$work/data" --json | sed -n 's/.*"people":\([0-9]*\).*/\1/p' | head -n 1)
	[ "$now" = "$people" ] || faults="$faults
round $round: $now people are served, not $people"
done
verdict "indexer: killed $killed times in $round loads, the served generation is always whole" "$faults"

out=$(load_large 2>&1) || faults=$out
left=$(find "$work/data/index/childrens_services" -maxdepth 1 -name 'building-*')
verdict "indexer: the load after a kill works and leaves no unfinished folder" "${faults:+$faults }$left"
[ "$killed" = "$rounds" ] && few= || few="only $killed of $rounds kills came in time"
verdict "indexer: $rounds kills hit a running load" "$few"
[ "$failures" = 0 ]
