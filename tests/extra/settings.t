#!/usr/bin/env bash
# What `ccprobe doctor` says Claude Code would send is what a real Claude Code
# sends: base URL, credentials, headers and model, for many combinations of
# settings files and variables.
#
#	CLAUDE=/path/to/claude tests/extra/settings.t
#
# As in claude.t the client is installed with npm where CLAUDE is not given, and
# runs in a network namespace that has loopback alone, with a clean environment
# and a throw-away HOME. There /etc/claude-code is a throw-away too; where that
# is not allowed, the cases with managed settings are skipped.
set -u
. "$(dirname "$0")/lib.sh"
need_client
alone settings.t -m
begin

managed=
leave() { [ -z "$managed" ] || umount -l /etc "$scratch/over"; }

# A layer over /etc that only this mount namespace sees.
lay_over() {
	[ "${CCPROBE_EXTRA_NETNS-}" = done ] && mount --make-rprivate / &&
		mkdir "$scratch/over" && mount -t tmpfs none "$scratch/over" || return 1
	mkdir "$scratch/over/up" "$scratch/over/work" &&
		mount -t overlay -o "lowerdir=/etc,upperdir=$scratch/over/up,workdir=$scratch/over/work" none /etc ||
		{ umount "$scratch/over"; return 1; }
}
lay_over 2>/dev/null && managed=/etc/claude-code

# Three providers: which one is asked shows which base URL has won.
mocks=()
controls=()
for i in a b c; do
	: >"$scratch/mock$i"
	"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets >>"$scratch/mock$i" 2>&1 &
	pids+=($!)
	if ! mocks+=("$(announced "$scratch/mock$i" listening)") ||
		! controls+=("$(announced "$scratch/mock$i" control)"); then
		echo "Bail out! no line of ccmock that says where it listens, in 10 s"
		exit 1
	fi
done
a=${mocks[0]} b=${mocks[1]} c=${mocks[2]}

URL=ANTHROPIC_BASE_URL TOKEN=ANTHROPIC_AUTH_TOKEN KEY=ANTHROPIC_API_KEY
user=home/.claude/settings.json
project=project/.claude/settings.json
local=project/.claude/settings.local.json
login=home/.claude/.credentials.json
state=home/.claude.json

n=0
failed=0
fresh() {
	rm -rf "$scratch/home" "$scratch/project" "$scratch/config" ${managed:+"$managed"}
	mkdir -p "$scratch/home" "$scratch/project"
	cd "$scratch/project" || exit 1
	where=$scratch/project
}

# file PATH TEXT: below the scratch folder, or an absolute one
file() {
	local path=$scratch/$1
	[ "${1#/}" = "$1" ] || path=$1
	mkdir -p "$(dirname "$path")"
	printf '%s' "$2" >"$path"
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

# oauth TOKEN SCOPE
oauth() {
	printf '{"claudeAiOauth":{"accessToken":"%s","refreshToken":"refresh-0123","expiresAt":%s000,' "$1" "$(($(date +%s) + 99999))"
	printf '"scopes":["%s"],"subscriptionType":"max"}}' "$2"
}

doctor() {
	(cd "$where" && env -i HOME="$scratch/home" PATH=/usr/bin:/bin "$@" \
		"$bin/ccprobe" doctor --offline --json --suite "$root") 2>>"$scratch/err"
}

# What the doctor says, as "asked NAME value ...", a line each.
said() {
	doctor "$@" >"$scratch/doctor.json"
	perl -MJSON::PP -0777 -e '
		my $s = decode_json(<STDIN>)->{settings};
		print "asked ", $s->{proxy_source} ? "a proxy" : $s->{base_url}, "\n";
		print lc $_->{header}, " $_->{value}\n" for @{$s->{credentials}};
		print lc $_->[0], " $_->[1]\n" for @{$s->{headers}};
		print "model ", $s->{model} // "", "\n";' <"$scratch/doctor.json"
}

# The first request that the client sent, in the same form. The doctor
# itself masks credentials; each is given to it.
sent() {
	local i name value
	for i in 0 1 2; do
		curl -s "${controls[i]}/requests" >"$scratch/requests"
		curl -s "${controls[i]}/journal" | perl -MJSON::PP -e '
			my ($at, $model) = @ARGV;
			while (<STDIN>) {
				my $e = eval { decode_json($_) } or next;
				next if $e->{kind} ne "request" || $e->{target} !~ m{/v1/messages};
				print "asked\t", $e->{target} =~ m{^http} ? "a proxy" : $at, "\n";
				for (@{$e->{headers}}) {
					my ($name, $value) = (lc $_->[0], $_->[1]);
					$value =~ s/^Bearer ?// if $name eq "authorization";
					print "$name\t$value\n" if $name =~ /^(authorization|x-api-key|x-own-.*)$/ && length $value;
				}
				last;
			}' "${mocks[i]}"
		perl -MJSON::PP -0777 -e '
			for (@{decode_json(<STDIN>)}) {
				next if $_->{target} !~ m{/v1/messages};
				print "model\t$_->{model}\n";
				last;
			}' <"$scratch/requests"
	done | while IFS=$'\t' read -r name value; do
		case $name in
		authorization | x-api-key) value=$(env -i HOME="$scratch/nowhere" PATH=/usr/bin:/bin CRED="$value" \
			"$bin/ccprobe" doctor --offline --json --suite "$root" --key env:CRED "$a" 2>/dev/null |
			perl -MJSON::PP -0777 -e 'print decode_json(<STDIN>)->{settings}{credentials}[0]{value}') ;;
		esac
		printf '%s %s\n' "$name" "$value"
	done
}

