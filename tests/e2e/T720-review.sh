#!/bin/sh
# Goal of this test: referral and review (procedure, 2.5 and 2.6). What a check finds waits for the Consultant, or
# for the Head of Inspection while the Consultant is marked absent; decisions, second readers, questions, answers
# and re-runs; decisions are the pairs that indexer calibrate reads; those who must know are told, once.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok review # skip only root can ask as another uid"
	exit 77
fi
chmod 0750 "$work"
cp "$bin/client" "$work/client"
chmod 0750 "$work/client"
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
load childline jsonl >/dev/null 2>&1 || { echo "not ok loading childline"; exit 1; }
write_config
# dee searches; bo decides; eve reads second.
sed -i "s/^user = .*/user = bo uid $(id -u) roles qa_officer,nsit_officer,consultant,head_of_inspection,chief_executive,head_of_helpline,head_of_childline,notifier,auditor/" "$work/searchd.conf"
echo "user = dee uid $other roles consultant,head_of_inspection,qa_officer" >>"$work/searchd.conf"
echo "user = eve uid 65533 roles head_of_inspection,chief_executive" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
bo() { role=$1; shift; "$bin"/client "$@" --socket "$socket" --role "$role" 2>&1; }
dee() { as "$other" "$@"; }
eve() { as 65533 "$@"; }
as() {
	uid=$1 role=$2
	shift 2
	(cd / && setpriv --reuid "$uid" --regid "$(id -g)" --clear-groups "$work/client" "$@" --socket "$socket" --role "$role" 2>&1)
}
if ! (cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" --version >/dev/null 2>&1); then
	echo "ok review # skip uid $other cannot run a program below $work"
	exit 77
fi
entries() { # of a kind
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM entry WHERE kind = '$1'"
}
told() { # event: who, in order
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT to_role FROM state_notice WHERE event = '$1' ORDER BY seq, to_role" | tr '\n' ' '
}
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | grep -q -- "$2" && faults= || faults="code $5: $3"
	verdict "review: $1" "$faults"
}
is() { # name, wanted, got
	[ "$2" = "$3" ] && faults= || faults="wanted \"$2\", got \"$3\""
	verdict "review: $1" "$faults"
}
why="--reason checked"

# dee searches; bo decides.
out=$(dee qa_officer check --json --reference REV-1 --kind external_record_check --purpose test \
    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --address "27 Harbour View" --town Whitby --postcode "YO21 3PQ")
