#!/usr/bin/env bash
# The pass-through between a client and a gateway: bytes and ends stay as they
# are, nothing is held back, what fails is explained and kept, and no credential
# is in what is kept.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"
export HOME=$scratch/home
unset "${!ANTHROPIC_@}" "${!CLAUDE_@}" HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
mkdir -p "$HOME" "$scratch/work"
cd "$scratch/work" || exit 1
key=sk-planted-0123456789abcdef
other=planted.cookie.0123456789

# pass NAME URL [OPTION...]: a pass-through in front of URL; $at is where, what
# it prints is in $scratch/NAME.log, what it keeps in $scratch/NAME.kept.
pass() {
	local name=$1 to=$2
	shift 2
	"$bin/ccprobe" doctor --listen 127.0.0.1:0 --out "$scratch/$name.kept" "$@" "$to" \
		>"$scratch/$name.log" 2>"$scratch/$name.err" </dev/null &
	passing=$!
	servers+=($!)
	log=$scratch/$name.log
	kept=$scratch/$name.kept
	until_true grep -q '^listening on ' "$log"
	at=$(sed -n 's/^listening on //p' "$log")
}

# lines N: the pass-through has spoken of N exchanges
lines() { [ "$(grep -c '^[0-9][0-9]:[0-9][0-9]:' "$log")" -ge "$1" ]; }

# over STATUS TITLE [log TEXT]...: ends the pass-through, and what it said
over() {
	local want=$1 title=$2
	shift 2
	kill -INT "$passing"
	status=0
	wait "$passing" || status=$?
	cp "$log" "$scratch/out"
	cp "${log%.log}.err" "$scratch/err"
	is "$want" "$title" "$@"
	alike <"$scratch/out" | LC_ALL=C sort >"$scratch/sorted" # several were under way at once
	tell "$title" "$scratch/sorted"
}

ask() { curl -s --max-time 60 -H "x-api-key: $key" "$@"; }
arm() { curl -s -XPOST "$control/arm" -d "$1" >/dev/null; }

# ccmock prints two lines
"$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 --journal-secrets --root "$root" >"$scratch/mock.out" 2>&1 &
servers+=($!)
until_true grep -q '^control on ' "$scratch/mock.out"
mock=$(sed -n 's/^listening on //p' "$scratch/mock.out")
control=$(sed -n 's/^control on //p' "$scratch/mock.out")

# journal EXPRESSION: perl over the journal's entries, @e
journal() {
	curl -s "$control/journal" |
		perl -MJSON::PP -MDigest::SHA=sha256_hex -MEncode -e '
			my @e = map { decode_json($_) } <STDIN>;
			sub body { sha256_hex(join "", map { encode("UTF-8", $_->{bytes}) } grep { $_->{kind} eq "body" } @e) }
			sub fields { join "\n", map { "$_->[0]: $_->[1]" } grep { $_->[0] !~ /^(host|content-length)$/i }
				map { @{$_->{headers}} } grep { $_->{kind} eq "request" } @e }
			'"$1"
}

pass sound "$mock/"

# ---- bytes and ends ----

recorded=$root/fixtures/requests/2.1.329/plain/01.http
sed '1,/^\r*$/d' "$recorded" >"$scratch/body"
options=()
while IFS= read -r line; do
	line=${line%$'\r'}
	case $line in
	POST* | Host:* | Connection:*) ;;
	'') break ;;
	*) options+=(-H "${line/"{{credential}}"/$key}") ;;
	esac
done <"$recorded"
send() {
	curl -s -XPOST "$control/reset" >/dev/null
	curl -s -o "$scratch/answer" "${options[@]}" -H 'Connection: keep-alive, x-hop' -H 'x-hop: 1' \
		-H 'User-Agent: recorded' --data-binary @"$scratch/body" "$1/v1/messages?beta=true"
}
[ "$(journal 'print scalar @e')" = 0 ]
result $? 'nothing is sent before a client sends it'
send "$mock"
journal 'print fields(), "\n"' | grep -vi '^connection\|^x-hop' >"$scratch/fields.direct"
send "$at"
journal 'print fields(), "\n"' >"$scratch/fields.passed"
[ "$(journal 'print body()')" = "$(sha256sum <"$scratch/body" | cut -d' ' -f1)" ]
result $? 'the body of a recorded request reaches the gateway byte for byte'
[ -s "$scratch/fields.direct" ] && diff "$scratch/fields.direct" "$scratch/fields.passed" >"$scratch/out"
result $? 'its fields too, in order and spelling, without those of the connection'
journal 'my ($r) = grep { $_->{kind} eq "request" } @e; my ($h) = grep { lc $_->[0] eq "host" } @{$r->{headers}};
	print "http://$h->[1] $r->{target}"' >"$scratch/out"
