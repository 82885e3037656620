# Shared by the indexer's scripts (T1xx): an own data folder, loads, and comparing of outputs.
# shellcheck shell=sh
cd "$(dirname "$0")/../.." || exit 70
umask 077
export LC_ALL=C
work=$(mktemp -d /tmp/record-check-e2e.XXXXXX)
data=$work/data
failures=0

cleanup() {
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

load() { # system, export, further arguments
	load_system=$1 load_export=$2
	shift 2
	build/indexer load --system "$load_system" --mapping "schemas/exports/$load_system.json" \
	    --export "$load_export" --data "$data" "$@"
}

# The same in the background, as this very process: $! is the indexer and can be killed.
load_in_background() { # system, export, further arguments
	load_system=$1 load_export=$2
	shift 2
	(exec build/indexer load --system "$load_system" --mapping "schemas/exports/$load_system.json" \
	    --export "$load_export" --data "$data" "$@") &
}

# What differs from run to run: times, rates, our own folder.
sanitised() {
	sed -e "s|$work|WORK|g" -e '/^  took /d' -e 's/"elapsed_ms":[0-9]*/"elapsed_ms":N/' \
	    -e 's/[0-9]\{4\}-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9:]*Z\{0,1\}/TIME/g' \
	    -e 's/(process [0-9]*)/(process PID)/'
}

# Runs a command: its output, sanitised, then "exit CODE".
run() {
	"$@" >"$work/out" 2>&1
	run_code=$?
	sanitised <"$work/out"
	echo "exit $run_code"
}

# expect NAME GOT: what was got against standard input.
expect() {
	expect_name=$1
	printf '%s\n' "$2" >"$work/got"
	if diff -u - "$work/got" >"$work/diff"; then
		echo "ok $expect_name"
	else
		echo "not ok $expect_name"
		sed 's/^/# /' "$work/diff"
		failures=$((failures + 1))
	fi
}

check() { # name, command...: the command has to succeed
	check_name=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		echo "ok $check_name"
	else
		echo "not ok $check_name"
		sed 's/^/# /' "$work/out"
		failures=$((failures + 1))
	fi
}

number() { # key: the first number of that key in JSON on standard input
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" | head -n 1
}

status_number() { # system, key
	build/indexer status --data "$data" --json | tr '{' '\n' |
	    grep "\"system\":\"$1\"" | number "$2"
}

# A participation export of $1 members, invented as they come.
many_members() {
	head -n 1 fixtures/participation.tsv
	awk -v n="$1" 'BEGIN {
		OFS = "\t"
		for (i = 1; i <= n; i++)
			print sprintf("M-%07d", i), "Fore" i % 997, "Sur" i % 7919, "", 2005 + i % 12,
			    "Female", "Group " i % 40, "01/09/2023", "", "", "", "", "Town" i % 300,
			    "England"
	}'
}

finish() {
	[ "$failures" = 0 ]
}
