#!/bin/sh
# Goal of this test: open requests are searched again by searchd itself when a system has a new generation or delta.
# What changed is a check entry with `standing`, secures, and is told; where nothing changed there is one small entry a
# load. A secured record that a load lacks raises an alarm, once, and the alarm ends when it is back. A restart loses
# and repeats nothing.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
ledger=$work/data/ledger/ledger.db
sql() { sqlite3 -readonly "$ledger" "$1"; }
entries() { sql "SELECT count(*) FROM entry WHERE kind = '$1'"; }
is() { # name, what is, what should be
	[ "$2" = "$3" ] && faults= || faults="is $2, should be $3"
	verdict "standing: $1" "$faults"
}
until_is() { # query, value: within 20 s
	tries=0
	until [ "$(sql "$1")" = "$2" ] || [ "$tries" -ge 200 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
}
load_file() { # system, extension, file, further arguments
	system=$1 extension=$2 file=$3
	shift 3
	cp "$file" "$work/export.$extension"
	"$bin"/indexer load --system "$system" --mapping "schemas/exports/$system.json" --export "$work/export.$extension" \
	    --data "$work/data" "$@" >/dev/null 2>&1 || { echo "not ok loading $file"; exit 1; }
}
ask() { # a question, whole
	"$bin"/client check --socket "$socket" --role "$1" --json --reference "$2" --kind external_record_check --purpose test \
	    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --address "27 Harbour View" --town Whitby --postcode "YO21 3PQ"
}
LC_ALL=C grep -av '^H-2016-00101,' fixtures/helpline.csv >"$work/without.csv"
load_file helpline csv "$work/without.csv"
load participation tsv >/dev/null 2>&1 || { echo "not ok loading participation"; exit 1; }
write_config
sed -i "s/^user = .*/user = tester uid $(id -u) roles qa_officer,nsit_officer,consultant/" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

request=$(ask qa_officer STAND-1 | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
[ -n "$request" ] || { echo "not ok a first check"; exit 1; }
is "the record is not there at first" "$(entries secure)" 0
is "a request is not searched again without a load" "$(entries standing)" 0

# A load with the record: found, secured, told, under searchd's own name.
load_file helpline csv fixtures/helpline.csv
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 1
is "a load is one entry" "$(entries standing)" 1
is "what changed is a check of the request" "$(sql "SELECT count(*) FROM entry WHERE kind = 'check' AND user = 'searchd' AND request_id = '$request'")" 1
is "which says that it is a standing one, of which" "$(sql "SELECT json_extract(body, '\$.standing') || (json_extract(body, '\$.rerun_of') = (SELECT check_id FROM entry WHERE kind = 'check' LIMIT 1)) FROM entry WHERE kind = 'check' AND user = 'searchd'")" 11
is "it secures as usual" "$(sql "SELECT user || ' ' || json_extract(body, '\$.record_id') FROM entry WHERE kind = 'secure'")" "searchd H-2016-00101"
is "and is told" "$(sql "SELECT group_concat(json_extract(body, '\$.event')) FROM entry WHERE kind = 'notice' AND user = 'searchd'")" standing_change,record_secured
is "the request and the change are counted" "$(sql "SELECT json_extract(body, '\$.requests') || json_extract(body, '\$.changed') FROM entry WHERE kind = 'standing'")" 11

# The answer is that of the same question asked by hand: candidates as they stand, bit for bit.
candidates() { # of a request
	sql "SELECT record_id || ' ' || person_id || ' ' || grade || ' ' || match_weight FROM state_candidate WHERE request_id = '$1' ORDER BY 1"
}
asked=$(ask qa_officer STAND-2 | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
is "its answer is that of a search asked for now" "$(candidates "$request")" "$(candidates "$asked")"
[ -n "$(candidates "$asked")" ] && faults= || faults="nobody is found"
verdict "standing: which is an answer" "$faults"

# A load in which nothing changed for anybody: one entry, no check.
checks=$(entries check)
load_file helpline csv fixtures/helpline.csv
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 2
is "a load that changes nothing is one entry" "$(entries standing) $(($(entries check) - checks))" "2 0"
is "for all open requests" "$(sql "SELECT json_extract(body, '\$.requests') || json_extract(body, '\$.changed') FROM entry WHERE kind = 'standing' ORDER BY seq DESC LIMIT 1")" 20
is "the register was looked for in it" "$(sql "SELECT generation FROM state_register_look WHERE system = 'helpline'")" 3

# A delta of another system.
header=$(head -n 1 fixtures/participation.tsv)
printf '%s\tOperation\nX-1\tKatherine\tOBrien\t\t2009\tFemale\tG\t01/09/2023\t\tSiobhan OBrien\t07700 900142\t\tWhitby\tEngland\tA\n' "$header" >"$work/delta.tsv"
load_file participation tsv "$work/delta.tsv" --delta
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 3
is "a delta too" "$(entries standing)" 3
asked=$(ask qa_officer STAND-3 | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
is "its answer is that of a full search" "$(candidates "$request")" "$(candidates "$asked")"
candidates "$request" | grep -q X-1 && faults= || faults="the new record is not found"
verdict "standing: which finds the new record" "$faults"

# The secured record is gone from the next load.
load_file helpline csv "$work/without.csv"
until_is "SELECT count(*) FROM entry WHERE kind = 'register_alarm'" 1
is "a secured record that is gone raises an alarm" "$(sql "SELECT json_extract(body, '\$.records[0]') || json_extract(body, '\$.generation') FROM entry WHERE kind = 'register_alarm'")" H-2016-001014
is "which is told" "$(sql "SELECT count(*) FROM entry WHERE kind = 'notice' AND json_extract(body, '\$.event') = 'register_alarm'")" 1
out=$("$bin"/client register --socket "$socket" --role consultant --json --missing)
echo "$out" | grep -q '"record_id":"H-2016-00101".*"generation":3,"missing_since":"20[^"]*","review_due":"20[^"]*","content":"[0-9a-f]\{64\}"' && faults= || faults=$out
verdict "standing: it stays in the register with where it was last, and what it held" "$faults"
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 4

# Loaded without it again, and searchd started anew: no second alarm.
load_file helpline csv "$work/without.csv"
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 5
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
out=$("$bin"/client register --socket "$socket" --role consultant --json --missing)
echo "$out" | grep -q '"record_id":"H-2016-00101"' && faults= || faults=$out
verdict "standing: it is missing after a restart too" "$faults"
is "no second alarm for it" "$(entries register_alarm)" 1

# Back, and changed, while searchd was away.
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
LC_ALL=C sed 's/^\(H-2016-00101,.*\)Whitby/\1Scarborough/' fixtures/helpline.csv >"$work/changed.csv"
cmp -s "$work/changed.csv" fixtures/helpline.csv && echo "not ok the changed export"
load_file helpline csv "$work/changed.csv"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts again"; exit 1; }
until_is "SELECT count(*) FROM entry WHERE kind = 'register_cleared'" 1
until_is "SELECT generation FROM state_register_look WHERE system = 'helpline'" 6
out=$("$bin"/client register --socket "$socket" --role consultant --json --missing)
echo "$out" | grep -q '"records":\[\]' && faults= || faults=$out
verdict "standing: the alarm ends when it is back" "$faults"
out=$("$bin"/client register --socket "$socket" --role consultant --json --changed)
echo "$out" | grep -q '"record_id":"H-2016-00101"' && faults= || faults=$out
verdict "standing: that it was changed is told" "$faults"
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 6
is "a load while searchd was away is searched for at the next start" "$(entries standing)" 6

# A request that has ended is left alone.
"$bin"/client request withdraw "$request" --reason test --socket "$socket" --role qa_officer >/dev/null 2>&1 || echo "not ok a request is withdrawn"
load_file helpline csv fixtures/helpline.csv
until_is "SELECT count(*) FROM entry WHERE kind = 'standing'" 7
is "a request that has ended is not searched again" "$(sql "SELECT json_extract(body, '\$.requests') FROM entry WHERE kind = 'standing' ORDER BY seq DESC LIMIT 1")" 2

# The whole of it verifies.
kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$ledger" 2>&1) && faults= || faults=$out
verdict "standing: the ledger verifies" "$faults"
[ "$failures" = 0 ]
