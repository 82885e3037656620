#!/bin/sh
# Goal of this test: the five fixtures load with the totals that they should have, the totals add up,
# status, verify and the reject file agree with them.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

expect "children's services: grouped rows, historic addresses, bad rows" \
    "$(run load childrens_services fixtures/childrens_services.csv)" <<'END'
Loaded childrens_services: generation 1 (full)
  rows                   248
  loaded                 242
  rejected                 6
  skipped                  0
  field faults             6   in loaded rows
  repeated                 1   record ids that came again later
  records                 93
  people                 223
  rejects       WORK/data/index/childrens_services/00000001/rejects.jsonl
exit 0
END
expect "helpline, as JSON" "$(run load helpline fixtures/helpline.csv --json --quiet)" <<'END'
{"system":"helpline","generation":1,"delta":false,"as_of":"TIME","rows":82,"rows_loaded":77,"rows_rejected":5,"rows_skipped":0,"field_faults":6,"repeated":0,"removals":0,"records":77,"people":176,"records_before":0,"elapsed_ms":N,"rejects":"WORK/data/index/helpline/00000001/rejects.jsonl","unused":["Child3DOB"]}
exit 0
END
expect "childline" "$(run load childline fixtures/childline.jsonl --quiet)" <<'END'
Loaded childline: generation 1 (full)
  rows                   135
  loaded                 128
  rejected                 7
  skipped                  0
  field faults             4   in loaded rows
  records                128
  people                 179
  rejects       WORK/data/index/childline/00000001/rejects.jsonl
  note: no row has a value for "young_person.alias"
exit 0
END
expect "ctac" "$(run load ctac fixtures/ctac.jsonl --as-of 2026-11-20T08:00:00Z)" <<'END'
Loaded ctac: generation 1 (full)
  rows                    92
  loaded                  89
  rejected                 3
  skipped                  0
  field faults             5   in loaded rows
  records                 89
  people                 137
  rejects       WORK/data/index/ctac/00000001/rejects.jsonl
exit 0
END
expect "participation" "$(run load participation fixtures/participation.tsv)" <<'END'
Loaded participation: generation 1 (full)
  rows                    83
  loaded                  78
  rejected                 5
  skipped                  0
  field faults             5   in loaded rows
  records                 78
  people                 143
  rejects       WORK/data/index/participation/00000001/rejects.jsonl
  note: no row has a value for "ParentEmail"
exit 0
END
expect "status" "$(run build/indexer status --data "$data" | tr -s ' ')" <<'END'
system generation kind as of (UTC) published (UTC) records people rejected
childline 1 full TIME TIME 128 179 7
childrens_services 1 full TIME TIME 93 223 6
ctac 1 full TIME TIME 89 137 3
helpline 1 full TIME TIME 77 176 5
participation 1 full TIME TIME 78 143 5
exit 0
END
expect "the time of the export is the one given" \
    "$(build/indexer status --data "$data" --json | tr '{' '\n' | sed -n 's/.*"ctac".*"as_of":"\([^"]*\)".*/\1/p')" <<'END'
2026-11-20T08:00:00Z
END
expect "verify" "$(run build/indexer verify --data "$data" | tr -s ' ')" <<'END'
childline ok generation 1, 4 files, 179 people
childrens_services ok generation 1, 4 files, 223 people
ctac ok generation 1, 4 files, 137 people
helpline ok generation 1, 4 files, 176 people
participation ok generation 1, 4 files, 143 people
exit 0
END
expect "verify of one system, as JSON" \
    "$(run build/indexer verify --data "$data" --system ctac --json)" <<'END'
{"systems":[{"system":"ctac","status":"ok","generation":1,"files":4,"people":137}]}
exit 0
END

faults=
for system in childline childrens_services ctac helpline participation; do
	rows=$(status_number $system rows)
	sum=$(($(status_number $system rows_loaded) + $(status_number $system rows_rejected) + \
	    $(status_number $system rows_skipped)))
	[ "$rows" = "$sum" ] || faults="$faults $system: $rows is not $sum"
	lines=$(grep -c '"kind":"row"' "$data/index/$system/current/rejects.jsonl")
	[ "$lines" = "$(status_number $system rows_rejected)" ] ||
	    faults="$faults $system: $lines lines of kind row"
	mode=$(stat -c %a "$data/index/$system/current/rejects.jsonl")
	[ "$mode" = 600 ] || faults="$faults $system: the rejects have mode $mode"
done
expect "rows = loaded + rejected + skipped, and rejects are the owner's" "$faults" <<'END'

END

# A record in a reject is the row as it stood, and a bad byte is shown, not sent to the terminal.
expect "a line of the reject file" \
    "$(sed -n '/"line":238,/p' "$data/index/childrens_services/current/rejects.jsonl" | cut -c1-102)" <<'END'
{"line":238,"kind":"field","field":"Opened","reason":"month is 25","value":"13/25/2019","row":"CS-0009
END
check "the reject file holds printable ASCII and UTF-8 only" \
    sh -c "! cat $data/index/*/current/rejects.jsonl | tr -d '\n' | grep -q '[[:cntrl:]]'"

expect "a second load is generation 2; the first stays for its readers" \
    "$(run load participation fixtures/participation.tsv | sed -n '1p;$p'; ls "$data/index/participation")" <<'END'
Loaded participation: generation 2 (full)
exit 0
00000001
00000002
current
lock
END
finish
