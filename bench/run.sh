#!/bin/sh
# Speed and size through the built programs: exports -> five loads -> searchd -> checks -> one table.
#
#   bench/run.sh N        (make bench N=...)
#
# N people over the five systems (tests/support/corpus.h). Variables: BENCH_QUESTIONS one-person checks
# (2000), BENCH_SEED (1), BENCH_KEEP=yes leaves the temporary folder and names it; BENCH_PG_QUESTIONS and
# BENCH_PG_SECONDS of the second table, the same people in PostgreSQL (bench/postgres.sh). The same figures
# are left in build/bench/result.json and postgres.json. docs/performance.md explains them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
n=${1:-1000000}
questions=${BENCH_QUESTIONS:-2000}
seed=${BENCH_SEED:-1}
out=$bin/bench
mkdir -p "$out" "$work/corpus"
[ "${BENCH_KEEP:-no}" = no ] || trap 'stop_daemon; echo "kept: $work"' EXIT

# awk does the sums: numbers in, one number out.
sum() { # printf format, expression
	awk "BEGIN { printf \"$1\", $2 }"
}
memory_of() { # field of /proc/PID/status, in KiB
	sed -n "s/^$1:[ 	]*\([0-9]*\) kB/\1/p" "/proc/$daemon/status"
}
rows=
row() { # what, figure, bar, key for the JSON, number
	printf '  %-46s %18s   %s\n' "$1" "$2" "$3"
	rows="$rows,\"$4\":$5"
}

echo "$n people, seed $seed; $(nproc) cores, $(sed -n 's/^model name[ 	]*: //p' /proc/cpuinfo | head -n 1), $(sed -n 's/MemTotal:[ ]*\([0-9]*\) kB/\1/p' /proc/meminfo | awk '{ printf "%.0f GiB", $1 / 1048576 }'); $(date +%Y-%m-%d); load before $(cut -d' ' -f1 /proc/loadavg)"
"$tools"/make_corpus "$work/corpus" "$n" "$seed" "$questions" || fail "make_corpus failed"
people=$(($(wc -l <"$work/corpus/truth.csv") - 1))

# --- Load: the five at once, as two cores take them ----------------------------------------------
printf '\n  %-46s %18s   %s\n' "" "" "bar at 10,000,000"
began=$(date +%s%3N)
jobs=
for system in $systems; do
	(trap - EXIT; load_system "$system" "schemas/exports/$system.json" \
	    "$work/corpus/$system.$(extension_of "$system")" "$work/data") &
	jobs="$jobs $!"
done
for job in $jobs; do
	wait "$job" || fail "a load failed"
done
load_ms=$(($(date +%s%3N) - began))
cpu=$(cat "$work"/load.*.log | json_field cpu_s | awk '{ s += $1 } END { printf "%.2f", s }')
peak=$(cat "$work"/load.*.log | json_field peak_kib | sort -n | tail -n 1)
exported=$(cat "$work/corpus"/childrens* "$work/corpus"/help* "$work/corpus"/childline* "$work/corpus"/ctac* "$work/corpus"/part* | wc -c)
row "load of all five, people a second" "$(sum %.0f "$people / ($load_ms / 1000)")" ">= 100,000" load_people_per_s "$(sum %.0f "$people / ($load_ms / 1000)")"
row "  wall, seconds" "$(sum %.2f "$load_ms / 1000")" "" load_wall_s "$(sum %.3f "$load_ms / 1000")"
row "  processor, seconds" "$cpu" "" load_cpu_s "$cpu"
row "  export, bytes a person" "$(sum %.0f "$exported / $people")" "" export_bytes_per_person "$(sum %.1f "$exported / $people")"
for system in $systems; do
	seconds=$(json_field cpu_s <"$work/load.$system.log")
	loaded=$(json_field people <"$work/load.$system.json")
	row "  $system, people a processor second" "$(sum %.0f "$loaded / ($seconds > 0 ? $seconds : 1)")" "" \
	    "load_${system}_people_per_cpu_s" "$(sum %.0f "$loaded / ($seconds > 0 ? $seconds : 1)")"
done
row "indexer memory at most, MiB" "$(sum %.0f "$peak / 1024")" "<= 2048" indexer_peak_mib "$(sum %.1f "$peak / 1024")"
index=$(du -sb "$work/data/index" | cut -f1)
row "index on disk, bytes a person" "$(sum %.0f "$index / $people")" "<= 250" index_bytes_per_person "$(sum %.1f "$index / $people")"

