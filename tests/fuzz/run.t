#!/usr/bin/env bash
# What tests/fuzz/run says: to wrong words, without its compiler, and of targets
# that find something and nothing. The compiler and the targets are stand-ins
# that speak as libFuzzer does.
set -u
. "$(dirname "$0")/../programs/lib.sh"

tree=$scratch/tree
mkdir -p "$tree/tests/fuzz" "$tree/build/fuzz/fuzz" "$scratch/none" "$scratch/tools"
cp "$root/tests/fuzz/run" "$tree/tests/fuzz/run"
ln -s "$(command -v dirname)" "$scratch/none/dirname"
touch "$scratch/runtime.a"
printf '#!/bin/sh\necho "%s"\n' "$scratch/runtime.a" >"$scratch/tools/clang-14"
printf '#!/bin/sh\nexit 0\n' >"$scratch/tools/cmake"
cat >"$tree/build/fuzz/fuzz/fuzz-good" <<'END'
#!/bin/sh
echo 'stat::number_of_executed_units: 12345'
echo 'stat::average_exec_per_sec:     678'
END
cat >"$tree/build/fuzz/fuzz/fuzz-bad" <<'END'
#!/bin/sh
for word in "$@"; do
	case $word in -artifact_prefix=*) prefix=${word#*=} ;; esac
done
echo x >"${prefix}crash-1"
echo "artifact_prefix='$prefix'; Test unit written to ${prefix}crash-1"
exit 77
END
chmod +x "$scratch"/tools/* "$tree"/build/fuzz/fuzz/*

# fuzz WORD...: in the tree, with the stand-ins
fuzz() {
	run env PATH="$scratch/tools:$PATH" "$tree/tests/fuzz/run" "$@"
}

fuzz
is 2 'no seconds' err 'tests/fuzz/run SECONDS [TARGET...]'
fuzz soon
is 2 'seconds that are no number' err "'soon' is no number of seconds"
fuzz 1 ugly
is 2 'a target that there is not' err "there is no target 'ugly'" err 'fuzz-good'
run env PATH="$scratch/none" "$BASH" "$tree/tests/fuzz/run" 1
is 2 'without the compiler: what to install' err 'apt-get install clang-14 libclang-rt-14-dev'
rm "$scratch/runtime.a"
fuzz 1
is 2 'without libFuzzer: what to install' err 'apt-get install libclang-rt-14-dev'
touch "$scratch/runtime.a"

fuzz 1 good
is 0 'nothing found: the inputs, and how many a second' out ' 12345 ' out ' 678  nothing'
fuzz 1
is 1 'something found, and where it is' out 'build/fuzz/found/bad/crash-1' \
	out 'see build/fuzz/found/bad/bad.log'
run cat "$tree/build/fuzz/found/bad/crash-1"
is 0 'the input lies there' out 'x'

end
