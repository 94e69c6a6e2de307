#!/usr/bin/env bash
# One say in both formats, as clients get it: from ccmock, and through ccgate,
# which asks for either. And the vendors of chat completions.
set -u
. "$(dirname "$0")/lib.sh"

cat >"$scratch/said.json" <<'END'
{ "upstream": {
  "held": { "when": { "has": "HELD" }, "reply": { "say": [ { "text": "before" }, { "hold": "h" }, { "text": "after" } ],
    "form": { "piece": 9 } } },
  "late": { "when": { "has": "LATE" }, "reply": { "say": [ { "text": "half" }, { "error": "overloaded_error" } ] } },
  "torn": { "when": { "has": "TORN" }, "reply": { "say": [ { "call": "a", "input": "{\"x\":" }, { "cut": "fin" } ] } },
  "full": { "when": { "has": "FULL" }, "reply": { "say": [ { "error": "rate_limit_error", "message": "Slow down." } ],
    "headers": [ ["retry-after", "9"] ] } },
  "rest": { "reply": { "say": [ { "thinking": "I think." }, { "text": "Both " }, { "text": "of them." },
    { "call": "a", "input": { "x": [ 1.10, "é" ] } }, { "call": "b", "input": { "y": 2 } },
    { "usage": { "input": 900, "cached": 512, "output": 40 } } ],
    "form": { "calls": "apart", "interleaved": true, "piece": 3, "absent": "null", "opening": true, "choices": 2 } } } } }
