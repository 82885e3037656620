#!/bin/sh
# Goal of this test: each mistake in a load has its message and exit code, before anything is built.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"
mapping=schemas/exports/helpline.json

indexer_load() {
	build/indexer load --data "$data" "$@"
}

expect "an unknown mapping" \
    "$(run indexer_load --system helpline --mapping "$work/none.json" --export fixtures/helpline.csv)" <<'END'
indexer load: WORK/none.json: no such file
exit 66
END
expect "a missing export" \
    "$(run indexer_load --system helpline --mapping $mapping --export "$work/none.csv")" <<'END'
indexer load: WORK/none.csv: no such export
exit 66
END
expect "an export that is a folder" \
    "$(run indexer_load --system helpline --mapping $mapping --export fixtures)" <<'END'
indexer load: fixtures: the export is a folder, not a file
exit 65
END
mkfifo "$work/pipe"
expect "an export that is a pipe does not hang" \
    "$(run indexer_load --system helpline --mapping $mapping --export "$work/pipe")" <<'END'
indexer load: WORK/pipe: the export is not a regular file
exit 65
END
expect "the mapping of another system" \
    "$(run indexer_load --system ctac --mapping $mapping --export fixtures/helpline.csv)" <<'END'
indexer load: schemas/exports/helpline.json: the mapping is for helpline, not for ctac
exit 65
END
expect "the export of another system" \
    "$(run indexer_load --system helpline --mapping $mapping --export fixtures/participation.tsv)" <<'END'
indexer load: fixtures/participation.tsv:1: the header has no column "ContactId" (it has 1 columns)
exit 65
END
sed 's/"role": "child"/"role": "chld"/' $mapping >"$work/wrong.json"
expect "a mapping with a wrong word" \
    "$(run indexer_load --system helpline --mapping "$work/wrong.json" --export fixtures/helpline.csv)" <<'END'
indexer load: WORK/wrong.json: people[0].role: "chld" is not a role
exit 65
END
expect "no lexicon beside the mapping" \
    "$(cp $mapping "$work"; run indexer_load --system helpline --mapping "$work/helpline.json" --export fixtures/helpline.csv | sed 's|lexicon/.*|lexicon/...|')" <<'END'
indexer load: WORK/../lexicon/...
exit 66
END
expect "a delta with nothing to change" \
    "$(run load helpline fixtures/helpline.csv --delta)" <<'END'
indexer load: helpline has no generation to change: load a full export first
exit 66
END
head -n 1 fixtures/helpline.csv >"$work/empty.csv"
expect "an export without rows is not published" "$(run load helpline "$work/empty.csv")" <<'END'
indexer load: the rejected rows are in WORK/data/index/helpline/failed.rejects.jsonl
indexer load: WORK/empty.csv: no record could be loaded from 0 rows; nothing is published (--allow-empty)
exit 65
END
expect "unless that is right" "$(run load helpline "$work/empty.csv" --allow-empty | sed -n '1,2p;$p')" <<'END'
Loaded helpline: generation 1 (full)
  rows                     0
exit 0
END
expect "a required option" "$(run build/indexer load --system helpline)" <<'END'
indexer load: --mapping is required
Try 'indexer load --help'.
exit 64
END
expect "a system that is no key" \
    "$(run indexer_load --system ../etc --mapping $mapping --export fixtures/helpline.csv)" <<'END'
indexer load: --system needs lower-case letters, digits and underscores, not '../etc'
Try 'indexer load --help'.
exit 64
END
expect "a time that is none" "$(run load helpline fixtures/helpline.csv --as-of yesterday)" <<'END'
indexer load: --as-of needs a time such as 2026-11-23 or TIME, not 'yesterday'
Try 'indexer load --help'.
exit 64
END
expect "a time to come" "$(run load helpline fixtures/helpline.csv --as-of 2190-01-01)" <<'END'
indexer load: --as-of lies in the future
Try 'indexer load --help'.
exit 64
END
expect "an unknown command" "$(run build/indexer lode)" <<'END'
indexer: unknown command 'lode'
Try 'indexer --help'.
exit 64
END
echo in the way >"$work/file"
expect "a data folder that is a file" \
    "$(run build/indexer load --system helpline --mapping $mapping --export fixtures/helpline.csv --data "$work/file")" <<'END'
indexer load: WORK/file/index: cannot make folder: Not a directory
exit 74
END
expect "status and verify of a folder that is not there" \
    "$(run build/indexer status --data "$work/nowhere"; run build/indexer verify --data "$data" --system ctac | tr -s ' ')" <<'END'
indexer status: WORK/nowhere: no such data folder
exit 66
ctac FAILED WORK/data/index/ctac/current: never loaded
exit 66
END
check "help and version end with 0" sh -c \
    'build/indexer --help && build/indexer --version && for c in load status verify; do
	build/indexer $c --help && build/indexer $c --version || exit 1; done'
finish
