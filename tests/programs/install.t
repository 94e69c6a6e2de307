#!/usr/bin/env bash
# `cmake --install` into a prefix of its own, used while the source tree is out of
# reach.
set -u
. "$(dirname "$0")/lib.sh"
prefix=$scratch/prefix

run cmake --install "$bin" --prefix "$prefix"
is 0 'it can be installed'
grep -rIl -- "$root" "$prefix" >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'no file names the source tree'
for file in bin/{ccprobe,ccmock,ccgate} share/man/man1/{ccprobe,ccmock,ccgate}.1 \
	share/bash-completion/completions/{ccprobe,ccmock,ccgate} share/zsh/site-functions/_{ccprobe,ccmock,ccgate} \
	share/fish/vendor_completions.d/{ccprobe,ccmock,ccgate}.fish share/doc/ccprobe/{LICENSE,README.md,docs/ci.md} \
	share/ccprobe/{cases/requirements.json,cases/prices.json,claims,targets/nginx/target.json}; do
	[ -s "$prefix/$file" ] || echo "$file"
done >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'programs, suite, manual, completions, docs and licence are there'
cp "$prefix"/bin/ccprobe "$scratch/alone"

# hidden COMMAND...: where the source tree is an empty folder
hidden() {
	unshare --map-root-user --mount sh -c '
		mount -t tmpfs none "$1" && shift && cd / && exec env -i PATH="$PATH" HOME=/nonexistent "$@"' \
		hidden "$root" "$@"
}
run hidden true
if [ "$status" -ne 0 ]; then
	echo "ok $((count += 1)) - used without the source tree # SKIP no mounts of one's own here"
	end
fi
run hidden test -e "$root/cases"
is 1 'the source tree is out of reach'
run hidden "$prefix/bin/ccprobe" --version -v
is 0 'the suite is the installed one' out "$prefix/share/ccprobe (installed with the program)"
run hidden "$prefix/bin/ccprobe" run stream/ends errors/status-kept/529 --report json=/dev/null
is 0 'run grades the bundled gateway' out '2 cases: 2 pass'
run hidden "$prefix/bin/ccprobe" doctor --offline --key sk-a-test-key-1 http://127.0.0.1:9
is 0 'doctor' out 'http://127.0.0.1:9'
run hidden "$prefix/bin/ccprobe" explain SSE-03
is 0 'explain' out 'Cases that guard it'
run hidden "$prefix/bin/ccprobe" list --coverage 'SSE-*'
is 0 'list --coverage' out SSE-03
run hidden "$prefix/bin/ccprobe" lint "$prefix/share/ccprobe/cases/stream/ends.json"
is 0 'lint'
run hidden "$prefix/bin/ccprobe" run --target litellm
is 2 'a target that only the source tree has' err "no target 'litellm'"
run hidden "$scratch/alone" run stream/ends
is 2 'a program without its suite says what to do' err "/share/ccprobe: no suite" err 'CCPROBE_SUITE'
run hidden env CCPROBE_SUITE="$prefix/share/ccprobe" "$scratch/alone" list stream/ends
is 0 'and does it' out 'stream/ends'
for program in ccmock ccgate; do
	run hidden "$prefix/bin/$program" --version
	is 0 "$program runs" out "$program "
done
if command -v man >/dev/null; then
	run hidden man -M "$prefix/share/man" ccprobe
	is 0 'man ccprobe' out 'SYNOPSIS'
fi

# In bash as it completes programs: loaded from where it was installed.
PATH=$prefix/bin:$PATH run hidden bash -c '
	. "$1/share/bash-completion/completions/ccprobe"
	COMP_WORDS=(ccprobe explain stream/ans)
	COMP_CWORD=2
	_ccprobe
	echo "${COMPREPLY[@]}"' complete "$prefix"
is 0 'completion' out 'stream/answer'

end
