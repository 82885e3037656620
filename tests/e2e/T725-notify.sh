#!/bin/sh
# Goal of this test: notifications (procedure, 2.6, 1.8, 1.9). What must be told is queued with the act, is delivered by
# the notify command at least once and never dropped, also when it is killed between delivering and saying so;
# each role sees its own; nothing in them is personal.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
sed -i "s/^user = .*/user = bo uid $(id -u) roles qa_officer,nsit_officer,consultant,chief_executive,safeguarding_unit,head_of_helpline,head_of_media,notifier/" "$work/searchd.conf"
# Everything is overdue at once where it must be acknowledged within the hour; the clock is the service's own.
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
bo() { role=$1; shift; "$bin"/client "$@" --socket "$socket" --role "$role" 2>&1; }
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | grep -q -- "$2" && faults= || faults="code $5: $3"
	verdict "notify: $1" "$faults"
}
is() { # name, wanted, got
	[ "$2" = "$3" ] && faults= || faults="wanted \"$2\", got \"$3\""
	verdict "notify: $1" "$faults"
}
state() { # of notices to a role
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT CASE WHEN acked_ms > 0 THEN 'acknowledged' WHEN sent_ms > 0 THEN 'sent' ELSE 'queued' END FROM state_notice WHERE to_role = '$1'" | tr '\n' ' '
}
configure() { # lines
	printf '%s\n' "from = record-check@example.org" "socket = $socket" "role = notifier" "$@" >"$work/notify.conf"
	chmod 0600 "$work/notify.conf"
}
run() { "$bin"/client notify --config "$work/notify.conf" "$@" 2>"$work/err"; }
mails() { find "$work/mail/new" -type f 2>/dev/null | wc -l | tr -d ' '; }

# Configurations that are refused.
printf 'from = a@example.org\n' >"$work/notify.conf"
run >"$work/out"
holds "a way to deliver is needed" "expected one of sendmail and maildir" "$(cat "$work/err")" 65 $?
n=0
for line in "from = nobody" "address = director" "address = director a@b,c@d" "address = director <a@example.org>" "maildir = mail" "colour = red" \
    "address = chief_executive again@example.org"; do
	configure "maildir = $work/mail" "address = chief_executive ce@example.org" "$line"
	[ "${line%% *}" != from ] || sed -i 1d "$work/notify.conf"
	run >"$work/out"
	code=$?
	number=$(grep -n -F -- "$line" "$work/notify.conf" | cut -d: -f1)
	n=$((n + 1))
	holds "bad line $n ($line) is refused with its number" "notify.conf.*:$number" "$(cat "$work/err")" 65 $code
done
chmod 0666 "$work/notify.conf"
run >"$work/out"
holds "a file that others may write is refused" "notify.conf" "$(cat "$work/err")" 65 $?
configure "maildir = $work/mail" "address = consultant consultant@example.org"
out=$(run)
holds "nothing queued is nothing to do" "0 delivered, 0 undeliverable, 0 failed" "$out" 0 $?

# A check that finds and secures; a breach.
out=$(bo qa_officer check --json --reference "NOT-1" --kind external_record_check --purpose test \
    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --address "27 Harbour View" --town Whitby --postcode "YO21 3PQ")
