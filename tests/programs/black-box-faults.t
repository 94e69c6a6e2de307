#!/usr/bin/env bash
# What a fault breaks is seen from the client's side alone: ccmock is the
# provider, and ccprobe knows nothing of it.
set -u
. "$(dirname "$0")/lib.sh"
export CCGATE_KEY=sk-black-box-key-000 CCGATE_UPSTREAM=sk-black-box-up-000

serve provider "$bin/ccmock" --strict --listen 127.0.0.1:0
provider=$url

# grade FAULT CASE
grade() {
	serve "$1" "$bin/ccgate-faulty" --listen 127.0.0.1:0 --fault "$1" \
		--upstream "$provider" --upstream-key env:CCGATE_UPSTREAM --key env:CCGATE_KEY
	run "$bin/ccprobe" run --gateway "$url" --no-mock --key env:CCGATE_KEY -v "$2"
	kill "$server"
}
# caught FAULT CASE: where the fault is, the case fails
caught() {
	grade "$@"
	is 1 "$1 is caught" out "FAIL  $2"
}
grade bearer-only blackbox/credential
is 0 'one form of the key is enough, and the other is told of' out 'takes-x-api-key'
caught buffers-all blackbox/promptness
caught 400-to-500 blackbox/bad-request
caught 404-html blackbox/no-page
caught stream-from-accept blackbox/accept
caught drops-usage blackbox/usage
caught stop-reason-rewritten blackbox/tool-round-trip
caught caches-responses blackbox/fresh-answers
caught echoes-key-in-error blackbox/key-in-refusal
caught waf blackbox/suspicious-text
caught index-off-by-one blackbox/stream
caught count-tokens-zero blackbox/count
caught newest-words-only blackbox/history
caught drops-images blackbox/image-in-result
caught drops-output-config blackbox/structured-output
caught drops-thinking-history blackbox/thinking-and-tool
caught drops-thinking-history blackbox/signature-checked
caught one-tool-index blackbox/two-tools
caught limits-tool-names blackbox/long-tool-name
caught refuses-words-after-results blackbox/conversation/words-after-result
caught hands-searches-back blackbox/web-search
grade refuses-server-tools blackbox/web-search
is 0 'a refusal of web_search is none'
caught one-effort blackbox/effort
caught thinks-always blackbox/thinking-off
caught usage-drifts blackbox/usage
caught stamps-system blackbox/cache-again
caught rewrites-model blackbox/model-named
grade drops-thinking-blocks blackbox/thinking-and-tool
is 3 'a model that does not think is no failure' out 'UNDECIDED  blackbox/thinking-and-tool'

end
