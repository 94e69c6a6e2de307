#!/usr/bin/env bash
# The table of `list --coverage`, of the small suite in coverage/.
# UPDATE_GOLDEN=1 rewrites what is expected: read the difference.
set -u
. "$(dirname "$0")/lib.sh"
here=$root/tests/programs/coverage

# golden FILE STATUS TITLE COMMAND...
golden() {
	local file=$here/$1 want=$2 title=$3
	shift 3
	run "$@"
	if [ -n "${UPDATE_GOLDEN-}" ]; then
		cp "$scratch/out" "$file"
	fi
	diff -u "$file" "$scratch/out" >"$scratch/diff" 2>&1 &&
		[ "$status" -eq "$want" ]
	bad=$?
	mv "$scratch/diff" "$scratch/out"
	result "$bad" "$title"
}

cover() { "$bin/ccprobe" list --coverage --suite "$@"; }

golden table.txt 0 'what is not guarded comes first' cover "$here/suite"
golden table.json 0 'the same as JSON' cover "$here/suite" --json
run cover "$here/suite" --strict
is 1 '--strict fails while something is not guarded'
for id in A-2 A-3 A-8 F:A-3; do
	run cover "$here/suite" --strict "$id"
	is 1 "--strict fails for $id" out '1 requirements'
done
run cover "$here/suite" --strict A-1 A-4 A-5 A-6 A-7 F:A-1
is 0 'what may stay unguarded does not fail --strict' out '6 requirements'

cp -r "$here/suite" "$scratch/suite"
rm -r "$scratch/suite/tests"
run cover "$scratch/suite" --strict A-2
is 0 'without a list of faults, cases are taken as they are' \
	out 'nothing' out 'of faults'
mkdir -p "$scratch/suite/tests/faults"
echo 'no colon here' >"$scratch/suite/tests/faults/expected.txt"
run cover "$scratch/suite"
is 2 'a list of faults that cannot be read' err 'expected.txt:1:'

end