request=$(echo "$out" | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
bo qa_officer check --leg childline --reference N2 --kind external_record_check --purpose test --forename A --surname Bee >/dev/null 2>&1
is "the reviewer's are queued" "queued queued " "$(state consultant)"
is "the breach's is queued" "queued " "$(state safeguarding_unit)"
out=$(bo consultant notices --json)
holds "a role sees what it is told" "\"event\":\"candidate_referred\",\"to\":\"consultant\",\"state\":\"queued\",\"overdue\":false,\"request\":\"$request\",\"reference\":\"NOT-1\"" "$out" 0 $?
echo "$out" | grep -qE '"to":"(head_of_helpline|safeguarding_unit)"' && faults=$out || faults=
verdict "notify: and nothing that others are" "$faults"
holds "with the records" '"records":\[{"system":"helpline","record_id":"H-' "$out" 0 0
out=$(bo notifier events --json)
holds "the notifier sees all" '"to":"consultant".*"to":"head_of_helpline".*"to":"safeguarding_unit"' "$out" 0 $?
echo "$out" | grep -qi "katherine\|o'brien\|harbour" && faults=$out || faults=
verdict "notify: nothing in it is personal" "$faults"
first=$(bo notifier events --limit 1 --json)
last=$(echo "$first" | sed -n 's/.*"last":\([0-9]*\).*/\1/p')
out=$(bo notifier events --after "$last" --json)
echo "$out" | grep -q "\"seq\":$last," && faults=$out || faults=
verdict "notify: events go on after the last" "$faults"
holds "there was more" '"more":true' "$first" 0 0
out=$(bo qa_officer notices --state lost)
holds "a state is one of four" "state: expected queued" "$out" 65 $?
out=$(bo consultant events --json)
echo "$out" | grep -q '"to":"head_of_helpline"' && faults=$out || faults=
verdict "notify: events of a role are its own" "$faults"

# Deliver: who has no address stays queued and is told.
out=$(run)
code=$?
holds "who has an address is told, the others listed" "2 delivered, 2 undeliverable, 0 failed" "$out" 78 $code
holds "by role" "to safeguarding_unit is undeliverable: the configuration has no address of the role" "$(cat "$work/err")" 0 0
is "sent" "sent sent " "$(state consultant)"
is "still queued" "queued " "$(state safeguarding_unit)"
is "in the maildir" 2 "$(mails)"
cat "$work"/mail/new/* >"$work/read"
holds "a mail is to the role's address" "^To: consultant@example.org$" "$(cat "$work/read")" 0 0
holds "with the reference" "^Reference: NOT-1$" "$(cat "$work/read")" 0 0
holds "what to do" "^A possible match was found: review the records" "$(cat "$work/read")" 0 0
holds "and until when" "^Acknowledge by: 20" "$(cat "$work/read")" 0 0
# Names of requests and checks are letters and digits by chance.
sed 's/\(REQ\|CHK\)-[0-9A-Z]*-[0-9A-Z]*//g' "$work/read" | grep -qiE "katherine|o'brien|harbour|H-[0-9]" && faults=$(cat "$work/read") || faults=
verdict "notify: no person and no record in it" "$faults"
is "nothing is left in tmp" 0 "$(find "$work/mail/tmp" -type f | wc -l | tr -d ' ')"
out=$(run --json)
holds "undeliverable ones stay visible" '"delivered":0,"undeliverable":2,"failed":0,"left":\[{"notice":[0-9]*,"to":"head_of_helpline","state":"undeliverable"' "$out" 78 $?
is "and none is sent again" 2 "$(mails)"

# Acknowledge.
notice=$(bo consultant notices --json | sed -n 's/.*"seq":\([0-9]*\),"at":"[^"]*","event":"candidate_referred".*/\1/p' | head -n 1)
out=$(bo chief_executive ack --notice "$notice")
holds "only who was told acknowledges" "chief_executive was told nothing by entry $notice" "$out" 66 $?
out=$(bo qa_officer ack --notice 0)
holds "a notice has a number" "notice" "$out" 65 $?
out=$(bo consultant ack --notice "$notice")
holds "acknowledged" "notice" "$out" 0 $?
out=$(bo consultant ack --notice "$notice")
holds "twice is as good" "acknowledged before" "$out" 0 $?
out=$(bo consultant notices --state acknowledged --json)
holds "by whom" '"acked_by":"bo"' "$out" 0 $?
is "one entry" 1 "$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM entry WHERE kind = 'notice_acked'")"
out=$("${TOOLS:-build/release/tools}"/ask --role consultant "$socket" notice.sent "{\"notice\":$notice,\"to\":\"consultant\"}")
holds "only the notifier says that it was sent" "may not call notice.sent" "$out" 77 $?

# Through the mail program, which fails, then is killed with its parent between taking the mail and our saying so.
cat >"$work/sendmail" <<END
#!/bin/sh
[ "\$*" = "-t -oi" ] || exit 64
cat >>"$work/box"
case \$(cat "$work/mood") in
fail) exit 75 ;;
kill) kill -9 \$PPID ;;
esac
END
chmod 0700 "$work/sendmail"
configure "sendmail = $work/sendmail" "address = safeguarding_unit unit@example.org" "address = head_of_helpline hh@example.org" "address = consultant c@example.org"
echo fail >"$work/mood"
out=$(run)
holds "a mail program that fails leaves it queued" "0 delivered, 0 undeliverable, 2 failed" "$out" 75 $?
holds "and says why" "sendmail: ended with code 75" "$(cat "$work/err")" 0 0
is "queued after the failure" "queued " "$(state safeguarding_unit)"
: >"$work/box"
echo kill >"$work/mood"
run >"$work/out" &
wait $!
is "killed after the mail was taken: still queued" "queued " "$(state head_of_helpline)"
echo well >"$work/mood"
out=$(run)
holds "the next run delivers it again" "2 delivered, 0 undeliverable, 0 failed" "$out" 0 $?
is "twice, not never" 2 "$(grep -c '^To: hh@example.org' "$work/box")"
is "with one message id" 1 "$(grep '^Message-ID: <notice.*head_of_helpline' "$work/box" | sort -u | wc -l | tr -d ' ')"
is "and now it is sent" "sent " "$(state head_of_helpline)"
configure "sendmail = $work/nowhere" "address = consultant c@example.org"
bo qa_officer check --leg childline --reference N3 --kind external_record_check --purpose test --forename A --surname Bee >/dev/null 2>&1
configure "sendmail = $work/nowhere" "address = safeguarding_unit unit@example.org"
out=$(run)
holds "a mail program that is not there" "0 delivered, 0 undeliverable, 1 failed" "$out" 75 $?

# searchd killed: what was queued is still queued.
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
out=$(run)
holds "without searchd it tries later" "" "$out" 69 $?
start_daemon
wait_ready
configure "maildir = $work/mail" "address = safeguarding_unit unit@example.org"
out=$(run)
holds "after a crash it is delivered" "1 delivered, 0 undeliverable, 0 failed" "$out" 0 $?

kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1)
holds "the ledger verifies" "" "$out" 0 $?
[ "$failures" = 0 ]
