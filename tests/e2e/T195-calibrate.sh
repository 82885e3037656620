#!/bin/sh
# Goal of this test: confidences are fitted to labelled pairs, whatever their order, in a form that searchd
# reads; every bad line is refused with file, line and field.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

calibrate() { # pairs, further arguments
	calibrate_pairs=$1
	shift
	build/indexer calibrate --pairs "$calibrate_pairs" --output "$work/c.json" "$@"
}

# Invented: matches are rare at 0 bits and usual at 20.
awk 'BEGIN {
	print "weight,match"
	for (i = 0; i < 4000; i++) {
		w = (i * 7919 % 4000) / 100 - 10
		chance = 1 / (1 + exp(-(w - 10) / 3))
		print w "," ((i * 104729 % 1000) / 1000 < chance ? 1 : 0)
	}
}' >"$work/pairs.csv"
{
	head -n 1 "$work/pairs.csv"
	tail -n +2 "$work/pairs.csv" | sort -r
} >"$work/shuffled.csv"
tail -n +2 "$work/pairs.csv" | sed 's/\(.*\),1/{"match_weight": \1, "is_match": true}/; s/^\([^{]*\),0/{"match_weight": \1, "is_match": false}/' \
    >"$work/pairs.jsonl"

expect "a fit of four pairs" "$(printf 'weight,match,count\n3,0,60\n3.5,1,40\n12,1,99\n12,0,1\n' >"$work/four.csv"
    run calibrate "$work/four.csv")" <<'END'
Calibrated calibrated-1b1b584e, written to WORK/c.json
  200 pairs, 139 of them matches

    from, bits   confidence          pairs
        3.0000     0.008197             60
        3.5000     0.989362            140
exit 0
END
check "many pairs" calibrate "$work/pairs.csv"
cp "$work/c.json" "$work/one.json"
check "shuffled pairs" calibrate "$work/shuffled.csv"
check "give the same file" cmp "$work/one.json" "$work/c.json"
check "pairs as JSON lines" calibrate "$work/pairs.jsonl"
check "give the same file too" cmp "$work/one.json" "$work/c.json"
# Two sizes: in the larger the same weight means less, by half a bit for each bit of prior.
awk 'BEGIN {
	print "weight,match,count,prior"
	for (i = 0; i < 4000; i++) {
		prior = i % 2 ? -14 : -20
		w = (i * 7919 % 4000) / 100 - 10
		chance = 1 / (1 + exp(-(w + 0.5 * (prior + 17) - 10) / 3))
		print w "," ((i * 104729 % 1000) / 1000 < chance ? 1 : 0) ",10," prior
	}
}' >"$work/sizes.csv"
check "pairs of two sizes" calibrate "$work/sizes.csv"
check "give the drift" sh -c "sed -n 's/.*\"drift\": { \"bits\": \([0-9.]*\), \"prior\": -17.0000 }.*/\1/p' '$work/c.json' | awk '{ n++ } \$1 < .35 || \$1 > .65 { bad = 1 } END { exit bad || n != 1 }'"
check "every band holds the least" sh -c "sed -n 's/.*\"n\": \([0-9]*\).*/\1/p' '$work/one.json' |
    awk '{ total += \$1 } \$1 < 50 { bad = 1 } END { exit bad || total != 4000 }'"
cat >"$work/searchd.conf" <<CONF
listen = ipc://$work/searchd.sock
data = $work/data
schemas = $PWD/schemas
calibration = $work/one.json
user = tester uid $(id -u) roles qa_officer
CONF
mkdir "$work/data"
check "searchd reads it" build/searchd --check --config "$work/searchd.conf"
rm -f "$work/c.json"

