#!/usr/bin/env bash
# ccgate check: what is wrong with a configuration, and with its upstream.
set -u
. "$(dirname "$0")/lib.sh"

mkdir "$scratch/tls" && "$root/tests/tls/certificates.sh" "$scratch/tls"
cd "$scratch" || exit 1

check() { run timeout 60 "$bin/ccgate" check "$@"; }

# good URL [MEMBERS]: writes a configuration with this upstream
good() {
	printf '{ "listen": "127.0.0.1:0", "keys": ["team"],\n "upstream": { "url": "%s", "key": "up"%s } }\n' \
		"$1" "${2-}" >gate.json
}

good http://127.0.0.1:1
check gate.json
is 0 "nothing is wrong, and nothing is asked" out 'gate.json: no mistakes'
[ ! -s "$scratch/err" ]
result $? "it says nothing more"
cat >bad.json <<-'END'
	{ "listen": "nowhere",
	  "worker": 2,
	  "upstream": { "url": "ftp://h", "key": "env:CCPROBE_NO_SUCH", "ca_file": "none.pem" },
	  "tls_cert": "none.pem", "tls_key": "none.key",
	  "keys": [ 7, "a b" ],
	  "health": "/v1/messages", "log": "loud", "body_limit": 0 }
END
check bad.json
is 2 "each mistake, with its place" \
	err "bad.json:1:13: 'nowhere' is not ADDR:PORT" \
	err "bad.json:2:3: unknown key 'worker'; did you mean 'workers'?" \
	err "bad.json:3:24: the upstream is not an http" \
	err "bad.json:3:42: the variable CCPROBE_NO_SUCH is not set" \
	err "bad.json:3:76: none.pem: No such file" \
	err "bad.json:4:15: none.pem: No such file" \
	err "bad.json:5:13: a key must be a string" \
	err "bad.json:5:16: the key has spaces" \
	err "bad.json:6:13: the health path '/v1/messages' is one that clients use" \
	err "bad.json:6:36: the log must be" \
	err "bad.json:6:58: body_limit: from 1" err '11 mistakes'
[ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" -eq 12 ]
result $? "a line for each"
run timeout 20 "$bin/ccgate" --config bad.json
is 2 "it does not start with them, and says the same" err 'ccgate: bad.json:3:76: none.pem: No such file'
printf '{ "keys": [' >cut.json
check cut.json
is 2 "a file that breaks off" err 'cut.json:1:'
check none.json
is 2 "a file that is not there" err 'none.json: No such file'
mkdir folder
check folder
is 2 "a folder" err 'folder: Is a directory'
for bad in http://host:99999 http://host:0 'http://[::1' 'http://ho\r\nst/'; do
	printf '{ "listen": "127.0.0.1:0", "keys": ["team"],\n "upstream": { "url": "%s", "key": "up" } }\n' \
		"${bad//\\/\\\\}" >url.json
	check url.json
	is 2 "a URL that cannot work: $bad" err "url.json:2:23: '$bad' is not a usable URL: " err '1 mistake'
	run timeout 20 "$bin/ccgate" --config url.json
	is 2 "nor does it start with it" err "url.json:2:23: '$bad' is not a usable URL: "
done
# What a file has is shown, and moves no terminal.
printf '{ "listen": "a\\u001b[2J\\nb\\u202e", "log": "x\\u009b", "\\u001b]0;t\\u0007": 1 }\n' >"$(printf 'raw\033[2J.json')"
check "$(printf 'raw\033[2J.json')"
is 2 "controls are escaped" err 'raw [2J.json:1:13: ' err 'a [2J b\xe2\x80\xae' err 'x\xc2\x9b' err '3 mistakes'
[ "$(wc -l <"$scratch/err")" -eq 4 ] && ! LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]\|\302\233\|\342\200\256')" "$scratch/err"
result $? "in every mistake, each on its line"
run timeout 20 "$bin/ccgate" --config "$(printf 'raw\033[2J.json')"
is 2 "and when it starts" err 'ccgate: raw [2J.json:1:13: '
! LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]\|\302\233\|\342\200\256')" "$scratch/err"
result $? "too"
mkfifo pipe
check pipe
is 2 "a named pipe is not waited for" err 'pipe: not a regular file'
run timeout 20 "$bin/ccgate" --config pipe
is 2 "nor when it starts" err 'pipe: not a regular file'
run timeout 20 "$bin/ccprobe" run --target ./pipe
is 2 "nor by ccprobe" err 'pipe: not a regular file'
status=0
timeout 60 "$bin/ccgate" check /dev/stdin <gate.json >out 2>err || status=$?
[ "$status" -eq 0 ] && cat gate.json | timeout 60 "$bin/ccgate" check /dev/stdin >out 2>err
result $? "the standard input may be a pipe"
echo '{}' >empty.json
check empty.json
is 2 "what is missing" err 'no upstream is given' err 'no key for the upstream' err 'no client key is given'
good http://127.0.0.1:1
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 gate.json
	check gate.json
	is 2 "a file that may not be read" err 'gate.json: Permission denied'
	chmod 644 gate.json
