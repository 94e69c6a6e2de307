#!/usr/bin/env bash
# The CI gate: starts a gateway, waits for it, grades it, and leaves reports.
# action.yml calls it in GitHub Actions; elsewhere it is called directly
# (docs/ci.md). Its inputs are variables:
#
#	INPUT_GATEWAY       URL that clients of the gateway would use (required)
#	INPUT_START         command that starts the gateway; empty: it runs already
#	INPUT_STOP          command that stops it, if ending the process does not
#	INPUT_READY         seconds it may take to listen (60)
#	INPUT_KEY           credential that clients show to it (any)
#	INPUT_UPSTREAM_KEY  credential that it uses upstream; empty: not checked
#	INPUT_MOCK_LISTEN   where the mock provider listens (127.0.0.1:8473)
#	INPUT_FAIL_LEVEL    lowest level whose failures fail the gate: must, should, may
#	INPUT_BASELINE      file with failures that are expected
#	INPUT_ARGS          further arguments of `ccprobe run`, split at blanks
#	INPUT_OUT           folder for reports (ccprobe-report)
#	INPUT_BIN           folder of the programs (build/ beside this folder)
#
# Exit status: 0 passes; 1 does not; 2 wrong usage; 3 could not decide, as when
# the gateway does not start; 77 nothing applies.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
gateway=${INPUT_GATEWAY-}
ready=${INPUT_READY:-60}
left=10 # seconds that a gateway may take to end
out=${INPUT_OUT:-ccprobe-report}
bin=${INPUT_BIN:-$here/build}
started=

# Prints one line: as an annotation in a GitHub job, else on stderr.
complain() {
	if [ "${GITHUB_ACTIONS-}" = true ]; then
		printf '::error title=ccprobe::%s\n' "$1"
	else
		printf 'gate: %s\n' "$1" >&2
	fi
}

# give_up STATUS LINE
give_up() {
	complain "$2"
	[ -z "${GITHUB_OUTPUT-}" ] || printf 'status=%s\n' "$1" >>"$GITHUB_OUTPUT"
	exit "$1"
}

# Removes reports of an earlier run, so that nobody takes them for this run's.
remove_reports() {
	rm -rf "$out"/{summary.md,report.html,junit.xml,badge.json,report.json,messages.txt,gateway.log,logs}
}

stop_gateway() {
	[ -z "${INPUT_STOP-}" ] || bash -c "$INPUT_STOP" >>"$out/gateway.log" 2>&1
	[ -z "$started" ] || kill -- "-$started" 2>/dev/null
	[ -z "$started" ] || tell_if_left
}

# Nobody ends what went to the background, into a process group of its own. The
# others, and what INPUT_STOP ends, have a moment.
tell_if_left() {
	local deadline=$((SECONDS + left)) ended
	while :; do
		! kill -0 -- "-$started" 2>/dev/null
		ended=$?
		listens || return
		[ "$SECONDS" -lt "$deadline" ] || break
		[ "$ended" -ne 0 ] || [ -n "${INPUT_STOP-}" ] || break
		sleep 0.1
	done
	complain "the gateway still listens at $gateway after it was stopped: let it stay in the foreground (nginx: daemon off;), or set INPUT_STOP (stop) to a command that stops it"
}

check_inputs() {
	mkdir -p "$out" || give_up 2 "out: the folder '$out' cannot be made"
	remove_reports
	[[ $gateway =~ ^https?://(\[[0-9a-fA-F:]+\]|[^/:]+)(:([0-9]+))?(/|$) ]] ||
		give_up 2 "gateway: '$gateway' is not a URL such as http://127.0.0.1:4000"
	host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]}
	host=${host#[} host=${host%]}
	[ -n "$port" ] || case $gateway in https:*) port=443 ;; *) port=80 ;; esac
	[[ $ready =~ ^[0-9]{1,4}$ ]] || give_up 2 "ready: '$ready' is not a number of seconds"
	case ${INPUT_FAIL_LEVEL:-may} in
	must | should | may) ;;
	*) give_up 2 "fail-level: '$INPUT_FAIL_LEVEL' is none of must, should, may" ;;
	esac
	[ -x "$bin/ccprobe" ] || give_up 2 "$bin/ccprobe is not there: run ./quickstart build first"
}

