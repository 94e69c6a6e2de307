#!/usr/bin/env bash
# A real Claude Code session with two tool calls, through ccgate to ccmock.
#
#	CLAUDE=/path/to/claude tests/extra/claude.t
#
# Without CLAUDE the pinned release is installed with npm into build/extra. Where
# that is allowed everything runs in a network namespace that has loopback alone;
# the client gets a clean environment and a throw-away HOME.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone claude.t
begin

n=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/claude.out" "$scratch/requests" | cut -c1-300
	fi
}

echo "1..6"
"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets --key upstream-secret >"$scratch/mock.out" 2>&1 &
pids+=($!)
mock=$(announced "$scratch/mock.out" listening) || bail "no server"
control=$(announced "$scratch/mock.out" control) || bail "no server"
"$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key upstream-secret \
	--key client-secret >"$scratch/gate.out" 2>&1 &
pids+=($!)
gate=$(announced "$scratch/gate.out" listening) || bail "no server"

mkdir -p "$scratch/home" "$scratch/project"
cd "$scratch/project" || exit 1
prompt='[tool:Bash {"command":"echo written-by-the-tool > note.txt","description":"write a note"}] then [tool:Read {"file_path":"'$scratch'/project/note.txt"}] please'
timeout 60 env -i HOME="$scratch/home" PATH=/usr/bin:/bin ANTHROPIC_BASE_URL="$gate" \
	ANTHROPIC_AUTH_TOKEN=client-secret ANTHROPIC_API_KEY= IS_SANDBOX=1 \
	CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
	"$CLAUDE" -p --output-format json --dangerously-skip-permissions "$prompt" \
	>"$scratch/claude.out" 2>&1 </dev/null
status=$?
curl -s "$control/requests" >"$scratch/requests"
curl -s "$control/journal" >"$scratch/journal"

check "$status" "the session ends with status 0"
[ "$(cat note.txt 2>/dev/null)" = written-by-the-tool ]
check $? "the Bash call really ran"
grep -q '"subtype":"success"' "$scratch/claude.out" && grep -q '"is_error":false' "$scratch/claude.out"
check $? "the client calls the session a success"
grep -q 'written-by-the-tool' "$scratch/journal"
check $? "the Read call's result reached the provider"
[ "$(grep -o '"target":"/v1/messages?beta=true"' "$scratch/journal" | wc -l)" -ge 3 ]
check $? "three turns went through the gateway"
! grep -q client-secret "$scratch/journal"
check $? "the client's key stayed inside"
