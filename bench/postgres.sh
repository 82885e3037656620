#!/bin/sh
# The same people and the same questions in PostgreSQL 15 with pg_trgm, beside what bench/run.sh measured.
#
#   bench/postgres.sh FOLDER PEOPLE LOAD_MS     (called by bench/run.sh: FOLDER has its corpus and data)
#
# A cluster for this run alone, in a temporary folder, over a unix socket, as user postgres where we are root.
# Debian's package is installed where it is missing and can be had; without it this ends well with a message.
# BENCH_PG_QUESTIONS is how many one-person checks both are asked (500; 0: nothing is done), BENCH_PG_SECONDS
# the longest that its load, or its questions, may take (1800).
# Figures also in build/bench/postgres.json.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
from=$1 people=$2 load_ms=$3
questions=${BENCH_PG_QUESTIONS:-500}
programs=/usr/lib/postgresql/15/bin
cluster=

[ "$questions" -gt 0 ] || exit 0
if [ ! -x $programs/postgres ]; then
	echo "bench: PostgreSQL 15 is not here; installing Debian's postgresql-15 for the comparison"
	timeout 300 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-15 \
	    >"$work/apt.log" 2>&1
fi
if [ ! -x $programs/postgres ] || [ ! -f /usr/share/postgresql/15/extension/pg_trgm.control ]; then
	echo "bench: PostgreSQL 15 cannot be had: not compared"
	exit 0
fi

as_owner() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}
cleanup() {
	stop_daemon
	if [ -n "$cluster" ]; then
		[ ! -f "$cluster/data/postmaster.pid" ] ||
		    as_owner $programs/pg_ctl stop -s -m immediate -t 60 -D "$cluster/data" >/dev/null 2>&1
		rm -rf "$cluster"
	fi
	rm -rf "$work"
}
sql() { # options of psql
	timeout "${BENCH_PG_SECONDS:-1800}" psql -X -q -h "$cluster" -U bench -d postgres -v ON_ERROR_STOP=1 "$@"
}
per() { # format, a, b: a / b
	awk "BEGIN { printf \"$1\", $2 / ($3) }"
}

# --- Its cluster: 4 KiB a person as shared buffers (a person takes 0.3), 128 MB to 4 GB -------------
shared=$((people * 4 / 1024))
[ "$shared" -ge 128 ] || shared=128
[ "$shared" -le 4096 ] || shared=4096
cluster=$(mktemp -d "${TMPDIR:-/tmp}/record-check-pg.XXXXXX") || exit 73
[ "$(id -u)" != 0 ] || chown postgres "$cluster"
as_owner $programs/initdb -D "$cluster/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    >"$work/initdb.log" 2>&1 || fail "initdb failed: $(tail -n 1 "$work/initdb.log")"
cat >"$cluster/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$cluster'
unix_socket_permissions = 0700
shared_buffers = ${shared}MB
effective_cache_size = 12GB
work_mem = 64MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
wal_level = minimal
max_wal_senders = 0
fsync = off
synchronous_commit = off
random_page_cost = 1.1
autovacuum = off
jit = off
statement_timeout = 60s
CONF
as_owner $programs/pg_ctl start -s -w -t 60 -D "$cluster/data" -l "$cluster/log" || fail "PostgreSQL did not start"
version=$(sql -At -c "SHOW server_version")

# --- Load: one COPY and its indexes ---------------------------------------------------------------
"$tools"/sql_rows people "$from/data" >"$work/people.tsv" || fail "sql_rows failed"
rows=$(wc -l <"$work/people.tsv")
cat >"$work/load.sql" <<SQL
SET statement_timeout = 0;
CREATE EXTENSION pg_trgm;
BEGIN;
CREATE TABLE people (system text, record_id text, person_id text, name text, forenames text, surname text,
    dob_first date, dob_last date, sex text, postcode text, town text);
