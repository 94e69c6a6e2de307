#!/usr/bin/env bash
# The usage page of ccgate's admin port in Chromium: what it shows is what the ledger has.
set -u
. "$(dirname "$0")/../programs/lib.sh"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
	echo '1..0 # SKIP there is no Chromium'
	exit 0
fi

serve mock "$bin/ccmock" --listen 127.0.0.1:0
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "upstream": { "url": "$url", "key": "up-key-1234" },
  "keys": [ { "name": "ann <b>", "key": "ann-key-123" }, { "name": "bob", "key": "bob-key-123" } ],
  "ledger": { "path": "$scratch/usage.db", "prices": "$root/gateway/prices.json", "admin": "127.0.0.1:0" } }
END
serve gate "$bin/ccgate" --config "$scratch/gate.json"
IFS= read -r admin <&9
admin=${admin##* }

# ask KEY MODEL SESSION TIMES
ask() {
	for _ in $(seq "$4"); do
		curl -s -o "$scratch/answer" -H "x-api-key: $1" -H 'anthropic-version: 2023-06-01' -H "x-claude-code-session-id: $3" \
			-d "{\"model\":\"$2\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}" "$url/v1/messages"
	done
}
ask ann-key-123 claude-opus-5-5 '<script>alert(1)</script>' 3
ask bob-key-123 claude-haiku-4-5 s2 2

# browse QUERY: the page as it is after its scripts ran, in out; the console, in err
browse() {
	run timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking \
		--user-data-dir="$scratch/profile" --enable-logging=stderr --virtual-time-budget=10000 --dump-dom "$admin$1"
}
browse ''
is 0 'by key' out 'data-ready="1"' out '<button type="button">ann &lt;b&gt;</button></td><td>3</td>' \
	out '<button type="button">bob</button></td><td>2</td>' out '<div data-name="requests"><b>5</b>requests</div>'
! grep -q CONSOLE "$scratch/err"
result $? 'the console says nothing'
grep -q '<rect [^>]*height="195"' "$scratch/out" && grep -qE '<title>20[0-9-]*: \$[0-9.]*, 5 requests</title>' "$scratch/out"
result $? 'a bar for the day'
grep -q '<option value="claude-opus-5-5">' "$scratch/out" && grep -q '<option value="bob">' "$scratch/out"
result $? 'keys and models to choose from'
browse '?by=model&key=bob'
is 0 'a link that names what it shows' out '<button type="button">claude-haiku-4-5</button></td><td>2</td>' out 'href="/usage.csv?by=model&amp;key=bob'
! grep -q '<button type="button">claude-opus' "$scratch/out"
result $? 'and nothing else'
browse '?by=session'
is 0 'a session with markup in its name is text' out '&lt;script&gt;alert(1)&lt;/script&gt;</button></td><td>3</td>'
browse '?by=provider&since=24h'
is 0 'by provider, hour by hour' out 'by hour, at most' out '<td>127.0.0.1:'
end
