#!/bin/sh
# Goal of this test: a review's file (procedure, 6.2): everything of a request as one folder to read, print and prove. Any
# change to it is found. What the Childline leg found is withheld from those who may not see it; its place can be
# proved all the same. Each export is an entry.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
ledger=$work/data/ledger/ledger.db
holds() { # name, what must be in the text, text, code wanted, code
	[ "$5" = "$4" ] && echo "$3" | tr '\n' ' ' | grep -q "$2" && faults= || faults="code $5: $3"
	verdict "review file: $1" "$faults"
}
as() { # role, verb...
	role=$1
	shift
	"$bin"/client "$@" --socket "$socket" --role "$role" 2>&1
}
load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
load childline jsonl >/dev/null 2>&1 || { echo "not ok loading childline"; exit 1; }
write_config
sed -i "s/^user = .*/user = tester uid $(id -u) roles qa_officer,nsit_officer,consultant,records_manager,auditor/" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
request=$(as qa_officer check --json --reference FILE-1 --kind external_record_check --purpose 'test <b>&"x"</b>' \
    --forename Katherine --surname "O'Brien" --dob 2009-03-04 --town Whitby | sed -n 's/.*"request":"\(REQ-[^"]*\)".*/\1/p')
[ -n "$request" ] || { echo "not ok a check"; exit 1; }
"${TOOLS:-build/release/tools}"/ask --role nsit_officer "$socket" check "{\"request\":\"$request\",\"leg\":\"childline\"}" >/dev/null

out=$(as qa_officer review export "$request" --to "$work/none")
holds "others may not export" "may not call review.export" "$out" 77 $?
[ ! -e "$work/none" ] && faults= || faults="the folder is there"
verdict "review file: and nothing is written" "$faults"
out=$(as consultant review export REQ-0000-0000 --to "$work/none")
holds "a request that is not there" "there is no request" "$out" 66 $?
out=$(as consultant review export "$request" --to "$work/file" --json)
holds "the Consultant exports" '"withheld":0,"manifest":"[0-9a-f]\{64\}"' "$out" 0 $?
[ "$(find "$work/file" -type f | sort | sed 's|.*/||' | tr '\n' ' ')" = "entries.jsonl index.html manifest.json review.json " ] &&
    [ -z "$(find "$work/file" -perm /077)" ] && faults= || faults=$(ls -la "$work/file")
verdict "review file: four files, for the reader alone" "$faults"
[ "$(grep -c . "$work/file/entries.jsonl")" = "$(sqlite3 -readonly "$ledger" "SELECT count(*) FROM entry WHERE request_id = '$request' AND kind <> 'export'")" ] &&
    faults= || faults="$(grep -c . "$work/file/entries.jsonl") lines"
verdict "review file: every entry of the request is in it" "$faults"
grep -q "Katherine" "$work/file/index.html" && grep -q 'test &lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;' "$work/file/index.html" && faults= || faults="not there, or not escaped"
verdict "review file: the page has what was asked, escaped" "$faults"
grep -qi '<script\|<link\|<img\|src=\|href=\|url(' "$work/file/index.html" && faults="it fetches something" || faults=
verdict "review file: the page fetches nothing" "$faults"
out=$("$bin"/client review verify "$work/file" 2>&1)
holds "it is good" "is good: 3 files" "$out" 0 $?
out=$("$bin"/client review verify "$work/file" --key "$work/data/keys/sign.pub" --json 2>&1)
holds "also by the ledger's own key" '"good":true.*"key_given":true' "$out" 0 $?
echo "$(echo x | sha256sum | cut -c1-64)" >"$work/other.pub"
out=$("$bin"/client review verify "$work/file" --key "$work/other.pub" 2>&1)
code=$?
[ "$code" != 0 ] && faults= || faults=$out
verdict "review file: not by another key" "$faults"
out=$(as consultant review export "$request" --to "$work/file")
holds "a folder that is there is not written over" "is there already" "$out" 65 $?

