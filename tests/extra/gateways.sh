# What the tests of real gateways share. Sourced, with the test's arguments:
# loopback alone where that is allowed, program tests' TAP, a folder for all
# that a target leaves, and what a report says.

# Sources tests/programs/lib.sh, too: its scratch folder has to be made after
# `exec`.
if [ "${CCPROBE_EXTRA_NETNS-}" != done ] && unshare -n true 2>/dev/null; then
	CCPROBE_EXTRA_NETNS=done exec unshare -n bash -c 'ip link set lo up; exec "$0" "$@"' "$0" "$@"
fi
. "$(dirname "${BASH_SOURCE[0]}")/../programs/lib.sh"

# A database of a target runs as a user of its own, who has to get there.
chmod 711 "$scratch"
export TMPDIR=$scratch/tmp
mkdir -m 711 "$TMPDIR"

# Processes that run in a folder below TMPDIR, as everything of a target does.
left_over() {
	local process
	for process in /proc/[0-9]*; do
		case $(readlink "$process/cwd" 2>/dev/null) in
		"$TMPDIR"/*) tr '\0' ' ' <"$process/cmdline" && echo "(${process#/proc/})" ;;
		esac
	done
}

# nothing_left TITLE: within two seconds, which the kernel may take to end all
nothing_left() {
	local i
	for i in $(seq 20); do
		left_over >"$scratch/out"
		[ -s "$scratch/out" ] || break
		sleep 0.1
	done
	[ ! -s "$scratch/out" ]
	result $? "$1"
}

# verdicts REPORT...: by verdict the ids of what neither passed nor was skipped
verdicts() {
	perl -MJSON::PP -0777 -ne '
		push @{ $ids{ $_->{verdict} } }, $_->{id} for @{ decode_json($_)->{cases} };
		END {
			delete $ids{$_} for qw(pass skip);
			@$_ = sort @$_ for values %ids;
			print JSON::PP->new->canonical->indent->indent_length(2)->space_after->encode(\%ids);
		}
	' "$@"
}

# same_as_committed NAME VERDICTS: what does not pass is what result.json says
same_as_committed() {
	local expected=$root/targets/$1/result.json
	[ -z "${UPDATE_GOLDEN-}" ] || cp "$2" "$expected"
	run diff "$expected" "$2"
	is 0 "$1: what does not pass is what result.json says"
}
