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

# ---- the matrix of this repository: ci/matrix.sh, and the workflow that runs it ----

export MATRIX_BIN=$bin
/usr/bin/python3 -c '
import sys
import yaml
jobs = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))["jobs"]
assert jobs["publish"]["needs"] == "grade"
print("\n".join(jobs["grade"]["strategy"]["matrix"]["target"]))
for job in jobs.values():
    for step in job["steps"]:
        if "matrix.sh" in step.get("run", ""):
            print(step["run"], file=sys.stderr)' "$root/.github/workflows/matrix.yml" >"$scratch/targets" 2>"$scratch/steps"
result $? 'the workflow is YAML, and publishing waits for the grades'
"$root/ci/matrix.sh" targets | LC_ALL=C sort >"$scratch/all"
LC_ALL=C sort "$scratch/targets" | diff - "$scratch/all" >"$scratch/out"
result $? 'it has each target that ci/matrix.sh knows'
(cd "$root/docs/matrix/results" && perl -MJSON::PP -0777 -ne 'print decode_json($_)->{reproduce}[-1], "\n"' ./*.json) |
	sed 's/.*--target \([^ ]*\).*/\1/' | LC_ALL=C sort | diff - "$scratch/all" >"$scratch/out"
result $? 'and each has a committed result'
# The steps of the workflow, in a folder like a checkout.
mkdir -p "$scratch/checkout/docs/matrix"
cp -r "$root/docs/matrix/results" "$scratch/checkout/docs/matrix/"
cp -r "$root"/{ci,cases,claims,fixtures,targets} "$scratch/checkout/"
rm "$scratch"/checkout/docs/matrix/results/haproxy-*
sed 's/${{ matrix.target }}/haproxy bundled-vertex/; s/grade results/grade docs\/matrix\/results/' "$scratch/steps" >"$scratch/run"
run env -C "$scratch/checkout" bash -e "$scratch/run"
is 0 'its steps grade two gateways and write the page' err 'ccprobe run --target haproxy'
run "$bin/ccprobe" lint --suite "$root" "$scratch"/checkout/docs/matrix/results/haproxy-*.json "$scratch"/checkout/docs/matrix/results/ccgate-for-vertex-*.json
is 0 'the results are as lint wants them'
[ "$(grep -c '^| [0-9]* | \[' "$scratch/checkout/page/README.md")" -eq "$(wc -l <"$scratch/all")" ] &&
	grep -q '\[HAProxy [0-9]' "$scratch/checkout/page/README.md" && [ "$(stat -c %s "$scratch/checkout/page/index.html")" -lt 2000000 ]
result $? 'the page has all gateways, and less than 2 MB'
run "$root/ci/matrix.sh" grade "$scratch/none" nobody
is 2 'a target that there is not' err "there is no target 'nobody'"
end
