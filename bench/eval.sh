#!/bin/sh
# Matching quality through the built programs: exports -> indexer -> searchd -> client batch -> tables.
#
#   bench/eval.sh EVAL_DATA        (make eval)
#
# EVAL_DATA is a folder like ../shared/data; without it only the own corpus is measured. Variables:
#   EVAL_ONLY       any of "sets names corpus check" (all of these), "ceiling" (only when asked for)
#   EVAL_N          people in the own corpus (1000000), EVAL_QUESTIONS about them (12000), EVAL_SEED (7)
#   EVAL_CHECK_N, EVAL_CHECK_SEED, EVAL_CHECK_PROFILE   the corpus of the calibration check
#                   (200000, 1007, harsh)
#   EVAL_HOUSEHOLDS checks of four people of one family (1000; 0: none)
#   EVAL_FLOOR      where the longer list begins, in bits (-7: what a model that means what it says
#                   gives a confidence of .01)
#   EVAL_POLICY     the policy measured (schemas/policy/default.json)
#   EVAL_MODEL, EVAL_CALIBRATION   instead of the shipped ones
#   EVAL_KEEP       a folder in which the corpora and their indexes stay for the next run: then only
#                   searching and counting are repeated. What made them is checked; if it changed, they
#                   are made again.
# Figures: build/eval/*.json, all of them in report.json and, to look at, report.html; lists of what was
# missed, wrong or not seen as a relative in build/eval/*.tsv. docs/quality.md explains them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
data=${1:-../shared/data}
only=${EVAL_ONLY:-sets names corpus check}
questions=${EVAL_QUESTIONS:-12000}
policy=${EVAL_POLICY:-schemas/policy/default.json}
keep=${EVAL_KEEP:-$work}
out=$bin/eval
mkdir -p "$out" "$keep"
case $policy in /*) ;; *) policy=$PWD/$policy ;; esac
case $keep in /*) ;; *) keep=$PWD/$keep ;; esac
began=$(date +%s)

wanted() { # part
	case " $only " in *" $1 "*) return 0 ;; esac
	return 1
}

# Asks under a policy, with a ledger of its own: a kept reply, or a record secured by an earlier run,
# would be of another policy or model.
batch() { # data folder, policy, rows, result, further options
	folder=$1 rows=$3 result=$4
	rm -rf "$folder/ledger" "$folder/keys" "$result" # client batch goes on where a result file ends
	start_daemon "$folder" "$2"
	shift 4
	timeout 3000 "$bin"/client batch --socket "$socket" --reference EVAL --kind external_record_check \
	    --purpose "Evaluation" --ignore-columns --parallel 4 --output "$result" "$@" "$rows" 2>"$work/batch.log"
	code=$?
	stop_daemon
	# 65: some rows could not be asked; the table counts them.
	[ "$code" = 0 ] || [ "$code" = 65 ] || { tail -n 3 "$work/batch.log" >&2; fail "client batch ended with $code"; }
}

# --- Labelled sets: each row is asked for in a set of all rows -----------------------------------
set_row() { # file of figures, title, bar: a line of the table
	json=$(cat "$out/$1.json")
	value() {
		echo "$json" | json_field "$1"
	}
	printf '  %-20s %6s %6s  %7s %7s %7s %8s  %7s  %7s %7s %7s  %8s %8s  %s\n' "$2" "$(value rows)" \
	    "$(value true_pairs)" "$(value best_f1)" "$(value precision)" "$(value recall)" "$(value threshold)" \
	    "$(value f1_at_0)" "$(value f1_at_5)" "$(value f1_at_10)" "$(value f1_at_15)" "$(value recall_listed)" \
	    "$(value related_same)" "$3"
}

can_estimate() {
	"$bin"/indexer estimate --help >/dev/null 2>&1
}

ask_set() { # set, figures, title, rows, bar, further arguments of eval_pairs
	name=$1 figures=$2 title=$3 rows=$4 bar=$5
	shift 5
	batch "$work/$name" "$PWD/bench/policy-eval.json" "$rows" "$work/set.jsonl" --role qa_officer
	"$tools"/eval_pairs "$data/labelled/$name.csv" "$work/set.jsonl" "$figures" "$@" >"$out/$figures.json" ||
	    fail "eval_pairs failed"
	set_row "$figures" "$title" "$bar"
}

# The people of these sets were born from 1900 to 1999. Loaded as of today, the dates of the oldest would be
# left out as impossible.
as_of() { # set
	case $1 in
	febrl* | uganda*) echo "--as-of 2000-01-01" ;;
	esac
}

labelled_set() { # set, bar, "fit" for a run with a model fitted on the set without its labels
	# shellcheck disable=SC2046 # two words or none
	load_system labelled bench/labelled.json "$data/labelled/$1.csv" "$work/$1" --lexicon schemas/lexicon $(as_of "$1")
	rm -f "$out/$1.fitted.json"
	ask_set "$1" "$1" "$1" "$data/labelled/$1.csv" "$2"
	if [ -n "$3" ] && can_estimate; then
		"$bin"/indexer estimate --quiet --data "$work/$1" --output "$work/fitted.json" --name "fitted-$1" \
		    --report "$out/$1.estimate.json" >"$work/estimate.log" 2>&1 ||
		    { tail -n 3 "$work/estimate.log" >&2; fail "indexer estimate failed"; }
		shipped_model=${EVAL_MODEL:-}
		EVAL_MODEL=$work/fitted.json
		ask_set "$1" "$1.fitted" "  fitted" "$data/labelled/$1.csv" "$2"
		EVAL_MODEL=$shipped_model
	fi
	rm -rf "${work:?}/$1"
}

nbs_set() {
	load_system labelled bench/labelled.json "$data/labelled/nbs_seed.csv" "$work/nbs_seed" --lexicon schemas/lexicon
	sed '1s/,maiden,/,former_surname,/' "$data/labelled/nbs_queries.csv" >"$work/nbs_queries.csv"
	ask_set nbs_seed nbs "nbs (queries)" "$work/nbs_queries.csv" "-" "$data/labelled/nbs_queries.csv"
	rm -rf "$work/nbs_seed"
}

sets() {
	echo
	echo "Labelled sets: pairs of rows. \"best\" chooses its threshold with the labels in hand; F1@0 is at the weight at which"
	echo "the model says .5. A fitted model is estimated from the set without its labels. Bars are for the fitted one. listed: true"
	echo "pairs among the results at any weight; as rel.: true pairs, each direction, listed as somebody related instead."
	can_estimate || echo "(indexer has no estimate yet: only the shipped model)"
	printf '  %-20s %6s %6s  %7s %7s %7s %8s  %7s  %7s %7s %7s  %8s %8s  %s\n' set rows pairs "best F1" prec. recall \
	    at "F1@0" "F1@5" "F1@10" "F1@15" listed "as rel." "bar for best F1"
	labelled_set febrl1 ".995" fit
	labelled_set febrl2 ".99" fit
	labelled_set febrl3 ".997 (best peer .9946)" fit
	labelled_set fake_1000 ".92 (.9097)" fit
	labelled_set uganda_5000 ".9990 (.9990)" fit
	labelled_set rldata500 "-" ""
	nbs_set
}

# --- Corpora with known truth --------------------------------------------------------------------
# The corpus and its index are made again when what makes them has changed.
stamp_of() { # files and folders
	find "$@" -type f -name '*.[chj]*' | LC_ALL=C sort | xargs cat | cksum
}

make_exports() { # folder, people, seed, questions, further options
	into=$1
	stamp="$* $(stamp_of bench/make_corpus.c tests/support/corpus*)"
	[ "$(cat "$into/exports.stamp" 2>/dev/null)" = "$stamp" ] && return
	rm -rf "$into"
	mkdir -p "$into"
	shift
	n=$1 seed=$2 q=$3
	shift 3
	"$tools"/make_corpus --data "$data" "$@" "$into" "$n" "$seed" "$q" >"$work/make_corpus.log" || fail "make_corpus failed"
	echo "$stamp" >"$into/exports.stamp"
}

make_index() { # folder
	stamp="$(cat "$1/exports.stamp") $(stamp_of lib/record lib/index lib/linkage/metaphone* indexer schemas/exports schemas/lexicon)"
	[ "$(cat "$1/index.stamp" 2>/dev/null)" = "$stamp" ] && return
	rm -rf "$1/data"
	for system in $systems; do
		load_system "$system" "schemas/exports/$system.json" "$1/$system.$(extension_of "$system")" "$1/data"
	done
	echo "$stamp" >"$1/index.stamp"
}

measure_corpus() { # name of the figures, title, people, seed, options of make_corpus
	name=$1 title=$2 people=$3 seed=$4
	shift 4
	at=$keep/$name-$people-$seed-$questions
	echo
	make_exports "$at" "$people" "$seed" "$questions" "$@"
	make_index "$at"
	# The same policy but for its list, which goes on below, so that the curve can be drawn.
	sed "s/\"list\": *[-0-9.]*/\"list\": ${EVAL_FLOOR:--7}/" "$policy" >"$work/wide.json"
	batch "$at/data" "$policy" "$at/questions.csv" "$work/shipped.jsonl" --leg qa,childline --role qa_officer,nsit_officer
	batch "$at/data" "$work/wide.json" "$at/questions.csv" "$work/wide.jsonl" --leg qa,childline \
	    --role qa_officer,nsit_officer
	"$tools"/eval_values "$at" "$at/data" "$work/shipped.jsonl" "$work/wide.jsonl" >"$work/values.tsv" ||
	    fail "eval_values failed"
	mv "$work/values.tsv" "$at/values.tsv"
	"$tools"/eval_corpus "$title" "$at" "$work/shipped.jsonl" "$work/wide.jsonl" "$policy" "$out/$name.json" \
	    "$out/${name}_" || fail "eval_corpus failed"
}

