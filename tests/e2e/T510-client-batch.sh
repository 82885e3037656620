#!/bin/sh
# Goal of this test: a batch gives one line a row in the order of the rows, says what is wrong with a
# bad row and goes on, and however often it is killed, each row is one check in the ledger.
set -u
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"

rows=1500
kills=6

for pair in childrens_services:csv helpline:csv childline:jsonl; do
	load "${pair%:*}" "${pair#*:}" >/dev/null 2>&1
done
write_config
start_daemon
wait_ready || { tail -n 3 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

run=
batch() { # file, reference, further arguments
	file=$1 reference=$2
	shift 2
	$run "$bin"/client batch "$file" --socket "$socket" --role qa_officer --reference "$reference" \
	    --kind external_record_check --purpose test "$@"
}
checks() {
	"$bin"/client ledger verify "$work/data/ledger/ledger.db" --json |
	    sed -n 's/.*"checks":\([0-9]*\).*/\1/p'
}

# A file of everything that can be wrong with a row. The byte order mark and CRLF are as a spreadsheet writes them.
printf '\357\273\277Ref,Forename,Surname,Date of birth,Age,Known-as\r\n' >"$work/bad.csv"
{
	printf 'a1,Katie,"O'\''Brien",2009-03-04,,\r\n'
	printf 'a2,Katie,"O""Brien, the\nsecond",,,\r\n'
	printf 'a3,,,,,\r\n'
	printf 'a1,Ann,Kelly,,,\r\n'
	printf 'a4,Ann,Kelly,32/01/2009,,\r\n'
	printf 'a5,Ann,Kelly,1988 1-13,,\r\n'
	printf 'a6,Ann\r\n'
	printf ',Ann,Kelly,,,\r\n'
	printf 'a7,\377,Kelly,,,\r\n'
	printf 'a8,Ann,Kelly,,7,Annie\r\n'
	printf 'a9,Ann,"Kelly,,,\r\n'
} >>"$work/bad.csv"
before=$(checks)
batch "$work/bad.csv" BAD --output "$work/bad.jsonl" >/dev/null 2>"$work/err"
code=$?
[ "$code" = 65 ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "batch: a failed row makes the exit code 65" "$faults"
sed 's/,"check":.*"warnings":/,OK,"warnings":/; s/,"check":.*/,OK}/; s/"id":"[0-9a-f]*"/"id":"X"/' \
    "$work/bad.jsonl" >"$work/found"
nothing="nothing to search by: give a name, date of birth, address, phone, e-mail or identifier"
form="write 2009-03-04, 2009-03, 2009, 04/03/2009 or 4 March 2009"
cat >"$work/wanted" <<LINES
{"row":1,"ref":"a1","id":"X",OK}
{"row":2,"ref":"a2","id":"X",OK}
{"row":3,"ref":"a3","id":"X","status":"invalid","error":"$nothing"}
{"row":4,"ref":"a1","id":"X","status":"invalid","error":"this ref has come before; each row needs one of its own"}
{"row":5,"ref":"a4","id":"X",OK,"warnings":["dob passed over: day is 32"]}
{"row":6,"ref":"a5","id":"X",OK,"warnings":["dob passed over: \"1988 1-13\" is not a date; $form"]}
{"row":7,"ref":"a6","id":"X","status":"invalid","error":"line 9: 2 columns; the header has 6"}
{"row":8,"ref":"","id":"X","status":"invalid","error":"line 10: ref: is empty"}
{"row":9,"ref":"a7","id":"X","status":"invalid","error":"forename: byte 1 is not text in UTF-8"}
{"row":10,"ref":"a8","id":"X",OK,"warnings":["age passed over: it needs the day on which it was true (age_at)"]}
{"row":11,"ref":"","id":"X","status":"invalid","error":"line 13: a quote is opened and never closed"}
LINES
verdict "batch: every bad row has its own line and reason" "$(diff "$work/wanted" "$work/found")"
asked=$(($(checks) - before))
[ "$asked" = 5 ] && faults= || faults="$asked checks"
verdict "batch: only the rows that can be asked are" "$faults"

# Killed again and again; with two connections fewer rows are under way than are written.
{
	echo "ref,forename,surname,dob,town"
	for n in $(seq "$rows"); do
		echo "row$n,Katie,O'Brien,2009-03-$(printf %02d $((n % 28 + 1))),Leeds"
	done
} >"$work/batch.csv"
before=$(checks)
cut=0
for round in $(seq "$kills"); do
	# exec: the client takes the place of the subshell, so that $! is its pid.
	{ run="exec"; batch "$work/batch.csv" KILL --output "$work/out.jsonl" --parallel 2 >/dev/null 2>&1; } &
	client=$!
	sleep_ms $((20 + $(below 90)))
	kill -9 "$client" 2>/dev/null
	wait "$client" 2>/dev/null
	# A line that a crash cut short.
	if [ -s "$work/out.jsonl" ] && [ $((round % 2)) = 0 ]; then
		size=$(wc -c <"$work/out.jsonl")
		head -c $((size - 7)) "$work/out.jsonl" >"$work/cut"
		cat "$work/cut" >"$work/out.jsonl"
		cut=$((cut + 1))
	fi
done
part=$(grep -c . "$work/out.jsonl")
[ "$part" -gt 0 ] && [ "$part" -lt "$rows" ] && faults= || faults="$part of $rows rows, $cut lines cut"
verdict "batch: the kills fell inside the batch" "$faults"
batch "$work/batch.csv" KILL --output "$work/out.jsonl" 2>"$work/err" && faults= || faults=$(cat "$work/err")
verdict "batch: the same command goes on to the end" "$faults"
seq "$rows" | sed 's/^/row/' >"$work/wanted"
sed -n 's/^{"row":[0-9]*,"ref":"\([^"]*\)".*"outcome".*/\1/p' "$work/out.jsonl" >"$work/found"
verdict "batch: one line a row, in the order of the rows" "$(diff "$work/wanted" "$work/found" | head -n 5)"
asked=$(($(checks) - before))
distinct=$(sed -n 's/.*"check":"\(CHK-[^"]*\)".*/\1/p' "$work/out.jsonl" | sort -u | wc -l)
[ "$asked" = "$rows" ] && [ "$distinct" = "$rows" ] && faults= || faults="$asked checks logged, $distinct answered, $rows rows"
verdict "batch: after $kills kills the ledger holds each row once" "$faults"
before=$(checks)
cp "$work/out.jsonl" "$work/copy"
batch "$work/batch.csv" KILL --output "$work/out.jsonl" 2>/dev/null
cmp "$work/copy" "$work/out.jsonl" >"$work/err" 2>&1 && faults= || faults=$(cat "$work/err")
verdict "batch: a batch that is done is left as it is" "$faults"
batch "$work/batch.csv" KILL >"$work/again.jsonl" 2>/dev/null
asked=$(($(checks) - before))
cmp "$work/again.jsonl" "$work/out.jsonl" >"$work/err" 2>&1 && [ "$asked" = 0 ] && faults= ||
    faults="$asked new checks; $(cat "$work/err")"
verdict "batch: asked again elsewhere, it gets the same answers and no new checks" "$faults"

# Ctrl-C.
{ run="exec"; batch "$work/batch.csv" STOP --output "$work/stop.jsonl" --parallel 1 >/dev/null 2>"$work/err"; } &
client=$!
sleep_ms 60
kill -INT "$client" 2>/dev/null || true
wait "$client"
code=$?
if [ "$code" = 0 ]; then
	faults="it was done before it could be stopped"
else
	faults=
	[ "$code" = 75 ] || faults="exit $code
"
	grep -q "the same command goes on from there" "$work/err" || faults="$faults$(cat "$work/err")"
	[ -z "$(tail -c 1 "$work/stop.jsonl")" ] || faults="$faults last line is cut"
fi
verdict "batch: Ctrl-C stops it cleanly and says how to go on" "$faults"

# A file that is not this batch's output is never written to.
echo "my diary" >"$work/diary"
batch "$work/batch.csv" KILL --output "$work/diary" >/dev/null 2>"$work/err"
code=$?
[ "$code" = 65 ] && [ "$(cat "$work/diary")" = "my diary" ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "batch: a file of something else is left as it is" "$faults"
batch "$work/batch.csv" OTHER --output "$work/out.jsonl" >/dev/null 2>"$work/err"
code=$?
cmp -s "$work/copy" "$work/out.jsonl" && [ "$code" = 65 ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "batch: the output of another batch is left as it is" "$faults"
sed 's/row7,Katie/row7,Kate/' "$work/batch.csv" >"$work/changed.csv"
batch "$work/changed.csv" KILL --output "$work/out.jsonl" >/dev/null 2>"$work/err"
code=$?
cmp -s "$work/copy" "$work/out.jsonl" && [ "$code" = 65 ] && grep -q "row 7," "$work/err" && faults= ||
    faults="exit $code: $(cat "$work/err")"
verdict "batch: a row changed since it was answered is noticed" "$faults"

# Both legs by one who holds both roles.
head -n 4 "$work/batch.csv" >"$work/legs.csv"
"$bin"/client batch "$work/legs.csv" --socket "$socket" --leg qa,childline --role qa_officer,nsit_officer \
    --reference LEGS --kind external_record_check --purpose test >"$work/legs.jsonl" 2>"$work/err"
lines=$(grep -c '"legs":\[{"leg":"qa","check":"CHK-[^"]*","audit":[0-9]*,"outcome":"[a-z_]*"},{"leg":"childline",' "$work/legs.jsonl")
[ "$lines" = 3 ] && faults= || faults="$(cat "$work/err" "$work/legs.jsonl")"
verdict "batch: two legs are two checks of one row" "$faults"

# A role that may not: stopped at once, not one breach a row.
"$bin"/client batch "$work/batch.csv" --socket "$socket" --leg childline --role qa_officer \
    --reference NO --kind external_record_check --purpose test --parallel 2 >"$work/no.jsonl" 2>"$work/err"
code=$?
[ "$code" = 77 ] && [ ! -s "$work/no.jsonl" ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "batch: a role that may not ask stops the batch" "$faults"

kill "$daemon"
wait "$daemon"
daemon=
"$bin"/client batch "$work/legs.csv" --socket "$socket" --timeout 1 --role qa_officer --reference R \
    --kind external_record_check --purpose test >"$work/none.jsonl" 2>"$work/err"
code=$?
[ "$code" = 69 ] && [ ! -s "$work/none.jsonl" ] && faults= || faults="exit $code: $(cat "$work/err")"
verdict "batch: with searchd gone no row is given up" "$faults"
[ "$failures" = 0 ]
