#!/bin/sh
# Goal of this test: a load that passes --max-rejects or --max-faults fails with 65, keeps its rejects
# for the eye, and leaves the old generation as it was; at the limit it is published.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

load participation fixtures/participation.tsv >/dev/null || { echo "not ok the first load"; exit 1; }
before=$(cat "$data/index/participation/current/manifest.json")

expect "one reject over the limit" \
    "$(run load participation fixtures/participation.tsv --max-rejects 4)" <<'END'
indexer load: the rejected rows are in WORK/data/index/participation/failed.rejects.jsonl
indexer load: fixtures/participation.tsv: more than 4 rows are rejected (--max-rejects)
exit 65
END
expect "the kept rejects are all five, and the owner's" \
    "$(grep -c '"kind":"row"' "$data/index/participation/failed.rejects.jsonl"
	stat -c %a "$data/index/participation/failed.rejects.jsonl")" <<'END'
5
600
END
expect "one field fault over the limit" \
    "$(run load participation fixtures/participation.tsv --max-faults 4 | tail -n 2)" <<'END'
indexer load: fixtures/participation.tsv: more than 4 fields are faulty (--max-faults)
exit 65
END
expect "no rejects allowed at all" \
    "$(run load participation fixtures/participation.tsv --max-rejects 0 | tail -n 2)" <<'END'
indexer load: fixtures/participation.tsv: more than 0 rows are rejected (--max-rejects)
exit 65
END
after=$(cat "$data/index/participation/current/manifest.json")
check "the old generation serves as before" [ "$before" = "$after" ]
check "and verifies" build/indexer verify --data "$data"
expect "nothing unfinished is left" "$(ls "$data/index/participation")" <<'END'
00000001
current
failed.rejects.jsonl
lock
END
expect "at the limits the load is published" \
    "$(run load participation fixtures/participation.tsv --max-rejects 5 --max-faults 5 | sed -n '1p;$p')" <<'END'
Loaded participation: generation 2 (full)
exit 0
END
# The supplier changes the form of the dates: no row is rejected, but every date is lost.
sed 's|\([0-9][0-9]\)/\([0-9][0-9]\)/\([0-9]\{4\}\)|\3-\2-\1|g' fixtures/participation.tsv >"$work/iso.tsv"
expect "a changed date format is caught by --max-faults" \
    "$(run load participation "$work/iso.tsv" --max-faults 20 | tail -n 2)" <<'END'
indexer load: WORK/iso.tsv: more than 20 fields are faulty (--max-faults)
exit 65
END
finish
