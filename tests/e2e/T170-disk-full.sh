#!/bin/sh
# Goal of this test: a full disk fails the load with a clear error and leaves the old generation
# serving; with room again the load works. Needs a small tmpfs: skipped where mounting is not allowed.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

mkdir "$data"
if ! mount -t tmpfs -o size=4m tmpfs "$data" 2>/dev/null; then
	echo "ok disk full # SKIP mounting a tmpfs is not allowed here"
	exit 77
fi
trap 'umount "$data"; cleanup' EXIT

load participation fixtures/participation.tsv >/dev/null || { echo "not ok the first load"; exit 1; }
many_members 40000 >"$work/many.tsv"
faults=
# Each time a little less room, so that the load fails in another of its steps.
for left in 3000 2400 1600 800 400 200 100 40 8; do
	free=$(df --output=avail -k "$data" | tail -n 1)
	[ "$free" -gt "$left" ] && head -c "$(((free - left) * 1024))" /dev/zero >"$data/filler"
	load participation "$work/many.tsv" --quiet >"$work/out" 2>&1
	code=$?
	[ "$code" = 74 ] || faults="$faults; $left KiB: exit $code $(head -n 3 "$work/out")"
	grep -q 'No space left on device' "$work/out" || faults="$faults; $left KiB: $(cat "$work/out")"
	rm -f "$data/filler"
	build/indexer verify --data "$data" >"$work/out" 2>&1 || faults="$faults; $left KiB: $(cat "$work/out")"
	[ "$(status_number participation people)" = 143 ] || faults="$faults; $left KiB: other people"
done
expect "a full disk is named, and the old generation serves" "$faults" <<'END'

END
expect "with room again the load works" \
    "$(run load participation fixtures/participation.tsv | sed -n '1p;$p')" <<'END'
Loaded participation: generation 2 (full)
exit 0
END
finish
