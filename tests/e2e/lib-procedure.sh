# Shared by the scripts about the procedure: a daemon over the five fixtures, questions by role.
# shellcheck shell=sh
. "$(dirname "$0")/../fault/lib.sh"
tools=${TOOLS:-build/release/tools}
as() { # role, op, body
	"$tools"/ask --role "$1" "$socket" "$2" "$3"
}
holds() { # name, file, texts that must all be in it
	name=$1 file=$2
	shift 2
	faults=
	for text in "$@"; do
		grep -qF -e "$text" "$file" || faults="$faults
not there: $text"
	done
	[ -z "$faults" ] || faults="$faults
$(cut -c1-1500 "$file")"
	verdict "$name" "$faults"
}
lacks() { # name, file, texts that must not be in it
	name=$1 file=$2
	shift 2
	faults=
	for text in "$@"; do
		! grep -qF -e "$text" "$file" || faults="$faults
there: $text"
	done
	[ -z "$faults" ] || faults="$faults
$(cut -c1-1500 "$file")"
	verdict "$name" "$faults"
}
field() { # key, file: the first text under that key
	sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2" | head -n 1
}
first_request() { # file: the request that an answer names first
	grep -oE 'REQ-[0-9A-Z]{4}-[0-9A-Z]{4}' "$1" | head -n 1
}
load_all() {
	for line in childrens_services:csv helpline:csv childline:jsonl ctac:jsonl participation:tsv; do
		load "${line%:*}" "${line#*:}" >/dev/null 2>&1 || { echo "not ok loading ${line%:*}"; exit 1; }
	done
}
begin_daemon() { # roles of the tester
	write_config
	sed -i "s/roles .*/roles $1/" "$work/searchd.conf"
	start_daemon
	wait_ready || { tail -n 5 "$work/searchd.log"; echo "not ok searchd starts"; exit 1; }
}
stop_daemon() {
	kill "$daemon"
	wait "$daemon"
	daemon=
}
# How many entries of a kind the ledger has.
entries() { # kind
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT count(*) FROM entry WHERE kind = '$1'"
}
bodies() { # kind, file
	sqlite3 -readonly "$work/data/ledger/ledger.db" "SELECT body FROM entry WHERE kind = '$1' ORDER BY seq" >"$2"
}
