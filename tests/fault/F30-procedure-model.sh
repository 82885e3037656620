#!/bin/sh
# Goal of this test: HISTORIES (2,000; `make model`: 10,000) random histories of requests, legs, reviews, secures, releases, sharing, exports
# and crashes go through searchd's service as the reference model of the procedure (tests/model/model.c) says:
# every reply, every entry, everybody who is told, and how all stands at the end; and each ledger verifies.
# SEED is another series; a difference is reported with the shortest history that shows it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
player=${TOOLS:-build/release/tools}/procedure_model
histories=${HISTORIES:-2000}
seed=${SEED:-20190201}
jobs=$(nproc 2>/dev/null || echo 2)
# A ledger of its own for each history: in memory, where there is room. Power is not cut here, only processes.
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 262144 ]; then
	rm -rf "$work"
	work=$(mktemp -d /dev/shm/record-check-model.XXXXXX)
fi
sh tests/model/prepare.sh "$work" || { echo "not ok model: the exports are loaded"; exit 1; }

players=
end_players() {
	for player_pid in $players; do
		kill "$player_pid" 2>/dev/null
		wait "$player_pid" 2>/dev/null
	done
	cleanup
}
trap end_players EXIT
part=$(((histories + jobs - 1) / jobs))
for job in $(seq "$jobs"); do
	"$player" "$work" --seed "$seed" --first $(((job - 1) * part)) --histories "$part" >"$work/out-$job" 2>&1 &
	players="$players $!"
done
codes=
for player_pid in $players; do
	wait "$player_pid" || codes="$codes $?"
done
players=
grep -hv '^act ' "$work"/out-* | sed 's/^/# /'
[ -z "$codes" ] && faults= || faults="a player ended with$codes"
verdict "model: $histories histories go as the procedure says" "$faults"
played=$(sed -n 's/.*: \([0-9]*\) histories .*no difference/\1/p' "$work"/out-* | awk '{ n += $1 } END { print n + 0 }')
[ "$played" -ge "$histories" ] && faults= || faults="only $played were played to their end"
verdict "model: all of them were played" "$faults"
# Every kind of act was done often enough to mean something.
if [ "$histories" -ge 1000 ] && [ "$failures" = 0 ]; then
	faults=$(sed -n 's/^act [0-9]* \([^:]*\): \([0-9]*\) ok.*/\1 \2/p' "$work"/out-* |
	    awk '{ n[$1] += $2 } END { for (op in n) if (n[op] < 10) print op " was done " n[op] " times" }')
	verdict "model: every act succeeds in some histories" "$faults"
fi
[ "$failures" = 0 ]
