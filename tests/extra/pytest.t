#!/usr/bin/env bash
# The pytest plugin of python/: installed into a Python of its own from its folder, its
# tests, its types, and the example of its README, as it stands. Installs pytest, mypy and
# anthropic with pip.
set -u
. "$(dirname "$0")/lib.sh"
extra=$root/tests/extra
place=$root/build/extra/pytest
export CCMOCK=$bin/ccmock PIP_DISABLE_PIP_VERSION_CHECK=1

if [ "${CCPROBE_EXTRA_NETNS-}" != done ]; then
	mkdir -p "$place"
	[ -x "$place/bin/pytest" ] && [ -x "$place/bin/mypy" ] && "$place/bin/python" -c 'import anthropic' 2>/dev/null || {
		python3 -m venv "$place" >&2 && "$place/bin/pip" install --quiet pytest mypy anthropic 'setuptools>=68' wheel >&2
	} || skip 'pytest, mypy and anthropic cannot be installed here'
fi
alone pytest.t
begin
n=0
failed=0
# tried TITLE COMMAND...: its last lines where it fails
tried() {
	n=$((n + 1))
	if timeout 300 "${@:2}" >"$scratch/out" 2>&1; then
		echo "ok $n - $1"
	else
		failed=1
		echo "not ok $n - $1"
		tail -n 40 "$scratch/out" | sed 's/^/# /'
	fi
}
py=$place/bin/python
cp -r "$root/python" "$scratch/source"
tried 'it is built and installed' "$place/bin/pip" install --quiet --no-index --no-build-isolation --no-deps --force-reinstall "$scratch/source"
cd "$scratch" || exit 1
tried 'it says the version of ccmock' bash -c '[ "ccmock $("$1" -c "from importlib.metadata import version as v; print(v(\"ccprobe\"))")" = "$("$CCMOCK" --version)" ]' bash "$py"
tried 'its tests' "$place/bin/pytest" -q -p no:cacheprovider "$scratch/source/tests"
grep -qE '^[0-9]+ passed' "$scratch/out" && sed -n 's/^\([0-9]* passed\).*/# \1/p' "$scratch/out"
sed -n '/^```python/,/^```$/p' "$root/python/README.md" | grep -v '^```' >"$scratch/test_example.py"
tried 'the example of the README is below 40 lines' test "$(wc -l <"$scratch/test_example.py")" -lt 40
tried 'and passes' "$place/bin/pytest" -q -p no:cacheprovider "$scratch/test_example.py"
grep -q '^3 passed' "$scratch/out"
tried 'three tests ran' test $? -eq 0
tried 'its types hold' "$place/bin/mypy" --strict --cache-dir="$scratch/mypy" "$scratch/source/ccprobe" "$scratch/source/tests/test_plugin.py"
printf 'from ccprobe import Mock\nx: int = Mock().url\n' >"$scratch/wrong.py"
tried 'and are seen by who uses it' bash -c '! "$1" --strict --cache-dir="$2" "$3" && "$1" --strict --cache-dir="$2" "$3" | grep -q "Incompatible types in assignment"' \
	bash "$place/bin/mypy" "$scratch/mypy" "$scratch/wrong.py"
echo "1..$n"
exit "$failed"
