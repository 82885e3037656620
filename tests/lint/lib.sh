# Shared by the lint scripts: each check prints "ok NAME" or "not ok NAME", faults as "# ..." lines.
# shellcheck shell=sh
cd "$(dirname "$0")/../.." || exit 70
failures=0

sources() { # all sources of the product, or those below the folders given
	[ $# != 0 ] || set -- lib indexer searchd client
	find "$@" \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) 2>/dev/null | sort
}

# verdict NAME FAULTS: one line for the check, the faults shown if there are any.
verdict() {
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		echo "$2" | sed 's/^/# /'
		failures=$((failures + 1))
	fi
}

finish() {
	[ "$failures" = 0 ]
}
