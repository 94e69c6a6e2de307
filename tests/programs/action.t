#!/usr/bin/env bash
# The CI gate, step by step as GitHub would run action.yml: each step's own
# line in `bash --noprofile --norc -eo pipefail`, its variables from `env`.
set -u
. "$(dirname "$0")/lib.sh"

# What action.yml runs in its step "gate", and the variables it gives to it.
step=$(perl -ne '$in = 1 if /id: gate/; print $1 if $in && /^\s+run: .(.*).$/' "$root/action.yml")
result "$([ "$step" = '"$GITHUB_ACTION_PATH/ci/gate.sh"' ]; echo $?)" 'the step is found'
diff <(grep -oE 'INPUT_[A-Z_]+' "$root/action.yml" | sort -u) \
	<(grep -oE 'INPUT_[A-Z_]+' "$root/ci/gate.sh" | grep -vx INPUT_BIN | sort -u) >"$scratch/out"
result $? 'action.yml hands on each input that the gate knows, and no other'
perl -ne '$in = 1 if /^inputs:/; $in = 0 if /^outputs:/; print "$1\n" if $in && /^  ([a-z-]+):/' \
	"$root/action.yml" | sort >"$scratch/inputs"
grep -oE 'inputs\.[a-z-]+' "$root/action.yml" | cut -d. -f2 | sort -u |
	diff "$scratch/inputs" - >"$scratch/out"
result $? 'and each input is used'

# action NAME=VALUE...: the step in a fresh job.
action() {
	rm -rf "$scratch/job"
	mkdir "$scratch/job"
	printf '%s\n' "$step" >"$scratch/step.sh"
	free_port
	mock=$port
	free_port
	run env -C "$scratch/job" GITHUB_ACTIONS=true "GITHUB_ACTION_PATH=$root" \
		"GITHUB_STEP_SUMMARY=$scratch/job/summary" "GITHUB_OUTPUT=$scratch/job/output" \
		"INPUT_BIN=$bin" "INPUT_GATEWAY=http://127.0.0.1:$port" INPUT_READY=60 \
		INPUT_KEY=sk-team-key-1 INPUT_UPSTREAM_KEY=sk-up-key-1 "INPUT_MOCK_LISTEN=127.0.0.1:$mock" \
		INPUT_STOP= INPUT_FAIL_LEVEL=may INPUT_BASELINE= INPUT_OUT=ccprobe-report \
		'INPUT_ARGS=errors/status-kept stream/ends' "MOCK=http://127.0.0.1:$mock" "PORT=$port" \
		"BIN=$bin" "$@" bash --noprofile --norc -eo pipefail "$scratch/step.sh"
}

gate='"$BIN"/GATE --listen 127.0.0.1:$PORT --upstream $MOCK --upstream-key sk-up-key-1 --key sk-team-key-1'
good=${gate/GATE/ccgate}
faulty="${gate/GATE/ccgate-faulty} --fault error-as-200"

job() { [ -s "$scratch/job/$1" ] && grep -qF -- "$2" "$scratch/job/$1"; }

action "INPUT_START=$good"
is 0 'a gateway that conforms passes'
job summary 'ccprobe' && job output 'status=0' && job output 'report=ccprobe-report'
result $? 'the summary of the job and its outputs are written'
job ccprobe-report/report.html '<!DOCTYPE html>' && job ccprobe-report/junit.xml '<testsuites' && job ccprobe-report/badge.json schemaVersion &&
	job ccprobe-report/report.json '"cases"'