# The client has names for its own models ("opus"); what they stand for changes
# from release to release, so that only the family is compared.
same_model() {
	case $1 in
	'') case $2 in claude-*) return 0 ;; esac ;;
	*[-/.:]*) [ "$1" = "$2" ] && return 0 ;;
	*) case $2 in claude-"${1,,}"-*) return 0 ;; esac ;;
	esac
	return 1
}

# agree TITLE [NAME=VALUE...]: the client is run, and both are compared.
agree() {
	local title=$1 i bad=0
	shift
	n=$((n + 1))
	for i in 0 1 2; do curl -s -X POST "${controls[i]}/reset" >/dev/null; done
	said "$@" >"$scratch/said"
	(cd "$where" && timeout 60 env -i HOME="$scratch/home" PATH=/usr/bin:/bin IS_SANDBOX=1 \
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CODE_MAX_RETRIES=0 "$@" \
		"$CLAUDE" -p hi) >"$scratch/claude.out" 2>&1 </dev/null
	sent >"$scratch/sent"
	grep -q '^\(authorization\|x-api-key\) ' "$scratch/said" || echo nothing >"$scratch/said"
	grep -q '^\(authorization\|x-api-key\) ' "$scratch/sent" || echo nothing >"$scratch/sent"
	same_model "$(sed -n 's/^model //p' "$scratch/said")" "$(sed -n 's/^model //p' "$scratch/sent")" ||
		[ "$(cat "$scratch/said")" = nothing ] || bad=1
	[ "$(grep -v '^model' "$scratch/said" | sort)" = "$(grep -v '^model' "$scratch/sent" | sort)" ] || bad=1
	if [ "$bad" = 0 ]; then echo "ok $n - $title"; else
		failed=1
		echo "not ok $n - $title"
		sed 's/^/# said: /' "$scratch/said"
		sed 's/^/# sent: /' "$scratch/sent"
		head -c 600 "$scratch/claude.out" | sed 's/^/# client: /'
	fi
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP no mount namespace"
}

# ---- one source ----

fresh
agree 'a token' $URL="$a" $TOKEN=token-0123456789
agree 'a token, and an empty key' $URL="$a" $TOKEN=token-0123456789 $KEY=
agree 'a key' $URL="$a" $KEY=key-0123456789
agree 'both' $URL="$a" $TOKEN=token-0123456789 $KEY=key-0123456789
agree 'nothing' $URL="$a"
agree 'white space at the ends' $URL=" $a/ " $TOKEN=' token-0123456789
' $KEY='  '
agree 'an OAuth token' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789
agree 'an OAuth token and a key' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789 $KEY=key-0123456789
file project/.env "$URL=$b
$TOKEN=dotenv-0123456789
"
agree 'a .env file is not read' $URL="$a"

# ---- the order of files ----

