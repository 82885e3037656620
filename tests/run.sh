#!/bin/sh
# Runs tests and closes with one line "N passed, N failed, N skipped"; ends non-zero if any failed.
#
#   tests/run.sh [STAGE...]     stages: lint unit e2e fault asan (the default, in that order), tsan
#
# Every test prints TAP-like lines ("ok ...", "not ok ...", "ok ... # skip why"); cmocka is asked
# for TAP. A program that ends non-zero without a "not ok" line (a crash, a sanitizer report)
# counts as one failure. Logs are kept in build/test-logs.
set -u
cd "$(dirname "$0")/.." || exit 70
logs=build/test-logs
jobs=$(nproc 2>/dev/null || echo 2)
stages=${*:-lint unit e2e fault asan}
list=$(mktemp)
trap 'rm -f "$list"' EXIT
mkdir -p "$logs"
export CMOCKA_MESSAGE_OUTPUT=TAP
# Xapian::Database::check of Debian's libxapian 1.4.22 frees a derived object through its base's size.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:new_delete_type_mismatch=0 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1

# One test: "stage name command..." on a line of the list; its log ends with "exit CODE".
run_all() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	xargs -P "$jobs" -L 1 sh -c '
		log='"$logs"'/$1-$2.log; label="$1 $2"; limit=$3; shift 3
		timeout -k 10 "$limit" "$@" >"$log" 2>&1 </dev/null; code=$?
		echo "exit $code" >>"$log"
		case $code in
		0) echo "  PASS  $label" ;;
		77) echo "  SKIP  $label" ;;
		124) echo "  FAIL  $label (no end within $limit s)" ;;
		*) echo "  FAIL  $label"; grep -v "^ok" "$log" | tail -n 40 | sed "s/^/        /" ;;
		esac' run <"$list"
}

build() { # kind, targets
	kind=$1
	shift
	make --no-print-directory -s -j"$jobs" KIND="$kind" WERROR=1 "$@" >"$logs/build-$kind.log" 2>&1 && return
	grep -v '^  \(CC\|CXX\|LD\) ' "$logs/build-$kind.log" | tail -n 40
	echo "not ok build of $kind failed" >"$logs/build-$kind-failed.log"
	echo "exit 1" >>"$logs/build-$kind-failed.log"
	echo "  FAIL  build $kind"
}

unit_lines() { # stage, kind, seconds allowed for one program
	for source in tests/unit/*/test_*.c; do
		name=${source#tests/unit/}
		name=${name%.c}
		echo "$1 $(echo "$name" | tr / -) $3 build/$2/unit/$name"
	done
}

script_lines() { # stage, seconds, scripts
	stage=$1 limit=$2
	shift 2
	for script in "$@"; do
		[ -e "$script" ] || continue
		name=${script##*/}
		echo "$stage ${name%.sh} $limit sh $script"
	done
}

rm -f "$logs"/*.log
for stage in $stages; do
	: >"$list"
	case $stage in
	lint)
		script_lines lint 300 tests/lint/L*.sh >"$list"
		;;
	unit)
		build release unit-programs
		unit_lines unit release 120 >"$list"
		;;
	e2e)
		build release programs tools
		script_lines e2e 300 tests/e2e/T*.sh >"$list"
		;;
	asan)
		build asan unit-programs
		unit_lines asan asan 300 >"$list"
		;;
	tsan)
		build tsan unit-programs programs tools BUILD=build/tsan-tree
		for source in tests/unit/wire/test_*.c tests/unit/searchd/test_*.c tests/unit/ledger/test_*.c \
		    tests/unit/indexer/test_feed.c tests/unit/indexer/test_load.c; do
			name=${source#tests/unit/}
			name=${name%.c}
			echo "tsan $(echo "$name" | tr / -) 600 build/tsan-tree/tsan/unit/$name"
		done >"$list"
		script_lines tsan 900 tests/tsan/*.sh >>"$list"
		;;
	fault)
		build release programs tools
		script_lines fault 1800 tests/fault/F*.sh >"$list"
		;;
	*)
		echo "tests/run.sh: unknown stage \"$stage\"" >&2
		exit 64
		;;
	esac
	echo "$stage:"
	run_all
done

passed=0 failed=0 skipped=0
for log in "$logs"/*.log; do
	case ${log##*/} in
	build-*-failed.log) ;;
	build-*) continue ;;
	esac
	ok=$(grep -ac '^ok ' "$log")
	# cmocka writes a skipped test as "not ok N # SKIP name"
	skip=$(grep -acE '^(not )?ok .*# *[Ss][Kk][Ii][Pp]' "$log")
	skipped_ok=$(grep -acE '^ok .*# *[Ss][Kk][Ii][Pp]' "$log")
	bad=$(grep -a '^not ok ' "$log" | grep -avcE '# *[Ss][Kk][Ii][Pp]')
	code=$(sed -n '$s/^exit //p' "$log")
	[ "$code" = 77 ] && skipped=$((skipped + 1))
	[ "$code" != 0 ] && [ "$code" != 77 ] && [ "$bad" = 0 ] && bad=1
	[ "$code" = 0 ] && [ "$bad" != 0 ] && echo "  note: ${log##*/} ends 0 with failures in it"
	[ "$code" = 0 ] && [ "$ok" = 0 ] && { echo "  FAIL  ${log##*/} tests nothing"; bad=1; }
	passed=$((passed + ok - skipped_ok))
	failed=$((failed + bad))
	skipped=$((skipped + skip))
done
if [ "$skipped" = 0 ]; then
	echo "$passed passed, $failed failed"
else
	grep -ahE '^(not )?ok .*# *[Ss][Kk][Ii][Pp]' "$logs"/*.log | sed -E 's/^(not )?ok/  skipped:/'
	echo "$passed passed, $failed failed, $skipped skipped"
fi
[ "$failed" = 0 ] && [ "$passed" != 0 ]
