#!/usr/bin/env bash
# doctor --fix: which value of which file or variable to change, as text and as
# JSON, without a credential and without a change to any file. And what doctor
# says of settings that name no gateway, or another one than was meant.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor.sh"
key=planted-secret-of-the-client-0123456789
secrets='planted-secret|0123456789'

serve sound "$bin/ccmock" --listen 127.0.0.1:0 --key "$key"
gate=$url
URL=ANTHROPIC_BASE_URL TOKEN=ANTHROPIC_AUTH_TOKEN

# put FILE TEXT, below the scratch folder
put() {
	mkdir -p "$(dirname "$scratch/$1")"
	printf '%s' "$2" >"$scratch/$1"
}
fixes() { of 'join "; ", map { $_->{text} } @{$r->{fix}}'; }
valid() {
	/usr/bin/python3 -c 'import json, sys, jsonschema
jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))' \
		"$root/docs/schema/doctor.schema.json" "$scratch/out" 2>>"$scratch/err"
}

# mends CODE TITLE TEXT: the finding is the first; this is the fix, in the JSON
# and in the prose; no file has changed
mends() {
	local bad=0
	[ "$(first)" = "$1" ] || bad=1
	[ "$(fixes)" = "$3" ] || bad=1
	[ "$(of '$r->{fix}[0]{code}')" = "$1" ] || bad=1
	grep -qF -- "    ${3%%; *}" "$scratch/err" || bad=1
	grep -qE "$secrets" "$scratch/out" "$scratch/err" && bad=1
	valid || bad=1
	[ "$(cd "$scratch" && cat $(find home project -type f | sort) | cksum)" = "$before" ] || bad=1
	[ "$bad" -eq 0 ] || printf '# first: %s, fix: %s\n' "$(first)" "$(fixes)"
	result "$bad" "$2"
}
look() {
	before=$(cd "$scratch" && cat $(find home project -type f | sort) | cksum)
	doctor "$@" --fix
}

fresh
look $URL="$gate/v1" $TOKEN="$key" --
mends DR-BASE-URL-V1 'a base URL that ends in /v1' "export $URL='$gate'"
[ "$(codes)" = 'DR-BASE-URL-V1 DR-V1-TWICE' ] && [ "$(of '$r->{findings}[0]{severity}')" = error ]
result $? 'comes before what it causes, and is an error'
[ "$(of 'join " ", map { $_->{id} } grep { $_->{text} =~ /status 404/ && $_->{state} eq "ok" } @{$r->{steps}}')" = '' ]
result $? 'and no step that was refused is well'
doctor -- --fix --key "$key" "$gate/v1"
[ "$(first)" = DR-V1-TWICE ] && [[ "$(fixes)" == "by hand: set $URL=$gate" ]]
result $? 'the same on the command line, which no file is changed for'

put home/.claude/settings.json '{"env":{"'$URL'":"'"$gate"'/v1/messages","'$TOKEN'":"'$key'"}}'
look --
mends DR-BASE-URL-PATH 'an endpoint in a settings file' "in ~/.claude/settings.json set {\"env\": {\"$URL\": \"$gate\"}}"
put home/.claude/settings.json '{"env":{"'$URL'":"'"$gate"'","CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD":"1"}}'
look $TOKEN="$key" -- --offline
mends DR-PROVIDER-MODE "a cloud's mode" 'in ~/.claude/settings.json remove env.CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD'
fresh
look ANTHROPIC_API_BASE="$gate" $TOKEN="$key" --
mends DR-NO-BASE-URL 'a base URL in a variable that is not read' "export $URL='$gate'"
[ "$(of '$r->{requests}')" = 0 ] && [ "$status" = 1 ] && has err 'no gateway is configured'
result $? 'and nobody else is sent the key'
look OPENAI_BASE_URL="$gate/v1" $TOKEN="$key" --
mends DR-NO-BASE-URL 'in a variable of other programs' "export $URL='$gate'"
look OPENROUTER_API_KEY="$key" $URL="$gate" -- --offline
mends DR-KEY-ELSEWHERE 'a key in a variable that is not read' "export $TOKEN=\"\$OPENROUTER_API_KEY\""
look $TOKEN="'$key'" $URL="$gate" -- --offline
mends DR-KEY-SPACES 'a key in quotes' "export $TOKEN=\"\$GATEWAY_KEY\""
look $TOKEN="$key" $URL="$gate" ANTHROPIC_MODEL=claude-opus-4-1-20250805 --
mends DR-MODEL-RETIRED 'a model that is no more' "export ANTHROPIC_MODEL='claude-opus-5-5'"
[ "$(of '$r->{model}')" = claude-opus-5-5 ]
result $? 'and the one that is sent is asked for'
for model in deepseek 'claude sonnet'; do
	look $TOKEN="$key" $URL="$gate" ANTHROPIC_MODEL="$model" -- --max-requests 1
	[ "$(of '$r->{model}')" = "$model" ]
	result $? "and one of the gateway's own, $model"