[ "$(cat "$scratch/out")" = "$mock /v1/messages?beta=true" ]
result $? 'Host is the gateway'\''s, the target as it was'

exec 3<>"/dev/tcp/127.0.0.1/${at##*:}"
printf 'POST /v1/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}' >&3
head -n 1 <&3 >"$scratch/out"
exec 3<&-
grep -q '^HTTP/1.1 400 ' "$scratch/out"
result $? 'a head that can be read in two ways is not passed on'

for coding in gzip br zstd; do
	arm '{"upstream":{"u1":{"reply":{"headers":[["X-Odd","a  b"],["content-type","text/event-stream"]],"events":": @compress '$coding'\nevent: message_start\ndata: {\"a\":\"é\"}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"}}}}'
	ask -D "$scratch/head.direct" -o "$scratch/direct" "$mock/v1/messages" -d '{}'
	ask -D "$scratch/head.passed" -o "$scratch/passed" "$at/v1/messages" -d '{}'
	[ -s "$scratch/direct" ] && cmp "$scratch/direct" "$scratch/passed" >"$scratch/out" &&
		diff <(grep -vi '^date\|^request-id\|-reset:\|-remaining:' "$scratch/head.direct" | sort) \
			<(grep -vi '^date\|^request-id\|-reset:\|-remaining:' "$scratch/head.passed" | sort) >"$scratch/out"
	result $? "an answer in $coding comes as it is"
done

head -c 33500000 /dev/zero | tr '\0' a >"$scratch/large"
curl -s -XPOST "$control/reset" >/dev/null
arm '{"upstream":{"u1":{"reply":{"json":{"type":"message","role":"assistant","content":[]}}}}}'
run ask -w '%{http_code}' --data-binary @"$scratch/large" -H 'Expect:' "$at/v1/messages"
[ "$(curl -s "$control/journal" | grep '"kind":"body"' | grep -o 'a*' | wc -c)" -gt 33500000 ]
result $? '32 MB pass'

for how in fin rst; do
	arm '{"upstream":{"u1":{"reply":{"events":"event: message_start\ndata: {}\n\n: @cut '$how'\n"}}}}'
	ask "$mock/v1/messages" -d '{}' >/dev/null
	direct=$?
	run ask "$at/v1/messages" -d '{}'
	is "$direct" "a stream that ends by $how ends so for the client" out 'event: message_start'
	arm '{"upstream":{"u1":{"reply":{"end":"'$how'"}}}}'
	ask "$mock/v1/messages" -d '{}' >/dev/null
	direct=$?
	run ask "$at/v1/messages" -d '{}'
	is "$direct" "and so does a connection without an answer: $how"
done

# ---- as it comes ----

arm '{"upstream":{"u1":{"reply":{"events":"event: message_start\ndata: {}\n\n: @hold middle\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"}}}}'
ask -N "$at/v1/messages" -d '{"model":"held"}' >"$scratch/held" &
held=$!
until_true grep -q message_start "$scratch/held" && ! grep -q message_stop "$scratch/held"
result $? 'the first event is there while the provider holds the second back'
ask -N "$at/v1/messages" -d '{"model":"beside"}' >"$scratch/beside" &
beside=$!
until_true grep -q message_start "$scratch/beside"
result $? 'a second client is served meanwhile'
curl -s -XPOST "$control/release?hold=u1.middle" >/dev/null
wait "$held" && wait "$beside" && grep -q message_stop "$scratch/held" && grep -q message_stop "$scratch/beside"
result $? 'and then both have the rest'

