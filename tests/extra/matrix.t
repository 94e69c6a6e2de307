#!/usr/bin/env bash
# Many gateways at once, as docs/matrix.md says: its recipe with GNU parallel is
# taken from the page and carried out, with one gateway more that there is not.
# Needs parallel, nginx, haproxy, caddy and apache2, which apt-get has.
set -u
export CCPROBE_BIN=${CCPROBE_BIN:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build}
for program in parallel nginx haproxy caddy apache2; do
	command -v "$program" >/dev/null || {
		echo "1..0 # SKIP there is no $program"
		exit 0
	}
done
. "$(dirname "${BASH_SOURCE[0]}")/gateways.sh"

recipe() { sed -n '/^```sh skip=needs-parallel/,/^```$/p' "$root/docs/matrix.md" | grep -v '^```' | sed "s/apache2\$/apache2 $1/"; }
recipe nobody >"$scratch/recipe"
grep -q '^parallel ' "$scratch/recipe" && grep -q 'apache2 nobody' "$scratch/recipe"
result $? 'the page has the recipe'
mkdir "$scratch/here"
run env -C "$scratch/here" PATH="$bin:$PATH" HOME="$scratch" timeout 900 bash "$scratch/recipe"
is 0 'it is carried out, and names the gateway that there is not' out 'status 2: ccprobe run --target nobody'
[ "$(wc -l <"$scratch/out")" -eq 1 ]
result $? 'and no other one'
for name in nginx haproxy caddy apache2; do
	grep -q '"verdict":"pass"' "$scratch/here/reports/$name.json" || echo "$name has no report"
done >"$scratch/out"
[ ! -s "$scratch/out" ] && [ ! -e "$scratch/here/reports/nobody.json" ]
result $? 'each gateway has its report'
run "$bin/ccprobe" matrix "$scratch/here/reports" --report json
is 0 'and the matrix has all four' out '"gateway":"nginx as a plain reverse proxy' out '"gateway":"HAProxy' \
	out '"gateway":"Caddy' out '"gateway":"Apache httpd'
for name in nginx haproxy caddy apache2; do
	run "$bin/ccprobe" run --target "$name" --report "json=$scratch/$name.json"
done
for name in nginx haproxy caddy apache2; do
	verdicts "$scratch/here/reports/$name.json" >"$scratch/together"
	verdicts "$scratch/$name.json" | diff "$scratch/together" - || echo "$name differs"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'what does not pass is the same as of one at a time'
grep -q 'href="#r[0-9]*-' "$scratch/here/matrix.html"
result $? 'the page is there, and its red cells lead somewhere'
/usr/bin/python3 -c '
import re, sys
import yaml
text = open(sys.argv[1], encoding="utf-8").read()
block = re.search(r"one that joins them:\n\n((?:    .*\n|\n)+)", text).group(1)
jobs = yaml.safe_load(re.sub("(?m)^    ", "", block))["jobs"]
assert jobs["join"]["needs"] in jobs
for job in jobs.values():
    for step in job["steps"]:
        print(step.get("run", ""))' "$root/docs/matrix.md" >"$scratch/steps" 2>"$scratch/err"
result $? "the CI's jobs are YAML, and one waits for the other"
end
