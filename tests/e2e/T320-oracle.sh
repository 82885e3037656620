#!/bin/sh
# Retrieval finds exactly whom scoring everyone finds (tests/tools/oracle.c; `make oracle` is the
# large run).
set -u
cd "$(dirname "$0")/../.." || exit 70
out=$(mktemp)
trap 'rm -f "$out"' EXIT
if build/release/tools/oracle 4000 2 >"$out" 2>&1 && grep -q '^differences: 0 ' "$out"; then
	echo "ok 1 - every mix of fields, four floors: $(sed -n 's/^at the floor and not capped: //p' "$out")"
else
	sed 's/^/# /' "$out"
	echo "not ok 1 - retrieval differs from scoring everyone"
	exit 1
fi
