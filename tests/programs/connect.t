#!/usr/bin/env bash
# How a gateway is reached: TLS with an authority of one's own, with a client's
# certificate, and at a pace. In front of the bundled gateway stand nginx, for
# clients that show a certificate and for others, and haproxy.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor.sh"
unset NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED CLAUDE_CODE_CLIENT_CERT CLAUDE_CODE_CLIENT_KEY
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY ANTHROPIC_AUTH_TOKEN ANTHROPIC_API_KEY
key=sk-a-key-of-the-client-01
export CCGATE_KEY=$key CCGATE_UPSTREAM=sk-a-key-of-the-gateway-01

# ---- what there is ----

tls=$scratch/tls
mkdir -p "$tls" "$scratch/home" "$scratch/project"
"$root/tests/tls/certificates.sh" "$tls"
cat "$tls/good.pem" "$tls/key.pem" >"$tls/both.pem"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$tls/other.pem" 2>/dev/null
openssl pkey -in "$tls/key.pem" -aes256 -passout pass:geheim-0123456789 -out "$tls/locked.pem"
openssl pkey -in "$tls/key.pem" -traditional -aes256 -passout pass:geheim-0123456789 -out "$tls/locked-as-before.pem"
sed '3s/^..../!!!!/' "$tls/ca.pem" >"$tls/damaged.pem"
sed '2s/^..../AAAA/' "$tls/key.pem" >"$tls/damaged-key.pem"

for name in mock open mutual direct bare astray gone through; do
	free_port
	printf -v "$name" %d "$port"
done
serve gate "$bin/ccgate" --listen 127.0.0.1:0 --upstream "http://127.0.0.1:$mock" \
	--upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
gate=$url
serve provider "$bin/ccmock" --listen 127.0.0.1:0
provider=$url

front() { # PORT BEHIND [DIRECTIVE...]
	cat <<-END
	server {
		listen 127.0.0.1:$1 ssl;
		ssl_certificate $tls/good.pem;
		ssl_certificate_key $tls/key.pem;
		${*:3}
		location / { proxy_pass $2; }
	}
	END
}
wants="ssl_verify_client on; ssl_client_certificate $tls/ca.pem;"
mkdir "$scratch/nginx"
cat >"$scratch/nginx/nginx.conf" <<END
pid $scratch/nginx/pid;
error_log $scratch/nginx/log;
worker_processes 1;
events { worker_connections 1000; }
http {
	access_log off;
	client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path a; uwsgi_temp_path b; scgi_temp_path c;
	client_max_body_size 0;
	proxy_http_version 1.1;
	proxy_set_header Host \$http_host;
	proxy_set_header Connection "";
	proxy_buffering off;
	proxy_request_buffering off;
	$(front "$open" "$gate")
	$(front "$mutual" "$gate" "$wants")
	$(front "$direct" "$provider" "$wants")
	$(front "$astray" "http://127.0.0.1:$gone")
	$(front "$through" "http://127.0.0.1:$mock")
}
END
# It goes into the background when it listens.
if ! nginx -p "$scratch/nginx/" -c nginx.conf -e "$scratch/nginx/log" 2>"$scratch/nginx/err"; then
	echo "Bail out! nginx does not start: $(head -n 1 "$scratch/nginx/err" "$scratch/nginx/log")"
	exit 1
fi
servers+=("$(cat "$scratch/nginx/pid")")
open=https://127.0.0.1:$open
mutual=https://localhost:$mutual
direct=https://127.0.0.1:$direct
astray=https://127.0.0.1:$astray
through=https://127.0.0.1:$through

# probe URL OPTION...: in a folder without ccprobe.json
probe() {
	local to=$1
	shift
	run "$bin/ccprobe" run --suite "$root" --gateway "$to" --mock-listen "127.0.0.1:$mock" \
		--key env:CCGATE_KEY --upstream-key env:CCGATE_UPSTREAM --no-color "$@"
}
cd "$scratch" || exit 1

# ---- authorities ----

probe "$open" stream/ends
is 3 'an authority that this machine does not know' err 'no TLS connection' err '--ca-file PEM'
probe "$open" --ca-file "$tls/ca.pem" stream/ends --report "json=$scratch/json"
is 0 'is known by --ca-file' out '1 case: 1 pass'
is 0 'and where the mock is, is told' err "the mock provider is at http://127.0.0.1:$mock; the gateway must use it"
! grep -q insecure "$scratch/out"
result $? 'and nothing is said of it'
run perl -MJSON::PP -0777 -ne 'exit(decode_json($_)->{insecure} ? 1 : 0)' "$scratch/json"
is 0 'nor in the JSON report'
probe "$open" --insecure stream/ends --report "json=$scratch/json" --report "markdown=$scratch/md" \
	--report "html=$scratch/html" --report "tap=$scratch/tap" --report "conformance=$scratch/conformance"
