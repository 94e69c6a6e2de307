#!/usr/bin/env perl
# names.pl BUILD: prints the names of ours that break the rules of names.
# Run it in the folder of the project; BUILD is where the objects are.
#
# A name with external linkage begins with one of
# - the stem of the file that defines it, or of a header that declares it
#   (without `_private`); a stem in the plural also counts in the singular;
#   to subject_head.c belongs subject.h or subject_private.h beside it,
# - the tag of a struct, union or enum that this file or header defines.
# The allocators of mem.h are named as everybody names them: xmalloc.
# A tag is defined once in the tree, outside the tests.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use objects;

my $build = shift // die "usage: names.pl BUILD\n";

my (%text, %tags, %where);
for my $path (split /\n/, `git ls-files -- @rooms`) {
	next unless $path =~ /\.[ch]$/ && open my $in, '<', $path;
	local $/;
	my $text = <$in>;
	$text =~ s{/\*.*?\*/}{}gs;
	$text =~ s{"(?:[^"\\\n]|\\.)*"}{""}g;
	$text{$path} = $text;
	while ($text =~ /\b(?:struct|union|enum)\s+(\w+)\s*\{/g) {
		$tags{$path}{$1} = 1;
		push @{ $where{$1} }, $path;
	}
}

# Prefixes that a file gives to what it defines or declares.
sub prefixes {
	my ($path) = @_;
	my ($stem) = $path =~ m{([^/]+)\.[ch]$};
	$stem =~ s/_private$//;
	my @singular = $stem =~ /^(.*[^s])s$/ ? ($1) : ();
	return ($stem, @singular, keys %{ $tags{$path} });
}

# The headers of the subject that a file is a part of, if they are there: for
# subject_head.c subject.h and subject_private.h, for subject_private.h the
# public one.
sub family {
	my ($path) = @_;
	my @found = $path =~ /^(.*)_private\.h$/ ? ("$1.h") : ();
	while ($path =~ s/_[^_\/]*$//) {
		push @found, "$path.h", "${path}_private.h";
	}
	return grep { $text{$_} } @found;
}

# The headers in which each word is declared, as far as a look can tell.
my %headers;
for my $path (grep { /\.h$/ } keys %text) {
	my %seen;
	push @{ $headers{$_} }, $path
	  for grep { !$seen{$_}++ } $text{$path} =~ /\b(\w+)(?=\s*[(\[;])/g;
}

my $objects = 0;
my %complaints;
for my $symbol (map { symbols($build, $_) } @rooms) {
	my ($path, $type, $name) = @$symbol;
	next unless $text{$path};
	$objects++;
	next if $type eq 'U' || $name =~ /^__/ || $name eq 'main';
	next if $path eq 'wire/bytes/mem.c' && $name =~ /^x/;
	next if grep { $name =~ /^\Q$_\E(_|$)/ }
	  map { prefixes($_), map { prefixes($_) } family($_) }
	  $path, @{ $headers{$name} // [] };
	$complaints{"$path: $name begins with no stem and no tag"
		  . " of its file or its header"} = 1;
}
$complaints{"$build: no objects; build first"} = 1 unless $objects;

for my $tag (keys %where) {
	my @paths = sort @{ $where{$tag} };
	$complaints{"tag $tag is defined more than once: @paths"} = 1
	  if @paths > 1;
}
print map { "$_\n" } sort keys %complaints;
