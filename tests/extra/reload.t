#!/usr/bin/env bash
# The whole suite against ccgate as somebody runs it for a team: several
# providers, keys with budgets and limits, a ledger, TLS, four threads; and all
# the time its configuration is read again, each time another one. Nothing fails.
# It is targets/bundled-pool but for that. A minute.
set -u
. "$(dirname "$0")/../programs/lib.sh"
pool=$root/targets/bundled-pool
cd "$scratch" || exit 1
mkdir tls
"$root/tests/tls/certificates.sh" "$scratch/tls"

# ---- where providers listen, and what keys there are ----

filled=()
listen=()
for name in a $(perl -MJSON::PP -0777 -ne 'print join " ", sort keys %{ decode_json($_)->{providers} }' "$pool/target.json"); do
	free_port
	if [ "$name" = a ]; then
		first=127.0.0.1:$port
		filled+=(-e "s|\${mock.url}|http://$first|")
	else
		listen+=("$name" "127.0.0.1:$port")
		filled+=(-e "s|\${mock.$name.url}|http://127.0.0.1:$port|")
	fi
done
names=$(perl -MJSON::PP -0777 -ne 'print "@{ decode_json($_)->{keys} }"' "$pool/target.json")
CCGATE_KEY=$(openssl rand -hex 24) CCGATE_UPSTREAM_KEY=$(openssl rand -hex 24)
export CCGATE_KEY CCGATE_UPSTREAM_KEY
for name in $names; do export "${name^^}=$(openssl rand -hex 24)"; done
# settings: the options of a run, as ccprobe.json has them
settings() {
	perl -MJSON::PP -0777 -e '
		my ($target, $at, $first, @listen) = @ARGV;
		open my $f, "<", $target or die;
		my $t = decode_json(<$f>);
		print JSON::PP->new->canonical->encode({
			gateway => $at, key => "env:CCGATE_KEY", upstream_key => "env:CCGATE_UPSTREAM_KEY",
			mock_listen => $first, wishes => $t->{wishes}, providers => { @listen }, claims => $t->{claims},
			keys => { map { $_ => "env:" . uc $_ } @{ $t->{keys} } },
		});' "$pool/target.json" "$at" "$first" "${listen[@]}" >ccprobe.json
}

# ---- the gateway, with configurations that take turns ----

cp "$pool/prices.json.in" prices.json
sed "${filled[@]}" -e "s|\"listen\"|\"workers\": 4, \"tls_cert\": \"tls/good.pem\", \"tls_key\": \"tls/key.pem\", &|" \
	"$pool/ccgate.json.in" >plain.json
# A key and a price more, and a limit that no case comes near.
sed 's|"keys": \[|&{ "name": "more", "key": "sk-one-more-0123456789abcdef" },|; s|"listen"|"drain_ms": 20000, &|; s|"price": 0.9|"price": 0.8|' \
	plain.json >more.json
sed 's|good.pem|soon.pem|' more.json >certificate.json
# reload NAME...: the gateway reads these in turn, until it is stopped
reload() {
	local next
	while :; do
		for next; do
			cp "$next.json" next.json && mv next.json gate.json && kill -HUP "$gate" || return
			sleep 0.05
		done
	done
}
# graded NAME TITLE OPTION...: a gateway with a ledger of its own reads plain and
# NAME in turn; no case fails
graded() {
	local name=$1 title=$2 reloading times
	shift 2
	rm -f usage.db*
	cp plain.json gate.json
	serve "$name" "$bin/ccgate" --config gate.json
	gate=$server
	at=$url
	settings
	reload plain "$name" 2>/dev/null &
	reloading=$!
	servers+=("$reloading")
	run "$bin/ccprobe" run --suite "$root" --ca-file tls/ca.pem --no-color --out logs --report json=report.json "$@"
	kill "$reloading"
	is 0 "$title: no case fails" out "gateway https://"
	sed -n 's/^[0-9]* cases: /# &/p' out
	run perl -MJSON::PP -0777 -ne '
		my %areas = map { $_ => "" } qw(auth budgets failover model-routing stream usage);
		$areas{$_->{area}} .= "$_->{verdict} " for @{ decode_json($_)->{cases} };
		/^(pass )+$/ or exit 1 for @areas{qw(auth budgets failover model-routing stream usage)}' report.json
	is 0 "$title: what providers, keys and streams do is decided"
	times=$(grep -c 'the configuration was read' "$name.err")
	[ "$times" -ge 100 ]
	result $? "$title: it is read again all the time ($times times)"
	grep -v 'the configuration was read' "$name.err" >out
	[ ! -s out ]
	result $? "$title: the gateway has nothing to complain of"
	kill "$gate"
	wait "$gate" 2>/dev/null
}

graded more 'keys, a price and limits change'
# A new certificate ends connections, with an answer that says so.
graded certificate 'the certificate, too' --exclude response/kept-connection
end
