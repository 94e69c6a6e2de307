#!/usr/bin/env bash
# A named pipe, a device or a folder where a file is wanted: one line says so,
# and nobody waits for a writer that never comes.
set -u
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
mkfifo pipe
mkdir folder kept bisected project
mkfifo kept/manifest.json bisected/answers.jsonl project/ccprobe.json project/.env
echo '{}' >project/plain.json
export HOME=$scratch/folder

# refused STATUS WHAT PATH COMMAND...: it ends, and one line names the path
refused() {
	local want=$1 what=$2 path=$3
	shift 3
	run timeout -k 1 60 "$@"
	[ "$status" = "$want" ] && [ "$(grep -c "$path" "$scratch/err")" = 1 ] &&
		grep -q "$path.*\(not a regular file\|is no regular file\|Is a directory\|not a folder\)" "$scratch/err"
	result $? "$what: $path"
}

test_key=(--key a-key-for-the-tests)
for thing in ./pipe /dev/zero ./folder; do
	refused 2 'run --baseline' "$thing" "$bin/ccprobe" run --baseline "$thing" stream/ends
	refused 2 'run --target' "$thing" "$bin/ccprobe" run --target "$thing" stream/ends
	refused 2 'run --ca-file' "$thing" "$bin/ccprobe" run --gateway https://127.0.0.1:9 "${test_key[@]}" --ca-file "$thing"
	refused 2 'run --client-cert' "$thing" \
		"$bin/ccprobe" run --gateway https://127.0.0.1:9 "${test_key[@]}" --client-cert "$thing"
	refused 2 'compare' "$thing" "$bin/ccprobe" compare "$thing" "$thing"
	refused 2 'bisect' "$thing" "$bin/ccprobe" bisect "$thing" http://127.0.0.1:9 "${test_key[@]}" --out "$scratch/b"
	refused 2 'ccmock SCRIPT' "$thing" "$bin/ccmock" --listen 127.0.0.1:0 "$thing"
	refused 2 'ccmock --tls-cert' "$thing" "$bin/ccmock" --listen 127.0.0.1:0 --tls-cert "$thing" --tls-key "$thing"
	refused 2 'ccgate --config' "$thing" "$bin/ccgate" --config "$thing"
	refused 2 'ccgate check' "$thing" "$bin/ccgate" check "$thing"
	refused 2 'ccgate --tls-cert' "$thing" "$bin/ccgate" --listen 127.0.0.1:0 --upstream http://127.0.0.1:9 \
		--upstream-key a-key-of-the-provider --tls-cert "$thing" --tls-key "$thing"
	[ "$thing" = ./folder ] && continue # logs and cases may be folders
	refused 2 'replay --from' "$thing" "$bin/ccprobe" replay stream/ends --from "$thing" --bundled
	refused 2 'judge' "$thing" "$bin/ccprobe" judge "$thing"
	refused 2 'lint' "$thing" "$bin/ccprobe" lint "$thing"
done
refused 2 'judge FOLDER' kept/manifest.json "$bin/ccprobe" judge kept
refused 2 'bisect --out' bisected/answers.jsonl \
	"$bin/ccprobe" bisect plain/01 http://127.0.0.1:9 "${test_key[@]}" --out bisected
refused 2 'ccmock --journal' ./folder "$bin/ccmock" --listen 127.0.0.1:0 --journal ./folder
cd project || exit 1
refused 2 'the project' ccprobe.json "$bin/ccprobe" run stream/ends
end