done
look $TOKEN="$key" $URL="$gate" ANTHROPIC_API_KEY=planted-secret-2 -- --offline
mends DR-BOTH-CREDENTIALS 'what nobody else can decide is told as a sentence' "by hand: $(of '$r->{findings}[0]{fix}')"
look $TOKEN="$key" $URL="$gate" --
[ "$(of 'scalar @{$r->{fix}}')" = 0 ] && valid && has err 'configuration is wrong.'
result $? 'nothing has to be changed'
doctor $TOKEN="$key" $URL="$gate" --
[ "$(of 'exists $r->{fix} ? 1 : 0')" = 0 ]
result $? 'and without --fix none is told'
doctor $TOKEN="$key" $URL="$gate" -- --fix --listen 127.0.0.1:0
is 2 '--fix is not for --listen' err '--fix and --listen'
for option in --json --offline --relay --window '--repeat 2'; do
	doctor $TOKEN="$key" $URL="$gate" -- $option --listen 127.0.0.1:0
	is 2 "nor is $option" err "${option% *} and --listen exclude each other"
done

# ---- steps ----

cat >"$scratch/bearer.json" <<'END'
{ "upstream": {
	"wrong":   { "when": { "header": ["x-api-key", "."] }, "reply": { "status": 401, "json": { "type": "error", "error": { "type": "authentication_error", "message": "send a bearer" } } } },
	"markers": { "when": { "header": ["x-plan", "small"], "has": "\"cache_control\"" }, "reply": { "status": 403, "json": { "detail": "not for your account" } } },
	"others":  { "reply": { "provider": true } } } }
END
serve bearer "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/bearer.json"
fresh
put project/.claude/settings.local.json '{"env":{"ANTHROPIC_API_KEY":"'$key'"}}'
look $URL="$url" --
mends DR-WRONG-VARIABLE 'a key in the wrong variable' "in .claude/settings.local.json set {\"env\": {\"$TOKEN\": \"\$ANTHROPIC_API_KEY\"}}; in .claude/settings.local.json remove env.ANTHROPIC_API_KEY"
fresh
doctor $URL="$url" $TOKEN="$key" ANTHROPIC_CUSTOM_HEADERS="x-plan: small" --
[[ " $(codes) " != *' DR-KEY-FORBIDDEN '* ]] && [[ " $(codes) " == *' DR-BAD-REQUEST '* ]]
result $? 'a 403 to one of two requests is not of the key'
[ "$(of 'join " ", grep { /URL/ } map { $_->{fix} =~ /`([^`]*)`/g } @{$r->{findings}}')" = '' ]
result $? 'and commands that are suggested name the gateway'
serve keyed "$bin/ccmock" --listen 127.0.0.1:0 --key "$key"
fresh
put project/.claude/settings.local.json '{"env":{"ANTHROPIC_API_KEY":"sk-another-0123456789"}}'
look $URL="$url" $TOKEN="$key" --
mends DR-KEY-TWO-DIFFERENT 'two keys, one of them wrong' \
	'in .claude/settings.local.json remove env.ANTHROPIC_API_KEY; by hand: keep the one that the gateway wants: remove ANTHROPIC_AUTH_TOKEN in the environment, or remove ANTHROPIC_API_KEY in .claude/settings.local.json:1:29 (an empty value in the env block of a settings file also takes a variable of the shell away)'
end