fi
check
is 2 "no file" err 'usage: ccgate check FILE'
check gate.json other.json
is 2 "two files" err 'usage: ccgate check FILE'
run timeout 20 "$bin/ccgate" --config gate.json --connect
is 2 "--connect without check" err '--connect goes with check'

# ---- the upstream ----

check gate.json --connect
is 3 "nothing listens there" out 'http://127.0.0.1:1: there is no connection'
[ "$(grep -oi "connect" "$scratch/out" | wc -l)" -eq 1 ]
result $? 'which is said once'
good http://no-such-host.invalid
check gate.json --connect
is 3 "its name is not known" out 'http://no-such-host.invalid: its name is not found'
serve mock "$bin/ccmock" --listen 127.0.0.1:0 --key up --control 127.0.0.1:0
mock=$url
IFS= read -r line <&9
control=${line##* }
good "$mock"
check gate.json --connect
is 0 "an upstream that takes the key" out 'no mistakes' out "$mock: GET /v1/models?limit=1 is answered 200: the key is accepted"
run curl -s "$control/requests"
[ "$(grep -c '"method"' "$scratch/out")" -eq 1 ] && has out '"method":"GET","target":"/v1/models?limit=1"'
result $? "one GET is all that it sends"
sed -i 's/"up"/"wrong"/' gate.json
check gate.json --connect
is 3 "one that refuses it" out 'is answered 401: the key is refused'
good "$mock/base"
check gate.json --connect
is 0 "one without a list of models" out 'is answered 404: it has no list of models, so the key was not tried'
good "$mock/$(printf '\302\233\342\200\256')"
check gate.json --connect
has out '\xc2\x9b\xe2\x80\xae' && ! LC_ALL=C grep -q "$(printf '\302\233\|\342\200\256')" "$scratch/out"
result $? "an upstream with marks that a terminal obeys is shown escaped"
cat >gate.json <<-END
	{ "keys": ["mine"], "providers": [ { "name": "one", "url": "http://127.0.0.1:1", "key": "up" }, { "name": "two", "url": "$mock", "key": "up" } ] }
END
check gate.json --connect
is 3 "each of several is asked" out 'one, http://127.0.0.1:1: there is no connection' out "two, $mock: GET /v1/models?limit=1 is answered 200: the key is accepted"
good "https${mock#http}"
check gate.json --connect
is 3 "one that speaks no TLS" out 'there is a connection, but no TLS'
serve silent "$bin/hostile" closes
good "$url"
check gate.json --connect
is 3 "one that closes" out 'there is a connection, but no answer'
serve mute "$bin/hostile" silent
good "$url" ', "head_ms": 200'
check gate.json --connect
is 3 "one that says nothing" out 'there is a connection, but no answer: no answer within 200 ms'
serve moved "$bin/hostile" redirects
good "$url"
check gate.json --connect
is 3 "one that leads elsewhere" out 'redirects are not followed'
serve tls "$bin/ccmock" --listen 127.0.0.1:0 --tls-cert tls/chain.pem --tls-key tls/key.pem
good "$url"
check gate.json --connect
is 3 "a certificate that nobody knows" out 'there is a connection, but no TLS: '
good "$url" ', "ca_file": "tls/ca.pem"'
check gate.json --connect
is 0 "with its authority in ca_file" out 'the key is accepted'
end
