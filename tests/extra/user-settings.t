#!/usr/bin/env bash
# What guides tell users to set, one setting a row: a real Claude Code works with
# it through ccgate, which has two providers and four keys.
#
#	CLAUDE=/path/to/claude tests/extra/user-settings.t
#
# In each row the client prints the answer; the provider that the model belongs to
# was asked for its own name of the model, with its own key and nobody else's; the
# other provider was not asked; and the ledger says whose key it was. What only a
# session on a terminal has (the status line, /model, /status) is checked in
# tmux. As in claude.t the client is installed with npm if CLAUDE is not given,
# and has loopback alone, a clean environment and a throw-away HOME. Two minutes.
set -u
. "$(dirname "$0")/lib.sh"
need_client
command -v tmux >/dev/null || skip "sessions on a terminal need tmux: apt-get install tmux"
sdk=$root/build/extra/agent-sdk
[ -d "$sdk/node_modules/@anthropic-ai/claude-agent-sdk" ] || [ "${CCPROBE_EXTRA_NETNS-}" = done ] ||
	npm install --silent --no-audit --no-fund --omit=optional --prefix "$sdk" @anthropic-ai/claude-agent-sdk zod >&2
alone user-settings.t
begin

n=0
failed=0
# result STATUS TITLE: a line of TAP; where it failed, what there is to see
result() {
	n=$((n + 1))
	[ "$1" -ne 0 ] || { echo "ok $n - $2"; return; }
	failed=1
	echo "not ok $n - $2"
	{ cat "$scratch/why" "$scratch/seen"; head -c 1500 "$scratch/said"; } 2>/dev/null | sed 's/^/# /'
}
# eventually COMMAND...: waits for it, 20 seconds at most
eventually() {
	local limit=$((SECONDS + 20))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$limit" ] || return 1
		sleep 0.1
	done
}

# ---- two providers, four keys with 50 dollars a day ----

declare -A provider control secret=([first]=sk-first-provider-0123456789 [second]=sk-second-provider-0123456789)
declare -A key=([ann]=sk-key-of-ann-0123456789abcdef [bob]=sk-key-of-bob-0123456789abcdef [eve]=sk-key-of-eve-0123456789abcdef [pat]=sk-key-of-pat-0123456789abcdef)
for name in first second; do
	: >"$scratch/$name"
	"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets --key "${secret[$name]}" >>"$scratch/$name" 2>&1 &
	pids+=($!)
	provider[$name]=$(announced "$scratch/$name" listening) || bail "no server"
	control[$name]=$(announced "$scratch/$name" control) || bail "no server"
done
cat >"$scratch/gate.json" <<END
{
  "listen": "127.0.0.1:0",
  "providers": [
    { "name": "first", "url": "${provider[first]}", "key": "${secret[first]}", "models": [ "claude-*" ] },
    { "name": "second", "url": "${provider[second]}", "key": "${secret[second]}",
      "models": { "deepseek/v4": "deepseek-v4-upstream", "small/own": "small-upstream", "claude-*": "claude-*" } }
  ],
  "routing": { "order": [ "first", "second" ] },
  "models": {
    "team-large": "claude-sonnet-4-6",
    "claude-team-small": { "model": "claude-haiku-4-5", "name": "Small, for the team", "routing": { "only": [ "second" ] } }
  },
  "keys": [
    { "name": "ann", "key": "${key[ann]}", "budget": { "day": 50 } },
    { "name": "bob", "key": "${key[bob]}", "budget": { "day": 50 } },
    { "name": "eve", "key": "${key[eve]}", "budget": { "day": 50 } },
    { "name": "pat", "key": "${key[pat]}", "budget": { "day": 50 } }
  ],
  "ledger": { "path": "$scratch/usage.db", "prices": "$scratch/prices.json" }
}
END
# A key with a budget may ask for what has a price, by the name that it asks for.
perl -MJSON::PP -0777 -e '
	my $p = decode_json(<STDIN>);
	$p->{models}{$_} = { input => 1, output => 5 } for qw(deepseek/v4 small/own);
	print encode_json($p)' <"$root/gateway/prices.json" >"$scratch/prices.json"
"$bin/ccgate" --config "$scratch/gate.json" >"$scratch/gate.out" 2>&1 &
pids+=($!)
gate=$(announced "$scratch/gate.out" listening) || bail "no gateway: $(head -n 3 "$scratch/gate.out")"

