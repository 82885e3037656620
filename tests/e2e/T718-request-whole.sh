#!/bin/sh
# Goal of this test: a request from its arrival to its end: what became of the candidates decides how it ends
# (procedure, 2.5), and what the media gate says of it (5.3); questions and notices that wait are due.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok whole # skip only root can ask as another uid, and who searches does not decide"
	exit 77
fi
chmod 0750 "$work"
cp "$tools/ask" "$work/ask"
chmod 0750 "$work/ask"
as_other() { # role, op, body: who searches
	(cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/ask" --role "$1" "$socket" "$2" "$3")
}
load_all
write_config
sed -i "s/roles .*/roles qa_officer,consultant,media,chief_executive,safeguarding_unit/" "$work/searchd.conf"
echo "user = other uid $other roles qa_officer,nsit_officer" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
known='{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
perhaps='{"ref":"child","names":[{"forenames":"Zebulon","surname":"Quizzenthwaite"}],"births":["2011-07-09"],"addresses":[{"text":"4 Nowhere Lane","town":"Cardiff","postcode":"CF10 1AA"}]}'
searched() { # reference, kind, person: the request, both legs searched
	as qa_officer request.log "{\"request\":{\"reference\":\"$1\",\"purpose\":\"test\",\"kind\":\"$2\",\"channel\":\"email\"},\"people\":[$3]}" >"$work/log"
	found=$(first_request "$work/log")
	as_other qa_officer check "{\"request\":\"$found\"}" >"$work/qa"
	as_other nsit_officer check "{\"request\":\"$found\"}" >"$work/childline"
	echo "$found"
}
candidates() { # request: person|system|record|person of it, a line each
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT person, system, record_id, person_id FROM state_candidate WHERE request_id = '$1'"
}
decide() { # request, verdict; candidates on stdin
	while IFS='|' read -r person system record of; do
		as consultant review.decide "{\"request\":\"$1\",\"person\":$person,\"system\":\"$system\",\"record_id\":\"$record\",\"person_id\":\"$of\",\"verdict\":\"$2\",\"reason\":\"seen\"}"
	done
}
ends() { # name, request, outcome
	as qa_officer request.close "{\"request\":\"$2\"}" >"$work/out"
	holds "whole: $1" "$work/out" 'ok ' '"state":"closed"' "\"outcome\":\"$3\""
}
gate() { # name, reference, what is said
	as media media.status "{\"reference\":\"$2\"}" >"$work/out"
	holds "whole: $1" "$work/out" "\"status\":\"$3\""
}
first=$(searched WHOLE-1 external_record_check "$known")
candidates "$first" >"$work/first"
[ "$(wc -l <"$work/first")" -ge 2 ] && faults= || faults=$(cat "$work/first")
verdict "whole: (several candidates)" "$faults"
head -n 1 "$work/first" | decide "$first" this_person >"$work/out"
holds "whole: one is the person" "$work/out" 'ok '
as qa_officer request.get "{\"request\":\"$first\"}" >"$work/out"
holds "whole: the request says so" "$work/out" '"outcome":"match"' '"confirmed":1'
gate "media hold on a match, whatever is undecided" WHOLE-1 hold
as qa_officer request.close "{\"request\":\"$first\"}" >"$work/out"
holds "whole: it is not closed while others are undecided" "$work/out" 'error forbidden' 'are not decided'
sed 1d "$work/first" | decide "$first" cannot_tell >/dev/null
ends "a match" "$first" match
gate "media hold after its end" WHOLE-1 hold

second=$(searched WHOLE-2 external_record_check "$perhaps")
candidates "$second" >"$work/second"
[ "$(wc -l <"$work/second")" -ge 1 ] && faults= || faults="no candidate"
verdict "whole: (a possible candidate)" "$faults"
gate "media hold while it is in review" WHOLE-2 hold
decide "$second" not_this_person <"$work/second" >/dev/null
gate "and may act when all that was referred is somebody else" WHOLE-2 clear
ends "not confirmed" "$second" not_confirmed

third=$(searched WHOLE-3 external_record_check "$perhaps")
decide "$third" cannot_tell <"$work/second" >/dev/null
gate "where it cannot be told, media hold" WHOLE-3 hold
ends "insufficient evidence" "$third" insufficient_evidence
# A question waits for its answer.
fifth=$(searched WHOLE-5 external_record_check "$perhaps")
as consultant review.ask "{\"request\":\"$fifth\",\"what\":\"A middle name?\",\"of_whom\":\"the board\"}" >"$work/out"
question=$(sed -n "s/^ok .*entry=\([0-9]*\).*/\1/p" "$work/out")
as qa_officer due '{}' >"$work/out"
holds "whole: an answer is due by the policy's days" "$work/out" '"deadline":"question"' "\"question\":$question," \
    "\"due_on\":\"$(TZ=Europe/London date -d '+5 days' +%Y-%m-%d)\"" '"section":"2.5"'
as qa_officer review.answer "{\"request\":\"$fifth\",\"question\":$question,\"text\":\"None\"}" >/dev/null
as qa_officer due '{}' >"$work/out"
lacks "whole: until it came" "$work/out" '"deadline":"question"'

# The same day: met when all who were told have acknowledged.
sixth=$(searched WHOLE-6 serious_incident "$perhaps")
is_due() {
	as qa_officer request.get "{\"request\":\"$sixth\"}" | grep -c '"deadline":"same_day_alert"'
}
notice=$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT seq FROM entry WHERE kind = 'notice' AND request_id = '$sixth' AND body LIKE '%same_day_request%'")
[ "$(is_due)" = 1 ] && faults= || faults="not due"
verdict "whole: who must know on the same day is to be told" "$faults"
as chief_executive notice.ack "{\"notice\":$notice}" >"$work/out"
[ "$(is_due)" = 1 ] && faults= || faults=$(cat "$work/out")
verdict "whole: one of them is not all" "$faults"
as safeguarding_unit notice.ack "{\"notice\":$notice}" >"$work/out"
[ "$(is_due)" = 0 ] && faults= || faults=$(cat "$work/out")
verdict "whole: when all have acknowledged, they were" "$faults"

# With a higher threshold a forename alone cannot reach it: then nothing is said of the person.
stop_daemon
cp -r schemas "$work/schemas"
sed -i 's/"possible": -4/"possible": 7.9/' "$work/schemas/policy/default.json"
sed -i "s|^schemas = .*|schemas = $work/schemas|" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
fourth=$(searched WHOLE-4 external_record_check '{"ref":"child","names":[{"forenames":"Zebulon"}]}')
holds "whole: (too little was told)" "$work/qa" '"outcome":"insufficient_evidence"'
gate "media hold when too little was told to find anybody" WHOLE-4 hold
ends "insufficient evidence likewise" "$fourth" insufficient_evidence
stop_daemon
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "whole: the ledger verifies" "$faults"
[ "$failures" = 0 ]
