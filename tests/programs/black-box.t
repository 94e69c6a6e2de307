#!/usr/bin/env bash
# Gateways that nobody can put a mock behind: ccmock is their provider, and
# ccprobe knows nothing of it.
set -u
. "$(dirname "$0")/lib.sh"
export CCGATE_KEY=sk-black-box-key-000 CCGATE_UPSTREAM=sk-black-box-up-000

serve provider "$bin/ccmock" --strict --listen 127.0.0.1:0
provider=$url

# gate NAME PROGRAM [OPTION...]: a gateway in front of the provider
gate() {
	local name=$1 program=$2
	shift 2
	serve "$name" "$bin/$program" --listen 127.0.0.1:0 \
		--upstream "$provider" --upstream-key env:CCGATE_UPSTREAM \
		--key env:CCGATE_KEY "$@"
}

# probe URL OPTION...: a run without a mock
probe() {
	local at=$1
	shift
	run "$bin/ccprobe" run --gateway "$at" --no-mock \
		--key env:CCGATE_KEY --report "json=$scratch/json" "$@"
}

# report EXPRESSION TITLE: true of the JSON report as $r, its cases as @c
report() {
	run perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die;
		my $r = decode_json(<$f>); my @c = @{$r->{cases}};
		exit !eval shift' "$scratch/json" "$1"
	is 0 "$2"
}

gate whole ccgate
whole=$url

probe "$whole"
is 0 'the bundled gateway in front of a provider of its own has no failure' \
	out 'mock none' out 'cases not run: a mock behind the gateway is needed' \
	err 'can be decided without a mock' err 'input tokens'
report '$r->{counts}{pass} >= 45' 'at least 45 cases decide'
report '!$r->{counts}{fail} && !$r->{counts}{broken}
	&& !grep { $_->{verdict} eq "skip" && $_->{id} !~ m{^sign-in/} } @c' \
	'nothing fails or breaks, and nothing is skipped but signing in'
report '!grep { $_->{not_run} && ($_->{verdict} ne "undecided" || !$_->{reason}) } @c' \
	'what was not run is undecided, with its reason'
report '@c == $r->{counts}{pass} + $r->{counts}{skip} + grep { $_->{not_run} } @c' \
	'and everything else is decided'
report '!grep { $_->{verdict} eq "pass" && !@{$_->{checks}} } @c' \
	'nothing passes without a check'
report 'grep { $_->{id} =~ m{^security/client-key-stays-inside} && $_->{not_run} } @c' \
	'what only a mock can see is listed'

probe "$whole" -v --max-requests 1
! has out replaces-key
result $? 'what cannot be looked at is not said to be not offered'

probe "$whole" --report "junit=$scratch/junit"
run grep -q '^<testsuites .*errors="0"' "$scratch/junit"
is 0 'JUnit calls nothing of it an error'

probe "$whole" --max-requests 5 --report "tap=$scratch/tap"
is 0 'a limit of requests' err 'by 5 requests' out 'left out by --max-requests'
report '$r->{counts}{pass} >= 1 && $r->{counts}{pass} <= 4' \
	'is kept to, the first look included'
run grep -c '^not ok .* # todo undecided: left out by --max-requests' \
	"$scratch/tap"
is 0 'and TAP does not call the rest ok'

probe "$whole" --model claude-sonnet-5 blackbox/message \
	--out "$scratch/logs" --keep all
is 0 'another model'
unpack "$scratch/logs"
run grep -rhq 'claude-sonnet-5' "$scratch/logs"
is 0 'is what is asked for'
run grep -rq "$CCGATE_KEY" "$scratch/logs" "$scratch/json"
is 1 'no key is in what is kept'
probe "$whole" --model ccprobe-no-such-model
is 3 'a model that nobody serves stops the run before the first case' \
	err 'does not serve this model: status 404' err '--model'
probe "$whole" errors/cut
is 77 'nothing that can be decided' out 'UNDECIDED'

# A provider that says "not now" is no failure of the gateway's.
cat >"$scratch/busy.json" <<'EOF'
{ "upstream": {
  "busy": { "when": { "has": "Count from" }, "reply": { "status": 429, "json":
    { "type": "error", "error": { "type": "rate_limit_error", "message": "busy" } } } },
  "rest": { "reply": { "provider": true } } } }
EOF
strict=$provider
serve busy "$bin/ccmock" --listen 127.0.0.1:0 "$scratch/busy.json"
provider=$url
gate throttled ccgate
probe "$url" blackbox/promptness blackbox/message
is 3 'what was throttled is undecided' out 'UNDECIDED  blackbox/promptness' \
	out 'throttled: c1 was answered with status 429'
provider=$strict

run "$bin/ccprobe" run --no-mock
is 2 'without a gateway' err '--no-mock needs --gateway'
run "$bin/ccprobe" run --gateway "$whole" --max-requests 5
is 2 'a limit with a mock' err '--max-requests goes with --no-mock only'
probe "$whole" --mock-listen 127.0.0.1:0
is 2 'a mock and none' err '--mock-listen and --no-mock exclude'

end
