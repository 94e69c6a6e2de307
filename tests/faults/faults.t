#!/usr/bin/env perl
# Runs every case against every deliberately faulty gateway.
#
# A fault must be caught by each case that tests/faults/expected.txt names for
# it, and each case must be failed by at least one fault: a case that was never
# seen to fail proves nothing.
#
#	faults.t                  all faults, as TAP
#	faults.t NAME...          only these
#	faults.t --table [NAME..] prints what each fault fails, for expected.txt
use strict;
use warnings;
use JSON::PP;
use File::Temp qw(tempdir);
use List::Util qw(any);

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
my $at_once = $ENV{CCPROBE_FAULT_JOBS} // 3;
my $table = @ARGV && $ARGV[0] eq '--table' ? shift @ARGV : 0;
my $scratch = tempdir(CLEANUP => 1);

sub lines_of {
	open my $pipe, '-|', @_ or die "$_[0]: $!\n";
	chomp(my @lines = <$pipe>);
	close $pipe or die "$_[0] ended with status " . ($? >> 8) . "\n";
	return @lines;
}

# name => [case ids] from expected.txt: "fault: case case ..."
sub read_expected {
	my %expected;
	open my $file, '<', "$root/tests/faults/expected.txt" or die "expected.txt: $!\n";
	while (<$file>) {
		next if /^\s*(#|$)/;
		my ($name, $cases) = /^([a-z0-9-]+):\s*(.*)$/
			or die "expected.txt:$.: not 'fault: case ...'\n";
		die "expected.txt:$.: '$name' is there twice\n" if $expected{$name};
		$expected{$name} = [split ' ', $cases];
	}
	return \%expected;
}

sub start_run {
	my ($fault) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	$ENV{CCPROBE_FAULT} = $fault;
	open STDOUT, '>', "$scratch/$fault.out";
	open STDERR, '>&', \*STDOUT;
	exec "$bin/ccprobe", 'run', '--suite', $root, '--target',
		"$root/tests/faults/target.json", '--report',
		"json=$scratch/$fault.json";
	exit 127;
}

# id => verdict of every case that the run told, or undef if there is no report
sub read_run {
	my ($fault) = @_;
	open my $file, '<', "$scratch/$fault.json" or return undef;
	local $/;
	my $report = eval { decode_json(<$file>) } or return undef;
	return { map { $_->{id} => $_->{verdict} } @{ $report->{cases} } };
}

sub run_all {
	my @waiting = @_;
	my %running;
	while (@waiting || %running) {
		while (@waiting && keys %running < $at_once) {
			my $fault = shift @waiting;
			$running{ start_run($fault) } = $fault;
		}
		my $pid = wait;
		delete $running{$pid} if $pid > 0;
	}
}

my $number = 0;
sub point {
	my ($ok, $name, @notes) = @_;
	$number++;
	print $ok ? "ok" : "not ok", " $number - $name\n";
	print "# $_\n" for @notes;
}

my %described = map { split /\t/, $_, 2 } lines_of("$bin/ccgate-faulty", '--list-faults');
my @ids = map { $_->{id} }
	@{ decode_json(join "\n", lines_of("$bin/ccprobe", 'list', '--suite', $root, '--json')) };
my $expected = read_expected();
my @faults = @ARGV ? @ARGV : sort keys %described;
$described{$_} or die "no fault '$_'; ccgate-faulty --list-faults names them\n" for @faults;

run_all(@faults);

my (%caught_by, %failed_of);
for my $fault (@faults) {
	my $verdicts = read_run($fault);
	if (!$verdicts) {
		$failed_of{$fault} = undef;
		next;
	}
	$failed_of{$fault} = [sort grep { $verdicts->{$_} eq 'fail' } keys %$verdicts];
	push @{ $caught_by{$_} }, $fault for @{ $failed_of{$fault} };
}

if ($table) {
	printf "%s: %s\n", $_, join ' ', @{ $failed_of{$_} // ['(no report)'] } for @faults;
	my @never = grep { !$caught_by{$_} } @ids;
	print "# never failed: @never\n" if @never;
	exit 0;
}

printf "1..%d\n", @faults + (@ARGV ? 0 : @ids + 1);
for my $fault (@faults) {
	my $wanted = $expected->{$fault} // [];
	my %failed = map { $_ => 1 } @{ $failed_of{$fault} // [] };
	my @missed = grep { !$failed{$_} } @$wanted;
	my @notes;
	if (!$failed_of{$fault} && !any { $_ eq 'preflight' } @$wanted) {
		push @notes, "no report; the run printed:";
		open my $file, '<', "$scratch/$fault.out";
		push @notes, map { chomp; $_ } <$file>;
	}
	push @notes, "expected.txt does not name it" if !@$wanted;
	push @notes, "not caught by: $_" for grep { $_ ne 'preflight' } @missed;
	if (any { $_ eq 'preflight' } @$wanted) {
		push @notes, "the preflight let it pass" if $failed_of{$fault};
	}
	point(!@notes, "$fault: $described{$fault}", @notes);
}
exit 0 if @ARGV;
for my $id (@ids) {
	my @by = @{ $caught_by{$id} // [] };
	point(scalar @by, "$id is failed by some fault");
}
my @unknown = grep { !$described{$_} } sort keys %$expected;
point(!@unknown, 'expected.txt names only faults that exist', @unknown);
