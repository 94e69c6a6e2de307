#!/usr/bin/env bash
# ccprobe init looks at a gateway and writes ccprobe.json; run reads it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"

export CCGATE_KEY=sk-own-key-000 CCGATE_UPSTREAM=sk-up-key-000
mkdir "$scratch/project"
cd "$scratch/project" || exit 1
free_port
serve gate "$bin/ccgate" --listen 127.0.0.1:0 \
	--upstream "http://127.0.0.1:$port" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
gate=$url

run "$bin/ccprobe" init
is 2 'init without a gateway' err 'init needs --gateway URL'
run "$bin/ccprobe" init --gateway "$gate" --key sk-wrong-key-0 \
	--mock-listen "127.0.0.1:$port"
is 3 'init with the wrong key' err 'refuses the key'
run test -e ccprobe.json
is 1 'and nothing is written'
run "$bin/ccprobe" init --gateway "$gate" --key env:CCGATE_KEY \
	--upstream-key env:CCGATE_UPSTREAM --mock-listen "127.0.0.1:$port"
is 0 'init' out 'not offered: sign-in' out 'The key is read from $CCGATE_KEY.'
! has out upstream_key
result $? 'and no advice about what was given'
run cat ccprobe.json
is 0 'the file names the variable' out '"key": "env:CCGATE_KEY"' out '"takes-x-api-key"'
run grep -c sk- ccprobe.json
is 1 'and holds no key'
cp ccprobe.json kept.json
run "$bin/ccprobe" init --gateway "$gate" --key env:CCGATE_KEY
is 2 'a file that is there' err 'ccprobe.json exists already'
run cmp kept.json ccprobe.json
is 0 'is left alone'

# ---- the gateway's own key ----

init() {
	rm ccprobe.json
	run "$bin/ccprobe" init --gateway "$gate" --mock-listen "127.0.0.1:$port" "$@"
}
init --key "$CCGATE_KEY" --upstream-key "$CCGATE_UPSTREAM"
is 0 'keys that are given as they are' out 'it is read from $CCPROBE_KEY, which has to be set' \
	out 'The upstream key is not written either: add' out '"upstream_key": "env:NAME", and the claim replaces-key is tested, too.'
init --key env:CCGATE_KEY --upstream-key sk-wrong-upstream-0
is 3 'a wrong one' err 'does not use the key that --upstream-key says'
cp kept.json ccprobe.json
init --key env:CCGATE_KEY
is 0 'none' out 'Which key the gateway uses upstream was not checked: add'
! has out 'not offered: replaces-key' && [ "$(grep -c '^not offered' "$scratch/out")" -eq 1 ]
result $? 'which is not said to be not offered'
! grep -q replaces-key ccprobe.json
result $? 'nor is it claimed'
own=auth/provider-key-form
run "$bin/ccprobe" run "$own"
is 77 'its cases are skipped' out "ccprobe.json does not claim 'replaces-key'"
sed -i 's/^{/{ "upstream_key": "env:CCGATE_UPSTREAM",/' ccprobe.json
run "$bin/ccprobe" run "$own"
is 0 'unless the member is added' out ' pass'
CCGATE_UPSTREAM= run "$bin/ccprobe" run "$own"
is 2 'unless its variable is empty' err 'ccprobe.json:1:19: the variable CCGATE_UPSTREAM is empty'
run env -u CCGATE_KEY "$bin/ccprobe" run "$own"
is 2 'or that of the key is not set: the file says so' err 'ccprobe.json:3:10: the variable CCGATE_KEY is not set'
CCGATE_UPSTREAM=sk-wrong-upstream-0 run "$bin/ccprobe" run stream/ends
is 3 'and a wrong one does not pass' err 'does not use the key that --upstream-key says'
run "$bin/ccprobe" run --upstream-key sk-wrong-upstream-0 stream/ends
is 3 'nor does one of an option' err 'does not use the key that --upstream-key says'
cp kept.json ccprobe.json

run "$bin/ccprobe" run stream/ends auth/either-header
is 0 'run needs no option' err 'ccprobe.json: the gateway is' out '3 pass'
run "$bin/ccprobe" run --bundled stream/ends
is 0 'with a target of its own the file is not meant' out 'the bundled gateway'
sed -i 's/    "takes-x-api-key",//' ccprobe.json
run "$bin/ccprobe" run auth/either-header
is 0 'what is not declared is skipped' out "ccprobe.json does not claim 'takes-x-api-key'"
run "$bin/ccprobe" run --key sk-wrong-key-0 stream/ends
is 3 'an option wins over the file' err 'refuses the key'