holds "a check finds somebody" '"grade":"certain"' "$out" 0 $?
request=$(echo "$out" | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
check=$(echo "$out" | sed -n 's/.*"check":"\(CHK-[^"]*\)".*/\1/p')
is "the reviewer is told in the check's own batch" "consultant " "$(told candidate_referred)"
is "and whoever holds what was secured" "consultant head_of_helpline " "$(told record_secured)"
out=$(bo consultant review queue --json)
holds "what was found waits for a decision" "\"request\":\"$request\",\"reference\":\"REV-1\",\"person\":0,\"system\":\"helpline\".*\"state\":\"undecided\",\"decision\":null" "$out" 0 $?
record=$(echo "$out" | grep -o '"record_id":"[^"]*","person_id":"[^"]*","leg":"qa","grade":"certain"' | head -n 1 | cut -d'"' -f4)
person=$(echo "$out" | grep -o '"record_id":"[^"]*","person_id":"[^"]*","leg":"qa","grade":"certain"' | head -n 1 | cut -d'"' -f8)
seen=$(echo "$out" | sed -n 's/.*"seen":\([0-9]*\).*/\1/p' | head -n 1)
[ -n "$record" ] && [ -n "$person" ] || { echo "not ok no certain candidate: $out"; exit 1; }
out=$(bo consultant review queue)
holds "as text too" "$request REV-1 certain; bits .*undecided" "$(echo "$out" | tr '\n' ' ')" 0 $?

# Whose turn it is.
before=$(entries refusal)
out=$(bo head_of_inspection review queue)
holds "the deputy does not decide while the reviewer is there" "Consultant decides; the Head of Inspection" "$out" 77 $?
out=$(dee head_of_inspection review decide "$request" helpline "$record" "$person" --verdict this_person $why)
holds "nor on one" "only while they are marked absent" "$out" 77 $?
out=$(bo consultant absence --from 2026-01-31 --to 2026-01-30)
holds "an absence ends after it begins" "to: is not after from" "$out" 65 $?
out=$(bo consultant absence --from yesterday)
holds "an absence is of days" "expected a day" "$out" 65 $?
out=$(bo qa_officer absence)
holds "who may mark it" "may not call absence.set" "$out" 77 $?
out=$(bo head_of_inspection absence --to 2099-12-31)
holds "the deputy marks the reviewer absent" "consultant; is marked absent; from .*until *2100-01-01T00:00:00Z; deputy: head_of_inspection" "$(echo "$out" | tr '\n' ' ')" 0 $?
out=$(bo consultant review queue)
holds "then the reviewer does not decide" "is marked absent" "$out" 77 $?
out=$(bo head_of_inspection review queue)
holds "and the deputy does" "undecided" "$out" 0 $?
out=$(bo consultant absence --back)
holds "back again" "consultant" "$out" 0 $?
out=$(bo consultant review queue)
holds "the reviewer decides" "undecided" "$out" 0 $?
is "each of these refusals is an entry" $((before + 4)) "$(entries refusal)"

# Bad input.
out=$(bo consultant review decide "$request" helpline "$record" "$person" --verdict maybe $why)
holds "a verdict is one of three" "verdict: expected this_person" "$out" 65 $?
out=$(bo consultant review decide "$request" helpline "$record" "$person" --verdict this_person --reason " ")
holds "a decision has a reason" "the reason is empty" "$out" 65 $?
out=$(bo consultant review decide "$request" helpline H-NOWHERE "$person" --verdict this_person $why)
holds "only what a check showed" "no check of $request showed" "$out" 66 $?
out=$(bo consultant review decide "$request" helpline "$record" "$person" --person 1 --verdict this_person $why)
holds "for whom it showed it" "for person 1" "$out" 66 $?
out=$(bo consultant review decide REQ-0000-0000 helpline "$record" "$person" --verdict this_person $why)
holds "of a request that is logged" "there is no request" "$out" 66 $?
out=$(bo consultant review decide "$request" helpline "$record" "$person" --seen 1 --verdict this_person $why)
holds "on what was shown last" "seen: entry 1 is not what was shown last" "$out" 65 $?
out=$(dee consultant review decide "$request" helpline "$record" "$person" --verdict this_person $why)
holds "who searched does not decide" "you searched for this request ($check)" "$out" 77 $?

# A "not this person" of a certain candidate needs a second reader.
out=$(bo consultant review decide "$request" helpline "$record" "$person" --seen "$seen" --verdict not_this_person $why --json)
holds "it waits for a second reader" '"state":"awaiting_second_reading","grade":"certain"' "$out" 0 $?
decision=$(echo "$out" | sed -n 's/.*"audit":\([0-9]*\).*/\1/p')
is "who may be it is told" "consultant head_of_inspection " "$(told second_reading_needed)"
out=$(bo head_of_inspection review second --decision "$decision" --agree $why)
holds "the same person in another role is no second reader" "the second reader is another person" "$out" 77 $?
out=$(dee head_of_inspection review second --decision "$decision" --agree $why)
holds "nor who searched" "you searched for this request" "$out" 77 $?
out=$(dee head_of_inspection review queue --second --json)
holds "second readers see what waits for them" "\"state\":\"awaiting_second_reading\",\"decision\":{\"entry\":$decision," "$out" 0 $?
out=$(bo consultant review second --decision 1 --agree $why)
holds "only a decision is read" "entry 1 is no decision" "$out" 66 $?
out=$(bo consultant review pairs)
is "it is no pair yet" "" "$out"
is "nobody was told of a match" "" "$(told match_confirmed)"
# The second reader disagrees: undecided again, and it says so.
out=$(eve chief_executive review second --decision "$decision" --agree $why)
holds "who may read second" "may not call review.second" "$out" 77 $?
out=$(eve head_of_inspection review second --decision "$decision" --disagree $why --json)
holds "another person disagrees" '"verdict":"not_this_person","state":"disagreed"' "$out" 0 $?
out=$(bo consultant review queue --json)
holds "it is back, and says so" "\"state\":\"disagreed\",\"decision\":{\"entry\":$decision,.*\"second_reader\":\"eve\"" "$out" 0 $?
out=$(eve head_of_inspection review second --decision "$decision" --agree $why)
holds "it is read once" "waits for no second reader (disagreed)" "$out" 65 $?
out=$(bo consultant review decide "$request" helpline "$record" "$person" --verdict not_this_person $why --json)
decision=$(echo "$out" | sed -n 's/.*"audit":\([0-9]*\).*/\1/p')
out=$(eve head_of_inspection review second --decision "$decision" --agree $why --json)
holds "another person agrees: it holds" '"state":"decided"' "$out" 0 $?
out=$(bo consultant review pairs)
holds "and is a pair" '"is_match":false' "$out" 0 $?
is "nobody was told of a match yet" "" "$(told match_confirmed)"
# The decision may be changed by a new one.
out=$(bo consultant review decide "$request" helpline "$record" "$person" --verdict this_person --reason - --json <<END
the caller gave the same telephone number
END
)
holds "a new decision takes its place" '"verdict":"this_person","state":"decided"' "$out" 0 $?
is "those who must know are told" "chief_executive head_of_helpline head_of_inspection head_of_media " "$(told match_confirmed)"
out=$(eve head_of_inspection review second --decision "$decision" --agree $why)
holds "the old one can no longer be read" "a newer one took its place" "$out" 66 $?
out=$(bo consultant review decide "$request" helpline "$record" "$person" --verdict this_person $why)
is "they are told once" "chief_executive head_of_helpline head_of_inspection head_of_media " "$(told match_confirmed)"
is "the history stays" 4 "$(entries decision)"
sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT body FROM entry WHERE kind IN ('decision', 'notice')" | grep -qiE "katherine|brien|checked|telephone number" && faults="a body tells" || faults=
verdict "review: the bodies hold nothing personal and no reason" "$faults"

# Pairs.
out=$(bo consultant review pairs)
holds "a decision that holds is a pair" '^{"match_weight":[0-9.]*,"is_match":true}$' "$out" 0 $?
for row in $(bo consultant review queue --json | grep -o '"record_id":"[^"]*","person_id":"[^"]*","leg":"qa","grade":"possible"' | cut -d'"' -f4,8 | tr '"' '/'); do
	bo consultant review decide "$request" helpline "${row%/*}" "${row#*/}" --verdict not_this_person $why >/dev/null
done
# Another person, found at possible, is not the person.
out=$(dee qa_officer check --json --reference REV-2 --kind external_record_check --purpose test --forename Katherine --surname "O'Brien" --dob 2009-03)
second=$(echo "$out" | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
before_it=$(echo "$out" | sed -n 's/.*"check":"\(CHK-[^"]*\)".*/\1/p')
row=$(bo consultant review queue --request "$second" --json | grep -o '"record_id":"[^"]*","person_id":"[^"]*","leg":"qa","grade":"p[a-z]*"' | head -n 1 | cut -d'"' -f4,8 | tr '"' '/')
out=$(bo consultant review decide "$second" helpline "${row%/*}" "${row#*/}" --verdict not_this_person $why)
holds "not this person, at less than certain, needs no second reader" "not_this_person *decided" "$(echo "$out" | tr '\n' ' ')" 0 $?
bo consultant review pairs >"$work/pairs.jsonl"
out=$("$bin"/indexer calibrate --pairs "$work/pairs.jsonl" --output "$work/calibration.json" 2>&1)
holds "indexer calibrate reads them" "pairs, .* of them matches" "$out" 0 $?

# A question, its answer, and the check again.
out=$(bo qa_officer review ask "$second" --what x --of y)
holds "only the reviewer asks" "may not call review.ask" "$out" 77 $?
out=$(bo consultant review ask "$second" --what "a full date of birth" --of "A. Okafor" --due 2001-01-01)
holds "an answer is due from today on" "due: expected a day" "$out" 65 $?
out=$(bo consultant review ask "$second" --what "a full date of birth" --of "A. Okafor" --json)
due=$(TZ=Europe/London date -d "+5 days" +%F)
holds "a question is due by the policy's days" "\"due\":\"$due\"" "$out" 0 $?
question=$(echo "$out" | sed -n 's/.*"audit":\([0-9]*\).*/\1/p')
cat >"$work/people.json" <<'END'
[{"ref":"1","names":[{"forenames":"Katherine","surname":"O'Brien"}],"births":["2009-03-04"],"addresses":[{"town":"Whitby","postcode":"YO21 3PQ"}]}]
END
sed 's/"ref":"1"/"ref":"somebody else"/' "$work/people.json" >"$work/others.json"
out=$(bo qa_officer review answer "$second" --question 1 --text "born on the 4th")
holds "an answer is to a question" "entry 1 is no question" "$out" 66 $?
out=$(bo qa_officer review answer "$second" --question "$question" --text "born on the 4th" --people "$work/others.json")
holds "people keep their places" "people keep their refs and places" "$out" 65 $?
out=$(bo qa_officer review answer "$second" --question "$question" --text "born on the 4th" --people "$work/people.json")
holds "an officer records it" "people now asked about: 1" "$(echo "$out" | tr '\n' ' ')" 0 $?
is "the reviewer is told" "consultant " "$(told question_answered)"
out=$(bo qa_officer review answer "$second" --question "$question" --text again)
holds "once" "was answered by entry" "$out" 65 $?
tools=${TOOLS:-build/release/tools}
"$tools"/ask --role qa_officer "$socket" check "{\"request\":\"$second\",\"leg\":\"qa\"}" >"$work/rerun" 2>&1
holds "the check is run again, with what came" '"check":"CHK-.*"grade":"certain"' "$(cat "$work/rerun")" 0 0
holds "linked to the one before" "\"of\":\"\",\"rerun_of\":\"$before_it\"" "$(cat "$work/rerun")" 0 0
is "in its entry too" "$before_it" "$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT rerun_of FROM state_check ORDER BY seq DESC LIMIT 1")"
out=$(bo consultant review queue --request "$second" --json)
holds "a better grade asks for a new decision" '"state":"regraded","decision":{.*"verdict":"not_this_person".*"regraded":true' "$out" 0 $?
again=$(echo "$out" | sed -n 's/.*"seen":\([0-9]*\),"first.*/\1/p' | head -n 1)
out=$(dee consultant review queue --request "$second" --json)
holds "another consultant sees the same" "\"seen\":$again," "$out" 0 $?

# What has ended is not decided, asked about or secured for any more; who tries is logged.
"$tools"/ask --role qa_officer "$socket" request.withdraw "{\"request\":\"$second\"}" >/dev/null
refusals="SELECT count(*) FROM entry WHERE kind = 'refusal' AND request_id = '$second'"
before=$(sqlite3 -readonly "$work/data/ledger/ledger.db" "$refusals")
while read -r role op rest; do
	out=$("$tools"/ask --role "$role" "$socket" "$op" "{\"request\":\"$second\",$rest}" 2>&1)
	holds "$op is refused when the request has ended" "error forbidden.*nothing more is done about it" "$(echo "$out" | tr '\n' ' ')" 0 0
done <<'END'
consultant review.decide "system":"helpline","record_id":"H-1","person_id":"1","verdict":"this_person","reason":"r"
consultant review.ask "what":"w","of_whom":"o"
qa_officer review.answer "question":1,"text":"t"
consultant record.secure "system":"helpline","record_id":"H-1","reason":"r"
END
is "each of these is logged" "$((before + 4))" "$(sqlite3 -readonly "$work/data/ledger/ledger.db" "$refusals")"

kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1)
holds "the ledger verifies" "" "$out" 0 $?
[ "$failures" = 0 ]
