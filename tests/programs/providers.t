#!/usr/bin/env bash
# Several providers behind a gateway: where they listen, what a case and a log
# call them, what is skipped without them; keys with names; what gateways promise.
set -u
. "$(dirname "$0")/lib.sh"
ccprobe() { run "$bin/ccprobe" "$@"; }
case=failover/another-answers/529

ccprobe run --suite "$root" --target bundled-pool 'failover/*' 'budgets/*' 'usage/*' 'model-routing/*' --no-color
is 0 'ccgate keeps what it promises, with several providers and keys'
grep -q '^pass .*budgets .*failover .*model-routing .*usage ' "$scratch/out" && grep -q '^\([0-9]*\) cases: \1 pass' "$scratch/out"
result $? 'and all of it is decided'

# ---- without them ----

ccprobe run --suite "$root" --target direct failover/nobody-listens --no-color
is 77 'what nobody declares is skipped' out "direct does not claim 'failover'"
ccprobe run --suite "$root" --bundled "$case" --no-color
is 77 'and so is what needs another provider' out 'it needs 2 providers behind the gateway'
mkdir "$scratch/pool"
sed 's/"spent", //; s/${keys.spent}/sk-unused-key-1/' "$root/targets/bundled-pool/target.json" >"$scratch/pool/target.json"
cp "$root"/targets/bundled-pool/*.in "$scratch/pool/"
ccprobe run --suite "$root" --target "$scratch/pool/target.json" budgets/spent/message --no-color
is 77 'and what needs a key that there is not' out "it needs a key 'spent'"

sed '/"wishes"/d' "$root/targets/bundled-pool/target.json" >"$scratch/pool/target.json"
ccprobe run --suite "$root" --target "$scratch/pool/target.json" failover/asked-fails/only --no-color
is 77 'and what needs a place for wishes' out "'wishes' of the target"

# ---- a gateway that runs already: ccprobe says where the mock listens ----

free_port
a=$port
free_port
b=$port
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "keys": ["sk-of-the-client-1"], "routing": { "order": ["first"] },
  "providers": [ { "name": "first", "url": "http://127.0.0.1:$b", "key": "sk-of-the-gateway" },
                 { "name": "second", "url": "http://127.0.0.1:$a", "key": "sk-of-the-gateway" } ] }
END
serve gate "$bin/ccgate" --config "$scratch/gate.json"
cd "$scratch" || exit 1
cat >ccprobe.json <<END
{ "gateway": "$url", "key": "env:CLIENT_KEY", "upstream_key": "env:GATEWAY_KEY", "mock_listen": "127.0.0.1:$a",
  "providers": { "b": "127.0.0.1:$b" }, "keys": { "rated": "env:RATED_KEY" }, "claims": ["relays", "failover", "rate-limits", "provider-choice"],
  "wishes": { "header": "x-ccgate-routing" } }
END
export CLIENT_KEY=sk-of-the-client-1 GATEWAY_KEY=sk-of-the-gateway RATED_KEY=sk-nobody-knows-1
ccprobe run --suite "$root" "$case" budgets/rate --no-color --keep all --out logs
is 1 'ccprobe.json names providers and keys' out '1 pass, 1 fail' out 'FAIL  budgets/rate'
unpack logs
! grep -rq 'sk-nobody-knows-1' logs
result $? 'a key with a name is not kept'
sed 's/"first"/"b"/g; s/"second"/"a"/' gate.json >named.json
serve named "$bin/ccgate" --config named.json
sed -i "s|\"gateway\": \"[^\"]*\"|\"gateway\": \"$url\"|" ccprobe.json
ccprobe run --suite "$root" failover/asked-fails --no-color
is 0 'it says where wishes go' out '2 pass'
log=logs/failover.another-answers.529.jsonl
grep -q '"actor":"u1@b"' "$log" && grep -q '"actor":"u2"' "$log"
result $? 'the log has the letters'
ccprobe judge --suite "$root" "$log" --no-color
is 0 'and is judged by them' out '1 pass'
sed 's/"u1@b"/"u1"/' "$log" >moved.jsonl
ccprobe judge --suite "$root" moved.jsonl --no-color
is 3 'one that says another provider gives another verdict' err 'was pass, and is undecided'
ccprobe replay --suite "$root" "$case" --from "$log" --gateway "$url" --key env:CLIENT_KEY --mock-listen "127.0.0.1:$a" \
	--provider-listen "b=127.0.0.1:$b"
is 0 'a stored run is played again with as many'
ccprobe run --suite "$root" --bundled --provider-listen c=127.0.0.1:0 "$case"
is 2 'a provider is left out' err "'c=127.0.0.1:0' should be b=ADDR:PORT"
rm ccprobe.json

# ---- what a case says of them ----

ccprobe explain --suite "$root" failover/only-fails
is 0 'explain names the providers' out 'u1@a.requests.count' out 'must have 2 providers'
ccprobe explain --suite "$root" budgets/rate
is 0 'and the key' out "with the key 'rated'"
ccprobe explain --suite "$root" failover/asked/ignore
is 0 'and the wish' out 'with the wish {"ignore":["a"]}'
ccprobe explain keys
is 0 'keys are listed' out 'budget' out '10 dollars a day'

end
