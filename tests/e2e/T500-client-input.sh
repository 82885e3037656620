#!/bin/sh
# Goal of this test: whatever is wrong with what the client is given, it says so in one clear line,
# ends with the right code, and searchd, when it is asked at all, answers and stays up.
set -u
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"

details="--reference T500 --kind external_record_check --purpose test"
big=$work/big

refused() { # name, exit code, last line of stderr, arguments of the client (stdin is the caller's)
	name=$1 code=$2 words=$3
	shift 3
	"$bin"/client "$@" >"$work/out" 2>"$work/err"
	got=$?
	faults=
	[ "$got" = "$code" ] || faults="exit $got, not $code
"
	[ "$(tail -n 1 "$work/err")" = "$words" ] || faults="$faults$(tail -n 1 "$work/err")"
	verdict "client input: $name" "$faults"
}

body() { # people, as JSON
	printf '{"request":{"reference":"T500","kind":"external_record_check","purpose":"test"},"people":%s}' "$1"
}

# The man pages name every option that the programs explain.
sed 's/\\-/-/g' docs/man/client.1 docs/man/indexer.1 docs/man/searchd.8 >"$work/man"
faults=
for words in "client check" "client batch" "client show" "client record" "client status" "client ledger head" \
    "client request log" "client request show" "client request list" "client request note" "client request decline" \
    "client request withdraw" "client request close" "client due" "client media" \
    "client ledger verify" "indexer load" "indexer status" "indexer verify" searchd; do
	# shellcheck disable=SC2086
	for option in $("$bin"/$words --help | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'); do
		[ "$option" = --forenames ] || [ "$option" = --help ] || [ "$option" = --version ] ||
		    grep -qe "$option" "$work/man" || faults="$faults $words $option"
	done
done
verdict "client input: the man pages name every option" "$faults"

# Before searchd is asked; none is running.
refused "nothing is asked" 64 \
    "client check: nothing is asked: give --reference, --kind, --purpose and a person, or --file" \
    check </dev/null
# shellcheck disable=SC2086 # several words are meant
refused "nobody is asked about" 65 "client check: nobody is asked about: give at least one person" \
    check $details
# shellcheck disable=SC2086
refused "a person with nothing to search by" 65 \
    "client check: person 2: nothing to search by: give a name, date of birth, address, phone, e-mail or identifier" \
    check $details --name Kate --person --sex female
# shellcheck disable=SC2086
refused "30 February" 65 "client check: person 1: dob: 30 February is not a day of the calendar" \
    check $details --name Kate --dob 30/02/2009
# shellcheck disable=SC2086
refused "an age without its day" 65 \
    "client check: person 1: age: it needs the day on which it was true (age_at)" \
    check $details --name Kate --age 7
# shellcheck disable=SC2086
refused "bytes that are no text" 65 "client check: person 1: name: byte 2 is not text in UTF-8" \
    check $details --name "$(printf 'K\377')"
# shellcheck disable=SC2086,SC2046
refused "17 people" 65 "client check: more than 16 people in one check" \
    check $details $(for n in $(seq 17); do echo "--person --name K$n"; done)
# shellcheck disable=SC2086
refused "an option twice" 64 "Try 'client check --help'." \
    check $details --name Kate --person --name Ann --reference other
refused "an unknown option" 64 "Try 'client check --help'." check --nick Kate
refused "an unknown command" 64 "Try 'client --help'." chekc

refused "no such file" 66 "client check: $work/none: no such file" check --file "$work/none"
refused "a folder" 65 "client check: $work: not a regular file" check --file "$work"
: >"$work/empty"
refused "an empty file" 65 "client check: $work/empty: is empty; a check body is expected" \
    check --file "$work/empty"
body '[{"names":[{"full":"Kate"}],"shoe_size":4}]' >"$work/r.json"
refused "an unknown field" 65 "client check: $work/r.json: people[0]: unknown field \"shoe_size\"" \
    check --file "$work/r.json"
body '[{"names":"Kate"}]' >"$work/r.json"
refused "a field of the wrong type" 65 "client check: $work/r.json: people[0].names: expected a list" \
    check --file "$work/r.json"
body '[{"births":["2009-02-30"]}]' >"$work/r.json"
refused "30 February in a file" 65 \
    "client check: $work/r.json: people[0].births[0]: 30 February is not a day of the calendar" \
    check --file "$work/r.json"
body "[{\"names\":[$(for n in $(seq 499); do printf '{"full":"K%s"},' "$n"; done){\"full\":\"K\"}]}]" >"$work/r.json"
refused "500 names" 65 "client check: $work/r.json: people[0].names: has more than 32 entries" \
    check --file "$work/r.json"
body "$(printf '[{"names":[{"full":"K\377"}]}]')" >"$work/r.json"
"$bin"/client check --file "$work/r.json" >/dev/null 2>"$work/err"
[ $? = 65 ] && grep -q "^client check: $work/r.json:1: not valid JSON: unable to decode byte 0xff" "$work/err" && faults= || faults=$(cat "$work/err")
verdict "client input: invalid UTF-8 in a file" "$faults"
awk 'BEGIN { for (i = 0; i < 1000; i++) printf "["; print "" }' >"$work/deep"
refused "1,000-deep JSON" 65 "client check: $work/deep:1: JSON is nested deeper than 8 levels" \
    check --file "$work/deep"
head -c 10000000 /dev/zero | tr '\0' ' ' >"$big"
refused "a file of 10 MB" 65 "client check: $big: file is larger than 65536 bytes" check --file "$big"
refused "10 MB on stdin" 65 "client check: standard input: request is larger than 65536 bytes" \
    check --file - <"$big"

# shellcheck disable=SC2086
refused "searchd is not running" 69 \
    "client check: cannot reach searchd at $socket: Connection refused" \
    check $details --name Kate --socket "$socket" --timeout 1
refused "searchd is not running, with --json" 69 \
    "client status: cannot reach searchd at $socket: Connection refused" \
    status --socket "$socket" --timeout 1 --json
[ "$(cat "$work/out")" = "{\"error\":{\"status\":\"unavailable\",\"message\":\"cannot reach searchd at $socket: Connection refused\"}}" ] &&
    faults= || faults=$(cat "$work/out")
verdict "client input: with --json a failure is JSON on stdout" "$faults"

# What only searchd can judge.
load helpline csv >/dev/null 2>&1
write_config
start_daemon
wait_ready || { tail -n 3 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
asked="check --socket $socket --role qa_officer"
# shellcheck disable=SC2086
"$bin"/client $asked --reference R --kind dog_licence --purpose test --name Kate >/dev/null 2>"$work/err"
[ $? = 65 ] && grep -q '^client check: bad_request: .*kind' "$work/err" && faults= || faults=$(cat "$work/err")
verdict "client input: a kind that the policy does not know" "$faults"
# shellcheck disable=SC2086
"$bin"/client $asked $details --leg childline --name Kate >/dev/null 2>"$work/err"
[ $? = 77 ] && grep -q '^client check: forbidden: ' "$work/err" && faults= || faults=$(cat "$work/err")
verdict "client input: a leg that the role may not search" "$faults"
"$bin"/client show CHK-0000-0000 --socket "$socket" --role qa_officer >/dev/null 2>"$work/err"
[ $? = 66 ] && grep -q '^client show: not_found: ' "$work/err" && faults= || faults=$(cat "$work/err")
verdict "client input: a check that is none" "$faults"
# shellcheck disable=SC2086
"$bin"/client $asked $details --name Kate >/dev/null 2>"$work/err" && faults= || faults=$(cat "$work/err")
verdict "client input: after all that, a check is answered" "$faults"
[ "$failures" = 0 ]