URL=ANTHROPIC_BASE_URL TOKEN=ANTHROPIC_AUTH_TOKEN KEY=ANTHROPIC_API_KEY
user=home/.claude/settings.json
project=project/.claude/settings.json
local=project/.claude/settings.local.json

fresh() {
	rm -rf "$scratch/home" "$scratch/project"
	mkdir -p "$scratch/home/.claude" "$scratch/project"
	cd "$scratch/project" || exit 1
}
# file PATH TEXT: below the scratch folder
file() {
	mkdir -p "$(dirname "$scratch/$1")"
	printf '%s' "$2" >"$scratch/$1"
}
# env_block NAME VALUE...: a settings file with that env block
env_block() {
	local text=
	while [ $# -gt 0 ]; do
		text="$text${text:+,}\"$1\":\"$2\""
		shift 2
	done
	printf '{"env":{%s}}' "$text"
}

# ---- what was asked ----

forget() {
	local name
	for name in first second; do curl -s -X POST "${control[$name]}/reset" >/dev/null; done
}
# seen: a line for each request of a message at a provider: provider, model,
# credential, session; the journals are in $scratch/journal.*
seen() {
	local name
	for name in first second; do
		curl -s "${control[$name]}/requests" >"$scratch/requests.$name"
		curl -s "${control[$name]}/journal" >"$scratch/journal.$name"
		perl -MJSON::PP -e '
			my ($name, $requests, $journal) = @ARGV;
			my $all = sub { open my $f, "<", $_[0] or die; local $/; <$f> };
			my %model = map { $_->{exchange} => $_->{model} } @{ decode_json($all->($requests)) };
			for (split /\n/, $all->($journal)) {
				my $e = decode_json($_);
				next if $e->{kind} ne "request" || $e->{target} !~ m{^/v1/messages(\?|$)};
				my %h;
				push @{ $h{lc $_->[0]} }, $_->[1] for @{ $e->{headers} };
				print join(" ", $name, $model{$e->{exchange}} // "-",
					join("+", map { @{ $h{$_} // [] } } qw(x-api-key authorization)) || "-",
					$h{"x-claude-code-session-id"}[0] // "-"), "\n";
			}' "$name" "$scratch/requests.$name" "$scratch/journal.$name"
	done
}
# charged SESSION WHO: the ledger has this session, and as this key's alone
charged() {
	[ "$("$bin/ccgate" usage "$scratch/usage.db" --by key --session "$1" --format csv | sed 1d | cut -d, -f1)" = "\"$2\"" ]
}
# asked WHO PROVIDER MODEL...: $scratch/seen has requests of just these models at
# this provider, with its key alone, and they are charged to WHO
asked() {
	local who=$1 name=$2 models session
	shift 2
	models=$(printf '%s\n' "$@" | sort -u)
	: >"$scratch/why"
	[ "$(cut -d' ' -f1 "$scratch/seen" | sort -u)" = "$name" ] || echo "not $name was asked" >>"$scratch/why"
	[ "$(cut -d' ' -f2 "$scratch/seen" | sort -u)" = "$models" ] || echo "not for $*" >>"$scratch/why"
	[ "$(cut -d' ' -f3 "$scratch/seen" | sort -u)" = "${secret[$name]}" ] || echo "not with its key" >>"$scratch/why"
	grep -lF -e "${key[ann]}" -e "${key[bob]}" -e "${key[eve]}" -e "${key[pat]}" "$scratch"/journal.* >>"$scratch/why"
	session=$(cut -d' ' -f4 "$scratch/seen" | sort -u)
	eventually charged "$session" "$who" || echo "session '$session' is not charged to $who" >>"$scratch/why"
	[ ! -s "$scratch/why" ]
}

# client [NAME=VALUE...] [-- ARGUMENT...]: says "hi"; its words are in $scratch/said
client() {
	local variables=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		variables+=("$1")
		shift
	done
	[ $# -eq 0 ] || shift
	timeout 100 env -i HOME="$scratch/home" PATH=/usr/bin:/bin IS_SANDBOX=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CODE_MAX_RETRIES=0 \
		${variables[@]+"${variables[@]}"} "$CLAUDE" -p hi "$@" >"$scratch/said" 2>&1 </dev/null
}
# works TITLE WHO PROVIDER MODEL [NAME=VALUE...] [-- ARGUMENT...]
works() {
	local title=$1 who=$2 name=$3 model=$4 bad=0
	shift 4
	forget
	client "$@" || bad=1
	grep -qF 'You said: hi' "$scratch/said" || bad=1
	seen >"$scratch/seen"
	asked "$who" "$name" "$model" || bad=1
	result $bad "$title"
}
# fails TITLE WORDS [NAME=VALUE...]: the client says WORDS, and no provider was asked
fails() {
	local title=$1 words=$2 bad=0
	shift 2
	forget
	: >"$scratch/why"
	client "$@" && bad=1
	grep -qiE -- "$words" "$scratch/said" || bad=1
	seen >"$scratch/seen"
	[ ! -s "$scratch/seen" ] || bad=1
	result $bad "$title"
}
normal=claude-opus-5-5 # what the client asks for if nothing else is set

# ---- the credential, and the root ----

fresh
works 'ANTHROPIC_AUTH_TOKEN, and an empty key' ann first $normal $URL="$gate" $TOKEN="${key[ann]}" $KEY=
works 'ANTHROPIC_AUTH_TOKEN, and no key' ann first $normal $URL="$gate" $TOKEN="${key[ann]}"
works 'ANTHROPIC_API_KEY' bob first $normal $URL="$gate" $KEY="${key[bob]}"
works 'both, of which the gateway knows one' eve first $normal $URL="$gate" $TOKEN=sk-ant-of-another-place $KEY="${key[eve]}"
works 'a base URL that ends in a slash' ann first $normal $URL="$gate/" $TOKEN="${key[ann]}"
fails 'a key that the gateway does not know' '401|authenticat|Invalid' $URL="$gate" $TOKEN=sk-unknown-0123456789
fails 'a base URL that ends in /v1' 'issue with the selected model' $URL="$gate/v1" $TOKEN="${key[ann]}"

file home/.claude/.credentials.json "$(printf '{"claudeAiOauth":{"accessToken":"%s","refreshToken":"%s","expiresAt":%s000,"scopes":["user:inference"],"subscriptionType":"max"}}' \
	login-0123456789 refresh-0123456789 "$(($(date +%s) + 99999))")"
works 'a token goes over a saved login' ann first $normal $URL="$gate" $TOKEN="${key[ann]}" $KEY=
grep -q 'login-0123456789' "$scratch"/journal.*
result $((! $?)) 'which goes to nobody'
fails 'a saved login alone is no key of the gateway' '401|authenticat|Invalid|login' $URL="$gate"

fresh
file $user "{\"apiKeyHelper\":\"echo ${key[eve]}\"}"
works 'apiKeyHelper' eve first $normal $URL="$gate"
file $user "{\"apiKeyHelper\":\"cat key.txt\",$(env_block $URL "$gate" | tail -c +2)"
file project/key.txt "${key[bob]}"
works 'apiKeyHelper beside the base URL, in one file' bob first $normal

# ---- files ----

fresh
file $user "$(env_block $URL "$gate" $TOKEN "${key[ann]}" $KEY '')"
works 'the user file' ann first $normal
file $project "$(env_block ANTHROPIC_MODEL deepseek/v4)"
works 'the project file: a model, with the key of the user file' ann second deepseek-v4-upstream
file $local "$(env_block $TOKEN "${key[bob]}")"
works 'the local file: a key of its own' bob second deepseek-v4-upstream
file $local "$(env_block $TOKEN "${key[bob]}" ANTHROPIC_MODEL claude-sonnet-4-6)"
works 'the local file goes over the project file' bob first claude-sonnet-4-6
fresh
file $project "$(env_block $URL "$gate" $TOKEN "${key[eve]}")"
works 'the project file' eve first $normal
fresh
file $local "$(env_block $URL "$gate" $TOKEN "${key[bob]}")"
works 'the local file' bob first $normal
works 'which goes over the environment' bob first $normal $TOKEN="${key[ann]}"
fresh
file project/.env "$TOKEN=${key[ann]}
"
fails 'a .env file is not read' 'log ?in|authenticat|API key' $URL="$gate"

# ---- models ----

fresh
file $user "$(env_block $URL "$gate" $TOKEN "${key[ann]}" $KEY '')"
model() { works "$1" ann "$2" "$3" "${@:4}"; }
model 'ANTHROPIC_MODEL, an id of the client' first claude-sonnet-4-6 ANTHROPIC_MODEL=claude-sonnet-4-6
model 'ANTHROPIC_MODEL, an id of the gateway' first claude-sonnet-4-6 ANTHROPIC_MODEL=anthropic/claude-sonnet-4-6
model 'ANTHROPIC_MODEL, an id of one provider' second deepseek-v4-upstream ANTHROPIC_MODEL=deepseek/v4
model 'ANTHROPIC_MODEL, an alias' first claude-sonnet-4-6 ANTHROPIC_MODEL=team-large
model 'ANTHROPIC_MODEL, with a large window' first claude-sonnet-4-6 'ANTHROPIC_MODEL=claude-sonnet-4-6[1m]'
model 'ANTHROPIC_MODEL, with a suffix' first claude-sonnet-4-6 ANTHROPIC_MODEL=claude-sonnet-4-6:nitro
fails 'ANTHROPIC_MODEL, an id that nobody serves' 'no/such-model' ANTHROPIC_MODEL=no/such-model
model 'claude --model' second deepseek-v4-upstream -- --model deepseek/v4
model 'claude --model goes over ANTHROPIC_MODEL' first claude-sonnet-4-6 ANTHROPIC_MODEL=deepseek/v4 -- --model team-large
for family in OPUS SONNET HAIKU; do
	model "ANTHROPIC_DEFAULT_${family}_MODEL" second deepseek-v4-upstream \
		ANTHROPIC_DEFAULT_${family}_MODEL=deepseek/v4 -- --model ${family,,}
done
model 'ANTHROPIC_DEFAULT_OPUS_MODEL without a choice' second deepseek-v4-upstream ANTHROPIC_DEFAULT_OPUS_MODEL=deepseek/v4
model 'ANTHROPIC_CUSTOM_MODEL_OPTION beside another model' first claude-sonnet-4-6 \
	ANTHROPIC_CUSTOM_MODEL_OPTION=deepseek/v4 ANTHROPIC_MODEL=claude-sonnet-4-6
file $project '{"model":"team-large"}'
model 'model of a settings file' first claude-sonnet-4-6
file $project '{"modelOverrides":{"claude-opus-5-5":"deepseek/v4"}}'
model 'modelOverrides' second deepseek-v4-upstream

# ---- headers and betas ----

fresh
file $user "$(env_block $URL "$gate" $TOKEN "${key[ann]}" $KEY '')"
works 'ANTHROPIC_CUSTOM_HEADERS' ann first $normal ANTHROPIC_CUSTOM_HEADERS='X-Team: blue'
grep -q '\["X-Team","blue"\]' "$scratch/journal.first"
result $? 'which reach the provider'
works 'ANTHROPIC_CUSTOM_HEADERS with a wish of routing' ann second $normal \
	ANTHROPIC_CUSTOM_HEADERS='X-CCGate-Routing: {"only":["second"]}'
grep -qi 'x-ccgate-routing' "$scratch/journal.second"
result $((! $?)) 'which goes to no provider'
works 'with experimental betas, as ever' ann first $normal
grep -q 'context-management-' "$scratch/journal.first"
result $? 'their names reach the provider'
works 'CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS' ann first $normal CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1
grep -q 'context.management' "$scratch/journal.first"
result $((! $?)) 'without them the provider sees neither name nor field'

# ---- a whole session: a file is written, edited and read ----

note=$scratch/project/note.txt
forget
timeout 100 env -i HOME="$scratch/home" PATH=/usr/bin:/bin IS_SANDBOX=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
	"$CLAUDE" -p --output-format json --dangerously-skip-permissions \
	'[tool:Write {"file_path":"'"$note"'","content":"one line"}] [tool:Edit {"file_path":"'"$note"'","old_string":"one","new_string":"another"}] [tool:Read {"file_path":"'"$note"'"}]' \
	>"$scratch/said" 2>&1 </dev/null
result $? 'a session that edits a file ends well'
seen >"$scratch/seen"
[ "$(cat "$note" 2>/dev/null)" = 'another line' ] && asked ann first $normal && [ "$(wc -l <"$scratch/seen")" -ge 4 ]
result $? 'the file is edited, and all turns are at one provider'
session=$(cut -d' ' -f4 "$scratch/seen" | sort -u)
"$bin/ccgate" usage "$scratch/usage.db" --by session --session "$session" --format json >"$scratch/usage"
perl -MJSON::PP -0777 -e '
	my ($said, $usage) = map { open my $f, "<", $_ or die; local $/; decode_json(<$f>) } @ARGV;
	my ($cost) = map { $_->{cost} } @{ $usage->{rows} // $usage };
	print "# the client: $said->{total_cost_usd}, the ledger: $cost\n";
	exit !(abs($said->{total_cost_usd} - $cost) < 1e-6)' "$scratch/said" "$scratch/usage"
result $? 'client and ledger tell the same cost'

# ---- the Agent SDK, and what runs the client in CI, read the same variables ----

node=$(command -v node)
if [ -n "$node" ] && [ -d "$sdk/node_modules/@anthropic-ai/claude-agent-sdk" ]; then
	cat >"$sdk/say.mjs" <<'END'
import { query } from "@anthropic-ai/claude-agent-sdk";
const options = { pathToClaudeCodeExecutable: process.env.CLAUDE };
for await (const m of query({ prompt: "hi", options })) {
  if (m.type === "result") console.log(m.subtype, m.result);
}
END
	fresh
	forget
	timeout 100 env -i HOME="$scratch/home" PATH="$(dirname "$node"):/usr/bin:/bin" IS_SANDBOX=1 CLAUDE="$CLAUDE" CI=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 $URL="$gate" $KEY="${key[bob]}" \
		"$node" "$sdk/say.mjs" >"$scratch/said" 2>&1 </dev/null && grep -qx 'success You said: hi' "$scratch/said" &&
		{ seen >"$scratch/seen"; asked bob first $normal; }
	result $? 'the Agent SDK, with a key'
else
	result 0 'the Agent SDK, with a key # SKIP it cannot be installed here'
fi

# ---- the preflight of the guides ----

# preflight KEY MODEL: a status, the answer in $scratch/said
preflight() {
	curl -sS -o "$scratch/said" -w '%{http_code}' "$gate/v1/messages" -H "Authorization: Bearer $1" \
		-H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \
		-d '{"model":"'"$2"'","max_tokens":1,"messages":[{"role":"user","content":"."}]}'
}
[ "$(preflight "${key[ann]}" $normal)" = 200 ] && grep -q '"id":"msg_' "$scratch/said" && grep -q '"content":' "$scratch/said"
result $? 'preflight: a message with id and content'
[ "$(preflight "${key[ann]}" no/such-model)" = 404 ] && grep -q 'model: no/such-model' "$scratch/said"
result $? 'preflight: the key is good, and the model is unknown'
[ "$(preflight sk-unknown-0123456789 $normal)" = 401 ] && grep -q authentication_error "$scratch/said"
result $? 'preflight: a key that is not known'

# ---- sessions on a terminal ----

leave() { tm kill-server 2>/dev/null; }
tm() { tmux -S "$scratch/tmux" -f /dev/null "$@"; }
screen() { tm capture-pane -p; }
screen_lacks() { ! screen_has "$1"; }
screen_has() { screen | grep -qF -- "$1"; }
# shows TEXT TITLE: the screen gets to show it
shows() {
	eventually screen_has "$1"
	local status=$?
	screen 2>&1 | grep -v '^ *$' >"$scratch/said"
	: >"$scratch/seen"
	: >"$scratch/why"
	result $status "$2"
}
# type TEXT: and Enter, once the line has it
type() {
	tm send-keys -l -- "$1"
	eventually screen_has "❯ $1"
	tm send-keys Enter
}
# terminal [NAME=VALUE...]: begins a session in the project that the user trusts
terminal() {
	tm kill-server 2>/dev/null
	file home/.claude.json '{"hasCompletedOnboarding":true,"theme":"dark","projects":{"'"$scratch"'/project":{"hasTrustDialogAccepted":true}}}'
	forget
	tm new-session -d -x 130 -y 50 -- env -i HOME="$scratch/home" PATH=/usr/bin:/bin TERM=xterm-256color \
		IS_SANDBOX=1 CLAUDE_CODE_MAX_RETRIES=0 "$@" "$CLAUDE"
}

# ended: the session is left, and what it said to the providers is in $scratch/seen
ended() {
	tm kill-server
	seen >"$scratch/seen"
}

fresh
cat >"$scratch/status-line" <<END
#!/bin/sh
cat >"$scratch/status.json"
curl -fsS "\$ANTHROPIC_BASE_URL/api/v1/auth/key" -H "Authorization: Bearer \$ANTHROPIC_AUTH_TOKEN" >"$scratch/key.json"
sed 's/.*"label":"\([a-z]*\)".*"limit":\([0-9.]*\).*/line: \1 has \2 a day/' "$scratch/key.json"
END
chmod +x "$scratch/status-line"
file $user '{"statusLine":{"type":"command","command":"'"$scratch"'/status-line","refreshInterval":1}}'
terminal $URL="$gate" $TOKEN="${key[pat]}" $KEY= ANTHROPIC_SMALL_FAST_MODEL=claude-haiku-4-5
shows 'line: pat has 50 a day' 'status line: the command is run, and asks the gateway how the key stands'
type 'hello there'
shows 'You said: hello there' 'a session on a terminal gets its answer'
# costs_agree: what the client tells its command, and the gateway of a key that
# nobody else has; both are written anew each second
costs_agree() {
	perl -MJSON::PP -0777 -e '
		my ($status, $key) = map { open my $f, "<", $_ or die; local $/; decode_json(<$f>) } @ARGV;
		my ($client, $gateway) = ($status->{cost}{total_cost_usd}, $key->{data}{usage});
		print "# the client: $client, the gateway: $gateway\n";
		exit !($client > 0 && abs($client - $gateway) < 1e-6 && $status->{model}{id} eq "claude-opus-5-5")
		' "$scratch/status.json" "$scratch/key.json"
}
eventually costs_agree
status=$?
costs_agree
result $status 'status line: the session costs what the gateway has counted'
type /status
shows "$gate" '/status: the base URL'
screen_has 'ANTHROPIC_AUTH_TOKEN'
result $? '/status: the variable of the credential'
ended
asked pat first $normal claude-haiku-4-5
result $? 'ANTHROPIC_SMALL_FAST_MODEL: what runs beside the session is asked of it'

# A choice is kept in the user file; each session has one of its own.
fresh
terminal $URL="$gate" $TOKEN="${key[ann]}" $KEY= ANTHROPIC_DEFAULT_HAIKU_MODEL=small/own \
	CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1 ANTHROPIC_CUSTOM_MODEL_OPTION=deepseek/v4 \
	ANTHROPIC_CUSTOM_MODEL_OPTION_NAME='A model of our own' ANTHROPIC_CUSTOM_MODEL_OPTION_DESCRIPTION='from the second provider'
eventually screen_has '❯'
type /model
shows 'Small, for the team' '/model: CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY shows a model of the gateway, by its name'
screen_has 'A model of our own' && screen_has 'from the second provider'
result $? '/model: ANTHROPIC_CUSTOM_MODEL_OPTION has a row with name and description'
tm send-keys Escape
eventually screen_has 'Kept model'
# chosen NAME PROVIDER MODEL: /model takes it, and the next answer comes from there
chosen() {
	type /clear # a new conversation: the client does not ask whether it may switch
	eventually screen_lacks 'You said'
	type "/model $1"
	shows "Set model to" "/model $1"
	type "a question to $3"
	eventually screen_has "You said: a question to $3"
	seen >"$scratch/seen"
	grep -q "^$2 $3 ${secret[$2]} " "$scratch/seen"
	result $? "which answers as $3"
}
chosen claude-team-small second claude-haiku-4-5
chosen deepseek/v4 second deepseek-v4-upstream
grep -q '^second small-upstream ' "$scratch/seen"
result $? 'ANTHROPIC_DEFAULT_HAIKU_MODEL: what runs beside the session is asked of it'
tm kill-server

# ---- when a provider fails ----

fresh
kill "${pids[0]}"
provider_is_gone() { ! curl -s "${control[first]}/requests" >/dev/null; }
eventually provider_is_gone
client $URL="$gate" $TOKEN="${key[ann]}" $KEY= && grep -qF 'You said: hi' "$scratch/said"
result $? 'the first provider is gone: the client gets its answer from the second one'
echo "1..$n"
exit "$failed"