listens() { (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; }

# Did the process that was started end with a failure? (One that ends with 0 may
# have gone to the background.)
ended_badly() {
	kill -0 "$started" 2>/dev/null && return 1
	wait "$started"
	ended=$?
	[ "$ended" -ne 0 ]
}

start_gateway() {
	local deadline=$((SECONDS + ready))
	if listens; then
		give_up 3 "something already listens at $gateway, before the gateway is started"
	fi
	set -m # a process group of its own, so that all of it can be ended
	bash -c "$INPUT_START" >"$out/gateway.log" 2>&1 </dev/null &
	started=$!
	set +m
	trap stop_gateway EXIT
	until listens; do
		if ended_badly; then
			not_started "the gateway ended with status $ended and never listened at $gateway"
		fi
		if [ "$SECONDS" -ge "$deadline" ]; then
			not_started "the gateway does not listen at $gateway after $ready s"
		fi
		sleep 0.1
	done
}

# not_started LINE: writes reports that say that nothing listens, so that they
# show no success.
not_started() {
	tail -n 20 "$out/gateway.log" >&2
	grade >/dev/null 2>&1
	put_summary
	give_up 3 "$1"
}

grade() {
	local -a args=(run --gateway "$gateway" --key env:CCPROBE_GATE_KEY --no-color
		--mock-listen "${INPUT_MOCK_LISTEN:-127.0.0.1:8473}"
		--fail-level "${INPUT_FAIL_LEVEL:-may}"
		--report "markdown=$out/summary.md" --report "html=$out/report.html"
		--report "junit=$out/junit.xml"
		--report "badge=$out/badge.json" --report "json=$out/report.json"
		--keep fail --out "$out/logs")
	local -a more=()
	export CCPROBE_GATE_KEY=${INPUT_KEY:-any-key-will-do}
	export CCPROBE_GATE_UPSTREAM_KEY=${INPUT_UPSTREAM_KEY-}
	[ -z "${INPUT_UPSTREAM_KEY-}" ] || args+=(--upstream-key env:CCPROBE_GATE_UPSTREAM_KEY)
	[ -z "${INPUT_BASELINE-}" ] || args+=(--baseline "$INPUT_BASELINE")
	[ "${GITHUB_ACTIONS-}" != true ] || args+=(--report github)
	read -r -a more <<<"${INPUT_ARGS-}"
	# A pipe, not a process substitution: the shell waits for a pipe's end, and
	# hand_on finds all of the messages. Descriptor 3 is the real stdout.
	{
		"$bin/ccprobe" "${args[@]}" ${more[@]+"${more[@]}"} 2>&1 >&3 3>&- |
			tee "$out/messages.txt" >&2
	} 3>&1
}

put_summary() {
	if [ -n "${GITHUB_STEP_SUMMARY-}" ] && [ -s "$out/summary.md" ]; then
		cat "$out/summary.md" >>"$GITHUB_STEP_SUMMARY"
	fi
}

# The failure is the last line of ccprobe's own; the others tell of the run.
last_word() {
	sed -n 's/^ccprobe: //p' "$out/messages.txt" | grep -v '^the mock provider is at ' | tail -n 1
}

# Sets the outputs for later steps of the job, and complains if there is no grade.
hand_on() {
	put_summary
	if [ -n "${GITHUB_OUTPUT-}" ]; then
		printf '%s\n' "status=$1" "report=$out" >>"$GITHUB_OUTPUT"
	fi
	case $1 in
	0 | 1) ;;
	77) complain "no case applies to this gateway" ;;
	3) # with reports, among which are the annotations
		[ -s "$out/summary.md" ] && [ "${GITHUB_ACTIONS-}" = true ] ||
			complain "the gateway could not be graded: $(last_word)"
		;;
	*) complain "the gateway could not be graded: $(last_word)" ;;
	esac
}

check_inputs
[ -z "${INPUT_START-}" ] || start_gateway
grade
status=$?
hand_on "$status"
exit "$status"
