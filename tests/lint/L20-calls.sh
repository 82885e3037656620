#!/bin/sh
# Goal of this test: calls that are banned everywhere or in a room (banned.txt) do not occur.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# The code without comments and strings, one file a time, with "file:line:" before each line.
stripped() {
	for f in $(sources "$@"); do
		gcc -fpreprocessed -dD -E -P "$f" 2>/dev/null |
		    sed -e 's/"\([^"\\]\|\\.\)*"/""/g' -e "s/'\([^'\\\\]\|\\\\.\)*'/' '/g" -e "s|^|$f: |"
	done
}

call_faults() {
	sed 's/#.*//' tests/lint/banned.txt | while read -r room calls; do
		[ -n "$room" ] || continue
		except=
		case $room in *-*) except=${room#*-} room=${room%%-*} ;; esac
		[ -d "$room" ] || [ "$room" = . ] || continue
		alternatives=$(echo "$calls" | tr ' ' '|')
		if [ "$room" = . ]; then stripped; else stripped "$room"; fi |
		    grep -E "(^|[^A-Za-z0-9_.>])($alternatives) ?\(" |
		    { if [ -n "$except" ]; then grep -vE "^($(echo "$except" | tr ',' '|'))"; else cat; fi; }
	done
}

planted=$(echo 'void f(char *a) { strcpy(a, "x"); /* atoi(a) */ g("gets(a)"); }' |
    gcc -fpreprocessed -dD -E -P -x c - | sed -e 's/"\([^"\\]\|\\.\)*"/""/g' |
    grep -cE '(^|[^A-Za-z0-9_.>])(strcpy|atoi|gets) ?\(')
[ "$planted" = 1 ] && planted= || planted="found $planted lines, not 1"
verdict "calls: the checker sees a planted call and no comment" "$planted"
verdict "calls: no banned call" "$(call_faults)"
finish
