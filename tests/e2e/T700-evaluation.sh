#!/bin/sh
# Goal of this test: the programs that measure matching quality count right, on results made by hand whose
# figures are known by counting (bench/selftest.sh says which).
cd "$(dirname "$0")/../.." || exit 70
if out=$(bench/selftest.sh 2>&1); then
	echo "ok evaluation: figures of hand-made results are those counted by hand"
else
	echo "$out" | sed 's/^/# /'
	echo "not ok evaluation: figures of hand-made results are those counted by hand"
	exit 1
fi
