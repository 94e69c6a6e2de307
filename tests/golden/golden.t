#!/usr/bin/env bash
# Whole outputs, compared with the files beside this script.
# UPDATE_GOLDEN=1 rewrites them: read the difference before it is committed.
set -u
. "$(dirname "$0")/../programs/lib.sh"
here=$root/tests/golden

# golden NAME COMMAND...
golden() {
	local file=$here/$1
	shift
	run "$@"
	if [ -n "${UPDATE_GOLDEN-}" ]; then
		cp "$scratch/out" "$file"
	fi
	diff -u "$file" "$scratch/out" >"$scratch/diff" 2>&1
	bad=$?
	mv "$scratch/diff" "$scratch/out"
	result "$bad" "the output of ${file##*/}"
}

more_runs='small full odd single none stopped' # of runs.h
for format in summary colour verbose $(formats); do
	golden "report.$format" "$bin/golden-show" "$format"
done
golden report.summary.one "$bin/golden-show" summary one
golden report.summary.many "$bin/golden-show" summary many
for run in $more_runs; do
	golden "report.all.$run" "$bin/golden-show" all "$run"
done
golden help.txt "$bin/ccprobe" --help
for command in $(commands); do
	golden "help-$command.txt" "$bin/ccprobe" "$command" --help
done
golden help-ccmock.txt "$bin/ccmock" --help
golden help-ccgate.txt "$bin/ccgate" --help

# What is here belongs to something: the tables were not read as shorter.
{
	printf 'report.%s\n' summary summary.one summary.many colour verbose $(formats)
	printf 'report.all.%s\n' $more_runs
	printf 'help-%s.txt\n' ccmock ccgate $(commands)
	echo help.txt
} | sort >"$scratch/wanted"
(cd "$here" && ls report.* help*.txt) | sort | diff "$scratch/wanted" - >"$scratch/out"
result $? 'each file here is of a format or a command, and each of those has one'

end
