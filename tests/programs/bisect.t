#!/usr/bin/env bash
# ccprobe bisect against a provider that was told what to refuse: the part that
# was planted has to be named, with few requests, and no credential may show.
set -u
. "$(dirname "$0")/lib.sh"
export ANTHROPIC_AUTH_TOKEN=sk-planted-bisect-credential-0001
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL

serve provider "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0
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
}

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
planted 'a member of a field' "$forty" '{"json":["/output_config/effort","medium"]}' 400 "$no" \
	'field `output_config`: effort'
planted 'a field and its kind' "$forty" '{"json":["/thinking/type","adaptive"]}' 400 "$no" 'field `thinking`'
planted 'a number' "$forty" '{"json":["/max_tokens",128000]}' 400 'max_tokens: 128000 > 32000' 'field `max_tokens`'
planted 'streaming' "$forty" '{"json":["/stream",true]}' 400 'no streams here' 'field `stream`'
planted 'metadata' "$forty" '{"has":"\"metadata\""}' 400 "$no" 'field `metadata`'
planted 'tool_choice' "$forty" '{"has":"\"tool_choice\""}' 400 "$no" 'field `tool_choice`'
planted 'an unknown model' "$forty" '{"json":["/model","claude-opus-5-5"]}' 404 'model: claude-opus-5-5' \
	'field `model`, which every request has to have'
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
	'message 43 (user): image block 2'
planted 'the input of a tool call' "$sixty" '{"has":"planted-path"}' 400 'bad path' \
	'message 42 (assistant): tool_use block 2: input.file_path'
planted 'letters of four bytes' "$forty" '{"has":"🤖"}' 400 'invalid byte' 'the text "🤖" in message 1'
planted 'a pair of fields' "$forty" '{"json":["/stream",true],"has":"\"metadata\""}' 400 "$no" \
	'field `metadata` together with field `stream`'
planted 'a beta and a field' "$forty" '{"json":["/stream",true],"header":["anthropic-beta","interleaved"]}' 400 "$no" \
	'beta `interleaved-thinking-2025-05-14` together with field `stream`'
planted 'a field and a text' "$sixty" '{"json":["/thinking/type","adaptive"],"has":"planted-page"}' 400 "$no" \
	'field `thinking` together with the text "planted-page" in message 27'
planted 'the key' "$forty" '{"path":"/v1/messages"}' 401 'invalid bearer token' \
	'nothing in the request: an empty one fails in the same way'

page='{"status":200,"headers":[["content-type","text/html"]],"text":"<html>Incident 4711</html>"}'
played 'a page with status 200' '{"json":["/thinking/type","adaptive"]}' "$page" 'field `thinking`'
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

# ---- what the API itself refuses ----

rest='"strict"'
arm
bisect "$scratch/broken.http"
found 'a call without its result' 'message 42 (assistant): tool_use block 2'
bisect "$scratch/five.http"
has err 'together with' && [ "$status" -eq 1 ] &&
	perl -MJSON::PP -0777 -ne 'exit !(@{decode_json($_)->{causes}[0]{culprits}} == 5)' "$scratch/out"
result $? 'a cache marker too many: five of them together'

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
	'field `output_config`: effort' 'message 2 (system): output_config' \
	'tool `DeferredToolPlaceholder`: defer_loading'
is 1 'and that the request did carry them' \
	err 'the request carries the beta `context-management-2025-06-27`' \
	err 'set CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1'
sed 's/,context-management-2025-06-27//' "$forty" >"$scratch/no-beta.http"
bisect "$scratch/no-beta.http"
found 'a field whose beta is not in the request' 'field `context_management`'
is 1 'is told so' err 'field `context_management` without beta `context-management-2025-06-27`'
behind truncates-beta "$forty"
found 'a gateway that cuts anthropic-beta off' 'field `output_config`: effort' \
	'tool `DeferredToolPlaceholder`: defer_loading'
behind query-string-404 "$forty"
found 'a gateway that does not know ?beta=true' 'the query `?beta=true`'
behind renames-max-tokens "$forty"
found 'a gateway that renames a field' 'field `max_tokens`'
behind drops-tools "$forty"
found 'a gateway that drops what another field needs' 'field `tool_choice`'
rest=true
arm
behind waf "$scratch/attack.http"
found 'a firewall that looks for attacks' 'the text "<script>" in message 37'
behind limit-1mb "$scratch/large.http"
is 1 'a gateway with a limit' err 'its size: ' err 'the API takes 32 MB'
behind rejects-both "$forty" --auth both
is 1 'a gateway that wants one credential' err 'Authorization' err 'x-api-key'

median=$(printf '%s\n' "${counts[@]}" | sort -n | sed -n "$((${#counts[@]} / 2 + 1))p")
[ "$median" -lt 60 ] && [ ${#counts[@]} -ge 25 ]
result $? "the median of ${#counts[@]} searches is $median requests"
