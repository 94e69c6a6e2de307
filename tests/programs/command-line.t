#!/usr/bin/env bash
# What ccprobe says to command lines, right and wrong.
set -u
. "$(dirname "$0")/lib.sh"

run "$bin/ccprobe"
is 2 'no command: the usage, on stderr' err 'usage: ccprobe'
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
run "$bin/ccprobe" run --report tap --report json
is 2 'two reports for one stdout' err 'stdout'
run "$bin/ccprobe" run --report "tap=$scratch/none/report"
is 2 'a report that cannot be written, before anything runs' err 'none/report'
run "$bin/ccprobe" run --jobs 0
is 2 'no jobs at all' err '--jobs'
run "$bin/ccprobe" run --header 'no colon'
is 2 'a header without a colon' err 'no colon'
run "$bin/ccprobe" run --keep all
is 2 'logs to keep, and no folder for them' err '--out'
run "$bin/ccprobe" run --without flying
is 2 'an unknown claim' err 'flying'
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

end
