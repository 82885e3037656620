#!/bin/sh
# Goal of this test: what is due of a request, and by when, follows from the policy and from what was noted of it
# (procedure, 1.9, 4.13, 4.17, 9.7 to 9.9): by jurisdiction and review type, in days of Europe/London; what passes
# unmet is told once, also over a restart.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
load_all
begin_daemon qa_officer,nsit_officer,consultant,head_of_inspection,media,chief_executive
# date(1) takes days off as 24 hours, which is another day late in the evening once clocks have changed:
# so days are counted in UTC, from the one that it is in London.
day() { # words of date(1): a day in London
	case $1 in
	[0-9]*-*) date -u -d "$1" +%Y-%m-%d ;;
	*) date -u -d "$(TZ=Europe/London date +%Y-%m-%d) $1" +%Y-%m-%d ;;
	esac
}
stranger='{"ref":"child","names":[{"forenames":"Zebulon","surname":"Quizzenthwaite"}],"births":["2013-11-19"],"addresses":[{"text":"99 Quux Road","town":"Penzance","postcode":"TR18 9ZZ"}]}'
known='{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
log() { # reference, kind, further fields, person
	as qa_officer request.log "{\"request\":{\"reference\":\"$1\",\"purpose\":\"test\",\"kind\":\"$2\",\"channel\":\"email\"$3},\"people\":[$4]}" >"$work/log"
	first_request "$work/log"
}
note() { # request, milestone, further fields
	as qa_officer request.note "{\"request\":\"$1\",\"milestone\":\"$2\"$3}" >"$work/out"
}
due_of() { # request, deadline: "due_on overdue"
	as qa_officer request.get "{\"request\":\"$1\"}" | grep -oE "\{\"deadline\":\"$2\"[^}]*\}" |
	    sed 's/.*"due_on":"\([^"]*\)".*"overdue":\([a-z]*\).*/\1 \2/'
}
is_due() { # name, request, deadline, what is expected ("" for not at all)
	found=$(due_of "$2" "$3")
	[ "$found" = "$4" ] && faults= || faults="expected \"$4\", found \"$found\""
	verdict "deadlines: $1" "$faults"
}
today=$(day now)
wales=$(log D-WALES external_record_check ',"jurisdiction":"wales","review_type":"cpr_concise"' "$stranger")
england=$(log D-ENGLAND external_record_check ',"jurisdiction":"england","review_type":"cspr"' "$stranger")
is_due "nothing is due before anything happened" "$wales" imr ""
for bad in '"milestone":"the_end"' '"milestone":"published","on":"2026-02-30"' '"milestone":"published","on":"yesterday"' \
    "\"milestone\":\"published\",\"on\":\"$(day tomorrow)\"" '"milestone":"published","retract":true' '"milestone":"same_day_informed"' \
    '"milestone":""' '"milestone":"published","where":"here"'; do
	as qa_officer request.note "{\"request\":\"$wales\",$bad}" >"$work/out"
	holds "deadlines: a note of $(echo "$bad" | sed "s/$(day tomorrow)/tomorrow/") is refused" "$work/out" 'error bad_request'
done
as qa_officer request.note "{\"request\":\"$wales\",\"milestone\":\"published\",\"on\":\"$(day '3654 days ago')\"}" >"$work/out"
holds "deadlines: a day before 3,653 days ago is refused" "$work/out" 'on: is more than 3653 days ago'
[ "$(entries milestone)" = 0 ] && faults= || faults="$(entries milestone) milestones"
verdict "deadlines: nothing of these was noted" "$faults"

on=$(day '40 days ago')
note "$wales" imr_commissioned ",\"on\":\"$on\",\"note\":\"Katherine's review\""
holds "deadlines: a milestone is noted" "$work/out" 'ok ' "\"on\":\"$on\"" 'commissioned'
bodies milestone "$work/bodies"
lacks "deadlines: what was said of it is not in the open" "$work/bodies" Katherine
is_due "a management review takes six weeks at most" "$wales" imr "$(day "$on +42 days") false"
is_due "its drafts are announced two weeks before" "$wales" imr_draft_notice "$(day "$on +28 days") true"
note "$wales" imr_commissioned ",\"on\":\"$(day '3653 days ago')\""
note "$wales" imr_commissioned ",\"on\":\"$(day '43 days ago')\""
is_due "noted again, the new day counts: overdue" "$wales" imr "$(day '1 day ago') true"
note "$wales" imr_commissioned ",\"on\":\"$(day '42 days ago')\""
is_due "on its last day it is not overdue" "$wales" imr "$today false"
note "$wales" imr_completed ''
is_due "it is met by the review" "$wales" imr ""
note "$wales" imr_completed ',"retract":true'
is_due "and runs again when that was a mistake" "$wales" imr "$today false"

month=$(TZ=Europe/London date +%Y-%m-01)
note "$wales" referral_to_subgroup ",\"on\":\"$month\""
is_due "a review in Wales takes six months at most" "$wales" wales_review "$(day "$month +6 months") false"
note "$wales" final_report ''
is_due "its action plan four weeks" "$wales" wales_action_plan "$(day "$today +28 days") false"
note "$wales" published ''
is_due "its report is on the website for twelve weeks" "$wales" wales_publication "$(day "$today +84 days") false"
for milestone in referral_to_subgroup final_report; do
	note "$england" "$milestone" ",\"on\":\"$month\""