curl -s -XPOST "$control/reset" >/dev/null
arm '{"upstream":{"u1":{"reply":{"events":"event: message_start\ndata: {}\n\n: @stall\n"}}}}'
curl -sN "$at/v1/messages" -d '{"model":"left"}' >"$scratch/left" &
left=$!
until_true grep -q message_start "$scratch/left"
kill "$left"
cancelled() { journal 'print grep { $_->{kind} eq "end" && $_->{end} ne "clean" } @e' | grep -q .; }
until_true cancelled
result $? 'a client that hangs up is gone for the gateway at once'
until_true grep -q 'left.*the client hung up' "$log"
result $? 'and told as such'

until_true lines 12
[ "$(grep -c '^  DR-' "$log")" = 4 ] && ! grep -A1 '  left  ' "$log" | grep -q DR-
result $? 'what was cut is explained, what the client ended is not'
over 1 'and counted' out '12 exchanges, 4 failed'
[ "$(find "$kept" -name '*-request.http' | wc -l)" = 4 ]
result $? 'and kept'

# ---- what fails is explained and kept ----

failing() { # CODE REPLY: one exchange, and what is said of it
	local n
	n=$(grep -c '^[0-9][0-9]:' "$log")
	arm '{"upstream":{"u1":{"reply":'"$2"'}}}'
	status=0
	ask -o "$scratch/out" "$at/v1/messages?beta=true" \
		-d '{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}' || status=$?
	until_true lines $((n + 1)) && until_true grep -q "^  $1: .*; ccprobe bisect $kept/[0-9]*-request.http $mock\$" "$log"
	result $? "$1"
}

refusal() { printf '{"status":%s,"json":{"type":"error","error":{"type":"%s","message":"%s"}}}' "$@"; }

pass failing "$mock"
failing DR-CONTEXT-MANAGEMENT "$(refusal 400 invalid_request_error 'context_management: Extra inputs are not permitted')"
failing DR-KEY-REFUSED "$(refusal 401 authentication_error 'invalid x-api-key')"
failing DR-RATE-NO-RETRY-AFTER "$(refusal 429 rate_limit_error 'slow down')"
failing DR-TOO-LARGE "$(refusal 413 request_too_large 'too large')"
failing DR-HTML '{"status":200,"headers":[["content-type","text/html"]],"text":"<!doctype html><html><title>Sign in</title></html>"}'
failing DR-REDIRECT-AWAY '{"status":302,"headers":[["location","https://example.test/login"]],"text":""}'
failing DR-STREAM-ERROR '{"events":": @compress gzip\nevent: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"}'
failing DR-STREAM-CUT '{"events":"event: message_start\ndata: {\"type\":\"message_start\"}\n\n: @cut fin\n"}'
failing DR-STREAM-CUT '{"headers":[["content-type","application/json"],["content-encoding","gzip"]],"text":"{}"}'
failing DR-STREAM-EMPTY '{"status":200,"headers":[["content-type","text/event-stream"]],"text":""}'
[ "$(stat -c %a "$kept" "$kept"/* | sort -u | tr '\n' ' ')" = '600 700 ' ]
result $? 'nobody else may read what is kept'
[ "$(grep -c "^  DR-" "$log")" = "$(find "$kept" -name '*-answer.http' | wc -l)" ] &&
	grep -q '^event: error' "$kept"/0007-answer.http
result $? 'the answers are kept too, decoded'

# The stored request, sent by somebody else.
arm '{"upstream":{"bad":{"when":{"json":["/odd",1]},"reply":'"$(refusal 400 invalid_request_error 'odd: Extra inputs are not permitted')"'},
	"good":{"reply":{"json":{"type":"message","role":"assistant","content":[]}}}}}'
ask -o /dev/null "$at/v1/messages" -d '{"model":"m","odd":1,"stream":false,"messages":[{"role":"user","content":"hello"}]}'
until_true grep -q 'DR-FIELD-REFUSED' "$log"
line=$(grep DR-FIELD-REFUSED "$log")
file=$(sed -n 's/.*; ccprobe bisect \([^ ]*\) .*/\1/p' <<<"$line")
grep -q '^x-api-key: {{credential}}' "$file" && grep -q '^Host: {{host}}' "$file"
result $? 'a stored request has places for the credential and the host'
run "$bin/ccprobe" bisect --key "$key" --out "$scratch/bisect" "$file" "${line##* }"
is 1 'and can be given to bisect' out 'odd'

