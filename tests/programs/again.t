#!/usr/bin/env bash
# Runs of some cases only: those that failed before, all but some, only their ids;
# and events during a run.
set -u
. "$(dirname "$0")/lib.sh"

# What fails here: one case of three, with a gateway that buffers.
set -- timing/first-event stream/ends errors/status-kept/529
run "$bin/ccprobe" run --target nginx-buffering "$@" --quiet --report "json=$scratch/was.json"
is 1 '--quiet'
[ "$(cat "$scratch/out")" = timing/first-event ] && [ ! -s "$scratch/err" ]
result $? 'prints the ids of what fails, and nothing else'
run "$bin/ccprobe" run --target direct "$@" --quiet
[ "$status" -eq 0 ] && [ ! -s "$scratch/out" ]
result $? 'and nothing where nothing does'
run "$bin/ccprobe" run --target nginx-buffering "$@" --quiet --report tap
is 1 'with a report on stdout the ids go to stderr' err 'timing/first-event' out 'TAP version'

run "$bin/ccprobe" run --failed-from "$scratch/was.json" --report "json=$scratch/is.json"
is 1 '--failed-from asks the same gateway' err "the gateway is nginx-buffering, as in $scratch/was.json" \
	out '1 case: 1 fail' out 'partial only selected cases were run'
run "$bin/ccprobe" run --failed-from "$scratch/was.json" --target direct
is 0 'or another one, if that is named' out '1 case: 1 pass'
[ ! -s "$scratch/err" ]
result $? 'of which nothing is told then'
run "$bin/ccprobe" run --failed-from "$scratch/was.json" --target direct --exclude 'timing/*'
is 2 'nothing of it is left' err 'none is left'
run "$bin/ccprobe" run --failed-from "$scratch/was.json" --target direct 'stream/*'
is 2 'as with a pattern of others' err 'none is left'
run "$bin/ccprobe" run --target direct stream/ends --report "json=$scratch/good.json"
run "$bin/ccprobe" run --failed-from "$scratch/good.json"
is 77 'nothing failed' err "$scratch/good.json: no case failed in it, so there is nothing to run"
sed 's|"id":"timing/first-event"|"id":"timing/of-old"|' "$scratch/was.json" >"$scratch/old.json"
run "$bin/ccprobe" run --failed-from "$scratch/old.json" --target direct
is 2 'a case that is none any more' err "the case 'timing/of-old' does not exist any more, and is not run"
sed 's|"target_name":"nginx-buffering",||' "$scratch/was.json" >"$scratch/other.json"
run "$bin/ccprobe" run --failed-from "$scratch/other.json"
is 2 'a report that does not tell its gateway' err 'give --gateway or --target'
run "$bin/ccprobe" run --failed-from "$0"
is 2 'what is no report' err "$0:"

run "$bin/ccprobe" run --target direct 'stream/*' --exclude 'stream/ends*' --exclude stream/answer --report "json=$scratch/json"
is 0 '--exclude'
! grep -qE '"id":"stream/(ends|answer)' "$scratch/json" && grep -q '"id":"stream/' "$scratch/json"
result $? 'leaves those out, and no others'
run "$bin/ccprobe" run --target direct --exclude 'steam/*'
is 2 'a pattern that excludes nothing' err "no case matches 'steam/*'; did you mean 'stream/*'?"
for word in status-kep:errors/status-kept errors/status-kep:errors/status-kept error/status-kept:errors/status-kept; do
	run "$bin/ccprobe" run --target direct --exclude "${word%%:*}"
	is 2 "a part of an id that is misspelt: ${word%%:*}" err "no case matches '${word%%:*}'; did you mean '${word#*:}'?"
done

# events FILE: they are JSON of our schema, in order
events() {
	python3 - "$root/docs/schema/events.schema.json" "$1" <<-'END'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1]))
	lines = [json.loads(line) for line in open(sys.argv[2])]
	for line in lines:
	    jsonschema.validate(line, schema)
	print(" ".join(line["event"] for line in lines))
	END
}
run "$bin/ccprobe" run --target nginx-buffering "$@" --events
is 1 '--events: the summary goes to stderr' err '3 cases: ' out '"id":"timing/first-event","verdict":"fail"' \
	out '{"event":"end","status":1,'
cp "$scratch/out" "$scratch/events"
run events "$scratch/events"
is 0 'events are as the schema says, one for each case' out 'start case case case end'
free_port
run "$bin/ccprobe" run --gateway "http://127.0.0.1:$port" --mock-listen 127.0.0.1:0 --key sk-a-test-key-1 --events
is 3 'a gateway that is not there' out '{"event":"stopped","reason":"nothing listens at '
cp "$scratch/out" "$scratch/events"
run events "$scratch/events"
is 0 'is one event' out 'stopped'
run "$bin/ccprobe" run --target direct --events --report json
is 2 'events and a report do not fit on one stdout' err 'and --events uses it'

end
