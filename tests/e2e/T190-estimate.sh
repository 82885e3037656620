#!/bin/sh
# Goal of this test: a model is fitted to what is published, the same one each time; searchd answers with
# it; what cannot be fitted is refused with its reason and leaves no file.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"
daemon=
trap '[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null; cleanup' EXIT

estimate() { # output, further arguments
	estimate_output=$1
	shift
	build/indexer estimate --data "$data" --output "$estimate_output" --quiet "$@"
}
same() {
	cmp "$1" "$2"
}
differ() {
	! cmp -s "$1" "$2"
}

# --- Too few to learn from ------------------------------------------------------------------------
expect "an empty data folder" "$(run estimate "$work/m.json")" <<'END'
indexer estimate: WORK/data: nothing is loaded
exit 66
END
many_members 99 >"$work/few.tsv"
load participation "$work/few.tsv" >/dev/null || { echo "not ok loading 99"; exit 1; }
expect "one person short" "$(run estimate "$work/m.json")" <<'END'
indexer estimate: WORK/data: holds 99 people; at least 100 are needed to estimate from
exit 65
END
many_members 100 >"$work/enough.tsv"
load participation "$work/enough.tsv" >/dev/null || { echo "not ok loading 100"; exit 1; }
check "just enough people" estimate "$work/m.json"
expect "too few matches to learn much is said" "$(estimate "$work/m.json" | tail -n 1)" <<'END'
  note: fewer than 50 matches were found, so the weights are nearly those of default-2026-11
END
rm -rf "$data" "$work/m.json"

# --- A fit ----------------------------------------------------------------------------------------
mkdir "$work/corpus"
build/release/tools/make_corpus "$work/corpus" 3000 7 5 >/dev/null || { echo "not ok make_corpus"; exit 1; }
for each in childrens_services.csv helpline.csv childline.jsonl ctac.jsonl participation.tsv; do
	load "${each%.*}" "$work/corpus/$each" >/dev/null || { echo "not ok loading $each"; exit 1; }
done
estimate "$work/one.json" --report "$work/report.json" --pairs 100000 >"$work/table" ||
    { echo "not ok the fit"; exit 1; }
check "the same index and seed give the same model" estimate "$work/two.json" --pairs 100000 --seed 0
check "byte for byte" same "$work/one.json" "$work/two.json"
check "another seed is taken" estimate "$work/three.json" --pairs 100000 --seed 1
check "and gives other figures" differ "$work/one.json" "$work/three.json"
check "one system alone" estimate "$work/four.json" --system childrens_services --pairs 100000
check "the table names every comparison" sh -c "for f in forename surname birth address sex phone email identifier; do
    grep -q \"^  \$f \" '$work/table' || exit 1; done"
check "the report has every level of the dates" test "$(grep -c '"comparison": "birth"' "$work/report.json")" = \
    "$(sed -n '/"birth"/,/^\t}/p' schemas/model/default.json | grep -c '"m":')"
check "a fitted model can be fitted again" estimate "$work/five.json" --from "$work/one.json" \
    --lexicon schemas/lexicon --name again --pairs 100000
expect "by the name given" "$(sed -n 's/^\t"name": //p' "$work/five.json")" <<'END'
"again",
END
expect "what is not fitted stays as it is" "$(sed -n '/"alignment"/,$p' "$work/five.json" | grep -c .)" <<END
$(sed -n '/"alignment"/,$p' "$work/one.json" | grep -c .)
END

# --- searchd with it ------------------------------------------------------------------------------
name=$(sed -n 's/^\t"name": "\(.*\)",/\1/p' "$work/one.json")
cat >"$work/searchd.conf" <<CONF
listen = ipc://$work/searchd.sock
data = $data
schemas = $PWD/schemas
model = $work/one.json
workers = 1
user = tester uid $(id -u) roles qa_officer
CONF
build/searchd --config "$work/searchd.conf" 2>"$work/searchd.log" &
daemon=$!
tries=0
until build/client status --socket "ipc://$work/searchd.sock" --role qa_officer >"$work/status" 2>/dev/null; do
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] && kill -0 "$daemon" 2>/dev/null || break
	sleep 0.1
done
head -n 3 "$work/corpus/questions.csv" >"$work/questions.csv"
check "searchd answers with the fitted model" build/client batch --socket "ipc://$work/searchd.sock" \
    --reference E --kind external_record_check --purpose t --role qa_officer --ignore-columns \
    --output "$work/answers.jsonl" "$work/questions.csv"
check "and says so" grep -q "$name" "$work/status"
kill "$daemon" && wait "$daemon"
daemon=

# --- Bad input ------------------------------------------------------------------------------------
expect "a model that is not there" "$(run estimate "$work/m.json" --from "$work/none.json" --lexicon schemas/lexicon)" <<'END'
indexer estimate: WORK/none.json: no such file
exit 66
END
sed 's/"u": [0-9.e-]*/"u": 0/' schemas/model/default.json >"$work/zero.json"
expect "a model with a u of 0" "$(run estimate "$work/m.json" --from "$work/zero.json" --lexicon schemas/lexicon)" <<'END'
indexer estimate: WORK/zero.json: forename.levels.exact.u: must be above 0 and below 1
exit 65
END
expect "a folder that is not there" "$(run estimate "$work/none/m.json" --pairs 1000)" <<'END'
indexer estimate: WORK/none/m.json.new: cannot create: No such file or directory
exit 74
END
expect "too few pairs" "$(run estimate "$work/m.json" --pairs 999 | head -n 1)" <<'END'
indexer estimate: --pairs needs at least 1000
END
expect "a name of 64 bytes" "$(run estimate "$work/m.json" --name "$(printf '%064d' 0)" | head -n 1)" <<'END'
indexer estimate: --name needs 1 to 63 bytes
END
check "a name of 63 bytes" estimate "$work/six.json" --name "$(printf '%063d' 0)" --pairs 1000
expect "a system that was never loaded" "$(run estimate "$work/m.json" --system advocacy)" <<'END'
indexer estimate: WORK/data: nothing is loaded
exit 66
END
mkdir "$work/lexicon"
cp schemas/lexicon/*.json "$work/lexicon"
sed -i '0,/"unborn"/s//"unborn", "not given at all"/' "$work/lexicon/missing.json"
expect "another lexicon than the index was made with" "$(run estimate "$work/m.json" --lexicon "$work/lexicon")" <<'END'
indexer estimate: WORK/lexicon: is not the lexicon that childline was loaded with
exit 65
END
base=$(find "$data/index/helpline/current/" -name base.glass)
cp "$base" "$work/base"
truncate -s -1 "$base"
expect "an index cut short" "$(run estimate "$work/m.json" | sed 's/has [0-9]* bytes, not [0-9]*/has N bytes, not M/')" <<'END'
indexer estimate: WORK/data/index/helpline/00000001/base.glass: has N bytes, not M
exit 65
END
cp "$work/base" "$base"
printf 'X' | dd of="$base" bs=1 seek=5000 conv=notrunc 2>/dev/null
expect "a byte of an index changed" "$(run estimate "$work/m.json")" <<'END'
indexer estimate: WORK/data/index/helpline/00000001/base.glass: bytes are not those written
exit 65
END
check "no refused fit left a file" test ! -e "$work/m.json"
finish
