#!/usr/bin/env bash
# What the report of causes says of gateways with a planted fault, word for word:
# one or more for each kind of cause.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"

# one FAULT [OPTION...] CASE...
one() {
	local name=$1
	shift
	CCPROBE_FAULT=$name "$bin/ccprobe" run --suite "$root" --target "$root/tests/faults/target.json" \
		--report integrity --jobs 1 "$@" >"$scratch/$name.out" 2>/dev/null </dev/null
}

faults=()
while read -r -a words; do
	faults+=("${words[0]}")
	one "${words[@]}" &
	while [ "$(jobs -pr | wc -l)" -ge 3 ]; do wait -n; done
done <<'END'
404-html blackbox/no-page/doubled-v1 blackbox/no-page/unknown routes/wrong-path/doubled-v1
404-to-503 blackbox/unknown-model/message blackbox/unknown-model/stream errors/status-kept/404
405-html blackbox/method/delete blackbox/method/get routes/wrong-method
413-to-400 errors/status-kept/413
504-to-400 errors/status-kept/504 errors/server-errors-stay-retried/504
adds-beta auth/login-capability headers/beta-changes-between-turns headers/beta-list/one-value
adds-cache-control body/long-history body/nothing-added/no-stream caching/no-markers
adds-done-sentinel stream/untouched/answer stream/empty
adds-forwarded-for headers/proxy-traces
adds-user body/long-history body/nothing-added/no-stream count/relayed/text
ascii-headers-only headers/non-ascii
bad-key-wrong-type auth/refusal/none models/refusal/none
bearer-decides auth/one-good-of-two/good-x-api-key
caches-responses blackbox/fresh-answers/message blackbox/fresh-answers/stream body/key-order
chat-chunks caching/identical-requests headers/compression-offer retry/next-request/400
clamps-max-tokens body/long-history body/nothing-added/no-stream body/recorded/2.1.329-interactive-title
closes-connections response/kept-connection
content-type-text blackbox/accept/stream-for-a-message blackbox/credential/bearer blackbox/query/beta
count-tokens-as-inference count/burst count/grows count/relayed/text
count-tokens-text count/grows count/relayed/history count/relayed/text
decompresses-wrong errors/compressed
doubles-message-start stream/untouched/answer stream/untouched/future
drops-beta headers/beta-list/one-value sessions/pairs/binding sessions/refusals/unknown-field
drops-empty-thinking body/recorded/2.1.329-empty-thinking thinking/in-history/without-text
drops-error-details errors/details-kept
drops-every-id blackbox/request-id/error
drops-message-start caching/usage headers/compression-offer
drops-nul body/strings/zero
drops-organization-id response/request-id/stream
drops-stop-sequences body/remaining-fields/stop-sequences
drops-unfinished-frame stream/ragged-ends stream/spelling/mixed-line-ends timing/compressed/zstd
drops-unknown-deltas stream/future stream/server-tools stream/spelling/multi-line-data
drops-usage-cache caching/usage concurrency/slow-beside-quick response/message
echoes-key-in-error blackbox/key-in-refusal/bearer blackbox/key-in-refusal/x-api-key security/refusal-without-key/wrong-bearer
empty-errors errors/compressed errors/malformed-request-shape/no-object errors/malformed-request-shape/truncated
empty-stream-clean stream/empty
error-event-type errors/first-event errors/later-in-the-stream/error-in-thinking errors/later-in-the-stream/error-of-a-new-type
fills-empty-content response/odd-messages/no-content stream/odd-messages/no-blocks
filters-unknown-beta headers/beta-list/one-value sessions/pairs/binding sessions/refusals/unknown-field
first-beta-line-only headers/beta-on-two-lines
first-piece-only response/padded
flat-error-shape auth/rejected-upstream blackbox/bad-json-shape/no-json blackbox/bad-json-shape/no-object
flattens-system body/long-history body/recorded/2.1.329-interactive-title sessions/refusals/five-markers
floats body/numbers body/short-model-name body/remaining-fields/sampling
follows-redirects security/redirect security/redirect-elsewhere/301 security/redirect-elsewhere/302
follows-with-get security/redirect security/redirect-elsewhere/301 security/redirect-elsewhere/302
forces-gzip headers/compression-offer
forces-should-retry errors/should-retry/429-false routes/unknown-model
forwards-bearer security/client-key-stays-inside/bearer security/other-header-stays-inside/key-beside-token
forwards-both-keys security/client-key-stays-inside/x-api-key security/other-header-stays-inside/key-beside-token
forwards-cookies security/cookies security/credential-elsewhere/cookie
forwards-forwarded-for headers/proxy-traces
html-errors errors/compressed errors/malformed-request-shape/no-object errors/malformed-request-shape/truncated
impatient timing/long-flow timing/long-silence/in-text timing/long-silence/in-tool-input
impatient-for-head timing/silence-before-the-head/message
lf-to-crlf stream/untouched/answer stream/compressed-unlabelled/gz
model-renamed body/long-history body/nothing-added/stream count/relayed/text
models-open blackbox/models-refused/none blackbox/models-refused/wrong models/refusal/none
needs-usage response/odd-messages/usage-null stream/odd-messages/usage-missing stream/odd-messages/usage-null
normalizes-newlines body/strings/white-space
open auth/corrected-at-once auth/refusal/none security/refusal-without-key/wrong-bearer
prefixes-error-message count/errors-kept/404 errors/status-kept/408 errors/wording-kept/advisor-tool
relays-set-cookie security/cookies
reorders-beta auth/login-capability
reprints-response errors/details-kept response/every-block stream/future
reset-ends-cleanly errors/cut-message/rst errors/cut/after-start-rst errors/cut/after-tool-rst
retries-529 retry/left-to-the-client/529
retries-5xx retry/empty-left-to-the-client/page retry/left-to-the-client/500
rewords-prompt-too-long errors/wording-kept/prompt-too-long
rewrites-error-shape auth/rejected-upstream errors/should-retry/400-true routes/unknown-model
shows-upstream-key security/provider-key-stays-inside/answer security/provider-key-stays-inside/error
sorts-keys body/key-order body/member-order tools/inputs-in-history/empty
sorts-tools tools/beta-fields/server-tool tools/schemas/choices tools/two-hundred
splits-signature sessions/edit/2.1.100 sessions/parallel sessions/replayed/max-tokens-continue
splits-tool-results body/recorded/1.0.128-tool-errors body/recorded/2.0.76-edit-session body/recorded/2.0.76-tool-errors
stop-sequence-nulled response/stop-reason/stop-sequence
uppercases-beta auth/login-capability headers/beta-changes-between-turns headers/beta-list/one-value
wrong-scheme-upstream auth/provider-key-form/from-bearer auth/provider-key-form/from-x-api-key
END
wait
for fault in "${faults[@]}"; do
	tell "$fault" "$scratch/$fault.out"
done
is_told 'what is said of each fault is what should be'
[ ${#faults[@]} -gt 60 ]
result $? "${#faults[@]} faults were planted"

end