bad() {
	printf '%s\n' "$1" >ccprobe.json
	run "$bin/ccprobe" run stream/ends
	is 2 "$2" err "$3"
}
bad '{"gateway": "http://127.0.0.1:1", "kee": "env:X"}' 'an unknown member' \
	"ccprobe.json:1:35: unknown key 'kee'; did you mean 'key'?"
bad '{"gateway": "http://127.0.0.1:1", "key": "sk-literal-key"}' 'a key in the file' \
	'ccprobe.json:1:42: write env:NAME'
bad '{"gateway": "http://127.0.0.1:1", "claims": ["relay"]}' 'an unknown claim' \
	"ccprobe.json:1:46: claims: no claim 'relay'; did you mean 'relays'?"
bad '{"key": "env:X"}' 'no gateway' "key 'gateway' is missing"
bad '{"gateway": "http://127.0.0.1:1", "provider": "openai"}' 'an unknown format' \
	"the provider's format is 'messages', 'openai-chat', 'openai-responses', 'bedrock' or 'vertex'"
bad '[1' 'no JSON' 'ccprobe.json:2:1: '

# ---- a gateway that translates ----

serve translator "$bin/ccgate" --listen 127.0.0.1:0 --upstream "http://127.0.0.1:$port" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY --upstream-format openai-chat
gate=$url init --key env:CCGATE_KEY
run cat ccprobe.json
is 0 'its format is written' out '"provider": "openai-chat"'
run "$bin/ccprobe" run translation/text/plain
is 0 'and cases for it are run' out '1 pass'
! has err 'ccprobe.json says'
result $? 'as the file says'
sed -i "s|\"gateway\": .*|\"gateway\": \"$gate\",|" ccprobe.json
run "$bin/ccprobe" run stream/ends
is 0 'one that relays in its place' err 'ccprobe.json says that the provider speaks openai-chat'

# ---- what a gateway is free not to offer ----

for freedom in no-safeguards drops-safeguards; do
	serve "$freedom" "$bin/sound" --upstream "http://127.0.0.1:$port" \
		--upstream-key "$CCGATE_UPSTREAM" --key "$CCGATE_KEY" \
		--freedom "$freedom"
	rm -f ccprobe.json
	run "$bin/ccprobe" init --gateway "$url" --key env:CCGATE_KEY \
		--upstream-key env:CCGATE_UPSTREAM --mock-listen "127.0.0.1:$port"
	is 0 "init sees that of $freedom" out safeguards
	run grep -c safeguards ccprobe.json
	is 1 'and does not claim it'
done

# ---- word for word: what it says and what it writes ----

# inits TITLE OPTION...: of the gateway at $gate
inits() {
	local title=$1
	shift
	rm -f ccprobe.json
	run "$bin/ccprobe" init --gateway "$gate" "$@"
	: >>ccprobe.json
	tell "init $title: $status" "$scratch/out" "$scratch/err" ccprobe.json
	rm ccprobe.json
}
mock=(--mock-listen "127.0.0.1:$port")
serve relay "$bin/ccgate" --listen 127.0.0.1:0 --upstream "http://127.0.0.1:$port" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
gate=$url
inits 'as usual' "${mock[@]}" --key env:CCGATE_KEY
inits 'with all keys' "${mock[@]}" --key env:CCGATE_KEY --upstream-key env:CCGATE_UPSTREAM --auth both
inits 'with a key of its own' "${mock[@]}" --key "$CCGATE_KEY" --upstream-key "$CCGATE_UPSTREAM" --auth x-api-key
ANTHROPIC_AUTH_TOKEN=$CCGATE_KEY inits 'with a key that is found' "${mock[@]}" --rate 50.5 --insecure
inits 'with a key that is refused' "${mock[@]}" --key sk-wrong-key-0
inits 'with a word too much' "${mock[@]}" --key env:CCGATE_KEY word
touch ccprobe.json
run "$bin/ccprobe" init --gateway "$gate" --key env:CCGATE_KEY
tell "init, over a file: $status" "$scratch/out" "$scratch/err" ccprobe.json
for form in x-api-key-only bearer-only; do
	serve "$form" "$bin/sound" --upstream "http://127.0.0.1:$port" \
		--upstream-key "$CCGATE_UPSTREAM" --key "$CCGATE_KEY" --freedom "$form"
	gate=$url
	inits "of one that is $form" "${mock[@]}" --key env:CCGATE_KEY
	inits "of one that is $form, with another form" "${mock[@]}" --key env:CCGATE_KEY \
		--auth "$([ "$form" = bearer-only ] && echo x-api-key || echo bearer)"
done
serve provider "$bin/ccmock" --listen 127.0.0.1:0
serve hosted "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$url" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
gate=$url
inits 'without a mock' --key env:CCGATE_KEY --no-mock --model claude-sonnet-4-5
is_told 'what init says and writes is what it should say and write'

end