arm '{"upstream":{"u1":{"reply":'"$(refusal 400 invalid_request_error 'no: 12')"'}}}'
for i in 1 2 3 4 5; do ask -o /dev/null "$at/v1/messages" -d '{}'; done
until_true lines 16
[ "$(grep -c 'DR-BAD-REQUEST: .*; ccprobe bisect' "$log")" = 3 ] &&
	[ "$(grep -c 'DR-BAD-REQUEST: .*; not stored: 3 like it are stored already' "$log")" = 2 ]
result $? 'the same failure is kept three times'
run curl -s -D - -XPOST "$at" --request-target 'http://elsewhere.test/' -d '{}'
is 0 'it is no proxy' out 'HTTP/1.1 400' out 'is no proxy'
over 1 'the summary has each with its fix' out 'DR-BAD-REQUEST (400)' out '     5  DR-BAD' out 'fix: ' out ' 16 failed'

# ---- what the client does by itself ----

# play REQUEST: a recorded one, to the pass-through
play() {
	local options=() line file=$root/fixtures/requests/$1.http
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		POST* | Host:* | Connection:*) ;;
		'') break ;;
		*) options+=(-H "${line/"{{credential}}"/$key}") ;;
		esac
	done <"$file"
	sed '1,/^\r*$/d' "$file" >"$scratch/played"
	ask -o /dev/null "${options[@]}" --data-binary @"$scratch/played" "$at/v1/messages?beta=true"
}

# The six requests that it makes after a 400 that says nothing.
pass ladder "$mock"
arm '{"upstream":{"u1":{"reply":'"$(refusal 400 invalid_request_error 'bad request')"'}}}'
for try in 01 02 03 04 05 06; do play "2.1.332/degrade-400/$try"; done
until_true lines 6
[ "$(find "$kept" -name '*-request.http' | wc -l)" -eq 1 ]
result $? 'of the tries that the client adds by itself the first is kept'
over 1 'and they are told as one thing' \
	out '  try 2 of the same request by the client itself: without beta `thinking-token-count-2026-05-13`' \
	out 'by the client itself: without thinking.display' out 'deferred tools' \
	out '     6  DR-BAD-REQUEST (400)' out '5 of these are tries that the client added by itself'

pass through "$mock"
arm '{"upstream":{"bad":{"when":{"header":["anthropic-beta","thinking-token-count"]},"reply":'"$(refusal 400 invalid_request_error 'bad request')"'},
	"good":{"reply":{"json":{"type":"message","role":"assistant","content":[]}}}}}'
for try in 01 02; do play "2.1.332/degrade-400/$try"; done
until_true lines 2
over 1 'the try that passes says what was refused' out 'passes: without beta `thinking-token-count-2026-05-13`' \
	out 'it got through without beta `thinking-token-count-2026-05-13`'

# turn TOOLS MESSAGES ANSWER: a request of one session
turn() {
	arm '{"upstream":{"u1":{"reply":'"$3"'}}}'
	ask -o /dev/null -H 'x-claude-code-session-id: s1' "$at/v1/messages" \
		-d '{"model":"m","max_tokens":9,"tools":'"$1"',"messages":['"$2"']}'
}
bound="$(refusal 400 invalid_request_error 'messages.1.content.0: this thinking block is bound to a different conversation; the tools differ')"
said='{"json":{"type":"message","role":"assistant","content":[]}}'
first='{"role":"user","content":"hello"}'
more="$first,{\"role\":\"assistant\",\"content\":[]},{\"role\":\"user\",\"content\":\"go on\"}"
pass changed "$mock"
turn '[{"name":"a"}]' "$first" "$said"
turn '[{"name":"a"},{"name":"b"}]' "$more" "$bound"
until_true lines 2
over 1 'what the client changed itself is not the gateway'\''s' out 'DR-CLIENT-CHANGED: the client itself changed the tools'
pass unchanged "$mock"
turn '[{"name":"a"}]' "$first" "$said"
turn '[{"name":"a"}]' "$more" "$bound"
until_true lines 2
over 1 'and what it did not change is' out 'DR-THINKING-SIGNATURE'

