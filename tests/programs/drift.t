#!/usr/bin/env bash
# What changed between two releases, in a suite with two made-up ones: each kind of
# change is reported, with the requests and the cases that it concerns; changes of
# prose are counted.
set -u
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# Two releases of two scenarios; the second sends what the first does, with the
# changes of the script.
made=suite/fixtures/requests
mkdir -p suite/cases "$made"/1.0.{0,1}/{plain,retry-429}
cp "$root/cases/requirements.json" suite/cases/
request() { # FILE BETAS FIELD BODY
	printf 'POST /v1/messages?beta=true HTTP/1.1\r\nUser-Agent: claude-cli/%s (external, cli)\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: %s\r\n%sX-Claude-Code-Session-Id: 00000000-0000-4000-8000-000000000000\r\n\r\n%s' \
		"$(cut -d/ -f4 <<<"$1")" "$2" "$3" "$4" >"$1"
}
tool='{"name":"Bash","description":"Runs","input_schema":{"type":"object","properties":{"command":{"type":"string","maxLength":100}},"required":["command"]}}'
other='{"name":"Glob","description":"Finds","input_schema":{"type":"object","properties":{"pattern":{"type":"string"}}}}'
old='{"model":"claude-opus-5-5","max_tokens":32000,"system":[{"type":"text","text":"You are"}],"tools":['$tool'],"messages":[{"role":"user","content":[{"type":"text","text":"Hi [probe-0000000000000000]"}]}],"stream":true}'
new='{"model":"claude-opus-5-5","max_tokens":64000,"system":[{"type":"text","text":"You were"}],"tools":['${tool/100/200}','$other'],"messages":[{"role":"user","content":[{"type":"text","text":"Hi [probe-0000000000000000]"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},{"role":"system","content":"And"}],"stream":true,"thinking":{"type":"adaptive","display":"omitted"}}'
request $made/1.0.0/plain/01.http effort-2025-11-24 $'x-app: cli\r\n' "$old"
request $made/1.0.1/plain/01.http effort-2025-11-24,thinking-display-2026-01-01 $'X-New: main\r\n' "$new"
for n in 01 02; do request $made/1.0.0/retry-429/$n.http effort-2025-11-24 $'x-app: cli\r\n' "$old"; done
for n in 01 02 03; do request $made/1.0.1/retry-429/$n.http effort-2025-11-24 $'x-app: cli\r\n' "$old"; done
mkdir $made/1.0.{0,1}/media
request $made/1.0.0/media/01.http effort-2025-11-24 $'x-app: cli\r\n' "$old"
for n in 01 02; do request $made/1.0.1/media/$n.http effort-2025-11-24 $'x-app: cli\r\n' "$old"; done
mkdir $made/1.0.0/gone
cp $made/1.0.0/plain/01.http $made/1.0.0/gone/
drift() { run "$bin/ccprobe" drift --suite suite "$@"; }

drift 1.0.0 1.0.1
is 0 "it is told" out "Claude Code 1.0.0 to 1.0.1: 3 scenarios, 4 requests compared, " \
	out "~ retry-429: 2 became 3" out "+ X-New" out "- x-app" out "+ thinking-display-2026-01-01" \
	out "together with " out "+ /messages[system]" out "+ /messages[user]/content[image]" \
	out "~ /max_tokens: 32000 became 64000" out "+ /tools/Glob" \
	out "~ /tools/Bash/input_schema/properties/command/maxLength: 100 became 200" out "+ /thinking" \
	out "1 of 4 requests: plain/01" out "Prose: " out "Only 1.0.0 has 1 scenario: gone"
