#!/bin/sh
# Goal of this test: the list of bad input, each with its exact message, through the built programs: by a
# stock REQ socket, by the client, by the indexer, at searchd's start. Full disks: T170 and T445.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
export LC_ALL=C

# gives NAME WANTED CODE COMMAND...: the command prints exactly WANTED (our folder as WORK) and ends with CODE.
gives() {
	name=$1 wanted=$2 code=$3
	shift 3
	got=$("$@" 2>&1 </dev/null)
	ended=$?
	got=$(printf '%s' "$got" | sed -e "s|$work|WORK|g" -e 's/^[0-9TZ:.-]* error/TIME error/' -e 's/process [0-9]*/process PID/')
	faults=
	[ "$got" = "$wanted" ] || faults="got    $got
wanted $wanted"
	[ "$ended" = "$code" ] || faults="$faults
exit code $ended, not $code"
	verdict "$name" "$faults"
}

raw() { # the bytes of one request, as a stock socket sends them; prints the error's code and message
	printf '%s' "$1" >"$work/request"
	timeout 10 nngcat --req --dial "$socket" --file "$work/request" --ascii |
	    sed -n 's/.*"err":{"code":"\(.*\)","msg":"\(.*\)","retry.*/\1: \2/p'
}
envelope() { # op, body
	number=$((${number:-10} + 1))
	printf '{"v":1,"op":"%s","id":"0123456789abcdef0123456789abcd%s","role":"qa_officer","ts":1,"body":"%s"}' \
	    "$1" "$number" "$(printf '%s' "$2" | sed 's/"/\\"/g')"
}
asked='"request":{"reference":"R","kind":"external_record_check","purpose":"t"}'

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

# --- By any socket --------------------------------------------------------------------------------
gives "socket: unknown method" 'unknown_op: op: there is no operation \"frobnicate\"' 0 \
    raw "$(envelope frobnicate '{}')"
gives "socket: unknown field of the envelope" 'bad_request: unknown field \"x\"' 0 \
    raw '{"v":1,"op":"health","id":"0123456789abcdef0123456789abcdef","ts":1,"body":"{}","x":1}'
gives "socket: unknown field of a check" 'bad_request: unknown field \"colour\"' 0 \
    raw "$(envelope check "{$asked,\"colour\":1,\"people\":[]}")"
gives "socket: wrong type" 'bad_request: request.reference: expected a string' 0 \
    raw "$(envelope check '{"request":{"reference":7,"kind":"external_record_check","purpose":"t"},"people":[]}')"
gives "socket: empty query" 'bad_request: people: is empty' 0 \
    raw "$(envelope check "{$asked,\"people\":[]}")"
gives "socket: a person with nothing to search by" 'bad_request: people[0]: nothing to search by: give a name, a date of birth, an address, a phone, an e-mail or an identifier' 0 \
    raw "$(envelope check "{$asked,\"people\":[{\"names\":[{\"full\":\"unknown\"}]}]}")"
gives "socket: invalid UTF-8" 'bad_request: not valid UTF-8 at byte 95' 0 \
    raw "$(envelope check "$(printf '\377')")"
gives "socket: 30 February" 'bad_request: people[0].births[0]: 30 February is not a day of the calendar' 0 \
    raw "$(envelope check "{$asked,\"people\":[{\"births\":[\"2009-02-30\"]}]}")"
gives "socket: not JSON" "bad_request: envelope:1: not valid JSON: '[' or '{' expected near 'hello'" 0 raw hello
gives "socket: another version" 'unsupported_version: v: version 2 is not supported; this server speaks version 1' 0 \
    raw '{"v":2,"op":"health","id":"0123456789abcdef0123456789abcdef","ts":1,"body":"{}"}'
gives "socket: 1,000 levels of JSON" 'too_large: envelope:1: JSON is nested deeper than 8 levels' 0 \
    raw "$(head -c 1000 /dev/zero | tr '\0' '[')"

# --- By the client --------------------------------------------------------------------------------
client_check() {
	"$bin"/client check --socket "$socket" --role qa_officer "$@"
}
with_words() {
	client_check --reference R --kind external_record_check --purpose test "$@"
}
head -c 10485760 /dev/zero | tr '\0' ' ' >"$work/big.json"
gives "client: 10 MB" 'client check: WORK/big.json: file is larger than 65536 bytes' 65 \
    client_check --file "$work/big.json"
