#!/bin/sh
# Goal of this test: lists and sweeps over very many requests (200,000 open, as many that ended; a batch of 100,000 rows
# makes 100,000 open ones) neither fail nor hold others up: each answers within a client's patience (15 s).
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
count=${MANY:-200000}
limit_ms=10000 # a third of this is usual; the machine may be busy
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
mkdir -p "$work/data/ledger"
chmod 0750 "$work/data/ledger"
# Filled in memory where there is room: 20,000 flushes are not what is tested.
fill=$work/fill
[ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -lt 2000000 ] || fill=$(mktemp -d /dev/shm/record-check-fill.XXXXXX)
trap 'rm -rf "$fill"; cleanup' EXIT
mkdir -p "$fill"
"$tools"/ledger_fill "$fill/ledger.db" "$work/data/keys" "$count" && mv "$fill"/ledger.db* "$work/data/ledger/" || { echo "not ok ledger_fill"; exit 1; }
write_config
sed -i "s/roles .*/roles qa_officer,consultant,media,records_manager,notifier,auditor,legal/" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
timed() { # name, role, op, body, texts that must be in the answer
	name=$1
	from=$(date +%s%3N)
	as "$2" "$3" "$4" >"$work/out"
	took=$(($(date +%s%3N) - from))
	shift 4
	holds "very many: $name" "$work/out" "$@"
	[ "$took" -le "$limit_ms" ] && faults= || faults="$took ms"
	verdict "very many: $name, in time" "$faults"
	[ -z "${SHOW_MS:-}" ] || echo "# $name: $took ms"
}
same_day=$((count / 10))
rows=$((same_day + 2 * count / 10))
timed "all that is due" qa_officer due '{}' '"request":"REQ-' '"reference":"FILL-' '"overdue":0'
all_counted() { # name, rows
	found=$(($(grep -o '"deadline":' "$work/out" | wc -l) + $(grep -oE '"not_shown":[0-9]+' "$work/out" | tr -dc 0-9)))
	[ "$found" = "$2" ] && faults= || faults="$found of $2"
	verdict "very many: $1: what is not shown is counted" "$faults"
}
all_counted "all that is due" "$rows"
timed "what is due today" qa_officer due '{"days":0}' '"deadline":"same_day_alert"'
all_counted "what is due today" "$same_day"
timed "what is overdue" qa_officer due '{"overdue":true}' '"due":[]'
timed "open requests" qa_officer request.list '{"state":"open","limit":200}' '"more":true'
timed "requests" qa_officer request.list '{"limit":200}' '"more":true'
timed "requests of a reference" qa_officer request.list '{"reference":"FILL-1"}' '"more":false' '"reference":"FILL-1"'
timed "requests of no such reference" qa_officer request.list '{"reference":"NOWHERE"}' '{"requests":[],"more":false}'
timed "the media gate" media media.status '{"reference":"FILL-1"}' '"status":"'
timed "the media gate of no such reference" media media.status '{"reference":"NOWHERE"}' 'not_yet_checked'
timed "the queue" consultant review.queue '{"limit":500}' '"more":true' '"grade":"certain"'
last=$(grep -oE '"record_id":"[^"]*"' "$work/out" | tail -n 1 | tr -dc 0-9)
item="{\"request\":\"$(printf 'REQ-%04d-%04d' $((last / 10000)) $((last % 10000)))\",\"first_seen\":$(grep -oE '"first_seen":[0-9]+' "$work/out" | tail -n 1 | tr -dc 0-9),\"person\":0,\"system\":\"helpline\",\"record_id\":\"H-$last\",\"person_id\":\"1\"}"
timed "the queue's next part" consultant review.queue "{\"limit\":1,\"after\":$item}" "\"record_id\":\"H-$((last + 10))\""
timed "what waits for a second reader" consultant review.queue '{"second":true}' '{"candidates":[],"more":false}'
timed "the register" consultant register.list '{"limit":500}' '"more":true'
after=$(grep -oE '"record_id":"[^"]*"' "$work/out" | tail -n 1 | sed 's/.*:"//; s/"//')
shown=$(grep -o '"record_id":' "$work/out" | wc -l)
[ "$shown" -gt 0 ] && [ "$shown" -le 500 ] && [ "$(wc -c <"$work/out")" -lt 1048576 ] && faults= || faults="$shown rows of $(wc -c <"$work/out") bytes"
verdict "very many: the register's part fits into a reply" "$faults"
timed "the register's next part" consultant register.list "{\"limit\":1,\"after\":{\"system\":\"helpline\",\"record_id\":\"$after\"}}" '"record_id":"H-'
timed "what is to be destroyed" records_manager retention.due '{"limit":3}' '"more":true'
first=$(grep -oE '"request":"[^"]*"' "$work/out" | cut -d'"' -f4 | tr '\n' ' ')
timed "what is to be destroyed, behind the second" records_manager retention.due "{\"limit\":1,\"after\":\"$(echo "$first" | cut -d' ' -f2)\"}" "\"request\":\"$(echo "$first" | cut -d' ' -f3)\""
timed "what is to be destroyed, all that fits" records_manager retention.due '{"limit":1000}' '"more":true'
as records_manager retention.due '{"after":"REQ-9999-9998"}' >"$work/out"
holds "very many: behind no request" "$work/out" 'error not_found' 'there is no request REQ-9999-9998'
timed "notices" notifier notice.list '{"state":"queued"}' '"notices":['
timed "a role's notices" legal notice.list '{}' '"notices":[]'
timed "the ledger" auditor ledger.search '{"kind":"request","limit":500}' '"next":'
# Also in the middle of its own sweeps over every open request.
from=$(date +%s%3N)
stop_daemon
took=$(($(date +%s%3N) - from))
[ "$took" -le "$limit_ms" ] && faults= || faults="$took ms"
verdict "very many: searchd stops in time" "$faults"
grep -E 'deadlines_not_looked_at|"level":"error"' "$work/searchd.log" | grep -v standing_failed | head -n 3 >"$work/out"
verdict "very many: nothing failed" "$(cat "$work/out")"
[ "$failures" = 0 ]