ok() {
	local title=$1
	shift
	"$@" >>"$scratch/err" 2>&1
	result $? "$title"
}
no() { ! "$@"; }
ok "prose is not told" no grep -qiE 'lorem|you' out
ok "what is in a tool that is new is not told by itself" no grep -q '/tools/Glob/' out
ok "the release's own version is no change" no grep -q 'claude-cli' out
drift --format markdown 1.0.0 1.0.1
is 0 "as Markdown" out "# Claude Code 1.0.0 to 1.0.1" out '- ~ `/max_tokens`: `32000` became `64000`'
drift --format json 1.0.0 1.0.1
is 0 "as JSON" out '"kind": "retries", "what": "retry-429", "was": "2", "now": "3"' \
	out '"kind": "requests", "what": "media", "was": "1", "now": "2"' out '"kind": "limits", "what": "/max_tokens", "was": "32000", "now": "64000"'
ok "which is JSON" perl -MJSON::PP -e 'local $/; my $d = decode_json(<STDIN>); exit !($d->{new} eq "1.0.1" && @{ $d->{changes} } > 8)' <out
drift --fail 1.0.0 1.0.1
is 1 "with --fail a change is a failure"

drift --fail 1.0.0 1.0.0
is 0 "nothing changed" out ", 0 changes" out "Prose: none changed"
# Words alone.
mkdir -p $made/1.0.2/plain
request $made/1.0.2/plain/01.http effort-2025-11-24 $'x-app: cli\r\n' "${old/You are/You will be}"
drift --fail 1.0.0 1.0.2
is 0 "words are no change" out "1 request compared, 0 changes" out "Prose: 1 text changed in 1 request"
# The same fields in another order.
mkdir -p $made/1.0.3/plain
sed -e '2{h;d}' -e '3{G}' $made/1.0.0/plain/01.http | sed 's/1\.0\.0/1.0.3/' >$made/1.0.3/plain/01.http
drift --fail 1.0.0 1.0.3
is 1 "another order of fields is one" out "order of fields and members"

drift 1.0.0 9.9.9
is 3 "a release without recordings" err "no requests of '9.9.9' are recorded; there are: 1.0.0, 1.0.1, 1.0.2, 1.0.3. fixtures/record-client 9.9.9 records them"
drift 1.0.0 newest
is 2 "no release" err "'newest' is not a release; a release is three numbers"
drift 1.0.0
is 2 "one alone" err "two releases are needed"
drift --format html 1.0.0 1.0.1
is 2 "no format" err "--format: 'html' is not one of: text, markdown, json"
echo nonsense >$made/1.0.2/plain/02.http
drift 1.0.0 1.0.2
is 2 "a file that is no request" err "plain/02.http is no recorded request: "

# The recordings of the suite.
run "$bin/ccprobe" drift 2.1.329 2.1.332
is 0 "what changed in a recorded release, and whom it touches" out '- /tools/ToolSearch/input_schema/required[]: "max_results"' \
	out 'User-Agent: Bun/1.4.4 became Bun/1.4.6' out 'named by headers/client-identity' out 'sent by ' 

# docs/drift/ has a page for each step from one recorded release to the next one;
# UPDATE_GOLDEN=1 writes them.
releases=($(cd "$root/fixtures/requests" && printf '%s\n' * | sort -V))
pages=0
for ((i = 1; i < ${#releases[@]}; i++)); do
	old=${releases[i - 1]} new=${releases[i]}
	run "$bin/ccprobe" drift --suite "$root" --no-cases --format markdown "$old" "$new"
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$scratch/out" "$root/docs/drift/$new.md"
	[ "$status" -eq 0 ] && diff "$root/docs/drift/$new.md" "$scratch/out" >"$scratch/diff"
	result $? "docs/drift/$new.md says what changed since $old"
	pages=$((pages + 1))
done
[ "$(ls "$root/docs/drift" | wc -l)" -eq "$pages" ] && ! grep -rqE 'sent by|named by' "$root/docs/drift"
result $? 'and there is no other page'
run "$bin/ccprobe" drift 2.1.200 2.1.329
is 0 'what a gateway engineer has to know of 2.1.329' out 'mid-conversation-tool-changes-2026-07-01' \
	out '/messages[system]/output_config' out '+ /tools/DeferredToolPlaceholder' out '+ /tools/ToolSearch' \
	out '/max_tokens: 64000 became 128000' out '+ POST /v1/messages/count_tokens'
end
