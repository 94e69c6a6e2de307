#!/usr/bin/env bash
# The two commands of the README on the smallest Debian 12, as a plain user: see
# tests/fresh.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)

said=$("$root/tests/fresh" 2>&1)
status=$?
if [ $status -eq 3 ]; then
	echo "1..0 # SKIP $(tail -n 1 <<<"$said")"
	exit 0
fi
echo 1..1
[ $status -eq 0 ] || printf 'not '
echo 'ok 1 - ./quickstart and ./quickstart test on a fresh machine'
[ $status -eq 0 ] || tail -n 40 <<<"$said" | sed 's/^/# /'
exit $status
