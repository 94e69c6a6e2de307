#!/usr/bin/env bash
# ccgate between Bedrock, Vertex AI and the Messages API: every pair of formats
# in front of a strict provider, with what the newest client sends in each mode.
set -u
. "$(dirname "$0")/lib.sh"

key=team-key-0123456789
serve mock "$bin/ccmock" --strict --key up-key --listen 127.0.0.1:0
mock=$url
for format in messages bedrock vertex; do
	serve "$format" "$bin/ccgate" --listen 127.0.0.1:0 --key "$key" --upstream "$mock" --upstream-key up-key \
		--upstream-format "$format" --upstream-project p-1
	eval "to_$format=$url"
done

# ask BASE TARGET BODY [OPTION...]
ask() {
	local base=$1 target=$2 body=$3
	shift 3
	run curl -sS -m 20 -w '\nstatus %{http_code}\n' "$base$target" -H "x-api-key: $key" \
		-H 'content-type: application/json' -d "$body" "$@"
}

# The recorded requests of a mode, through a gateway: each is taken, and
# answered to the end.
# recorded BASE PREFIX DIR...: PREFIX is the base that was recorded
recorded() {
	local base=$1 prefix=$2 file target end betas
	shift 2
	for file in "$@"; do
		[ -e "$file" ] && sed -n '1s/ .*//p' "$file" | grep -qx POST || continue
		target=$(sed -n "1s|^POST $prefix\([^ ]*\) .*|\1|p" "$file")
		betas=$(sed -n 's/\r$//; s/^anthropic-beta: //p' "$file")
		sed '1,/^\r*$/d' "$file" >"$scratch/body"
		curl -sS -m 20 -o "$scratch/answer" -w '%{http_code} ' "$base$target" -H "x-api-key: $key" \
			-H "anthropic-beta: $betas" -H 'anthropic-version: 2023-06-01' \
			-H 'content-type: application/json' --data-binary "@$scratch/body"
		end='message_stop|"stop_reason":"|input_?[tT]okens'
		grep -qaE "$end|$stop" "$scratch/answer" && echo whole || echo "${file#"$root/"} $(head -c 200 "$scratch/answer")"
	done >"$scratch/out" 2>"$scratch/err"
	[ "$(sort -u "$scratch/out")" = '200 whole' ] && [ "$(wc -l <"$scratch/out")" -ge "$least" ]
}
# {"type":"message_stop" in base64, as a frame has it
stop=$(printf '{"type":"message_stop"' | base64 | tr -d '=\n' | cut -c 1-28)
cloud=$root/fixtures/cloud/2.1.332
own=$root/fixtures/requests/2.1.332
least=15
recorded "$to_bedrock" /bedrock "$cloud"/bedrock*/*.http
result $? "requests for Bedrock reach Bedrock"
recorded "$to_messages" /bedrock "$cloud"/bedrock{,-bearer,-edit-session,-interactive,-nonstream-fallback,-sigv4}/*.http
result $? "requests for Bedrock reach the Messages API"
recorded "$to_vertex" /vertex "$cloud"/vertex*/*.http
result $? "requests for Vertex reach Vertex"
recorded "$to_messages" /vertex "$cloud"/vertex*/*.http
result $? "requests for Vertex reach the Messages API"
least=12
for format in bedrock vertex; do
	eval "base=\$to_$format"
	recorded "$base" '' "$own"/{plain,edit-session,media,mcp-tools,parallel-tools,redacted-thinking,structured-output,subagents,tool-errors}/*.http
	result $? "requests of the Messages API reach $format"
done

hello='"max_tokens":100,"messages":[{"role":"user","content":"hello"}]}'
bedrock='{"anthropic_version":"bedrock-2023-05-31",'
vertex='{"anthropic_version":"vertex-2023-10-16",'
models=/v1/projects/p-1/locations/us-east5/publishers/anthropic/models

# Errors, in the shape of each side.
ask "$to_messages" /model/anthropic.no-such-model/invoke "$bedrock$hello" -D "$scratch/head"
is 0 "a model that is not there, for Bedrock's clients" out '{"message":"' out 'status 404'
grep -qi '^x-amzn-errortype: ResourceNotFoundException' "$scratch/head"
result $? "an error for them has its name in the head"
ask "$to_messages" "$models/no-such-model:rawPredict" "$vertex$hello"
is 0 "a model that is not there, for Vertex's clients" out '"not_found_error"' out 'status 404'
for format in bedrock vertex; do
	eval "base=\$to_$format"
	ask "$base" /v1/messages '{"model":"no-such-model",'"$hello"
	is 0 "a model that is not there at $format, for clients of the Messages API" out '"type":"not_found_error"' out 'status 404'
	! has out p-1
	result $? "no project is shown"
	ask "$base" /v1/messages '{"model":"claude-opus-5-5","mcp_servers":[],'"$hello"
	is 0 "what $format has not is refused in its words" out 'mcp_servers: Extra inputs are not permitted' out '"invalid_request_error"' out 'status 400'
	ask "$base" /v1/messages/count_tokens '{"model":"claude-opus-5-5","messages":[{"role":"user","content":"hello"}]}'
	is 0 "tokens are counted by $format" out '{"input_tokens":5}' out 'status 200'
done
ask "$to_bedrock" /v1/messages/count_tokens '{"model":"arn:aws:bedrock:us-east-1:1:application-inference-profile/x","messages":[]}'
is 0 "where Bedrock cannot count, that is said" out '"not_supported"' out 'status 501'
ask "$to_vertex" /model/anthropic.claude-opus-5-5/invoke "$bedrock$hello"
is 0 "a format that this provider does not speak" out "this gateway serves /v1/messages" out "Vertex's /v1/projects/" out 'status 404'

# Without a key.
run curl -sS -m 20 -w '\nstatus %{http_code}\n' "$to_bedrock/inference-profiles?type=SYSTEM_DEFINED"
is 0 "a list of inference profiles is for those who have a key" out '{"message":"no credential' out 'status 401'
run curl -sS -m 20 -w '\nstatus %{http_code}\n' "$to_bedrock/inference-profiles?type=SYSTEM_DEFINED" -H "authorization: Bearer $key"
is 0 "and they get Bedrock's" out '"inferenceProfileSummaries":[{' out 'status 200'
run curl -sS -m 20 -w '\nstatus %{http_code}\n' "$to_vertex$models/claude-opus-5-5:rawPredict" \
	-H 'authorization: Bearer other' -d "$vertex$hello"
is 0 "a wrong key, for Vertex's clients" out '"status":"UNAUTHENTICATED"' out 'status 401'

# A provider that ends before the message does.
cat >"$scratch/short.json" <<'END'
{"upstream": {"u1": {"reply": {"events": "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"}}}}
END
serve short "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/short.json"
short=$url
for format in messages bedrock vertex; do
	serve "short-$format" "$bin/ccgate" --listen 127.0.0.1:0 --key "$key" --upstream "$short" --upstream-key up-key \
		--upstream-format "$format" --upstream-project p-1
	case $format in
	messages) ask "$url" /model/anthropic.claude-x/invoke-with-response-stream "$bedrock$hello" ;;
	*) ask "$url" /v1/messages '{"model":"claude-x","stream":true,'"$hello" ;;
	esac
	[ "$status" -ne 0 ] && tr -d '\0' <"$scratch/out" | grep -qa "the provider's stream ended before the message did"
	result $? "a stream of $format that is no whole is told and cut"
done

# The configuration of ccgate.
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "keys": ["$key"], "fronts": "messages",
  "upstream": { "url": "$mock", "key": "up-key", "format": "bedrock", "region": "eu-west-1",
    "models": { "house": "eu.anthropic.claude-opus-5-5", "attic": "eu.anthropic.no-such-model" } } }
END
run "$bin/ccgate" check "$scratch/gate.json" --connect
is 0 "check --connect asks this provider, too" out 'gate.json: no mistakes' out 'the key is accepted'
serve listed "$bin/ccgate" --config "$scratch/gate.json"
ask "$url" /v1/messages '{"model":"house",'"$hello"
is 0 "a model is called as the table says" out '"text":"You said: hello"' out 'status 200'
ask "$url" /v1/messages '{"model":"attic",'"$hello"
is 0 "and so is another" out '"not_found_error"' out 'status 404'
run curl -sS -m 20 "$url/v1/models" -H "x-api-key: $key"
is 0 "the table is the list of models" out '"id":"house"' out '"id":"attic"'
ask "$url" /model/anthropic.claude-opus-5-5/invoke "$bedrock$hello"
is 0 "a front that is closed" out 'serves /v1/messages' out 'status 404'
sed 's/"format"/"auth": "sigv4", "format"/' "$scratch/gate.json" >"$scratch/bad.json"
run "$bin/ccgate" check "$scratch/bad.json"
is 2 "a key that signs without its id" err 'say --upstream-key-id ID'
run "$bin/ccgate" --upstream "$mock" --upstream-key k --key "$key" --upstream-format vertex
is 2 "Vertex without a project" err 'say --upstream-project ID'
run "$bin/ccgate" --upstream "$mock" --upstream-key k --key "$key" --fronts openai
is 2 "a front that there is not" err "fronts are 'messages', 'bedrock' and 'vertex'"


# Messages of another gateway that clients know as well as the provider's, and a
# count that it cannot do: ccgate's answers, rewritten.
cat >"$scratch/retell" <<'END'
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
$SIG{CHLD} = 'IGNORE';
my $to = shift;
my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1:0') or die;
$| = 1;
print 'listening on http://127.0.0.1:', $listener->sockport, "\n";

sub retold {
	my ($text, $counts) = @_;
	my $before = length $text;
	$text =~ s/"Input is too long[^"]*"/"capability_rejected: prompt_too_long"/;
	if ($counts) {
		$text =~ s{^HTTP/1\.1 400 }{HTTP/1.1 501 };
		$text =~ s/"invalid_request_error"/"not_supported"/;
	}
	my $more = length($text) - $before;
	$text =~ s/^(content-length: *)(\d+)/$1 . ($2 + $more)/mie if $more;
	return $text;
}

while (1) {
	my $client = $listener->accept or next;
	next if fork;
	my $gateway = IO::Socket::INET->new($to) or exit;
	my ($both, $counts) = (IO::Select->new($client, $gateway), 0);
	while (1) {
		for my $from ($both->can_read) {
			sysread $from, my $text, 65536 or exit;
			$counts = $text =~ /count_tokens/ if $from == $client;
			print { $from == $client ? $gateway : $client } $from == $client ? $text : retold($text, $counts);
			$_->flush for $client, $gateway;
		}
	}
}
END
free_port
serve told "$bin/ccgate" --listen 127.0.0.1:0 --key "$key" --upstream "http://127.0.0.1:$port" \
	--upstream-key up-key --upstream-format bedrock
serve retold perl "$scratch/retell" "${url#http://}"
run "$bin/ccprobe" run --suite "$root" --gateway "$url" --key "$key" --upstream-key up-key --mock-listen "127.0.0.1:$port" \
	--no-color cloud/bridge-overflow blackbox/count-refused --report json="$scratch/told.json" --out "$scratch/told"
is 0 "words of its own that clients know are no fault" out '3 cases: 2 pass, 1 skip'

end
