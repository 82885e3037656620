#!/bin/sh
# Goal of this test: a stock nng REQ socket can ask (docs/protocol.md says so), one or many at a time.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
command -v nngcat >/dev/null || { echo "ok nngcat # skip nngcat is not installed"; exit 77; }
write_config
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
printf '%s' '{"v":1,"op":"health","id":"0123456789abcdef0123456789abcdef","role":"qa_officer","ts":1790000000000,"body":"{}"}' >"$work/health"
cat_ask() {
	nngcat --req --dial "$socket" --file "$1" --ascii --recv-timeout 5 2>&1
}
out=$(cat_ask "$work/health")
case $out in *'"ok":true'*'ready'*) faults= ;; *) faults=$out ;; esac
verdict "nngcat: a stock REQ socket is answered" "$faults"
printf 'no JSON' >"$work/bad"
out=$(cat_ask "$work/bad")
case $out in *'"code":"bad_request"'*) faults= ;; *) faults=$out ;; esac
verdict "nngcat: what is no envelope gets an error and no silence" "$faults"
faults=
pids=
for n in $(seq 20); do
	cat_ask "$work/health" >"$work/cat.$n" &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # a list of numbers
wait $pids
good=$(cat "$work"/cat.* | grep -o '"ok":true' | wc -l)
[ "$good" = 20 ] && faults= || faults="$good of 20"
verdict "nngcat: twenty at the same time are answered" "$faults"
[ "$failures" = 0 ]
