#!/bin/sh
# Goal of this test: the whole table of roles and methods, walked on the running service. What the table
# (tests/unit/ledger/policy_rules.txt, pinned to the procedure) does not allow is forbidden, and each refusal
# is one entry of the ledger; what it allows is not forbidden; no role is missing, no method.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
table=tests/unit/ledger/policy_rules.txt
roles=$(sed -n 's/^ *{"key": "\([a-z_]*\)", "title": .*"legs": .*/\1/p' schemas/policy/default.json)
count=$(echo "$roles" | wc -l)
# "method marks...": a mark for each role
awk -v n="$count" '$1 ~ /^[a-z]+(\.[a-z]+)?$/ && NF >= n + 1 {
	ok = 1
	for (i = 2; i <= n + 1; i++)
		if ($i != "x" && $i != ".")
			ok = 0
	if (ok)
		print
}' "$table" >"$work/table"

ask() { # role, method, body
	"$tools"/ask --role "$1" --timeout 5000 "$socket" "$2" "$3"
}

head_seq() {
	"$tools"/ask --role "$any" --timeout 5000 "$socket" ledger.head '{}' | sed -n 's/.*"seq":\([0-9]*\).*/\1/p'
}

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
methods=$(wc -l <"$work/table")
faults=
[ "$count" -ge 20 ] && [ "$methods" -ge 40 ] || faults="$count roles, $methods methods"
verdict "roles: the table has its roles and methods" "$faults"

allowed_wrong='' forbidden_wrong='' unlogged='' walked=0 refused=0
# One user holds at most 16 roles: the table is walked in halves.
for half in 1 2; do
	mine=$(echo "$roles" | awk -v h="$half" 'NR % 2 == h - 1')
	any=$(echo "$mine qa_officer" | tr ' ' '\n' | tail -n 1)
	list=$(printf '%s\n' "$mine" qa_officer | sort -u | tr '\n' ',' | sed 's/,$//')
	write_config
	sed -i "s/roles .*/roles $list/" "$work/searchd.conf"
	start_daemon
	"$tools"/ask --role "$any" --timeout 100 "$socket" health '{}' >/dev/null 2>&1
	tries=0
	until "$tools"/ask --role "$any" --timeout 1000 "$socket" health '{}' >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || { echo "not ok roles: searchd starts"; tail -n 3 "$work/searchd.log"; exit 1; }
		sleep 0.1
	done
	for role in $mine; do
		at=$(echo "$roles" | grep -nx "$role" | cut -d: -f1)
		before=$(head_seq)
		forbidden=0
		for method in $(awk -v at="$at" '$(at + 1) == "." && $NF != "internal" { print $1 }' "$work/table"); do
			forbidden=$((forbidden + 1))
			case $(ask "$role" "$method" '{}') in
			"error forbidden"*) ;;
			*) forbidden_wrong="$forbidden_wrong $role:$method" ;;
			esac
		done
		after=$(head_seq)
		[ $((after - before)) = "$forbidden" ] ||
			unlogged="$unlogged $role ($forbidden refused, $((after - before)) entries)"
		refused=$((refused + forbidden))
		# what only searchd itself does is no operation at all
		for method in $(awk '$NF == "internal" { print $1 }' "$work/table"); do
			case $(ask "$role" "$method" '{}') in
			"error unknown_op"* | "error forbidden"*) ;;
			*) forbidden_wrong="$forbidden_wrong $role:$method" ;;
			esac
		done
		for method in $(awk -v at="$at" '$(at + 1) == "x" { print $1 }' "$work/table"); do
			# nonsense, so that nothing is done: it must be read, not refused
			case $(ask "$role" "$method" '{"no_such_field":1}') in
			"error bad_request"*) ;;
			*) allowed_wrong="$allowed_wrong $role:$method" ;;
			esac
		done
		walked=$((walked + methods))
	done
	kill "$daemon"
	wait "$daemon"
	daemon=
done
verdict "roles: all $refused refusals of $walked pairs are forbidden" "$forbidden_wrong"
verdict "roles: each refusal is one entry" "$unlogged"
verdict "roles: what is allowed is read and answered" "$allowed_wrong"
"$bin"/client ledger verify "$work/data/ledger/ledger.db" >"$work/out" 2>&1 && faults= || faults=$(cat "$work/out")
verdict "roles: the ledger verifies" "$faults"
[ "$failures" = 0 ]
