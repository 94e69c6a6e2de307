#!/usr/bin/env bash
# Records the pinned release again, twice, and compares with the recordings that
# the suite has: the same requests in the same order, with the same members.
#
#	CLAUDE=/path/to/claude tests/extra/record-client.t
#
# Client and network as in claude.t; WHICH="plain media" records these scenarios
# alone.
set -u
. "$(dirname "$0")/lib.sh"
need_client
unshare -n true 2>/dev/null || {
	echo "1..0 # SKIP a network of its own is not allowed here"
	exit 0
}
begin
export CLAUDE CCPROBE_BIN=$bin

n=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/out" | tail -n 40 | cut -c1-300
	fi
}

only=()
for name in ${WHICH-}; do only+=(--only "$name"); done
"$root/fixtures/record-client" "$version" --out "$scratch/one" ${only[@]+"${only[@]}"} >"$scratch/out" 2>&1
check $? "every scenario is recorded"
# Scenarios whose manifest says that nothing of them varies.
"$root/fixtures/record-client" "$version" --out "$scratch/two" --only plain --only first-party --only redacted-thinking \
	--only web-search --only mcp-tools --only mode-auto --only bedrock >"$scratch/out" 2>&1
check $? "some are recorded once more"
for name in "$scratch"/two/*/; do
	name=$(basename "$name")
	[ ! -d "$scratch/one/$name" ] || diff -rq "$scratch/one/$name" "$scratch/two/$name"
done >"$scratch/out" 2>&1
[ ! -s "$scratch/out" ]
check $? "with the same bytes"

# Digests of the manifest are those of the files.
perl -MJSON::PP -MDigest::SHA -e '
	my $at = shift; local $/; open my $file, "<", "$at/manifest.json" or die; my $m = decode_json(<$file>);
	for my $s (@{ $m->{scenarios} }) { for my $name (keys %{ $s->{sha256} }) {
		my $is = Digest::SHA->new(256)->addfile("$at/$s->{name}/$name")->hexdigest;
		print "$s->{name}/$name\n" if $is ne $s->{sha256}{$name};
	} }
	print "no scenario\n" if !@{ $m->{scenarios} };' "$scratch/one" >"$scratch/out" 2>&1
[ ! -s "$scratch/out" ]
check $? "the manifest has the digests of the files"

# What the suite has of this release: requests, fields, and members of bodies. Where
# requests are sent side by side they are compared as a set.
perl -MJSON::PP - "$root/fixtures/requests/$version" "$scratch/one" >"$scratch/out" 2>&1 <<'END'
use strict; use warnings;
my ($old, $new) = @ARGV;
my %loose = map { $_ => 1 } qw(interactive subagents discovery);
sub read_one { my ($path) = @_; local $/; open my $file, '<:raw', $path or die "$path: $!\n"; return split /\r\n\r\n/, <$file>, 2 }
# The target, names of fields, betas, and the top of the body with its enumerations.
sub shape {
	my ($path) = @_;
	my ($head, $body) = read_one($path);
	my ($line, @fields) = split /\r\n/, $head;
	$line =~ s/Lorem\w*//;
	my @said = ($line, map { /^(anthropic-beta: .*)/ ? $1 : /^([^:]+)/ ? $1 : () } @fields);
	if (length($body // '')) {
		my $j = decode_json($body);
		push @said, join ' ', map { "$_" } sort keys %$j;
		push @said, map { "$_=" . JSON::PP->new->canonical->allow_nonref->encode($j->{$_}) }
			grep { exists $j->{$_} } qw(model max_tokens stream thinking temperature output_config context_management tool_choice);
		push @said, join ' ', map { $_->{name} =~ /^mcp__/ ? 'mcp' : $_->{name} } @{ $j->{tools} // [] };
		push @said, 'system ' . scalar(@{ $j->{system} // [] });
	}
	return join "\n", @said;
}
for my $folder (sort grep { -d } glob "$new/*") {
	my ($name) = $folder =~ m{([^/]+)$};
	next if !-d "$old/$name";
	my @is  = map { shape($_) } sort glob "$folder/*.http";
	my @was = map { shape($_) } sort glob "$old/$name/*.http";
	print "$name: ", scalar(@was), ' requests became ', scalar(@is), "\n" if @is != @was;
	if ($loose{$name}) { @is = sort @is; @was = sort @was }
	for my $n (0 .. $#was) {
		next if ($is[$n] // '') eq $was[$n];
		my %is = map { $_ => 1 } split /\n/, $is[$n] // '';
		print "$name ", $n + 1, ": $_\n" for grep { !$is{$_} } split /\n/, $was[$n];
	}
}
END
[ ! -s "$scratch/out" ]
check $? "they are those that the suite has"
echo "1..$n"
