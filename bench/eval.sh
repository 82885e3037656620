#!/bin/sh
# Matching quality through the built programs: exports -> indexer -> searchd -> client batch -> tables.
#
#   bench/eval.sh EVAL_DATA        (make eval)
#
# EVAL_DATA is a folder like ../shared/data; without it only the own corpus is measured. Variables:
# EVAL_N people in the own corpus (50000), EVAL_QUESTIONS about them (3000), EVAL_SEED (7),
# EVAL_ONLY: any of "sets names corpus". The figures are left in build/eval as JSON, with lists of what
# was missed. docs/quality.md explains them. Everything runs with the shipped model and thresholds.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
data=${1:-../shared/data}
n=${EVAL_N:-50000}
questions=${EVAL_QUESTIONS:-3000}
seed=${EVAL_SEED:-7}
only=${EVAL_ONLY:-sets names corpus}
out=$bin/eval
mkdir -p "$out"
began=$(date +%s)

wanted() { # part
	case " $only " in *" $1 "*) return 0 ;; esac
	return 1
}

batch() { # rows, result, further options
	rows=$1 result=$2
	shift 2
	timeout 1200 "$bin"/client batch --socket "$socket" --reference EVAL --kind external_record_check \
	    --purpose "Evaluation" --ignore-columns --output "$result" "$@" "$rows" 2>"$work/batch.log"
	code=$?
	# 65: some rows could not be asked; the table counts them.
	[ "$code" = 0 ] || [ "$code" = 65 ] || { tail -n 3 "$work/batch.log" >&2; fail "client batch ended with $code"; }
}

# --- Labelled sets: each row is asked for in a set of all rows -----------------------------------
set_row() { # set, bar: the line of the table, from build/eval/<set>.json
	json=$(cat "$out/$1.json")
	value() {
		echo "$json" | json_field "$1"
	}
	printf '  %-12s %6s %6s  %7s %7s %7s %8s  %7s %7s %7s %7s  %8s  %s\n' "$1" "$(value rows)" \
	    "$(value true_pairs)" "$(value best_f1)" "$(value precision)" "$(value recall)" "$(value threshold)" \
	    "$(value f1_at_5)" "$(value f1_at_10)" "$(value f1_at_15)" "$(value f1_at_20)" "$(value recall_listed)" "$2"
}

labelled_set() { # set, bar
	folder=$work/$1
	load_system labelled bench/labelled.json "$data/labelled/$1.csv" "$folder" --lexicon schemas/lexicon
	start_daemon "$folder" "$PWD/bench/policy-eval.json"
	batch "$data/labelled/$1.csv" "$work/$1.jsonl" --role qa_officer
	stop_daemon
	"$tools"/eval_pairs "$data/labelled/$1.csv" "$work/$1.jsonl" "$1" >"$out/$1.json" || fail "eval_pairs failed"
	rm -rf "$folder" "$work/$1.jsonl"
	set_row "$1" "$2"
}

nbs_set() {
	folder=$work/nbs
	load_system labelled bench/labelled.json "$data/labelled/nbs_seed.csv" "$folder" --lexicon schemas/lexicon
	sed '1s/,maiden,/,former_surname,/' "$data/labelled/nbs_queries.csv" >"$work/nbs_queries.csv"
	start_daemon "$folder" "$PWD/bench/policy-eval.json"
	batch "$work/nbs_queries.csv" "$work/nbs.jsonl" --role qa_officer
	stop_daemon
	"$tools"/eval_pairs "$data/labelled/nbs_seed.csv" "$work/nbs.jsonl" nbs "$data/labelled/nbs_queries.csv" \
	    >"$out/nbs.json" || fail "eval_pairs failed"
	rm -rf "$folder"
	set_row nbs "-"
}

sets() {
	echo
	echo "Labelled sets: pairs of rows, shipped model, not fitted. \"best\" chooses its threshold with the labels in hand."
	printf '  %-12s %6s %6s  %7s %7s %7s %8s  %7s %7s %7s %7s  %8s  %s\n' set rows pairs "best F1" prec. recall \
	    at "F1@5" "F1@10" "F1@15" "F1@20" listed "bar for best F1 (fitted)"
	labelled_set febrl1 ".995"
	labelled_set febrl2 ".99"
	labelled_set febrl3 ".997 (best peer .9946)"
	labelled_set fake_1000 ".92 (.9097)"
	labelled_set uganda_5000 ".9990 (.9990)"
	labelled_set rldata500 "-"
	nbs_set
}

# --- The own corpus ------------------------------------------------------------------------------
corpus() {
	echo
	mkdir -p "$work/corpus"
	"$tools"/make_corpus "$work/corpus" "$n" "$seed" "$questions" || fail "make_corpus failed"
	for system in $systems; do
		load_system "$system" "schemas/exports/$system.json" "$work/corpus/$system.$(extension_of "$system")" \
		    "$work/corpus/data"
	done
	# Grades as shipped; the list goes down to 0 bits, so that the curve can be drawn below it.
	sed 's/"list": [-0-9.]*,/"list": 0,/' schemas/policy/default.json >"$work/policy.json"
	start_daemon "$work/corpus/data" "$work/policy.json"
	batch "$work/corpus/questions.csv" "$work/corpus/results.jsonl" --leg qa,childline --role qa_officer,nsit_officer
	stop_daemon
	"$tools"/eval_corpus "$work/corpus" "$work/corpus/results.jsonl" "$seed" "$out/corpus.json" \
	    "$out/corpus_misses.tsv" "$out/corpus_wrongs.tsv" || fail "eval_corpus failed"
	echo "  bars at 1,000,000 people: <= 1 wrong: .985 / .995 / .08; <= 0.3 wrong: .970 / .985 / .03 (record recall / person found / absent)"
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
echo
echo "eval: $(($(date +%s) - began)) s; figures in $out"
