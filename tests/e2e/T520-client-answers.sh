#!/bin/sh
# Goal of this test: what was asked and answered can be read by a person, by a program and as a page,
# can be looked up again, and the ledger behind it proved or found changed.
set -u
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"

for pair in childrens_services:csv helpline:csv childline:jsonl ctac:jsonl participation:tsv; do
	load "${pair%:*}" "${pair#*:}" >/dev/null 2>&1
done
write_config
start_daemon
wait_ready || { tail -n 3 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
ask="$bin/client"
as="--socket $socket --role qa_officer"

missing() { # file, lines that must be in it
	file=$1
	shift
	for words in "$@"; do
		grep -qF -- "$words" "$file" || echo "missing: $words"
	done
}

# shellcheck disable=SC2086
$ask check $as --file fixtures/checks/katherine.json --html "$work/page.html" >"$work/out" 2>"$work/err"
code=$?
[ "$code" = 0 ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "answers: a check of a child in three systems" "$faults"
verdict "answers: it tells what was found, why, what was not searched and what to do" \
    "$(missing "$work/out" "MATCH - child" "in 3 systems" "3 of them probable" "SECURED by this check" "in the same record: mother" \
        "NOT COMPLETE" "WHY" "before looking" "NOT SEARCHED" "SEARCHED" "RECORDED" "NEXT" "client check --leg childline")"
first=$(grep -n "^MATCH" "$work/out" | head -n 1 | cut -d: -f1)
[ "$first" = 1 ] && faults= || faults="the first line is: $(head -n 1 "$work/out")"
verdict "answers: what was found comes first" "$faults"
verdict "answers: no line is wider than 80 columns" "$(LC_ALL=C.UTF-8 wc -L <"$work/out" | awk '$1 > 80')"
verdict "answers: no colour outside a terminal" "$(grep -c "$(printf '\033')" "$work/out" | grep -v '^0$')"
verdict "answers: the page holds them too" \
    "$(missing "$work/page.html" "<!doctype html>" "SECURED by this check" "<svg" "default-src 'none'" "</html>")"
mode=$(stat -c %a "$work/page.html")
[ "$mode" = 600 ] && faults= || faults="mode $mode"
verdict "answers: the page is for its owner only" "$faults"
check=$(sed -n 's/^  Check \(CHK-[A-Z0-9-]*\),.*/\1/p' "$work/out")

# shellcheck disable=SC2086
$ask check $as --file fixtures/checks/katherine.json --json >"$work/json" 2>"$work/err"
lines=$(wc -l <"$work/json")
grep -q '^{"audit":[0-9]*,"replayed":false,"check":"CHK-' "$work/json" && [ "$lines" = 1 ] && faults= ||
    faults=$(head -c 300 "$work/json")
verdict "answers: --json is one line, with the ledger entry" "$faults"

id=0123456789abcdef0123456789abcdef
# shellcheck disable=SC2086
$ask check $as --file fixtures/checks/katherine.json --id $id --json >"$work/one" 2>&1
# shellcheck disable=SC2086
$ask check $as --file fixtures/checks/katherine.json --id $id --json >"$work/two" 2>&1
sed 's/"replayed":true/"replayed":false/' "$work/two" | cmp -s - "$work/one" && grep -q '"replayed":true' "$work/two" &&
    faults= || faults=$(head -c 300 "$work/two")
verdict "answers: asked again with --id, nothing is run twice" "$faults"

# shellcheck disable=SC2086
$ask check $as --file fixtures/checks/nowhere.json >"$work/out" 2>&1
verdict "answers: no trace is a statement with coverage" \
    "$(missing "$work/out" "NO TRACE - child" "would have reached" "NOT COMPLETE" "Children's Services: generation 1, as of")"
# shellcheck disable=SC2086
$ask check $as --reference T --kind external_record_check --purpose test --role-of-person child --forenames Katie \
    --surname "O'Brien" --dob 03/2009 --town Leeds --person --role-of-person parent --name "Siobhan O'Brien" \
    --phone "07700 900142" >"$work/out" 2>&1
verdict "answers: people given by flags have the names of their roles" \
    "$(missing "$work/out" "MATCH - child" "MATCH - parent" "SECURED since")"

# shellcheck disable=SC2086
$ask show "$check" $as >"$work/out" 2>&1
verdict "answers: show tells the history and the answer as it was" \
    "$(missing "$work/out" "check by tester as qa_officer" "reference: LSCP-2026-014" "MATCH - child" "SECURED by this check")"
# shellcheck disable=SC2086
$ask status $as >"$work/out" 2>&1
verdict "answers: status is a table of all systems" \
    "$(missing "$work/out" "is ready" "Children's Services" "Participation" "Childline" "rejected")"
# shellcheck disable=SC2086
$ask record childrens_services CS-000101 $as >"$work/out" 2>&1
verdict "answers: record says that it is on file and secured" "$(missing "$work/out" "on file" "SECURED since" "$check")"
# shellcheck disable=SC2086
head=$($ask ledger head $as)

# A person at a terminal, who types a day that is none, and a kind that the policy does not know.
if command -v script >/dev/null; then
	cat >"$work/answers" <<-'A'
	T-1
	dog_licence
	Rapid review




	qa
	child
	Katie
	O'Brien


	30/02/2009
	03/2009


	Leeds



	n
	y

	external_record_check






	y
	A
	(
		sleep 0.3
		while read -r line; do
			printf '%s\n' "$line"
			sleep 0.04
		done <"$work/answers"
		sleep 1
	) | script -qec "$ask check $as --brief" /dev/null >"$work/raw" 2>&1
	sed 's/\x1b\[[0-9;]*m//g' "$work/raw" | tr -d '\r' >"$work/out"
	verdict "answers: questions on a terminal lead to an answer, past a bad date and a refusal" \
	    "$(missing "$work/out" "30 February is not a day of the calendar" "This will be asked" \
	        "child: Katie O'Brien; born 2009-03; Leeds" "bad_request" "[dog_licence]" "MATCH - child")"
	verdict "answers: a terminal gets colour" "$(missing "$work/raw" "$(printf '\033[1;31mMATCH')")"
	printf 'T-1\n' | script -qec "$ask check $as" /dev/null >"$work/out" 2>&1
	verdict "answers: an end of input asks nothing" "$(missing "$work/out" "Nothing was asked.")"
fi

kill "$daemon"
wait "$daemon"
daemon=
ledger=$work/data/ledger/ledger.db
$ask ledger verify "$ledger" --head "$head" >"$work/out" 2>&1
code=$?
[ "$code" = 0 ] && faults=$(missing "$work/out" "VERIFIED:" "nothing before it was cut off") || faults="exit $code: $(cat "$work/out")"
verdict "ledger: a good ledger verifies, with the head that was kept" "$faults"
wrong=${head%?}
case $head in *0) wrong=${wrong}1 ;; *) wrong=${wrong}0 ;; esac
$ask ledger verify "$ledger" --head "$wrong" >"$work/out" 2>&1
code=$?
[ "$code" = 65 ] && faults= || faults="exit $code: $(cat "$work/out")"
verdict "ledger: a head that is not in the chain is noticed" "$faults"
cp "$ledger" "$work/copy.db"
# Only entries hold a leg_complete; a page that SQLite no longer uses may hold an old copy of one, so all are
# changed, each by one byte.
LC_ALL=C sed -i 's/"leg_complete":./"leg_complete":#/' "$work/copy.db"
$ask ledger verify "$work/copy.db" >"$work/out" 2>"$work/err"
code=$?
faults=
[ "$code" = 65 ] || faults="exit $code
"
grep -q '^ENTRY [0-9]* DOES NOT VERIFY' "$work/out" || faults="$faults$(cat "$work/out" "$work/err")"
verdict "ledger: one changed byte is found, the entry's number first" "$faults"
$ask ledger verify "$work/copy.db" --json >"$work/out" 2>/dev/null
grep -q '^{"ok":false,.*"bad_entry":[1-9]' "$work/out" && faults= || faults=$(cat "$work/out")
verdict "ledger: --json names the entry too" "$faults"
$ask ledger verify "$work/page.html" >"$work/out" 2>&1
code=$?
[ "$code" = 65 ] && faults= || faults="exit $code: $(cat "$work/out")"
verdict "ledger: a file that is no ledger is refused" "$faults"
[ "$failures" = 0 ]
