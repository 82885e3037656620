#!/bin/sh
# Goal of this test: foo.c exports only foo_* (a back-end suffix is not part of the prefix), or names
# that a header of its own room declares.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make --no-print-directory -s KIND=release programs >/dev/null 2>&1
faults=
objects=0
# shellcheck disable=SC2044 # our own names hold no blanks
for o in $(find build/release/obj/lib build/release/obj/indexer build/release/obj/searchd build/release/obj/client -name '*.o' 2>/dev/null); do
	source=${o#build/release/obj/}
	source=${source%.o}
	[ -e "$source.c" ] || [ -e "$source.cc" ] || continue
	objects=$((objects + 1))
	base=${source##*/}
	short=$(echo "$base" | sed 's/_\(json\|sqlite\|nng\|icu\|xapian\|linux\|sodium\|zstd\|csv\)$//')
	room=${source%/*}
	for name in $(nm -g --defined-only --format=posix "$o" | awk '$2 ~ /[TDBRC]/ { print $1 }'); do
		case $name in "${short}_"* | "${base}_"* | "$short" | main | _Z* | DW.*) continue ;; esac
		grep -qsE "(^|[^A-Za-z0-9_])$name( ?\(|;|,|\[)" "$room"/*.h || faults="$faults$source: exports $name
"
	done
done
[ "$objects" = 0 ] && faults="no object files to look at"
verdict "exports: every exported name belongs to its file or header ($objects objects)" "$faults"
finish