is 0 'any certificate is taken where that is asked for' out 'any certificate of the gateway was accepted (--insecure)'
for format in md html tap; do
	run grep -F 'any certificate of the gateway was accepted' "$scratch/$format"
	is 0 "and the report says so: $format"
done
run grep -x 'insecure: true' "$scratch/conformance"
is 0 'the conformance document too'
run perl -MJSON::PP -0777 -ne 'exit(decode_json($_)->{insecure} ? 0 : 1)' "$scratch/json"
is 0 'and the JSON report'

# ---- all cases can be sent so ----

ca=(--ca-file "$tls/ca.pem")

# haproxy takes the TLS off, and looks into nothing.
cat >"$scratch/haproxy.cfg" <<END
global
	maxconn 2000
	pidfile $scratch/haproxy.pid
defaults
	mode tcp
	timeout connect 10s
	timeout client 300s
	timeout server 300s
listen front
	bind 127.0.0.1:$bare ssl crt $tls/both.pem
	server gate ${gate#http://}
END
if haproxy -D -f "$scratch/haproxy.cfg" >"$scratch/haproxy.err" 2>&1; then
	servers+=("$(cat "$scratch/haproxy.pid")")
	probe "https://127.0.0.1:$bare" "${ca[@]}" --area response --area routes --area security --area stream \
		--area headers --report "json=$scratch/json"
	is 0 'a sound gateway with TLS: no case fails' out ' pass'
	run perl -MJSON::PP -0777 -ne 'my $r = decode_json($_);
		my @bad = grep { $_->{verdict} ne "pass" } @{$r->{cases}};
		die "not so: $_->{id}: $_->{reason}\n" for @bad;
		die "too few\n" if @{$r->{cases}} < 150' "$scratch/json"
	is 0 'nor is one left out, what goes out as raw bytes included'
else
	echo "# haproxy does not start: $(head -n 1 "$scratch/haproxy.err")"
	count=$((count + 1))
	echo "ok $count # SKIP no haproxy"
fi

# ---- a certificate of the client ----

probe "$mutual" "${ca[@]}" stream/ends
is 3 'a gateway that wants a certificate'
probe "$mutual" "${ca[@]}" --client-cert "$tls/good.pem" --client-key "$tls/key.pem" stream/ends
is 0 'is shown one' out '1 case: 1 pass'
probe "$mutual" "${ca[@]}" --client-cert "$tls/both.pem" stream/ends
is 0 'whose key may be in the same file' out '1 case: 1 pass'

fresh
request=$root/fixtures/requests/2.1.329/plain/01.http
bisect() { run "$bin/ccprobe" bisect --suite "$root" --max-requests 3 --out "$scratch/found" --fresh "$@"; }
bisect "$request" "$direct" --key "$key" "${ca[@]}"
is 3 'bisect without one'
! has out 'does not fail'
result $? 'gets no answer'
bisect "$request" "$direct" --key "$key" "${ca[@]}" --client-cert "$tls/both.pem"
is 3 'bisect with one' out 'does not fail'
doctor ANTHROPIC_AUTH_TOKEN="$key" -- "$direct" "${ca[@]}" --client-cert "$tls/both.pem"
[ "$status $(codes)" = '0 ' ]
result $? 'doctor with one finds nothing'
doctor ANTHROPIC_AUTH_TOKEN="$key" -- "$direct" "${ca[@]}"
[ "$status" = 1 ] && [ -n "$(codes)" ]
result $? 'and without one it does'
doctor ANTHROPIC_AUTH_TOKEN="$key" -- "$direct" --insecure --client-cert "$tls/both.pem"
[ "$status $(codes)" = '0 ' ]
result $? 'and --insecure needs no authority'
is 0 'the head says where it is from' err 'any (--insecure)' err "$tls/both.pem (--client-cert)"

# as_client NAME=VALUE...: the variables of the client, in its settings
as_client() {
	doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$direct" NODE_EXTRA_CA_CERTS="$tls/ca.pem" "$@" --
}
as_client CLAUDE_CODE_CLIENT_CERT="$tls/good.pem" CLAUDE_CODE_CLIENT_KEY="$tls/key.pem"
[ "$status $(codes)" = '0 ' ]
result $? 'the variables of the client'
as_client CLAUDE_CODE_CLIENT_CERT="$tls/good.pem" CLAUDE_CODE_CLIENT_KEY="$tls/locked.pem" \
	CLAUDE_CODE_CLIENT_KEY_PASSPHRASE=geheim-0123456789
[ "$status $(codes)" = '0 ' ] && ! grep -q geheim "$scratch/out" "$scratch/err"
result $? 'a key with a passphrase, which nobody gets to see'
as_client CLAUDE_CODE_CLIENT_CERT="$tls/good.pem" CLAUDE_CODE_CLIENT_KEY="$tls/locked.pem"
[[ " $(codes) " == *' DR-CLIENT-CERT '* ]] && has out 'and none is in CLAUDE_CODE_CLIENT_KEY_PASSPHRASE'
result $? 'the passphrase is missing'
as_client CLAUDE_CODE_CLIENT_CERT="$tls/good.pem"
[[ " $(codes) " == *' DR-CLIENT-CERT '* ]] && has out 'no key in CLAUDE_CODE_CLIENT_KEY'
result $? 'the key is missing'
as_client CLAUDE_CODE_CLIENT_CERT="$tls/none.pem" CLAUDE_CODE_CLIENT_KEY="$tls/key.pem"
[[ " $(codes) " == *' DR-CLIENT-CERT '* ]] && has out 'No such file'
result $? 'the certificate is missing'
printf '{"env":{"CLAUDE_CODE_CLIENT_CERT":"%s","CLAUDE_CODE_CLIENT_KEY":"%s"}}' "$tls/good.pem" "$tls/key.pem" \
	>"$scratch/project/.claude/settings.json"
as_client
[ "$status $(codes)" = '0 ' ]
result $? 'they may be in a settings file'
(cd "$scratch/project" && HOME=$scratch/home bisect "$request" "$direct" --key "$key" "${ca[@]}"
	[ "$status" = 3 ] && has out 'does not fail')
result $? 'and bisect takes them from there'
rm "$scratch/project/.claude/settings.json"

# ---- files that cannot be used ----

# unusable TITLE TEXT OPTION...: one line and status 2 from each command, and
# nobody is asked: nothing listens there.
nobody=https://127.0.0.1:1
unusable() {
	local title=$1 text=$2
	shift 2
	probe "$nobody" "$@" stream/ends
	is 2 "run: $title" err "$text"
	doctor ANTHROPIC_AUTH_TOKEN="$key" -- "$nobody" "$@"
	is 2 "doctor: $title" err "$text"
	bisect "$request" "$nobody" --key "$key" "$@"
	is 2 "bisect: $title" err "$text"
}
unusable 'no such file' "--ca-file: $tls/none.pem: No such file" --ca-file "$tls/none.pem"
unusable 'a folder' "--ca-file: $tls: Is a directory" --ca-file "$tls"
unusable 'a file without a certificate' "ca.cnf: there is no certificate in it" --ca-file "$tls/ca.cnf"
unusable 'a damaged certificate' 'damaged.pem: a certificate in it is damaged' --ca-file "$tls/damaged.pem"
unusable 'no such certificate' "--client-cert: $tls/none.pem: No such file" --client-cert "$tls/none.pem"
unusable 'a certificate without a key' 'good.pem: there is no private key in it' --client-cert "$tls/good.pem"
unusable 'a key without a certificate' '--client-key goes with --client-cert' --client-key "$tls/key.pem"
unusable 'the key of another' 'other.pem: the key is not the key of the certificate' \
	--client-cert "$tls/good.pem" --client-key "$tls/other.pem"
unusable 'a damaged key' 'or is damaged' --client-cert "$tls/good.pem" --client-key "$tls/damaged-key.pem"
unusable 'a passphrase' 'locked.pem: the key is protected by a passphrase' \
	--client-cert "$tls/good.pem" --client-key "$tls/locked.pem"
unusable 'a passphrase of the older form' 'the key is protected by a passphrase' \
	--client-cert "$tls/good.pem" --client-key "$tls/locked-as-before.pem"
unusable 'a rate of nothing' "--rate: '0' is no number of requests a second" --rate 0
unusable 'a rate that is none' "--rate: '1e3' is no number" --rate 1e3
run "$bin/ccprobe" run --suite "$root" --bundled --ca-file "$tls/ca.pem" stream/ends
is 2 'TLS to what ccprobe starts itself' err '--ca-file goes with --gateway'
run "$bin/ccprobe" doctor --suite "$root" --rate 1 --listen 127.0.0.1:0 "$nobody"
is 2 'a pace for a client that has its own' err '--rate and --listen exclude each other'

# ---- ccprobe.json ----

mkdir "$scratch/owner"
cd "$scratch/owner" || exit 1
cp "$tls/ca.pem" "$tls/both.pem" .
run "$bin/ccprobe" init --suite "$root" --gateway "$mutual" --key env:CCGATE_KEY --mock-listen "127.0.0.1:$mock" \
	--ca-file ca.pem --client-cert both.pem --rate 200.5
is 0 'init keeps how the gateway is reached'
run cat ccprobe.json
is 0 'in its words' out '"ca_file": "ca.pem"' out '"client_cert": "both.pem"' out '"rate": 200.5'
run "$bin/ccprobe" run --suite "$root" stream/ends
is 0 'run needs no option' out '1 case: 1 pass' out 'at most 200.5 requests a second (--rate)'
run "$bin/ccprobe" run --suite "$root" --client-cert "$tls/good.pem" --client-key "$tls/key.pem" --rate 100 stream/ends
is 0 'options win' out 'at most 100 requests a second'
run "$bin/ccprobe" run --suite "$root" --ca-file "$tls/none.pem" stream/ends
is 2 'and are named' err '--ca-file: '
# member TITLE EDIT TEXT
member() {
	sed "$2" ccprobe.json >changed && cp ccprobe.json kept && mv changed ccprobe.json
	run "$bin/ccprobe" run --suite "$root" stream/ends
	mv kept ccprobe.json
	is 2 "$1" err "$3"
}
member 'a file that is not there' 's/ca.pem/none.pem/' 'ccprobe.json: ca_file: none.pem: No such file'
member 'a certificate without a key' 's/both.pem/ca.pem/' 'ccprobe.json: client_cert: ca.pem: there is no private key'
member 'a rate that is a text' 's/200.5/"fast"/' 'the rate must be a number of requests a second'
member 'a rate of nothing' 's/200.5/0/' "ccprobe.json: rate: '0' is no number"
sed -i 's/"ca_file": "ca.pem"/"insecure": true/' ccprobe.json
run "$bin/ccprobe" run --suite "$root" stream/ends
is 0 'insecure may stand there' out 'any certificate of the gateway was accepted'
cd "$scratch" || exit 1
probe "$open" "${ca[@]}" stream/ends --report "json=$scratch/json"
id=$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{cases}[0]{id}' "$scratch/json")
run "$bin/ccprobe" replay "$id" --from "$scratch/json" --suite "$root" --gateway "$mutual" --key env:CCGATE_KEY \
	--mock-listen "127.0.0.1:$mock" "${ca[@]}" --client-cert "$tls/both.pem" --rate 50
is 0 'replay takes the same options' out "STILL PASSING $id"

# ---- a provider elsewhere ----

probe "$astray" --insecure stream/ends
is 3 'nginx whose provider is not the mock is told so, not of its page' err 'answers 502 by itself: it did not reach the mock' \
	err PRE-UPSTREAM err "the mock provider is at http://127.0.0.1:$mock"

# ---- no key of its own ----

run "$bin/ccprobe" run --suite "$root" --gateway "$through" --insecure --mock-listen "127.0.0.1:$mock" --key env:CCGATE_KEY \
	--no-color stream/ends auth/refusal/wrong-bearer
is 1 'a gateway that passes keys on is told what says so' out "the client's key reaches the provider, and a wrong key is served" \
	out 'authenticates --without replaces-key'
probe "$through" --insecure stream/ends auth/refusal/wrong-bearer --without authenticates --without replaces-key
! has out 'a wrong key is served' && [ "$status" -eq 0 ]
result $? 'and no more where it is said'
mkdir "$scratch/keyless"
cd "$scratch/keyless" || exit 1
run "$bin/ccprobe" init --suite "$root" --gateway "$through" --insecure --key env:CCGATE_KEY --mock-listen "127.0.0.1:$mock"
is 0 'init looks whether a wrong key is refused' out 'not offered: authenticates' out 'It does not know its users'
! grep -q authenticates ccprobe.json && grep -q takes-bearer ccprobe.json
result $? 'and claims it of no gateway that serves one'
cd "$scratch" || exit 1

# ---- the pace ----

# gaps LEAST: no two requests of the kept logs are nearer to each other, in ms.
# A log has its times in nanoseconds since one moment of the run.
gaps() {
	perl -MJSON::PP -ne 'my $e = decode_json($_); push @at, $e->{at} / 1e6
			if $e->{kind} eq "request" && $e->{actor} =~ /^c/;
		END { @at = sort { $a <=> $b } @at; die "too few\n" if @at < 8;
			for (1 .. $#at) { my $gap = $at[$_] - $at[$_ - 1];
				die "only $gap ms\n" if $gap < '"$1"' } }' "$scratch"/logs/*.jsonl
}
probe "$gate" --rate 25 'concurrency/*' stream/ends --keep all --out "$scratch/logs" --report "json=$scratch/json"
is 0 'at a pace all passes' out 'at most 25 requests a second (--rate)'
unpack "$scratch/logs"
run gaps 30
is 0 'and no two requests are nearer than it allows'
run perl -MJSON::PP -0777 -ne 'exit(decode_json($_)->{rate} == 25 ? 0 : 1)' "$scratch/json"
is 0 'the JSON report has it'

end
