#!/usr/bin/env bash
# doctor on the way to the gateway: for each planted problem the right code is
# the first that it prints. The settings are in doctor.t.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor.sh"
secrets='planted-secret|0123456789|geheim'

key=planted-secret-of-the-client-0123456789
mkdir -p "$scratch/home" "$scratch/project" "$scratch/tls"
"$root/tests/tls/certificates.sh" "$scratch/tls"
tls=$scratch/tls

# at URL [NAME=VALUE...]: the base URL is set as a user sets it
at() {
	local base=$1
	shift
	doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$base" "$@" --
}

# mock NAME RULES [OPTION...]: a provider that answers by rules; the last one
# is that there is nothing
mock() {
	local name=$1
	printf '{"upstream":{%s}}' "$2" >"$scratch/$name.json"
	shift 2
	serve "$name" "$bin/ccmock" --listen 127.0.0.1:0 "$@" "$scratch/$name.json"
}
nothing='"z":{"reply":{"status":404,"json":{"detail":"Not Found"}}}'
# only PATH: a message is answered there, and nothing is anywhere else
message='{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"."}],"stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}'
only() { printf '"a":{"when":{"path":"%s"},"reply":{"json":%s}},%s' "$1" "$message" "$nothing"; }

serve sound "$bin/ccmock" --listen 127.0.0.1:0
sound=$url
port=${sound##*:}

at "$sound"
finds none 0 'what is sound has no finding'

# ---- name and connection ----

label=$(printf 'a%.0s' {1..64}) # too long to be asked for
at "http://$label.corp:$port"
finds DR-NO-NAME 1 'a name that nobody knows' 'private name'
serve closed "$bin/planted" closed
closed=$url
at "$closed"
finds DR-REFUSED 1 'a port where nobody listens' "$closed"
serve full "$bin/planted" full
at "$url"
finds DR-TIMEOUT-CONNECT 1 'no reply at all'
serve ssh "$bin/planted" ssh
at "$url"
finds DR-NOT-HTTP 1 'another service on the port'
at "https://${url#http://}"
finds DR-TLS-FAILS 1 'and with TLS'
at 'http://ann:geheim@127.0.0.1:99999'
[ "$status" -eq 1 ] && ! grep -q geheim "$scratch/out" "$scratch/err"
result $? 'a URL that cannot be used, with a password in it'

# ---- TLS ----

# tls NAME: a provider with this certificate
tls() {
	serve "tls-$1" "$bin/ccmock" --listen 127.0.0.1:0 --tls-cert "$tls/$1.pem" --tls-key "$tls/key.pem"
}
ca="NODE_EXTRA_CA_CERTS=$tls/ca.pem"
tls good
good=$url
at "$good" "$ca"
finds none 0 'a certificate of a known authority'
at "$good"
finds DR-TLS-UNKNOWN-ISSUER 1 'of an authority that is not known' 'Test Authority'
at "$good" NODE_EXTRA_CA_CERTS="$tls/none.pem"
finds DR-CA-FILE 1 'the file of authorities is not there'
[ "$(of '$r->{findings}[1]{code}')" = DR-TLS-UNKNOWN-ISSUER ]
result $? 'which comes before what it causes'
at "$good" SSL_CERT_FILE="$tls/ca.pem"
finds none 0 'an authority that SSL_CERT_FILE names'
sed '3s/^..../!!!!/' "$tls/ca.pem" >"$tls/damaged.pem"
at "$good" NODE_EXTRA_CA_CERTS="$tls/damaged.pem"
finds DR-TLS-CA-FILE 1 'or is damaged'
# As in a small container. The doctor of a mount namespace sees no authorities.
bare='for at in /etc/ssl/certs /etc/pki; do [ ! -d $at ] || mount -t tmpfs none $at; done; exec "$@"'
if unshare -m sh -c "$bare" - true 2>/dev/null; then
	ccprobe=$bin/ccprobe
	printf '#!/bin/sh\nexec unshare -m sh -c '"'%s'"' - %s "$@"\n' "$bare" "$ccprobe" >"$scratch/ccprobe"
	chmod +x "$scratch/ccprobe"
	bin=$scratch at "$good"
	finds DR-TLS-NO-ROOTS 1 'no authorities on this machine'
else
	result 0 'no authorities on this machine # SKIP no mount namespace'
fi
at "$good" NODE_TLS_REJECT_UNAUTHORIZED=0
finds DR-TLS-OFF 1 'and any certificate is accepted'
tls expired
at "$url" "$ca"
finds DR-TLS-EXPIRED 1 'an expired certificate' 2021-01-01
tls notyet
at "$url" "$ca"
finds DR-TLS-NOT-YET 1 'one that is not valid yet' clock
tls name
at "$url" "$ca"
finds DR-TLS-NAME 1 'one for another host' 'not for 127.0.0.1'
tls self
at "$url"
finds DR-TLS-SELF-SIGNED 1 'one that is signed by itself' NODE_EXTRA_CA_CERTS
tls soon
at "$url" "$ca"
finds DR-TLS-EXPIRES-SOON 1 'one that expires soon' 'in 4 days'
at "https://127.0.0.1:$port"
finds DR-TLS-PLAIN-PORT 1 'https to a plain port' "ANTHROPIC_BASE_URL=$sound"
# This server hangs up at once, as most do.
serve plain-to-tls openssl s_server -accept 127.0.0.1:0 -www -cert "$tls/good.pem" -key "$tls/key.pem"
while [[ $url != *:* ]]; do IFS= read -r url <&9; done
at "http://127.0.0.1:${url##*:}"
finds DR-PLAIN-TO-TLS 1 'http to a TLS port' "ANTHROPIC_BASE_URL=https://127.0.0.1:${url##*:}"

# ---- proxies ----

# Not an address of this machine; a proxy does not get that far.
away=http://192.0.2.1:8080
tunnel=https://192.0.2.1:8443
userinfo=ann:geheim@
with_user() { printf 'http://%s%s' "$userinfo" "${1#http://}"; }

at "$away" HTTPS_PROXY="$(with_user "$closed")"
finds DR-PROXY-UNREACHABLE 1 'a proxy that is not there' "$closed"
at "$tunnel" HTTPS_PROXY="$(with_user "$closed")"
finds DR-PROXY-UNREACHABLE 1 'the same for https'
at "$away" HTTPS_PROXY=socks5://ann:geheim@127.0.0.1:1080
finds DR-BAD-URL 1 'a proxy of another kind' 'http or https'
serve proxy407 "$bin/planted" proxy 407
at "$tunnel" HTTPS_PROXY="$(with_user "$url")"
finds DR-PROXY-REFUSES 1 'a proxy that wants a password' 407
at "$away" HTTP_PROXY="$url"
finds DR-PROXY-REFUSES 1 'the same for http'
serve proxy403 "$bin/planted" proxy 403
at "$tunnel" HTTPS_PROXY="$url"
finds DR-PROXY-REFUSES 1 'a proxy that does not allow the host' 403
serve proxy502 "$bin/planted" proxy 502
proxy502=$url
at "$tunnel" HTTPS_PROXY="$url"
finds DR-PROXY-FAILS 1 'a proxy that does not reach the host' 502
at "$sound" HTTP_PROXY="$proxy502"
finds DR-PROXY-LOOPBACK 1 'this machine through a proxy' NO_PROXY
at "$sound" HTTP_PROXY="$closed"
finds DR-PROXY-LOOPBACK 1 'and that proxy is not there'
at "$sound" HTTP_PROXY="$proxy502" NO_PROXY=127.0.0.1
finds none 0 'NO_PROXY mends it'
serve proxy "$bin/planted" proxy 200
proxy=$url
at "$good" "$ca" HTTPS_PROXY="$(with_user "$proxy")"
finds DR-PROXY-LOOPBACK 1 'a proxy that leads there is worth a warning, too'
[ "$(of 'scalar grep { $_->{state} ne "ok" && $_->{id} ne "proxy" } @{$r->{steps}}')" = 0 ]
result $? 'and everything else goes well through it'

# ---- where the base URL leads ----

mock moved '"a":{"reply":{"status":308,"headers":[["location","'"$sound"'/v1/messages?beta=true"]]}}'
at "$url"
finds DR-REDIRECT 1 'a redirect to the right place' "ANTHROPIC_BASE_URL=$sound"
mock login '"a":{"reply":{"status":302,"headers":[["location","https://sso.example/login?next=/v1/messages"]]}}'
at "$url"
finds DR-REDIRECT-AWAY 1 'a redirect to a login' 'https://sso.example/login'
mock itself '"a":{"reply":{"status":307,"headers":[["location","/v1/messages/"]]}}'
at "$url"
finds DR-REDIRECT-SELF 1 'a redirect to the same with a slash'

mock plain "$(only /v1/messages)"
doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$url" -- "$url/v1"
finds DR-V1-TWICE 1 '/v1 twice' "ANTHROPIC_BASE_URL=$url"
doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$url" -- "$url/wrong"
finds DR-PREFIX-WRONG 1 'a path that leads nowhere' "ANTHROPIC_BASE_URL=$url"
doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$url" -- "$url/v1" --max-requests 1
finds DR-NO-SUCH-PATH 1 'no request left to look elsewhere'
mock lists '"a":{"when":{"path":"/v1/messages"},"reply":{"json":'"$message"'}},"z":{"reply":{"status":404,"json":{"type":"error","error":{"type":"not_found_error","message":"no such route; there are /v1/messages and /v1/models"}}}}'
at "$url/v1"
finds DR-BASE-URL-V1 1 'a gateway that lists its routes names no model by that' "$url"
[[ " $(codes) " == *' DR-V1-TWICE '* ]]
result $? 'and what comes of it is found'
mock plain "$(only /v1/messages)"
at "$url/"
[[ "$(of 'join " ", map { $_->{code} } @{$r->{findings}}')" == *DR-TRAILING-SLASH* ]]
result $? 'two slashes are not one'
at "$sound/"
[ "$(of 'scalar grep { $_->{id} eq "slash" } @{$r->{steps}}')" = 1 ]
result $? 'which is only looked at where there is one'
mock api "$(only /api/v1/messages)"
at "$url"
finds DR-PREFIX-MISSING 1 'a prefix is missing' "ANTHROPIC_BASE_URL=$url/api"
mock deep "$(only /api/anthropic/v1/messages)"
at "$url"
finds DR-PREFIX-MISSING 1 'a prefix of two parts' "ANTHROPIC_BASE_URL=$url/api/anthropic"
doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$url" -- "$url/api/v1"
finds DR-PREFIX-MISSING 1 'or only one of them, with /v1' "ANTHROPIC_BASE_URL=$url/api/anthropic"
mock openai '"a":{"when":{"path":"/v1/chat/completions"},"reply":{"status":400,"json":{"error":{"message":"messages is required","type":"invalid_request_error"}}}},'"$nothing"
at "$url"
finds DR-OPENAI-ONLY 1 'only the API of OpenAI' /v1/chat/completions
mock nowhere "$nothing"
at "$url"
finds DR-NO-SUCH-PATH 1 'nothing anywhere' 404
serve exact "$bin/planted" exact
at "$url"
finds DR-QUERY-REFUSED 1 'a router that takes the query for a part of the path'
mock empty '"a":{"reply":{"status":200,"text":""}}'
at "$url"
finds DR-EMPTY-ANSWER 1 'an empty answer'
page='"headers":[["content-type","text/html"]],"text":"<!doctype html><title>Sign in</title>"'
mock page '"a":{"reply":{"status":200,'"$page"'}}'
at "$url"
finds DR-HTML 1 'a login page' 'Sign in'
mock console '"a":{"when":{"path":"/anthropic/v1/messages"},"reply":{"json":'"$message"'}},"b":{"reply":{"status":200,'"$page"'}}'
at "$url"
finds DR-PREFIX-MISSING 1 'a console at the root, and the API below' "$url/anthropic"

# ---- answers without an end ----

cat >"$scratch/drip.pl" <<'END'
use strict; use warnings; use IO::Socket::INET;
$| = 1; $SIG{PIPE} = "IGNORE"; $SIG{CHLD} = "IGNORE";
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 9) or die;
printf "listening on http://127.0.0.1:%d\n", $s->sockport;
while (my $c = $s->accept) {
	next if fork;
	sysread $c, my $request, 65536 or exit;
	syswrite $c, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" or exit;
	for (1 .. 300) { syswrite $c, ":" or exit; select undef, undef, undef, 0.1 }
	exit;
}
END
serve drip perl "$scratch/drip.pl"
doctor ANTHROPIC_AUTH_TOKEN="$key" ANTHROPIC_BASE_URL="$url" -- --timeout 1
finds DR-STREAM-CUT 1 'an answer of a byte now and then, forever' 'no end within 3000 ms'
[ "$(of '$r->{requests}')" = 1 ]
result $? 'and it is waited for once'

# ---- interrupted ----

: >"$scratch/cut"
(cd "$scratch/project" && exec env -i PATH="$PATH" HOME="$scratch/home" ANTHROPIC_BASE_URL="$url" \
	ANTHROPIC_AUTH_TOKEN="$key" perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
	"$bin/ccprobe" doctor --suite "$root" >"$scratch/cut") &
cut=$!
until grep -q Connection "$scratch/cut" || ! kill -0 "$cut" 2>/dev/null; do sleep 0.05; done
kill -INT "$cut"
status=0
wait "$cut" || status=$?
cp "$scratch/cut" "$scratch/out"
is 3 'Ctrl-C ends it at once, and the report says so' out 'did not finish'

end
