#!/usr/bin/env bash
# The prompt cache in money: what a session costs through a gateway and without
# one, as a calculation by hand says (bill.py, which shares no code with ccprobe);
# prices of one's own; a session that could not be played; a kept log.
set -u
. "$(dirname "$0")/lib.sh"
recorded=fixtures/requests/2.1.332/long-session
made=fixtures/sessions/made

run "$root/fixtures/sessions/make.pl" "$scratch"
diff -r "$root/$made" "$scratch" --exclude=out --exclude=err >>"$scratch/out"
result $? 'the generator makes the session that is committed, byte for byte'
rm -f "$scratch"/*.http

# cost FAULT OPTION...: a run of both sessions, one after the other, through ccgate
# or through ccgate with a fault; its words are left in lines that are not wrapped
cost() {
	local fault=$1 target=()
	shift
	[ "$fault" = none ] || target=(--target "$root/tests/faults/target.json")
	run env CCPROBE_FAULT="$fault" "$bin/ccprobe" run --suite "$root" --again 0 --jobs 1 \
		${target[@]+"${target[@]}"} "$@" 'caching/session-cost/*'
	words
}
words() { tr -s '\n ' ' ' <"$scratch/out" >"$scratch/words"; }

# bill FAULT NAME: tokens and dollars of a session in the report of that run, then
# those without a gateway
bill() {
	/usr/bin/python3 - "$scratch/$1.json" "$2" <<-'END'
		import json, sys
		for one in json.load(open(sys.argv[1]))["prompt_cache"]["sessions"]:
		    if one["case"].endswith("/" + sys.argv[2]):
		        for side in one["through"], one["direct"]:
		            print(side["input"], side["read"], side["written_5m"],
		                  side["output"], "%.4f" % side["dollars"])
	END
}

same='$0.20 for 21 turns (recorded), as much as without a gateway'
lost='$1.11 instead of $0.20 for 21 turns (recorded): cache markers lost in 21 of 21 turns'
cost none --report "json=$scratch/none.json"
is 0 'ccgate: as much as without a gateway' words "prompt cache: $same" \
	words 'prompt cache: $0.19 for 20 turns (made), as much as without a gateway'
cost drops-cache-control --keep all --out "$scratch/logs" \
	--report "json=$scratch/drops-cache-control.json" \
	--report "markdown=$scratch/markdown" --report "html=$scratch/html"
is 1 'markers lost: the number, and why' words "prompt cache: $lost" \
	words 'should be at most 110'
{ grep -qF -- "$lost" "$scratch/markdown" && grep -qF -- "$lost" "$scratch/html"; }
result $? 'Markdown and HTML say the same'
while read -r fault told; do
	cost "$fault" --report "json=$scratch/$fault.json"
	is 1 "$fault: the number, and why" words "prompt cache: $told"
done <<'END'
drops-message-cache-control $0.63 instead of $0.20 for 21 turns (recorded): cache markers lost in 21 of 21 turns
stamps-system $0.76 instead of $0.20 for 21 turns (recorded): another system prompt in 20 of 21 turns
shuffles-tools $1.38 instead of $0.20 for 21 turns (recorded): tools in another order in 20 of 21 turns
rotates-keys $0.42 instead of $0.20 for 21 turns (recorded): 4 keys in turn, each with a cache of its own
END

# Three ways to the same numbers. FAULT, then for the recorded session (21 turns)
# tokens of input, read, written and output, and dollars; then for the made one
# (20 turns). Dollars are ((input + read / 10 + written * 1.25) * 3 + output * 15)
# / 1,000,000. For ccgate, recorded: the first turn writes the prompt, each turn
# writes what is new in it and reads the rest, so what is written in all is the
# last turn's prompt, 22262 tokens, and a token is left over in each turn:
# (21 + 34316.9 + 27827.5) * 3 + 903 * 15 = 200041, $0.2000.
# - drops-cache-control: all prompts in full, 21 + 343169 + 22262 - 21 = 365431
#   but for the token that is left over in each turn: 1096293 + 13545 = $1.1098
# - drops-message-cache-control: tools and system prompt (8987 tokens) are written
#   once and read 20 times: 179740; the messages are paid for in full
# - stamps-system: the same 179740 are read; all else is written in each turn
# - shuffles-tools: nothing is found again, 365431 are written
# - rotates-keys: four caches, each written by a fourth of the turns
by_hand() { "$root/tests/programs/bill.py" "$@"; }
while read -r fault a1 a2 a3 a4 a5 b1 b2 b3 b4 b5; do
	for one in "recorded $recorded $a1 $a2 $a3 $a4 $a5" "made $made $b1 $b2 $b3 $b4 $b5"; do
		read -r name folder told <<<"$one"
		{
			echo "$told"
			by_hand "$root/$folder"
		} >"$scratch/wanted"
		bill "$fault" "$name" >"$scratch/out"
		[ "$(by_hand "$root/$folder" "$fault")" = "$told" ] &&
			cmp -s "$scratch/wanted" "$scratch/out"
		result $? "$fault, $name: the bill is the one by hand"
	done
done <<'END'
none                        21 343169 22262 903 0.2000      20 314607 21173 840 0.1864
drops-cache-control         365431 0 0 903 1.1098           335780 0 0 840 1.0199
drops-message-cache-control 176704 179740 8987 903 0.6313   156020 170772 8988 840 0.5656
stamps-system               21 179740 185877 903 0.7646     20 170772 165186 840 0.6833
shuffles-tools              21 0 365431 903 1.3840          20 0 335780 840 1.2718
rotates-keys                21 278751 86680 903 0.4223      20 253673 82107 840 0.3967
END

# ---- a kept log ----

run "$bin/ccprobe" judge --suite "$root" --report "json=$scratch/judged" "$scratch/logs"
words
is 1 'a kept log gives the same line' words "prompt cache: $lost"
bills() { /usr/bin/python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["prompt_cache"])' "$1"; }
[ "$(bills "$scratch/drops-cache-control.json")" = "$(bills "$scratch/judged")" ]
result $? 'and the same in JSON'

# Nothing can be said of a session that a gateway does not let through.
cat >"$scratch/small.config" <<-'END'
	{ "upstream": { "url": "http://127.0.0.1:1", "key": "k" }, "keys": ["k"],
	  "body_limit": 60000 }
END
cat >"$scratch/small.json" <<-END
	{ "title": "ccgate that takes small bodies", "claims": ["relays"], "listen": "announced",
	  "start": ["\${bin}/ccgate", "--config", "$scratch/small.config", "--listen", "127.0.0.1:0",
	  "--upstream", "\${mock.url}", "--upstream-key", "\${keys.upstream}", "--key", "\${keys.client}"] }
END
run "$bin/ccprobe" run --suite "$root" --again 0 --target "$scratch/small.json" \
	'caching/session-cost/*'
words
is 3 'a session that is refused is not decided' \
	words 'prompt cache: not decided (recorded): turn 5 was not answered with 200'

# ---- prices of one's own ----

prices() {
	printf '{"name": "a house price", "source": "the contract", "date": "2026-11-30", %s' \
		"$1" >"$scratch/prices.json"
}
prices '"input": 30, "output": 150, "cache": {"read_percent": 10,
	"write_5m_percent": 125, "write_1h_percent": 200}}'
cost none --prices "$scratch/prices.json"
is 0 'ten times the price' words 'prompt cache: $2.00 for 21 turns (recorded)'
run "$bin/ccprobe" judge --suite "$root" --prices "$scratch/prices.json" "$scratch/logs"
words
is 1 'and of a kept log' words '$11.10 instead of $2.00 for 21 turns'

# refused TEXT: one line on stderr, which names the file and the place
refused() {
	run "$bin/ccprobe" run --suite "$root" --prices "$scratch/prices.json" caching/usage
	[ "$status" -eq 2 ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && has err "prices.json$1"
	result $? "prices: $1"
}
rest='"cache": {"read_percent": 10, "write_5m_percent": 125, "write_1h_percent": 200}}'
rm "$scratch/prices.json"
refused ': No such file or directory'
printf '[]' >"$scratch/prices.json"
refused ':1:1: the prices must be a JSON object'
prices "\"input\": -1, \"output\": 15, $rest"
refused ":1:84: key 'input' must be a number from 0 to 1000000"
prices "\"input\": \"3\", \"output\": 15, $rest"
refused ":1:84: key 'input' must be a number from 0 to 1000000"
prices "\"input\": 3, $rest"
refused ":1:1: key 'output' is missing"
prices "\"input\": 3, \"output\": 15, \"cached\": 1, $rest"
refused ":1:101: unknown key 'cached'; did you mean 'cache'?"
prices '"input": 3, "output": 15, "cache": {"read_percent": 10}}'
refused ":1:110: key 'write_5m_percent' is missing"
printf '{"name": "n", "source": "s", "date": "today", "input": 3, "output": 15, %s' "$rest" >"$scratch/prices.json"
refused ":1:38: key 'date' must be a day such as 2026-11-30"

printf '1..%d\n' "$count"
exit "$failed"
