#!/usr/bin/env bash
# bench/compare: the page is made of figures alone. tests/golden/bench-page.txt is
# the page of tests/golden/bench-page.json; UPDATE_GOLDEN=1 writes it anew.
set -u
. "$(dirname "$0")/lib.sh"
compare=$root/bench/compare
golden=$root/tests/golden/bench-page.txt

"$compare" --page "$root/tests/golden/bench-page.json" >"$scratch/page" 2>"$scratch/err"
result $? 'a page of figures that were measured'
[ -z "${UPDATE_GOLDEN-}" ] || cp "$scratch/page" "$golden"
run diff "$golden" "$scratch/page"
is 0 'it is what it was'
echo '{"rows": {}}' >"$scratch/broken.json"
run "$compare" --page "$scratch/broken.json"
is 2 'figures that are none' err 'broken.json: no figures of bench/compare: '
run "$compare" --page "$scratch/nowhere.json"
is 2 'no figures' err 'nowhere.json: '
run "$compare" --part everything
is 2 'no part' err "invalid choice: 'everything'"
end
