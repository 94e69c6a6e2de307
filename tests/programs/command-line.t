#!/usr/bin/env bash
# What ccprobe says to command lines, right and wrong.
set -u
. "$(dirname "$0")/lib.sh"

run "$bin/ccprobe"
is 2 'no command: what to do next, on stderr' err 'ccprobe doctor'
run "$bin/ccprobe" --help
is 0 '--help lists the commands' out '  run ' out '  explain '
run "$bin/ccprobe" --version
is 0 '--version' out 'ccprobe 0.'
run "$bin/ccprobe" rnu
is 2 'an unknown command, with the nearest one' err "did you mean 'run'"
for command in run list lint explain; do
	run "$bin/ccprobe" "$command" --help
	is 0 "$command --help" out "usage: ccprobe $command"
	run "$bin/ccprobe" "$command" --no-such-option
	is 2 "$command: an unknown option" err 'no-such-option'
done

run "$bin/ccprobe" run --gateway 127.0.0.1:1
is 2 'a gateway without http://' err 'http://'
run "$bin/ccprobe" run --gateway http://127.0.0.1:1 --bundled
is 2 'two gateways at once' err 'exclude'
run env -u ANTHROPIC_AUTH_TOKEN -u ANTHROPIC_API_KEY \
	"$bin/ccprobe" run --gateway http://127.0.0.1:1
is 2 'a gateway without a key' err '--key'
run "$bin/ccprobe" run --key env:NO_SUCH_VARIABLE_HERE
is 2 'a key from a variable that is not set' err 'NO_SUCH_VARIABLE_HERE'
run "$bin/ccprobe" run --target nosuch
is 2 'an unknown target, and which there are' err 'nginx-buffering'
run "$bin/ccprobe" run --target "$scratch/none/target.json"
is 2 'a target file that is not there' err 'none/target.json'
run "$bin/ccprobe" run --report xml
is 2 'an unknown report, and which there are' err 'tap, json'
for word in --html --junit=report.xml; do
	format=${word#--} format=${format%=*}
	run "$bin/ccprobe" run "$word" file
	is 2 "a format as an option: $word" err "unknown option --$format; write --report $format=FILE"
done
run "$bin/ccprobe" run --nosuch html
! has err --report
result $? 'but another option is not one'
run "$bin/ccprobe" run --report tap --report json
is 2 'two reports for one stdout' err 'stdout'
run "$bin/ccprobe" run --report "tap=$scratch/none/report"
is 2 'a report that cannot be written, before anything runs' err 'none/report'
run "$bin/ccprobe" run --report html=
is 2 'a report into a file without a name' err 'write html=FILE, or html alone for stdout'
ln -s both "$scratch/link"
mkdir "$scratch/folder"
for other in "$scratch/both" "$scratch/folder/../both" "$scratch/link"; do
	run "$bin/ccprobe" run --report "tap=$scratch/both" --report "json=$other"
	is 2 "two reports in one file: ${other#"$scratch/"}" err "--report tap=$scratch/both and --report json=$other: two"
	[ "$other" != "$scratch/folder/../both" ] || : >"$scratch/both"
done
run "$bin/ccprobe" run --target direct stream/ends --report tap=/dev/null --report json=/dev/null
is 0 'but for what is no file'
: >"$scratch/plain"
# Those who write into a folder.
for command in 'run --target direct --keep all stream/ends' \
	'doctor --listen 127.0.0.1:0 --key a-key-for-tests http://127.0.0.1:9' \
	"bisect plain/01 --key a-key-for-tests http://127.0.0.1:9"; do
	# shellcheck disable=SC2086 # its words
	set -- $command
	run "$bin/ccprobe" "$@" --out "$scratch/no/such"
	is 2 "$1: a folder that has none to stand in" err \
		"$scratch/no/such: there is no folder $scratch/no to make it in; make that first, or name another"
	run "$bin/ccprobe" "$@" --out "$scratch/plain"
	is 2 "$1: a file instead of a folder" err "$scratch/plain: not a folder"
	run "$bin/ccprobe" "$@" --out ''
	is 2 "$1: a folder without a name" err "the name of the folder is empty; name a folder"
done
run "$bin/ccprobe" run --client 2.1.1
is 2 'a client that was not recorded, and which there are' \
	err '2.0.76, 2.1.100, 2.1.200'
for command in list lint; do
	run "$bin/ccprobe" "$command" --client 2.1.1
	is 2 "$command: a client that was not recorded" err "'2.1.1'"
done
run "$bin/ccprobe" explain --client 2.1.1 body/media
is 2 'explain: a client that was not recorded' err "'2.1.1'"
run "$bin/ccprobe" run --client 2.0.76 --target direct --report tap 'body/media/*'
is 77 'cases for newer clients are skipped, and it says why' \
	out '# SKIP needs Claude Code 2.1.200 or newer; 2.0.76 is chosen'
run "$bin/ccprobe" run --client 2.0.76 --target direct \
	--report "json=$scratch/client.json" 'stream/*'
is 0 'the requests of an older client' out 'Claude Code 2.0.76'
grep -qF '"2.0.76"' "$scratch/client.json"
result $? 'the report names the client'
run "$bin/ccprobe" run --client 2.0.76 --bundled 'concurrency/*'
is 0 'cases for newer clients do not make a grade partial' out '3 skip' \
	out 'partial only selected cases were run'
run "$bin/ccprobe" list --client 2.0.76 'body/*'
is 0 'list --client' out 'body/recorded/'
! has out 'body/media/'
result $? 'list --client leaves out what is for other clients'
run "$bin/ccprobe" explain --request --client 1.0.128 stream/answer
is 0 'explain --request --client' out '"claude-sonnet-4-20250514"'
run "$bin/ccprobe" list --strict
is 2 '--strict without --coverage' err '--coverage'
run "$bin/ccprobe" list --coverage 'NOSUCH-*'
is 2 'a pattern that no requirement matches' err "'NOSUCH-*'"
run "$bin/ccprobe" run --jobs 0
is 2 'no jobs at all' err '--jobs'
run "$bin/ccprobe" run --header 'no colon'
is 2 'a header without a colon' err 'no colon'
run "$bin/ccprobe" run --keep all
is 2 'logs to keep, and no folder for them' err '--out'
run "$bin/ccprobe" run --without flying
is 2 'an unknown claim, and where they are' err 'flying' err 'explain claims'
run "$bin/ccprobe" run --mock-listen somewhere:1
is 2 'a mock address that is a name' err 'somewhere'

run "$bin/ccprobe" run --target direct 'nosuch/*'
is 2 'an empty selection, with the pattern' err "'nosuch/*'"
run "$bin/ccprobe" run --target direct --area nosuch
is 2 'an unknown area, and which there are' err 'there are: '
run "$bin/ccprobe" run --suite "$scratch/none"
is 2 'a suite that is not there' err 'none'

mkdir -p "$scratch/suite/cases/area" "$scratch/suite/targets"
cp -r "$root/targets/direct" "$scratch/suite/targets/"
cp -r "$root/fixtures" "$scratch/suite/"
printf '{ "title": "x", "limt_ms": 3 }\n' >"$scratch/suite/cases/area/x.json"
run "$bin/ccprobe" run --suite "$scratch/suite" --target direct
is 2 'a faulty case, with its place' err 'x.json:1:'

run sh -c "\"$bin/ccprobe\" list --suite \"$root\" 2>\"$scratch/said\" | head -n 1; cat \"$scratch/said\""
is 0 'who has read enough is told nothing' out auth/
[ "$(wc -l <"$scratch/out")" -eq 1 ]
result $? 'one line was asked for, and one came'

end
