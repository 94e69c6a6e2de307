#!/usr/bin/env perl
# What the cases say of their effects is what was measured with real clients
# (fixtures/effects/VERSION.json, docs/effects.md), or they say why not.
#
#	effects.t            as TAP
#	effects.t --table    prints for each case what it says and what was measured
use strict;
use warnings;
use JSON::PP;

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
require "$root/fixtures/effects/plan.pm";
plan->import;

sub text_of {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$file>;
}

# outcome => effect, of the table in the docs
my %effect_of = text_of("$root/docs/effects.md") =~ /^\| `([a-z -]+)` \| `([a-z]+)` \|/mg;
my %measured = map { m{/([\d.]+)\.json$} ? ($1 => decode_json(text_of($_))) : () } glob "$root/fixtures/effects/*.json";
my @versions = map { join '.', @$_ } sort { $b->[0] <=> $a->[0] || $b->[1] <=> $a->[1] || $b->[2] <=> $a->[2] } map { [split /\./] } keys %measured; # the newest first
my $faults = faults_of($root);
my %faults_of_case;
for my $fault (sort keys %$faults) { push @{ $faults_of_case{$_} }, $fault for @{ $faults->{$fault} } }

my $n = 0;
sub result {
	my ($name, @wrong) = @_;
	printf "%sok %d - %s\n", @wrong ? 'not ' : '', ++$n, $name;
	print "# $_\n" for @wrong > 12 ? (@wrong[0 .. 11], 'and ' . (@wrong - 12) . ' more') : @wrong;
}

# effect => ["fault in session: outcome", ...]
sub seen {
	my ($version, $case) = @_;
	my %seen;
	for my $fault (@{ $faults_of_case{$case} // [] }) {
		for my $session (map { session_with($fault, $_) } sessions_of($root, $case)) {
			my $was = $measured{$version}{faults}{$fault}{$session} // next;
			my ($worst, undef, undef, @others) = @$was;
			push @{ $seen{ $effect_of{$_} } }, "$fault in $session: $_" for $worst, $worst =~ m{^(?:key shown|hang|error|tool not run|empty answer|wrong answer)$} ? () : @others;
		}
	}
	return \%seen;
}

# What is wrong with what a case says, or nothing.
sub missing {
	my ($case) = @_;
	return map {
		my $seen = seen($_, $case->{id});
		$seen->{ $case->{effect} } || !%$seen && $_ ne $versions[0] ? () : "$case->{id} says $case->{effect}, but with $_ "
			. (%$seen ? join ', ', map { "$_ was seen ($seen->{$_}[0])" } sort keys %$seen : "nothing was measured; `fixtures/measure-effects $_` does it")
	} @versions;
}

open my $list, '-|', "$bin/ccprobe", 'list', '--json', '--suite', $root or die "ccprobe: $!\n";
my @cases = @{ decode_json(do { local $/; <$list> }) };
close $list;

if (@ARGV && $ARGV[0] eq '--table') {
	for my $case (@cases) {
		my @of = map { my $seen = seen($_, $case->{id}); join ',', map { "$_ (" . join('; ', @{ $seen->{$_} }) . ')' } sort keys %$seen } @versions;
		print join("\t", $case->{id}, $case->{effect}, missing($case) ? 'no' : 'yes', $case->{effect_reason} ? 'reason' : '-', @of), "\n";
	}
	exit 0;
}

result('two releases of the client were measured', @versions >= 2 ? () : "only @versions");
my @unknown;
for my $version (@versions) {
	my $all = $measured{$version}{faults};
	for my $fault (sort keys %$all) {
		push @unknown, "$version, $fault in $_: $all->{$fault}{$_}[0]" for grep { grep { !$effect_of{$_} } @{ $all->{$fault}{$_} }[0, 3 .. $#{ $all->{$fault}{$_} }] } sort keys %{ $all->{$fault} };
	}
}
result('docs/effects.md has every outcome', @unknown);
my %used = map { $_ => 1 } map { rule_of($root, $_->{id}) // () } @cases;
result('each line of cases.txt is the one that counts for a case', map { "cases.txt: '$_': no case has it as its last" }
	grep { !$used{$_} } patterns_of($root));
my (%area, %file);
for my $case (@cases) {
	my @missing = missing($case);
	my ($path) = grep { -e "$root/cases/$_.json" } $case->{id}, $case->{id} =~ s{/[^/]*$}{}r;
	$file{$path}{ $case->{effect_reason} ? 'reasons' : 'none' } = 1;
	$file{$path}{needed} = 1 if @missing;
	push @{ $area{ $case->{id} =~ s{/.*}{}r } }, $case->{effect_reason} ? () : @missing;
}
result("$_: effects are what was measured, or effect_reason says why not", @{ $area{$_} }) for sort keys %area;
result('where they are, no reason is given', map { "cases/$_.json: what it says was measured; take effect_reason away" }
	grep { $file{$_}{reasons} && !$file{$_}{needed} } sort keys %file);
print "1..$n\n";
