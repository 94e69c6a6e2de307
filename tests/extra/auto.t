#!/usr/bin/env bash
# Permission mode auto with a real Claude Code, through ccgate to ccmock, and to
# ccmock --strict: a Bash call runs where the provider's verdict is not_flagged,
# and does not where it is flagged or missing.
#
#	CLAUDE=/path/to/claude tests/extra/auto.t
#
# Client and network as in claude.t.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone auto.t
begin

n=0
failed=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		failed=1
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/claude.out" "$scratch/requests" | cut -c1-600
	fi
}

# serve FLAG...: ccmock with these flags, and ccgate in front of it
serve() {
	: >"$scratch/mock.out"
	: >"$scratch/gate.out"
	"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --key upstream-secret "$@" \
		>"$scratch/mock.out" 2>&1 &
	pids+=($!)
	mock=$(announced "$scratch/mock.out" listening) || bail "no ccmock"
	control=$(announced "$scratch/mock.out" control) || bail "no control port"
	"$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key upstream-secret \
		--key client-secret >"$scratch/gate.out" 2>&1 &
	pids+=($!)
	gate=$(announced "$scratch/gate.out" listening) || bail "no ccgate"
}

# session MODE: one, whose prompt asks for a Bash call that writes note.txt; the
# client lets no command ask the network without a verdict
session() {
	rm -rf "$scratch/home" "$scratch/project"
	mkdir -p "$scratch/home" "$scratch/project"
	cd "$scratch/project" || exit 1
	timeout 90 env -i HOME="$scratch/home" PATH=/usr/bin:/bin ANTHROPIC_BASE_URL="$gate" \
		ANTHROPIC_AUTH_TOKEN=client-secret ANTHROPIC_API_KEY= \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		"$CLAUDE" -p --output-format json --permission-mode "$1" \
		'please [tool:Bash {"command":"curl -s '"$control"'/health > note.txt","description":"write a note"}]' \
		>"$scratch/claude.out" 2>&1 </dev/null
	status=$?
	curl -s "$control/requests" >"$scratch/requests"
	curl -s "$control/journal" >"$scratch/journal"
}

ran() { [ -s "$scratch/project/note.txt" ]; }

# verdict WORD: a script whose provider says so of each call
verdict() {
	echo '{"upstream":{"u1":{"reply":{"provider":true,"safeguards":"'"$1"'"}}}}' >"$scratch/$1.json"
	echo "$scratch/$1.json"
}

for kind in believable strict; do
	flag=()
	[ $kind = believable ] || flag=(--strict)
	serve ${flag[@]+"${flag[@]}"}
	session auto
	check "$status" "$kind: the session ends with status 0"
	ran
	check $? "$kind: the Bash call ran"
	grep -q '"is_error":false' "$scratch/claude.out"
	check $? "$kind: the client calls the session a success"
	grep -q 'dangerous-tool-use-2026-09-03' "$scratch/journal"
	check $? "$kind: the client asked for verdicts"
	! grep -q '"status":4' "$scratch/requests"
	check $? "$kind: nothing was refused"
done

serve --root / "$(verdict flagged)"
session auto
! ran
check $? "flagged: the Bash call did not run"
serve --root / "$(verdict none)"
session auto
! ran
check $? "no verdict: the Bash call did not run"
echo "1..$n"
exit $failed
