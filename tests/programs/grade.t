#!/usr/bin/env bash
# Caps come from the check that saw the thing, and from no other.
. "$(dirname "$0")/lib.sh"

# caps FAULT [OPTION...] PATTERN...: the letters of the caps, in order.
caps() {
	local fault=$1
	shift
	CCPROBE_FAULT=$fault run "$bin/ccprobe" run --suite "$root" \
		--target "$root/tests/faults/target.json" --report json "$@"
	perl -MJSON::PP -0777 -ne '
		print join(" ", map { $_->{letter} } @{ decode_json($_)->{grade}{caps} }), "\n"
	' "$scratch/out" >"$scratch/caps"
}

# sets 'LETTERS' TITLE
sets() {
	printf '%s\n' "$1" | cmp -s - "$scratch/caps"
	result $? "$2"
}

caps forwards-client-key 'security/*'
sets 'F C' 'a key that goes upstream is an F'
caps error-event-to-stop errors/after-a-tool-call errors/overloaded-in-tool-input
sets 'D C' 'an error that becomes a tidy end is a D'
caps cut-synthesizes-stop 'errors/cut*'
sets 'D C' 'a cut that becomes a whole answer is a D'
caps bearer-only --auth bearer 'auth/*' 'security/*'
run grep -c '[FD]' "$scratch/caps"
is 1 'a gateway that reads one form of the key exposes none'
caps bad-key-400 'auth/*' 'security/*' 'blackbox/*'
run grep -c '[FD]' "$scratch/caps"
is 1 'a refusal with another status exposes nothing'
caps all-5xx-502 'errors/*' 'stream/*'
run grep -c '[FD]' "$scratch/caps"
is 1 'another status is no false end'

# A copy of a file that fails.
mkdir -p "$scratch/suite"
cp -r "$root/cases" "$root/fixtures" "$root/targets" "$scratch/suite/"
score() {
	CCPROBE_FAULT=429-to-500 run "$bin/ccprobe" run --suite "$scratch/suite" \
		--target "$root/tests/faults/target.json" --report json 'errors/*' 'response/*'
	perl -MJSON::PP -0777 -ne '
		my $g = decode_json($_)->{grade}; print "$g->{letter} $g->{score}\n"' "$scratch/out"
}
score >"$scratch/before"
cp "$scratch/suite/cases/errors/status-kept.json" "$scratch/suite/cases/errors/status-kept-again.json"
cp "$scratch/suite/cases/errors/retry-after.json" "$scratch/suite/cases/errors/retry-after-again.json"
score >"$scratch/after"
grep -q '[A-F] [0-9]' "$scratch/before" && cmp -s "$scratch/before" "$scratch/after"
result $? 'a copy of a failing case changes no grade'

end