# Four people of one family in one check, and the same people each in a check of their own: what one match
# does for the others. Whoever is not on file counts as a relative.
households() { # folder of the corpus
	mkdir -p "$work/households"
	ln -sf "$1/truth.csv" "$work/households/truth.csv"
	head -n "${EVAL_HOUSEHOLDS:-1000}" "$1/households.jsonl" >"$work/households.jsonl"
	awk -F, -v most="${EVAL_HOUSEHOLDS:-1000}" 'BEGIN { print "ref,person,kind,asked,kinds,origin" }
	    NR == 1 { next }
	    $1 != before { before = $1; n++ }
	    n <= most { print $1 "/" $2 "," $3 "," ($3 == "" ? "relative" : "present") "," $4 ",,-" }' \
	    "$1/households_answers.csv" >"$work/households/answers.csv"
	for how in together apart; do
		rm -rf "$1/data/ledger" "$1/data/keys"
		start_daemon "$1/data" "$policy"
		how_word=
		[ $how = together ] || how_word=apart
		# shellcheck disable=SC2086 # none, or one word
		"$tools"/ask_bodies "$socket" qa=qa_officer,childline=nsit_officer "$work/households.jsonl" $how_word \
		    >"$work/answers.jsonl" || fail "ask_bodies failed"
		stop_daemon
		"$tools"/eval_corpus "households, asked $how" "$work/households" "$work/answers.jsonl" "$work/answers.jsonl" \
		    "$policy" "$out/households_$how.json" >"$work/households.txt" || fail "eval_corpus failed"
		echo
		sed -n '1p; /^  at  /p; /^  list  /p; /^  possible  /p; /^  probable  /p; /^  wrong among/p' "$work/households.txt"
	done
}

