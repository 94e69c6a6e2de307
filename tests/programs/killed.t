#!/usr/bin/env bash
# What is left of a run that is killed, or whose disk is full: no process, no
# half a file, no folder for long, and nothing that passes for a whole run.
set -u
. "$(dirname "$0")/lib.sh"
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

# gone PID: it has ended; a zombie has
gone() { ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }

# A gateway that a shell starts, beside something else.
mkdir "$scratch/target"
cat >"$scratch/target/target.json" <<END
{
	"title": "a gateway from a shell",
	"claims": ["relays"],
	"start": ["sh", "-c", "sleep 1000 & echo \$! >'$scratch/sleeper'; \"\$0\" \"\$@\" & echo \$! >'$scratch/gate'; wait",
	          "\${bin}/ccgate", "--listen", "127.0.0.1:0", "--upstream", "\${mock.url}",
	          "--upstream-key", "\${keys.upstream}", "--key", "\${keys.client}"],
	"listen": "announced"
}
END

# begin NAME: a run that takes long. The tests may have been started with SIGHUP
# ignored (nohup); here the run must not ignore it.
begin() {
	rm -f "$scratch/sleeper" "$scratch/gate"
	env --default-signal=HUP "$bin/ccprobe" run --target "$scratch/target/target.json" --slow timing/silence --keep all --out "$scratch/$1" \
		--report "json=$scratch/$1.json" >"$scratch/out" 2>"$scratch/err" </dev/null &
	running=$!
	until_true test -s "$scratch/gate"
	until_true test -s "$scratch/$1/manifest.json"
}

echo former >"$scratch/killed.json"
begin killed
folder=$(ls -A "$TMPDIR")
kill -9 "$running"
wait "$running" 2>/dev/null
until_true gone "$(cat "$scratch/gate")" && until_true gone "$(cat "$scratch/sleeper")"
result $? 'what a target has started dies with ccprobe'
[ "$(cat "$scratch/killed.json")" = former ] && [ "$(find "$scratch" -maxdepth 1 -name 'killed.json?*')" = '' ]
result $? 'a report of before is still there, and nothing beside it'
run "$bin/ccprobe" judge --suite "$root" "$scratch/killed"
is 2 'logs of a run that was broken off are not judged' err 'killed: incomplete: the run that wrote it was broken off'

# ---- folders ----

mkdir -m 700 "$TMPDIR/ccprobe-abcdef" "$TMPDIR/ccprobe-ghijkl" "$scratch/elsewhere"
: >"$scratch/elsewhere/.owner"
ln -s "$scratch/elsewhere" "$TMPDIR/ccprobe-mnopqr"
ln -s "$scratch/elsewhere/.owner" "$TMPDIR/ccprobe-ghijkl/.owner"
[ -d "$TMPDIR/$folder" ]
result $? 'its scratch folder is left at first'
begin second
[ ! -e "$TMPDIR/$folder" ]
result $? 'and gone with the next run'
[ -d "$TMPDIR/ccprobe-abcdef" ] && [ -d "$TMPDIR/ccprobe-ghijkl" ] && [ -L "$TMPDIR/ccprobe-mnopqr" ] &&
	[ -e "$scratch/elsewhere/.owner" ]
result $? 'folders and links of others stay'
live=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 -name 'ccprobe-*' ! -name 'ccprobe-abcdef' ! -name 'ccprobe-ghijkl' -type d)
run "$bin/ccprobe" run --bundled stream/ends --suite "$root"
is 0 'a run beside one that lives'
[ -n "$live" ] && [ -d "$live" ]
result $? 'leaves the folder of that'
foreign=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -path "$live" | sort)
kill -INT "$running"
status=0
wait "$running" || status=$?
[ "$status" -eq 3 ] && [ ! -e "$live" ] && gone "$(cat "$scratch/sleeper")"
result $? 'one that is interrupted leaves nothing'
for signal in TERM HUP QUIT; do
	begin "on-$signal"
	kill "-$signal" "$running"
	status=0
	wait "$running" || status=$?
	[ "$status" -eq 3 ] && grep -q '"interrupted": *true' "$scratch/on-$signal.json" &&
		gone "$(cat "$scratch/sleeper")" &&
		[ "$(find "$TMPDIR" -mindepth 1 -maxdepth 1 | sort)" = "$foreign" ]
	result $? "SIG$signal does the same, and the report is written"
done
run "$bin/ccprobe" judge --suite "$root" "$scratch/second"
is 2 'but logs that are not judged as a whole' err 'incomplete'

# ---- a full disk ----

# full KIB COMMAND...: no file may grow larger
full() {
	local kib=$1
	shift
	run bash -c 'ulimit -f "$0" && exec "$@"' "$kib" "$@"
}

full 16 "$bin/ccprobe" run --bundled --suite "$root" errors/status-kept/529 stream/ends --keep all --out "$scratch/full"
is 3 'wire logs that do not fit' err '2 wire logs could not be written to' err 'jsonl.gz: File too large'
[ "$(find "$scratch/full" -type f ! -name manifest.json)" = '' ]
result $? 'no part of them is there'
run "$bin/ccprobe" judge --suite "$root" "$scratch/full"
is 2 'and they are not judged' err 'incomplete'
echo former >"$scratch/page.html"
full 4 "$bin/ccprobe" run --bundled --suite "$root" stream/ends --report "html=$scratch/page.html"
is 3 'a report that does not fit' err 'the report is missing: html' err 'File too large'
[ "$(cat "$scratch/page.html")" = former ]
result $? 'the one of before is still there'
run "$bin/ccprobe" run --bundled --suite "$root" stream/ends --report tap=/dev/full --report json=/dev/full \
	--report "html=$scratch/page.html" --report junit=/dev/full
is 3 'a full device: each report that is missing has its line' err 'the report is missing: tap /dev/full: No space' \
	err 'the report is missing: json /dev/full: No space' err 'the report is missing: junit /dev/full: No space'
[ "$(grep -c 'is missing' "$scratch/err")" = 3 ] && grep -q '</html>' "$scratch/page.html"
result $? 'and the others are written'
run bash -c "'$bin/ccprobe' run --bundled --suite '$root' stream/ends >/dev/full"
is 3 'a summary that nobody gets' err 'the summary is missing: No space left on device'
run bash -c "'$bin/ccprobe' doctor --suite '$root' --offline --key abcdefgh http://127.0.0.1:9 >/dev/full"
is 3 'a diagnosis that nobody gets' err 'the output could not be written to stdout'

# A folder from which something was lost on the way.
run "$bin/ccprobe" run --bundled --suite "$root" errors/status-kept/529 stream/ends --keep all --out "$scratch/whole"
is 0 'a whole run'
run "$bin/ccprobe" judge --suite "$root" "$scratch/whole"
is 0 'is judged'
unpack "$scratch/whole"
run "$bin/ccprobe" judge --suite "$root" "$scratch/whole"
is 0 'also where somebody unpacked the logs'
rm "$scratch/whole/stream.ends.jsonl"
run "$bin/ccprobe" judge --suite "$root" "$scratch/whole"
is 2 'one that lacks a log is not' err 'incomplete: stream.ends.jsonl.gz'
run "$bin/ccprobe" judge --suite "$root" "$scratch/whole/errors.status-kept.529.jsonl"
is 0 'but for a log by its name'

end