# The answer alone: no socket, no ledger, one thread. A record has somewhat over two people.
"$tools"/search_time "$work/data" $((people * 4 / 10)) "$seed" "$questions" >"$work/alone.json" || fail "search_time failed"
row "answer alone, one thread, p50 ms" "$(json_field p50_ms <"$work/alone.json")" "<= 2 at 1,000,000" alone_p50 "$(json_field p50_ms <"$work/alone.json")"
row "answer alone, one thread, p99 ms" "$(json_field p99_ms <"$work/alone.json")" "" alone_p99 "$(json_field p99_ms <"$work/alone.json")"
row "  index terms a question" "$(json_field terms <"$work/alone.json")" "" terms "$(json_field terms <"$work/alone.json")"
row "  records scored a question" "$(json_field scored <"$work/alone.json")" "" scored "$(json_field scored <"$work/alone.json")"

# --- searchd -------------------------------------------------------------------------------------
start_daemon "$work/data" "$PWD/schemas/policy/default.json"
row "searchd ready, seconds" "$(sum %.2f "$ready_ms / 1000")" "<= 3" ready_s "$(sum %.3f "$ready_ms / 1000")"

checks() { # key, title, clients, file, bar of p50, bar of p95, bar of p99
	timeout 1200 "$tools"/bench_checks "$socket" qa_officer "$3" "$4" >"$work/$1.json" || fail "bench_checks failed"
	for p in p50 p95 p99; do
		bar=$5
		[ $p = p95 ] && bar=$6
		[ $p = p99 ] && bar=$7
		row "$2, $p ms" "$(json_field ${p}_ms <"$work/$1.json")" "$bar" "$1_$p" "$(json_field ${p}_ms <"$work/$1.json")"
	done
}

"$tools"/bench_checks "$socket" qa_officer 2 "$work/corpus/questions.jsonl" 200 >/dev/null || fail "bench_checks failed"
checks one "one-person check" 1 "$work/corpus/questions.jsonl" "<= 5 (<= 2 at 1,000,000)" "<= 12" "<= 25"
checks sixteen "  with 16 clients" 16 "$work/corpus/questions.jsonl" "" "" ""
row "checks a second, 16 clients, each durable" "$(json_field per_second <"$work/sixteen.json")" ">= 300" sixteen_per_s "$(json_field per_second <"$work/sixteen.json")"
checks household "four-person check" 1 "$work/corpus/households.jsonl" "<= 12" "" ""

# Little to go by: a common name alone; a first name and an age; a surname and a town.
vague() { # what, person after its ref
	echo "{\"request\":{\"reference\":\"V\",\"kind\":\"external_record_check\",\"purpose\":\"Benchmark\"},\"people\":[{\"ref\":\"1\",$2}]}" >>"$work/$1.jsonl"
}
for surname in Smith Jones Taylor Brown Wilson; do
	for forename in Jack Thomas Emily Olivia; do
		vague common "\"names\":[{\"forenames\":\"$forename\",\"surname\":\"$surname\"}]"
	done
	for town in Leeds Birmingham Manchester Sheffield; do
		vague surname "\"names\":[{\"surname\":\"$surname\"}],\"addresses\":[{\"town\":\"$town\"}]"
	done
done
for forename in Jack Thomas Emily Olivia James Grace; do
	for age in 7 11 15; do
		vague forename "\"names\":[{\"forenames\":\"$forename\"}],\"births\":[\"age $age at 2024-06-01\"]"
	done
done
checks common "common name alone" 1 "$work/common.jsonl" "<= 60" "" ""
checks forename "first name and age" 1 "$work/forename.jsonl" "<= 60" "" ""
checks surname "surname and town" 1 "$work/surname.jsonl" "<= 60" "" ""

# Before the delta, after which every open request is searched again in the background.
began=$(date +%s%3N)
timeout 1200 "$bin"/client batch --socket "$socket" --role qa_officer --reference BATCH --kind external_record_check \
    --purpose Benchmark --parallel 8 --output "$work/batch.jsonl" "$work/corpus/questions.csv" 2>"$work/batch.log" ||
    fail "client batch failed: $(tail -n 1 "$work/batch.log")"
batch_ms=$(($(date +%s%3N) - began))
row "batch, checks a second" "$(sum %.0f "$questions / ($batch_ms / 1000)")" ">= 500 at 1,000,000" batch_per_s "$(sum %.0f "$questions / ($batch_ms / 1000)")"