\\copy people FROM '$work/people.tsv'
COMMIT;
CREATE INDEX ON people USING gin (name gin_trgm_ops);
CREATE INDEX ON people (dob_first, dob_last);
CREATE INDEX ON people (postcode);
ANALYZE people;
SQL
began=$(date +%s%3N)
sql -f "$work/load.sql" >"$work/load.log" 2>&1 || fail "the load failed: $(tail -n 1 "$work/load.log")"
pg_load_ms=$(($(date +%s%3N) - began))
bytes=$(sql -At -c "SELECT pg_total_relation_size('people')")
pg_rest=$(sql -At -c "SELECT pg_table_size('people')")

# --- Questions: the first fifty warm both up and are asked again ----------------------------------
{
	cat bench/postgres.sql
	"$tools"/sql_rows questions "$from/corpus/questions.jsonl" 50
	printf '%s\n' '\timing on'
	"$tools"/sql_rows questions "$from/corpus/questions.jsonl" "$questions"
} >"$work/ask.sql" || fail "sql_rows failed"
sql -At -F, -v ON_ERROR_STOP=0 -f "$work/ask.sql" >"$work/asked.txt" 2>"$work/ask.log" || fail "asking failed: $(tail -n 1 "$work/ask.log")"
! grep -v 'statement timeout' "$work/ask.log" | grep -q ERROR || fail "$(grep -m 1 ERROR "$work/ask.log")"
pg_slow=$(grep -c 'statement timeout' "$work/ask.log")
awk '/^Time:/ { print $2 }' "$work/asked.txt" | sort -n >"$work/times.txt"
awk '/^@/ { ref = substr($0, 2); n[ref] = 0; delete seen; next } /^Time:/ { next }
	++n[ref] <= 50 { print ref "," $0 }' "$work/asked.txt" >"$work/scored.csv"
cut -d, -f1-4 "$work/scored.csv" | sort -u >"$work/theirs.csv"
percentile() { # share
	awk -v p="$1" '{ t[NR] = $1 } END { i = int(p * NR) + 1; if (i > NR) i = NR; printf "%.1f", t[i] }' "$work/times.txt"
}

# --- Ours: all five systems in one check, as there they are in one table --------------------------
sed -e '/"Childline leg"/d' -e "/QA Unit's leg/s/,\$//" -e 's/"qa", "childline"/"qa"/' -e 's/"legs": \["childline"\]/"legs": ["qa"]/' \
    -e 's/"leg": "childline"/"leg": "qa"/' schemas/policy/default.json >"$work/policy.json"
start_daemon "$from/data" "$work/policy.json"
"$tools"/bench_checks "$socket" qa_officer 1 "$from/corpus/questions.jsonl" 50 >/dev/null || fail "bench_checks failed"
"$tools"/bench_checks "$socket" qa_officer 1 "$from/corpus/questions.jsonl" "$questions" >"$work/ours.json" ||
    fail "bench_checks failed"
head -n $((questions + 1)) "$from/corpus/questions.csv" >"$work/questions.csv"
timeout 1200 "$bin"/client batch --socket "$socket" --role qa_officer --reference RECALL --kind external_record_check \
    --purpose Benchmark --parallel 2 --output "$work/ours.jsonl" "$work/questions.csv" 2>"$work/batch.log" ||
    fail "client batch failed: $(tail -n 1 "$work/batch.log")"