END
serve mock "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --root "$root" "$scratch/said.json"
mock=$url
read -r -t 20 control <&9
control=${control##* }
serve straight "$bin/ccgate" --listen 127.0.0.1:0 --key team-key-0123456789 --upstream "$mock" --upstream-key up-key
straight=$url
serve translated "$bin/ccgate" --listen 127.0.0.1:0 --key team-key-0123456789 --upstream "$mock" --upstream-key up-key \
	--upstream-format openai-chat
translated=$url

# ask URL MEMBERS TEXT: a request for a message.
ask() {
	run curl -sS -i -m 20 "$1/v1/messages" -H 'x-api-key: team-key-0123456789' -H 'anthropic-version: 2023-06-01' \
		-H 'content-type: application/json' \
		-d '{"model":"gpt-x","max_tokens":100'"$2"',"messages":[{"role":"user","content":"'"$3"'"}]}'
}

# told: what a client reads from a message or its events: texts, calls with
# their whole inputs, the reason of the stop, tokens that were cached.
told() {
	perl -MJSON::PP -CSD -0777 -ne '
		my ($head, $body) = split /\r\n\r\n/, $_, 2;
		my $json = JSON::PP->new->canonical;
		my (@blocks, $last);
		if ($head =~ m{^content-type: text/event-stream}mi) {
			for my $data ($body =~ /^data: (.*)$/mg) {
				my $e = $json->decode($data);
				$last = { %{$e->{message}} } if $e->{type} eq "message_start";
				$blocks[$e->{index}] = $e->{content_block} if $e->{type} eq "content_block_start";
				my $d = $e->{delta} // {};
				$blocks[$e->{index}]{text} .= $d->{text} if exists $d->{text};
				$blocks[$e->{index}]{json} .= $d->{partial_json} if exists $d->{partial_json};
				$last->{stop_reason} = $d->{stop_reason} if exists $d->{stop_reason};
				$last->{usage} = { %{$last->{usage}}, %{$e->{usage}} } if $e->{type} eq "message_delta";
			}
		} else {
			$last = $json->decode($body);
			@blocks = @{$last->{content}};
		}
		for my $b (@blocks) {
			print "text $b->{text}\n" if $b->{type} eq "text";
			print "call $b->{name} ", $json->encode($b->{json} ? $json->decode($b->{json}) : $b->{input}), "\n"
				if $b->{type} eq "tool_use";
		}
		print "stop $last->{stop_reason}, $last->{usage}{input_tokens}+$last->{usage}{cache_read_input_tokens}"
			. "+$last->{usage}{output_tokens}\n"' "$scratch/out" 2>>"$scratch/err"
}
wanted='text Both of them.
call a {"x":[1.1,"é"]}
call b {"y":2}
stop tool_use, 900+512+40'

for gate in "$straight" "$translated"; do
	for stream in '' ',"stream":true'; do
		ask "$gate" "$stream" x
		[ "$(told)" = "$wanted" ]
		result $? "the same in $([ "$gate" = "$straight" ] && echo 'the Messages API' || echo 'chat completions'), $([ -n "$stream" ] && echo streamed || echo whole)"
	done
	ask "$gate" '' FULL
	is 0 "an error is the whole answer, with its words and the rule's header fields" out 'HTTP/1.1 429' out 'Slow down.' \
		out 'retry-after: 9' out rate_limit_error
	ask "$gate" ',"stream":true' LATE
	is 0 "after a text it is an event of the stream" out 'HTTP/1.1 200' out '"text":"h' out 'event: error'
	ask "$gate" ',"stream":true' TORN
	[ "$status" -ne 0 ] && has out '"partial_json":"' && ! has out message_stop
	result $? "a call that is cut stays cut"
done

# A stream that waits at a hold continues when it is released.
curl -sSN -m 20 "$translated/v1/messages" -H 'x-api-key: team-key-0123456789' -H 'content-type: application/json' \
	-d '{"model":"m","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"HELD"}]}' >"$scratch/held" 2>&1 &
held=$!
until_true grep -q before "$scratch/held"
! grep -q after "$scratch/held" && curl -sS -m 20 -XPOST "$control/release?run=0&hold=held.h" >/dev/null && wait "$held" &&
	grep -q after "$scratch/held" && grep -q message_stop "$scratch/held"
result $? "a hold in the middle is released"
run curl -sS -m 20 "$mock/v1/messages/count_tokens" -H 'x-api-key: k' -H 'anthropic-version: 2023-06-01' \
	-d '{"model":"m","messages":[{"role":"user","content":"hello"}]}'
is 0 "what is no request of a format is the provider's to answer" out '{"input_tokens":'

# Errors in a script are reported with their place.
sed 's/"stop"/"stopp"/; s/"calls"/"cals"/' "$scratch/said.json" >"$scratch/bad.json"
run "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/bad.json"
is 2 "a misspelt member of form" err "bad.json:11:15: unknown key 'cals'; did you mean 'calls'?"
echo '{"upstream":{"u1":{"reply":{"say":[{"cut":"fin"},{"text":"x"}]}}}}' >"$scratch/bad.json"
run "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/bad.json"
is 2 "what is said after a cut" err "bad.json:1:58: nothing is said after 'cut' and 'error'"
run "$bin/ccmock" --listen 127.0.0.1:0 --vendor opena
is 2 "a vendor that there is not" err "or local, not 'opena'; did you mean 'openai'?"
run "$bin/ccmock" help sai
is 2 "a topic that there is not" err "no help for 'sai'; did you mean 'say'?"
run "$bin/ccmock" help
is 0 "help without a topic lists them" out "  vendors " out '--vendor NAME'

# A tool loop with a vendor that wants its thoughts back: a gateway that sends
# them gets an answer, one that does not gets an error.
serve deepseek "$bin/ccmock" --listen 127.0.0.1:0 --vendor deepseek
vendor=$url
for reasoning in true false; do
	cat >"$scratch/$reasoning.json" <<-END
		{ "listen": "127.0.0.1:0", "keys": ["team-key-0123456789"], "upstream": { "url": "$vendor", "key": "up-key",
		  "format": "openai-chat", "limit_field": "max_tokens", "reasoning": $reasoning } }
	END
	serve "gate-$reasoning" "$bin/ccgate" --config "$scratch/$reasoning.json"
	gate=$url
	tools=',"thinking":{"type":"adaptive"},"tools":[{"name":"a","input_schema":{"type":"object"}}]'
	ask "$gate" "$tools" '[tool:a {}]'
	turn=$(perl -MJSON::PP -0777 -ne 's/.*?\r\n\r\n//s; print encode_json(decode_json($_)->{content})' "$scratch/out")
	id=$(sed -n 's/.*"id":"\(call_[^"]*\)".*/\1/p' <<<"$turn")
	run curl -sS -m 20 "$gate/v1/messages" -H 'x-api-key: team-key-0123456789' -H 'content-type: application/json' \
		-d '{"model":"m","max_tokens":100'"$tools"',"messages":[{"role":"user","content":"[tool:a {}]"},
		{"role":"assistant","content":'"$turn"'},
		{"role":"user","content":[{"type":"tool_result","tool_use_id":"'"$id"'","content":"r"}]}]}'
	if [ "$reasoning" = true ]; then
		is 0 "thoughts that come back are taken" out '"stop_reason":"end_turn"' out '"type":"thinking"'
	else
		is 0 "calls without their thoughts are refused in the vendor's words" out 'reasoning_content` in the thinking mode' \
			out invalid_request_error
	fi