# 1,000 people of the largest system change, and one whom nobody has heard of comes, while checks go on.
delta_of() { # export: whole cases from all over it
	awk -F, -v want=999 -v people="$(json_field people <"$work/load.childrens_services.json")" '
		NR == 1 { print; step = int(people / want / 2) + 1; next }
		$1 != last { last = $1; take = cases++ % step == 0 && taken < want }
		take { sub(/,Closed,/, ",Reopened,"); print; taken += !(($1, $2) in seen); seen[$1, $2] = 1 }
	' "$1"
	echo "CS-PROBE-1,P1,Child,Zebedee Quillon,Featherstonehaugh-Probe,,,17/03/2011,M,1 Probe Street,,Whitby,,YO21 3PQ,,,,,,01/02/2020,,Open,Leeds,England"
}
delta_of "$work/corpus/childrens_services.csv" >"$work/delta.csv"
echo '{"request":{"reference":"D","kind":"external_record_check","purpose":"Benchmark"},"people":[{"ref":"1","names":[{"forenames":"Zebedee Quillon","surname":"Featherstonehaugh-Probe"}],"births":["2011-03-17"]}]}' >"$work/probe.json"
timeout 600 "$tools"/switch_checks "$socket" qa_officer "$work/corpus/questions.jsonl" "$work/probe.json" CS-PROBE-1 \
    "$bin"/indexer load --quiet --delta --system childrens_services --mapping schemas/exports/childrens_services.json \
    --export "$work/delta.csv" --data "$work/data" --json >"$work/delta.json" 2>"$work/delta.log" ||
	fail "switch_checks failed: $(tail -n 1 "$work/delta.log")"
tail -n 1 "$work/delta.json" >"$work/switch.json"
of_switch() { json_field "$1" <"$work/switch.json"; }
row "delta of 1,000 people, searched after s" "$(of_switch found_s)" "<= 2" delta_found_s "$(of_switch found_s)"
row "  of it the load" "$(of_switch command_s)" "" delta_load_s "$(of_switch command_s)"
row "  checks meanwhile that failed" "$(of_switch during_failed) of $(of_switch during_checks)" "0" delta_failed "$(of_switch during_failed)"
for p in p50 p95 p99 longest; do
	row "  check before, meanwhile: $p ms" "$(of_switch before_${p}_ms), $(of_switch during_${p}_ms)" "" delta_${p}_ms "$(of_switch during_${p}_ms)"
	rows="$rows,\"before_delta_${p}_ms\":$(of_switch before_${p}_ms)"
done
row "  over twice its own median: before, meanwhile" "$(sum %.1f%% "100 * $(of_switch before_twice) / $(of_switch before_checks)"), $(sum %.1f%% "100 * $(of_switch during_twice) / $(of_switch during_checks)")" "no more" delta_twice_share "$(sum %.4f "$(of_switch during_twice) / $(of_switch during_checks)")"

row "searchd resident memory, MiB" "$(sum %.0f "$(memory_of VmRSS) / 1024")" "<= 1536" searchd_rss_mib "$(sum %.1f "$(memory_of VmRSS) / 1024")"
row "  of it anonymous (not shared with the page cache)" "$(sum %.0f "$(memory_of RssAnon) / 1024")" "" searchd_anon_mib "$(sum %.1f "$(memory_of RssAnon) / 1024")"
row "  at most" "$(sum %.0f "$(memory_of VmHWM) / 1024")" "" searchd_peak_mib "$(sum %.1f "$(memory_of VmHWM) / 1024")"
asked=$("$bin"/client status --socket "$socket" --role qa_officer --json >/dev/null 2>&1; "$bin"/client ledger head --socket "$socket" --role qa_officer --json 2>/dev/null | json_field seq)
ledger=$(du -sb "$work/data/ledger" | cut -f1)
[ -z "$asked" ] || row "ledger, bytes an entry" "$(sum %.0f "$ledger / $asked")" "" ledger_bytes_per_entry "$(sum %.0f "$ledger / $asked")"
stop_daemon
echo "{\"people\":$people,\"seed\":$seed,\"date\":\"$(date +%Y-%m-%d)\",\"cores\":$(nproc),\"questions\":$questions$rows}" >"$out/result.json"
cp "$out/result.json" "$out/result.$n.json"
BENCH_SEED=$seed bench/postgres.sh "$work" "$people" "$load_ms" || fail "the comparison with PostgreSQL failed"
echo
echo "bench: figures in $out/result.json"
