#!/usr/bin/env bash
# Gateways of others, each as targets/NAME says: what does not pass is what
# targets/NAME/result.json says, and nothing of it is left.
#
#	tests/extra/third-party.t [NAME...]
#	UPDATE_GOLDEN=1 tests/extra/third-party.t    rewrites result.json
#
# Installs those that are missing (npm and pip, 1 GB in all) and runs, where
# that is allowed, in a network namespace that has loopback alone; four cases
# at once, as some take a tenth of a second of a processor a request. Some twelve
# minutes on two cores.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- portkey claude-code-router litellm \
	claude-code-router-chat litellm-chat ant2oai \
	litellm-bedrock litellm-vertex claude-gateway-bedrock claude-gateway-vertex
for name; do
	[ "${CCPROBE_EXTRA_NETNS-}" = done ] || "$extra/../../targets/$name/install" >&2
done
. "$extra/gateways.sh"

# Cases that run alone, one after the other, with a gateway of their own: Portkey
# makes an empty request of a body that is not an object, which could belong to any
# case that runs then; the router answers no requests after the long prompt; the
# gateway of Claude Code does not count any more after a count that Bedrock refused.
apart() {
	case $1 in
	portkey) echo blackbox/bad-json/no-json blackbox/bad-json/no-object blackbox/bad-json/truncated \
		errors/malformed-request/no-object errors/malformed-request/truncated errors/malformed-request/wrong-types ;;
	claude-code-router) echo sessions/refusals/prompt-too-long ;;
	claude-gateway-bedrock) echo blackbox/count-refused ;;
	esac
}

# others_than ID...: the ids of all other cases of clients of the Messages API
others_than() {
	"$bin/ccprobe" list --json | perl -MJSON::PP -0777 -ne '
		print map { "$_->{id}\n" } grep { $_->{client_format} eq 'messages' } @{ decode_json($_) }
	' | grep -vxF "$(printf '%s\n' "$@")"
}

# grade NAME REPORT JOBS [ID...]: 1 where there is no report
grade() {
	run timeout 1800 "$bin/ccprobe" run --target "$1" --jobs "$3" --no-color \
		--preflight-ms 60000 --again 600 --report "json=$2" --out "${2%.json}.logs" "${@:4}"
	if has err 'which is not installed'; then
		count=$((count + 1))
		echo "ok $count - $1 # SKIP it cannot be installed here"
		return 1
	fi
	[ "$status" -le 1 ] && has out ' (in '
	result $? "$1: it starts and is graded"
	[ -s "$2" ] || return 1
	sed -n "s/^[0-9]* cases*: /# $1: &/p" "$scratch/out"
	nothing_left "$1: nothing is left of it"
	[ -z "$(ls -A "$TMPDIR")" ]
	result $? "$1: its folder is gone"
}

for name; do
	read -ra alone < <(apart "$name")
	rest=()
	[ ${#alone[@]} -eq 0 ] || mapfile -t rest < <(others_than "${alone[@]}")
	grade "$name" "$scratch/$name.1.json" 4 ${rest[@]+"${rest[@]}"} || continue
	[ ${#alone[@]} -eq 0 ] || grade "$name" "$scratch/$name.2.json" 1 "${alone[@]}"
	verdicts "$scratch/$name".?.json >"$scratch/$name"
	same_as_committed "$name" "$scratch/$name"
done
end