done
serve local "$bin/ccmock" --listen 127.0.0.1:0 --vendor local
run curl -sS -i -m 20 "$url/v1/chat/completions" -d '{"model":"m","messages":[{"role":"developer","content":"d"}]}'
is 0 "a local server answers with its template's words, to whoever asks" out 'HTTP/1.1 500' \
	out 'Jinja Exception: Unexpected message role.'

# ---- which models there are ----

serve named "$bin/ccmock" --listen 127.0.0.1:0 --models 'gpt-5.2,claude-opus-5,own/model[1m]'
named=$url
# chat MODEL, message MODEL: a request of either format
chat() {
	run curl -sS -m 20 "$named/v1/chat/completions" -H 'authorization: Bearer x' -H 'content-type: application/json' \
		-d '{"model":"'"$1"'","messages":[{"role":"user","content":"hello"}]}'
}
message() {
	run curl -sS -m 20 "$named/v1/messages" -H 'x-api-key: x' -H 'anthropic-version: 2023-06-01' \
		-H 'content-type: application/json' \
		-d '{"model":"'"$1"'","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}'
}
chat 'own/model[1m]'
is 0 'a model that is named' out '"model":"own/model[1m]"'
chat gpt-4o
is 0 'and one that is not' out 'The model `gpt-4o` does not exist' out model_not_found
chat gpt-5
is 0 'nor is the front of a name one' out model_not_found
message claude-opus-5
is 0 'the same in the Messages format' out '"type":"message"'
message claude-opus
is 0 'where it is not found' out '"not_found_error","message":"model: claude-opus"'
run curl -sS -m 20 "$named/v1/models" -H 'authorization: Bearer x'
is 0 'the list has them' out '"id":"gpt-5.2"' out '"id":"claude-opus-5"' out '"id":"own/model[1m]"'
! has out gpt-mock
result $? 'and no other'
run curl -sS -m 20 "$named/v1/models?after_id=gpt-5.2&limit=1" -H 'x-api-key: x' -H 'anthropic-version: 2023-06-01'
is 0 'and its pages, in the other format' out '"data":[{"type":"model","id":"claude-opus-5","display_name":"Claude Opus 5"' \
	out '"has_more":true,"first_id":"claude-opus-5","last_id":"claude-opus-5"'
run curl -sS -m 20 "$named/v1/models/own/model\[1m\]" -H 'x-api-key: x' -H 'anthropic-version: 2023-06-01'
is 0 'one of them' out '"display_name":"own/model[1m]"'
while IFS='|' read -r names told; do
	run "$bin/ccmock" --listen 127.0.0.1:0 --models "$names"
	is 2 "--models '$names'" err "$told"
done <<END
a,,b|--models: '' is no name of a model; write NAME,NAME,...
|--models: '' is no name of a model
a b|--models: 'a b' is no name of a model
$(seq -s, 65)|--models: more than 64 names
END
run timeout 5 "$bin/ccmock" --listen 999.0.0.1:0 --models "$(seq -s, 64)"
! has err '--models'
result $? '64 names are taken'

end
