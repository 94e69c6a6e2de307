#!/usr/bin/env bash
# What ccgate shows to clients whom nobody has invited, and to its operator:
# TLS, slow heads, paths with a catch, lines of the log.
set -u
. "$(dirname "$0")/lib.sh"
patience=30

mkdir "$scratch/tls" && "$root/tests/tls/certificates.sh" "$scratch/tls"
tls=$scratch/tls

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0
mock=$url
IFS= read -r line <&9
control=${line##* }

# gate NAME MEMBERS [OPTION...]: one with these members in its configuration
gate() {
	local name=$1
	cat >"$scratch/$name.json" <<-END
	{ "listen": "127.0.0.1:0", $2
	  "upstream": { "url": "$mock", "key": "up-key" }, "keys": ["team-key-0123456789"] }
	END
	shift 2
	serve "$name" "$bin/ccgate" --config "$scratch/$name.json" "$@"
	at=$url
	port=${url##*:}
	said=$scratch/$name.err
}

# raw TEXT: sends bytes as they are, and reads what comes; printf's escapes
raw() {
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	printf "$1" >&8
	timeout 20 cat <&8 >"$scratch/out"
	exec 8>&-
}
key='x-api-key: team-key-0123456789'
version='anthropic-version: 2023-06-01'

# ---- TLS ----

gate tls "\"tls_cert\": \"$tls/chain.pem\", \"tls_key\": \"$tls/key.pem\","
case $at in https://*) true ;; *) false ;; esac
result $? "with a certificate it says https://"
run curl -s --cacert "$tls/ca.pem" -H "$key" -H "$version" "$at/v1/models"
is 0 "a client that trusts the authority is served by TLS" out '"data"'
run curl -s --cacert "$tls/name.pem" "$at/healthz"
[ "$status" -eq 60 ]
result $? "one that does not is not"
run curl -s "http://127.0.0.1:$port/healthz"
! has out '"ok"'
result $? "plain HTTP is no way in"
# A new certificate is taken by SIGHUP; an open connection stays open.
: >"$scratch/kept"
openssl s_client -connect "127.0.0.1:$port" -quiet -no_ign_eof >"$scratch/kept" 2>/dev/null < <(
	printf 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n'
	until [ -e "$scratch/go" ]; do sleep 0.02; done
	printf 'GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
	until [ -e "$scratch/end" ]; do sleep 0.02; done
) &
kept=$!
until_true grep -q '"ok"' "$scratch/kept"
subject() {
	openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null |
		openssl x509 -noout -subject 2>/dev/null | grep -q "$1"
}
subject server.example
result $? "the certificate is the one of the file"
sed -i "s/chain.pem/self.pem/" "$scratch/tls.json"
kill -HUP "$server"
until_true subject self.example
result $? "SIGHUP: another certificate"
touch "$scratch/go"
[ "$(until_true grep -q 'close' "$scratch/kept"; grep -c '"ok"' "$scratch/kept")" -eq 2 ]
result $? "a connection that began with the old one goes on"
touch "$scratch/end"
wait "$kept" 2>/dev/null
echo nonsense >"$tls/bad.pem"
sed -i "s/self.pem/bad.pem/" "$scratch/tls.json"
kill -HUP "$server"
until_true grep -q 'stays as it was' "$said"
grep -qF 'tls.json:1:40: ' "$said" && grep -qF 'the certificate is not PEM text that belongs to the key' "$said" &&
	subject self.example
result $? "one that is none is told, and the old one stays"
run timeout 20 "$bin/ccgate" --config "$scratch/tls.json"
is 2 "nor does it start with one" err 'tls.json:1:' err 'belongs to the key'
openssl pkey -in "$tls/key.pem" -aes256 -passout pass:secret -out "$tls/locked.pem" 2>/dev/null
run timeout 20 "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key mine \
	--tls-cert "$tls/chain.pem" --tls-key "$tls/locked.pem"
is 2 "nor with a key that has a passphrase" err 'locked.pem: the key is protected by a passphrase'
run timeout 20 "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key env:
is 2 "env: wants a name" err '--key: the name is missing: write env:NAME'
run timeout 20 "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key mine \
	--tls-cert "$tls/chain.pem"
is 2 "half of TLS" err '--tls-cert and --tls-key go together'
serve options "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key mine \
	--tls-cert "$tls/chain.pem" --tls-key "$tls/key.pem"
run curl -s --cacert "$tls/ca.pem" "$url/healthz"
is 0 "TLS by options" out '"ok"'

# ---- heads that take for ever ----

gate hands "\"head_ms\": 300, \"tls_cert\": \"$tls/chain.pem\", \"tls_key\": \"$tls/key.pem\","
for begin in '' '\26\3\1\100\0'; do
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	printf "$begin" >&8
	timeout 20 cat <&8 >"$scratch/out" # to the end
	result $? "a handshake that ${begin:+has begun and }does not go on is cut off"
	exec 8>&-
done
run curl -s --cacert "$tls/ca.pem" "$at/healthz"
is 0 "others are served by TLS" out '"ok"'
gate slow '"head_ms": 300,'
exec 8<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.1\r\nx-drip: ' >&8
drips() { ! (trap '' PIPE; printf y >&8) 2>/dev/null; }
until_true drips
result $? "a head that drips is cut off"
exec 8>&-
run curl -s "$at/healthz"
is 0 "others are served" out '"ok"'

# ---- health ----

gate health '"health": "/-/live",'
run curl -s -o "$scratch/body" -w '%{http_code}' "$at/-/live?x=1"
is 0 "health at a path of one's own, with a query or without" out 200
run curl -s -o "$scratch/body" -w '%{http_code}' -I "$at/-/live"
is 0 "by HEAD" out 200
run curl -s -w '%{http_code}' -X POST "$at/-/live"
is 0 "not by POST" out 405
run curl -s -w '%{http_code}' "$at/healthz"
is 0 "and nowhere else" out 404
gate no_health '"health": "",'
run curl -s -w '%{http_code}' "$at/healthz"
is 0 "or nowhere at all" out 404
run curl -s "$control/requests"
! has out '/healthz' && ! has out '/-/live'
result $? "health never reaches the upstream"

# ---- targets with a catch ----

gate log '"log": "text",'
curl -s -o "$scratch/out" -XPOST "$control/reset"
for target in '/v1/models/a%%2f..%%2forganizations' '/v1/models/x%%00y' '/v1/models/a%%0d%%0aX:1' \
	'/v1/models/a\\..\\x'; do
	raw "GET $target HTTP/1.1\r\nHost: h\r\n$key\r\n$version\r\nConnection: close\r\n\r\n"
	has out 'HTTP/1.1 404'
	result $? "404 for $target"
done
raw "GET /v1/models?a\x01\x0bb=\x1b[2J HTTP/1.1\r\nHost: h\r\n$key\r\n$version\r\nConnection: close\r\n\r\n"
has out 'HTTP/1.1 400'
result $? "400 for controls in a query"
raw "GET /v1/models?a#\xe2\x80\xaeb HTTP/1.1\r\nHost: h\r\n$key\r\n$version\r\nConnection: close\r\n\r\n"
run curl -s "$control/requests"
! has out 'organizations' && has out '/v1/models?a%23%E2%80%AEb' && [ "$(grep -c target "$scratch/out")" -eq 1 ]
result $? "only the last one went up, with what no target may have encoded"

# ---- the log ----

raw "GET /\xe2\x80\xaey\\\\x1b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
raw "G\x1b[31mET /\x1b]0;title\x07/\r/x\xe2\x80\xaey HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
raw "GET /team-key-0123456789/sk-ant-0123456789abcdef HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
curl -s -o "$scratch/out" "$at/v1/messages?key=team-key-0123456789" -H "$key"
raw "team-key-0123456789 / HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n"
raw "GET / HTTP/1.1\\r\\nHost: h\\r\\nteam-key-0123456789: a\\x01b\\r\\nConnection: close\\r\\n\\r\\n"
lines() { [ "$(wc -l <"$said")" -ge "$1" ]; }
until_true lines 12
LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" "$said"
[ $? -eq 1 ] && ! LC_ALL=C grep -q "$(printf '\342\200\256')" "$said"
result $? "no control, no bidirectional mark is in the log"
! grep -q 'team-key-0123456789\|sk-ant-0123456789\|up-key' "$said"
result $? "nor a credential"
! grep -vE '^refused [0-9]+ \(.*\)$|^[^ ]+ [^ ]+ [0-9]+ [0-9]+ bytes [0-9]+ ms [a-z]+( \(.*\))?$' "$said" >"$scratch/out"
result $? "each line is what a line should be"
for format in json text; do
	gate "log_$format" '' --log-format $format
	curl -s -o "$scratch/out" "$at/v1/models" -H "$key" -H "$version"
	until_true lines 1
	cp "$said" "$scratch/$format"
done
for format in json text; do
	gate "refused_$format" '' --log-format $format
	raw "POST /v1/messages HTTP/1.1\\r\\nHost: h\\r\\n$key\\r\\n$version\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n"
	has out 'HTTP/1.1 400'
	result $? "a body in bad chunks is refused"
	curl -s -o "$scratch/out" "$at/healthz"
	until_true grep -q healthz "$said"
	cp "$said" "$scratch/refused.$format"
done
[ "$(wc -l <"$scratch/refused.text")" -eq 2 ] &&
	grep -qE '^POST /v1/messages 400 [1-9][0-9]* bytes [0-9]+ ms clean \(refused: .+\)$' "$scratch/refused.text"
result $? "that is one line, with its status and why"
[ "$(wc -l <"$scratch/refused.json")" -eq 2 ] &&
	grep -q '"method":"POST","path":"/v1/messages","status":400,.*"end":"clean","note":"refused: ' "$scratch/refused.json"
result $? "in JSON, too"
perl -MJSON::PP -ne 'my $e = decode_json($_);
	exit !($e->{method} eq "GET" && $e->{path} eq "/v1/models" && $e->{status} == 200 && $e->{bytes} > 0
		&& $e->{end} eq "clean" && $e->{time} =~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)' "$scratch/json"
result $? "--log-format json"
grep -qE '^GET /v1/models 200 [0-9]+ bytes [0-9]+ ms clean$' "$scratch/text"
result $? "--log-format text"
run timeout 20 "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up --key mine --log-format xml
is 2 "a format that is none" err "'off', 'text' or 'json', not 'xml'"

# ---- descriptors ----

(ulimit -Sn 64 2>/dev/null && exec "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" --upstream-key up \
	--key mine >"$scratch/out") &
servers+=($!)
few=$!
until_true grep -q listening "$scratch/out"
[ "$(awk '/Max open files/ { print $4 == $5 }' "/proc/$few/limits")" = 1 ]
result $? "the limit of descriptors is raised to what the system allows"
end