pass causes "$mock"
for field in speed tags speed; do
	arm '{"upstream":{"u1":{"reply":'"$(refusal 400 invalid_request_error "$field: Extra inputs are not permitted")"'}}}'
	ask -o /dev/null "$at/v1/messages" -d '{"model":"m","speed":"fast","tags":1,"messages":[{"role":"user","content":"'"$field$RANDOM"'"}]}'
done
until_true lines 3
over 1 'causes with one code are told apart' out '     2  DR-FIELD-REFUSED (400): field `speed`' \
	out '     1  DR-FIELD-REFUSED (400): field `tags`'

# ---- credentials ----

cp -r "$kept" "$scratch/before"
: >"$kept/0900-request.http"
mv "$kept" "$scratch/secret.kept"
pass secret "$mock"
echo='"status":400,"headers":[["content-type","application/json"],["x-echo","'$key'"],["set-cookie","s='$other'"]]'
for text in "no key $key or $other" "$(printf '%s ' {1..48})cut $key" "Bearer $key" "$key.$key"; do
	arm '{"upstream":{"u1":{"reply":{'"$echo"',"json":{"type":"error","error":{"type":"invalid_request_error","message":"'"$text"'"}}}}}}'
	curl -s -o /dev/null -H "Authorization: Bearer $key" -H "Cookie: a=b; c=$other" -H "X-Our-Token: $other" \
		-H "x-trace: $key" "$at/$key/v1/messages?key=$key" -d '{"model":"'"$key"'","messages":["'"$key"'"]}'
done
arm '{"upstream":{"u1":{"reply":{'"$echo"',"events":": @compress gzip\nevent: error\ndata: {\"error\":{\"message\":\"'"$key"'\"}}\n\n"}}}}'
ask -o /dev/null "$at/v1/messages" -d '{}'
until_true grep -q DR-STREAM-ERROR "$log"
over 1 'a gateway that tells credentials' out '5 failed'
! grep -rF -e "${key:0:14}" -e "${other:0:12}" "$log" "${log%.log}.err" "$kept" >"$scratch/out"
result $? 'not one is in what is printed or kept'
[ -f "$kept/0901-request.http" ] && [ ! -s "$kept/0900-request.http" ] &&
	diff -r <(cd "$scratch/before" && sha256sum -- *) <(cd "$kept" && sha256sum -- 00*) >"$scratch/out"
result $? 'what was there stays, the numbers go on'

# ---- a gateway with faults, and one that is away ----

serve faulty "$bin/ccgate-faulty" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key "$key" --fault 404-html
curl -s -XPOST "$control/reset" >/dev/null
pass faulty "$url"
run ask "$at/v1/messages" -H 'anthropic-version: 2023-06-01' -d '{"model":"claude-opus-5-5","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}'
is 0 'what goes well is a line' out '"type":"message"'
ask -o /dev/null "$at/v1/v1/messages" -d '{}'
until_true grep -q DR- "$log"
over 1 'and a wrong path is explained' out 'DR-V1-TWICE' out '2 exchanges, 1 failed'
pass away "$url"
kill "$server"
wait "$server" 2>/dev/null
run ask -D - "$at/v1/messages" -d '{}'
is 0 'a gateway that is away is told to the client as the API would' \
	out 'HTTP/1.1 502' out '{"type":"error","error":{"type":"api_error","message":"ccprobe' out 'could not reach the gateway'
until_true grep -q DR- "$log"
over 1 'and to the person' out 'DR-NO-ANSWER'

# ---- hostile ----

most_mb=300
grep -q __asan_init "$bin/ccprobe" && most_mb=700
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=8

# At most so many bytes are read, or so many seconds waited for.
for name in ten-gigabytes bomb endless-events endless-line endless-head endless-hints garbage bad-chunk \
	huge-chunk resets-in-head resets-in-body stuck-head silent deep; do
	serve "hostile-$name" "$bin/hostile" "$name"
	pass "$name" "$url"
	curl -s --max-time 3 "$at/v1/messages" -d '{}' 2>/dev/null | head -c 30000000 >/dev/null
	until_true lines 1
	mb=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$passing/status")
	kill -INT "$passing"
	status=0
	wait "$passing" || status=$?
	cp "$log" "$scratch/out"
	cp "${log%.log}.err" "$scratch/err"
	[ "$status" -le 1 ] && has out '1 exchange, ' && ! has err Sanitizer && [ "${mb:-9999}" -lt $most_mb ]
	result $? "$name: passed on, and $most_mb MB are enough"
	kill "$server"
