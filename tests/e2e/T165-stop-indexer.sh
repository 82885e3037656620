#!/bin/sh
# Goal of this test: HUP, INT and TERM end a load tidily: nothing unfinished is left, what was
# searched before stays, nohup is respected.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

load participation fixtures/participation.tsv >/dev/null || { echo "not ok the first load"; exit 1; }
many_members 60000 >"$work/members.tsv" # some seconds of work
stop_load() { # signal, how it stands at the start
	# A shell's background jobs ignore INT; env gives the load its own.
	env --default-signal=INT,HUP "$2" build/indexer load --system participation --quiet \
	    --mapping schemas/exports/participation.json --export "$work/members.tsv" --data "$data" \
	    >"$work/out" 2>&1 &
	pid=$!
	tries=0
	until ls -d "$data"/index/participation/building-* >/dev/null 2>&1 || [ "$tries" -gt 500 ]; do
		tries=$((tries + 1))
		sleep 0.01
	done
	kill -"$1" "$pid"
	wait "$pid"
	echo "exit $?$(find "$data/index/participation" -name 'building-*')"
	status_number participation generation
}
for signal in HUP INT TERM; do
	expect "$signal ends a load" "$(stop_load "$signal" --default-signal=TERM)" <<'END'
exit 69
1
END
done
expect "under nohup HUP does not" "$(stop_load HUP --ignore-signal=HUP)" <<'END'
exit 0
2
END
finish
