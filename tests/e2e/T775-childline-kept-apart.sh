#!/bin/sh
# Goal of this test: which Childline record was found is learned by nobody but who works in that leg (procedure, 2.4,
# 2.8), and the other way round: not from what is due, from notices, lists, review files or refusals, nor from searchd's
# log. Owners of a system learn of their own records only. And nothing that is personal, typed into whatever field, is in
# the open part of an entry or in the log.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok kept apart # skip only root can ask as another uid"
	exit 77
fi
chmod 0750 "$work"
cp "$tools/ask" "$work/ask"
chmod 0750 "$work/ask"
load_all
ledger=$work/data/ledger/ledger.db
write_config
first=qa_officer,nsit_officer,consultant,head_of_childline,legal,data_protection_manager,chief_executive,head_of_helpline
second=consultant,head_of_childrens_services,service_manager,head_of_media,media,knowledge,records_manager,notifier
third=safeguarding_unit,auditor,administrator,director,head_of_inspection,head_of_child_protection_qa
sed -i "s/^user = .*/user = bo uid $(id -u) roles $first/" "$work/searchd.conf"
{
	echo "user = dee uid $other roles $second"
	echo "user = gus uid $((other - 1)) roles $third"
} >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
by() { # uid, role, op, body
	uid=$1
	shift
	(cd / && setpriv --reuid "$uid" --regid "$(id -g)" --clear-groups "$work/ask" --role "$1" "$socket" "$2" "$3" 2>&1)
}
dee() { by "$other" "$@"; }
anyone() { # role, op, body: by whoever holds it
	case ,$first, in *",$1,"*) as "$@" ;; *) case ,$second, in *",$1,"*) dee "$@" ;; *) by $((other - 1)) "$@" ;; esac ;; esac
}
if ! dee consultant health '{}' | grep -q ready; then
	echo "ok kept apart # skip uid $other cannot run a program below $work"
	exit 77
fi
known='{"ref":"Quixotica","names":[{"forenames":"Katherine Anne","surname":"O'\''Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","town":"Leeds","postcode":"LS8 4AB"}]}'
as qa_officer check "{\"request\":{\"reference\":\"APART-1\",\"kind\":\"serious_incident\",\"purpose\":\"Quixotica purpose\",\"requester\":\"Quixotica Asker\",\"organisation\":\"Quixotica Board\",\"legal_basis\":\"Quixotica law\"},\"people\":[$known]}" >"$work/qa"
request=$(first_request "$work/qa")
as nsit_officer check "{\"request\":\"$request\"}" >"$work/childline"
ids() { # system or leg condition
	sqlite3 -readonly "$ledger" "SELECT DISTINCT record_id FROM state_candidate WHERE $1"
}
# A Childline record is secured by hand, whatever the checks found.
contact=$(sed -n 's/^{"contact_id":"\([^"]*\)".*/\1/p' fixtures/childline.jsonl | head -n 1)
dee consultant record.secure "{\"system\":\"childline\",\"record_id\":\"$contact\",\"request\":\"$request\",\"reason\":\"Quixotica reason\"}" >"$work/out"
holds "kept apart: (a Childline record is secured)" "$work/out" 'ok '
echo "$contact" >"$work/theirs"
ids "leg = 'childline'" >>"$work/theirs"
sort -u -o "$work/theirs" "$work/theirs"
ids "leg = 'qa'" >"$work/ours"
ids "system = 'childrens_services'" >"$work/services"
ids "system = 'helpline'" >"$work/helpline"
[ -s "$work/ours" ] && [ -s "$work/services" ] && [ -s "$work/helpline" ] && faults= || faults="nothing was found"
verdict "kept apart: (both sides have records)" "$faults"
decide() { # system, the first undecided candidate
	sqlite3 -readonly -separator '|' "$ledger" "SELECT person, record_id, person_id FROM state_candidate WHERE system = '$1' LIMIT 1" >"$work/one"
	IFS='|' read -r person record person_id <"$work/one"
	dee consultant review.decide "{\"request\":\"$request\",\"person\":$person,\"system\":\"$1\",\"record_id\":\"$record\",\"person_id\":\"$person_id\",\"verdict\":\"this_person\",\"reason\":\"Quixotica reason\"}" >"$work/out"
}
decide childrens_services
holds "kept apart: (a match is confirmed)" "$work/out" 'ok ' '"state":"decided"'
decide helpline
if [ -n "$(ids "system = 'childline'")" ]; then decide childline; fi
answers() { # role: all that it is shown of the request
	for call in "request.get {\"request\":\"$request\",\"details\":true}" 'request.list {}' 'due {}' 'events {}' 'notice.list {}' 'register.list {}' \
	    'review.queue {"all":true}' 'retention.due {}' "review.export {\"request\":\"$request\"}" "share.get {\"request\":\"$request\"}" 'media.status {"reference":"APART-1"}' \
	    "record.status {\"system\":\"childline\",\"record_id\":\"NO-SUCH\"}" 'index.status {}' 'health {}'; do
		anyone "$1" "${call%% *}" "${call#* }"
	done >"$work/shown"
}
kept() { # name, file of ids that must not be in what is shown
	verdict "kept apart: $1" "$(grep -oFf "$2" "$work/shown" | sort | uniq -c)"
}
for role in qa_officer legal chief_executive head_of_childrens_services head_of_helpline service_manager head_of_media media knowledge records_manager safeguarding_unit administrator data_protection_manager; do
	answers "$role"
	kept "$role sees no Childline record" "$work/theirs"
