#!/bin/sh
# Goal of this test: the ledger's head is signed at start, stop, on demand and after so many entries; a ledger put
# back from an older copy is refused unless its head is named, and says so for ever.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ledger=$work/data/ledger/ledger.db
checkpoints=$work/data/keys/checkpoints
lines() {
	wc -l <"$checkpoints"
}
stop() {
	kill "$daemon"
	wait "$daemon"
	code=$?
	daemon=
}
has() { # name, file, text
	grep -qF -e "$3" "$2" && faults= || faults="not there: $3
$(cat "$2")"
	verdict "checkpoints: $1" "$faults"
}
until_lines() { # at least so many
	tries=0
	while [ "$(lines)" -lt "$1" ] && [ "$tries" -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
}
load helpline csv >/dev/null 2>&1 || { echo "not ok loading"; exit 1; }
write_config
sed -i 's/roles .*/roles qa_officer,auditor/' "$work/searchd.conf"
echo 'checkpoint_entries = 3' >>"$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
[ "$(lines)" = 1 ] && faults= || faults="$(lines) lines"
verdict "checkpoints: one is signed at the start" "$faults"

"$bin"/client ledger checkpoint --socket "$socket" --role auditor >"$work/kept" 2>&1
[ "$(cat "$work/kept")" = "$(tail -n 1 "$checkpoints")" ] && faults= || faults=$(cat "$work/kept" "$checkpoints")
verdict "checkpoints: the auditor's is the line that is in the keys folder" "$faults"
"$bin"/client ledger checkpoint --socket "$socket" --role qa_officer >"$work/out" 2>&1
has "a role that may not have one signed is refused" "$work/out" 'may not call ledger.checkpoint'

# Four views are more than three entries: one more within seconds.
n=$(lines)
for i in 1 2 3 4; do
	"$tools"/ask --role qa_officer "$socket" check '{"request":{"reference":"R'$i'","kind":"external_record_check","purpose":"t"},"people":[{"names":[{"full":"Barnaby Quillfeather"}]}]}' >/dev/null
done
until_lines $((n + 1))
[ "$(lines)" -gt "$n" ] && faults= || faults="$(lines) lines, there were $n"
verdict "checkpoints: one is signed after so many entries" "$faults"
stop
cp "$ledger" "$work/older.db"
older=$("$bin"/client ledger verify --json "$ledger" | sed 's/.*"head":"\([^"]*\)".*/\1/')
n=$(lines)
start_daemon
wait_ready
"$tools"/ask --role qa_officer "$socket" check '{"request":{"reference":"LOST","kind":"external_record_check","purpose":"t"},"people":[{"names":[{"full":"Barnaby Quillfeather"}]}]}' >/dev/null
stop
[ "$code" = 0 ] && [ "$(lines)" -ge $((n + 2)) ] && faults= || faults="exit $code, $(lines) lines after $n"
verdict "checkpoints: start and stop are covered" "$faults"
last=$(sed -n '$s/.*"seq":\([0-9]*\).*/\1/p' "$checkpoints")
entries=$("$bin"/client ledger verify --json "$ledger" | sed 's/.*"entries":\([0-9]*\).*/\1/')
[ "$entries" = $((last + 1)) ] && faults= || faults="last of $last, $entries entries"
verdict "checkpoints: the last is of the stop" "$faults"

# Somebody puts an older copy back.
cp "$work/older.db" "$ledger"
: >"$work/searchd.log"
start_daemon
wait "$daemon"
code=$?
daemon=
[ "$code" != 0 ] && faults= || faults="it started"
verdict "checkpoints: an older ledger is not used" "$faults"
has "and the log says why" "$work/searchd.log" "is older than checkpoint $last of "
"$bin"/searchd --config "$work/searchd.conf" --accept-older-ledger "1:$(echo "$older" | cut -d: -f2)" 2>"$work/out"
has "another head than its own is no consent" "$work/out" "the ledger ends with another entry; its head is $older"
"$bin"/searchd --config "$work/searchd.conf" --accept-older-ledger "17" 2>"$work/out"
has "neither is half of one" "$work/out" "needs SEQ:HASH"
"$bin"/searchd --config "$work/searchd.conf" --accept-older-ledger "$older" 2>>"$work/searchd.log" &
daemon=$!
wait_ready && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "checkpoints: with its head named it is taken" "$faults"
stop
start_daemon
wait_ready && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "checkpoints: and at later starts it is the ledger" "$faults"
stop
"$bin"/client ledger verify "$ledger" >"$work/out" 2>&1
has "it verifies" "$work/out" VERIFIED
"$bin"/client ledger verify --public "$work/data/keys/sign.pub" --checkpoint "$work/kept" "$ledger" >"$work/out" 2>&1
has "with the key and a checkpoint kept elsewhere" "$work/out" 'signatures of checkpoints are good.'
has "and says so" "$work/out" 'What was kept is in the chain'
"$bin"/client ledger verify --public "$work/data/keys/sign.pub" --checkpoint "$checkpoints" "$ledger" >"$work/out" 2>&1
has "the checkpoints of what was lost tell of it" "$work/out" "is not that of the checkpoint kept"
head -c 64 /dev/zero | tr '\0' a >"$work/other.pub"
"$bin"/client ledger verify --public "$work/other.pub" "$ledger" >"$work/out" 2>&1
has "another key verifies no signature" "$work/out" "its checkpoint: signed with key "
sed 's/"seq":[0-9]*/"seq":1/' "$work/kept" >"$work/forged"
"$bin"/client ledger verify --public "$work/data/keys/sign.pub" --checkpoint "$work/forged" "$ledger" >"$work/out" 2>&1
has "a forged one is told by its signature" "$work/out" "the signature does not fit the checkpoint"
grep -aq "\"lost\":\"$last:" "$ledger" && faults= || faults="no entry says what was lost"
verdict "checkpoints: an entry says what was lost" "$faults"
[ "$failures" = 0 ]
