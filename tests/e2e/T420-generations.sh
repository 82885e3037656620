#!/bin/sh
# Goal of this test: a new generation is picked up without a restart and without one failed query; a
# damaged one is refused, logged, and the old one goes on serving; SIGHUP reads the rules again.
# shellcheck source=../fault/lib.sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
ask="$tools/ask --role qa_officer"
body='{"request":{"reference":"GEN","kind":"external_record_check","purpose":"test"},"people":[{"names":[{"full":"Katherine OBrien"}]}]}'
generation() { # of helpline, as the daemon has it
	$ask "$socket" index.status '{}' | sed -n 's/.*"system":"helpline"[^}]*"generation":\([0-9]*\).*/\1/p'
}
until_generation() { # number: within 5 s
	tries=0
	while [ "$(generation)" != "$1" ] && [ "$tries" -lt 50 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ "$(generation)" = "$1" ]
}

load helpline csv >/dev/null 2>&1 || { echo "not ok loading helpline"; exit 1; }
load ctac jsonl >/dev/null 2>&1 || { echo "not ok loading ctac"; exit 1; }
write_config
cp -R schemas "$work/schemas"
sed -i "s|^schemas = .*|schemas = $work/schemas|" "$work/searchd.conf"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }

loop() {
	while [ ! -e "$work/enough" ]; do
		$ask "$socket" check "$body" | head -n 1 >>"$work/loop.$1"
	done
}
loop 1 & one=$!
loop 2 & two=$!
faults=
for round in 2 3 4 5; do
	load helpline csv >/dev/null 2>&1
	until_generation "$round" || faults="$faults generation $round did not come;"
done
: >"$work/enough"
wait "$one" "$two"
verdict "generations: four loads are each picked up within 5 s" "$faults"
asked=$(cat "$work"/loop.* | wc -l)
bad=$(cat "$work"/loop.* | grep -vc '^ok ')
[ "$bad" = 0 ] && [ "$asked" -gt 20 ] && faults= || faults="$bad of $asked failed"
verdict "generations: $asked queries meanwhile, none failed" "$faults"

# Workers that are asked nothing go over to it too: of four, one has answered here.
held() { # files of generations before number that the daemon has open
	for file in "/proc/$daemon/fd"/*; do
		readlink "$file" | grep -o "index/helpline/[0-9]*/[a-z./]*"
	done | awk -F/ -v now="$1" '$3 + 0 < now'
}
tries=0
while [ -n "$(held 5)" ] && [ "$tries" -lt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
verdict "generations: nobody keeps an old one's files" "$(held 5)"

# A generation with one byte changed after it was written.
load helpline csv >/dev/null 2>&1
until_generation 6
load helpline csv >/dev/null 2>&1 &
wait $!
new=$work/data/index/helpline/00000008
cp -R "$work/data/index/helpline/00000007" "$new"
sed -i 's/"generation": *7/"generation":8/; s/"base_generation": *7/"base_generation":8/' "$new/manifest.json"
printf 'X' | dd of="$new/base.glass" bs=1 seek=3000 conv=notrunc status=none
ln -sfn 00000008 "$work/data/index/helpline/current.new"
until_generation 7
mv -T "$work/data/index/helpline/current.new" "$work/data/index/helpline/current"
tries=0
until grep -q generation_refused "$work/searchd.log" || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
grep -q 'generation_refused err=.*base.glass' "$work/searchd.log" && faults= || faults=$(tail -n 3 "$work/searchd.log")
verdict "generations: a damaged one is refused and logged" "$faults"
[ "$(generation)" = 7 ] && $ask "$socket" check "$body" | grep -q '^ok ' && faults= || faults="generation $(generation)"
verdict "generations: the old one goes on serving" "$faults"
sleep 1.2
[ "$(grep -c generation_refused "$work/searchd.log")" = 1 ] && faults= || faults="$(grep -c generation_refused "$work/searchd.log") lines"
verdict "generations: it is logged once, not at each look" "$faults"

# Started upon the damaged one: the system is said to be unreadable and the rest is searched.
kill "$daemon"
wait "$daemon"
start_daemon
wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts on a damaged generation"; exit 1; }
$ask "$socket" check "$body" >"$work/out"
grep -q '"system":"helpline",[^}]*"searched":false,"reason":"cannot be read' "$work/out" &&
    grep -q '"system":"ctac",[^}]*"searched":true' "$work/out" &&
    grep -q '"leg_complete":false' "$work/out" && faults= || faults=$(cut -c1-1500 "$work/out")
verdict "generations: a system that cannot be read leaves the check incomplete and named" "$faults"

# SIGHUP: a good policy is taken, a bad one is refused and the old one kept.
model() {
	$ask "$socket" health '{}' | sed -n 's/.*"policy":{"name":"\([^"]*\)".*/\1/p'
}
sed -i 's/"name": *"Case review procedures, 2019-02"/"name": "Changed policy"/' "$work/schemas/policy/default.json"
kill -HUP "$daemon"
tries=0
until [ "$(model)" = "Changed policy" ] || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
[ "$(model)" = "Changed policy" ] && faults= || faults=$(model)
verdict "reload: SIGHUP takes the new policy" "$faults"
echo '{' >"$work/schemas/policy/default.json"
kill -HUP "$daemon"
tries=0
until grep -q reload_refused "$work/searchd.log" || [ "$tries" -gt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
grep -q 'reload_refused err=.*policy/default.json' "$work/searchd.log" && [ "$(model)" = "Changed policy" ] &&
    faults= || faults=$(tail -n 2 "$work/searchd.log")
verdict "reload: a bad policy is refused and the running one kept" "$faults"
[ "$failures" = 0 ]
