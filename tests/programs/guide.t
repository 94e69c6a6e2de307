#!/usr/bin/env bash
# What ccprobe says of itself: alone, for help, its version, its manual, and what
# shells complete.
set -u
. "$(dirname "$0")/lib.sh"

run "$bin/ccprobe"
is 2 'alone it says three things to do next' err 'ccprobe doctor' err 'ccprobe run --gateway' err 'ccmock --listen'
[ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" -lt 20 ]
result $? 'on stderr, and on less than a screen'
for command in $(commands); do
	"$bin/ccprobe" "$command" --help >"$scratch/help"
	run "$bin/ccprobe" help "$command"
	[ "$status" -eq 0 ] && cmp -s "$scratch/help" "$scratch/out"
	result $? "help $command is $command --help"
done
run "$bin/ccprobe" help rnu
is 2 'help for no command' err "no command 'rnu'; did you mean 'run'?"
run "$bin/ccprobe" hlep
is 2 'help is a word to be near to' err "did you mean 'help'?"

run "$bin/ccprobe" --version -v
is 0 'which suite is used, and why' out "$root (the source of this build)"
run env CCPROBE_SUITE="$scratch" "$bin/ccprobe" --version -v
is 0 'that of CCPROBE_SUITE goes first' out "$scratch (CCPROBE_SUITE): not there"
run env CCPROBE_SUITE="$scratch" "$bin/ccprobe" list stream/ends
is 2 'and none is there' err "$scratch: no suite here (there is no cases/); name one with --suite DIR or CCPROBE_SUITE"
run env CCPROBE_SUITE="$scratch" "$bin/ccprobe" list --suite "$root" stream/ends
is 0 '--suite goes before the variable' out 'stream/ends'
mkdir -p "$scratch/opt/bin"
cp "$bin/ccprobe" "$scratch/opt/bin/"
for command in 'list' 'explain stream/ends' 'run stream/ends' 'judge x' 'doctor --offline' 'drift 2.1.329 2.1.332'; do
	# shellcheck disable=SC2086 # its words
	run "$scratch/opt/bin/ccprobe" $command
	is 2 "a copied program does not use the tree it was built in: $command" \
		err "$scratch/opt/share/ccprobe: no suite"
done
mkdir -p "$scratch/opt/share"
ln -s "$root" "$scratch/opt/share/ccprobe"
run "$scratch/opt/bin/ccprobe" --version -v
is 0 'but what is installed with it' out "$scratch/opt/share/ccprobe (installed with the program)"
ln -s "$scratch/opt/bin/ccprobe" "$scratch/link"
run "$scratch/link" list stream/ends
is 0 'also by a link' out 'stream/ends'

# ---- the manual ----

for program in ccprobe ccmock ccgate; do
	run "$bin/$program" help --man
	is 0 "$program has a page for man" out ".TH ${program^^} 1" out '.SH SYNOPSIS'
	if command -v man >/dev/null; then
		LC_ALL=C.UTF-8 man --warnings -l "$scratch/out" 2>"$scratch/err" | col -b >"$scratch/page"
		[ ! -s "$scratch/err" ] && grep -q 'SEE ALSO' "$scratch/page"
		result $? "man reads it without a warning"
	fi
	"$bin/$program" help --bash >"$scratch/$program.bash" && bash -n "$scratch/$program.bash"
	result $? "$program has a completion for bash"
	for shell in zsh fish; do
		"$bin/$program" help --$shell >"$scratch/$program.$shell"
		result $? "$program has a completion for $shell"
		! command -v $shell >/dev/null || $shell -n "$scratch/$program.$shell"
		result $? "which $shell reads, if it is here"
	done
done
for command in $(commands); do
	"$bin/ccprobe" "$command" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p' >"$scratch/options"
	missing=
	while read -r option; do
		grep -q -- "^complete -c ccprobe -n '__fish_seen_subcommand_from $command' -l $option " "$scratch/ccprobe.fish" &&
			sed -n "/^\\t$command)/,/;;\$/p" "$scratch/ccprobe.zsh" | grep -q -- "--$option[=[]" ||
			missing+=" $option"
	done <"$scratch/options"
	[ -z "$missing" ] && [ -s "$scratch/options" ]
	result $? "zsh and fish know every option of $command$missing"
done

# complete WORD...: what bash offers for the last one
complete_bash() {
	PATH=$bin:$PATH CCPROBE_SUITE=$root bash -c '
		. "$1"
		shift
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		"_$1"
		printf "%s\n" "${COMPREPLY[@]}"' complete "$scratch/$1.bash" "$@" 2>"$scratch/err" | tr '\n' ' '
}
# offers WANTED WORD...
offers() {
	local wanted=$1 got
	shift
	got=$(complete_bash "$@")
	echo "$got" >"$scratch/out"
	[ "$got" = "$wanted" ]
	result $? "bash: $*"
}
cd "$scratch" || exit 1
mkdir folder
touch file.json
offers 'run replay record ' ccprobe r
offers 'doctor ' ccprobe help doc
offers '--upstream-key ' ccprobe run --up
offers 'must ' ccprobe run --level mu
offers 'must ' ccprobe run --level = mu
offers 'must should may ' ccprobe run --level =
offers 'folder ' ccprobe run --suite fol
offers 'file.json ' ccprobe run --baseline fi
offers 'file.json ' ccprobe compare fi
offers "stream/answer " ccprobe run --level must stream/ans
offers ' ' ccprobe run --gateway h
offers '--vendor --version ' ccmock --ve
offers 'deepseek ' ccmock --vendor dee
offers 'file.json ' ccmock --strict fi
offers 'sigv4 ' ccgate --upstream-auth s
for command in $(commands); do
	"$bin/ccprobe" "$command" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort >"$scratch/wanted"
	complete_bash ccprobe "$command" -- | tr ' ' '\n' | sed '/^$/d' | sort | diff "$scratch/wanted" - >"$scratch/out"
	result $? "bash: every option of $command"
done

end
