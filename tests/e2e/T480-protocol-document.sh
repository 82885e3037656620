#!/bin/sh
# Goal of this test: docs/protocol.md is true: its example of each request is accepted as it stands there, and
# each field that its examples of answers name is in a real answer, and no other.
# shellcheck source=lib-procedure.sh
. "$(dirname "$0")/lib-procedure.sh"
document=docs/protocol.md
ask="$tools/ask --role qa_officer"
keys() { # of JSON text, each once; those that are values of open shape ({...}) are not looked into
	grep -oE '"[a-z_]+":' "$@" | sort -u
}
block() { # the nth block of JSON in the document
	awk -v n="$1" '/^```json/ { i++; on = i == n; next } /^```/ { on = 0 } on' "$document"
}
load_all
begin_daemon qa_officer,nsit_officer,media

# Block 1: the envelopes. Block 2: a check. Block 3: its answer.
block 1 | head -n 1 | sed 's/"op":"check"/"op":"health"/; s/"body":"{...}"/"body":"{}"/' | tr -d '\n' >"$work/envelope"
if command -v nngcat >/dev/null; then
	nngcat --req --dial "$socket" --file "$work/envelope" --ascii --recv-timeout 5 >"$work/out" 2>&1
	block 1 | sed -n 2p | keys - >"$work/want"
	# The body is a string in the string: its keys are quoted once more.
	sed 's/\\"[a-z_]*\\"://g; s/\\//g' "$work/out" | sed 's/"body":.*/"body":/' | keys - >"$work/found"
	verdict "document: the envelopes" "$(diff "$work/want" "$work/found" && grep -q '"ok":true' "$work/out" || cat "$work/out")"
fi

block 2 | tr -d '\n' | sed 's/"of":"CHK-7K3F-9QWD",//' >"$work/check.json"
$ask "$socket" check - <"$work/check.json" >"$work/out"
head -n 1 "$work/out" | grep -q '^ok ' && faults= || faults=$(cat "$work/out")
verdict "document: the example of a check is accepted" "$faults"
$ask "$socket" check - <<CHECK >"$work/answer"
{"request":{"reference":"DOC","kind":"serious_incident","purpose":"test"},"people":[
{"ref":"child","names":[{"forenames":"Katherine Anne","surname":"O'Brien"}],"births":["2009-03-04"],"addresses":[{"text":"12 Acacia Avenue","postcode":"LS8 4AB"}]},
{"ref":"mother","names":[{"forenames":"Siobhan","surname":"O'Brien"}],"phones":["07700 900142"]}]}
CHECK
block 3 | keys - >"$work/want"
tail -n 1 "$work/answer" | keys - >"$work/found"
verdict "document: its answer has the fields of a real one, and no other" "$(diff "$work/want" "$work/found")"

check=$(sed -n 's/.*{"check":"\(CHK-[^"]*\)".*/\1/p' "$work/answer")
for op in check.get record.status index.status ledger.head health; do
	paragraph=$(awk -v op="### \`$op\`" '$0 == op { on = 1; next } /^##/ { on = 0 } on' "$document")
	asked=$(echo "$paragraph" | sed -n '1s/^`\({[^`]*}\)` gives.*/\1/p' | sed "s/CHK-7K3F-9QWD/$check/")
	out=$($ask "$socket" "$op" "$asked")
	case $out in "ok "*) faults= ;; *) faults="asked \"$asked\": $out" ;; esac
	verdict "document: the example of $op is accepted" "$faults"
	# All code of the paragraph, so that an answer may be broken over lines.
	told=$(echo "$paragraph" | tr '\n' ' ')
	missing=
	case $op in
	check.get) names="check entries seq at kind user role body not_shown" ;;
	index.status) names="systems" ;;
	*) names=$(echo "$out" | tail -n 1 | sed 's/"limits":{[^}]*}/"limits":{}/; s/{"name":"[^"]*","hash":"[^"]*"}/{}/g' |
	    grep -oE '"[a-z_]+":' | tr -d '":' | sort -u) ;;
	esac
	for name in $names; do
		echo "$told" | grep -q "\"$name\":" || missing="$missing $name(not told)"
		echo "$out" | grep -q "\"$name\":" || missing="$missing $name(not there)"
	done
	verdict "document: the fields of $op are those of a real answer" "$missing"
