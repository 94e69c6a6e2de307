#!/usr/bin/env bash
# The current SDK of Responses (PyPI `openai`) against ccmock and its strict
# personality: responses and streams, of which each event has to be one that
# the SDK's types know; tools, thoughts that go back, parsed answers, answers
# that are not complete, that fail, or break off, errors as the SDK's exceptions.
#
#	tests/extra/openai-responses.t
#
# Installs the SDK into build/extra. What is tried is tests/extra/sdk/responses.py,
# what the provider is told to say is responses.json beside it. Where that is
# allowed it runs in a network namespace that has loopback alone.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$extra/lib.sh"
place=$root/build/extra/openai
things=24

if [ "${CCPROBE_EXTRA_NETNS-}" != done ]; then
	mkdir -p "$place"
	python3 -m venv "$place/python" >&2 &&
		"$place/python/bin/pip" install --quiet --upgrade openai >&2 ||
		skip "the SDK cannot be installed here"
fi
alone openai-responses.t
echo "# openai $("$place/python/bin/python" -c 'import openai; print(openai.__version__)')"

begin
n=0
failed=0
mkdir "$scratch/home"
for provider in true '"strict"'; do
	sed "s/PROVIDER/$provider/" "$extra/sdk/responses.json" >"$scratch/script.json"
	"$bin/ccmock" --listen 127.0.0.1:0 --key sk-responses-secret "$scratch/script.json" \
		>"$scratch/mock" 2>&1 &
	pids+=($!)
	url=$(announced "$scratch/mock" listening) || bail "ccmock did not start"
	timeout 120 env -i HOME="$scratch/home" PATH=/usr/bin:/bin \
		"$place/python/bin/python" "$extra/sdk/responses.py" "$url" \
		>"$scratch/out" 2>"$scratch/err"
	if [ "$provider" = true ]; then report lenient; else report strict; fi
done
echo "1..$n"
exit $failed