result $? 'and the reports'
(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
result "$((! $?))" 'the gateway is stopped'
grep -q '^::error' "$scratch/out"
result "$((! $?))" 'nothing is annotated'

action "INPUT_START=$faulty"
is 1 'a faulty gateway fails' out '::error title=answers the provider' out '%0AFix: '
[ "$(grep -c '^::error' "$scratch/out")" -eq 1 ]
result $? 'one cause is one annotation'
job output 'status=1' && job summary 'errors/status-kept' && job ccprobe-report/junit.xml '<failure'
result $? 'and told in the summary and in JUnit'

"$bin/ccprobe" run --suite "$root" --bundled errors/status-kept stream/ends \
	--write-baseline "$scratch/baseline.json" >/dev/null 2>&1
action "INPUT_START=$faulty" "INPUT_BASELINE=$scratch/baseline.json"
is 1 'a baseline of a gateway without these failures expects none'
CCPROBE_FAULT=error-as-200 "$bin/ccprobe" run --suite "$root" --target "$root/tests/faults/target.json" \
	errors/status-kept stream/ends --write-baseline "$scratch/baseline.json" >/dev/null 2>&1
action "INPUT_START=$faulty" "INPUT_BASELINE=$scratch/baseline.json"
is 0 'failures that the baseline expects pass'

action 'INPUT_START=echo no such configuration >&2; exit 7'
is 3 'a gateway that does not start' err 'no such configuration' \
	out "::error title=ccprobe::the gateway ended with status 7 and never listened at http://127.0.0.1:$port"
[ "$(wc -l <"$scratch/out")" -eq 1 ] && job output 'status=3'
result $? 'is told in one line'
action 'INPUT_START=exec sleep 100' INPUT_READY=1
is 3 'a gateway that never listens' out "does not listen at http://127.0.0.1:$port after 1 s"
action "INPUT_START=${good/sk-team-key-1/sk-other-key-1}"
is 3 'a gateway that refuses the key' \
	out '::error title=ccprobe::the gateway could not be graded: the gateway refuses the key: status 401'
action "INPUT_START=setsid $good & echo \$! >pid"
pid=$(cat "$scratch/job/pid")
is 0 'a gateway that goes to the background, and is still there, is told' \
	out "::error title=ccprobe::the gateway still listens at http://127.0.0.1:$port after it was stopped" \
	out 'nginx: daemon off;' out 'INPUT_STOP'
kill "$pid"
action "INPUT_START=setsid $good & echo \$! >pid" 'INPUT_STOP=kill $(cat pid)'
is 0 'one that INPUT_STOP ends'
grep -q 'still listens' "$scratch/out"
result "$((! $?))" 'is not'
# On a loaded machine `tee` writes after ccprobe has ended: the gate waits for it.
mkdir "$scratch/slow"
printf '#!/bin/sh\nsleep 0.3\nexec %s "$@"\n' "$(command -v tee)" >"$scratch/slow/tee"
chmod +x "$scratch/slow/tee"
action "INPUT_START=${good/sk-team-key-1/sk-other-key-1}" "PATH=$scratch/slow:$PATH"
is 3 'a gateway that refuses the key, and messages that are written late' \
	out 'could not be graded: the gateway refuses the key: status 401'
action INPUT_GATEWAY=localhost:80 "INPUT_START=$good"
is 2 'an address that is no URL' out 'is not a URL'
action INPUT_FAIL_LEVEL=most "INPUT_START=$good"
is 2 'a level that is none' out "fail-level: 'most'"
action INPUT_BIN=/nowhere "INPUT_START=$good"
is 2 'without programs' out 'quickstart build'

# Elsewhere than in GitHub, with a gateway that runs already.
free_port
mock=$port
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --upstream "http://127.0.0.1:$mock" \
	--upstream-key sk-up-key-1 --key sk-team-key-1
run env -u GITHUB_ACTIONS -C "$scratch" "INPUT_BIN=$bin" "INPUT_GATEWAY=$url" INPUT_KEY=sk-team-key-1 \
	"INPUT_MOCK_LISTEN=127.0.0.1:$mock" INPUT_ARGS=stream/ends INPUT_OUT=plain "$root/ci/gate.sh"
is 0 'a plain shell, and a gateway that runs already' out '1 case: 1 pass'
[ -s "$scratch/plain/summary.md" ] && [ -s "$scratch/plain/report.html" ] && kill -0 "$server"
result $? 'has its reports, and the gateway goes on'
run env -u GITHUB_ACTIONS -C "$scratch" "INPUT_BIN=$bin" "INPUT_GATEWAY=$url" INPUT_START=false \
	INPUT_OUT=plain "$root/ci/gate.sh"
is 3 'what listens already is not taken for the gateway' err 'gate: something already listens at'
[ ! -e "$scratch/plain/report.html" ]
result $? 'and the page of the run before is gone'

end