stop_daemon
awk '{ match($0, /"ref":"[^"]*"/); ref = substr($0, RSTART + 7, RLENGTH - 8); sub(/.*"results":\[/, ""); sub(/\].*/, "")
	count = split($0, result, /"system":"/)
	for (i = 2; i <= count && i <= 51; i++) {
		gsub(/","(record_id|person_id)":"/, ",", result[i]); sub(/".*/, "", result[i]); print ref "," result[i] } }' \
    "$work/ours.jsonl" | sort -u >"$work/ours.csv"

# Appearances of the people asked about that are among 50 results: all, of those not sparse, per result.
recall() { # results
	awk -F, -v last="$questions" 'FILENAME ~ /answers/ { if (FNR > 1 && FNR <= last + 1 && $2 != "") asks[$2] = asks[$2] " " $1; next }
		FILENAME ~ /truth/ { if ($1 in asks) { n = split(asks[$1], refs, " ")
			for (i = 1; i <= n; i++) { key = refs[i] "," $2 "," $3 "," $4; dense[key] = $6 !~ /sparse/; of++; dense_of += dense[key] } } next }
		{ listed++ } $0 in dense { hits++; dense_hits += dense[$0] }
		END { printf "%.4f %.4f %.1f", hits / of, dense_hits / dense_of, listed / last }' \
	    "$from/corpus/answers.csv" "$from/corpus/truth.csv" "$1"
}
# Theirs from the score on that gives as many results as ours has: a list that long is what gets read.
sort -u "$work/scored.csv" | sort -t, -k5,5gr | cut -d, -f1-4 | head -n "$(wc -l <"$work/ours.csv")" >"$work/as_many.csv"
# shellcheck disable=SC2046 # three numbers each
set -- $(recall "$work/ours.csv") $(recall "$work/theirs.csv") $(recall "$work/as_many.csv")
index=$(du -sb "$from/data/index" | cut -f1)

line() { # what, ours, theirs
	printf '  %-46s %14s %14s\n' "$1" "$2" "$3"
}
echo
echo "beside PostgreSQL $version: $people people ($rows rows there), $questions questions of seed ${BENCH_SEED:-1}, $(date '+%Y-%m-%d %H:%M'), $(nproc) cores, $(sed -n 's/^model name[ 	]*: //p' /proc/cpuinfo | head -n 1), $(sed -n 's/MemTotal:[ ]*\([0-9]*\) kB/\1/p' /proc/meminfo | awk '{ printf "%.0f GiB", $1 / 1048576 }'), load $(cut -d' ' -f1-3 /proc/loadavg)"
line "" record-check PostgreSQL
line "load, seconds (theirs: COPY, indexes, ANALYZE)" "$(per %.2f "$load_ms" 1000)" "$(per %.2f "$pg_load_ms" 1000)"
line "load, people a second" "$(per %.0f "$people" "$load_ms / 1000")" "$(per %.0f "$people" "$pg_load_ms / 1000")"
line "on disk, bytes a person" "$(per %.0f "$index" "$people")" "$(per %.0f "$bytes" "$people")"
line "  of it without indexes" "" "$(per %.0f "$pg_rest" "$people")"
line "recall at 50 results (ours: as listed)" "$1" "$4"
line "  of appearances that are not sparse" "$2" "$5"
line "results a question (at most 50)" "$3" "$6"
line "recall at as many results as ours" "$1" "$7"
line "  of appearances that are not sparse" "$2" "$8"
line "question, p50 ms (ours: whole durable check)" "$(json_field p50_ms <"$work/ours.json")" "$(percentile 0.5)"
line "question, p95 ms" "$(json_field p95_ms <"$work/ours.json")" "$(percentile 0.95)"
line "questions given up after 60 s" 0 "$pg_slow"
printf '{"people":%s,"questions":%s,"version":"%s","load_s":[%s,%s],"bytes_per_person":[%s,%s],"recall":[%s,%s],"recall_dense":[%s,%s],"recall_as_many":%s,"recall_dense_as_many":%s,"p50_ms":[%s,%s],"p95_ms":[%s,%s]}\n' \
    "$people" "$questions" "${version%% *}" "$(per %.3f "$load_ms" 1000)" "$(per %.3f "$pg_load_ms" 1000)" \
    "$(per %.1f "$index" "$people")" "$(per %.1f "$bytes" "$people")" "$1" "$4" "$2" "$5" "$7" "$8" \
    "$(json_field p50_ms <"$work/ours.json")" "$(percentile 0.5)" "$(json_field p95_ms <"$work/ours.json")" "$(percentile 0.95)" \
    >"$bin/bench/postgres.json"
