#!/usr/bin/env bash
# ccprobe bisect against a provider that was told what to refuse: the part that
# was planted has to be named, with few requests, and no credential may show.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
export ANTHROPIC_AUTH_TOKEN=sk-planted-bisect-credential-0001
export HOME=$scratch/home
mkdir "$HOME"
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED SSL_CERT_FILE SSL_CERT_DIR
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

serve provider "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets
provider=$url
IFS= read -r control <&9
control=${control##* }

# ---- requests ----

# Forty tools and a history of sixty turns, around what was recorded.
/usr/bin/python3 - "$root/fixtures/requests/2.1.329/plain/01.http" "$scratch" <<'END'
import copy, json, sys
head, body = open(sys.argv[1], "rb").read().split(b"\r\n\r\n", 1)
recorded = json.loads(body)

def write(name, request, head=head):
    text = json.dumps(request, separators=(",", ":"), ensure_ascii=False)
    with open(f"{sys.argv[2]}/{name}.http", "wb") as out:
        out.write(head + b"\r\n\r\n" + text.encode())

def tool(n):
    properties = {f"field_{k}": {"type": "string", "description": f"field {k} of {n}"} for k in range(6)}
    schema = {"type": "object", "properties": properties, "required": ["field_0"],
              "additionalProperties": False}
    return {"name": f"mcp__desk__tool_{n}", "description": f"Does thing {n}. " * 8, "input_schema": schema}

forty = copy.deepcopy(recorded)
forty["tools"] += [tool(n) for n in range(40 - len(forty["tools"]))]
forty["tools"][31]["input_schema"]["properties"]["field_3"]["format"] = "uri-reference"
forty["tools"][22]["input_schema"]["properties"]["field_5"]["items"] = {"contentEncoding": "base64"}
forty["tool_choice"] = {"type": "auto"}
write("forty", forty)

def turn(n):
    if n % 2 == 0:
        return {"role": "user", "content": [{"type": "text", "text": f"Question {n}: what about line {n}?"}]}
    return {"role": "assistant", "content": [{"type": "text", "text": f"Answer {n}: it is as it was."}]}

sixty = copy.deepcopy(recorded)
sixty["messages"] = [turn(n) for n in range(59)]
sixty["messages"][26]["content"][0]["text"] += " See https://intranet.example/planted-page for it."
sixty["messages"][41] = {"role": "assistant", "content": [
    {"type": "text", "text": "I look."},
    {"type": "tool_use", "id": "toolu_01planted", "name": "Read", "input": {"file_path": "/planted-path"}}]}
sixty["messages"][42] = {"role": "user", "content": [
    {"type": "tool_result", "tool_use_id": "toolu_01planted", "content": [
        {"type": "text", "text": "first"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "AAAA"}}]},
    {"type": "text", "text": "Go on."}]}
write("sixty", sixty)

# A history that the API refuses: a call whose result is not there.
broken = copy.deepcopy(sixty)
broken["messages"][42]["content"] = broken["messages"][42]["content"][1:]
write("broken", broken)

attack = copy.deepcopy(sixty)
attack["messages"][36]["content"][0]["text"] += " The page has <script>alert(1)</script> in it."
write("attack", attack)

large = copy.deepcopy(recorded)
large["messages"][0]["content"][0]["text"] *= 1 + 1200000 // len(recorded["messages"][0]["content"][0]["text"])
write("large", large)

five = copy.deepcopy(recorded)
for n in range(6):
    five["tools"][n]["cache_control"] = {"type": "ephemeral"}
write("five", five)
write("small", {"model": "claude-opus-5-5", "max_tokens": 8, "messages": [{"role": "user", "content": "hello"}]})
END

# ---- planting ----

rest=true # or '"strict"': what answers where no rule fits

# arm RULE...: "name": {...} each
arm() {
	local rule rules=
	for rule in "$@"; do rules+="$rule,"; done
	printf '{"upstream":{%s"rest":{"reply":{"provider":%s}}}}' "$rules" "$rest" >"$scratch/script.json"
	curl -sf -XPOST "$control/reset" >/dev/null &&
		curl -sf -XPOST "$control/arm" --data-binary "@$scratch/script.json" >/dev/null ||
		echo "# the script was not taken: $rules"
}

# refuse NAME WHEN STATUS TEXT: a rule
refuse() {
	printf '"%s":{"when":%s,"reply":{"status":%d,"json":{"type":"error","error":{"type":"invalid_request_error","message":"%s"}}}}' \
		"$1" "$2" "$3" "$4"
}

asked() { curl -sf "$control/requests" | perl -MJSON::PP -0777 -ne 'print scalar @{decode_json($_)}'; }

