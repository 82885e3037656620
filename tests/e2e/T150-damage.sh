#!/bin/sh
# Goal of this test: damage to a generation is found and named, does not hide the other systems, and a
# full load mends it.
# shellcheck source=lib-indexer.sh
. "$(dirname "$0")/lib-indexer.sh"

load helpline fixtures/helpline.csv >/dev/null && load ctac fixtures/ctac.jsonl >/dev/null ||
    { echo "not ok the first loads"; exit 1; }
manifest=$data/index/helpline/00000001/manifest.json

cp "$manifest" "$work/manifest"
sed -i 's/"people": /"poeple": /' "$manifest"
expect "a manifest with a wrong field" "$(run build/indexer status --data "$data" | tr -s ' ')" <<'END'
system generation kind as of (UTC) published (UTC) records people rejected
ctac 1 full TIME TIME 89 137 3
helpline WORK/data/index/helpline/00000001/manifest.json: unknown field "poeple"
exit 65
END
expect "verify says the same" "$(run build/indexer verify --data "$data" | tr -s ' ')" <<'END'
ctac ok generation 1, 4 files, 137 people
helpline FAILED WORK/data/index/helpline/00000001/manifest.json: unknown field "poeple"
exit 65
END
expect "a delta has nothing to stand on" "$(run load helpline fixtures/helpline.csv --delta)" <<'END'
indexer load: WORK/data/index/helpline/00000001/manifest.json: unknown field "poeple"
exit 65
END
head -c 100 "$work/manifest" >"$manifest"
check "half a manifest is refused" sh -c "! build/indexer verify --data '$data'"
cp "$work/manifest" "$manifest"
check "the manifest put back verifies" build/indexer verify --data "$data"

for file in base.glass base.vocabulary base.signatures rejects.jsonl; do
	path=$data/index/helpline/00000001/$file
	cp "$path" "$work/kept"
	at=$(($(stat -c %s "$path") / 2))
	printf '\377' | dd of="$path" bs=1 seek=$at conv=notrunc status=none
	build/indexer verify --data "$data" --system helpline >"$work/verified" 2>&1
	check "one byte of $file is found" \
	    sh -c "[ $? = 65 ] && grep -q '$file' '$work/verified'"
	cat "$work/kept" >"$path"
done
check "all put back verifies" build/indexer verify --data "$data"
rm "$data/index/helpline/00000001/base.glass"
check "a missing file is found" sh -c "! build/indexer verify --data '$data'"
expect "a full load mends it" \
    "$(run load helpline fixtures/helpline.csv | sed -n '1p;$p'; run build/indexer verify --data "$data" | tr -s ' ')" <<'END'
Loaded helpline: generation 2 (full)
exit 0
ctac ok generation 1, 4 files, 137 people
helpline ok generation 2, 4 files, 176 people
exit 0
END
finish
