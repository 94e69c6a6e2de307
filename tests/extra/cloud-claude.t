#!/usr/bin/env bash
# A real Claude Code in its modes for Bedrock and for Vertex AI, and in its own,
# through ccgate to ccmock as each of those providers, believable and --strict:
# the same format on both sides, and the bridges between them. A session with
# two calls of tools, one that is continued, a model that does not exist, a
# prompt that is too long, a request that is signed.
#
#	CLAUDE=/path/to/claude tests/extra/cloud-claude.t
#
# Checked is what the user gets (files, the client's result), and what the
# provider was asked. Client and network as in claude.t.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone cloud-claude.t
begin

n=0
failed=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $kind, $mode to $provider: $2"; else
		failed=1
		echo "not ok $n - $kind, $mode to $provider: $2"
		sed 's/^/# /' "$scratch/claude.err" "$scratch/claude.out" "$scratch/asked" "$scratch/gate.out" |
			cut -c1-300 | tail -n 25
	fi
}

# serve FLAG...: ccmock, and in front of it ccgate with these flags
serve() {
	: >"$scratch/mock.out"
	: >"$scratch/gate.out"
	"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets --key "$upkey" \
		${strict:+--strict} >"$scratch/mock.out" 2>&1 &
	pids+=($!)
	mock=$(announced "$scratch/mock.out" listening) || bail "no ccmock"
	control=$(announced "$scratch/mock.out" control) || bail "no control port"
	"$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-format "$provider" \
		--upstream-key upstream-secret --upstream-project p-1 --key client-secret --log \
		"$@" >"$scratch/gate.out" 2>&1 &
	pids+=($!)
	gate=$(announced "$scratch/gate.out" listening) || bail "no ccgate"
}

# what tells the client which provider it has
modes() {
	case $mode in
	messages) echo ANTHROPIC_BASE_URL="$gate" ;;
	bedrock) echo CLAUDE_CODE_USE_BEDROCK=1 CLAUDE_CODE_SKIP_BEDROCK_AUTH=1 ANTHROPIC_BEDROCK_BASE_URL="$gate" ;;
	vertex) echo CLAUDE_CODE_USE_VERTEX=1 CLAUDE_CODE_SKIP_VERTEX_AUTH=1 ANTHROPIC_VERTEX_BASE_URL="$gate/v1" \
		ANTHROPIC_VERTEX_PROJECT_ID=p-1 CLOUD_ML_REGION=us-east5 ;;
	esac
}

# session WORD...: a new project and home, unless `again` is set
session() {
	[ -n "${again-}" ] || { rm -rf "$scratch/home" "$scratch/project" && mkdir -p "$scratch/home" "$scratch/project"; }
	cd "$scratch/project" || exit 1
	curl -s -XPOST "$control/reset" >/dev/null
	[ -z "${script-}" ] || curl -s -XPOST "$control/arm" -d "$script" >/dev/null
	# shellcheck disable=SC2046 # a word is a variable
	timeout 90 env -i HOME="$scratch/home" PATH=/usr/bin:/bin $(modes) "${key[@]}" IS_SANDBOX=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		"$CLAUDE" -p --verbose --output-format stream-json "$@" \
		>"$scratch/claude.out" 2>"$scratch/claude.err" </dev/null
	status=$?
	curl -s "$control/requests" >"$scratch/requests"
	curl -s "$control/journal" >"$scratch/journal"
	perl -MJSON::PP -ne 'my $e = decode_json($_); print "$e->{method} $e->{target}\n" if $e->{kind} eq "request"' \
		"$scratch/journal" >"$scratch/asked"
}

# got PROGRAM: a Perl expression over the client's last line is true
got() {
	perl -MJSON::PP -e '
		my $result;
		open my $lines, "<", shift;
		while (<$lines>) {
			my $e = eval { decode_json($_) } or next;
			$result = $e if $e->{type} eq "result";
		}
		exit !eval shift;
	' "$scratch/claude.out" "$1"
}

# succeeds: the session ended well, and nothing was refused on its way
succeeds() {
	[ "$status" = 0 ] && got '$result->{subtype} eq "success" && !$result->{is_error}'
	check $? "$1: the client calls the session a success"
	! grep -q '"status":[45]' "$scratch/requests"
	check $? "$1: the provider refused nothing"
}

# The route of a streamed answer, as the provider is asked for one.
route() {
	case $provider in
	messages) echo 'POST /v1/messages?beta=true$' ;;
	bedrock) echo 'POST /model/us\.anthropic\.claude-opus-5-5/invoke-with-response-stream$' ;;
	vertex) echo 'POST /v1/projects/p-1/locations/[a-z0-9-]*/publishers/anthropic/models/claude-opus-5-5:streamRawPredict$' ;;
	esac
}

calls() {
	session --dangerously-skip-permissions \
		'do [tool:Bash {"command":"echo written-by-the-tool > note.txt","description":"write a note"}] then [tool:Read {"file_path":"'"$scratch"'/project/note.txt"}] please'
	succeeds 'two calls'
	[ "$(cat note.txt 2>/dev/null)" = written-by-the-tool ]
	check $? 'two calls: the command ran'
	[ "$(grep -c "$(route)" "$scratch/asked")" = 3 ]
	check $? 'two calls: three turns, each at the route of this provider'
	got '$result->{usage}{input_tokens} + $result->{usage}{cache_read_input_tokens} + $result->{usage}{cache_creation_input_tokens} > 1000'
	check $? 'two calls: the client counts tokens'
	! grep -q client-secret "$scratch/journal"
	check $? "two calls: the client's key stayed inside"

	again=1 session --dangerously-skip-permissions --continue 'and now goodbye'
	succeeds 'continued'
	got '$result->{result} eq "You said: and now goodbye"'
	check $? 'continued: the user is answered'
}

absent() {
	session --model no-such-model hello
	got '$result->{is_error} && $result->{result} =~ /no-such-model/'
	check $? 'a model that is not there: the client says so'
}

# The provider says in its own words that the prompt is too long.
long() {
	local words='{\"message\":\"Input is too long for requested model.\"}'
	[ "$provider" = bedrock ] || words='{\"error\":{\"code\":400,\"message\":\"The request size (30037042 bytes) exceeds 30.000MB limit.\",\"status\":\"INVALID_ARGUMENT\"}}'
	script='{"upstream":{"u1":{"reply":{"status":400,"text":"'"$words"'"}}}}' session hello
	got '$result->{is_error} && $result->{result} =~ /too long/i'
	check $? 'a prompt that is too long: the client says so'
}

key=(ANTHROPIC_AUTH_TOKEN=client-secret)
upkey=upstream-secret
for strict in "" 1; do
	kind=${strict:+strict}
	kind=${kind:-believable}
	for pair in bedrock-bedrock bedrock-messages vertex-vertex vertex-messages messages-bedrock messages-vertex; do
		mode=${pair%-*} provider=${pair#*-}
		serve
		calls
		[ -n "$strict" ] || absent
		[ -n "$strict" ] || [ "$mode" != messages ] || long
	done
done
kind=signed
strict=
upkey=AKIDEXAMPLE
mode=bedrock provider=bedrock
serve --upstream-auth sigv4 --upstream-key-id AKIDEXAMPLE
calls
mode=messages
calls
kind=bearer
mode=bedrock
key=(AWS_BEARER_TOKEN_BEDROCK=client-secret CLAUDE_CODE_SKIP_BEDROCK_AUTH=)
calls
echo "1..$n"
exit $failed
