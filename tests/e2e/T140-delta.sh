#!/bin/sh
# Goal of this test: deltas add, change and remove whole records; counts follow; the base is shared and
# not copied; bad rows of a delta leave what was there.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

header='MemberNo	FirstName	LastName	KnownAs	YearOfBirth	Gender	Group	Joined	Left	ParentName	ParentPhone	ParentEmail	Town	Nation'
row() { # operation, id, forename
	printf '%s\t%s\tQuill\t\t2010\tFemale\tG\t01/09/2023\t\t\t\t\tLeeds\tEngland%s\n' "$2" "$3" "$1"
}
{
	printf '%s\n' "$header"
	row "" A Ada
	row "" B Bea
	row "" C Cy
} >"$work/full.tsv"
{
	printf '%s\tOperation\n' "$header"
	row '	D' A Ada
	row '	C' B Beatrix
	row '	A' D Dot
	row '	D' Z Nobody
	printf 'C\tcut\n'
	row '	A' E Eve
	row '	D' E Eve
} >"$work/delta.tsv"

load participation "$work/full.tsv" >/dev/null || { echo "not ok the full load"; exit 1; }
expect "a delta that adds, changes and removes" "$(run load participation "$work/delta.tsv" --delta)" <<'END'
Loaded participation: generation 2 (delta)
  rows                     7
  loaded                   5
  rejected                 1
  skipped                  1
  field faults             0   in loaded rows
  removals                 2
  records                  3   on file now
  people                   3   on file now
  rejects       WORK/data/index/participation/00000002/rejects.jsonl
exit 0
END
expect "its rejects" "$(cut -d, -f1-4 "$data/index/participation/current/rejects.jsonl")" <<'END'
{"line":5,"kind":"skipped","field":"","reason":"the record to take away is not on file"
{"line":6,"kind":"row","field":"","reason":"2 columns
END
check "verifies" build/indexer verify --data "$data"
one=$(stat -c %i "$data/index/participation/00000001/base.glass")
two=$(stat -c %i "$data/index/participation/00000002/base.glass")
check "the base is shared" [ "$one" = "$two" ]

{
	printf '%s\tOperation\n' "$header"
	row '	A' A Ada
	row '	D' B Bea
	row '	C' D Dorothea
	row '	C' D Dora
} >"$work/delta2.tsv"
expect "a second delta stands on the first; the later row of a record wins" \
    "$(run load participation "$work/delta2.tsv" --delta | sed -n '1,10p')" <<'END'
Loaded participation: generation 3 (delta)
  rows                     4
  loaded                   4
  rejected                 0
  skipped                  0
  field faults             1   in loaded rows
  repeated                 1   record ids that came again later
  removals                 1
  records                  3   on file now
  people                   3   on file now
END
check "verifies again" build/indexer verify --data "$data"
expect "the manifest knows what it stands on" \
    "$(tr -d ' ' <"$data/index/participation/current/manifest.json" | grep -E '"(generation|base_generation|delta|removed)"')" <<'END'
"delta":true,
"generation":3,
"base_generation":1,
"removed":2,
END
expect "a removal in a full export is skipped, not obeyed" \
    "$(run load participation "$work/delta.tsv" | sed -n '1,5p;$p')" <<'END'
Loaded participation: generation 4 (full)
  rows                     7
  loaded                   3
  rejected                 1
  skipped                  3
exit 0
END
mkdir "$work/lexicon"
cp schemas/lexicon/*.json "$work/lexicon"
sed -i '0,/"unborn"/s//"unborn", "not given at all"/' "$work/lexicon/missing.json"
expect "a delta with another lexicon is refused: half the index would fold otherwise" \
    "$(run load participation "$work/delta2.tsv" --delta --lexicon "$work/lexicon")" <<'END'
indexer load: the lexicon changed since generation 4: load a full export
exit 65
END
finish
