#!/usr/bin/env bash
# The phases of a run: what is asked again, and a gateway that dies.
. "$(dirname "$0")/lib.sh"

faulty() {
	local fault=$1
	shift
	CCPROBE_FAULT=$fault run "$bin/ccprobe" run --suite "$root" \
		--target "$root/tests/faults/target.json" --report json "$@"
	cp "$scratch/out" "$scratch/json"
}

# of ID: its verdict, from the JSON on stdout
of() {
	perl -MJSON::PP -0777 -e '
		my ($id, $from) = @ARGV;
		open my $f, "<", $from or die;
		my ($case) = grep { $_->{id} eq $id } @{ decode_json(<$f>)->{cases} };
		print $case->{verdict}, " ", $case->{reason} // "", "\n"' "$1" "$scratch/json"
}

faulty dies-of-size routes/just-under-the-limit stream/ends 'errors/status-kept/*'
is 1 'a gateway that dies does not conform' err 'exited with status 3: panic: out of memory (planted)'
of routes/just-under-the-limit >"$scratch/got"
run grep '^fail' "$scratch/got"
is 0 'the case that it died of fails'
of errors/status-kept/429 >"$scratch/got"
run grep '^undecided the gateway is gone' "$scratch/got"
is 0 'those after it are undecided'
perl -MJSON::PP -0777 -e 'print map "$_->{id}: $_->{headline}\n", @{ decode_json(<STDIN>)->{causes} }' \
	<"$scratch/json" >"$scratch/causes"
run grep '^gateway-gone: died during the run.*panic: out of memory' "$scratch/causes"
is 0 'the death is one cause, with its last words'
run grep '^no-answer' "$scratch/causes"
is 1 'and what it broke off is no cause of its own'

faulty buffers-all cancel/in-a-pause timing/first-event
is 1 'a gateway that buffers'
of cancel/in-a-pause >"$scratch/got"
run grep '^undecided a precondition failed: ' "$scratch/got"
is 0 'a precondition that is not met is undecided'
of timing/first-event >"$scratch/got"
run grep '^fail' "$scratch/got"
is 0 'a wait that the case asks about fails'

counts() {
	perl -MJSON::PP -0777 -e '
		my %n;
		$n{ $_->{verdict} }++ for @{ decode_json(<STDIN>)->{cases} };
		print join(" ", map "$n{$_} $_", sort keys %n), "\n"' <"$scratch/json"
}

faulty buffers-all --again 1 timing/first-event timing/each-delta timing/comments
counts >"$scratch/got"
run cat "$scratch/got"
is 0 'what there was no time to ask again alone is not believed' out '1 fail 2 undecided'
of timing/first-event >"$scratch/first"
of timing/each-delta >>"$scratch/first"
run grep 'no time left to run it again alone' "$scratch/first"
is 0 'and the report says so'

faulty buffers-all --again 0 timing/first-event timing/each-delta timing/comments
counts >"$scratch/got"
run cat "$scratch/got"
is 0 'with --again 0 it is believed' out '3 fail'

run "$bin/ccprobe" run --again 4000
is 2 'there is a limit to --again' err '--again: 3600 seconds at most'

end
