#!/usr/bin/env bash
# 13,000 requests of all kinds to ccgate, of which 10,000 get to the provider, with its
# faults, clients that leave and three times kill -9: the ledger has every request whose end
# a client saw, once, with the tokens that the provider told. tests/programs/ledger.t has the same in small.
set -u
. "$(dirname "$0")/../programs/lib.sh"
patience=300

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --journal "$scratch/journal" <(
	cat <<-'END'
	{ "upstream": {
	  "u1": { "when": { "has": "kind-overloaded" }, "reply": { "say": [ { "error": "overloaded_error", "message": "busy" } ] } },
	  "u2": { "when": { "has": "kind-cut" }, "reply": { "say": [ { "text": "some words" }, { "cut": "rst" } ] } },
	  "u3": { "when": { "has": "kind-failing" }, "reply": { "say": [ { "text": "some words" }, { "error": "api_error", "message": "broken" } ] } },
	  "u4": { "reply": { "provider": true } } } }
	END
)
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "workers": 4, "upstream": { "url": "$url", "key": "up-key-1234" },
  "keys": [ { "name": "ann", "key": "ann-key-123", "budget": { "total": 1000000 } } ],
  "ledger": { "path": "$scratch/usage.db", "prices": "$root/gateway/prices.json" } }
END

sent() { [ "$(wc -l <"$scratch/sent")" -ge "$1" ]; }
: >"$scratch/sent"
first=1
for round in 1 2 3; do
	serve "gate$round" "$bin/ccgate" --config "$scratch/gate.json"
	python3 "$root/tests/programs/traffic.py" send "$url" ann-key-123 "$first" 3000 32 >>"$scratch/sent" &
	sending=$!
	until_true sent $((first + 2000 + round * 250))
	kill -9 "$server"
	wait "$sending"
	result $? "killed, round $round"
	first=$((first + 3000))
done
serve last "$bin/ccgate" --config "$scratch/gate.json"
python3 "$root/tests/programs/traffic.py" send "$url" ann-key-123 "$first" 4000 32 >>"$scratch/sent"
usage=$(curl -s -H 'x-api-key: ann-key-123' "$url/api/v1/auth/key")
kill -TERM "$server"
wait "$server"
result $? "the last one ends when it is told to"
"$bin/ccgate" usage "$scratch/usage.db" --by session --format json >"$scratch/rows.json"
run python3 "$root/tests/programs/traffic.py" compare "$scratch/sent" 9000 "$scratch/journal" "$scratch/rows.json"
[ "$status" -eq 0 ] && [ ! -s "$scratch/out" ]
result $? "the ledger is true: $(cat "$scratch/err")"
cost=$("$bin/ccgate" usage "$scratch/usage.db" --format csv | sed -n 's/^"ann",.*,//p')
case $usage in *"\"usage\":$cost,"*) true ;; *) false ;; esac
result $? "and what the key has spent is its sum: $cost dollars"
end
