# What the tests of doctor in front of planted faults share: a provider, a gateway in
# front of it, and what doctor says of the two. Sourced after lib.sh and told.sh.

export KEY=sk-doctor-client-000000 OTHER=sk-doctor-other-111111
export HOME=$scratch
unset "${!ANTHROPIC@}" "${!CLAUDE@}" "${!CCPROBE@}"
unset NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
cd "$scratch" || exit 1

# provider OPTION...: what stands behind the gateways from here on
provider() {
	serve provider "$bin/ccmock" --listen 127.0.0.1:0 --key "$KEY" "$@"
	provider=$url
}

# gate [FAULT...]: a gateway in front of it
gate() {
	local options=() fault
	for fault; do
		options+=(--fault "$fault")
	done
	serve gate "$bin/ccgate-faulty" --listen 127.0.0.1:0 \
		--upstream "$provider" --upstream-key "$KEY" --key "$KEY" \
		${options[@]+"${options[@]}"}
}

# examine [OPTION...]: what the doctor says of $url, with the key in $variable
variable=ANTHROPIC_AUTH_TOKEN
examine() {
	run env ANTHROPIC_BASE_URL="$url" "$variable=$KEY" \
		"$bin/ccprobe" doctor --client 2.1.329 --json "$@"
	grep -q doctor-client "$scratch/out" "$scratch/err" && status=99
}

# report EXPRESSION: true of the JSON as $r, its findings as @f, codes as @c
report() {
	perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die;
		my $r = decode_json(<$f>); my @f = @{$r->{findings}};
		my @c = map { $_->{code} } @f;
		exit !eval shift' "$scratch/out" "$1"
}

# first CODE TITLE: it is the first finding
first() {
	local bad=0
	[ "$status" -le 1 ] && report "(\$c[0] // 'none') eq '$1'" || bad=1
	result "$bad" "$1: $2"
	tell "$1: $2" "$scratch/err"
}

# among CODE TITLE: it is one of them
among() {
	local bad=0
	[ "$status" -le 1 ] && report "grep { \$_ eq '$1' } @c" || bad=1
	result "$bad" "$1: $2"
	tell "$1: $2" "$scratch/err"
}

# says TEXT TITLE
says() {
	has out "$1"
	result $? "$2"
}

# planted CODE FAULT [OPTION...]: a gateway with this fault is found out
planted() {
	local code=$1 fault=$2
	shift 2
	gate "$fault"
	examine "$@"
	first "$code" "$fault"
	kill "$server"
}

# scripted CODE TITLE [OPTION...]: a provider that plays the rules on stdin,
# goes on by itself where none fits, and knows no chat completions
scripted() {
	local code=$1 title=$2 reply
	shift 2
	printf '{ "upstream": { "elsewhere": { "when": { "path": "/v1/chat/completions" }, "reply": { "status": 404, "json": { "type": "error",
			"error": { "type": "not_found_error", "message": "Not found: /v1/chat/completions" } } } },
		%s,\n"rest": { "reply": { "provider": true } } } }' "$(cat)" >"$scratch/rules.json"
	serve script "$bin/ccmock" --listen 127.0.0.1:0 --key "$KEY" \
		"$scratch/rules.json"
	examine "$@"
	first "$code" "$title"
	kill "$server"
}
