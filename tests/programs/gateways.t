#!/usr/bin/env bash
# Gateways that are absent, broken or hostile: each gets one diagnosis, in
# bounded time, and exit status 3.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"

probe() {
	run timeout 60 "$bin/ccprobe" run --gateway "$url" --key sk-test-key \
		--mock-listen 127.0.0.1:0 --preflight-ms 2000 stream/ends
}

# hostile NAME TEXT
hostile() {
	serve "$1" "$bin/hostile" "$1"
	probe
	is 3 "a gateway that is like this: $1" err "$2"
	# It may close before or after the request is written.
	[ "$1" = closes ] || tell "$1" "$scratch/err"
	kill "$server" 2>/dev/null
}

hostile silent 'no answer comes'
hostile endless-head 'head is larger'
hostile endless-body 'does not end'
hostile stuck-body 'does not end'
hostile garbage 'is not HTTP'
hostile closes 'closes the connection'
hostile breaks-off 'breaks off'
hostile page 'web page'
hostile redirects 'redirects to https://example.test/login'
hostile refuses 'refuses the key: status 401'
hostile lost 'without /v1 at the'
hostile alone 'did not reach the mock'
hostile other-provider 'not from the mock provider'
hostile not-a-message 'not a message'

url=http://127.0.0.1:1
probe
is 3 'nothing listens' err 'nothing listens at http://127.0.0.1:1'
url=https://127.0.0.1:1
probe
is 3 'nothing listens, by https' err 'https://127.0.0.1:1'

serve plain "$bin/hostile" lost
url=https${url#http}
probe
is 3 "https to a port that speaks HTTP" err "no TLS connection"

serve holder "$bin/hostile" silent
run timeout 60 "$bin/ccprobe" run --gateway http://127.0.0.1:1 \
	--key sk-test-key --mock-listen "${url#http://}" stream/ends
is 3 'the mock address is taken' err "the mock provider (--mock-listen): ${url#http://}: the port is taken"

mkdir "$scratch/target"
target() {
	printf '{ "title": "t", "claims": ["relays"], "ready_ms": 500, %s }\n' \
		"$1" >"$scratch/target/target.json"
	run timeout 60 "$bin/ccprobe" run --target "$scratch/target/target.json" \
		stream/ends
	tell "$1" "$scratch/err"
}
target '"start": ["sh", "-c", "echo first; echo no licence >&2; echo; exit 4"]'
is 3 'a target that ends at once, with what it printed' \
	err 'exited with status 4' err 'no licence'
target '"start": ["sleep", "60"]'
is 3 'a target that never listens' err 'was not ready after 500 ms'
target '"start": ["no-such-program-at-all"]'
is 3 'a target whose program is missing' err 'no-such-program-at-all'
target '"start": ["sleep", "1"], "requires": { "program": "nosuch-1", "install": "apt-get install nosuch" }'
is 3 'a target that needs something, and how to get it' \
	err 'apt-get install nosuch'
target '"start": ["sleep", "${nosuch}"]'
is 2 'a target with an unknown name in it' err '${nosuch}'
target '"strat": ["sleep", "1"]'
is 2 'a target with an unknown key' err 'target.json:1:'

# signed NAME FAULT...: a target that gives out its key when it is signed in to
signed() {
	local fault=$1
	shift
	cat >"$scratch/target/target.json" <<-END
	{ "title": "t", "claims": ["relays", "authenticates", "replaces-key", "takes-bearer", "takes-x-api-key"],
	  "listen": "announced", "sign_in": ["sh", "-c", "echo sk-given-out-\$A"],
	  "environment": { "A": "0123456789" },
	  "start": ["\${bin}/ccgate-faulty", "--listen", "127.0.0.1:0", "--upstream", "\${mock.url}",
		"--upstream-key", "\${keys.upstream}", "--key", "sk-given-out-0123456789"$fault] }
	END
	run timeout 60 "$bin/ccprobe" run --target "$scratch/target/target.json" \
		--report "json=$scratch/json" --keep all --out "$scratch/logs" "$@"
	unpack "$scratch/logs"
}
signed '' security/client-key-stays-inside stream/ends
is 0 'a target that is signed in to: its key is used' out '4 cases: 4 pass'
run grep -rq 'sk-given-out' "$scratch/logs" "$scratch/json"
is 1 'the key that was given out is in nothing that is kept'
signed ', "--fault", "client-key-in-header"' security/client-key-stays-inside
is 1 'the key that was given out is the one that is looked for' \
	out 'FAIL  security/client-key-stays-inside'
run grep -rq 'sk-given-out' "$scratch/logs" "$scratch/json"
is 1 'nor is it where it was found'
signed '' --key sk-another-key stream/ends
is 2 'a key for a target that gives one out itself' err 'gives out the key'
target '"start": ["sleep", "60"], "listen": "port", "sign_in": [3]'
is 2 'a command to sign in that is none' err 'target.json:1:'

is_told 'all that is said of each'

end
