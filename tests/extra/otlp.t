#!/usr/bin/env bash
# What ccgate sends to an OTLP collector is read by the published protocol's own classes
# (opentelemetry-proto, from PyPI): no unknown member, no wrong type.
set -u
. "$(dirname "$0")/../programs/lib.sh"

venv=$root/build/extra/otlp
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import opentelemetry.proto' 2>/dev/null; then
	mkdir -p "$root/build/extra"
	if ! { python3 -m venv "$venv" && "$venv/bin/pip" install -q 'opentelemetry-proto>=1.20,<2'; } >&2; then
		echo '1..0 # SKIP opentelemetry-proto cannot be installed here'
		exit 0
	fi
fi

serve mock "$bin/ccmock" --listen 127.0.0.1:0 --journal "$scratch/journal"
cat >"$scratch/gate.json" <<END
{ "listen": "127.0.0.1:0", "upstream": { "url": "$url", "key": "up-key-1234" }, "keys": [ { "name": "ann", "key": "ann-key-123" } ],
  "ledger": { "path": "$scratch/usage.db", "prices": "$root/gateway/prices.json", "otlp": "$url", "otlp_ms": 100 } }
END
serve gate "$bin/ccgate" --config "$scratch/gate.json"
curl -s -o "$scratch/answer" -H 'x-api-key: ann-key-123' -H 'anthropic-version: 2023-06-01' \
	-d '{"model":"claude-opus-5-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}' "$url/v1/messages"
told() { grep -q 'claude-opus-5-5.*claude_code.cost\|claude_code.cost.*claude-opus-5-5' "$scratch/journal"; }
until_true told
result $? "metrics of a request are sent"
cat >"$scratch/read.py" <<'END'
import json, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
bodies = [json.loads(line) for line in open(sys.argv[1])]
bodies = [b['bytes'] for b in bodies if b['kind'] == 'body' and 'resourceMetrics' in b['bytes']]
read = json_format.Parse(bodies[-1], ExportMetricsServiceRequest())
metrics = {m.name: m for m in read.resource_metrics[0].scope_metrics[0].metrics}
points = {a.value.string_value: p.as_int for p in metrics['claude_code.token.usage'].sum.data_points for a in p.attributes if a.key == 'type'}
assert points['input'] > 0 and points['output'] > 0, points
assert metrics['claude_code.cost.usage'].sum.data_points[0].as_double > 0
assert all(m.sum.is_monotonic and m.sum.aggregation_temporality == 2 for m in metrics.values())
print(len(bodies), 'requests,', sorted(metrics))
END
run "$venv/bin/python" "$scratch/read.py" "$scratch/journal"
is 0 "and are what the protocol has" out 'claude_code.token.usage'
end
