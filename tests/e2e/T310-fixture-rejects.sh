#!/bin/sh
# Goal of this test: loading the five fixture exports reports exactly the faults of
# fixtures/bad_rows.csv, each with its line and field, and loses nobody of fixtures/truth.csv.
set -u
cd "$(dirname "$0")/../.." || exit 70
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
failed=0

verdict() { # name, lines that show what is wrong ("" if nothing)
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		echo "$2" | head -n 40 | sed 's/^/# /'
		failed=1
	fi
}

for file in childrens_services.csv helpline.csv childline.jsonl ctac.jsonl participation.tsv; do
	system=${file%.*}
	build/indexer load --system "$system" --mapping "schemas/exports/$system.json" \
	    --export "fixtures/$file" --data "$work/data" >"$work/$system.out" 2>&1
	code=$?
	wrong=
	[ $code = 0 ] || wrong="exit $code: $(tail -n 3 "$work/$system.out")"
	verdict "$file loads in spite of its bad rows" "$wrong"

	awk -F, -v f="$file" '$1 == f { print $2 "," $3 }' fixtures/bad_rows.csv | sort >"$work/wanted"
	LC_ALL=C sed -n 's/^{"line":\([0-9]*\),"kind":"[a-z]*","field":"\([^"]*\)".*/\1,\2/p' \
	    "$work/data/index/$system/current/rejects.jsonl" | sort >"$work/found"
	verdict "$file: the faults found are those of bad_rows.csv" \
	    "$(comm -3 "$work/wanted" "$work/found" | sed 's/^	/not listed: /; t; s/^/not reported: /')"

	# A record id of truth.csv in a row that was refused would be a person lost.
	awk -F, -v s="$system" '$2 == s { print $3 }' fixtures/truth.csv | sort -u >"$work/ids"
	lost=$(grep '"kind":"\(row\|skipped\)"' "$work/data/index/$system/current/rejects.jsonl" |
	    grep -v '"reason":"duplicate record id' | grep -F -f "$work/ids" | cut -c1-200)
	verdict "$file: no row of a person in truth.csv is refused" "$lost"
done
exit $failed
