#!/usr/bin/env bash
# Grades gateways anew and makes the matrix of them (docs/matrix.md).
#
#	ci/matrix.sh grade FOLDER TARGET...   a result file of each in FOLDER
#	ci/matrix.sh page FOLDER RESULTS...   index.html, matrix.json and README.md
#	                                      there, of these files and folders
#	ci/matrix.sh targets                  those that `grade` knows
#
# Programs that a target needs are installed by its targets/NAME/install; nginx,
# haproxy, caddy and apache2 have to be there. MATRIX_BIN is the folder of the
# programs (build/ beside this folder).
#
# Exit status: 0 all of it is written; 1 a target could not be graded, and is
# named; 2 usage.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=${MATRIX_BIN:-$root/build}

# Target, name of the gateway, and options beside the usual ones: some take a
# tenth of a second of a processor a request, and one case of some leaves the
# gateway so that it answers nobody any more.
slow='--jobs 4 --preflight-ms 60000 --again 600'
table() {
	cat <<END
bundled|ccgate|
bundled-bedrock|ccgate|
bundled-chat|ccgate|
bundled-pool|ccgate with several providers|
bundled-responses|ccgate|
bundled-vertex|ccgate|
apache2|Apache httpd|
caddy|Caddy|
haproxy|HAProxy|
nginx|nginx set up for streams|
nginx-buffering|nginx with its defaults|
ant2oai|ant2oai|$slow
claude-code-router|Claude Code Router|$slow --exclude sessions/refusals/prompt-too-long
claude-code-router-chat|Claude Code Router|$slow
claude-gateway|Claude Code gateway|$slow
claude-gateway-bedrock|Claude Code gateway|$slow --exclude blackbox/count-refused
claude-gateway-vertex|Claude Code gateway|$slow
litellm|LiteLLM proxy|$slow
litellm-bedrock|LiteLLM proxy|$slow
litellm-chat|LiteLLM proxy|$slow
litellm-vertex|LiteLLM proxy|$slow
portkey|Portkey AI gateway|${slow/jobs 4/jobs 1}
END
}

say() { printf 'matrix: %s\n' "$*" >&2; }
give_up() {
	say "$2"
	exit "$1"
}

# version TARGET: what is installed, or pinned
version() {
	local place
	case $1 in
	bundled*) "$bin/ccgate" --version | sed 's/.* //' ;;
	apache2) apache2 -v | sed -n 's|.*Apache/\([0-9.]*\).*|\1|p' ;;
	caddy) caddy version | sed 's/^v//; s/ .*//' ;;
	haproxy) haproxy -v | sed -n '1s/.*version \([0-9.]*\).*/\1/p' ;;
	nginx*) nginx -v 2>&1 | sed 's|.*/||; s| .*||' ;;
	*)
		for place in "$1" "${1%-*}"; do
			[ ! -f "$root/targets/$place/requirements.txt" ] ||
				sed -n "s/^$place==\([0-9.]*\).*/\1/p" "$root/targets/$place/requirements.txt"
			[ ! -f "$root/targets/$place/package.json" ] ||
				sed -n '/"dependencies"/,/}/s/.*": "\([0-9.]*\)".*/\1/p' "$root/targets/$place/package.json"
		done | head -n 1
		;;
	esac
}

# grade FOLDER TARGET NAME OPTION...: 1 where there is no report
grade() {
	local folder=$1 target=$2 name=$3 commands=() status=0 what
	shift 3
	if [ -x "$root/targets/$target/install" ]; then
		"$root/targets/$target/install" >&2 || return 1
		commands=(--reproduce "targets/$target/install")
	fi
	what="ccprobe run --target $target${*:+ $*}"
	say "$what"
	"$bin/ccprobe" run --suite "$root" --target "$target" "$@" --no-color --implementation "$name" \
		--implementation-version "$(version "$target")" --report "json=$scratch/$target.json" >"$scratch/out" || status=$?
	[ "$status" -le 1 ] || return 1
	sed -n 's/^[0-9]* cases: /matrix: &/p' "$scratch/out" >&2
	# What a gateway prints of itself may name the folder that it is in.
	sed -i "s|$root/||g" "$scratch/$target.json"
	"$bin/ccprobe" matrix --suite "$root" --store "$folder" "$scratch/$target.json" ${commands[@]+"${commands[@]}"} --reproduce "$what"
}

[ -x "$bin/ccprobe" ] || give_up 2 "there is no $bin/ccprobe; build it (./quickstart), or say where it is: MATRIX_BIN"
case ${1-} in
targets) table | cut -d'|' -f1 ;;
grade)
	[ $# -ge 3 ] || give_up 2 'wanted: ci/matrix.sh grade FOLDER TARGET...'
	folder=$2 failed=0
	shift 2
	for target; do
		table | grep -q "^$target|" || give_up 2 "there is no target '$target'; ci/matrix.sh targets lists them"
	done
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	mkdir -p "$folder"
	for target; do
		IFS='|' read -r _ name options < <(table | grep "^$target|")
		read -ra options <<<"$options"
		grade "$folder" "$target" "$name" ${options[@]+"${options[@]}"} || {
			say "$target could not be graded (see above)"
			failed=1
		}
	done
	exit "$failed"
	;;
page)
	[ $# -ge 3 ] || give_up 2 'wanted: ci/matrix.sh page FOLDER RESULTS...'
	folder=$2
	shift 2
	mkdir -p "$folder"
	"$bin/ccprobe" matrix --suite "$root" "$@" --report "html=$folder/index.html" \
		--report "json=$folder/matrix.json" --report "markdown=$folder/README.md"
	;;
*) give_up 2 'wanted: ci/matrix.sh grade, page or targets' ;;
esac
