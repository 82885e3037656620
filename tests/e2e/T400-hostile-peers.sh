#!/bin/sh
# Goal of this test: no peer, however clumsy or hostile, keeps searchd from answering others, makes it
# leak descriptors, or holds up its stop.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

"$tools"/attack --pid "$daemon" --seconds 4 "$socket" || failures=1
from=$(date +%s%N)
kill "$daemon"
wait "$daemon"
code=$?
daemon=
ms=$((($(date +%s%N) - from) / 1000000))
[ "$code" = 0 ] && [ "$ms" -lt 2000 ] && faults= || faults="exit code $code after $ms ms"
verdict "hostile peers: a clean stop within 2 s afterwards ($ms ms)" "$faults"
for word in too_large bad_frame bad_greeting header_timeout body_timeout connection_limit; do
	grep -q " $word uid=" "$work/searchd.log" && faults= || faults="no line $word"
	verdict "hostile peers: the log says $word" "$faults"
done
lines=$(grep -c -v 'request op=' "$work/searchd.log")
[ "$lines" -lt 600 ] && faults= || faults="$lines lines"
verdict "hostile peers: the log is not flooded ($lines lines on closed connections)" "$faults"
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >/dev/null 2>&1 && faults= || faults="exit code $?"
verdict "hostile peers: the ledger verifies" "$faults"
[ "$failures" = 0 ]
