#!/bin/sh
# Goal of this test: who asks is the uid of the socket's peer and nothing in the message. A process of
# another uid is another user: refused when unknown, and that is logged; with its own roles when known.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
other=65534
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	echo "ok identity # skip only root can ask as another uid"
	exit 77
fi
# The other user needs the programs and the socket: both through our group, in a folder it can enter.
chmod 0750 "$work"
cp "$bin/client" "$work/client"
chmod 0750 "$work/client"
as_other() {
	(cd / && setpriv --reuid "$other" --regid "$(id -g)" --clear-groups "$work/client" "$@" 2>&1)
}
if ! as_other --version >/dev/null; then
	echo "ok identity # skip uid $other cannot run a program below $work"
	exit 77
fi
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
load childline jsonl >/dev/null 2>&1 || { echo "not ok loading childline"; exit 1; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
ask() { # leg, role
	as_other check --socket "$socket" --role "$2" --leg "$1" --reference R \
	    --kind external_record_check --purpose test --surname Smith --forename Anna --dob 2009-01-02
}
out=$(ask qa qa_officer)
code=$?
[ "$code" = 77 ] && faults= || faults="exit code $code: $out"
verdict "identity: an unknown uid is refused, whatever role it claims" "$faults"

kill "$daemon"
wait "$daemon"
echo "user = other uid $other roles nsit_officer" >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
out=$(ask childline nsit_officer)
code=$?
[ "$code" = 0 ] && faults= || faults="exit code $code: $out"
verdict "identity: a known uid asks in its own role" "$faults"
out=$(ask qa qa_officer)
code=$?
[ "$code" = 77 ] && faults= || faults="exit code $code: $out"
verdict "identity: a role of another user is refused" "$faults"

kill "$daemon"
wait "$daemon"
daemon=
# The refusals are in the ledger, under the peer's uid and under the user's own name.
LC_ALL=C grep -qa "uid $other" "$work/data/ledger/ledger.db" && faults= || faults="no entry names uid $other"
verdict "identity: the refusal of an unknown uid is logged under its uid" "$faults"
out=$("$bin"/client ledger verify "$work/data/ledger/ledger.db" 2>&1) && faults= || faults=$out
verdict "identity: the ledger verifies" "$faults"
[ "$failures" = 0 ]
