#!/bin/sh
# Installs the Debian packages that the project needs and this machine lacks. Quiet when none is.
set -eu
cd "$(dirname "$0")/.."
packages=$(sed 's/#.*//' tests/packages.txt | tr '\n' ' ')
missing=
for p in $packages; do
	dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "Installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "setup: these Debian packages are missing, and only root can install them:$missing" >&2
		exit 77
	fi
	as_root=sudo
fi
log=$(mktemp)
# shellcheck disable=SC2086 # both are lists of words
if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
	cat "$log" >&2
	rm -f "$log"
	echo "setup: apt-get could not install the packages above" >&2
	exit 69
fi
rm -f "$log"
