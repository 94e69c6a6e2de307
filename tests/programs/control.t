#!/usr/bin/env bash
# What ccmock shows to whom: the control port, credentials in the journal, the log.
set -u
. "$(dirname "$0")/lib.sh"

# mock NAME OPTION...: with a control port
mock() {
	local line
	serve "$1" "$bin/ccmock" --listen 127.0.0.1:0 --control 127.0.0.1:0 "${@:2}"
	IFS= read -r line <&9
	control=${line##* }
	said=$scratch/$1.err
}
ask() { curl -s -o "$scratch/answer" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' "$@"; }

mock plain --key provider-key-0001 --journal "$scratch/journal"
ask -H 'x-api-key: provider-key-0001' "$url/v1/models?limit=2&api_key=in-the-query-0002&next=sk-of-a-client-key-0005"
ask -H 'Authorization: Bearer another-key-0003' "$url/v1/models"
ask -H 'x-api-key: provider-key-0001' "$url/v1/models"
curl -s "$control/journal" >"$scratch/told"
curl -s "$control/requests" >"$scratch/list"
! grep -q 'key-000\|query-000' "$scratch/told" "$scratch/journal" "$scratch/list"
result $? "no credential is in the journal, its file or the list"
[ "$(grep -o '"<credential, 17 bytes, [0-9a-f]*>"' "$scratch/told" | sort | uniq -c | awk '{ print $1 }')" = 2 ] &&
	grep -qF '"Bearer <credential, 16 bytes, ' "$scratch/told" && grep -qF 'api_key=<credential, 17 bytes, ' "$scratch/told"
result $? "digests stand instead, the same for the same one"
[ ! -s "$said" ]
result $? "without --log it says nothing"
for host in evil.example 127.0.0.1.evil.example; do
	run curl -s -H "Host: $host" "$control/journal"
	is 0 "not for who comes by the name $host" out "is no name of this control port"
done
run curl -s -XPOST -H 'Sec-Fetch-Site: cross-site' "$control/reset"
is 0 "nor for a page's form" out 'not for web pages'
run curl -s "${control/127.0.0.1/localhost}/health"
is 0 "localhost is a name of it" out '"ok":true'
run curl -s -XPOST "$control/arm" -d '{"upstream":{"calm":{"reply":{"status":200}},"busy":{"repply":{}}}}'
is 0 "a mistake in a rule names the rule" out "did you mean 'reply'? (rule 'busy')"

mock raw --journal-secrets --control-host mock.test --log --key provider-key-0001
ask -H 'x-api-key: provider-key-0001' "$url/v1/models"
run curl -s "$control/journal"
is 0 "--journal-secrets" out '"provider-key-0001"'
run curl -s -H 'Host: mock.test:1' "$control/health"
is 0 "--control-host" out '"ok":true'
exec 8<>"/dev/tcp/127.0.0.1/${url##*:}"
printf 'GET /\xe2\x80\xae/provider-key-0001\\/?q=hidden HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' >&8
timeout 20 cat <&8 >"$scratch/out"
exec 8>&-
grep -qE '^GET /v1/models 200 [0-9]+ bytes [0-9]+ ms clean$' "$said"
result $? "--log: a line for each request"
grep -qE '^GET /\\xe2\\x80\\xae/<credential,.*>\\\\/ [0-9]+ [0-9]+ bytes [0-9]+ ms clean$' "$said" &&
	! grep -q 'hidden\|provider-key' "$said"
result $? "with what a client chose escaped, and no credential"
ask -H 'x-api-key: given-to-me-0004' "$url/given-to-me-0004/v1/models"
ask "$url/sk-nobodys-01234567/v1/models"
logged() { [ "$(grep -c '^GET ' "$said")" = 4 ]; }
until_true logged
! grep -q 'to-me-0004\|01234567' "$said" && grep -q '^GET /<credential,.*>/v1/models ' "$said"
result $? "nor a client's own key in the path"
mock json --log-format json
ask -H 'x-api-key: k' "$url/v1/models"
perl -MJSON::PP -ne 'my $e = decode_json($_); exit !($e->{path} eq "/v1/models" && $e->{status} == 200 && $e->{bytes} > 0)' "$said"
result $? "--log-format json"
run timeout 20 "$bin/ccmock" --listen 127.0.0.1:0 --log-format xml
is 2 "a format that is none" err "'off', 'text' or 'json', not 'xml'"
end
