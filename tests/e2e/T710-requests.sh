#!/bin/sh
# Goal of this test: a request is logged before anything is searched (procedure, 2.1, 2.2), with words that
# the policy knows; those of the same day tell who must know (1.9); one that is declined, withdrawn or closed
# stays logged and nothing more is done about it; it is closed only when it was searched and decided.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
load_all
begin_daemon qa_officer,nsit_officer,consultant,media,knowledge,chief_executive

fields='"reference":"LSCP-2026-014","kind":"child_death_notification","channel":"telephone","received_at":"2026-11-23T11:15:00+01:00","requester":"Dana Requester","organisation":"Leeds Board","jurisdiction":"wales","review_type":"cpr_concise","purpose":"Secret purpose","legal_basis":"Children Act 2004"'
nobody='{"ref":"child","names":[{"forenames":"Zebulon","surname":"Quizzenthwaite"}],"births":["2013-11-19"],"addresses":[{"text":"99 Quux Road","town":"Penzance","postcode":"TR18 9ZZ"}]}'
as qa_officer request.log "{\"request\":{$fields},\"people\":[$nobody]}" >"$work/out"
request=$(first_request "$work/out")
holds "requests: one is logged on arrival" "$work/out" 'ok ' '"reference":"LSCP-2026-014"' '"channel":"telephone"' \
    '"received_at":"2026-11-23T10:15:00Z"' '"same_day":true' '"people":1' '"state":"open"'
bodies request "$work/bodies"
holds "requests: its entry says what is not personal" "$work/bodies" '"channel":"telephone"' '"same_day":true' '"review_type":"cpr_concise"'
lacks "requests: and nothing that is" "$work/bodies" Dana Leeds 'Secret purpose' Quizzenthwaite Zebulon
bodies notice "$work/notices"
holds "requests: the Chief Executive and the unit are told on the same day" "$work/notices" '"event":"same_day_request"' \
    '"role":"chief_executive"' '"role":"safeguarding_unit"'