fresh
file $user "$(env_block $URL "$b" $TOKEN user-0123456789)"
agree 'user settings go over the environment' $URL="$a" $TOKEN=token-0123456789
file $project "$(env_block $URL "$c" $TOKEN project-0123456789)"
agree 'project settings go over user settings'
file $local "$(env_block $URL "$a" $TOKEN local-0123456789)"
agree 'local settings go over project settings'
file $local "$(env_block $TOKEN '')"
agree 'an empty token goes over one' $KEY=key-0123456789
file $local "$(env_block $URL "$a" $KEY '')"
agree 'an empty key takes one away' $KEY=key-0123456789
file $local "$(env_block $URL "$a" $TOKEN first)x"
agree 'a file that is no JSON is left out'
file $local "{\"model\":5,$(env_block $URL "$a" | tail -c +2)"
agree 'a file with a member of the wrong type is left out'
fresh
file $user "{\"env\":{\"$TOKEN\":\"one-0123456789\",\"$TOKEN\":12345678901,\"$URL\":\"$b\"}}"
agree 'of two members with one name the last counts, and a number is a text'
fresh
file $state "$(env_block $URL "$b")"
agree 'the env block of .claude.json' $URL="$a" $TOKEN=token-0123456789
file $user "$(env_block $URL "$c")"
agree 'which user settings go over' $URL="$a" $TOKEN=token-0123456789

if [ -n "$managed" ]; then
	fresh
	file $local "$(env_block $URL "$b" $TOKEN local-0123456789)"
	file $managed/managed-settings.json "$(env_block $URL "$c" $TOKEN managed-0123456789)"
	agree 'managed settings go over all'
	file $managed/managed-settings.d/20.json "$(env_block $TOKEN managed-20-456789)"
	file $managed/managed-settings.d/10.json "$(env_block $TOKEN managed-10-456789)"
	agree 'and in their folder the last one by name'
	file $managed/managed-settings.json "{\"model\":5,$(env_block $URL "$a" | tail -c +2)"
	agree 'a member of the wrong type does not take the file with it'
else
	skip 'managed settings go over all'
	skip 'and in their folder the last one by name'
	skip 'a member of the wrong type does not take the file with it'
fi

# ---- folders ----

fresh
file $local "$(env_block $URL "$b")"
file project/.git/HEAD 'ref: refs/heads/main'
mkdir -p "$scratch/project/.git/objects" "$scratch/project/.git/refs"
file project/inner/.claude/settings.local.json "$(env_block $URL "$c" $TOKEN inner-0123456789)"
file $project "$(env_block $TOKEN project-0123456789)"
where=$scratch/project/inner
agree 'in a folder of a working tree: local settings of its root too' $URL="$a"

fresh
file $user "$(env_block $URL "$c" $TOKEN home-0123456789)"
file config/settings.json "$(env_block $URL "$b")"
file config/.claude.json '{"primaryApiKey":"saved-0123456789"}'
agree 'CLAUDE_CONFIG_DIR' $URL="$a" CLAUDE_CONFIG_DIR="$scratch/config"
file $user "{\"model\":\"not-this\",$(env_block CLAUDE_CONFIG_DIR "$scratch/config" $TOKEN home-0123456789 | tail -c +2)"
agree 'CLAUDE_CONFIG_DIR in user settings' $URL="$a"

# ---- apiKeyHelper ----

fresh
file $user '{"apiKeyHelper":"echo noise >&2; echo helper-$SALT","env":{"SALT":"0123456789"}}'
agree 'a helper' $URL="$a"
agree 'a helper and a token' $URL="$a" $TOKEN=token-0123456789
agree 'a helper and a key' $URL="$a" $KEY=key-0123456789
agree 'a helper and an OAuth token' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789
file $local '{"apiKeyHelper":"echo local-0123456789"}'
agree 'a helper of local settings' $URL="$a"
file $local '{"apiKeyHelper":""}'
agree 'an empty helper takes one away' $URL="$a"
file $local '{"apiKeyHelper":"echo Bearer token-0123456789"}'
agree 'a helper that prints two words' $URL="$a"
file $login "$(oauth login-0123456789 user:inference)"
file $local '{"apiKeyHelper":"exit 3"}'
agree 'a helper that fails hides a login' $URL="$a"

# ---- what a login has left ----

fresh
file $login "$(oauth login-0123456789 user:inference)"
agree 'a login' $URL="$a"
agree 'a login does not win over a token, with the key unset' $URL="$a" $TOKEN=token-0123456789
agree 'nor over a key' $URL="$a" $KEY=key-0123456789
agree 'an OAuth token goes over a login' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789
file $state '{"primaryApiKey":"saved-0123456789"}'
agree 'a saved key beside a login' $URL="$a"
agree 'a saved key goes out beside a token' $URL="$a" $TOKEN=token-0123456789
agree 'even if the key is empty' $URL="$a" $TOKEN=token-0123456789 $KEY=
agree 'a key goes over a saved one' $URL="$a" $KEY=key-0123456789
file $login "$(oauth login-0123456789 user:profile)"
agree 'a login that is not for inference' $URL="$a"

