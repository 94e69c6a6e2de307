#!/usr/bin/env bash
# Live cases with a stand-in for Claude Code: a script that uses curl. What
# a session gets and leaves behind, terminals, signals, sessions that hang or never
# end, and what ccprobe says if there is no client.
set -u
. "$(dirname "$0")/lib.sh"
unset "${!ANTHROPIC@}" "${!CLAUDE@}"
export TMPDIR=$scratch/tmp SECRET_OF_OURS=1
mkdir -p "$TMPDIR" "$scratch"/suite/{claims,cases/live,fixtures/live,fixtures/requests/2.1.{299,332}}
ln -s "$root/targets" "$root/cases/requirements.json" "$root/cases/prices.json" "$scratch/suite/cases"
mv "$scratch/suite/cases/targets" "$scratch/suite"
cp -r "$root/fixtures/requests/2.1.332/plain" "$scratch/suite/fixtures/requests/2.1.332"
cp "$root/fixtures/live/picture.png" "$scratch/suite/fixtures/live"

# ---- the stand-in ----

cat >"$scratch/client" <<'END'
#!/bin/sh
# asks with its last argument as the prompt; $WHAT says what else it does
for prompt; do :; done
[ "$1" != --version ] || { echo '2.1.300 (Claude Code)'; exit; }
ask() {
	${2-} curl -sN -H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN" -H "$ANTHROPIC_CUSTOM_HEADERS" \
		-H 'content-type: application/json' -H 'anthropic-version: 2023-06-01' \
		"$ANTHROPIC_BASE_URL/v1/messages${3-}" -d '{"model":"claude-opus-5-5","max_tokens":100,"stream":'"${1:-false}"',
		"messages":[{"role":"user","content":"'"$prompt"'"}]}'
}
case $WHAT in
plain) env >environment.txt && mkdir -p deep && echo "$@" >deep/arguments.txt && cat hello.txt >>deep/copy.txt && ask ;;
files) cat picture.png >copy.png && cat "$HOME/project/a/b.txt" >c.txt && ask ;;
fails) echo 'it is all wrong' >&2; ask >/dev/null; exit 7 ;;
hangs) echo $$ >"$PID_TO"; echo 'these are the last words'; ask >/dev/null; exec sleep 600 ;;
endless) ask false '' '?n=[1-1000]' >/dev/null ;;
killed) ask >/dev/null; kill -KILL $$ ;;
interrupted) trap 'kill $asking; exit 3' INT; ask true exec >/dev/null & asking=$!; wait $asking ;;
terminal)
	test -t 0 && stty -echo && printf '\033[1mname\033[3Cplease\033(B\r\n'
	read -r name && ask | tr -d '\n' >answer.txt && printf 'welcome\033[2G%s\n' "$name"
	read -r name && echo "bye $name" ;;
first) echo kept >"$HOME/kept.txt"; ask ;;
second) cat "$HOME/kept.txt"; ask >/dev/null ;;
esac
END
chmod +x "$scratch/client"

