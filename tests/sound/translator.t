#!/usr/bin/env bash
# The cases for gateways that translate, against a sound translator that shares
# no line with ccgate: none fails, and with each of its faults one of them does,
# and the run names first what the gateway does.
set -u
. "$(dirname "$0")/../programs/lib.sh"

target=$root/tests/sound/translator/chat.json
command -v python3 >/dev/null || {
	echo "1..0 # SKIP python3 is not installed"
	exit 0
}

# grade NAME AGAIN FAULT PATTERN...
grade() {
	local name=$1 again=$2 fault=$3
	shift 3
	CCPROBE_FAULT=$fault "$bin/ccprobe" run --suite "$root" --target "$target" --no-color --pool-wait 2 \
		--again "$again" "$@" >"$scratch/$name.out" 2>&1
}

run grade sound 90 '' translation blackbox
cp "$scratch/sound.out" "$scratch/out"
! grep -q '^UNDECIDED' "$scratch/out" &&
	! grep -q '^FAIL' "$scratch/out" && has out 'translation 123'
result $? "nothing fails, and all is decided"

mapfile -t faults < <(python3 "$root/tests/sound/translator/translator.py" --list-faults)
[ "${#faults[@]}" -ge 20 ]
result $? "it has ${#faults[@]} faults"
for fault in "${faults[@]}"; do
	grade "$fault" 0 "$fault" --report json="$scratch/$fault.json" translation &
	[ "$(jobs -pr | wc -l)" -lt 3 ] || wait -n
done
wait
declare -A causes=(
	[no-system]=translation-lost:system
	[no-history]=translation-lost:history
	[text-first]=translation-refused:calls-without-results
	[one-result]=translation-lost:tool-results
	[mixed-results]=translation-refused:messages
	[no-images]=translation-lost:images
	[no-tools]=translation-lost:tools
	[empty-inputs]=translation-lost:tool-inputs
	[bare-schemas]=translation-refused:schemas
	[own-names]=answer-told-otherwise:names
	[long-names]='translation-refused:tools[*].function.name'
	[auto-choice]=translation-lost:tool-choice
	[no-format]=translation-lost:format
	[old-limit]=translation-refused:max_tokens
	[extra-fields]=translation-leaks:thinking
	[whole-stream]=buffered
	[torn-calls]=answer-lost:inputs
	[last-call]=answer-lost:calls
	[end-turn]=answer-told-otherwise:stop_reason
	[no-usage]=answer-lost:usage
	[thoughts]=answer-told-otherwise:thoughts-as-text
	[clean-errors]=answer-lost:errors
	[clean-cuts]=end-changed:broken-clean
	[all-500]=status-mapped:errors-500
	[constant-count]=count-lost:parts
)
# The id of the first cause, if a case fails because of it.
first='import json, sys
report = json.load(open(sys.argv[1]))
print(next((c["id"] for c in report["causes"] if c["cases"]), "none"))'
for fault in "${faults[@]}"; do
	cp "$scratch/$fault.out" "$scratch/out"
	cause=$(python3 -c "$first" "$scratch/$fault.json")
	grep -q '^FAIL  *translation' "$scratch/out" && [ "$cause" = "${causes[$fault]}" ]
	result $? "$fault is found, and named: $cause"
done

end