done
for role in nsit_officer head_of_childline legal chief_executive service_manager head_of_media media knowledge safeguarding_unit administrator data_protection_manager; do
	answers "$role"
	grep -vFf "$work/services" "$work/ours" >"$work/rest"
	[ "$role" = service_manager ] || cp "$work/ours" "$work/rest"
	kept "$role sees no other record" "$work/rest"
done
answers head_of_helpline
kept "the owner of the helpline sees no other's" "$work/services"
grep -qFf "$work/helpline" "$work/shown" && faults= || faults="none"
verdict "kept apart: but their own" "$faults"
answers consultant
grep -qF "$contact" "$work/shown" && faults= || faults="not there"
verdict "kept apart: the Consultant sees both" "$faults"
dee notifier notice.list '{}' >"$work/shown"
tr '{' '\n' <"$work/shown" | grep -A1 '"to":"\(chief_executive\|head_of_media\|service_manager\|head_of_helpline\)"' >"$work/told"
cp "$work/told" "$work/shown"
kept "nor do mails to them name one" "$work/theirs"

# What people type, in every field that takes text, is nobody's to read in the open. A name is a reference only by mistake.
dee media media.status '{"reference":"Quixotica Nightingale"}' >"$work/out"
holds "kept apart: a name that was asked as a reference is answered" "$work/out" not_yet_checked
for body in "request.note|{\"request\":\"$request\",\"milestone\":\"imr_commissioned\",\"note\":\"Quixotica\"}" "review.ask|{\"request\":\"$request\",\"what\":\"Quixotica\",\"of_whom\":\"Quixotica\"}" \
    "share.open|{\"request\":\"$request\",\"what\":\"Quixotica\",\"statements\":{\"necessary\":\"Quixotica\",\"proportionate\":\"Quixotica\"}}" \
    "record.release|{\"system\":\"childline\",\"record_id\":\"$contact\",\"reason\":\"Quixotica\"}" "review.decide|{\"request\":\"$request\",\"system\":\"Quixotica\",\"record_id\":\"Quixotica\",\"person_id\":\"Quixotica\",\"verdict\":\"this_person\",\"reason\":\"Quixotica\"}" \
    'request.get|{"request":"Quixotica"}' 'request.log|{"request":{"reference":"X","kind":"Quixotica","channel":"Quixotica","purpose":"x"}}' 'Quixotica|{"Quixotica":"Quixotica"}' \
    "record.secure|{\"system\":\"Quixotica\",\"record_id\":\"Quixotica\",\"reason\":\"x\",\"request\":\"$request\"}" "record.secure|{\"system\":\"helpline\",\"record_id\":\"Quixotica\",\"reason\":\"x\",\"request\":\"$request\"}" \
    "request.close|{\"request\":\"$request\",\"reason\":\"Quixotica\"}" 'absence.set|{"from":"Quixotica"}' \
    "why|{\"check\":\"$(field check "$work/qa")\",\"ref\":\"Quixotica\",\"system\":\"helpline\",\"record_id\":\"Quixotica\"}"; do
	for role in qa_officer consultant auditor Quixotica; do
		dee "$role" "${body%%|*}" "${body#*|}" >/dev/null
		anyone "$role" "${body%%|*}" "${body#*|}" >/dev/null
	done
done
sqlite3 -readonly "$ledger" "SELECT seq, kind, user, role, request_id, check_id, body FROM entry WHERE (kind || user || role || request_id || check_id || body) LIKE '%Quixotica%'" | cut -c1-300 >"$work/open"
verdict "kept apart: nothing that was typed is in the open part of an entry" "$(cat "$work/open")"
sqlite3 -readonly "$ledger" .dump | grep -v "INSERT INTO entry" | grep -i quixotica | cut -c1-300 >"$work/open"
verdict "kept apart: nor elsewhere in the ledger" "$(cat "$work/open")"
verdict "kept apart: nor in the log" "$(grep -i quixotica "$work/searchd.log" | cut -c1-300)"
verdict "kept apart: nor any record" "$(grep -F -f "$work/theirs" "$work/searchd.log" | cut -c1-300)"
stop_daemon
[ "$failures" = 0 ]