seqs=$(sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT n.seq - r.seq FROM entry n JOIN entry r ON r.request_id = n.request_id WHERE n.kind = 'notice' AND r.kind = 'request'")
[ "$seqs" = 1 ] && faults= || faults="the notice is $seqs entries after the request"
verdict "requests: in the same batch as the request" "$faults"

# The same message again is answered from what was kept, and logged once.
id=0123456789abcdef0123456789abcdef
again="{\"request\":{$fields},\"people\":[$nobody]}"
"$tools"/ask --id "$id" --role qa_officer "$socket" request.log "$again" >"$work/first"
before=$(entries request)
"$tools"/ask --id "$id" --role qa_officer "$socket" request.log "$again" >"$work/second"
[ "$(entries request)" = "$before" ] && [ "$(sed 1d "$work/first")" = "$(sed 1d "$work/second")" ] &&
    grep -q 'replayed=yes' "$work/second" && faults= || faults=$(cat "$work/first" "$work/second")
verdict "requests: the same message is logged once" "$faults"

refused() { # name, the text that must be there, body of request.log
	as qa_officer request.log "$3" >"$work/out"
	holds "requests: $1" "$work/out" 'error bad_request' "$2"
}
before=$(entries request)
base='"reference":"R","purpose":"test"'
refused "an unknown kind is refused" 'request.kind: "gossip" is not one of' "{\"request\":{$base,\"kind\":\"gossip\",\"channel\":\"email\"},\"people\":[$nobody]}"
refused "an unknown channel is refused" 'request.channel: "pigeon" is not one of email, telephone, out_of_hours' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"pigeon\"},\"people\":[$nobody]}"
refused "a channel must be given" 'request.channel: is missing' "{\"request\":{$base,\"kind\":\"serious_incident\"},\"people\":[$nobody]}"
refused "a review type of another nation is refused" 'is not a review of scotland' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"jurisdiction\":\"scotland\",\"review_type\":\"cpr_concise\"},\"people\":[$nobody]}"
refused "a review type needs a jurisdiction" 'request.review_type: needs a jurisdiction' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"review_type\":\"dhr\"},\"people\":[$nobody]}"
refused "people are needed where the policy says so" 'people: is missing' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\"}}"
refused "a time without a zone is refused" 'request.received_at: is not a time with its zone' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"received_at\":\"2026-11-23 10:15\"},\"people\":[$nobody]}"
later=$(date -u -d '+6 minutes' +%Y-%m-%dT%H:%M:%SZ)
refused "nothing is received in the future" 'request.received_at: is in the future' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"received_at\":\"$later\"},\"people\":[$nobody]}"
before_all=$(date -u -d '366 days ago 1 minute ago' +%Y-%m-%dT%H:%M:%SZ)
refused "nor more than 366 days ago" 'request.received_at: is more than 366 days ago' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"received_at\":\"$before_all\"},\"people\":[$nobody]}"
refused "an unknown field is refused" 'unknown field "urgency"' "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\",\"urgency\":\"high\"},\"people\":[$nobody]}"
[ "$(entries request)" = "$before" ] && faults= || faults="$before requests, now $(entries request)"
verdict "requests: nothing of these was logged" "$faults"
soon=$(date -u -d '+4 minutes' +%Y-%m-%dT%H:%M:%SZ)
as qa_officer request.log "{\"request\":{$base,\"kind\":\"training_consultancy\",\"channel\":\"email\",\"received_at\":\"$soon\"}}" >"$work/out"
training=$(first_request "$work/out")
long_ago=$(date -u -d '366 days ago 1 minute' +%Y-%m-%dT%H:%M:%SZ)
as qa_officer request.log "{\"request\":{$base,\"kind\":\"training_consultancy\",\"channel\":\"email\",\"received_at\":\"$long_ago\"}}" >"$work/long_ago"
holds "requests: one of 366 days ago is logged" "$work/long_ago" "\"received_at\":\"$(echo "$long_ago" | sed 's/Z$//')"
holds "requests: nobody need be asked about for training; a clock may be ahead by minutes" "$work/out" 'ok ' '"people":0' '"same_day":false'

# Legs first, then the end.
as qa_officer request.close "{\"request\":\"$request\"}" >"$work/out"
holds "requests: one that was not searched is not closed" "$work/out" 'error forbidden' 'is not searched completely: the qa leg: not searched yet'
as qa_officer check "{\"request\":\"$request\"}" >"$work/qa"
holds "requests: a check names the request and needs no more" "$work/qa" 'ok ' "\"request\":\"$request\"" '"leg":"qa"' '"outcome":"no_trace"'
as qa_officer request.close "{\"request\":\"$request\"}" >"$work/out"
holds "requests: nor one of which a leg is missing" "$work/out" 'error forbidden' 'the childline leg: not searched yet'
bodies refusal "$work/bodies"
holds "requests: the refusals are logged" "$work/bodies" '"op":"request.close"' 'the childline leg: not searched yet'
as nsit_officer check "{\"request\":\"$request\"}" >"$work/childline"
holds "requests: the other leg needs no name of the first" "$work/childline" 'ok ' '"legs_missing":[]' '"complete":true'
as nsit_officer request.get "{\"request\":\"$request\"}" >"$work/out"
holds "requests: it stands complete" "$work/out" '"complete":true,"outcome":"no_trace"' '"missing":[]' '"referred":0'
lacks "requests: nothing personal unless asked for" "$work/out" Dana 'Secret purpose' Quizzenthwaite '"details"'
views=$(entries view)
as qa_officer request.get "{\"request\":\"$request\",\"details\":true}" >"$work/out"
holds "requests: the people and the requester when asked for" "$work/out" '"requester":"Dana Requester"' '"purpose":"Secret purpose"' \
    Quizzenthwaite '"legal_basis":"Children Act 2004"'
[ "$(entries view)" = $((views + 1)) ] && faults= || faults="$(entries view) views"
verdict "requests: and that view is logged" "$faults"
as qa_officer request.close "{\"request\":\"$request\",\"reason\":\"told the board\"}" >"$work/out"
holds "requests: one that is complete is closed with what was found" "$work/out" 'ok ' '"state":"closed"' '"outcome":"no_trace"'
as qa_officer request.get "{\"request\":\"$request\",\"details\":true}" >"$work/out"
holds "requests: it stays logged" "$work/out" '"state":"closed"' '"reason":"told the board"' Quizzenthwaite
as qa_officer request.close "{\"request\":\"$training\"}" >"$work/out"
holds "requests: where nobody is asked about there is nothing to search" "$work/out" 'ok ' '"outcome":"no_trace"'

# A match must be decided before the end.
known='{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
as qa_officer check "{\"request\":{$base,\"kind\":\"serious_incident\",\"channel\":\"email\"},\"people\":[$known]}" >"$work/out"
matched=$(first_request "$work/out")
holds "requests: a request told with a check may say its channel" "$work/out" '"outcome":"match"'
[ "$(entries notice)" -ge 3 ] && faults= || faults="$(entries notice) notices"
verdict "requests: and tells who must know as well" "$faults"
as nsit_officer check "{\"request\":\"$matched\"}" >/dev/null
as qa_officer request.close "{\"request\":\"$matched\"}" >"$work/out"
holds "requests: possible matches that are not decided keep it open" "$work/out" 'error forbidden' 'are not decided'

# Declined and withdrawn: logged for good, and closed to everything.
ended() { # op, request
	for op in check request.decline request.withdraw request.close request.note; do
		body="{\"request\":\"$2\"}"
		[ "$op" = request.decline ] && body="{\"request\":\"$2\",\"reason\":\"again\"}"
		[ "$op" = request.note ] && body="{\"request\":\"$2\",\"milestone\":\"published\"}"
		as qa_officer "$op" "$body" >"$work/out"
		holds "requests: after $1, $op is refused" "$work/out" 'error forbidden' 'nothing more is done about it'
	done
}
as qa_officer request.decline "{\"request\":\"$matched\"}" >"$work/out"
holds "requests: declining needs a reason" "$work/out" 'error bad_request' 'reason: '
as qa_officer request.decline "{\"request\":\"$matched\",\"reason\":\"$(printf '%4097s' x | tr ' ' y)\"}" >"$work/out"
holds "requests: a reason has a limit" "$work/out" 'error too_large' 'reason: '
as qa_officer request.decline "{\"request\":\"$matched\",\"reason\":\"not ours: Katherine lives abroad\"}" >"$work/out"
holds "requests: one is declined" "$work/out" 'ok ' '"state":"declined"' '"outcome":"declined"'
bodies request_state "$work/bodies"
lacks "requests: the reason is not in the open" "$work/bodies" Katherine
ended decline "$matched"
as qa_officer request.log "{\"request\":{$base,\"kind\":\"external_record_check\",\"channel\":\"email\"},\"people\":[$nobody]}" >"$work/out"
other=$(first_request "$work/out")
as consultant request.withdraw "{\"request\":\"$other\",\"reason\":\"$(printf '%4096s' x | tr ' ' y)\"}" >"$work/out"
holds "requests: one is withdrawn" "$work/out" 'ok ' '"state":"withdrawn"'
ended withdraw "$other"
check=$(grep -oE 'CHK-[0-9A-Z]{4}-[0-9A-Z]{4}' "$work/childline" | head -n 1)
as qa_officer check "{\"of\":\"$check\"}" >"$work/out"
holds "requests: nor is a leg of an ended request searched by naming the other" "$work/out" 'error forbidden' 'is closed; nothing more'

# Media and knowledge services: their own, and nothing else.
as media request.log "{\"request\":{\"reference\":\"PRESS-1\",\"purpose\":\"comment\",\"kind\":\"media_comment\",\"channel\":\"out_of_hours\"},\"people\":[$nobody]}" >"$work/out"
own=$(first_request "$work/out")
holds "requests: media log a request" "$work/out" 'ok ' '"kind":"media_comment"'
for op in request.get request.list request.decline request.close request.note check due; do
	as media "$op" "{}" >"$work/out"
	holds "requests: media may not call $op" "$work/out" 'error forbidden'
done
as knowledge request.withdraw '{"request":"REQ-0000-0000"}' >"$work/out"
holds "requests: of one that is not there they learn nothing" "$work/out" 'error forbidden' 'you logged no request of that name'
as media request.withdraw "{\"request\":\"$own\"}" >"$work/out"
holds "requests: media withdraw their own" "$work/out" 'ok ' '"state":"withdrawn"'

as qa_officer request.list '{}' >"$work/out"
holds "requests: all are listed, newest first" "$work/out" '"reference":"PRESS-1"' '"state":"declined"' '"more":false'
as qa_officer request.list '{"state":"closed","reference":"LSCP-2026-014"}' >"$work/out"
holds "requests: by state and reference" "$work/out" "\"request\":\"$request\"" '"outcome":"no_trace"'
lacks "requests: and no others" "$work/out" "$matched" "$own"
as qa_officer request.list '{"limit":2}' >"$work/out"
[ "$(grep -o '"entry":' "$work/out" | wc -l)" = 2 ] && grep -q '"more":true' "$work/out" && faults= || faults=$(cat "$work/out")
verdict "requests: page by page" "$faults"
as qa_officer request.list '{"limit":200}' >"$work/out"
holds "requests: up to 200 of them" "$work/out" 'ok '
for bad in '{"limit":0}' '{"limit":201}' '{"state":"lost"}' '{"page":1}'; do
	as qa_officer request.list "$bad" >"$work/out"
	holds "requests: a list of $bad is refused" "$work/out" 'error bad_request'
done

# Another user's request is not theirs to withdraw, whatever it is.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	stop_daemon
	chmod 0750 "$work"
	cp "$tools/ask" "$work/ask"
	chmod 0750 "$work/ask"
	echo "user = other uid 65534 roles media" >>"$work/searchd.conf"
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
	as media request.log "{\"request\":{\"reference\":\"PRESS-2\",\"purpose\":\"comment\",\"kind\":\"media_comment\",\"channel\":\"email\"},\"people\":[$nobody]}" >"$work/out"
	own=$(first_request "$work/out")
	(cd / && setpriv --reuid 65534 --regid "$(id -g)" --clear-groups "$work/ask" --role media "$socket" request.withdraw "{\"request\":\"$own\"}") >"$work/out" 2>&1
	holds "requests: another's is refused in the same words as none" "$work/out" 'error forbidden' 'you logged no request of that name'
fi
stop_daemon
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "requests: the ledger verifies" "$faults"
[ "$failures" = 0 ]
