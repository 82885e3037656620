#!/bin/sh
# Goal of this test: a room includes only what rooms.txt allows, and a foreign header enters only by
# the doors of doors.txt. First the checker itself is shown to find a planted breach.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

room_faults() { # root of a tree
	(cd "$1" && for f in $(sources); do
		room=${f%/*}
		allowed=$(sed 's/#.*//' tests/lint/rooms.txt | awk -v r="$room" '$1 == r { $1 = ""; print }')
		grep -q "^$room\([ 	]\|\$\)" tests/lint/rooms.txt || echo "$f: $room is not in rooms.txt"
		for inc in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$f"); do
			case $inc in *../*) echo "$f: \"$inc\" climbs out of its room"; continue ;; esac
			case $inc in */*) ;; *) echo "$f: \"$inc\" does not name its room"; continue ;; esac
			to=${inc%/*}
			[ -d "lib/$to" ] && to=lib/$to
			[ "$to" = "$room" ] && continue
			case " $allowed " in *" $to "* | *" $inc "*) ;; *) echo "$f: $room may not include $inc" ;; esac
		done
	done)
}

door_faults() {
	(cd "$1" && sed 's/#.*//' tests/lint/doors.txt | while read -r header doors; do
		[ -n "$header" ] || continue
		set -f
		# shellcheck disable=SC2046
		for f in $(grep -lE "^[ 	]*#[ 	]*include[ 	]*<$header" $(set +f; sources)); do
			through=
			for door in $doors; do
				# shellcheck disable=SC2254 # a pattern is meant
				case $f in $door) through=yes ;; esac
			done
			[ -n "$through" ] || echo "$f: <$header> may enter only by $doors"
		done
	done)
}

toy=$(mktemp -d)
trap 'rm -rf "$toy"' EXIT
mkdir -p "$toy/lib/base" "$toy/lib/record" "$toy/lib/index" "$toy/client" "$toy/tests"
cp -R tests/lint "$toy/tests/lint"
echo '#include "base/err.h"' >"$toy/lib/record/a.c"
verdict "rooms: a clean toy tree passes" "$(room_faults "$toy"; door_faults "$toy")"
echo '#include "index/terms.h"' >"$toy/lib/record/b.c"
echo '#include <sqlite3.h>' >"$toy/client/c.c"
echo '#include "ledger/verify.h"' >"$toy/client/d.c"
echo '#include "ledger/ledger.h"' >"$toy/client/e.c"
mkdir -p "$toy/lib/ledger"
found=$(room_faults "$toy"; door_faults "$toy")
missed=
for f in lib/record/b.c client/c.c client/e.c; do
	echo "$found" | grep -q "^$f:" || missed="$missed $f"
done
echo "$found" | grep -q '^client/d.c:' && missed="$missed client/d.c (allowed, yet named)"
verdict "rooms: each planted breach is named" "$missed"

verdict "rooms: every include is allowed by rooms.txt" "$(room_faults .)"
verdict "rooms: foreign headers enter by their doors" "$(door_faults .)"
finish
