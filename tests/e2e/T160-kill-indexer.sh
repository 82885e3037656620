#!/bin/sh
# Goal of this test: kill -9 at any moment leaves the generation before serving and verifying, and the
# next load cleans up. Ten quick rounds here; tests/fault/F10 makes fifty.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

load childrens_services fixtures/childrens_services.csv >/dev/null || { echo "not ok the first load"; exit 1; }
people=$(status_number childrens_services people)
faults= killed=0 seed=7
for round in 1 2 3 4 5 6 7 8 9 10; do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	delta=
	[ $((round % 3)) = 0 ] && delta=--delta
	# shellcheck disable=SC2086 # no option or one
	load_in_background childrens_services fixtures/childrens_services.csv --quiet $delta >/dev/null 2>&1
	pid=$!
	sleep "0.$(printf %03d $((seed / 65536 % 90)))"
	kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
	wait "$pid" 2>/dev/null
	build/indexer verify --data "$data" >"$work/out" 2>&1 || faults="$faults round $round: $(cat "$work/out")"
	now=$(status_number childrens_services people)
	[ "$now" = "$people" ] || faults="$faults round $round: $now people, not $people"
done
expect "the generation that serves is whole after each of $killed kills" "$faults" <<'END'

END
expect "the next load works and nothing unfinished is left" \
    "$(run load childrens_services fixtures/childrens_services.csv | tail -n 1
	find "$data/index/childrens_services" -maxdepth 1 -name 'building-*')" <<'END'
exit 0
END
finish
