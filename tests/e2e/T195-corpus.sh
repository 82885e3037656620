#!/bin/sh
# The corpus of the evaluation: the same arguments give the same bytes, every row of its exports loads
# without a reject, and truth and answers are about what was written.
cd "$(dirname "$0")/../.." || exit 70
tool=build/release/tools/make_corpus
work=$(mktemp -d "${TMPDIR:-/tmp}/record-check-corpus.XXXXXX") || exit 73
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failed=0

check() { # what, then a command that succeeds
	what=$1
	shift
	if "$@"; then
		echo "ok $what"
	else
		echo "not ok $what"
		failed=1
	fi
}

make_one() { # folder, options and numbers
	into=$work/$1
	mkdir -p "$into"
	shift
	"$tool" --data none "$@" >"$work/said" || { echo "not ok make_corpus"; exit 1; }
}

make_one a "$work/a" 4000 5 240
make_one b "$work/b" 4000 5 240
check "the same arguments, the same bytes" diff -r "$work/a" "$work/b"
make_one b "$work/b" 4000 6 240
check "another seed, other people" sh -c "! cmp -s $work/a/truth.csv $work/b/truth.csv"
make_one b --profile harsh "$work/b" 4000 5 240
check "another profile, other damage" sh -c "! cmp -s $work/a/truth.csv $work/b/truth.csv"
for bad in "" "$work/a" "$work/a 0" "$work/a many" "--profile grim $work/a 10" "$work/a 1 2 3 4" "--what $work/a 1"; do
	# shellcheck disable=SC2086 # words
	"$tool" $bad 2>/dev/null
	check "refused: make_corpus ${bad#"$work"}" [ $? = 64 ]
done

rows() { # truth rows of a system
	awk -F, -v s="$1" '$2 == s' "$work/b/truth.csv" | wc -l
}

number() { # key of the JSON in $work/load
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$work/load"
}

# Twice as many errors as usual: what the indexer refuses would be missing from every figure.
for each in childrens_services.csv helpline.csv childline.jsonl ctac.jsonl participation.tsv; do
	system=${each%.*}
	build/indexer load --quiet --system "$system" --mapping "schemas/exports/$system.json" \
	    --export "$work/b/$each" --data "$work/data" --json >"$work/load" || { echo "not ok loading $each"; exit 1; }
	check "$system: no row refused" [ "$(number rows_rejected)" = 0 ]
	check "$system: no field refused" [ "$(number field_faults)" = 0 ]
	check "$system: everybody of truth.csv is there" [ "$(number people)" = "$(rows "$system")" ]
done

check "a row of answers for each question" [ "$(wc -l <"$work/b/answers.csv")" = "$(wc -l <"$work/b/questions.csv")" ]
check "16 of 24 questions are about people on file" [ "$(awk -F, 'NR > 1 && $2 != ""' "$work/b/answers.csv" | wc -l)" = 160 ]
awk -F, 'NR == FNR { on[$1] = 1; next } FNR > 1 && ((($2 != "") != ($4 in on)) || ($2 != "" && $2 != $4)) { print; bad = 1 } END { exit bad }' \
    "$work/b/truth.csv" "$work/b/answers.csv"
check "answers agree with truth" [ $? = 0 ]
awk -F, 'NR == FNR { on[$1] = 1; next } FNR > 1 && (($3 != "") != ($4 in on)) { print; bad = 1 } END { exit bad }' \
    "$work/b/truth.csv" "$work/b/households_answers.csv"
check "answers of households agree with truth" [ $? = 0 ]
check "nobody is twice in one system" [ -z "$(awk -F, 'NR > 1 && seen[$1, $2]++' "$work/b/truth.csv")" ]
exit "$failed"
