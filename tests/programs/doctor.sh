# What the tests of doctor share: it is run in a project of its own, and its
# report is asked with Perl. Sourced behind lib.sh.

# fresh: an empty home and project
fresh() {
	rm -rf "$scratch/home" "$scratch/project"
	mkdir -p "$scratch/home/.claude" "$scratch/project/.claude"
}

# doctor [NAME=VALUE...] -- OPTION...: in the project, with nothing else set
doctor() {
	local variables=()
	while [ "$1" != -- ]; do
		variables+=("$1")
		shift
	done
	shift
	status=0
	(cd "$scratch/project" && exec env -i PATH="$PATH" HOME="$scratch/home" \
		${ASAN_OPTIONS+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${UBSAN_OPTIONS+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} \
		${variables[@]+"${variables[@]}"} "$bin/ccprobe" doctor --suite "$root" --client 2.1.329 --json "$@") \
		>"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
}

# of EXPRESSION: what Perl makes of the report $r
of() {
	perl -MJSON::PP -0777 -e 'my $r = decode_json(<STDIN>); print '"$1" <"$scratch/out" 2>>"$scratch/err"
}
first() { of '@{$r->{findings}} ? $r->{findings}[0]{code} : "none"'; }
codes() { of 'join " ", map { $_->{code} } @{$r->{findings}}'; }

# finds CODE STATUS TITLE [TEXT]: it is the first finding, the text is in what
# it says, and nothing that matches $secrets is anywhere
finds() {
	local bad=0
	[ "$(first)" = "$1" ] || bad=1
	[ "$status" -eq "$2" ] || bad=1
	[ $# -lt 4 ] || [[ "$(of 'join "\n", @{$r->{findings}[0]}{qw(headline fix evidence)}')" == *"$4"* ]] || bad=1
	grep -qE "$secrets" "$scratch/out" "$scratch/err" && bad=1
	[ "$bad" -eq 0 ] || printf '# first: %s, all: %s\n' "$(first)" "$(codes)"
	result "$bad" "$3"
	[ -z "${told-}" ] || tell "$1: $3" "$scratch/err" # of told.sh
}
