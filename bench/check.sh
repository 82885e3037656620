#!/bin/sh
# Goal of this check: the hot paths cost no more instructions than they did. Callgrind counts them, so the
# machine's mood does not matter; the compiler and the libraries do, so the tolerance is wide.
#
#   bench/check.sh [--write]     (make bench-check)
#
# Counts of one pair of people scored (the rows of bench_score), of one question to an index of 20,000 made
# people, and of one person of the largest system loaded (start and end of the load in proportion) are held against bench/counts.txt; over by more than its tolerance: exit 1. --write renews
# the counts there. Without valgrind it says so and ends with 0.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
recorded=bench/counts.txt
questions=200
warm=50 # search_time asks these before
command -v valgrind >/dev/null || { echo "bench-check: skipped, valgrind is not installed (Debian package valgrind)"; exit 0; }

# Instructions within one function and what it calls, for each of so many calls.
count() { # function, calls, program and arguments
	function=$1 calls=$2
	shift 2
	valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$function" "$@" 2>"$work/valgrind.log" >&2 ||
	    { tail -n 5 "$work/valgrind.log" >&2; fail "$1 failed"; }
	instructions=$(sed -n 's/.*Collected : \([0-9]*\)$/\1/p' "$work/valgrind.log")
	[ "${instructions:-0}" -gt 0 ] || fail "$function was never called"
	echo $((instructions / calls))
}

# Instructions of a whole program, in all its threads, for each of so many.
count_all() { # how many, program and arguments
	many=$1
	shift
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>"$work/valgrind.log" >&2 ||
	    { tail -n 5 "$work/valgrind.log" >&2; fail "$1 failed"; }
	instructions=$(sed -n 's/.*Collected : \([0-9]*\)$/\1/p' "$work/valgrind.log")
	echo $((instructions / many))
}

mkdir "$work/corpus"
"$tools"/make_corpus --data none "$work/corpus" 20000 1 "$questions" >/dev/null || fail "make_corpus failed"
for system in $systems; do
	load_system "$system" "schemas/exports/$system.json" \
	    "$work/corpus/$system.$(extension_of "$system")" "$work/data"
done
{
	echo "pair_one_name $(count score_people 10240 "$tools"/bench_score --pairs 10240 0)"
	echo "pair_four_variants $(count score_people 10240 "$tools"/bench_score --pairs 10240 1)"
	echo "pair_worst $(count score_people 512 "$tools"/bench_score --pairs 512 2)"
	echo "question $(count search_person_and_family $((questions + warm)) "$tools"/search_time "$work/data" 8000 1 "$questions" - none)"
	echo "load_person $(count_all "$(json_field people <"$work/load.childrens_services.json")" "$bin"/indexer load --quiet \
	    --system childrens_services --mapping schemas/exports/childrens_services.json \
	    --export "$work/corpus/childrens_services.csv" --data "$work/again")"
} >"$work/counts" || exit 70
[ "$(wc -l <"$work/counts")" = 5 ] && ! grep -q ' $' "$work/counts" || fail "a count is missing"

if [ "${1:-}" = --write ]; then
	{ sed -n '/^#/p; /^tolerance/p' "$recorded"; cat "$work/counts"; } >"$work/new" && cat "$work/new" >"$recorded"
	exit
fi
awk 'NR == FNR { was[$1] = $2; next }
	{
		change = was[$1] > 0 ? 100 * ($2 / was[$1] - 1) : 0
		bad = was[$1] <= 0 || change > was["tolerance"]
		printf "  %-20s %10d  recorded %10d  %+6.1f%%%s\n", $1, $2, was[$1], change, bad ? "  OVER" : ""
		worst = worst || bad
	}
	END { exit worst }' "$recorded" "$work/counts"
