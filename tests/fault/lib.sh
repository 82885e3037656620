# Shared by the fault scripts: a temporary data folder, a daemon that is started and killed by pid.
# shellcheck shell=sh
cd "$(dirname "$0")/../.." || exit 70
umask 077
bin=${BIN:-build} # another build can be put to the test: BIN=build/tsan-tree
work=$(mktemp -d /tmp/record-check-fault.XXXXXX)
socket=ipc://$work/searchd.sock
daemon=
failures=0

cleanup() {
	[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP PIPE

verdict() { # name, faults
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		echo "$2" | sed 's/^/# /'
		failures=$((failures + 1))
	fi
}

# A pseudo-random whole number below $1 from a seeded series, so that a run can be repeated.
seed=${FAULT_SEED:-20261123}
below() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $((seed / 65536 % $1))
}

sleep_ms() {
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}

load() { # system, extension, further arguments
	system=$1 extension=$2
	shift 2
	"$bin"/indexer load --system "$system" --mapping "schemas/exports/$system.json" \
	    --export "fixtures/$system.$extension" --data "$work/data" "$@"
}

write_config() {
	cat >"$work/searchd.conf" <<CONF
listen = $socket
data = $work/data
schemas = $PWD/schemas
workers = 4
user = tester uid $(id -u) roles qa_officer,nsit_officer
CONF
}

start_daemon() {
	"$bin"/searchd --config "$work/searchd.conf" 2>>"$work/searchd.log" &
	daemon=$!
}

wait_ready() {
	tries=0
	until "$bin"/client status --socket "$socket" --role qa_officer >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] && kill -0 "$daemon" 2>/dev/null || return 1
		sleep 0.1
	done
}
