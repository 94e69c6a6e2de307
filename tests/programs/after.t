#!/usr/bin/env bash
# After the run: baselines, and what is made of stored runs.
set -u
. "$(dirname "$0")/lib.sh"
ccprobe() { run "$bin/ccprobe" "$@" --suite "$root"; }
faulty() {
	CCPROBE_FAULT=429-to-500 ccprobe run --target "$root/tests/faults/target.json" \
		errors/status-kept stream/ends "$@"
}
case=errors/status-kept/429

# ---- baselines ----

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
is 2 'a level that is none' err "'most' is none of must, should, may"

# ---- judge ----

ccprobe judge "$scratch/good" "$scratch/bad"
is 1 'stored runs are judged again' out "FAIL  $case" out 'stored runs'
log=$scratch/bad/errors.status-kept.429.jsonl
ccprobe judge "$scratch/good/errors.status-kept.429.jsonl" --report tap
is 0 'one log, and another format' out "ok 1 - $case"
sed '1s/\\"digest\\":\\"[0-9a-f]*/\\"digest\\":\\"0123456789abcdef/' "$log" >"$scratch/stale.jsonl"
ccprobe judge "$scratch/stale.jsonl"
is 1 'a case that has changed since is judged as it is' err 'cases/errors/status-kept.json has changed since'
sed '1s/"{\\"ccprobe\\":\\"[^\\]*/"{\\"ccprobe\\":\\"0.0.1/' "$log" >"$scratch/old.jsonl"
ccprobe judge "$scratch/old.jsonl"
is 1 'a log of another version' err 'written by ccprobe 0.0.1, judged by'
sed '1s/status-kept.429/status-lost/' "$log" >"$scratch/gone.jsonl"
ccprobe judge "$scratch/gone.jsonl" "$scratch/good"
is 2 'a case that is no more; the others are judged' err "there is no case 'errors/status-lost' any more" out '1 pass'
sed '1s/\\"verdict\\":\\"fail/\\"verdict\\":\\"pass/' "$log" >"$scratch/other.jsonl"
ccprobe judge "$scratch/other.jsonl"
is 1 'another verdict than then is told' err "$case was pass, and is fail"
mkdir "$scratch/bare"
sed 1d "$log" >"$scratch/bare/errors.status-kept.429.jsonl"
ccprobe judge "$scratch/bare"
is 1 'without its first line the name tells the case' out "FAIL  $case"
sed 1d "$log" >"$scratch/bare.jsonl"
ccprobe judge "$scratch/bare.jsonl"
is 2 'or nothing does' err 'does not say which case it is of'
: >"$scratch/empty.jsonl"
ccprobe judge "$scratch/empty.jsonl"
is 2 'an empty log' err 'the log is empty'
head -c 300 "$log" >"$scratch/cut.jsonl"
ccprobe judge "$scratch/cut.jsonl"
is 2 'a log that is cut' err 'cut.jsonl:2:'
ccprobe judge "$scratch/nowhere.jsonl"
is 2 'no such file' err 'nowhere.jsonl: No such file'
mkdir "$scratch/none"
ccprobe judge "$scratch/none"
is 2 'a folder without logs' err 'no log'
ccprobe judge
is 2 'no log at all' err 'which logs?'

# ---- replay ----

for from in bad.json bad bad/errors.status-kept.429.jsonl; do
	ccprobe replay "$case" --bundled --from "$scratch/$from"
	is 0 "fixed, from $from" out "FIXED $case: it was fail, and passes"
done
CCPROBE_FAULT=429-to-500 ccprobe replay "$case" --target "$root/tests/faults/target.json" \
	--from "$scratch/bad.json"
is 1 'still failing' out "STILL FAILING $case" out 'fix: '
CCPROBE_FAULT=429-to-500 ccprobe replay "$case" --target "$root/tests/faults/target.json" \
	--from "$scratch/good.json"
is 1 'failing now' out "NOW FAILING $case: it was pass"
ccprobe replay "$case" --gateway http://127.0.0.1:1 --key sk-any-key --mock-listen 127.0.0.1:0 \
	--from "$scratch/bad.json"
is 3 'no gateway' out "ERROR $case" err 'nothing listens'
ccprobe replay errors/nothing --bundled --from "$scratch/bad.json"
is 2 'an unknown case' err "the case 'errors/nothing' is not in it"
ccprobe replay stream/order --bundled --from "$scratch/good"
is 2 'a case that was not kept' err "no log of 'stream/order'"
ccprobe replay "$case" --bundled --from "$scratch/tap"
is 2 'a file that is no run' err 'tap:'
ccprobe replay "$case" --bundled
is 2 'no run' err '--from RUN'

