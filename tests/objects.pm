# What the objects of a build define and take, for names.pl and circles.pl.
package objects;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(@rooms symbols);

our @rooms = qw(wire formats net mockupstream gateway reports probe);

# [path of the C file, type as nm has it, name] for each external name of a room
sub symbols {
	my ($build, $room) = @_;
	my @found;
	return unless -d "$build/$room";
	# One nm for many objects: there are hundreds, and each would be a process.
	open my $nm, '-|', "find '$build/$room' -name '*.c.o' -print0 | xargs -0r nm -gA" or die "nm: $!\n";
	while (<$nm>) {
		my ($path, $type, $name) = m{^\Q$build\E/(.*?)\.o:.*([A-Za-z]) (\w+)$} or next;
		$path =~ s{CMakeFiles/[^/]+/}{};
		push @found, [$path, $type, $name] if -e $path; # not of a file that is gone
	}
	return @found;
}

1;
