#!/bin/sh
# Goal of this test: sharing of Childline information (procedure, 2.8). Asked for with what, necessity and
# proportionality; the Head of Childline and the Consultant, two people, agree after Legal and the Data Protection
# Manager were consulted; where they do not, the Head of Child Protection QA decides; nothing is released before.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok sharing # skip only root can ask as another uid"
	exit 77
fi
chmod 0750 "$work"
cp "$bin/client" "$work/client"
chmod 0750 "$work/client"
for line in helpline:csv childline:jsonl; do
	load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
done
write_config
sed -i "s/^user = .*/user = bo uid $(id -u) roles qa_officer,nsit_officer,consultant,head_of_childline,legal,head_of_child_protection_qa,head_of_media/" "$work/searchd.conf"
echo "user = dee uid $other roles head_of_childline,data_protection_manager,head_of_child_protection_qa" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
bo() { role=$1; shift; "$bin"/client "$@" --socket "$socket" --role "$role" 2>&1; }
dee() {
	role=$1
	shift
	(cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" "$@" --socket "$socket" --role "$role" 2>&1)
}
if ! (cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" --version >/dev/null 2>&1); then
	echo "ok sharing # skip uid $other cannot run a program below $work"
	exit 77
fi
entries() { # of a kind
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM entry WHERE kind = '$1'"
}
told() { # event: who
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT to_role FROM state_notice WHERE event = '$1' ORDER BY seq, to_role" | tr '\n' ' '
}
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | grep -q -- "$2" && faults= || faults="code $5: $3"
	verdict "sharing: $1" "$faults"
}
is() { # name, wanted, got
	[ "$2" = "$3" ] && faults= || faults="wanted \"$2\", got \"$3\""
	verdict "sharing: $1" "$faults"
}
why="--reason considered"
new_request() { # reference; sets request and check, of the Childline leg
	out=$(bo nsit_officer check --json --reference "$1" --kind childline_information --purpose scoping --forename Katherine --surname "O'Brien" --dob 2009-03-04)
	request=$(echo "$out" | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
	check=$(echo "$out" | sed -n 's/.*{"audit":[0-9]*,"replayed":false,"check":"\(CHK-[^"]*\)".*/\1/p')
	[ -n "$request" ] && [ -n "$check" ] || { echo "not ok a check of the Childline leg: $out"; exit 1; }
}
ask="--necessary scoping --proportionate summary"

new_request SHARE-1
out=$(bo qa_officer show "$check")
holds "before, another leg's officer reads nothing" "may not search the childline leg" "$out" 77 $?
out=$(bo legal share consult "$request" $why)
holds "nothing was asked for" "nobody has asked" "$out" 66 $?
# shellcheck disable=SC2086 # options
out=$(bo qa_officer share open "$request" --what "dates of contact" $ask)
holds "who may ask" "may not call share.open" "$out" 77 $?
out=$(bo consultant share open "$request" --what "dates of contact" --necessary "" --proportionate summary)
holds "each statement is said" "statements.necessary: is empty" "$out" 65 $?
out=$("${TOOLS:-build/release/tools}"/ask --role consultant "$socket" share.open "{\"request\":\"$request\",\"what\":\"x\",\"statements\":{\"necessary\":\"y\"}}")
holds "none is left out" "statements.proportionate" "$out" 65 $?
# shellcheck disable=SC2086
out=$(bo consultant share open "$request" --what "dates of contact" $ask)
holds "asked for" "open" "$out" 0 $?
is "all who have a part in it are told" "consultant data_protection_manager head_of_childline legal " "$(told sharing_opened)"
# shellcheck disable=SC2086
out=$(bo consultant share open "$request" --what more $ask)
holds "one at a time" "sharing was asked for by entry" "$out" 65 $?

before=$(entries refusal)
out=$(bo consultant share agree "$request" --agree $why)
holds "one agrees" "open" "$out" 0 $?
out=$(bo head_of_childline share agree "$request" --agree $why)
holds "the same person in the other role does not count" "different people" "$out" 77 $?
out=$(bo head_of_child_protection_qa share decide "$request" --share $why)
holds "nobody decides while none disagrees" "decides only then" "$out" 77 $?
is "each refusal is an entry" $((before + 2)) "$(entries refusal)"
out=$(dee head_of_childline share agree "$request" --agree $why)
holds "both agree, but nobody was consulted" "open" "$out" 0 $?
out=$(bo qa_officer show "$check")
holds "so nothing is released" "may not search the childline leg" "$out" 77 $?
out=$(bo legal share consult "$request" $why)
holds "legal is consulted" "open" "$out" 0 $?
out=$(bo consultant share show "$request")
holds "what is missing is said" "was not consulted: *data_protection_manager" "$(echo "$out" | tr '\n' ' ')" 0 $?
holds "and who said what" "consultant bo said agree;" "$(echo "$out" | tr -s ' \n' ' ')" 0 0
out=$(dee data_protection_manager share consult "$request" $why)
holds "then the data protection manager: agreed" "agreed" "$out" 0 $?
is "those who agreed are told" "consultant head_of_childline " "$(told sharing_decided)"
out=$(bo qa_officer show "$check")
holds "now it is released" "SHARE-1\|childline" "$out" 0 $?
out=$(bo head_of_media show "$check")
holds "but not to a role that reads no checks" "may not call check.get" "$out" 77 $?
out=$(dee head_of_childline share agree "$request" --disagree $why)
holds "what is decided is decided" "open it again for another decision" "$out" 65 $?
sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT body FROM entry WHERE kind LIKE 'share%'" | grep -qE "dates of contact|considered|scoping" && faults="a body tells" || faults=
verdict "sharing: what was said is a secret" "$faults"

# They do not agree.
new_request SHARE-2
# shellcheck disable=SC2086
bo head_of_childline share open "$request" --what "all of it" $ask >/dev/null
bo consultant share agree "$request" --agree $why >/dev/null
out=$(dee head_of_childline share agree "$request" --disagree $why)
holds "one does not agree" "disputed" "$out" 0 $?
is "the one who decides is told" "head_of_child_protection_qa " "$(told sharing_disputed)"
out=$(dee head_of_child_protection_qa share decide "$request" --share $why)
holds "not one who has spoken" "another person decides" "$out" 77 $?
out=$(bo head_of_child_protection_qa share decide "$request" --share $why)
holds "nor the other" "another person decides" "$out" 77 $?
out=$(bo qa_officer show "$check")
holds "disputed is not released" "may not search the childline leg" "$out" 77 $?
# A third person decides.
kill "$daemon"
wait "$daemon"
echo "user = gus uid 65533 roles head_of_child_protection_qa" >>"$work/searchd.conf"
start_daemon
wait_ready
gus() { other=65533 dee head_of_child_protection_qa "$@"; }
out=$(gus share decide "$request" --share --refuse $why)
holds "one or the other" "say either" "$out" 64 $?
out=$(gus share decide "$request" --refuse $why)
holds "decided: no" "refused" "$out" 0 $?
out=$(bo qa_officer show "$check")
holds "refused is not released" "may not search the childline leg" "$out" 77 $?
# Asked for again, disputed again, granted.
# shellcheck disable=SC2086
bo head_of_childline share open "$request" --what "dates only" $ask >/dev/null
dee head_of_childline share agree "$request" --disagree $why >/dev/null
out=$(gus share decide "$request" --share $why)
holds "decided: yes" "granted" "$out" 0 $?
out=$(bo qa_officer show "$check")
holds "and released" "childline" "$out" 0 $?
new_request SHARE-3
out=$(bo qa_officer show "$check")
holds "of that request alone" "may not search the childline leg" "$out" 77 $?

kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1)
holds "the ledger verifies" "" "$out" 0 $?
[ "$failures" = 0 ]