head -c 1000 /dev/zero | tr '\0' '[' >"$work/deep.json"
gives "client: 1,000-deep JSON" 'client check: WORK/deep.json:1: JSON is nested deeper than 8 levels' 65 \
    client_check --file "$work/deep.json"
{
	printf '{%s,"people":[{"names":[' "$asked"
	seq -f '{"full":"Name %.0f"}' -s, 500
	printf ']}]}'
} >"$work/names.json"
gives "client: 500 names" 'client check: WORK/names.json: people[0].names: has more than 32 entries' 65 \
    client_check --file "$work/names.json"
gives "client: empty query" 'client check: nothing is asked: give --reference, --kind, --purpose and a person, or --file' 64 \
    client_check
gives "client: a person with nothing to search by" 'client check: bad_request: people[0]: nothing to search by: give a name, a date of birth, an address, a phone, an e-mail or an identifier' 65 \
    with_words --forename unknown
gives "client: 30 February" 'client check: person 1: dob: 30 February is not a day of the calendar' 65 \
    with_words --dob 2009-02-30
gives "client: invalid UTF-8" 'client check: person 1: surname: byte 2 is not text in UTF-8' 65 \
    with_words --surname "$(printf 'a\377')"

# --- The indexer ----------------------------------------------------------------------------------
indexer_load() {
	"$bin"/indexer load --system helpline --data "$work/data" "$@"
}
gives "indexer: unknown mapping" 'indexer load: WORK/none.json: no such file' 66 \
    indexer_load --mapping "$work/none.json" --export fixtures/helpline.csv
gives "indexer: an export that is a folder" 'indexer load: fixtures: the export is a folder, not a file' 65 \
    indexer_load --mapping schemas/exports/helpline.json --export fixtures
# T130 has the second indexer's message, which needs a first one at work.

# --- searchd's start ------------------------------------------------------------------------------
sed "s|$socket|ipc://$work/two.sock|" "$work/searchd.conf" >"$work/two.conf"
gives "searchd: two on one ledger" 'TIME error searchd req=- start err="WORK/data/ledger/ledger.db.lock: held by process PID"' 75 \
    timeout 20 "$bin"/searchd --config "$work/two.conf"
kill "$daemon"
wait "$daemon"
daemon=
cp -R schemas "$work/schemas"
rm "$work/schemas/model/default.json"
sed "s|^schemas.*|schemas = $work/schemas|" "$work/searchd.conf" >"$work/three.conf"
gives "searchd: missing model" 'TIME error searchd req=- start err="WORK/schemas/model/default.json: no such file"' 66 \
    timeout 20 "$bin"/searchd --config "$work/three.conf"
mv "$work/data/ledger" "$work/ledger"
: >"$work/data/ledger"
gives "searchd: a ledger that cannot be written" 'TIME error searchd req=- start err="WORK/data/ledger: not a folder"' 65 \
    timeout 20 "$bin"/searchd --config "$work/searchd.conf"
rm "$work/data/ledger"
mv "$work/ledger" "$work/data/ledger"

# --- A corrupt manifest: the system is not searched, and the answer says so -------------------------
echo '{' >"$work/data/index/helpline/current/manifest.json"
gives "indexer: corrupt manifest" 'WORK/data/index/helpline/00000001/manifest.json:2: not valid JSON: string or '"'}'"' expected near end of file' 0 \
    sh -c '"$0"/indexer status --data "$1" 2>&1 | sed -n "s/^helpline *//p"' "$bin" "$work/data"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts with a corrupt manifest"; exit 1; }
answer=$(with_words --surname Smith --dob 2009-01-02 --json)
echo "$answer" | grep -q '"system":"helpline","title":"Helpline and contact centre","leg":"qa","searched":false,"reason":"cannot be read: [^"]*manifest.json:2: not valid JSON' &&
    echo "$answer" | grep -q '"complete":false' && faults= || faults=$answer
verdict "searchd: a corrupt manifest leaves the check incomplete, with the reason" "$faults"
[ "$failures" = 0 ]
