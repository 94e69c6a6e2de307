#!/usr/bin/env bash
# Whole runs: statuses, reports, logs, interruption, and nothing left behind.
set -u
. "$(dirname "$0")/lib.sh"
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

run "$bin/ccprobe" run --target direct 'stream/*'
is 0 'without a gateway in between every stream passes' \
	out 'pass       stream ' out 'cases: '
run "$bin/ccprobe" run --bundled stream/ends
is 0 'the bundled gateway' out '1 case: 1 pass'
run "$bin/ccprobe" run --target direct --area security 'security/refusal*'
is 77 'nothing applies' out "does not claim 'authenticates'"

claims=$("$bin/ccprobe" explain claims | sed -n 's/^\([a-z0-9-]*\)$/\1/p')
without=$(printf -- '--without %s ' $claims)
run "$bin/ccprobe" run --bundled $without -v --no-color stream/ends --report "html=$scratch/page" --report "markdown=$scratch/md"
[ "$(grep -c 'not offered: ' "$scratch/out")" -eq "$(wc -w <<<"$claims")" ] && ! grep -q 'offered: .*: left out' "$scratch/out"
result $? 'each claim that is given away is told with what users do without'
[ "$(grep -c 'not offered: ' "$scratch/page")" -eq "$(wc -w <<<"$claims")" ] &&
	grep -q "<summary>$(wc -w <<<"$claims") claims that it was not held to" "$scratch/page"
result $? 'the page has them in one box'
grep -q '^- not offered: cancels: A turn that ' "$scratch/md"
result $? 'and Markdown in a line each'

run "$bin/ccprobe" run --target nginx-buffering timing/first-event \
	--report "json=$scratch/json" --report "tap=$scratch/tap" \
	--out "$scratch/logs"
is 1 'a gateway that buffers fails, with the reason and the fix' \
	out 'FAIL  timing/first-event' out 'proxy_buffering off' out 'trace'
run perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die;
	my $j = decode_json(<$f>); my $c = $j->{cases}[0];
	die "counts" unless $j->{counts}{fail} == 1 && @{$j->{cases}} == 1;
	die "case" unless $c->{id} eq "timing/first-event";
	die "verdict" unless $c->{verdict} eq "fail";
	die "checks" unless grep { $_->{verdict} eq "fail" } @{$c->{checks}};
	' "$scratch/json"
is 0 'the JSON report can be read, and says the same'
run prove --exec cat "$scratch/tap"
is 1 'prove reads the TAP report, and sees the failure' out 'Failed'
run sh -c "head -n 1 '$scratch/logs/timing.first-event.jsonl' | perl -MJSON::PP -ne 'decode_json(\$_)'"
is 0 'the wire log of the failure is kept as JSON lines'
run grep -rq 'sk-ccprobe-client' "$scratch/logs" "$scratch/json" "$scratch/tap"
is 1 'no key is in what is kept'

run "$bin/ccprobe" run --target direct stream/ends --report tap
is 0 'a report on stdout: the summary goes to stderr' \
	out 'ok 1 - stream/ends' err '1 case: 1 pass'
cp "$scratch/out" "$scratch/tap"
run prove --exec cat "$scratch/tap"
is 0 'and stdout is TAP alone'
run sh -c "'$bin/ccprobe' run --target direct stream/ends --report json 2>/dev/null |
	perl -MJSON::PP -e 'local \$/; decode_json(<STDIN>)->{counts}{pass} == 1 or die'"
is 0 'and JSON alone, if that was asked for'
script -qec "'$bin/ccprobe' run --target direct stream/ends stream/answer >/dev/null" /dev/null </dev/null >"$scratch/out" 2>"$scratch/err"
status=$?
is 0 'on a terminal progress is shown, and wiped' out $'\r\033[K1/2: ' out $'\r\033[K2/2: '
run "$bin/ccprobe" run --target direct stream/ends --out "$scratch/none/logs"
is 2 'a folder for logs that cannot be made' err 'none/logs'

# A gateway that runs already: told once where the mock is.
export CCGATE_KEY=sk-own-key-000 CCGATE_UPSTREAM=sk-up-key-000
free_port
serve gate "$bin/ccgate" --listen 127.0.0.1:0 \
	--upstream "http://127.0.0.1:$port" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