done

# Forty at once have some MB each and then leave together.
serve crowd-gateway "$bin/hostile" endless-events
pass crowd "$url"
mkfifo "$scratch/stay"
exec 9<>"$scratch/stay"
: >"$scratch/served"
for i in {1..40}; do
	curl -sN "$at/v1/messages" -d '{}' 9>&- | {
		head -c 5000000 >/dev/null
		echo "$i" >>"$scratch/served"
		read -r _ <"$scratch/stay"
	} 9>&- &
done
served() { [ "$(wc -l <"$scratch/served")" = 40 ]; }
until_true served
mb=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$passing/status")
# A line for each: one that has not opened the pipe yet would wait for a writer.
printf '%s\n' {1..40} >&9
until_true lines 40
exec 9>&-
kill -INT "$passing"
status=0
wait "$passing" || status=$?
cp "$log" "$scratch/out"
[ "$status" = 0 ] && has out '40 exchanges, 0 failed' && [ "${mb:-9999}" -lt $((most_mb / 3)) ]
result $? "forty large streams that are left: $((most_mb / 3)) MB are enough"
kill "$server"

pass clients "$mock"
port=${at##*:}
for bytes in 'garbage\r\n\r\n' 'GET / HTTP/1.1\r\n' 'POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef'; do
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	printf "$bytes" >&8 2>/dev/null
	exec 8>&-
done
run ask -H 'anthropic-version: 2023-06-01' "$at/v1/models?x=$(printf '%070000d' 0)"
is 0 'a long target is passed on' out '"data":'
head -c 60000000 /dev/zero >"$scratch/large"
run ask -H 'Expect:' --data-binary @"$scratch/large" "$at/v1/messages"
is 0 'a body that is too large is refused here' out 'bodies of up to 40 MB'
run ask -H 'anthropic-version: 2023-06-01' "$at/v1/models"
is 0 'clients that speak nonsense do not hinder others'
over 0 'what the gateway did not see is no failure of it' out ', 0 failed'
! has err Sanitizer
result $? 'cleanly'

# ---- the command line ----

for wrong in '127.0.0.1' 'gateway.test:80' '127.0.0.1:70000'; do
	run "$bin/ccprobe" doctor --listen "$wrong" --out "$scratch/x" "$mock"
	is 2 "an address that is none: $wrong" err "'$wrong'"
done
run "$bin/ccprobe" doctor --listen 127.0.0.1:0 --out "$scratch/x" 'ftp://x'
is 2 'a URL that is none' err 'ftp://x'
run "$bin/ccprobe" doctor --listen 127.0.0.1:0 --out "$scratch/x" "$mock/?key=$key"
is 2 'a URL with a query' err 'a query does not belong here'
! has err "${key:0:8}"
result $? 'which is not repeated'
run "$bin/ccprobe" doctor --listen 127.0.0.1:0 --out /dev/null/x "$mock"
is 2 'a folder that cannot be' err '/dev/null/x'
run "$bin/ccprobe" doctor --listen "${mock#http://}" --out "$scratch/x" http://127.0.0.1:9
is 3 'a port that is taken' err 'taken'
pass open "$mock"
over 0 'it ends well when nothing was asked' out '0 exchanges, 0 failed' out "  ANTHROPIC_BASE_URL=$at claude" \
	out "  claude --settings '{\"env\":{\"ANTHROPIC_BASE_URL\":\"$at\"}}'"

"$bin/ccprobe" doctor --listen 0.0.0.0:0 --out "$scratch/x" "$mock" >"$scratch/out" 2>"$scratch/err" </dev/null &
passing=$!
servers+=($!)
until_true grep -q 'warning: 0.0.0.0 is no loopback address' "$scratch/err"
result $? 'others than loopback addresses are warned of'

is_told 'all that it says of each'

end
