#!/usr/bin/env bash
# A real Claude Code through `ccprobe doctor --listen`: a session with a tool
# call goes as without it, and a request that the provider refuses is explained
# and kept.
#
#	CLAUDE=/path/to/claude tests/extra/listen.t
#
# Where that is allowed everything runs in a network namespace that has loopback
# alone; the client gets a clean environment and a throw-away HOME.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone listen.t
begin

n=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/claude.out" "$scratch/listen.out" | cut -c1-300
	fi
}

# claude VARIABLE OPTION...: a session; ANTHROPIC_BASE_URL is VARIABLE.
claude() {
	local variable=$1
	shift
	timeout 60 env -i HOME="$scratch/home" PATH=/usr/bin:/bin \
		ANTHROPIC_AUTH_TOKEN=client-secret-0123456789 ANTHROPIC_API_KEY= IS_SANDBOX=1 \
		ANTHROPIC_BASE_URL="$variable" CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		"$CLAUDE" -p --output-format json --dangerously-skip-permissions "$@" \
		>"$scratch/claude.out" 2>&1 </dev/null
}

echo "1..11"
mkdir -p "$scratch/home" "$scratch/project"
cd "$scratch/project" || exit 1
"$bin/ccmock" --strict --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets >"$scratch/mock.out" 2>&1 &
pids+=($!)
mock=$(announced "$scratch/mock.out" listening) || bail "no server"
control=$(announced "$scratch/mock.out" control) || bail "no server"
env -i HOME="$scratch/home" PATH=/usr/bin:/bin \
	"$bin/ccprobe" doctor --listen 127.0.0.1:0 --out "$scratch/kept" "$mock" >"$scratch/listen.out" 2>&1 &
listener=$!
pids+=($!)
url=$(announced "$scratch/listen.out" listening) || bail "no server"

claude "$url" '[tool:Bash {"command":"echo written-by-the-tool > note.txt","description":"write a note"}] please'
check $? "the session ends with status 0"
[ "$(cat note.txt 2>/dev/null)" = written-by-the-tool ]
check $? "the tool call really ran"
grep -q '"subtype":"success"' "$scratch/claude.out" && grep -q '"is_error":false' "$scratch/claude.out"
check $? "the client calls the session a success"
curl -s "$control/journal" >"$scratch/journal"
[ "$(grep -c 'Bearer client-secret-0123456789' "$scratch/journal")" -ge 2 ]
check $? "its turns reached the provider, with its credential"
[ "$(grep -c '^[0-9:]*  POST /v1/messages  claude-.*  200  first byte .* events$' "$scratch/listen.out")" -ge 2 ]
check $? "each was a line"
! grep -q '^  DR-' "$scratch/listen.out"
check $? "and none was explained"

curl -s -XPOST "$control/arm" -d '{"upstream":{"u1":{"when":{"path":"/v1/messages"},"reply":{"status":400,"json":{"type":"error",
	"error":{"type":"invalid_request_error","message":"context_management: Extra inputs are not permitted"}}}}}}' >/dev/null

# As for somebody whose settings name the gateway.
mkdir -p "$scratch/home/.claude"
printf '{"env":{"ANTHROPIC_BASE_URL":"%s"}}' "$mock" >"$scratch/home/.claude/settings.json"
claude "$mock" --settings "$(sed -n "s/^  claude --settings '\([^']*\)'.*/\1/p" "$scratch/listen.out")" 'hello'
grep -q '"is_error":true' "$scratch/claude.out"
check $? "a request that the provider refuses fails for the client"
grep -q "^  DR-CONTEXT-MANAGEMENT: .*; ccprobe bisect $scratch/kept/0001-request.http $mock\$" "$scratch/listen.out"
check $? "it is explained in one line"
grep -q '^Authorization: Bearer {{credential}}' "$scratch/kept/0001-request.http" &&
	grep -q '"context_management":' "$scratch/kept/0001-request.http" &&
	grep -q 'Extra inputs are not permitted' "$scratch/kept/0001-answer.http"
check $? "it is kept, request and answer"
! grep -rq client-secret "$scratch/kept" "$scratch/listen.out"
check $? "without the credential"
kill -INT "$listener"
wait "$listener"
[ $? = 1 ] && grep -q '^4 exchanges, 2 failed$' "$scratch/listen.out" &&
	grep -q 'tries that the client added by itself' "$scratch/listen.out"
check $? "the summary counts it"