gate=$url
run "$bin/ccprobe" run --gateway "$gate/" --mock-listen "127.0.0.1:$port" \
	--key env:CCGATE_KEY stream/ends security/client-key-stays-inside
is 0 'a gateway that runs already' out 'skipped: without --upstream-key'
run "$bin/ccprobe" run --gateway "$gate" --mock-listen "127.0.0.1:$port" \
	--key env:CCGATE_KEY --upstream-key env:CCGATE_UPSTREAM \
	security/client-key-stays-inside
is 0 'with --upstream-key the key is looked at too' out 'pass'
run env ANTHROPIC_AUTH_TOKEN=sk-own-key-000 "$bin/ccprobe" run \
	--gateway "$gate" --mock-listen "127.0.0.1:$port" stream/ends
is 0 'the key of Claude Code is found' err 'ANTHROPIC_AUTH_TOKEN'
run "$bin/ccprobe" run --gateway "$gate" --mock-listen "127.0.0.1:$port" \
	--key sk-wrong-key stream/ends
is 3 'the wrong key' err 'refuses the key: status 401'
run "$bin/ccprobe" run --gateway "$gate" --mock-listen 127.0.0.1:0 \
	--key env:CCGATE_KEY stream/ends
is 3 'a gateway with another upstream' err 'did not reach the mock' err 'It said: '

run "$bin/ccprobe" run --gateway "$gate" --mock-listen "127.0.0.1:$port" \
	--key env:CCGATE_KEY --upstream-key sk-not-the-one-000 stream/ends
is 3 'another key upstream than was said' err 'does not use the key' err PRE-UPSTREAM-KEY
run "$bin/ccprobe" run --gateway "$gate" --mock-listen "127.0.0.1:$port" \
	--key x stream/ends
is 2 'a key that is too short to be looked for' err '--without authenticates'
# Keys that are also words of requests, with a gateway without faults.
for keys in '--key anthropic sk-up-key-000' '--upstream-key sk-own-key-000 message_start'; do
	read -r which CCGATE_KEY CCGATE_UPSTREAM <<<"$keys"
	serve "gate$which" "$bin/ccgate" --listen 127.0.0.1:0 --upstream "http://127.0.0.1:$port" \
		--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
	run "$bin/ccprobe" run --gateway "$url" --mock-listen "127.0.0.1:$port" --key env:CCGATE_KEY \
		--upstream-key env:CCGATE_UPSTREAM --keep all --out "$scratch/kept$which" \
		security/client-key-stays-inside security/own-errors-without-key auth/both-headers \
		security/provider-key-stays-inside
	! has out FAIL &&
		[ "$(grep -c -e "$which: the key is too weak to search for" "$scratch/err")" = 1 ]
	result $? "no leak is seen of the ${which#--} that is a word: $CCGATE_KEY, $CCGATE_UPSTREAM"
	run "$bin/ccprobe" judge "$scratch/kept$which"
	! has err ' was ' && ! has out FAIL
	result $? 'nor when it is judged again'
done
export CCGATE_KEY=sk-own-key-000 CCGATE_UPSTREAM=sk-up-key-000
run "$bin/ccprobe" run --gateway "$gate" --mock-listen "127.0.0.1:$port" \
	--key env:CCGATE_KEY --without cancel stream/ends
is 2 'a claim that there is not' err "no claim 'cancel'; did you mean 'cancels'?"

# Ctrl-C, once a case is under way that takes long.
"$bin/ccprobe" run --bundled --slow timing/silence --report tap \
	>"$scratch/out" 2>"$scratch/err" &
pid=$!
until child=$(pgrep -P "$pid" ccgate) || ! kill -0 "$pid" 2>/dev/null; do
	sleep 0.05
done
kill -INT "$pid"
status=0
wait "$pid" || status=$?
is 3 'interrupted: the report is written all the same' err 'interrupted'
run kill -0 "${child:-0}"
is 1 'and the gateway that was started is gone'

ls -A "$TMPDIR" >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'no scratch folder is left behind'

end