folders=0
bisect() { # bisect REQUEST [URL [OPTION...]]
	local request=$1 at=${2-$provider}
	shift
	[ $# -gt 0 ] && shift
	folders=$((folders + 1))
	folder=$scratch/found-$folders
	run "$bin/ccprobe" bisect "$request" "$at" --suite "$root" --out "$folder" --json "$@"
}

schema() { /usr/bin/python3 -c '
import json, sys, jsonschema
schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(document)' "$root/docs/schema/bisect.schema.json" "$@"; }
has_schema() { /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; }
# valid TITLE: the JSON of the last bisect is as the schema says
valid() {
	if ! has_schema; then
		count=$((count + 1))
		printf 'ok %d - %s # SKIP there is no jsonschema\n' "$count" "$1"
		return
	fi
	cp "$scratch/out" "$scratch/json"
	run schema "$scratch/json"
	is 0 "$1"
}

counts=()
# found TITLE NAME...: just these causes, in any order, each of them minimal
found() {
	local title=$1 bad=0
	shift
	printf '%s\n' "$@" | LC_ALL=C sort >"$scratch/wanted"
	perl -MJSON::PP -0777 -ne 'my $r = decode_json($_); binmode STDOUT, ":utf8";
		print "$_->{name}", $_->{minimal} ? "" : " (not minimal)", "\n" for @{$r->{causes}}' \
		"$scratch/out" | LC_ALL=C sort >"$scratch/names"
	cmp -s "$scratch/wanted" "$scratch/names" && [ "$status" -eq 1 ] || bad=1
	counts+=("$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{requests}' "$scratch/out")")
	result "$bad" "$title (${counts[-1]} requests)"
	[ "$bad" -eq 0 ] || sed 's/^/# named: /' "$scratch/names"
	tell "$title" "$scratch/err"
}

# files TITLE: the files that were written, too
files() { tell "$1: files" "$scratch/out" "$folder/report.md" "$folder"/*.curl.sh "$folder"/*.json "$folder"/*.http; }

forty=$scratch/forty.http
sixty=$scratch/sixty.http

# planted TITLE REQUEST WHEN STATUS TEXT NAME: one part is refused
planted() {
	arm "$(refuse bad "$3" "$4" "$5")"
	bisect "$2"
	found "$1" "$6"
}

# played TITLE WHEN REPLY NAME: the same, answered in another way
played() {
	arm "\"bad\":{\"when\":$2,\"reply\":$3}"
	bisect "$forty"
	found "$1" "$4"
}

no='planted: Extra inputs are not permitted'
planted 'a field' "$forty" '{"has":"\"context_management\""}' 400 "$no" \
	'field `context_management`'
files 'a field'
planted 'a member of a field' "$forty" '{"json":["/output_config/effort","medium"]}' 400 "$no" \
	'field `output_config`: effort'
planted 'a field and its kind' "$forty" '{"json":["/thinking/type","adaptive"]}' 400 "$no" 'field `thinking`'
planted 'a number' "$forty" '{"json":["/max_tokens",128000]}' 400 'max_tokens: 128000 > 32000' 'field `max_tokens`'
planted 'streaming' "$forty" '{"json":["/stream",true]}' 400 'no streams here' 'field `stream`'
planted 'metadata' "$forty" '{"has":"\"metadata\""}' 400 "$no" 'field `metadata`'
planted 'tool_choice' "$forty" '{"has":"\"tool_choice\""}' 400 "$no" 'field `tool_choice`'
planted 'an unknown model' "$forty" '{"json":["/model","claude-opus-5-5"]}' 404 'model: claude-opus-5-5' 'field `model`'
planted 'a header' "$forty" '{"header":["x-app","cli"]}' 400 "$no" 'header `x-app`'
planted 'the client itself' "$forty" '{"header":["user-agent","claude-cli"]}' 403 'not this client' 'header `User-Agent`'
planted 'the version' "$forty" '{"header":["anthropic-version","2023"]}' 400 'anthropic-version: not this' \
	'header `anthropic-version`, which every request has to have'
planted 'one of eight betas' "$forty" '{"header":["anthropic-beta","effort-2025-11-24"]}' 400 'Unexpected value(s)' \
	'beta `effort-2025-11-24`'
planted 'one of forty tools' "$forty" '{"has":"\"mcp__desk__tool_19\""}' 400 'tools.31.custom.name: no' \
	'tool `mcp__desk__tool_19`: name'
planted 'a keyword in the schema of one of forty tools' "$forty" '{"has":"uri-reference"}' 400 \
	'tools.31.custom.input_schema: format is not supported' \
	'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
planted 'a keyword deep in a schema' "$forty" '{"has":"\"contentEncoding\""}' 400 'tools.22.custom.input_schema: no' \
	'tool `mcp__desk__tool_10`: input_schema.properties.field_5.items.contentEncoding'
planted 'a member of a tool' "$forty" '{"has":"\"defer_loading\""}' 400 'tools.10.custom.defer_loading: no' \
	'tool `DeferredToolPlaceholder`: defer_loading'
planted 'a firewall and a text in one of sixty turns' "$sixty" '{"has":"intranet.example/planted"}' 403 'blocked' \
	'the text "intranet.example/planted" in message 27'
planted 'a picture in a tool result' "$sixty" '{"has":"\"image/webp\""}' 400 'bad image' \
	'message 43 (user): image block 2: source.media_type'
planted 'the input of a tool call' "$sixty" '{"has":"planted-path"}' 400 'bad path' \
	'message 42 (assistant): tool_use block 2: input.file_path'
planted 'letters of four bytes' "$forty" '{"has":"🤖"}' 400 'invalid byte' 'the text "🤖" in message 1'
planted 'a pair of fields' "$forty" '{"json":["/stream",true],"has":"\"metadata\""}' 400 "$no" \
	'field `metadata` together with field `stream`'
files 'a pair of fields'
planted 'a beta and a field' "$forty" '{"json":["/stream",true],"header":["anthropic-beta","interleaved"]}' 400 "$no" \
	'beta `interleaved-thinking-2025-05-14` together with field `stream`'
planted 'a field and a text' "$sixty" '{"json":["/thinking/type","adaptive"],"has":"planted-page"}' 400 "$no" \
	'field `thinking` together with the text "planted-page" in message 27'
planted 'the key' "$forty" '{"path":"/v1/messages"}' 401 'invalid bearer token' \
	'nothing in the request: an empty one fails in the same way'

page='{"status":200,"headers":[["content-type","text/html"]],"text":"<html>Incident 4711</html>"}'
played 'a page with status 200' '{"json":["/thinking/type","adaptive"]}' "$page" 'field `thinking`'
files 'a page'
played 'an error inside a stream' '{"has":"\"context_management\""}' \
	'{"events":"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"boom 7\"}}\n\n"}' \
	'field `context_management`'
played 'a stream that breaks off' '{"has":"\"context_management\""}' \
	'{"events":"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n: @cut fin\n"}' \
	'field `context_management`'
played 'an empty stream' '{"has":"\"context_management\""}' '{"events":""}' 'field `context_management`'
played 'a connection that is closed' '{"has":"\"context_management\""}' '{"end":"fin"}' 'field `context_management`'
played 'what is no HTTP' '{"has":"\"context_management\""}' '{"raw_text":"complete garbage\n\n"}' \
	'field `context_management`'
played 'overload that is none' '{"has":"\"context_management\""}' '{"status":529,"text":"busy"}' \
	'field `context_management`'

arm "$(refuse bad '{"longer":40000}' 413 'Request body too large')"
bisect "$forty"
perl -MJSON::PP -0777 -ne 'my ($c) = @{decode_json($_)->{causes}};
	exit !($c->{fails_at} > $c->{passes_at} && $c->{fails_at} - $c->{passes_at} < 2000 && $c->{passes_at} > 38000)' \
	"$scratch/out"
result $? 'a limit is told with its numbers'
is 1 'and what to raise' err 'client_max_body_size' err 'its size: '

arm "$(refuse a '{"has":"uri-reference"}' 400 'format is bad')" \
	"$(refuse b '{"json":["/output_config/effort","medium"]}' 400 'effort is bad')"
bisect "$forty"
found 'two causes' 'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format' 'field `output_config`: effort'
[ -s "$folder/smallest-2.http" ] && grep -q effort "$folder/smallest-2.json"
result $? 'each has its files'
arm "$(refuse a '{"has":"uri-reference"}' 400 'is bad')" "$(refuse b '{"has":"\"contentEncoding\""}' 400 'is bad')"
bisect "$forty"
found 'two causes with one text' 'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format' \
	'tool `mcp__desk__tool_10`: input_schema.properties.field_5.items.contentEncoding'

planted 'any beta' "$forty" '{"header":["anthropic-beta","-"]}' 400 'invalid beta flag' 'header `anthropic-beta`'
is 1 'is not to be forwarded' err 'take them out of the header' out '"advice"'
planted 'two betas, each alone' "$forty" '{"header":["anthropic-beta","05-1"]}' 400 'invalid beta flag' \
	'beta `interleaved-thinking-2025-05-14`, beta `thinking-token-count-2026-05-13`: each of them alone'
valid 'with the JSON that docs/schema describes'
message='{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}'
played 'a document where a stream was asked for' '{"json":["/stream",true]}' "{\"status\":200,\"json\":$message}" 'field `stream`'
is 1 'is told as doctor tells it' err 'a streaming request is answered without events'
arm "$(refuse bad '{"longer":40000}' 400 'input is too long for requested model')"
bisect "$forty"
has err 'its size: ' && ! has err 'client_max_body_size'
result $? 'an overflow is no limit of bodies'

# throttled SECONDS: every request is
throttled() {
	arm '"bad":{"when":{"path":"/v1/messages"},"reply":{"status":429,"headers":[["retry-after","'"$1"'"]],"json":{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}}}'
	bisect "$forty"
}
throttled 1
[ "$(asked)" -eq 2 ]
result $? 'who answers 429 to everything is asked twice'
is 3 'and the wait between is told, and that it was for nothing' err 'waiting 1 s' err 'again after the wait'
throttled 600
[ "$(asked)" -eq 1 ] && has err 'max-wait'
result $? 'or once, if the wait is too long'

arm '"ok":{"when":{"json":["/thinking/type","adaptive"]},"reply":{"provider":true}}' \
	"$(refuse bad '{"path":"/v1/messages"}' 400 "reasoning.effort 'none' is not supported")"
bisect "$scratch/small.http"
found 'what is missing' 'missing: field `thinking`'
grep -q '"content":"hello"}],"thinking":{"type":"adaptive"' "$folder/passing.json"
result $? 'and the request that passes with it'
valid 'with the JSON that docs/schema describes, too'
bisect "$scratch/small.http" "$provider" --only-smaller
found 'what may not be looked for' 'nothing in the request: an empty one fails in the same way'
bisect plain/01
is 3 'a recorded request lacks nothing' err 'it does not fail'

# ---- what the API itself refuses ----

rest='"strict"'
arm
bisect "$scratch/broken.http"
found 'a call without its result' 'message 42 (assistant): tool_use block 2'
bisect "$scratch/five.http"
has err 'together with' && [ "$status" -eq 1 ] &&
	perl -MJSON::PP -0777 -ne 'exit !(@{decode_json($_)->{causes}[0]{culprits}} == 5)' "$scratch/out"
result $? 'a cache marker too many: five of them together'

# A rule in front of rules that look at required members first.
planted 'a keyword of a schema, and a strict API behind' "$forty" '{"has":"uri-reference"}' 400 \
	'tools.31.custom.input_schema: format is not supported' \
	'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
planted 'a kind of picture, and a strict API behind' "$sixty" '{"has":"\"image/webp\""}' 400 'bad image' \
	'message 43 (user): image block 2: source.media_type'
planted 'a message of role system' "$forty" '{"json":["/messages/1/role","system"]}' 400 \
	"messages.1.role: Input should be 'user' or 'assistant'" 'message 2: role `system`'
# odd TITLE JSON NAME: a tool with one member more
odd() {
	arm
	sed "s|\"name\":\"mcp__desk__tool_19\"|&,$2|" "$forty" >"$scratch/odd.http"
	bisect "$scratch/odd.http"
	found "$1" "$3"
}
odd 'a member that tools do not have' '"annotations":{"readOnlyHint":true}' 'tool `mcp__desk__tool_19`: annotations'
odd 'a kind of tool that is none' '"type":"function"' 'tool `mcp__desk__tool_19`: type'
odd 'a marker with an odd member' '"cache_control":{"type":"ephemeral","colour":1}' \
	'`cache_control` of tool `mcp__desk__tool_19`: colour'
arm
sed 's|"claude-opus-5-5"|"some-other-model"|' "$forty" >"$scratch/model.http"
bisect "$scratch/model.http"
found 'a model that the API does not know' 'field `model`, which every request has to have'

# ---- gateways ----

export CCGATE_KEY=$ANTHROPIC_AUTH_TOKEN CCGATE_UPSTREAM=sk-bisect-upstream-000
# behind FAULT REQUEST [OPTION...]
behind() {
	local fault=$1 request=$2
	shift 2
	serve "$fault" "$bin/ccgate-faulty" --listen 127.0.0.1:0 --upstream "$provider" \
		--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY --fault "$fault"
	bisect "$request" "$url" "$@"
	kill "$server"
}
behind drops-beta "$forty"
found 'a gateway that drops anthropic-beta: every field that needs one' 'field `context_management`' \
	'message 2 (system): output_config'
grep -q '^anthropic-beta: context-management-2025-06-27' "$folder/smallest.http"
result $? 'the smallest request has the beta of its field: with a sound gateway it passes'
is 1 'and that the request did carry them' \
	out 'the request carries the beta `context-management-2025-06-27`' \
	out 'set CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1'
sed 's/,context-management-2025-06-27//' "$forty" >"$scratch/no-beta.http"
bisect "$scratch/no-beta.http"
found 'a field whose beta is not in the request' 'field `context_management`'
is 1 'is told so' err 'field `context_management` without beta `context-management-2025-06-27`'
sed -e 's/^anthropic-beta: .*[0-9]/&,fast-mode-2026-02-01/' -e 's/"context_management":{/"speed":"fast",&/' \
	"$forty" >"$scratch/fast.http"
behind truncates-beta "$scratch/fast.http"
found 'a gateway that cuts anthropic-beta off' 'field `speed`'
behind query-string-404 "$forty"
found 'a gateway that does not know ?beta=true' 'the query `?beta=true`'
behind renames-max-tokens "$forty"
found 'a gateway that renames what every request has' 'field `max_tokens`, which every request has to have'
is 1 'and what it calls it' err 'max_completion_tokens, which the client did not send'
behind adds-user "$forty"
found 'a gateway that adds a field of its own' \
	'nothing in the request: field `user` is not in it, so the gateway adds it'
behind drops-tools "$forty"
found 'a gateway that drops what another field needs' 'field `tool_choice`'
rest=true
arm
behind waf "$scratch/attack.http"
found 'a firewall that looks for attacks' 'the text "<script>" in message 37'
behind limit-1mb "$scratch/large.http"
is 1 'a gateway with a limit' err 'its size: ' err 'the API accepts 32 MB'
behind rejects-both "$forty" --auth both
is 1 'a gateway that wants one credential' err 'Authorization' err 'x-api-key'

# ---- what is written ----

arm "$(refuse bad '{"has":"\"context_management\""}' 400 "$no")"
bisect plain/01
[ "$(cd "$folder" && printf '%s ' *)" = "answers.jsonl passing.curl.sh passing.http passing.json report.md smallest.curl.sh smallest.http smallest.json " ] &&
	[ "$(stat -c %a "$folder"/*.http "$folder"/*.jsonl | sort -u)" = 600 ] && [ "$(stat -c %a "$folder")" = 700 ]
result $? 'the files, for their owner only'
run sh "$folder/smallest.curl.sh"
is 0 'the curl command of the smallest request fails as it did' out 'HTTP/1.1 400' out "$no"
run sh "$folder/passing.curl.sh"
is 0 'that of its neighbour passes' out 'HTTP/1.1 200'
smallest=$folder/smallest.http
grep -q '^Authorization: Bearer {{credential}}' "$smallest" && grep -q '^Host: {{host}}' "$smallest" &&
	[ "$(wc -c <"$smallest")" -lt 400 ]
result $? 'the smallest request is small, and has words for what is secret'
for text in '# A request of Claude Code fails with status 400' 'claude-cli/2.1.332' 'context_management' "$no" \
	'Its answer has status 200' 'curl -isSN' '--data-raw' '"$ANTHROPIC_BASE_URL"' 'request-id'; do
	grep -qF -- "$text" "$folder/report.md" || echo "# not in the report: $text"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'the report says what its readers need'
! grep -q '127\.0\.0\.1' "$folder/report.md"
result $? 'and not which host it was'
bisect "$smallest" "$provider" --show-host
grep -q '127\.0\.0\.1' "$folder/report.md"
found 'the smallest request is itself a request for bisect' 'field `context_management`'


run "$bin/ccprobe" bisect plain/01 "$provider" --suite "$root" --out "$scratch/prose"
is 1 'without --json the words are on stdout' out 'cause: field `context_management`' out 'requests sent' err 'at most 200 requests'

bisect plain/01
valid 'the JSON of what was found is as docs/schema says'

mkdir "$scratch/folder to keep"
run "$bin/ccprobe" bisect plain/01 "$provider" --suite "$root" --out "$scratch/folder to keep/a"
command=$(sed -n 's/^    \(sh .*smallest\.curl\.sh.*\)/\1/p' "$scratch/out")
run sh -c "$command"
is 0 'a command can be pasted, whatever the folder is called' out 'HTTP/1.1 400'

# ---- where a request comes from ----

perl -pe 's/\r$// if !$body; $body = 1 if $_ eq "\n"' "$smallest" >"$scratch/lf.http"
bisect "$scratch/lf.http"
found 'line ends without CR' 'field `context_management`'
status=0
"$bin/ccprobe" bisect - "$provider" --out "$scratch/stdin" --json <"$smallest" \
	>"$scratch/out" 2>"$scratch/err" || status=$?
found 'standard input' 'field `context_management`'
run "$bin/ccprobe" run --client 2.1.329 --bundled --suite "$root" --keep all --out "$scratch/kept" stream/ends
bisect "$scratch/kept/stream.ends.jsonl.gz"
found 'a wire log' 'field `context_management`'
arm "$(refuse bad '{"header":["user-agent","claude-cli/2.0.76"]}' 400 "$no")"
bisect 2.0.76/plain/01
found 'a recorded request of another release' 'header `User-Agent`'

# usage TITLE TEXT COMMAND...
usage() {
	local title=$1 text=$2
	shift 2
	run "$bin/ccprobe" bisect "$@"
	is 2 "$title" err "$text"
}
usage 'no URL' 'a REQUEST and a URL' "$forty"
usage 'no such request' 'no recorded request of that name' "$scratch/nowhere.http" "$provider" --suite "$root"
usage 'no URL that can be asked' 'does not begin with http' "$forty" example.com
printf 'POST /v1/messages HTTP/1.1\r\n\r\n{"a":' >"$scratch/bad.http"
usage 'a body that is not JSON' 'the body is not JSON: ' "$scratch/bad.http" "$provider"
printf 'POST /v1/messages HTTP/1.1\r\nHost: x\r\n' >"$scratch/bad.http"
usage 'a head without its end' 'no blank line' "$scratch/bad.http" "$provider"
printf 'GET http://x/v1 HTTP/1.1\r\n\r\n' >"$scratch/bad.http"
usage 'a target with a host' "begins with '/'" "$scratch/bad.http" "$provider"
usage 'an unknown form' "not one of: bearer" "$forty" "$provider" --auth basic
usage 'a header that is none' 'NAME: VALUE' "$forty" "$provider" --header nothing
usage 'a budget below the confirmation' '--max-requests' "$forty" "$provider" --max-requests 2
usage 'a folder with other things in it' 'is not empty' "$forty" "$provider" --out "$scratch"
usage 'a folder of another request' 'belongs to another request' "$forty" "$provider" --out "$folder"
(
	unset ANTHROPIC_AUTH_TOKEN
	usage 'no credential' '--key VALUE' "$forty" "$provider" --out "$scratch/no-key"
	exit "$failed"
) || failed=1
count=$((count + 1))

# ---- the way ----

# ccmock answers requests that are meant for a proxy, too, so it can be one.
arm "$(refuse bad '{"has":"\"context_management\""}' 400 "$no")"
mkdir "$HOME/.claude"
printf '{"env":{"HTTPS_PROXY":"http://user:planted-proxy-word-0007@%s"}}' "${provider#http://}" >"$HOME/.claude/settings.json"
bisect plain/01 http://gateway.invalid
found 'through the proxy of the settings' 'field `context_management`'
is 1 'and says so' err 'through the proxy of '
! grep -rqF planted-proxy-word-0007 "$folder" "$scratch/out" "$scratch/err"
result $? 'without its password'
rm -r "$HOME/.claude"

mkdir "$scratch/tls"
"$root/tests/tls/certificates.sh" "$scratch/tls"
serve tls "$bin/ccmock" --listen 127.0.0.1:0 --tls-cert "$scratch/tls/good.pem" --tls-key "$scratch/tls/key.pem"
bisect plain/01 "$url"
is 3 'a certificate that nobody knows' err 'no server was reached' out '"end":"unreachable"'
for option in "--ca-file $scratch/tls/ca.pem" --insecure; do
	# shellcheck disable=SC2086
	bisect "$sixty" "$url" $option
	is 3 "${option%% *}: it is known" err 'it does not fail: 3 of 3'
done
bisect plain/01 "$url" --ca-file "$scratch/tls/none.pem"
is 2 'no such file of authorities' err 'none.pem'

# ---- when nothing can be found ----

arm
bisect "$forty"
is 3 'a request that does not fail' err 'it does not fail: 3 of 3' err 'ccprobe doctor' out '"end":"passes"'
valid 'and its JSON'
printf '{"upstream":{"pool":{"replies":[{"status":400,"headers":[["x-served-by","node-7"]],"text":"no"},{"provider":true}]}}}' \
	>"$scratch/script.json"
curl -sf -XPOST "$control/reset" >/dev/null
curl -sf -XPOST "$control/arm" --data-binary "@$scratch/script.json" >/dev/null
bisect "$forty"
is 3 'one that fails now and then' err 'the answer is not the same each time' err '1 x status 400: no (' err 'x-served-by: node-7' \
	err '2 x it passes, with status 200' err 'doctor --repeat' out '"end":"unstable"'
valid 'and its JSON'
serve gone "$bin/ccmock" --listen 127.0.0.1:0
kill "$server"
wait "$server" 2>/dev/null
bisect "$forty" "$url"
is 3 'nobody to ask' err 'no server was reached' out '"end":"unreachable"'
valid 'and its JSON'

# ---- budget, patience, memory ----

arm "$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
for most in 3 5 11 20; do
	arm "$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
	bisect "$forty" "$provider" --max-requests $most
	[ "$(asked)" -eq $most ] && [ "$status" -eq 3 ]
	result $? "--max-requests $most: just as many are sent"
done
is 3 'and it says so' err 'cut short: --max-requests is reached' out '"end":"incomplete"'
valid 'and its JSON'
curl -sf "$control/journal" | perl -MJSON::PP -ne 'my $e = decode_json($_);
	next unless $e->{kind} eq "body"; $n++;
	utf8::encode(my $b = $e->{bytes}); $max = length $b if length $b > ($max // 0);
	END { print "$max\n"; exit !($n >= 20 && $max <= shift @ARGV) }' >"$scratch/out"
[ "$(cat "$scratch/out")" -le "$(perl -0777 -ne 's/.*?\r\n\r\n//s; print length' "$forty")" ]
result $? 'none of them is larger than the one given'

arm "$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
bisect "$forty"
whole=$(asked)
# stop_at N: Ctrl-C when the N-th request is waiting for its answer.
stop_at() {
	arm "\"stop\":{\"when\":{\"call\":$1},\"reply\":{\"provider\":true,\"hold\":\"stop\"}}" \
		"$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
	"$bin/ccprobe" bisect "$forty" "$provider" --out "$scratch/stopped" --json \
		>"$scratch/out" 2>"$scratch/err" </dev/null &
	pid=$!
	until [ "$(asked)" -ge "$1" ] || ! kill -0 "$pid" 2>/dev/null; do
		sleep 0.05
	done
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
}
stop_at 15
is 3 'Ctrl-C ends it' err 'cut short: interrupted' err 'the same command continues the search' out '"end":"incomplete"'
rm -rf "$scratch/gone"
arm "\"stop\":{\"when\":{\"call\":9},\"reply\":{\"provider\":true,\"hold\":\"stop\"}}" \
	"$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
"$bin/ccprobe" bisect "$forty" "$provider" --out "$scratch/gone" >"$scratch/out" 2>"$scratch/err" </dev/null &
pid=$!
until [ "$(asked)" -ge 9 ] || ! kill -0 "$pid" 2>/dev/null; do
	sleep 0.05
done
rm -r "$scratch/gone"
curl -sf -XPOST "$control/release?hold=stop.stop" >/dev/null
status=0
wait "$pid" || status=$?
is 3 'a folder that is gone: what was found is told all the same' err 'No such file' \
	out 'cause: tool `mcp__desk__tool_19`'
printf '{"hash":"0123456789abcdef","sta' >>"$scratch/stopped/answers.jsonl"
arm "$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
run "$bin/ccprobe" bisect "$forty" "$provider" --out "$scratch/stopped" --json
found 'the same command goes on, over a torn line' \
	'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
[ "$(asked)" -le $((whole - 10)) ] && has err 'are remembered'
result $? "and asks fewer: $(asked) instead of $whole"
cp "$scratch/out" "$scratch/json"
run "$bin/ccprobe" bisect "$forty" "$provider" --out "$scratch/stopped" --key sk-another-bisect-key-0002
is 2 'answers to another credential are not believed' err 'another credential'
run "$bin/ccprobe" bisect "$forty" "$provider" --out "$scratch/stopped" --key sk-another-bisect-key-0002 --fresh
is 1 '--fresh forgets them'

# throttled HEADER: the eighth request is refused, to be sent again later
throttled() {
	arm "\"later\":{\"when\":{\"call\":8},\"reply\":{\"status\":$1,\"headers\":[[\"retry-after\",\"$2\"]],\"text\":\"later\"}}" \
		"$(refuse bad '{"has":"uri-reference"}' 400 'format is bad')"
}
throttled 429 1
bisect "$forty"
found 'a limit of rate on the way' 'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
is 1 'is told' err 'waiting 1 s, as retry-after says'
curl -sf "$control/journal" | perl -MJSON::PP -ne 'my $e = decode_json($_);
	$told = $e->{at} if $e->{kind} eq "response" && $e->{actor} eq "later";
	$next = $e->{at} if $e->{kind} eq "request" && defined $told && !defined $next && $e->{at} > $told;
	END { exit !($next - $told >= 9e8) }'
result $? 'and waited for'
# Where the second cause is looked for: an answer that is none.
arm "$(refuse a '{"has":"uri-reference"}' 400 'format is bad')" \
	'"busy":{"when":{"longer":60000},"times":2,"reply":{"status":529,"text":"busy"}}' \
	"$(refuse b '{"has":"\"context_management\""}' 400 'no such field')"
bisect "$forty"
found 'a server that is busy between two causes' 'field `context_management`' \
	'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
throttled 503 "$(LC_ALL=C date -u -d '+2 seconds' '+%a, %d %b %Y %H:%M:%S GMT')"
bisect "$forty"
found 'a date instead' 'tool `mcp__desk__tool_19`: input_schema.properties.field_3.format'
throttled 529 3600
bisect "$forty"
[ "$(asked)" -eq 8 ]
result $? 'a wait that is too long ends it'
is 3 'and is told' err 'asks for a wait of 3600 s' err '--max-wait is 60 s'

# ---- secrets ----

planted=(sk-planted-bisect-credential-0001 planted-cookie-value-0003 planted-tenant-value-0004
	planted-url-password-0005 sk-ant-unknown-0123456789abcdef planted-inline-value-0006
	planted-query-value-0007)
echo_key='{"type":"error","error":{"type":"authentication_error","message":"Bearer sk-planted-bisect-credential-0001 and planted-cookie-value-0003 of tenant planted-tenant-value-0004 (upstream sk-ant-unknown-0123456789abcdef)"}}'
leaky() {
	printf '"leaky":{"when":{"has":"uri-reference"},"reply":{"status":401,"headers":[["content-type","%s"],["x-debug","sent planted-tenant-value-0004"],["server","gw sk-planted-bisect-credential-0001"],["set-cookie","a=planted-cookie-value-0003"]],"text":%s}}' \
		"$1" "$(perl -MJSON::PP -e 'print JSON::PP->new->allow_nonref->encode(shift)' "$2")"
}
safe() {
	local value bad=0
	for value in "${planted[@]}"; do
		if grep -rlF -- "$value" "$folder" "$scratch/out" "$scratch/err"; then bad=1; fi
	done >"$scratch/leaks"
	[ "$bad" -eq 0 ] && [ "$status" -eq "$1" ]
	result $? "$2"
	sed 's/^/# leaks: /' "$scratch/leaks"
}
sed 's/^Connection:/Cookie: session=planted-cookie-value-0003\r\nConnection:/' "$forty" >"$scratch/cookie.http"
arm "$(leaky application/json "$echo_key")"
bisect "$scratch/cookie.http" "$provider" --header 'X-Tenant-Key: planted-tenant-value-0004'
safe 1 'what a gateway repeats in texts and headers is masked'
grep -qF '<credential, ' "$scratch/err"
result $? 'and something stands instead'
arm "$(leaky text/html "<html>$echo_key</html>")"
bisect "$scratch/cookie.http" "$provider" --header 'X-Tenant-Key: planted-tenant-value-0004' --max-requests 9
safe 3 'in a page too, and when it is cut short'
arm
bisect "$scratch/cookie.http" "http://user:planted-url-password-0005@${provider#http://}"
safe 3 'nor is the password of a URL shown'
sed '1s/beta=true/&\&api_key=planted-query-value-0007/' "$forty" >"$scratch/query.http"
arm "$(refuse bad '{"has":"uri-reference"}' 401 'no: /v1/messages?api_key=planted-query-value-0007')"
bisect "$scratch/query.http"
safe 1 'nor a key that is in the query'
curl -sf "$control/journal" | grep -qF 'api_key=planted-query-value-0007'
result $? 'though it is what was sent'
CREDENTIAL_2=planted-query-value-0007 run sh "$folder/smallest.curl.sh"
is 0 'and is a variable in the curl command' out 'HTTP/1.1 401'
sed 's/{{credential}}/planted-inline-value-0006/' "$forty" >"$scratch/inline.http"
arm "$(refuse bad '{"has":"uri-reference"}' 401 'wrong: planted-inline-value-0006')"
bisect "$scratch/inline.http"
safe 1 'nor the key that the request itself had'
curl -sf "$control/journal" | grep -qF 'Bearer planted-inline-value-0006'
result $? 'which is what was sent'
grep -q 'CREDENTIAL\|ANTHROPIC_AUTH_TOKEN' "$folder/smallest.curl.sh"
result $? 'and is a variable in the curl command'

# ---- hostile servers ----

for name in resets bad-chunk huge-chunk bomb endless-events endless-line deep endless-head endless-body garbage closes \
	ten-gigabytes; do
	serve "hostile-$name" "$bin/hostile" "$name"
	bisect "$scratch/small.http" "$url" --key sk-hostile-key-000 --max-requests 5 --confirm 2
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ]
	result $? "$name: it ends"
	! grep -q 'Sanitizer' "$scratch/err" && [ "$(wc -c <"$scratch/err")" -lt 100000 ]
	result $? "$name: and says little"
	kill "$server"
done
for name in silent stuck-head endless-hints byte-a-minute; do
	serve "hostile-$name" "$bin/hostile" "$name"
	bisect "$scratch/small.http" "$url" --key sk-hostile-key-000 --max-requests 1 --confirm 1 --timeout 1
	is 3 "$name: it ends"
	kill "$server"
done

median=$(printf '%s\n' "${counts[@]}" | sort -n | sed -n "$((${#counts[@]} / 2 + 1))p")
[ "$median" -lt 60 ] && [ ${#counts[@]} -ge 25 ]
result $? "the median of ${#counts[@]} searches is $median requests"

is_told 'all that it says of each'

end
