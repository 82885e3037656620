#!/bin/sh
# The main job, end to end, on the fixtures: five exports in, checks answered, matches secured, the
# ledger proved. Everything happens below build/demo; the daemon is stopped at the end.
set -eu
cd "$(dirname "$0")/.."
demo=build/demo
rm -rf "$demo"
mkdir -p "$demo"
umask 077
socket=ipc://$PWD/$demo/searchd.sock
daemon=

stop() {
	[ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; } || true
	daemon=
}
trap stop EXIT
trap 'exit 130' INT TERM HUP PIPE

title() {
	printf '\n=== %s\n' "$*"
}
show() { # prints the command as a person would type it, then runs it
	printf '\n$ %s\n' "$(echo "$*" | sed "s| --socket $socket||")"
	"$@"
}

title "1. Load the exports of the five systems"
for line in childrens_services:csv helpline:csv childline:jsonl ctac:jsonl participation:tsv; do
	system=${line%:*}
	show build/indexer load --system "$system" --mapping "schemas/exports/$system.json" \
	    --export "fixtures/$system.${line#*:}" --data "$demo/data"
done
show build/indexer status --data "$demo/data"

title "2. Start searchd"
cat >"$demo/searchd.conf" <<CONF
listen = $socket
data = $PWD/$demo/data
schemas = $PWD/schemas
workers = 2
# One person plays every part in this demo; a request names the role it acts in.
user = demo uid $(id -u) roles qa_officer,nsit_officer,consultant
CONF
build/searchd --config "$demo/searchd.conf" 2>"$demo/searchd.log" &
daemon=$!
tries=0
until build/client status --socket "$socket" --role qa_officer >/dev/null 2>&1; do
	tries=$((tries + 1))
	if [ "$tries" -gt 50 ] || ! kill -0 "$daemon" 2>/dev/null; then
		cat "$demo/searchd.log" >&2
		echo "demo: searchd did not start" >&2
		exit 69
	fi
	sleep 0.2
done
echo "searchd is ready"

title "3. A child known to three systems under three spellings"
show build/client check --socket "$socket" --role qa_officer --file fixtures/checks/katherine.json

title "4. The same check again: the records are secured"
show build/client check --socket "$socket" --role qa_officer --file fixtures/checks/katherine.json \
    --brief

title "5. A Childline contact: only a nickname, an age and a town, asked by the NSIT officer"
show build/client check --socket "$socket" --role nsit_officer --file fixtures/checks/kestrel.json

title "6. The same, asked by a QA officer: refused, and logged as a breach"
printf '\n$ build/client check --role qa_officer --leg childline --file fixtures/checks/kestrel.json\n'
if build/client check --socket "$socket" --role qa_officer --leg childline \
    --file fixtures/checks/kestrel.json; then
	echo "demo: a QA officer was let into the Childline leg" >&2
	exit 70
else
	echo "(exit code $?)"
fi

title "7. A child who is nowhere: a statement of evidence, not an empty list"
show build/client check --socket "$socket" --role qa_officer --file fixtures/checks/nowhere.json

title "8. The ledger verifies; one changed byte in a copy does not"
stop
show build/client ledger verify "$demo/data/ledger/ledger.db"
cp "$demo/data/ledger/ledger.db" "$demo/copy.db"
# A byte of the reference in the last entry of a check.
at=$(LC_ALL=C grep -abo '{"reference":"' "$demo/copy.db" | tail -n 1 | cut -d: -f1)
printf '#' | dd of="$demo/copy.db" bs=1 seek=$((at + 14)) conv=notrunc status=none
printf '\n(one byte of %s changed, at offset %s)\n' "$demo/copy.db" "$((at + 14))"
printf '\n$ build/client ledger verify %s\n' "$demo/copy.db"
if build/client ledger verify "$demo/copy.db"; then
	echo "demo: a changed byte went unnoticed" >&2
	exit 70
else
	echo "(exit code $?)"
fi
printf '\nThe demo ran to its end.\n'