corpus() {
	n=${EVAL_N:-1000000} seed=${EVAL_SEED:-7}
	measure_corpus corpus "own corpus, $n people, seed $seed" "$n" "$seed"
	[ "${EVAL_HOUSEHOLDS:-1000}" = 0 ] || households "$at"
	echo "  bars at 1,000,000 people: record recall / person found / absent: <= 1 wrong .985 / .995 / .08; <= 0.3 wrong .970 / .985 / .03"
	echo "  recall at possible .995, no kind under .97, with <= 3 wrong; relatives related and no match .95; secured wrong 1%; ECE .02"
}

# How much of it anybody could find (bench/ceiling.c). Asks the index itself, without searchd.
ceiling() {
	n=${EVAL_N:-1000000} seed=${EVAL_SEED:-7}
	at=$keep/corpus-$n-$seed-$questions
	make_exports "$at" "$n" "$seed" "$questions"
	make_index "$at"
	echo
	echo "own corpus, $n people, seed $seed"
	"$tools"/ceiling "$at" "$at/data" "$out/ceiling.json" || fail "ceiling failed"
}

# Confidence is worth what it says only on people and damage that it was not fitted on.
check() {
	if ! "$tools"/make_corpus 2>&1 | grep -q profile; then
		echo "eval: make_corpus has no profiles yet: the calibration check is skipped"
		return
	fi
	n=${EVAL_CHECK_N:-200000} seed=${EVAL_CHECK_SEED:-1007} profile=${EVAL_CHECK_PROFILE:-harsh}
	measure_corpus check "calibration check, $n people, seed $seed, $profile" "$n" "$seed" --profile "$profile"
}

names() {
	echo
	"$tools"/eval_names "$data/pairs" "$out/names.json" "$out/names_misses.tsv" || fail "eval_names failed"
}

bench/selftest.sh || fail "the evaluation's own tools are not right"
if [ -d "$data/labelled" ]; then
	wanted sets && sets
	wanted names && names
else
	echo "eval: $data is not there: the labelled sets and name pairs are skipped"
fi
wanted corpus && corpus
wanted ceiling && ceiling
wanted check && check
echo
"$tools"/eval_page "$out" "$(date +%Y-%m-%d)" || fail "eval_page failed"
echo "eval: $(($(date +%s) - began)) s; figures in $out/report.json, to look at in $out/report.html, lists in $out/*.tsv"
