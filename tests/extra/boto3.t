#!/usr/bin/env bash
# ccmock as Bedrock and as Vertex AI, with their own clients: boto3 (answers,
# streams, exceptions inside a stream, tokens, inference profiles), and the clients
# that Anthropic's SDK has for both. With the lenient provider and the strict one.
#
#	tests/extra/boto3.t
#
# Installs PyPI `boto3` and `anthropic` into build/extra. The tests are bedrock.py and
# cloud.py in tests/extra/sdk/; the errors of the provider are in cloud.json
# there. Keys are made up. Where that is allowed it runs in a network
# namespace that has loopback alone.
set -u
extra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$extra/lib.sh"
place=$root/build/extra/boto3

if [ "${CCPROBE_EXTRA_NETNS-}" != done ]; then
	mkdir -p "$place"
	python3 -m venv "$place/python" >&2 &&
		"$place/python/bin/pip" install --quiet --upgrade boto3 'anthropic[bedrock,vertex]' >&2 ||
		skip "the SDKs cannot be installed here"
fi
alone boto3.t
for name in boto3 anthropic; do
	echo "# $name $("$place/python/bin/python" -c "import $name; print($name.__version__)")"
done

begin
n=0
failed=0
mkdir "$scratch/home"
# try SCRIPT THINGS NAME: what the script tries at $url, which are so many things
try() {
	things=$2
	timeout 120 env -i HOME="$scratch/home" PATH=/usr/bin:/bin \
		"$place/python/bin/python" "$extra/sdk/$1" "$url" \
		>"$scratch/out" 2>"$scratch/err"
	report "$3"
}
for provider in true '"strict"'; do
	kind=lenient
	[ "$provider" = true ] || kind=strict
	sed "s/PROVIDER/$provider/" "$extra/sdk/cloud.json" >"$scratch/script.json"
	"$bin/ccmock" --listen 127.0.0.1:0 --key AKIDEXAMPLE "$scratch/script.json" \
		>"$scratch/$kind" 2>&1 &
	pids+=($!)
	url=$(announced "$scratch/$kind" listening) || bail "ccmock did not start"
	try bedrock.py 15 "$kind, boto3"
	try cloud.py 10 "$kind, anthropic"
done
echo "1..$n"
exit $failed
