#!/usr/bin/env bash
# ccprobe bench --soak, for a moment: what is sound is sound, through translations
# too; a gateway that mixes streams is found out by the bytes of an answer, and one
# that keeps the slots of clients that left by an answer that fails.
set -u
. "$(dirname "$0")/../programs/lib.sh"

run "$bin/ccprobe" bench --soak 1s --format json
perl -MJSON::PP -e '
	local $/; my $s = decode_json(<STDIN>);
	die "$s->{why}\n" if !$s->{sound} || $s->{wrong} || $s->{failed};
	die "nothing was $_\n" for grep { !$s->{$_} } qw(whole left cut refused new_connections bytes each_byte);
	die "samples\n" if @{ $s->{samples} } != 11;
	for (@{ $s->{samples} }) {
		die "usage\n" if !$_->{memory_kb} || !$_->{descriptors} || !$_->{direct_first_ns} || !$_->{gateway_first_ns};
	}
' <"$scratch/out" 2>>"$scratch/err"
result $? 'the bundled gateway: each byte is as it has to be'
run "$bin/ccprobe" bench --soak 1s --target bundled-chat
is 0 'one that translates: each text is' out 'wrong        0; the text was compared' out 'failed       0' \
	out 'latency      not judged: 60 s are needed'
for fault in crosses-streams:'wrong        [1-9]' leaks-slots:'failed       [1-9]'; do
	CCPROBE_FAULT=${fault%%:*} run "$bin/ccprobe" bench --soak 1s --target "$root/tests/faults/target.json"
	is 1 "a gateway that ${fault%%:*}" out 'NOT SOUND'
	grep -q "${fault#*:}" "$scratch/out"
	result $? "${fault%%:*}: what is found"
done

for soak in 10 s 0s 5d -1s; do
	run "$bin/ccprobe" bench "--soak=$soak"
	is 2 "no duration: $soak" err "--soak: '$soak' is no duration, such as 90s, 10m or 2h"
done
run "$bin/ccprobe" bench --soak 1s --format html
is 2 'a form that a soak has not' err '--format: a soak is written as text or json'
end