# ---- headers, models, proxies ----

fresh
agree 'custom headers' $URL="$a" $TOKEN=token-0123456789 ANTHROPIC_CUSTOM_HEADERS=' X-Own-A : a:b

X-Own-B:1
x-own-b: 2
no header'
agree 'a custom x-api-key' $URL="$a" $KEY=key-0123456789 ANTHROPIC_CUSTOM_HEADERS='X-Api-Key: own-0123456789'
agree 'a custom Authorization beside a key' $URL="$a" $KEY=key-0123456789 \
	ANTHROPIC_CUSTOM_HEADERS='Authorization: Bearer own-0123456789'
agree 'a custom Authorization beside a token' $URL="$a" $TOKEN=token-0123456789 \
	ANTHROPIC_CUSTOM_HEADERS='Authorization: Bearer own-0123456789'
agree 'a custom Authorization beside an OAuth token' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789 \
	ANTHROPIC_CUSTOM_HEADERS='Authorization: Bearer own-0123456789'

models() { agree "$1" $URL="$a" $TOKEN=token-0123456789 "${@:2}"; }
models 'ANTHROPIC_MODEL' ANTHROPIC_MODEL=some/model-1
models 'a model with a large window' ANTHROPIC_MODEL='some-model-1[1m]'
models 'a name of the client' ANTHROPIC_MODEL=Sonnet
models 'a name that a variable explains' ANTHROPIC_MODEL=sonnet ANTHROPIC_DEFAULT_SONNET_MODEL=some-sonnet
models 'the default that a variable explains' ANTHROPIC_DEFAULT_OPUS_MODEL=some-opus ANTHROPIC_DEFAULT_SONNET_MODEL=some-sonnet
models 'a model that is no more' ANTHROPIC_MODEL=claude-opus-4-1-20250805
models 'in other letters, with a large window' ANTHROPIC_MODEL='Claude-Opus-4-0[1m]'
models 'which can be switched off' ANTHROPIC_MODEL=claude-opus-4-1 CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP=1
models 'and goes by the variable of its family' ANTHROPIC_MODEL=claude-opus-4-20250514 ANTHROPIC_DEFAULT_OPUS_MODEL=some-opus
models 'which is taken as it is' ANTHROPIC_MODEL=opus ANTHROPIC_DEFAULT_OPUS_MODEL=claude-opus-4-1
models 'other old models stay' ANTHROPIC_MODEL=claude-3-7-sonnet-20250219
models 'those of others too' ANTHROPIC_MODEL=anthropic/claude-opus-4-1
agree 'the mode for gateways: a token goes alone' $URL="$a" $TOKEN=token-0123456789 $KEY=key-0123456789 CLAUDE_CODE_USE_GATEWAY=1
agree 'and a key as ever' $URL="$a" $KEY=key-0123456789 CLAUDE_CODE_USE_GATEWAY=1
agree 'the default of an OAuth token' $URL="$a" CLAUDE_CODE_OAUTH_TOKEN=oauth-0123456789 \
	ANTHROPIC_DEFAULT_OPUS_MODEL=some-opus ANTHROPIC_DEFAULT_SONNET_MODEL=some-sonnet
file $user '{"model":"user-model","modelOverrides":{"claude-sonnet-4-6":"mapped-1","own-2":"mapped-2"}}'
models 'a model of user settings'
models 'ANTHROPIC_MODEL goes over it' ANTHROPIC_MODEL=some-model-1
models 'unless it is empty' ANTHROPIC_MODEL=
models 'modelOverrides' ANTHROPIC_MODEL=claude-sonnet-4-6
models 'modelOverrides know only names of the client' ANTHROPIC_MODEL=own-2
file $local '{"model":"local-model"}'
models 'a model of local settings'
file $local '{"model":""}'
models 'an empty model takes one away'

fresh
models 'a proxy' HTTP_PROXY="$b"
models 'the proxy for https is used for http too' https_proxy="$b" HTTP_PROXY="http://127.0.0.1:1"
models 'NO_PROXY' HTTP_PROXY="$b" NO_PROXY='x.test, 127.0.0.1'
models 'NO_PROXY with a network' ALL_PROXY="$b" NO_PROXY=127.0.0.0/8
models 'no_proxy goes over NO_PROXY' ALL_PROXY="$b" NO_PROXY=127.0.0.1 no_proxy=x.test
models 'NO_PROXY has no pieces of addresses' ALL_PROXY="$b" NO_PROXY=.0.0.1
echo "1..$n"
exit "$failed"
