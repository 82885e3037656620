#!/bin/sh
# Goal of this test: the auditor reads the ledger and is logged; a backup is made in use, verified, restored where
# nothing is overwritten; what follows from the entries is made again offline, and says what differed.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ledger=$work/data/ledger/ledger.db
has() { # name, file, text
	grep -qF -e "$3" "$2" && faults= || faults="not there: $3
$(cut -c1-1000 "$2")"
	verdict "audit: $1" "$faults"
}
hasnot() {
	grep -qF -e "$3" "$2" && faults="there: $3" || faults=
	verdict "audit: $1" "$faults"
}
as() { # role, verb...
	role=$1
	shift
	"$bin"/client "$@" --socket "$socket" --role "$role"
}
load helpline csv >/dev/null 2>&1 || { echo "not ok loading"; exit 1; }
write_config
sed -i 's/roles .*/roles qa_officer,auditor,administrator,media/' "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
"$tools"/ask --role qa_officer "$socket" check '{"request":{"reference":"AUDIT","kind":"serious_incident","purpose":"t"},"people":[{"names":[{"full":"Barnaby Quillfeather"}]}]}' >"$work/check"
check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/check")

# --- Reading
as auditor ledger search --check "$check" >"$work/out" 2>&1
has "what was done about a check is found" "$work/out" " check tester qa_officer REQ-"
hasnot "and whom it asked about is not shown" "$work/out" "Quillfeather"
as auditor ledger search --kind view --user tester >"$work/out" 2>&1
has "the look at it is an entry" "$work/out" "\"op\":\"ledger.search\",\"filter\":{\"check\":\"$check\""
as auditor ledger search --day "$(TZ=Europe/London date +%F)" >"$work/out" 2>&1
has "a day is London's" "$work/out" " start searchd"
as auditor ledger search --day 2020-02-29 >"$work/out" 2>&1
[ -s "$work/out" ] && faults=$(cat "$work/out") || faults=
verdict "audit: a day without entries has none" "$faults"
as auditor ledger search --day 2021-02-29 >"$work/out" 2>&1
has "a day that is none is refused" "$work/out" "from: expected a day"
as auditor ledger tail --lines 2 >"$work/out" 2>&1
[ "$(wc -l <"$work/out")" = 2 ] && faults= || faults=$(cat "$work/out")
verdict "audit: the newest entries" "$faults"
as auditor ledger tail --json >"$work/out" 2>&1
has "as JSON" "$work/out" '"body":{"version":'
as qa_officer ledger search --user tester >"$work/out" 2>&1
has "another role may not" "$work/out" "may not call ledger.search"

# --- Backup, in use
(
	i=0
	while [ ! -e "$work/enough" ] && [ $i -lt 300 ]; do
		i=$((i + 1))
		"$tools"/ask --role qa_officer "$socket" record.status '{"system":"helpline","record_id":"H-1"}' >/dev/null
		"$tools"/ask --role media "$socket" check '{}' >/dev/null
	done
) &
others=$!
as administrator ledger backup >"$work/out" 2>&1
touch "$work/enough"
wait "$others"
has "a backup is made and verified" "$work/out" "bytes, verified; head "
file=$(cut -d' ' -f1 "$work/out")
head=$(sed 's/.*head \([0-9]*:[0-9a-f]*\);.*/\1/' "$work/out")
"$bin"/client ledger verify --head "$head" "$work/data/backup/$file" >"$work/verified" 2>&1
has "it verifies, up to the head that was told" "$work/verified" "What was kept is in the chain"
as auditor ledger search --kind backup >"$work/out" 2>&1
has "the ledger says so" "$work/out" "\"file\":\"$file\",\"head\":\"$head\""
as qa_officer ledger backup >"$work/out" 2>&1
has "another role may not make one" "$work/out" "may not call ledger.backup"
as administrator status >"$work/out" 2>&1
"$bin"/client ledger rebuild --ledger "$ledger" >"$work/out" 2>&1
has "a ledger in use is not made again" "$work/out" "held by process $daemon"
kill "$daemon"
wait "$daemon"
daemon=

# --- Restore
"$bin"/client ledger restore "$work/data/backup/$file" --to "$work/data/ledger" >"$work/out" 2>&1
has "nothing is overwritten" "$work/out" "is there already"
mkdir "$work/aside"
mv "$work"/data/ledger/ledger.db* "$work/aside/"
"$bin"/client ledger restore "$work/data/backup/$file" --to "$work/data/ledger" >"$work/out" 2>&1
has "it is put back" "$work/out" "head $head"
: >"$work/searchd.log"
"$bin"/searchd --config "$work/searchd.conf" 2>"$work/out"
has "entries are missing, and searchd says so" "$work/out" "is older than checkpoint"
"$bin"/searchd --config "$work/searchd.conf" --accept-older-ledger "$head" 2>>"$work/searchd.log" &
daemon=$!
wait_ready && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "audit: with its head named, it goes on" "$faults"
kill "$daemon"
wait "$daemon"
daemon=

# --- Rebuild
"$bin"/client ledger rebuild --ledger "$ledger" >"$work/out" 2>&1
has "made again, all is as it was" "$work/out" "every row was as it is now"
"$bin"/client ledger verify "$ledger" >"$work/out" 2>&1
has "and verifies" "$work/out" "VERIFIED"
[ "$failures" = 0 ]
