#!/usr/bin/env bash
# The cases for gateways that translate, against a sound translator that shares
# no line with ccgate: none fails, and with each of its faults one of them does.
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
# A provider that does not think, and writes no cache, leaves these open.
open='blackbox/cache-again blackbox/signature-checked blackbox/thinking-and-tool '
[ "$(sed -n 's/^UNDECIDED  \([a-z-]*\/[^ ]*\) .*/\1/p' "$scratch/out" | sort | tr '\n' ' ')" = "$open" ] &&
	! grep -q '^FAIL' "$scratch/out" && has out 'translation 117'
result $? "nothing fails, and all is decided but what this provider does not do"

mapfile -t faults < <(python3 "$root/tests/sound/translator/translator.py" --list-faults)
[ "${#faults[@]}" -ge 20 ]
result $? "it has ${#faults[@]} faults"
for fault in "${faults[@]}"; do
	grade "$fault" 0 "$fault" translation &
	[ "$(jobs -pr | wc -l)" -lt 3 ] || wait -n
done
wait
for fault in "${faults[@]}"; do
	cp "$scratch/$fault.out" "$scratch/out"
	grep -qE '^FAIL +translation[ /]' "$scratch/out"
	result $? "$fault is found"
done

end
