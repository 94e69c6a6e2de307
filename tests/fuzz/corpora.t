#!/usr/bin/env bash
# Runs every fuzz target over its corpus, as ordinary tests: one point a target.
# The targets speak TAP themselves; here each counts as one.
bin=${CCPROBE_BIN:?the folder of the programs}
root=${CCPROBE_ROOT:?the folder of the project}
targets=("$bin"/fuzz/fuzz-*)
echo "1..${#targets[@]}"
n=0
for target in "${targets[@]}"; do
	n=$((n + 1))
	name=${target##*/fuzz-}
	corpus=$root/tests/fuzz/corpus/$name
	if [ ! -d "$corpus" ]; then
		echo "not ok $n - $name: no corpus in tests/fuzz/corpus/$name"
	elif out=$("$target" "$corpus" 2>&1); then
		echo "ok $n - $name survives $(find "$corpus" -type f | wc -l) files"
	else
		echo "not ok $n - $name survives its corpus"
		printf '%s\n' "$out" | tail -n 30 | sed 's/^/# /'
	fi
done