# live NAME STEPS CHECKS [MEMBERS]: a case
live() {
	cat >"$scratch/suite/cases/live/$1.json" <<END
{ "title": "$1", "why": "w", "fix": "f", "guards": ["BODY-01"], "level": "must", "effect": "breaks",
  "steps": [$2], "checks": [$3]${4:+, $4} }
END
}
# session WHAT MORE: a step that runs it
session() { echo '{ "run": "c1", "prompt": "hello", "environment": { "WHAT": "'"$1"'" }'"${2-}"' }'; }
# check SENTENCE EXPECTATION...: checks
check() {
	local between=
	while [ $# -gt 0 ]; do
		printf '%s{ "name": "%s", "expect": [%s] }' "$between" "$1" "$2"
		between=', '
		shift 2
	done
}
await='{ "await": "c1" }'

live plain "$(session plain ', "files": { "hello.txt": "at {{project}}\n" }, "arguments": ["--model", "x y"], "mode": "plan"'), $await" \
	"$(check exit '"c1.exit", "==", 0' json '"c1.stdout#/content/0/text", "==", {"of": "c1.text"}' both '"c1.text", "==", {"of": "u1.text"}' \
		one '"u.requests.count", "==", 1' mark '"u1.request.body", "~", "hello \\[probe-(?!0{16})[0-9a-f]{16}\\]"' \
		path '"c1.file.deep/copy.txt", "~", "^at /.*/home/project\n$"' file '"c1.file.hello.txt", "~", "^at /"' \
		words '"c1.file.deep/arguments.txt", "~", "^-p --output-format json --permission-mode plan --model x y -- hello \\["' \
		key '"c1.file.environment.txt", "has", ["ANTHROPIC_AUTH_TOKEN=${keys.client}", "ANTHROPIC_BASE_URL=http://127.0.0.1:", "WHAT=plain"]' \
		clean '"c1.file.environment.txt", "lacks", "SECRET_OF_OURS"' none '"c1.file.other.txt", "absent"' \
		quiet '"c1.stderr", "==", ""' header '"c1.request.header.x-ccprobe-run", "~", "^.probe-"')"
live files "$(session files ', "files": { "picture.png": { "from": "fixtures/live/picture.png" }, "a/b.txt": "below" }'), $await" \
	"$(check exit '"c1.exit", "==", 0' bytes '"c1.file.copy.png", "same-bytes", { "file": "fixtures/live/picture.png" }' \
		below '"c1.file.c.txt", "==", "below"')"
live fails "$(session fails), $await" \
	"$(check exit '"c1.exit", "==", 7' words '"c1.stderr", "==", "it is all wrong\n"' none '"c1.stdout", "==", ""')"
