# Shared by eval.sh and run.sh: a temporary folder, a daemon that is started and killed by its pid.
# shellcheck shell=sh disable=SC2034 # variables are for the scripts that read this
cd "$(dirname "$0")/.." || exit 70
umask 077
bin=build
tools=$bin/release/tools
work=$(mktemp -d "${TMPDIR:-/tmp}/record-check-bench.XXXXXX") || exit 73
socket=ipc://$work/searchd.sock
daemon=

stop_daemon() {
	[ -n "$daemon" ] || return 0
	kill "$daemon" 2>/dev/null
	tries=0
	while kill -0 "$daemon" 2>/dev/null && [ "$tries" -lt 150 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	kill -9 "$daemon" 2>/dev/null
	wait "$daemon" 2>/dev/null
	daemon=
}

cleanup() {
	stop_daemon
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail() {
	echo "$0: $*" >&2
	exit 70
}

ready() {
	"$bin"/client status --socket "$socket" --role qa_officer >/dev/null 2>&1
}

# Starts searchd on a data folder with a policy and the shipped model and calibration (or, to measure a
# change side by side, the files that EVAL_MODEL and EVAL_CALIBRATION name), waits until it answers. Each
# folder has its own ledger. $ready_ms: from its start to its first answer, probes included.
start_daemon() { # data folder, policy file
	cat >"$work/searchd.conf" <<CONF
listen = $socket
data = $1
schemas = $PWD/schemas
policy = $2
${EVAL_MODEL:+model = $EVAL_MODEL}
${EVAL_CALIBRATION:+calibration = $EVAL_CALIBRATION}
user = bench uid $(id -u) roles qa_officer,nsit_officer
CONF
	from_ms=$(date +%s%3N)
	"$bin"/searchd --config "$work/searchd.conf" 2>"$work/searchd.log" &
	daemon=$!
	tries=0
	until ready; do
		tries=$((tries + 1))
		if [ "$tries" -gt 1200 ] || ! kill -0 "$daemon" 2>/dev/null; then
			tail -n 5 "$work/searchd.log" >&2
			fail "searchd did not start"
		fi
		sleep 0.05
	done
	# shellcheck disable=SC2034 # run.sh prints it
	ready_ms=$(($(date +%s%3N) - from_ms))
}

# The number or word that a key of a one-line JSON object on stdin has.
json_field() { # key
	sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"
}

load_system() { # system, mapping, export, data folder, further options
	system=$1 mapping=$2 export=$3 folder=$4
	shift 4
	"$tools"/measure "$bin"/indexer load --quiet --system "$system" --mapping "$mapping" \
	    --export "$export" --data "$folder" --json "$@" >"$work/load.$system.json" 2>"$work/load.$system.log" ||
	    { tail -n 5 "$work/load.$system.log" >&2; fail "loading $system failed"; }
}

extension_of() { # system
	case $1 in
	childrens_services | helpline) echo csv ;;
	participation) echo tsv ;;
	*) echo jsonl ;;
	esac
}
# shellcheck disable=SC2034 # for those who source this
systems="childrens_services helpline childline ctac participation"