# --- Bad input ------------------------------------------------------------------------------------
bad() { # name, contents, wanted
	printf '%b' "$2" >"$work/bad.csv"
	printf '%s\n' "$3" "exit 65" >"$work/wanted"
	expect "$1" "$(run calibrate "$work/bad.csv")" <"$work/wanted"
}
at='indexer calibrate: WORK/bad.csv'
bad "no header" '3,1\n4,0\n' "$at:1: the header must be weight,match, then perhaps count, then perhaps prior"
bad "an empty file" '' "$at: holds no pairs"
bad "only a header" 'weight,match\n' "$at: holds no pairs"
bad "no match" 'weight,match\n3,0\n' "$at: holds no pair that is a match"
bad "nothing but matches" 'weight,match\n3,1\n' "$at: holds no pair that is not a match"
bad "a weight that is no number" 'weight,match\n3,0\nmany,1\n' "$at:3: weight: 'many' is no number from -1000 to 1000"
bad "a weight that is not a number" 'weight,match\nnan,0\n' "$at:2: weight: 'nan' is no number from -1000 to 1000"
bad "a weight past the limit" 'weight,match\n-1000,0\n1000,1\n1000.1,1\n' "$at:4: weight: '1000.1' is no number from -1000 to 1000"
bad "a weight that is missing" 'weight,match\n,1\n' "$at:2: weight: '' is no number from -1000 to 1000"
bad "an answer that is none" 'weight,match\n3,maybe\n' "$at:2: match: 'maybe' is none of 1, 0, true, false"
bad "a column too many" 'weight,match\n3,1,7\n' "$at:2: match: '7' follows it, but there is no such column"
bad "a count of 0" 'weight,match,count\n3,1,0\n' "$at:2: count: '0' is no number from 1 to 1000000000000"
bad "a count past the limit" 'weight,match,count\n3,1,1000000000000\n3,0,1000000000001\n' \
    "$at:3: count: '1000000000001' is no number from 1 to 1000000000000"
bad "a count that is missing" 'weight,match,count\n3,1\n' "$at:2: count: '' is no number from 1 to 1000000000000"
bad "a column past the count" 'weight,match,count\n3,1,2,9\n' "$at:2: count: '9' follows it, but there is no such column"
bad "a prior that is none" 'weight,match,prior\n3,1,x\n' "$at:2: prior: 'x' is no number from -60 to 60"
bad "a prior past the limit" 'weight,match,prior\n3,1,-60\n3,0,-60.1\n' "$at:3: prior: '-60.1' is no number from -60 to 60"
bad "JSON: a prior on some lines" '{"match_weight":3,"is_match":true,"prior":-17}\n{"match_weight":3,"is_match":false}\n' "$at:2: prior: is missing"
bad "JSON: a prior that comes late" '{"match_weight":3,"is_match":true}\n{"match_weight":3,"is_match":false,"prior":-17}\n' "$at:2: prior: the lines before have none"
bad "a NUL byte" 'weight,match\n3,\00001\n' "$at:2: the line is over 1024 bytes or holds a NUL byte"
bad "a line of 1,025 bytes" "weight,match\n3,1$(printf '%1022s' '')\n" "$at:2: the line is over 1024 bytes or holds a NUL byte"
bad "a line of 1,024 bytes is read" "weight,match\n3,1$(printf '%1021s' '')\n" "$at: holds no pair that is not a match"
bad "JSON: an unknown field" '{"match_weight":3,"is_match":true,"who":1}\n' "$at:1: unknown field \"who\""
bad "JSON: no answer" '{"match_weight":3,"is_match":true}\n{"match_weight":3}\n' "$at:2: is_match: is missing"
bad "JSON: a word for a weight" '{"match_weight":"3","is_match":true}\n' "$at:1: match_weight: expected a number"
expect "a file that is not there" "$(run calibrate "$work/none.csv")" <<'END'
indexer calibrate: WORK/none.csv: no such file
exit 66
END
expect "a folder" "$(run calibrate "$work")" <<'END'
indexer calibrate: WORK: is a folder
exit 65
END
expect "no least" "$(run calibrate "$work/pairs.csv" --least 0 | head -n 1)" <<'END'
indexer calibrate: --least needs at least 1
END
check "no refused fit left a file" test ! -e "$work/c.json"
finish