done
# Block 4: why. Block 5: its answer, whose candidates have also the fields of a check's.
block 4 | tr -d '\n' | sed 's/"system":"helpline","record_id":"H-1003","person_id":"2"/"system":"helpline","record_id":"H-2016-00101","person_id":"child1"/' >"$work/why.json"
$ask "$socket" why - <"$work/why.json" >"$work/why"
head -n 1 "$work/why" | grep -q '^ok ' && faults= || faults=$(cat "$work/why")
verdict "document: the example of why is accepted" "$faults"
{
	block 5
	block 3 | sed -n '/"candidates":\[/,/"evidence":/p'
	block 3 | grep '"coverage":' -A1
} | keys - | grep -v not_shown >"$work/want"
tail -n 1 "$work/why" | keys - | grep -v not_shown >"$work/found"
verdict "document: its answer has the fields of a real one, and no other" "$(diff "$work/want" "$work/found")"
for name in rows_rejected published; do
	$ask "$socket" index.status '{}' | grep -q "\"$name\":" && faults= || faults="not there"
	verdict "document: index.status has $name" "$faults"
done
# Block 6: request.log. Block 7: its answer. Block 8: request.get.
block 6 | tr -d '\n' | sed 's/"received_at":"[^"]*",//' >"$work/log.json"
$ask "$socket" request.log - <"$work/log.json" >"$work/out"
head -n 1 "$work/out" | grep -q '^ok ' && faults= || faults=$(cat "$work/out")
verdict "document: the example of request.log is accepted" "$faults"
block 7 | keys - >"$work/want"
tail -n 1 "$work/out" | keys - >"$work/found"
verdict "document: its answer has the fields of a real one, and no other" "$(diff "$work/want" "$work/found")"
request=$(sed -n 's/.*{"request":"\(REQ-[^"]*\)".*/\1/p' "$work/out")
asked_of() { # op: what its paragraph says is asked, of the request that was logged
	awk -v op="### \`$1\`" '$0 == op { on = 1; next } /^##/ { on = 0 } on' "$document" |
	    sed -n '1s/^`\({[^`]*}\)` gives.*/\1/p' | sed "s/REQ-4M7C-2XPA/$request/"
}
told_of() { # op: the names of fields that the answer in its paragraph has
	awk -v op="### \`$1\`" '$0 == op { on = 1; next } /^##/ { on = 0 } on' "$document" |
	    sed '1s/^`{[^`]*}` gives//' | tr '\n' ' ' | sed 's/^ *`\([^`]*\)`.*/\1/' | keys -
}
$ask "$socket" check "{\"request\":\"$request\"}" >/dev/null
for op in request.note due request.get request.list media.status request.decline; do
	role=qa_officer
	[ "$op" = media.status ] && role=media
	"$tools"/ask --role "$role" "$socket" "$op" "$(asked_of "$op")" >"$work/out"
	head -n 1 "$work/out" | grep -q '^ok ' && faults= || faults="asked \"$(asked_of "$op")\": $(cat "$work/out")"
	verdict "document: the example of $op is accepted" "$faults"
	case $op in
	request.get) block 8 | keys - >"$work/want" ;;
	request.list) { echo '"requests": "more":'; block 8 | sed -n '1,/"legs":/p'; } | sed 's/"legs".*//' | keys - >"$work/want" ;;
	due) { told_of due; block 8 | sed -n '/"due":/,/met_by/p' | keys -; echo '"request":'; echo '"reference":'; } | sort -u >"$work/want" ;;
	*) told_of "$op" >"$work/want" ;;
	esac
	# A system that is whole is not missing.
	tail -n 1 "$work/out" | sed 's/"missing":\[\]/"missing":[{"system":""}]/' | keys - >"$work/found"
	verdict "document: the answer of $op has the fields of a real one, and no other" "$(diff "$work/want" "$work/found")"
done
[ "$failures" = 0 ]
