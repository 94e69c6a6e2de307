#!/usr/bin/env bash
# One run writes every format, and foreign tools read them: prove, an XML schema
# validator, a JSON Schema validator. The gateway of this run drops
# anthropic-beta, so there are failures to tell of.
set -u
. "$(dirname "$0")/lib.sh"
target=$root/tests/faults/target.json

# needs TITLE COMMAND...: false, and a visible skip, where a tool is missing.
needs() {
	local title=$1
	shift
	"$@" >/dev/null 2>&1 && return 0
	count=$((count + 1))
	printf 'ok %d - %s # SKIP there is no %s\n' "$count" "$title" "$1"
	return 1
}

json_schema() { /usr/bin/python3 -c '
import json, sys
import jsonschema
schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(document)' "$@"; }
has_json_schema() { /usr/bin/python3 -c 'import jsonschema'; }

written=()
for format in $(formats); do
	written+=(--report "$format=$scratch/$format")
done
run env CCPROBE_FAULT=drops-beta "$bin/ccprobe" run --suite "$root" \
	--target "$target" --key sk-report-test-key-0001 "${written[@]}" \
	'headers/*' 'auth/refusal/*' stream/ends
is 1 'one run writes every format' out 'grade ' out 'only selected cases were run'
sed -n 4p "$scratch/out" | grep -q '^grade [A-F]' &&
	tail -n 1 "$scratch/out" | grep -q ' cases: .*; grade [A-F]'
result $? 'the grade stands first, and once more with the count at the end'
for format in $(formats); do
	[ -s "$scratch/$format" ] || printf '%s\n' "$format"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'no format is empty'

"$bin/golden-show" junit >"$scratch/golden.xml"
"$bin/golden-show" json >"$scratch/golden.json"
"$bin/golden-show" sarif >"$scratch/golden.sarif"
"$bin/golden-show" github >"$scratch/golden.github"

# prove runs what it is given, so the TAP is printed by cat.
run prove --exec cat "$scratch/tap"
is 1 'prove: TAP, with the failures as failures' out 'Failed 7/' out 'Result: FAIL'
! grep -q 'Parse errors' "$scratch/out"
result $? 'prove: TAP without an error of parsing'

if needs 'xmllint: JUnit XML' xmllint --version; then
	for file in "$scratch/junit" "$scratch/golden.xml"; do
		run xmllint --noout --nonet --schema "$root/tests/schema/junit.xsd" "$file"
		is 0 "xmllint: JUnit XML is valid (${file##*/})"
	done
fi

if needs 'jsonschema: JSON and SARIF' has_json_schema; then
	for file in "$scratch/json" "$scratch/golden.json"; do
		run json_schema "$root/docs/schema/report.schema.json" "$file"
		is 0 "jsonschema: JSON is as docs/schema says (${file##*/})"
	done
	for file in "$scratch/sarif" "$scratch/golden.sarif"; do
		run json_schema "$root/tests/schema/sarif.schema.json" "$file"
		is 0 "jsonschema: SARIF is valid in all that is written (${file##*/})"
	done
	printf '{"version":"2.1.0","runs":[{"tool":{}}]}' >"$scratch/bad"
	run json_schema "$root/tests/schema/sarif.schema.json" "$scratch/bad"
	is 1 'jsonschema: and the schema refuses what is not SARIF'
fi

# What a check is named by is true of a good gateway; what is printed of one that
# fails is not.
! grep -q 'the client sees 529' "$scratch/golden.github" &&
	! grep 'message=' "$scratch/golden.xml" | grep -q 'the client sees 529' &&
	grep -q 'the status is 500; it should be 529' "$scratch/golden.github" &&
	grep 'message=' "$scratch/golden.xml" | grep -q 'the status is 500; it should be 529'
result $? 'annotations and JUnit say what is wrong'
[ "$(grep -c '^::error' "$scratch/golden.github")" -eq 2 ] &&
	grep -q '^::error title=drops the request field anthropic-beta%3A 512 of 512 requests::2 cases fail' "$scratch/golden.github"
result $? 'one annotation a cause, and one for a failure without'
"$bin/golden-show" github many >"$scratch/out"
[ "$(grep -c '^::error' "$scratch/out")" -eq 10 ] && has out '3 more causes and failures'
result $? 'ten annotations at most'

cp "$scratch/badge" "$scratch/out"
grep -q '^{"schemaVersion":1,"label":"Claude Code","message":"[A-F]' "$scratch/out"
result $? 'the badge is what shields.io reads'
[ "$(wc -c <"$scratch/markdown")" -gt 1000 ] &&
	[ "$(grep -c '<details>' "$scratch/markdown")" -eq "$(grep -c '</details>' "$scratch/markdown")" ]
result $? 'Markdown folds what it opens'
"$bin/golden-show" markdown many >"$scratch/out"
[ "$(grep -c '^### ' "$scratch/out")" -eq 13 ] && [ "$(grep -c '^<summary>\|<details><summary>.* cases' "$scratch/out")" -eq 13 ] &&
	[ "$(sed -n 's/^- \*\*[a-z]*\*\* (\([0-9]*\)):.*/\1/p' "$scratch/out" | awk '{ n += $1 } END { print n }')" -eq 181 ]
result $? 'Markdown folds the cases of a cause under it, by area, and counts all of them'
"$bin/golden-show" markdown one >"$scratch/out"
[ "$(wc -l <"$scratch/out")" -lt 60 ] && has out '181'
result $? 'one cause of 181 failures is told in fewer than 60 lines'
"$bin/golden-show" markdown large >"$scratch/out"
[ "$(wc -c <"$scratch/out")" -lt 1048576 ] && has out 'more cases were cut'
result $? 'Markdown of 400 failures is below 1 MiB and says what it cut'
grep -q '^implementation: ' "$scratch/conformance" &&
	grep -q '^## Reproduce' "$scratch/conformance" &&
	grep -q -- '--key env:GATEWAY_KEY' "$scratch/conformance"
result $? 'the conformance document says how to repeat the run, without the key'
! grep -lF sk-report-test-key-0001 "$scratch"/*
result $? 'no report holds the key'

end
