#!/usr/bin/env bash
# Four credentials, in every spelling that is promised, through a gateway that
# repeats them: none is in what any command writes.
set -u
. "$(dirname "$0")/lib.sh"
export HOME=$scratch/home
mkdir "$HOME"
unset "${!ANTHROPIC_@}" "${!CLAUDE_@}" HTTP_PROXY HTTPS_PROXY http_proxy https_proxy

client=Zk7-Q2mXv9Ld_4TRwBn8cYpA
upstream=Up3/Hs+8Kd.wQ1zGm5VxJt7N
password=Pw9_mY4.Rt6-kZ2xHq8vNc1B
token=Tk5vB8nM2/xC7+zL4qW9eR_6
credentials=("$client" "$upstream" "$password" "$token")
perl "$root/tests/programs/leaks.pl" spell "${credentials[@]}" >"$scratch/spellings"
basic=$(printf 'someone:%s' "$password" | base64 -w0)
export LEAKS_KEY=$client LEAKS_UPSTREAM=$upstream

# clean TITLE FILE...: there is no credential in them; folders are looked through
clean() {
	local title=$1
	shift
	find "$@" -type f ! -name spellings >"$scratch/names"
	status=0
	perl "$root/tests/programs/leaks.pl" find "$bin/leaky" "$scratch/names" "${credentials[@]}" \
		>"$scratch/out" 2>"$scratch/err" || status=$?
	grep -q '^[1-9][0-9]* bytes' "$scratch/out" || status=1
	is 0 "$title" out ' 0 credentials'
}

# keep_out NAME: what the last command printed
keep_out() {
	mkdir -p "$scratch/$1"
	cp "$scratch/out" "$scratch/$1/stdout"
	cp "$scratch/err" "$scratch/$1/stderr"
}

# The looking finds what is there to be found.
mkdir "$scratch/lines"
perl "$root/tests/programs/leaks.pl" spell "$client" | sed 1d | split -l 1 - "$scratch/lines/"
find "$scratch/lines" -type f >"$scratch/names"
perl "$root/tests/programs/leaks.pl" find "$bin/leaky" "$scratch/names" "$client" >"$scratch/out"
missed=0
while IFS= read -r name; do
	grep -q "^$name: " "$scratch/out" || missed=1
done <"$scratch/names"
result $missed 'every spelling is found by this test'

# ---- run, and what is made of it ----

free_port
serve leaky "$bin/leaky" "$port" "$upstream" "$scratch/spellings"
gateway=$url
mkdir "$scratch/reports" "$scratch/again"
reports=() again=()
for format in $(formats); do
	reports+=(--report "$format=$scratch/reports/$format")
	again+=(--report "$format=$scratch/again/$format")
done
umask 022
run "$bin/ccprobe" run --gateway "$gateway" --mock-listen "127.0.0.1:$port" \
	--key env:LEAKS_KEY --upstream-key env:LEAKS_UPSTREAM \
	--header "Proxy-Authorization: Basic $basic" --header "X-Team-Token: $token" \
	-v --keep all --out "$scratch/logs" "${reports[@]}" --causes \
	security/client-key-stays-inside security/provider-key-stays-inside security/own-errors-without-key/closed security/refusal-without-key \
	'errors/status-kept/40*' stream/ends auth/refusal
is 1 'a gateway that tells every credential fails' err 'FAIL  security/'
keep_out run
clean 'no credential is in the reports' "$scratch/reports"
clean 'nor in what was printed' "$scratch/run"
unpack "$scratch/logs"
clean 'nor in the wire logs' "$scratch/logs"
[ "$(find "$scratch/logs" -type f ! -perm 600)" = '' ] && [ "$(stat -c %a "$scratch/logs")" = 700 ]
result $? 'which only their owner can read'
[ "$(stat -c %a "$scratch/reports/json")" = 644 ]
result $? 'reports are as readable as other files'

run "$bin/ccprobe" judge --suite "$root" "$scratch/logs" "${again[@]}" -v
is 1 'the logs are judged again' out 'FAIL  security/'
keep_out judge
! grep -q 'was .*, and is' "$scratch/err"
result $? 'with the same verdicts'
clean 'and nothing is in what that writes' "$scratch/again" "$scratch/judge"

run "$bin/ccprobe" replay security/client-key-stays-inside/bearer --from "$scratch/reports/json" \
	--gateway "$gateway" --mock-listen "127.0.0.1:$port" --key env:LEAKS_KEY --upstream-key env:LEAKS_UPSTREAM \
	--header "Proxy-Authorization: Basic $basic" --header "X-Team-Token: $token"
keep_out replay
run "$bin/ccprobe" compare "$scratch/reports/json" "$scratch/again/json"
keep_out compare
run "$bin/ccprobe" explain security/client-key-stays-inside
keep_out explain
clean 'nor in what replay, compare and explain print' "$scratch/replay" "$scratch/compare" "$scratch/explain"

# ---- doctor and bisect ----

mkdir "$scratch/project"
cd "$scratch/project" || exit 1
"$bin/ccmock" --listen "127.0.0.1:$port" --root "$root" >"$scratch/mock.out" 2>&1 &
servers+=($!)
for _ in $(seq 400); do grep -q '^listening' "$scratch/mock.out" && break; sleep 0.05; done
# The gateway's own key is nobody's here, and cannot be known.
credentials=("$client" "$password" "$token")
for form in '' --json; do
	run "$bin/ccprobe" doctor --suite "$root" --key env:LEAKS_KEY --header "X-Team-Token: $token" \
		--header "Proxy-Authorization: Basic $basic" $form "$gateway"
	keep_out "doctor$form"
	clean "doctor $form" "$scratch/doctor$form"
done

{
	printf 'POST /v1/messages?beta=true HTTP/1.1\r\ncontent-type: application/json\r\n'
	printf 'x-api-key: %s\r\nx-team-token: %s\r\n\r\n' "$client" "$token"
	printf '{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"[leak] %s"}]}' "$token"
} >"$scratch/leak.http"
run "$bin/ccprobe" bisect "$scratch/leak.http" "$gateway" --suite "$root" --out "$scratch/bisect"
keep_out bisect-said
[ -s "$scratch/bisect/report.md" ]
result $? 'bisect writes a report'
credentials=("$client" "$token")
clean 'no credential of the request is in its report' "$scratch/bisect" "$scratch/bisect-said"

# ---- the pass-through ----

"$bin/ccprobe" doctor --suite "$root" --key env:LEAKS_KEY --listen 127.0.0.1:0 --out "$scratch/kept" "$gateway" \
	>"$scratch/listen.out" 2>"$scratch/listen.err" </dev/null &
passing=$!
servers+=($!)
for _ in $(seq 400); do grep -q '^listening on ' "$scratch/listen.out" && break; sleep 0.05; done
at=$(sed -n 's/^listening on //p' "$scratch/listen.out")
for _ in 1 2 3 4 5 6 7; do
	curl -s -o "$scratch/null" --max-time 30 -H "authorization: Bearer $client" -H "x-team-token: $token" \
		-H "cookie: a=1; session=$password" -H 'content-type: application/json' \
		-d '{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hello"}]}' "$at/v1/messages"
done
kill -INT "$passing"
wait "$passing"
credentials=("$client" "$password" "$token")
mkdir "$scratch/said"
mv "$scratch/listen.out" "$scratch/listen.err" "$scratch/said"
[ "$(find "$scratch/kept" -name '*-answer.http' | wc -l)" -ge 3 ]
result $? 'the pass-through keeps exchanges that fail'
clean 'without the credentials that the client sent' "$scratch/kept" "$scratch/said"

end
