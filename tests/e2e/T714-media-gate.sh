#!/bin/sh
# Goal of this test: media roles learn of a reference clear, hold or not yet checked, and nothing else (procedure,
# 5.3): not what was found, not whether anybody asked; each question is logged.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
load_all
begin_daemon qa_officer,nsit_officer,consultant,media,knowledge,head_of_media,legal
stranger='{"ref":"child","names":[{"forenames":"Zebulon","surname":"Quizzenthwaite"}],"births":["2013-11-19"],"addresses":[{"text":"99 Quux Road","town":"Penzance","postcode":"TR18 9ZZ"}]}'
known='{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
gate() { # name, role, reference, what is said
	as "$2" media.status "{\"reference\":\"$3\"}" >"$work/out"
	[ "$(sed -n 2p "$work/out")" = "{\"reference\":\"$3\",\"status\":\"$4\"}" ] && faults= || faults="not $4: $(cat "$work/out")"
	verdict "media: $1" "$faults"
}
log() { # role, reference, kind, person
	as "$1" request.log "{\"request\":{\"reference\":\"$2\",\"purpose\":\"comment\",\"kind\":\"$3\",\"channel\":\"email\"},\"people\":[$4]}" >"$work/log"
	first_request "$work/log"
}
both_legs() { # request
	as qa_officer check "{\"request\":\"$1\"}" >"$work/qa"
	as nsit_officer check "{\"request\":\"$1\"}" >"$work/childline"
}
gate "a reference that is not there was not checked" media NOWHERE not_yet_checked
log media PRESS-OTHER child_death_notification "$stranger" >/dev/null
holds "media: a notification is not theirs to log" "$work/log" 'error forbidden' 'asks for what is said or published, not for: Child death notification'
clear=$(log media PRESS-CLEAR media_comment "$stranger")
gate "nor was one that was only logged" media PRESS-CLEAR not_yet_checked
as media media.status '{"reference":"NOWHERE"}' >"$work/none"
as media media.status '{"reference":"PRESS-CLEAR"}' >"$work/some"
[ "$(sed 's/NOWHERE/X/; s/entry=[0-9]*/entry=/' "$work/none")" = "$(sed 's/PRESS-CLEAR/X/; s/entry=[0-9]*/entry=/' "$work/some")" ] && faults= || faults=$(cat "$work/none" "$work/some")
verdict "media: and both answers are the same" "$faults"
as qa_officer check "{\"request\":\"$clear\"}" >/dev/null
gate "one leg is not a check" media PRESS-CLEAR not_yet_checked
as nsit_officer check "{\"request\":\"$clear\"}" >"$work/out"
holds "media: (nothing was found)" "$work/out" '"complete":true' '"outcome":"no_trace"'
gate "both legs without a match: clear" media PRESS-CLEAR clear
gate "for knowledge services too" knowledge PRESS-CLEAR clear
gate "and for the Head of Media" head_of_media PRESS-CLEAR clear
gate "a reference is compared as it is written" media press-clear not_yet_checked

hold=$(log knowledge PRESS-HOLD publication "$known")
both_legs "$hold"
holds "media: (a possible match was found)" "$work/qa" '"outcome":"match"'
gate "a possible match that is not decided: hold" media PRESS-HOLD hold
# The same reference, asked about for a death: the worst of all requests counts.
second=$(log qa_officer PRESS-CLEAR child_death_notification "$known")
gate "another request of the reference, not checked yet" media PRESS-CLEAR not_yet_checked
both_legs "$second"
gate "and once it was, with a match" media PRESS-CLEAR hold
as consultant request.decline "{\"request\":\"$second\",\"reason\":\"test\"}" >/dev/null
gate "one that was declined counts only alone" media PRESS-CLEAR clear
third=$(log media PRESS-BACK spokesperson "$stranger")
as media request.withdraw "{\"request\":\"$third\"}" >/dev/null
gate "one that was withdrawn unchecked, alone: hold, by the policy" media PRESS-BACK hold
as qa_officer request.close "{\"request\":\"$clear\"}" >/dev/null
gate "a closed request stays clear" media PRESS-CLEAR clear
fourth=$(as qa_officer request.log '{"request":{"reference":"PRESS-PAPER","purpose":"x","kind":"publication","channel":"email"}}' >"$work/log"; first_request "$work/log")
as qa_officer request.close "{\"request\":\"$fourth\"}" >/dev/null
gate "where nobody was asked about, nothing was checked" media PRESS-PAPER not_yet_checked

# More requests of one reference than there can be in earnest are not weighed up: hold.
n=0
while [ "$n" -lt 100 ]; do
	n=$((n + 1))
	log media PRESS-MANY media_comment "$stranger" >/dev/null
done
gate "a hundred requests of one reference are weighed up" media PRESS-MANY not_yet_checked
log media PRESS-MANY media_comment "$stranger" >/dev/null
gate "with one more: hold" media PRESS-MANY hold

for role in qa_officer nsit_officer consultant legal; do
	as "$role" media.status '{"reference":"PRESS-HOLD"}' >"$work/out"
	holds "media: $role does not ask the gate" "$work/out" 'error forbidden'
done
for bad in '{}' '{"reference":" "}' '{"reference":"X","request":"REQ-0000-0000"}' '{"reference":1}'; do
	as media media.status "$bad" >"$work/out"
	holds "media: $bad is refused" "$work/out" 'error bad_request'
done
sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT body || request_id || check_id FROM entry WHERE kind = 'view' AND role = 'media'" >"$work/views"
holds "media: each question is an entry" "$work/views" '"op":"media.status","reference":"","status":"not_yet_checked"' '"reference":"PRESS-HOLD","status":"hold"'
lacks "media: that names no request" "$work/views" REQ- CHK-
lacks "media: nor, in the open, what no request has as its reference" "$work/views" NOWHERE
"$bin"/client media PRESS-HOLD --socket "$socket" --role media >"$work/out" 2>&1
holds "media: the client says it in a line" "$work/out" 'PRESS-HOLD hold'
stop_daemon
[ "$failures" = 0 ]
