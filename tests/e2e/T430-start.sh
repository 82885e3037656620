#!/bin/sh
# Goal of this test: searchd starts only when all is well, and otherwise says in one line what is not.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}

refuses() { # name, exit code, text that the last line must hold; the config is as it stands
	timeout 20 "$bin"/searchd --config "$work/searchd.conf" >"$work/out" 2>&1
	code=$?
	last=$(tail -n 1 "$work/out")
	faults=
	[ "$code" = "$2" ] || faults="exit code $code, not $2: $last"
	case $last in *"$3"*) ;; *) faults="$faults
not in the message: $3
$last" ;; esac
	verdict "start: $1" "$faults"
}

write_config
"$bin"/searchd --config "$work/searchd.conf" -n >"$work/out" 2>&1
[ "$(cat "$work/out")" = "$work/searchd.conf is good" ] && [ ! -e "$work/data" ] && faults= || faults=$(cat "$work/out")
verdict "start: -n checks and touches nothing" "$faults"
"$bin"/searchd >"$work/out" 2>&1
[ $? = 64 ] && faults= || faults=$(cat "$work/out")
verdict "start: without --config it is wrong usage" "$faults"
"$bin"/searchd --version | grep -q '^searchd [0-9]' && faults= || faults=$("$bin"/searchd --version)
verdict "start: --version" "$faults"

rm "$work/searchd.conf"
refuses "no configuration" 66 "$work/searchd.conf"
write_config
echo 'colour = red' >>"$work/searchd.conf"
refuses "unknown key" 65 "$work/searchd.conf:6: unknown key \\\"colour\\\""
write_config
sed -i 's/^workers.*/workers = 4 x/' "$work/searchd.conf"
refuses "trailing text" 65 "$work/searchd.conf:4: workers: expected 1 to 64"
write_config
sed -i "s/^user.*/user = tester uid 0 roles boss/" "$work/searchd.conf"
refuses "a role that the policy does not know" 65 "$work/searchd.conf:5: user: the policy knows no role \\\"boss\\\""
write_config
sed -i 's|^listen.*|listen = tcp://127.0.0.1:9|' "$work/searchd.conf"
refuses "another transport" 65 "listen: expected ipc://PATH; no other transport says who asks"
write_config
chmod go+w "$work/searchd.conf"
refuses "a configuration that others may write" 65 "others than its owner may write it"
chmod go-w "$work/searchd.conf"
write_config
echo 'model = /nowhere/model.json' >>"$work/searchd.conf"
refuses "no model" 66 "/nowhere/model.json"
write_config
echo '{"format":2,"colour":2}' >"$work/policy.json"
echo "policy = $work/policy.json" >>"$work/searchd.conf"
refuses "a bad policy" 65 "$work/policy.json: unknown field \\\"colour\\\""
write_config
mkdir -p "$work/data/ledger/ledger.db"
timeout 20 "$bin"/searchd --config "$work/searchd.conf" >"$work/out" 2>&1
code=$?
[ "$code" != 0 ] && grep -q 'ledger.db' "$work/out" && faults= || faults="exit code $code: $(cat "$work/out")"
verdict "start: a ledger that cannot be written" "$faults"
rm -rf "$work/data"
write_config
echo precious >"$work/searchd.sock"
refuses "a plain file where the socket goes" 65 "is there already and is not a socket; it is left alone"
[ "$(cat "$work/searchd.sock")" = precious ] && faults= || faults="it is gone"
verdict "start: the file is left alone" "$faults"
rm "$work/searchd.sock"
sed -i "s|^listen.*|listen = ipc://$work/nowhere/s.sock|" "$work/searchd.conf"
refuses "no folder for the socket" 66 "the socket's folder does not exist"

write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
first=$daemon
sed -i "s|^listen.*|listen = ipc://$work/second.sock|" "$work/searchd.conf"
refuses "a ledger that another searchd holds" 75 "held by process $first"
write_config
sed -i "s|^data.*|data = $work/data2|" "$work/searchd.conf"
refuses "a socket that a live searchd has" 75 "the socket is in use by a running process"
"$tools"/ask --role qa_officer "$socket" health '{}' | grep -q '^ok' && faults= || faults="it does not"
verdict "start: the first still answers" "$faults"
mode=$(stat -c %a "$work/searchd.sock")
[ "$mode" = 660 ] && faults= || faults="mode $mode"
verdict "start: the socket's mode is 0660" "$faults"
loose=$(find "$work/data" -perm /077 ! -name sign.pub) # the public key is for others to read
verdict "start: ledger files are the owner's only" "$loose"

kill -9 "$daemon"
wait "$daemon" 2>/dev/null
write_config
start_daemon
wait_ready && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "start: a socket left by a killed searchd is replaced" "$faults"
[ "$failures" = 0 ]
