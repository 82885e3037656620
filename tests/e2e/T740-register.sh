#!/bin/sh
# Goal of this test: securing and release (procedure, 2.7 and 4.17). Records are secured by a check or by hand and are
# in the register; details are for the policy's roles; a release takes two people in two roles with every ground
# answered; everything else is refused, and each refusal is an entry.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok register # skip only root can ask as another uid"
	exit 77
fi
chmod 0750 "$work"
cp "$bin/client" "$work/client"
chmod 0750 "$work/client"
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
sed -i "s/^user = .*/user = bo uid $(id -u) roles qa_officer,nsit_officer,consultant,director,records_manager,auditor/" "$work/searchd.conf"
echo "user = dee uid $other roles director,consultant,data_protection_manager" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
bo() { verb=$1 role=$2; shift 2; "$bin"/client "$verb" --socket "$socket" --role "$role" "$@" 2>&1; }
dee() {
	verb=$1 role=$2
	shift 2
	(cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" "$verb" --socket "$socket" --role "$role" "$@" 2>&1)
}
if ! (cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" --version >/dev/null 2>&1); then
	echo "ok register # skip uid $other cannot run a program below $work"
	exit 77
fi
entries() { # of a kind
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM entry WHERE kind = '$1'"
}
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | grep -q "$2" && faults= || faults="code $5: $3"
	verdict "register: $1" "$faults"
}
none="--not criminal_proceedings --not disciplinary_proceedings --not public_enquiry --not other_issues"

# A check secures; the register says why, since when, by whom.
answer=$(bo check qa_officer --json --reference SEC-1 --kind external_record_check --purpose test \
    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --address "27 Harbour View" --town Whitby --postcode "YO21 3PQ")
request=$(echo "$answer" | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
secured=$(echo "$answer" | sed -n 's/.*"secured":\[{"system":"helpline","record_id":"\([^"]*\)".*/\1/p')
[ -n "$request" ] && [ -n "$secured" ] || { echo "not ok a check that secures: $answer"; exit 1; }
out=$(bo register consultant --json)
code=$?
holds "a record that a check secured is in it" "\"record_id\":\"$secured\",\"secured\":true,\"secured_since\":\"20[^\"]*\",\"why\":\"automatic\",\"secured_by\":\"CHK-[^\"]*\",\"secured_entry\":[0-9]*,\"request\":\"$request\",\"user\":\"bo\",\"role\":\"qa_officer\",\"generation\":1,\"missing_since\":\"\"" "$out" 0 $code
in_days() { # days from today on, in London
	TZ=Europe/London date -d "$(TZ=Europe/London date +%F) + $1 days" +%F
}
holds "and when its status is to be reviewed: the policy's 365 days" "\"review_due\":\"$(in_days 365)\"" "$out" 0 $code
holds "with what it held" '"content":"[0-9a-f]\{64\}"' "$out" 0 $code
out=$(bo register qa_officer)
holds "others may not list it" "may not call register.list" "$out" 77 $?
out=$(bo record consultant helpline "$secured" --json)
holds "record.status says why" '"why":"automatic".*"contact":"' "$out" 0 $?

# By hand.
hand=$(sed -n 2p fixtures/helpline.csv | cut -d, -f1)
for line in $(seq 2 12); do
	hand=$(sed -n "${line}p" fixtures/helpline.csv | cut -d, -f1)
	[ "$hand" = "$secured" ] || ! echo "$answer" | grep -q "\"$hand\"" && break
done
out=$(bo secure qa_officer helpline "$hand" --request "$request" --reason "the enquirer named it")
holds "by hand only in the policy's roles" "may not call record.secure" "$out" 77 $?
out=$(bo secure consultant helpline "$hand" --request REQ-0000-0000 --reason "the enquirer named it")
holds "by hand for a request that is logged" "there is no request" "$out" 66 $?
out=$(bo secure consultant helpline H-NOWHERE --request "$request" --reason "the enquirer named it")
holds "by hand only what is on file" "has no record H-NOWHERE" "$out" 66 $?
out=$(bo secure consultant nowhere "$hand" --request "$request" --reason x)
holds "by hand only of a known system" "knows no system" "$out" 65 $?
out=$(bo secure consultant helpline "$hand" --request "$request" --reason "  ")
holds "a reason must say something" "the reason is empty" "$out" 65 $?
out=$(echo "the enquirer named it" | bo secure consultant helpline "$hand" --request "$request" --reason -)
holds "by hand with a reason from the standard input" "SECURED since" "$out" 0 $?
out=$(bo secure consultant helpline "$hand" --request "$request" --reason "again")
holds "once only" "is secured already" "$out" 65 $?
out=$(bo secure consultant helpline H-NOWHERE --request "$request" --reason "known on paper" --absent)
holds "also one that is in no export, if that is said" "SECURED since" "$out" 0 $?
out=$(bo register consultant)
holds "what was secured by hand is in it" "$hand; secured since .*by_hand" "$out" 0 $?

# Release: every ground answered, and none that applies.
before=$(entries refusal)
# shellcheck disable=SC2086 # options
out=$(bo release records_manager helpline "$hand" --reason "it is over" $none)
holds "a role without a say is refused" "may not call record.release" "$out" 77 $?
out=$(bo release consultant helpline "$hand" --reason "it is over" --not criminal_proceedings --not public_enquiry --not other_issues)
holds "a ground that is not answered refuses" '"disciplinary_proceedings" is not answered' "$out" 77 $?
out=$(bo release consultant helpline "$hand" --reason "it is over")
holds "no ground answered refuses" '"criminal_proceedings" is not answered' "$out" 77 $?
out=$(bo release consultant helpline "$hand" --reason "it is over" --not criminal_proceedings --not disciplinary_proceedings --applies public_enquiry --not other_issues)
holds "a ground that applies refuses" "a ground to retain applies (Matters relating to a public enquiry)" "$out" 77 $?
# shellcheck disable=SC2086
out=$(bo release consultant helpline H-9999999 --reason "it is over" $none)
holds "what is not secured cannot be released" "is not secured" "$out" 66 $?
# shellcheck disable=SC2086
out=$(bo release consultant helpline "$hand" --reason "it is over" $none --not whim)
holds "a ground that the policy does not know" "whim" "$out" 65 $?

# Two people, two roles.
# shellcheck disable=SC2086
out=$(bo release consultant helpline "$hand" --reason "the review is over" $none)
holds "the first proposes" "proposed; waits for the agreement of: director" "$out" 0 $?
# shellcheck disable=SC2086
out=$(bo release consultant helpline "$hand" --reason "again" $none)
holds "the same person twice is refused" "you proposed it yourself" "$out" 77 $?
# shellcheck disable=SC2086
out=$(bo release director helpline "$hand" --reason "in my other role" $none)
holds "the same person in the other role is refused" "a release needs two people" "$out" 77 $?
# shellcheck disable=SC2086
out=$(dee release consultant helpline "$hand" --reason "another consultant" $none)
holds "two consultants are refused" "needs the agreement of the .*Director" "$out" 77 $?
out=$(dee release director helpline "$hand" --reason "look" --not criminal_proceedings --not disciplinary_proceedings --not public_enquiry --applies other_issues)
holds "the second must answer the grounds too" "a ground to retain applies" "$out" 77 $?
out=$(bo record consultant helpline "$hand" --json)
holds "it is still secured" '"secured":true' "$out" 0 $?
[ "$(entries refusal)" = $((before + 8)) ] && faults= || faults="$(entries refusal) entries, $before before"
verdict "register: each refusal is an entry" "$faults"

# Withdrawn: the proposal that was named stands no more.
proposal=$(bo register consultant --json --proposed | sed -n 's/.*"proposal":{"entry":\([0-9]*\).*/\1/p')
out=$(bo release consultant helpline "$hand" --reason "too early" --withdraw)
holds "a proposal can be withdrawn" "withdrawn" "$out" 0 $?
# shellcheck disable=SC2086
out=$(dee release director helpline "$hand" --reason agreed $none --proposal "$proposal")
holds "a proposal that was withdrawn is refused" "does not stand" "$out" 77 $?

# A new match after the proposal: it must be proposed anew.
# shellcheck disable=SC2086
bo release consultant helpline "$secured" --reason "the review is over" $none >/dev/null
bo check qa_officer --reference SEC-2 --kind external_record_check --purpose test \
    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --address "27 Harbour View" --town Whitby --postcode "YO21 3PQ" >/dev/null
# shellcheck disable=SC2086
out=$(dee release director helpline "$secured" --reason agreed $none)
holds "a proposal older than a match is refused" "found the record anew" "$out" 77 $?
# shellcheck disable=SC2086
out=$(bo release consultant helpline "$secured" --reason "all the same" $none)
holds "and may be proposed anew" "proposed" "$out" 0 $?

# The Director retains it, on a ground.
out=$(dee retain director helpline "$secured" --ground whim --reason no)
holds "a ground to retain must be the policy's" "knows no ground" "$out" 65 $?
out=$(dee retain director helpline "$secured" --ground public_enquiry --reason "an enquiry is likely")
holds "the Director may retain it" "retained; on the ground of public_enquiry" "$out" 0 $?
# shellcheck disable=SC2086
out=$(bo retain consultant helpline "$secured" --ground public_enquiry --reason no)
holds "the Consultant may not" "may not call record.retain" "$out" 77 $?
out=$(bo register consultant --json --proposed)
holds "what is retained is proposed no more" '"records":\[\]' "$out" 0 $?

out=$(bo register consultant --json)
holds "what is retained is reviewed again after the policy's 182 days" "\"record_id\":\"$secured\",[^}]*\"review_due\":\"$(in_days 182)\"" "$out" 0 $?

# Consultant and Director release the other.
# shellcheck disable=SC2086
bo release consultant helpline "$hand" --reason "the review is over" $none >/dev/null
# shellcheck disable=SC2086
out=$(dee release director helpline "$hand" --reason agreed $none)
holds "two people in two roles release it" "$hand released" "$out" 0 $?
out=$(bo record consultant helpline "$hand" --json)
holds "it is secured no more" '"secured":false' "$out" 0 $?
out=$(bo register consultant --released --json)
holds "what is released has no day to be reviewed" '"review_due":""' "$out" 0 $?
out=$(bo register consultant --released)
holds "and stays in the register as released" "$hand; .*RELEASED" "$(echo "$out" | tr '\n' ' ')" 0 $?
[ "$(entries release)" = 1 ] && [ "$(entries release_agreed)" = 1 ] && faults= || faults="$(entries release) entries"
verdict "register: the release is an entry" "$faults"
for event in record_secured release_proposed record_released record_retained; do
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT body FROM entry WHERE kind = 'notice'" | grep -q "\"event\":\"$event\"" &&
	    faults= || faults="no such notice"
	verdict "register: $event is told" "$faults"
done

# After a restart it is all as it was.
was=$(bo register consultant --json | sed 's/"audit":[0-9]*//')
kill "$daemon"
wait "$daemon"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
is=$(bo register consultant --json | sed 's/"audit":[0-9]*//')
[ "$was" = "$is" ] && faults= || faults="$is"
verdict "register: a restart changes nothing" "$faults"
kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "register: the ledger verifies" "$faults"
[ "$failures" = 0 ]
