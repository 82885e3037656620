#!/bin/sh
# Goal of this test: the rulers are straight. Hand-made results whose figures are known by counting.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
faults=0

expect() { # what, wanted, found
	[ "$2" = "$3" ] && return 0
	echo "selftest: $1: expected $2, found $3" >&2
	faults=$((faults + 1))
}
line() { # ref, then record:weight ...
	ref=$1 list=
	shift
	for one; do
		list="$list${list:+,}{\"system\":\"labelled\",\"record_id\":\"${one%:*}\",\"person_id\":\"p\",\"match_weight\":${one#*:}}"
	done
	echo "{\"ref\":\"$ref\",\"results\":[$list]}"
}

# Clusters of 3, 2 and 1: 3 + 1 true pairs. Found: a-b at 20 (once 9), a-c at 12, d-e at 4; not b-c.
# Wrong: c-f at 11, both directions. At 10: 2 right of 3, of 4 wanted: F1 4/7. At 15: 1 of 1: 2/5.
# Best: at 4, 3 right of 4: F1 6/8.
cat >"$work/set.csv" <<CSV
id,cluster,forename
a,1,"x, y"
b,1,
c,1,
d,2,
e,2,
f,3,
CSV
{
	line a a:30 b:20 c:12
	line b b:30 a:9
	line c c:30 f:11
	line d d:30 e:4
	line e e:30
	line f f:30 c:11
} >"$work/set.jsonl"
out=$("$tools"/eval_pairs "$work/set.csv" "$work/set.jsonl" hand)
expect "true pairs" 4 "$(echo "$out" | json_field true_pairs)"
expect "listed pairs" 4 "$(echo "$out" | json_field listed_pairs)"
expect "recall of the list" 0.7500 "$(echo "$out" | json_field recall_listed)"
expect "best F1" 0.7500 "$(echo "$out" | json_field best_f1)"
expect "its threshold" 4.00 "$(echo "$out" | json_field threshold)"
expect "F1 at 10" 0.5714 "$(echo "$out" | json_field f1_at_10)"
expect "precision at 10" 0.6667 "$(echo "$out" | json_field precision_at_10)"
expect "F1 at 15" 0.4000 "$(echo "$out" | json_field f1_at_15)"

# A missing line, a line twice and an unknown record are refused.
head -n 5 "$work/set.jsonl" >"$work/short.jsonl"
"$tools"/eval_pairs "$work/set.csv" "$work/short.jsonl" hand >/dev/null 2>&1 && expect "a missing line" refused taken
{ head -n 5 "$work/set.jsonl"; line e; } >"$work/twice.jsonl"
"$tools"/eval_pairs "$work/set.csv" "$work/twice.jsonl" hand >/dev/null 2>&1 && expect "a line twice" refused taken
{ head -n 5 "$work/set.jsonl"; line f g:3; } >"$work/strange.jsonl"
"$tools"/eval_pairs "$work/set.csv" "$work/strange.jsonl" hand >/dev/null 2>&1 && expect "a strange record" refused taken
# A row that could not be asked finds nothing: 2 of its cluster's pairs are still found by others.
{ head -n 5 "$work/set.jsonl"; echo '{"ref":"f","status":"invalid","error":"nothing to search by"}'; } >"$work/bad.jsonl"
out=$("$tools"/eval_pairs "$work/set.csv" "$work/bad.jsonl" hand)
expect "failed rows" 1 "$(echo "$out" | json_field failed_rows)"
expect "listed pairs with a failed row" 4 "$(echo "$out" | json_field listed_pairs)"

# Queries against records: q1 expects a (found at 12), q2 nothing (d at 11 is wrong), q3 is left out.
cat >"$work/queries.csv" <<CSV
id,cluster,forename,expected
q1,1,,match
q2,2,,no_match
q3,3,,possible_match
CSV
head -n 2 "$work/set.csv" >"$work/records.csv"
printf 'd,2,\nf,3,\n' >>"$work/records.csv"
{
	line q1 a:12
	line q2 d:11
	line q3 f:25
} >"$work/queries.jsonl"
out=$("$tools"/eval_pairs "$work/records.csv" "$work/queries.jsonl" hand "$work/queries.csv")
expect "wanted of queries" 1 "$(echo "$out" | json_field true_pairs)"
expect "listed of queries" 2 "$(echo "$out" | json_field listed_pairs)"
expect "best F1 of queries" 1.0000 "$(echo "$out" | json_field best_f1)"
expect "F1 of queries at 10" 0.6667 "$(echo "$out" | json_field f1_at_10)"
[ "$faults" = 0 ] && echo "selftest: the rulers are straight"