live hangs "$(session hangs | sed "s|} }|, \"PID_TO\": \"$scratch/pid\" } }|"), $await" "$(check asked '"u.requests.count", "==", 1' exit '"c1.exit", "==", 0')" '"limit_ms": 1500'
live endless "$(session endless), $await" "$(check exit '"c1.exit", "==", 0')"
live killed "$(session killed), $await" "$(check exit '"c1.exit", "==", 0')"
live interrupted "$(session interrupted), { \"until\": [\"u1.mark.middle\", \"present\"], \"within_ms\": 8000 },
	{ \"signal\": \"c1\", \"with\": \"INT\" }, $await, { \"until\": [\"u1.end\", \"==\", \"cancelled\"], \"within_ms\": 8000, \"asks\": true }" \
	"$(check exit '"c1.exit", "==", 3' client '"c1.end", "==", "cancelled"')" \
	'"upstream": { "u1": { "reply": { "say": [{ "text": "half" }, { "hold": "middle" }, { "text": "rest" }] } } }'
live terminal "$(session terminal ', "terminal": true'), { \"until\": [\"c1.screen\", \"==\", \"name please\n\"], \"within_ms\": 8000 },
	{ \"type\": \"c1\", \"keys\": \"Ada [probe-0000000000000000]\\n\" },
	{ \"until\": [\"c1.screen\", \"~\", \"^welcome Ada .probe-(?!0000)\"], \"within_ms\": 8000 }, { \"type\": \"c1\", \"keys\": \"Bob\\n\" }, $await" \
	"$(check exit '"c1.exit", "==", 0' last '"c1.screen", "==", "bye Bob\n"' all '"c1.terminal", "~", "(?s)^name please\n.*welcome Ada.*bye Bob\n$"' \
		none '"c1.stdout", "absent"' asked '"u1.text", "present"')"
live again "$(session first), $await, { \"run\": \"c2\", \"prompt\": \"again\", \"environment\": { \"WHAT\": \"second\", \"TERM\": null } }, { \"await\": \"c2\" }" \
	"$(check home '"c2.stdout", "==", "kept\n"' first '"c1.exit", "==", 0' second '"c2.exit", "==", 0' two '"u.requests.count", "==", 2')"

live_run() { run env CLAUDE="$scratch/client" "$bin/ccprobe" run --live --suite "$scratch/suite" --again 0 "$@"; }

# verdict ID: of the report
verdict() { sed -n "s/.*\"verdict\": *\"\([a-z]*\)\".*/\1/p" <<<"$(tr -d '\n' <"$scratch/report" | sed 's/{ *"id": *"/\n&/g' | grep "\"id\": *\"$1\"")" | head -n 1; }

live_run --report "json=$scratch/report" --keep all --out "$scratch/logs" live
for name in plain files fails interrupted terminal again; do
	[ "$(verdict "live/$name")" = pass ]
	result $? "live/$name passes"
done
for name in hangs endless killed; do
	[ "$(verdict "live/$name")" = fail ]
	result $? "live/$name fails"
done
is 1 'the run does not pass' \
	out 'it hung; its last words: these are the last words' \
	out 'it asked 100 times, and went on; it had said nothing' \
	out 'nothing: a signal ended it'
[ -z "$(find "$TMPDIR" -mindepth 1 -name 'ccprobe-*')" ]
result $? 'the folders of the sessions are gone'
[ -s "$scratch/pid" ] && ! kill -0 "$(cat "$scratch/pid")" 2>/dev/null
result $? 'what hung has ended'

unpack "$scratch/logs"
! grep -rq 'sk-ccprobe-' "$scratch/logs"
result $? 'what is stored has no credential in it'
entries=$(grep -rh '"kind":"user"' "$scratch/logs")
[ -n "$entries" ] && ! grep -q '"exchange"' <<<"$entries"
result $? 'what a user sees belongs to no exchange'
run "$bin/ccprobe" judge --suite "$scratch/suite" "$scratch/logs/live.terminal.jsonl" "$scratch/logs/live.hangs.jsonl"
is 1 'stored logs of sessions are judged again' out 'its last words: these are the last words' out '1 pass'

# ---- without the client, and without --live ----

run env PATH="$scratch/none" "$bin/ccprobe" run --live --suite "$scratch/suite" live/plain --report tap
is 77 'without the client live cases are skipped' out 'npm install -g @anthropic-ai/claude-code'
run env CLAUDE="$scratch/nobody" "$bin/ccprobe" run --live --suite "$scratch/suite" live/plain
is 2 'a CLAUDE that is no program' err "CLAUDE: '$scratch/nobody' is no program"
run env CLAUDE=/bin/true "$bin/ccprobe" run --live --suite "$scratch/suite" live/plain
is 2 'a CLAUDE that is another program' err 'true: `--version` does not say that it is Claude Code'
live newer "$(session first)" "$(check exit '"c1.exit", "==", 0')" '"client": { "min": "2.1.301" }'
live_run live/newer --report tap
is 77 'a case for newer releases is skipped' out 'it is for Claude Code 2.1.301 or newer, and this is 2.1.300'
live older "$(session first)" "$(check exit '"c1.exit", "==", 0')" '"client": { "max": "2.1.300" }'
live_run live/older
is 0 'one for this release is run, whatever the recordings are of' err 'live cases run Claude Code 2.1.300' out '1 pass'
run "$bin/ccprobe" run --suite "$scratch/suite" live/plain
is 2 'live cases are named without --live' err "the cases that match 'live/plain' run the real Claude Code; --live runs them (docs/live.md)"
run "$bin/ccprobe" run --live --no-mock --gateway http://127.0.0.1:1 --suite "$scratch/suite" live/plain
is 2 '--live needs the mock' err '--live and --no-mock exclude each other'
run "$bin/ccprobe" list --suite "$scratch/suite" live/plain
is 0 'the list tells which are live' out '(live)'
run "$bin/ccprobe" explain --suite "$scratch/suite" --request live/plain
is 2 'they have no recorded request' err 'live/plain runs Claude Code, which makes its own requests'
run "$bin/ccprobe" explain --suite "$scratch/suite" live/terminal
is 0 'they are explained' out 'run Claude Code as c1, in a terminal: hello' out 'into the terminal of c1'
end
