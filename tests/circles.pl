#!/usr/bin/env perl
# circles.pl BUILD: prints the circles of files, and the functions that nobody
# but a test calls. Run it in the folder of the project; BUILD is where the
# objects are.
#
# A circle is a set of C files of one folder of which each leads to each by
# what it takes from the others. Such files are one file in pieces: the helper
# that ties them belongs into a file of its own, or is handed down.
#
# What is declared for all and called by its own file only should be static. A
# function that is there for the tests says so behind its declaration:
# /* for tests */
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use objects;

my $build = shift // die "usage: circles.pl BUILD\n";

# ---- what the objects define and take ----

my (%of, %takes); # name => path; path => { name => 1 }
for my $room (@rooms, 'tests') {
	for (symbols($build, $room)) {
		my ($path, $type, $name) = @$_;
		next if $name =~ /^__/;
		if ($type eq 'U') {
			$takes{$path}{$name} = 1;
		} elsif ($room ne 'tests') {
			$of{$name} = $path;
		}
	}
}

# ---- circles ----

my %leads; # path => { path => [names] }, within a folder
for my $from (keys %takes) {
	for my $name (sort keys %{ $takes{$from} }) {
		my $to = $of{$name} // next;
		push @{ $leads{$from}{$to} }, $name
		  if $to ne $from && folder($to) eq folder($from);
	}
}

sub folder {
	my ($path) = @_;
	$path =~ s{/[^/]*$}{};
	return $path;
}

# Tarjan's: the sets of files of which each leads to each.
my (%index, %low, @stack, %on_stack, @circles);
my $next = 0;

sub visit {
	my ($file) = @_;
	$index{$file} = $low{$file} = $next++;
	push @stack, $file;
	$on_stack{$file} = 1;
	for my $to (sort keys %{ $leads{$file} }) {
		visit($to) unless defined $index{$to};
		$low{$file} = $low{$to}
		  if $on_stack{$to} && $low{$to} < $low{$file};
	}
	return if $low{$file} != $index{$file};
	my @set;
	do {
		push @set, pop @stack;
		delete $on_stack{ $set[-1] };
	} until $set[-1] eq $file;
	push @circles, [sort @set] if @set > 1;
}
for my $file (sort keys %leads) {
	visit($file) unless defined $index{$file};
}

for my $circle (@circles) {
	print "a circle of files: @$circle\n";
	for my $from (@$circle) {
		for my $to (grep { $leads{$from}{$_} } @$circle) {
			print "  $from takes of $to: @{ $leads{$from}{$to} }\n";
		}
	}
}

# ---- what nobody but a test calls ----

my %for_tests; # name => the header that says so
for my $path (split /\n/, `git ls-files -- @rooms`) {
	next unless $path =~ /\.h$/ && open my $in, '<', $path;
	local $/;
	my $text = <$in>;
	while ($text =~ m{(\w+)\([^;()]*(?:\([^()]*\)[^;()]*)*\);\s*/\* for tests \*/}g) {
		$for_tests{$1} = $path;
	}
}

my (%used, %tested);
for my $from (keys %takes) {
	my $by = $from =~ m{^tests/} ? \%tested : \%used;
	$by->{$_} = 1 for keys %{ $takes{$from} };
}
for my $name (sort keys %of) {
	next if $name eq 'main' || $used{$name} || $for_tests{$name};
	print "$of{$name}: $name is called by ",
	  $tested{$name} ? "tests only\n" : "its own file only\n";
}
for my $name (sort keys %for_tests) {
	print "$for_tests{$name}: $name is for tests, and ",
	  $used{$name} ? "others call it\n" : "no test calls it\n"
	  if $used{$name} || !$tested{$name};
}
print "$build: no objects; build first\n" unless %of;
