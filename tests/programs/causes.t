#!/usr/bin/env bash
# What the report of causes says of gateways with a planted fault, word for word:
# one or more for each kind of cause.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/told.sh"

expected=$root/tests/faults/expected.txt
options_of() { sed -nE "s/^$1( [^:]*)?:.*/\1/p" "$expected"; }
cases_of() { sed -nE "s/^$1( [^:]*)?: *([^|]*).*/\2/p" "$expected" | cut -d ' ' -f 1-3; }

one() {
	# shellcheck disable=SC2046
	CCPROBE_FAULT=$1 "$bin/ccprobe" run --suite "$root" --target "$root/tests/faults/target.json" \
		--client 2.1.329 --report integrity --jobs 1 --again 0 --pool-wait 2 $(options_of "$1") $(cases_of "$1") \
		>"$scratch/$1.out" 2>/dev/null </dev/null
}

faults=()
while read -r fault; do
	faults+=("$fault")
	one "$fault" &
	while [ "$(jobs -pr | wc -l)" -ge 3 ]; do wait -n; done
done <<'END'
404-html
404-to-503
405-html
413-to-400
504-to-400
adds-beta
adds-cache-control
adds-done-sentinel
adds-forwarded-for
adds-user
ascii-headers-only
bad-key-wrong-type
bearer-decides
caches-responses
chat-chunks
clamps-max-tokens
closes-connections
content-type-text
count-tokens-as-inference
count-tokens-text
decompresses-wrong
doubles-message-start
drops-beta
drops-empty-thinking
drops-error-details
drops-every-id
drops-message-start
drops-nul
drops-organization-id
drops-stop-sequences
drops-unfinished-frame
drops-unknown-deltas
drops-usage-cache
echoes-key-in-error
empty-errors
empty-stream-clean
error-event-type
fills-empty-content
filters-unknown-beta
first-beta-line-only
first-piece-only
flat-error-shape
flattens-system
floats
follows-redirects
follows-with-get
forces-gzip
forces-should-retry
forwards-bearer
forwards-both-keys
forwards-cookies
forwards-forwarded-for
html-errors
impatient
impatient-for-head
lf-to-crlf
model-renamed
models-open
needs-usage
normalizes-newlines
open
prefixes-error-message
relays-set-cookie
reorders-beta
reprints-response
reset-ends-cleanly
retries-529
retries-5xx
rewords-prompt-too-long
rewrites-error-shape
shows-upstream-key
sorts-keys
sorts-tools
splits-signature
splits-tool-results
stop-sequence-nulled
uppercases-beta
wrong-scheme-upstream
END
wait
for fault in "${faults[@]}"; do
	tell "$fault" "$scratch/$fault.out"
done
is_told 'what is said of each fault is what should be'
[ ${#faults[@]} -gt 60 ]
result $? "${#faults[@]} faults were planted"

end