# ---- compare ----

run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/bad.json"
is 0 'the same' out 'no case differs'
run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/good.json"
is 1 'a difference' out 'passes now (1)' out "$case: pass, was fail" out 'only in the first' out '  stream/ends (pass)'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/bad.json" --json
cp "$scratch/out" "$scratch/changes.json"
is 1 'as JSON' out '"kind":"newly_failing"'
run perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die; my $j = decode_json(<$f>);
	my ($c) = grep { $_->{kind} eq "newly_failing" } @{$j->{changes}};
	die "case" unless $c->{was} eq "pass" && $c->{is} eq "fail" && @{$c->{checks}};' "$scratch/changes.json"
is 0 'which can be read'
sed 's/"version":2,/"version":1,/' "$scratch/good.json" >"$scratch/old.json"
run "$bin/ccprobe" compare "$scratch/old.json" "$scratch/good.json"
is 0 'a report of format 1, which had no causes, is read'
sed 's/"version":2,/"version":99,/' "$scratch/good.json" >"$scratch/new.json"
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/new.json"
is 2 'a report of another format' err 'a report of format 99'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/base.json"
is 2 'JSON that is no report' err 'this is no report'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/nowhere.json"
is 2 'no such file' err 'nowhere.json'
run "$bin/ccprobe" compare "$scratch/good.json"
is 2 'only one' err 'two reports'

# ---- explain ----

ccprobe explain SSE-03
is 0 'a requirement' out 'SSE-03 (must)' out 'Source' out 'Cases that guard it'
ccprobe explain F:REQ-01
is 0 'a failure' out 'F:REQ-01 (failure)' out 'fix:'
ccprobe explain PRE-KEY
is 0 'a diagnosis before the first case' out 'the gateway refuses the key' out '--auth'
ccprobe explain DR-NO-NAME
is 0 'a finding' out 'DR-NO-NAME (error; to blame: network)' out 'Fix'
ccprobe explain DR-NO-NAMEN
is 2 'a finding that there is not' err "did you mean 'DR-NO-NAME'?"
ccprobe explain DR-
is 2 'the beginning of a code' err '`ccprobe explain findings` shows'
ccprobe explain findings
is 0 'all findings' out 'DR-NO-NAME (error)'
sed -n 's/^\(DR-[^ ]*\) (.*/\1/p' "$scratch/out" | sort >"$scratch/codes"
grep -rhoE '"DR-[A-Z0-9-]+"' "$root/probe" --include='*.c' | tr -d '"' | sort -u | diff "$scratch/codes" - >"$scratch/diff"
result $? 'the program uses no code that it cannot explain, and has none that it does not use'
ccprobe explain behaviours
is 0 'the kinds of behaviours' out 'request-field-dropped '
ccprobe explain request-field-dropped
is 0 'a kind of behaviour, with its duties' out 'HDR-01    must, costs'
ccprobe explain request-field-dropped:anthropic-beta
is 0 'a cause, by its id' out 'Copy anthropic-beta as it came'
ccprobe explain request-field-droped
is 2 'a kind that is nearly one' err "did you mean 'request-field-dropped'"
ccprobe explain PRE-
is 2 'the beginning of another code' err '`ccprobe explain diagnoses` shows'
ccprobe explain diagnoses
is 0 'all diagnoses' out 'PRE-KEY' out 'the gateway refuses the key'
[ "$(grep -c '^PRE-' "$scratch/out")" -eq "$(grep -A 1 '^PRE-' "$scratch/out" | grep -v '^--' | paste - - | sort -u | wc -l)" ]
result $? 'no diagnosis stands there twice'
ccprobe explain directives
is 0 'all directives of streams' out ': @hold NAME '
ccprobe explain claims
is 0 'all claims' out 'size-limit' out 'refuses larger ones with 413'
ccprobe explain size-limit
is 0 'one claim' out 'Claim: the target takes bodies up to 32 MB'
ccprobe explain claim
is 2 'a topic that is misspelt' err "did you mean 'claims'?"
ccprobe explain
is 2 'nothing to explain' err 'topic'
ccprobe explain undecided
is 0 'a word of a report' out 'Verdict'
ccprobe explain PRE-KEX
is 2 'what there is not' err "no case, requirement or code 'PRE-KEX'; did you mean 'PRE-KEY'?"

end
