#!/usr/bin/env bash
# Gateways of others, each as targets/NAME says: what does not pass is what
# targets/NAME/result.json says, and nothing of it is left.
#
#	tests/extra/third-party.t [NAME...]
#	UPDATE_GOLDEN=1 tests/extra/third-party.t    rewrites result.json
#
# Installs those that are missing (npm and pip, 1 GB in all) and runs, where
# that is allowed, in a network namespace that has loopback alone; four cases
# at once, as some take a tenth of a second of a processor a request. Some ten
# minutes on two cores.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- portkey claude-code-router litellm
for name; do
	[ "${CCPROBE_EXTRA_NETNS-}" = done ] || "$extra/../../targets/$name/install" >&2
done
. "$extra/gateways.sh"

# What a gateway does not get over is the last thing that one of its own is
# asked.
last() {
	case $1 in
	claude-code-router) echo sessions/refusals/prompt-too-long ;;
	esac
}

# others_than ID: the ids of all other cases
others_than() {
	"$bin/ccprobe" list --json |
		perl -MJSON::PP -0777 -ne 'print map { "$_->{id}\n" } @{ decode_json($_) }' | grep -vx "$1"
}

# grade NAME REPORT [PATTERN...]: 1 where there is nothing to grade
grade() {
	run timeout 1800 "$bin/ccprobe" run --target "$1" --jobs 4 --no-color \
		--report "json=$2" --out "${2%.json}.logs" "${@:3}"
	if has err 'which is not installed'; then
		count=$((count + 1))
		echo "ok $count - $1 # SKIP it cannot be installed here"
		return 1
	fi
	is 1 "$1: it starts and is graded" out ' skip (in ' 
	nothing_left "$1: nothing is left of it"
	[ -z "$(ls -A "$TMPDIR")" ]
	result $? "$1: its folder is gone"
}

for name; do
	id=$(last "$name")
	rest=()
	[ -z "$id" ] || mapfile -t rest < <(others_than "$id")
	grade "$name" "$scratch/$name.1.json" ${rest[@]+"${rest[@]}"} || continue
	[ -z "$id" ] || grade "$name" "$scratch/$name.2.json" "$id"
	verdicts "$scratch/$name".?.json >"$scratch/$name"
	same_as_committed "$name" "$scratch/$name"
done
end
