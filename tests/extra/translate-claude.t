#!/usr/bin/env bash
# A real Claude Code in front of chat completions and of Responses: through
# ccgate, which translates, to ccmock, believable and --strict, as that vendor. Calls of tools
# one after the other and in one turn, an image, structured output, a session
# that is continued, a tool whose name the vendor does not accept; and what is
# not possible: WebSearch, permission mode auto, a model that does not exist.
#
#	CLAUDE=/path/to/claude tests/extra/translate-claude.t
#
# Checked is what the user gets (files, the client's result), and what the
# provider was asked. Client and network as in claude.t.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone translate-claude.t
begin

n=0
failed=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $format, $kind: $2"; else
		failed=1
		echo "not ok $n - $format, $kind: $2"
		sed 's/^/# /' "$scratch/claude.err" "$scratch/claude.out" "$scratch/asked" "$scratch/gate.out" |
			cut -c1-300 | tail -n 25
	fi
}

# serve FLAG...: ccmock with these flags, and in front of it ccgate, which translates
serve() {
	: >"$scratch/mock.out"
	: >"$scratch/gate.out"
	"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets \
		--key upstream-secret "$@" >"$scratch/mock.out" 2>&1 &
	pids+=($!)
	mock=$(announced "$scratch/mock.out" listening) || bail "no ccmock"
	control=$(announced "$scratch/mock.out" control) || bail "no control port"
	"$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-format "$format" \
		--upstream-key upstream-secret --key client-secret --log >"$scratch/gate.out" 2>&1 &
	pids+=($!)
	gate=$(announced "$scratch/gate.out" listening) || bail "no ccgate"
}

# asked: what the provider was asked, one request a line: the roles of its turns
# with the ids of calls and results, by the names of chat completions, then the
# whole body
asked() {
	perl -MJSON::PP -MEncode -ne '
		my $e = decode_json($_);
		print "$e->{method} $e->{target}\n" if $e->{kind} eq "request";
		next unless $e->{kind} eq "body";
		my $body = decode_json(encode_utf8($e->{bytes}));
		for my $m (@{ $body->{messages} }) {
			print " $m->{role}";
			print "(", join(" ", map { $_->{id} } @{ $m->{tool_calls} }), ")" if $m->{tool_calls};
			print "[$m->{tool_call_id}]" if $m->{tool_call_id};
		}
		my @calls;
		for my $i (@{ $body->{input} }, {}) {
			my $type = $i->{type} // "";
			push @calls, $i->{call_id} and next if $type eq "function_call";
			print " assistant(", join(" ", splice @calls), ")" if @calls;
			print " tool[$i->{call_id}]" if $type eq "function_call_output";
			print " $i->{role}" if $type eq "message";
		}
		print encode_utf8("\n$e->{bytes}\n");
	' "$scratch/journal"
}

# session WORD...: a new project and home, unless `again` is set
session() {
	[ -n "${again-}" ] || { rm -rf "$scratch/home" "$scratch/project" && mkdir -p "$scratch/home" "$scratch/project"; }
	cd "$scratch/project" || exit 1
	[ -z "${before-}" ] || "$before"
	curl -s -XPOST "$control/reset" >/dev/null
	timeout 90 env -i HOME="$scratch/home" PATH=/usr/bin:/bin ANTHROPIC_BASE_URL="$gate" \
		ANTHROPIC_AUTH_TOKEN=client-secret ANTHROPIC_API_KEY= IS_SANDBOX=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		"$CLAUDE" -p --verbose --output-format stream-json "$@" \
		>"$scratch/claude.out" 2>"$scratch/claude.err" </dev/null
	status=$?
	curl -s "$control/requests" >"$scratch/requests"
	curl -s "$control/journal" >"$scratch/journal"
	asked >"$scratch/asked"
}

