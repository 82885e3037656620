#!/bin/sh
# Goal of this test: one indexer at a time per system; the second ends with 75 and says who holds it;
# another system is not held up; a load told to stop ends tidily.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

many_members 400000 >"$work/many.tsv"
load_in_background participation "$work/many.tsv" --quiet >"$work/first" 2>&1
first=$!
tries=0
until ls -d "$data"/index/participation/building-* >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ "$tries" -lt 200 ] || { echo "not ok the first load begins"; exit 1; }
	sleep 0.05
done
expect "the second indexer on a system" "$(run load participation fixtures/participation.tsv)" <<'END'
indexer load: another indexer is loading participation (process PID)
exit 75
END
expect "another system" "$(run load helpline fixtures/helpline.csv | sed -n '1p;$p')" <<'END'
Loaded helpline: generation 1 (full)
exit 0
END
kill -TERM "$first" 2>/dev/null
wait "$first"
expect "the first one, told to stop" "$(echo "exit $?"; cat "$work/first")" <<'END'
exit 69
indexer load: stopped by a signal
END
expect "leaves nothing behind" "$(ls "$data/index/participation")" <<'END'
lock
END
expect "and the next one loads" "$(run load participation fixtures/participation.tsv | sed -n '1p;$p')" <<'END'
Loaded participation: generation 1 (full)
exit 0
END
finish