# Any change is found.
for file in entries.jsonl index.html review.json manifest.json; do
	rm -rf "$work/copy"
	cp -R "$work/file" "$work/copy"
	size=$(stat -c %s "$work/copy/$file")
	at=$((size / 2))
	old=$(dd if="$work/copy/$file" bs=1 skip=$at count=1 status=none)
	[ "$old" = 0 ] && new=1 || new=0
	printf '%s' "$new" | dd of="$work/copy/$file" bs=1 seek=$at conv=notrunc status=none
	out=$("$bin"/client review verify "$work/copy" 2>&1)
	code=$?
	[ "$code" != 0 ] && faults= || faults=$out
	verdict "review file: a changed byte of $file is found" "$faults"
done
remake() { # the manifest for a changed file of the copy
	hash=$(b2sum -l 256 "$work/copy/$1" | cut -d' ' -f1)
	sed -i "s/{\"name\":\"$1\",\"bytes\":[0-9]*,\"blake2b\":\"[0-9a-f]*\"}/{\"name\":\"$1\",\"bytes\":$(stat -c %s "$work/copy/$1"),\"blake2b\":\"$hash\"}/" "$work/copy/manifest.json"
}
rm -rf "$work/copy"
cp -R "$work/file" "$work/copy"
sed -i '2s/"user":"tester"/"user":"nobody"/' "$work/copy/entries.jsonl"
remake entries.jsonl
out=$("$bin"/client review verify "$work/copy" 2>&1)
holds "a changed entry, its manifest made anew, is found" "the hash does not fit its content" "$out" 65 $?
rm -rf "$work/copy"
cp -R "$work/file" "$work/copy"
sed -i 's/\\"seq\\":[0-9]*/\\"seq\\":9999/' "$work/copy/review.json"
remake review.json
out=$("$bin"/client review verify "$work/copy" 2>&1)
code=$?
[ "$code" != 0 ] && faults= || faults=$out
verdict "review file: a changed checkpoint, its manifest made anew, is found" "$faults"
rm -rf "$work/copy"
cp -R "$work/file" "$work/copy"
echo more >"$work/copy/more.txt"
out=$("$bin"/client review verify "$work/copy" 2>&1)
holds "a file too many is found" "is not in the manifest" "$out" 65 $?
rm "$work/copy/more.txt" "$work/copy/review.json"
out=$("$bin"/client review verify "$work/copy" 2>&1)
code=$?
[ "$code" != 0 ] && faults= || faults=$out
verdict "review file: a file too few is found" "$faults"

# What the Childline leg found is not for the Records Manager until its sharing is agreed.
out=$(as records_manager review export "$request" --to "$work/less" --json)
holds "what may not be shared is withheld" '"withheld":[1-9]' "$out" 0 $?
grep '"kind":"check"' "$work/less/entries.jsonl" | grep '"role":"nsit_officer"' | grep -q '"body":"",.*"withheld":true,"secret":{}' && faults= || faults="not so"
verdict "review file: its entry is there without what it found" "$faults"
out=$("$bin"/client review verify "$work/less" 2>&1)
holds "and its place can be proved all the same" "[1-9] withheld" "$out" 0 $?
[ "$(sqlite3 -readonly "$ledger" "SELECT count(*) FROM entry WHERE kind = 'export' AND request_id = '$request'")" = 2 ] && faults= || faults="not two"
verdict "review file: each export is an entry" "$faults"

# An entry of the file is in the ledger.
line=$(head -n 1 "$work/file/entries.jsonl")
seq=$(echo "$line" | sed -n 's/.*"seq":\([0-9]*\).*/\1/p')
hash=$(echo "$line" | sed -n 's/.*"hash":"\([0-9a-f]*\)".*/\1/p')
kill "$daemon"
wait "$daemon"
daemon=
out=$("$bin"/client ledger verify "$ledger" --head "$seq:$hash" 2>&1) && faults= || faults=$out
verdict "review file: its entries are proved in the ledger" "$faults"
[ "$failures" = 0 ]