# got PROGRAM: a Perl expression over the client's lines ($result: the last one;
# @said: what the assistant said, block by block; @results: of tools) is true
got() {
	perl -MJSON::PP -e '
		my ($result, @said, @results);
		open my $lines, "<", shift;
		while (<$lines>) {
			my $e = eval { decode_json($_) } or next;
			$result = $e if $e->{type} eq "result";
			next unless ref $e->{message}{content} eq "ARRAY";
			push @said, @{ $e->{message}{content} } if $e->{type} eq "assistant";
			push @results, grep { $_->{type} eq "tool_result" } @{ $e->{message}{content} } if $e->{type} eq "user";
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

turns() { grep -cE '^POST /v1/(chat/completions|responses)' "$scratch/asked"; }

# How the format writes a result, an image, and the name of a tool.
words_of() {
	result_of='"role":"tool","tool_call_id":"[^"]*","content":'
	image_of='{"type":"image_url","image_url":{"url":"%s"}}'
	tool_of='"function":{"name":"%s"'
	[ "$format" = openai-chat ] && return
	result_of='"type":"function_call_output","call_id":"[^"]*","output":'
	image_of='{"type":"input_image","detail":"auto","image_url":"%s"}'
	tool_of='{"type":"function","name":"%s"'
}

# A picture of two by two red points.
picture='iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=='
draw() { base64 -d <<<"$picture" >red.png; }

calls() {
	session --dangerously-skip-permissions \
		'do [tool:Bash {"command":"echo written-by-the-tool > note.txt","description":"write a note"}] then [tool:Read {"file_path":"'"$scratch"'/project/note.txt"}] please'
	succeeds 'two calls'
	[ "$(cat note.txt 2>/dev/null)" = written-by-the-tool ]
	check $? 'two calls: the command ran'
	[ "$(turns)" = 3 ]
	check $? 'two calls: three turns'
	grep -qE ' assistant\(([a-z0-9_]+)\) tool\[\1\] .*assistant\(([a-z0-9_]+)\) tool\[\2\]' "$scratch/asked"
	check $? 'two calls: each call has its result directly after it'
	grep -q "$result_of"'"[^"]*written-by-the-tool' "$scratch/asked"
	check $? 'two calls: what was read reached the provider'
	got '$result->{usage}{input_tokens} > 1000 && $result->{usage}{output_tokens} > 0'
	check $? 'two calls: the client counts tokens'
	! grep -q client-secret "$scratch/journal" && grep -q upstream-secret "$scratch/journal"
	check $? "two calls: the client's key stayed inside"

	again=1 session --dangerously-skip-permissions --continue 'and now goodbye'
	succeeds 'continued'
	grep -qE ' assistant\(([a-z0-9_]+)\) tool\[\1\] .*assistant\(([a-z0-9_]+)\) tool\[\2\].* assistant .*user' "$scratch/asked"
	check $? 'continued: the turns of the first session arrive, calls and results included'
	got '$result->{result} eq "You said: and now goodbye"'
	check $? 'continued: the user is answered'
}

parallel() {
	session --dangerously-skip-permissions \
		'do [tools: Bash {"command":"echo one > one.txt","description":"write one"}; Bash {"command":"echo two > two.txt","description":"write two"}] please'
	succeeds 'two calls in a turn'
	[ "$(cat one.txt two.txt 2>/dev/null | tr '\n' ' ')" = 'one two ' ]
	check $? 'two calls in a turn: both commands ran'
	got '2 == grep { $_->{type} eq "tool_use" } @said'
	check $? 'two calls in a turn: the client got two'
	[ "$(turns)" = 2 ] && grep -qE ' assistant\(([a-z0-9_]+) ([a-z0-9_]+)\) tool\[\1\] tool\[\2\]' "$scratch/asked"
	check $? 'two calls in a turn: one turn of calls, and their results in its order'
}

image() {
	before=draw session --dangerously-skip-permissions \
		'look at [tool:Read {"file_path":"'"$scratch"'/project/red.png"}] please'
	succeeds 'an image'
	# shellcheck disable=SC2059
	grep -qF "$(printf "$image_of" "data:image/png;base64,$picture")" "$scratch/asked"
	check $? 'an image: it arrives byte for byte, as this vendor takes images'
	if [ "$format" = openai-chat ]; then
		grep -qE ' assistant\(([a-z0-9_]+)\) tool\[\1\] user' "$scratch/asked"
		check $? "an image: in a message of the user's, after the result"
	else
		grep -q "$result_of"'\[[^]]*"type":"input_image"' "$scratch/asked"
		check $? 'an image: inside the result'
	fi
}

structured() {
	session --json-schema '{"type":"object","properties":{"kind":{"type":"string","enum":["book","pen"]},"count":{"type":"integer","minimum":3}},"required":["kind","count"],"additionalProperties":false}' \
		'an order'
	succeeds 'structured output'
	got '$result->{structured_output}{kind} eq "book" && $result->{structured_output}{count} == 3'
	check $? 'structured output: it is what the schema says'
}

# Twice, as the first says only on the wire how the vendor knows the tool.
long_name() {
	local name=mcp__notebook-of-the-whole-company__write_down_what_the_user_said_in_a_file_of_the_project
	local flags=(--dangerously-skip-permissions
		--mcp-config='{"mcpServers":{"notebook-of-the-whole-company":{"command":"/usr/bin/python3","args":["'"$root/tests/extra/mcp/notebook.py"'"]}}}')
	local search='[tool:ToolSearch {"query":"select:'$name'","max_results":1}]' given

	session "${flags[@]}" -- "do $search"
	given=$(grep -oE '"(content|output)":"Tool: [^"]*"' "$scratch/asked" | head -n 1 | sed 's/.*Tool: //; s/"$//')
	# shellcheck disable=SC2059
	[ "${#given}" = 64 ] && grep -qF "$(printf "$tool_of" "$given")" "$scratch/asked"
	check $? 'a long name: the reference names the tool as it was sent'
	session "${flags[@]}" -- "do $search and [tool:$given {\"text\":\"hello\"}]"
	succeeds 'a long name'
	[ "$(cat told.txt 2>/dev/null)" = hello ]
	check $? 'a long name: the tool ran'
	got '(grep { $_->{type} eq "tool_use" } @said)[1]{name} eq "'"$name"'"'
	check $? 'a long name: the client was asked for it by its own name'
}

refused() {
	session --dangerously-skip-permissions 'do [tool:WebSearch {"query":"red cars"}] please'
	[ "$status" = 0 ] && got '$results[-1]{is_error} && $results[-1]{content} =~ /web_search_\w+. is run by the API itself, which the provider of this model does not offer/'
	check $? 'WebSearch: the client is told that this provider does not offer it'
	got '!$result->{is_error}'
	check $? 'WebSearch: and goes on'

	session --permission-mode auto \
		'please [tool:Bash {"command":"curl -s '"$control"'/health > note.txt","description":"write a note"}]'
	[ ! -e note.txt ] && got '$result->{permission_denials}[0]{tool_name} eq "Bash"'
	check $? 'auto mode: nothing runs without a verdict'
	grep -q "Auto mode can't check actions in this session" "$scratch/claude.out"
	check $? 'auto mode: the client says why'

	session --model no-such-model hello
	got '$result->{result} =~ /no-such-model.* may not exist/'
	check $? "a model that is not there: the client says so"
	grep -q '"status":404' "$scratch/requests"
	check $? "a model that is not there: the provider's 404 is the reason"
}

# What the model thought goes back with what the provider encrypted of it.
thoughts() {
	session --dangerously-skip-permissions 'think [tool:Bash {"command":"echo hi","description":"say hi"}] please'
	succeeds 'thoughts'
	[ "$(turns)" = 2 ] && grep -qE '"type":"reasoning".*"encrypted_content":"[^"]+".*"type":"function_call"' "$scratch/asked"
	check $? 'thoughts: the item goes back before the call that it led to'
}

for format in openai-chat openai-responses; do
	words_of
	for kind in believable strict; do
		flag=()
		[ $kind = believable ] || flag=(--strict)
		serve ${flag[@]+"${flag[@]}"}
		calls
		parallel
		image
		structured
		long_name
		[ $format = openai-chat ] || thoughts
	done
	refused
done
echo "1..$n"
exit $failed
