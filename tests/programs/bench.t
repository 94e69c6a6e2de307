#!/usr/bin/env bash
# ccprobe bench, for a short time: the figures are whatever they are, but all that
# was sent came back whole, and what cannot be measured is refused.
set -u
. "$(dirname "$0")/lib.sh"
short=(--each 20 --pairs 2 --streams 3,2 --pace 10 --spread 1000000)

run "$bin/ccprobe" bench "${short[@]}" --seed 5 --format json
perl -MJSON::PP -e '
	local $/; my $b = decode_json(<STDIN>);
	my @halves = ((map { @$_{qw(direct gateway)} } @{ $b->{loads} }, @{ $b->{paced} }, @{ $b->{steps} }, $b->{long}));
	for my $half (@halves) {
		die "failed: $half->{why}\n" if $half->{failed} || $half->{lost};
		die "nothing was done\n" if !$half->{done};
		die "heads: $half->{head_ns}{count}\n" if $half->{head_ns}{count} != $half->{done};
	}
	my %events = (loads => 25, paced => 10, long => 10005);
	die "events\n" if grep { $_->{events} != 25 * $_->{done} } map { @$_{qw(direct gateway)} } @{ $b->{loads} };
	for my $i (0, 1) {
		my $n = 3 - $i;
		die "paced\n" if $b->{paced}[$i]{streams} != $n
			|| grep { $_->{done} != $n || $_->{events} != 10 * $n } @{ $b->{paced}[$i] }{qw(direct gateway)};
	}
	die "long\n" if grep { $_->{done} != 2 || $_->{events} != 20010 } @{ $b->{long} }{qw(direct gateway)};
	die "order\n" if join(" ", map { "$_->{request}/$_->{streams}" } @{ $b->{loads} })
		ne "5 kB/1 5 kB/8 5 kB/64 50 kB/1 50 kB/8 50 kB/64 1 MB/1 1 MB/8 1 MB/64";
	die "usage\n" if !$b->{usage}{cpu_ns_a_request}{median} || !$b->{usage}{memory_kb}{idle};
	die "seed\n" if $b->{seed} != 5;
' <"$scratch/out" 2>"$scratch/err"
result $? 'all came back whole, and as much as was asked for'

run "$bin/ccprobe" bench "${short[@]}" --target bundled-responses
is 0 'a provider of another format; as text' out 'ccprobe bench: bundled-responses, 2 pairs of 20 ms, seed 1' \
	out 'processor: ' out '3 streams of an event every 10 ms' out '2 streams of an event every 10 ms' \
	out 'gateway: 30 events, 0 lost' out 'gateway: 20 events, 0 lost'
CCPROBE_FAULT=merges-deltas run "$bin/ccprobe" bench "${short[@]}" --target "$root/tests/faults/target.json"
is 3 'a gateway that makes one event of many' err 'makes 6 events of a stream that has 20 events of text: lost ones cannot be counted'

run "$bin/ccprobe" bench --each 20 --spread 0
is 3 'two equal runs that differ' err 'this machine is too busy: two equal runs differ by a factor of '

# A gateway that was running already: it has another provider.
start_mock() {
	"$bin/ccmock" --listen 127.0.0.1:0 >"$scratch/mock" 2>&1 &
	mock=$!
	trap 'kill "$mock" 2>/dev/null; rm -rf "$scratch"' EXIT
	until_true grep -q listening "$scratch/mock"
	url=$(sed -n 's/^listening on //p' "$scratch/mock")
}
start_mock
free_port
run "$bin/ccprobe" bench "${short[@]}" --mock-listen "127.0.0.1:$port" --key some-key-of-mine "$url"
is 3 'another provider answers' err "the gateway at $url has to ask http://127.0.0.1:$port" \
	err "$url does not answer with the text of ccmock at http://127.0.0.1:$port"
run "$bin/ccprobe" bench "${short[@]}" --mock-listen "127.0.0.1:$port" --key some-key-of-mine "$url/v2"
is 3 'a gateway that refuses' err "$url/v2 answers 404; 'ccprobe doctor' tells why"
run "$bin/ccprobe" bench "${short[@]}" --mock-listen "127.0.0.1:${url##*:}" --key some-key-of-mine "$url"
is 3 'somebody else listens where the provider would' err 'ccmock does not start: ' err 'the port is taken by another program'
kill "$mock"
wait "$mock" 2>/dev/null
run "$bin/ccprobe" bench "${short[@]}" --mock-listen "127.0.0.1:$port" --key some-key-of-mine "$url"
is 3 'nobody there' err "$url: "

# What runs for an hour: Ctrl-C ends it.
"$bin/ccprobe" bench --each 3600000 >"$scratch/out" 2>"$scratch/err" &
bench=$!
has_started() { [ "$(wc -w <"/proc/$bench/task/$bench/children")" -ge 3 ]; }
until_true has_started
kill -INT "$bench"
status=0
wait "$bench" || status=$?
is 3 'Ctrl-C' err 'ccprobe: interrupted'
[ ! -s "$scratch/out" ]
result $? 'and nothing is told of what was measured'

run "$bin/ccprobe" bench --format pdf
is 2 'no format' err "--format: 'pdf' is none of text, json, markdown and html"
run "$bin/ccprobe" bench --pairs 0
is 2 'no pairs' err '--pairs: a number from 1 to 64'
run "$bin/ccprobe" bench --each 0
is 2 'no time' err '--each: a number from 1 to 3600000'
run "$bin/ccprobe" bench --streams 20001
is 2 'too many streams' err '--streams: up to 4 numbers from 1 to 20000, such as 512,4096'
run "$bin/ccprobe" bench --streams 1,2,3,4,5
is 2 'too many numbers of streams' err '--streams: up to 4 numbers'
run "$bin/ccprobe" bench --streams 0
is 2 'no streams' err '--streams: up to 4 numbers'
for shard in 0/2 3/2 2 1/65 a/b; do
	run "$bin/ccprobe" bench --shard "$shard"
	is 2 "no shard: $shard" err "--shard: '$shard' is not K/N, such as 2/4"
done
run "$bin/ccprobe" bench --shard 1/4
is 2 'more shards than pairs' err '--shard: 3 pairs cannot be divided by 4 (--pairs)'
run "$bin/ccprobe" bench "$url" http://127.0.0.1:1
is 2 'two gateways' err 'one gateway is measured at a time'
run "$bin/ccprobe" bench "$url" --gateway http://127.0.0.1:1
is 2 'two gateways in two ways' err 'one gateway is measured at a time'
end
