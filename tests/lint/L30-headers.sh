#!/bin/sh
# Goal of this test: every header compiles alone, as C17 and, where C++ includes it, as C++17.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

faults=
for h in $(sources | grep '\.h$'); do
	inc=${h#lib/}
	out=$(echo "#include \"$inc\"" | gcc -std=c17 -D_POSIX_C_SOURCE=200809L -Ilib -I. \
	    -fsyntax-only -Wall -Wextra -Werror -xc - 2>&1) || faults="$faults$h: $out
"
	guard=$(echo "$inc" | tr 'a-z/.' 'A-Z__')
	grep -q "^#ifndef $guard\$" "$h" || faults="$faults$h: the guard is not $guard
"
done
verdict "headers: each compiles alone and has its guard" "$faults"

faults=
for h in $(sources lib/index | grep 'record_index.h$'); do
	out=$(echo "#include \"${h#lib/}\"" | g++ -std=c++17 -D_POSIX_C_SOURCE=200809L -Ilib -fsyntax-only -Wall -xc++ - 2>&1) ||
	    faults="$faults$h: $out
"
done
verdict "headers: the Xapian border compiles as C++" "$faults"
finish