done
is_due "not so in England" "$england" wales_review ""
note "$england" published ",\"on\":\"$month\""
is_due "where a report is published for a year" "$england" england_publication "$(day "$month +12 months") false"
note "$england" review_completed ''
is_due "where nothing is secured, no secure status is to be reviewed" "$england" secured_review ""

# The same day, by London's clock.
late=$(log D-LATE serious_incident ",\"received_at\":\"$(day yesterday)T12:00:00Z\"" "$stranger")
is_due "what arrived yesterday had to be told yesterday" "$late" same_day_alert "$(day yesterday) true"
fresh=$(log D-FRESH serious_incident '' "$stranger")
is_due "what arrives now, today" "$fresh" same_day_alert "$today false"
note "$fresh" same_day_informed ''
is_due "until all who must know were told" "$fresh" same_day_alert ""

# Secured records, one by one.
as qa_officer check "{\"request\":{\"reference\":\"D-SECURED\",\"kind\":\"external_record_check\",\"purpose\":\"x\"},\"people\":[$known]}" >"$work/check"
secured=$(first_request "$work/check")
as qa_officer request.get "{\"request\":\"$secured\"}" >"$work/out"
holds "deadlines: the secure status of each record is due for review" "$work/out" '"deadline":"secured_review_standing"' '"system":"childrens_services","record_id":"CS-000101"' \
    "\"due_on\":\"$(day "$today +365 days")\""

# The list of all.
as qa_officer due '{}' >"$work/all"
grep -oE '"due_on":"[^"]*"' "$work/all" >"$work/days"
sort -c "$work/days" 2>/dev/null && [ "$(wc -l <"$work/days")" -ge 9 ] && faults= || faults=$(cat "$work/days")
verdict "deadlines: all are listed, first due first" "$faults"
holds "deadlines: with their requests" "$work/all" '"reference":"D-WALES"' '"reference":"D-ENGLAND"' '"overdue":2' '"not_shown":0'
as qa_officer due '{"overdue":true}' >"$work/out"
[ "$(grep -o '"deadline":' "$work/out" | wc -l)" = 2 ] && faults= || faults=$(cat "$work/out")
verdict "deadlines: only what is overdue" "$faults"
as qa_officer due '{"days":0}' >"$work/out"
[ "$(grep -o '"deadline":' "$work/out" | wc -l)" = 3 ] && faults= || faults=$(cat "$work/out")
verdict "deadlines: what is due today, and overdue" "$faults"
as qa_officer due '{"days":28}' >"$work/out"
holds "deadlines: up to a day, that day with it" "$work/out" '"deadline":"wales_action_plan"'
as qa_officer due '{"days":27}' >"$work/out"
lacks "deadlines: and no further" "$work/out" '"deadline":"wales_action_plan"'
for bad in '{"days":-1}' '{"days":3661}' '{"when":"now"}'; do
	as qa_officer due "$bad" >"$work/out"
	holds "deadlines: a list of $bad is refused" "$work/out" 'error bad_request'
done
"$bin"/client due --socket "$socket" --role consultant >"$work/out" 2>&1
holds "deadlines: the client prints a table" "$work/out" 'due on' 'reference' "$late" '1 d OVER' 'today' '2 overdue'
lacks "deadlines: that says nothing personal" "$work/out" Quizzenthwaite
"$bin"/client due --overdue --socket "$socket" --role consultant --json >"$work/out" 2>&1
holds "deadlines: or JSON" "$work/out" '"deadline":"same_day_alert"'

# What passed unmet is told once: the sweep looks when searchd starts.
told() {
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT request_id || ' ' || json_extract(body, '\$.deadline') FROM entry
	    WHERE kind = 'deadline_overdue' ORDER BY seq" >"$work/told"
}
restart() { # and wait until so many were told
	stop_daemon
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
	tries=0
	told
	while [ "$(wc -l <"$work/told")" -lt "$1" ] && [ "$tries" -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.2
		told
	done
}
restart 2
printf '%s\n' "$late same_day_alert" "$wales imr_draft_notice" | sort >"$work/want"
sort "$work/told" >"$work/found"
verdict "deadlines: what passed is told, by searchd itself" "$(diff "$work/want" "$work/found")"
sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT user || ' ' || body FROM entry WHERE kind = 'notice' AND body LIKE '%deadline_overdue%'" >"$work/out"
holds "deadlines: to Consultant and Head of Inspection" "$work/out" 'searchd ' '"role":"consultant"' '"role":"head_of_inspection"'
[ "$(wc -l <"$work/out")" = 2 ] && faults= || faults=$(cat "$work/out")
verdict "deadlines: one notice each" "$faults"
# One more passes: when that is told after a restart, the others have been looked at again.
note "$wales" imr_commissioned ",\"on\":\"$(day '50 days ago')\""
restart 4
cut -d' ' -f2 "$work/told" | sort | uniq -c | sed 's/^ *//' >"$work/found"
printf '%s\n' '1 imr' '2 imr_draft_notice' '1 same_day_alert' >"$work/want"
verdict "deadlines: once for each day on which one was due" "$(diff "$work/want" "$work/found")"
as qa_officer request.close "{\"request\":\"$wales\"}" >/dev/null
as qa_officer request.withdraw "{\"request\":\"$wales\"}" >/dev/null
as qa_officer due '{}' >"$work/out"
lacks "deadlines: of a request that has ended nothing is due" "$work/out" D-WALES
as media due '{}' >"$work/out"
holds "deadlines: media do not see them" "$work/out" 'error forbidden'
stop_daemon
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "deadlines: the ledger verifies" "$faults"
[ "$failures" = 0 ]
