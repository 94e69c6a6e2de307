#!/usr/bin/env bash
# What `ccprobe explain` knows.
set -u
. "$(dirname "$0")/lib.sh"
ccprobe() { run "$bin/ccprobe" "$@" --suite "$root"; }

ccprobe explain SSE-03
is 0 'a requirement' out 'SSE-03 (must)' out 'Source' out 'Cases that guard it'
ccprobe explain F:REQ-01
is 0 'a failure' out 'F:REQ-01 (failure)' out 'fix:'
ccprobe explain PRE-KEY
is 0 'a diagnosis before the first case' out 'the gateway refuses the key' out '--auth'
ccprobe explain DR-NO-NAME
is 0 'a finding' out 'DR-NO-NAME (error; to blame: network)' out 'Fix'
ccprobe explain DR-NO-NAMEN
is 2 'a finding that there is not' err "did you mean 'DR-NO-NAME'?"
ccprobe explain dr-context-t
is 2 'half a finding' err "did you mean 'DR-CONTEXT-TOO-LONG'?"
ccprobe explain dr-no-name
is 0 'a finding in small letters' out 'DR-NO-NAME (error; to blame: network)'
ccprobe explain pre-key
is 0 'a diagnosis in small letters' out 'the gateway refuses the key'
ccprobe explain dr-translatoin
is 2 'a misspelt finding in small letters' err "did you mean 'DR-TRANSLATION'?"
ccprobe explain DR-
is 2 'the beginning of a code' err '`ccprobe explain findings` shows'
ccprobe explain findings
is 0 'all findings' out 'DR-NO-NAME (error)'
sed -n 's/^\(DR-[^ ]*\) (.*/\1/p' "$scratch/out" | sort >"$scratch/codes"
grep -rhoE '"DR-[A-Z0-9-]+"' "$root/probe" --include='*.c' | tr -d '"' | sort -u | diff "$scratch/codes" - >"$scratch/diff"
result $? 'the program uses no code that it cannot explain, and has none that it does not use'
ccprobe explain behaviours
is 0 'the kinds of behaviours' out 'request-field-dropped '
ccprobe explain request-field-dropped
is 0 'a kind of behaviour, with its duties' out 'HDR-01    must, costs'
ccprobe explain request-field-dropped:anthropic-beta
is 0 'a cause, by its id' out 'Copy anthropic-beta as it came'
ccprobe explain request-field-droped
is 2 'a kind that is nearly one' err "did you mean 'request-field-dropped'"
ccprobe explain PRE-
is 2 'the beginning of another code' err '`ccprobe explain diagnoses` shows'
ccprobe explain diagnoses
is 0 'all diagnoses' out 'PRE-KEY' out 'the gateway refuses the key'
[ "$(grep -c '^PRE-' "$scratch/out")" -eq "$(grep -A 1 '^PRE-' "$scratch/out" | grep -v '^--' | paste - - | sort -u | wc -l)" ]
result $? 'no diagnosis stands there twice'
ccprobe explain directives
is 0 'all directives of streams' out ': @hold NAME '
ccprobe explain claims
is 0 'all claims' out 'size-limit' out 'refuses larger ones with 413'
ccprobe explain size-limit
is 0 'one claim' out 'Claim: the target takes bodies up to 32 MB'
ccprobe explain claim
is 2 'a topic that is misspelt' err "did you mean 'claims'?"
ccprobe explain
is 2 'nothing to explain' err 'topic'
ccprobe explain undecided
is 0 'a word of a report' out 'Verdict'
ccprobe explain PRE-KEX
is 2 'what there is not' err "no case, requirement or code 'PRE-KEX'; did you mean 'PRE-KEY'?"

end
