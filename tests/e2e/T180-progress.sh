#!/bin/sh
# Goal of this test: a bar on a terminal, nothing but plain lines elsewhere, no data of a person in
# either; and memory that does not grow with the export.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

many_members 20000 >"$work/small.tsv"
many_members 80000 >"$work/large.tsv"
if command -v script >/dev/null; then
	script -qec "build/indexer load --system participation --mapping schemas/exports/participation.json \
	    --export $work/large.tsv --data $data" "$work/typescript" </dev/null >/dev/null 2>&1
	check "a terminal sees a bar with share, rate and time left" \
	    grep -qE 'participation \[=*>? *\] [0-9]+%  [0-9,]+ rows  [0-9,]+/s  [0-9]+:[0-9]{2} left' \
	    "$work/typescript"
	check "without a person's data" sh -c "! grep -qE 'Fore[0-9]|Sur[0-9]|M-[0-9]{7}' '$work/typescript'"
else
	echo "ok a terminal sees a bar # SKIP no script(1) here"
fi
load participation "$work/small.tsv" >/dev/null 2>"$work/err"
expect "no terminal: no bar, no control characters" "$(tr -d '[:print:]\n' <"$work/err" | wc -c)" <<'END'
0
END

peak_kib() { # export: the peak of resident memory, anonymous and mapped
	load_in_background participation "$1" --quiet >/dev/null 2>&1
	pid=$!
	peak=0
	while kill -0 "$pid" 2>/dev/null; do
		now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null)
		[ "${now:-0}" -gt "$peak" ] && peak=$now
		sleep 0.02
	done
	wait "$pid"
	echo "$peak"
}
small=$(peak_kib "$work/small.tsv")
large=$(peak_kib "$work/large.tsv")
echo "# peak memory: $small KiB for 20,000 rows, $large KiB for 80,000"
check "four times the rows take the memory of one flush more at most" [ "$large" -lt $((small + 16384)) ]
finish
