#!/usr/bin/env bash
# Measures again what the pinned release of the client does with a few faults, and
# compares with fixtures/effects/VERSION.json.
#
#	CLAUDE=/path/to/claude tests/extra/effects.t
#
# WHICH="drops-usage html-errors" measures these faults.
set -u
. "$(dirname "$0")/lib.sh"
need_client
unshare -n -m true 2>/dev/null || skip "a network and mounts of its own are not allowed here"
begin
export CLAUDE CCPROBE_BIN=$bin

only=()
for fault in ${WHICH-drops-block-stop drops-images cancel-ignored no-eof-after-stop stop-sequence-nulled}; do only+=(--only "$fault"); done
"$root/fixtures/measure-effects" "$version" --out "$scratch/effects.json" "${only[@]}" >"$scratch/out" 2>&1
status=$?
echo "1..2"
[ "$status" = 0 ] && echo "ok 1 - they are measured" || {
	echo "not ok 1 - they are measured"
	sed 's/^/# /' "$scratch/out" | tail -n 20
}
perl -MJSON::PP -e '
	my ($was, $is) = map { local $/; open my $file, "<", $_ or die "$_: $!\n"; decode_json(<$file>)->{faults} } @ARGV;
	for my $fault (sort keys %$is) { for my $session (sort keys %{ $is->{$fault} }) {
		my ($old, $new) = map { $_->{$fault}{$session}[0] // "not measured" } $was, $is;
		print "# $fault in $session: $old became $new\n" if $old ne $new;
	} }' "$root/fixtures/effects/$version.json" "$scratch/effects.json" >"$scratch/changed" 2>&1
[ ! -s "$scratch/changed" ] && echo "ok 2 - their effects are those of the file" || {
	echo "not ok 2 - their effects are those of the file"
	cat "$scratch/changed"
}
