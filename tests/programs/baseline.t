#!/usr/bin/env bash
# Failures that are expected (--baseline), and levels that count (--fail-level).
set -u
. "$(dirname "$0")/lib.sh"
ccprobe() { run "$bin/ccprobe" "$@" --suite "$root"; }
faulty() {
	CCPROBE_FAULT=429-to-500 ccprobe run --target "$root/tests/faults/target.json" \
		errors/status-kept stream/ends "$@"
}
case=errors/status-kept/429

faulty --write-baseline "$scratch/base.json" --report "json=$scratch/bad.json" \
	--keep all --out "$scratch/bad"
is 1 'writing a baseline does not make a run pass'
[ "$(grep -c '"case"' "$scratch/base.json")" -ge 1 ] && grep -q "$case" "$scratch/base.json"
result $? 'it lists what failed, an entry a line'
faulty --baseline "$scratch/base.json" --report "tap=$scratch/tap" --report "json=$scratch/known.json"
is 0 'what it lists may fail' out 'expected   errors/status-kept/429' out 'expected)' \
	out '1 expected failure (baseline)'
run prove --exec cat "$scratch/tap"
is 0 'and prove takes it as to do'
grep -q '"expected":"failed when' "$scratch/known.json"
result $? 'the JSON report has the reason'
head -n 1 "$scratch/known.json" | grep -q '"letter":"C".*"expected":1,'
result $? 'and the letter is what it is without a baseline'
ccprobe run --bundled "$case" --baseline "$scratch/base.json" --report "json=$scratch/good.json" \
	--keep all --out "$scratch/good"
is 1 'what it lists and passes fails the run, and names the line' \
	err "base.json:2: delete this entry: $case passes"
ccprobe run --bundled stream/ends --baseline "$scratch/base.json"
is 0 'cases that are not run are not looked at'

entry() { printf '{"baseline": [\n{"case": "%s", %s "reason": "known"}\n]}\n' "$1" "$2" >"$scratch/one.json"; }
entry "$case" ''
faulty --baseline "$scratch/one.json"
is 0 'a case without a check is the whole case' out 'expected   errors/status-kept/429 fails: known'
entry "$case" '"until": "2020-02-29",'
faulty --baseline "$scratch/one.json"
is 1 'after its day an entry counts no more' err 'one.json:2: errors/status-kept/429 counts again since 2020-02-29'
entry "$case" '"until": "9999-12-31",'
faulty --baseline "$scratch/one.json"
is 0 'before it, it does'
entry "$case" '"until": "31.1.2027",'
faulty --baseline "$scratch/one.json"
is 2 'a date that is none' err "one.json:2:1: until: '31.1.2027' is not a date"
entry "$case" '"check": "nothing like this",'
faulty --baseline "$scratch/one.json"
is 1 'a check that the case has not' err 'one.json:2: delete this entry'
entry errors/nothing ''
faulty --baseline "$scratch/one.json"
is 2 'an unknown case' err "one.json:2:1: no case 'errors/nothing'"
entry "$case" '"because": "x",'
faulty --baseline "$scratch/one.json"
is 2 'an unknown key' err 'unknown key'
head -c 40 "$scratch/base.json" >"$scratch/one.json"
faulty --baseline "$scratch/one.json"
is 2 'a broken file' err 'one.json:'
faulty --fail-level must
is 1 'failures of the level count'
for level in must should; do
	CCPROBE_FAULT=models-drop-names ccprobe run --target "$root/tests/faults/target.json" \
		models/list --fail-level "$level"
	is "$([ "$level" = must ]; echo $?)" "of a lower level they are told only: $level" out 'FAIL  models/list'
done
ccprobe run --bundled stream/ends --fail-level most
is 2 'a level that is none' err "'most' is not one of: must, should, may"

end
