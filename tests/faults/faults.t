#!/usr/bin/env perl
# Runs cases against deliberately faulty gateways. expected.txt says for each
# fault which cases must fail, which areas may, and what the run must name as
# the first of its causes:
#
#	fault: case case ... | area area ... | cause
#	fault --auth x-api-key: case ... | area ... | cause
#
# A cause is an id, or a kind where the subject differs from run to run. One
# with "? " before it is known not to be named first; at most one in
# twenty may be so.
# Words after the fault are options of `ccprobe run`; `--target` names another
# target than target.json. "preflight" in place of the cases: the run must stop
# before the first case.
# Each case must be named by some fault: one that was never seen to fail proves
# nothing. By default each fault is run with the cases that are named for it.
#
#	faults.t                  as TAP
#	faults.t --full           every case with every fault; no other area fails
#	faults.t --table [NAME..] prints what each fault fails, for expected.txt
#	faults.t [--full] NAME..  only these faults
use strict;
use warnings;
use JSON::PP;
use File::Temp qw(tempdir);

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
my $at_once = $ENV{CCPROBE_FAULT_JOBS} // 8; # most of the time they wait
my %option = map { $_ => 0 } qw(--full --table);
$option{ shift @ARGV } = 1 while @ARGV && exists $option{ $ARGV[0] };
my $every_case = $option{'--full'} || $option{'--table'};
my $scratch = tempdir(CLEANUP => 1);

sub lines_of {
	open my $pipe, '-|', @_ or die "$_[0]: $!\n";
	chomp(my @lines = <$pipe>);
	close $pipe or die "$_[0] ended with status " . ($? >> 8) . "\n";
	return @lines;
}

# name => { cases => [ids], areas => {name => 1}, options => [words],
#	    cause => id, missed => bool }
sub read_expected {
	my %expected;
	open my $file, '<', "$root/tests/faults/expected.txt" or die "expected.txt: $!\n";
	while (<$file>) {
		next if /^\s*(#|$)/;
		my ($name, $options, $cases, $areas, $missed, $cause) =
			/^([a-z0-9-]+)((?: [^:]+)?):\s*([^|]*?)\s*(?:\|\s*([^|]*?)\s*(?:\|\s*(\? )?(.*?)\s*)?)?$/
			or die "expected.txt:$.: not 'fault: case ... | area ... | cause'\n";
		die "expected.txt:$.: '$name' is there twice\n" if $expected{$name};
		$expected{$name} = {
			cases => [split ' ', $cases],
			options => [split ' ', $options],
			areas => { map { $_ => 1 } split ' ', $areas // '' },
			cause => $cause,
			missed => defined $missed,
		};
	}
	return \%expected;
}

my $expected = read_expected();

sub start_run {
	my ($fault, @patterns) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	$ENV{CCPROBE_FAULT} = $fault;
	open STDOUT, '>', "$scratch/$fault.out";
	open STDERR, '>&', \*STDOUT;
	my @options = @{ ($expected->{$fault} // {})->{options} // [] };
	unshift @options, '--target', "$root/tests/faults/target.json" if !grep { $_ eq '--target' } @options;
	exec "$bin/ccprobe", 'run', '--suite', $root, '--pool-wait', 2, '--again', 0, '--report',
		"json=$scratch/$fault.json", (@patterns ? '--slow' : ()),
		@options, @patterns;
	exit 127;
}

sub read_report {
	my ($fault) = @_;
	open my $file, '<', "$scratch/$fault.json" or return;
	local $/;
	return eval { decode_json(<$file>) };
}

# id => verdict of every case; {} when the run stopped before the first case
sub read_run {
	my $report = read_report(@_) or return {};
	return { map { $_->{id} => $_->{verdict} } @{ $report->{cases} } };
}

# What the run names first.
sub first_cause {
	my $report = read_report(@_) or return '';
	my ($first) = grep { @{ $_->{cases} } } @{ $report->{causes} };
	return $first ? $first->{id} : 'no cause';
}

# The cause is of the run of the named cases; over all cases another one may
# come first.
sub complaint_of_cause {
	my ($fault) = @_;
	my $wanted = $expected->{$fault};
	return 'expected.txt names no cause' if !defined $wanted->{cause};
	my $first = first_cause($fault);
	my ($kind) = split /:/, $first;
	return if $first eq $wanted->{cause} || $kind eq $wanted->{cause} || $wanted->{missed};
	return "the first cause is $first, not $wanted->{cause}";
}

# A run that stops at the preflight needs no selection.
sub patterns_of {
	my ($fault) = @_;
	return () if $every_case;
	return grep { $_ ne 'preflight' } @{ ($expected->{$fault} // {})->{cases} // [] };
}

# Those that wait longest begin first, so that nothing waits for them at the end.
my %waits = map { $_ => 1 } qw(pool-never-forgives pool-lists-never buffers-all four-at-once no-eof-after-cut no-eof-after-stop head-hangs
	serialises hangs-when-upstream-dies buffers-events cancel-ignored cancel-ignored-while-paused
	cancel-ignored-in-stream cancel-ignored-before-head merges-deltas);

sub run_all {
	my @waiting = sort { ($waits{$b} // 0) <=> ($waits{$a} // 0) || $a cmp $b } @_;
	my %running;
	while (@waiting || %running) {
		while (@waiting && keys %running < $at_once) {
			my $fault = shift @waiting;
			$running{ start_run($fault, patterns_of($fault)) } = $fault;
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
my @cases = @{ decode_json(join "\n", lines_of("$bin/ccprobe", 'list', '--suite', $root, '--json')) };
my @ids = map { $_->{id} } grep { !$_->{live} } @cases; # live ones: tests/extra/live.txt
my %slow = map { $_->{id} => 1 } grep { $_->{slow} } @cases; # not in a run of every case
my @faults = @ARGV ? @ARGV : sort keys %described;
$described{$_} or die "no fault '$_'; ccgate-faulty --list-faults names them\n" for @faults;

if ($option{'--table'}) {
	run_all(@faults);
	for my $fault (@faults) {
		my $verdicts = read_run($fault);
		my @failed = sort grep { $verdicts->{$_} eq 'fail' } keys %$verdicts;
		printf "%s: %s\n", $fault, %$verdicts ? "@failed" : 'preflight';
	}
	exit 0;
}

# What is wrong with how this fault was caught; nothing if all is well.
sub complaints {
	my ($fault) = @_;
	my $wanted = $expected->{$fault} or return 'expected.txt does not name it';
	my $verdicts = read_run($fault);
	if ("@{ $wanted->{cases} }" eq 'preflight') {
		return %$verdicts ? 'the preflight let it pass' : ();
	}
	if (!%$verdicts) {
		open my $file, '<', "$scratch/$fault.out" or return 'no report';
		chomp(my @said = <$file>);
		return ('no report; the run printed:', @said);
	}
	my @notes = map { "$_ is " . ($verdicts->{$_} // 'not there') . ', not fail' }
		grep { ($verdicts->{$_} // '') ne 'fail' && !($every_case && $slow{$_}) }
		@{ $wanted->{cases} };
	push @notes, 'no case is named for it' if !@{ $wanted->{cases} };
	push @notes, complaint_of_cause($fault) if !$every_case;
	if ($option{'--full'}) {
		push @notes, map { "$_ fails, of another area" }
			grep { $verdicts->{$_} eq 'fail' && !$wanted->{areas}{ (split m{/})[0] } }
			sort keys %$verdicts;
	}
	return @notes;
}

printf "1..%d\n", @faults + (@ARGV ? 0 : @ids + 2);
run_all(@faults);
for my $fault (@faults) {
	my @notes = complaints($fault);
	# Some faults need a certain order of events, which the other runs beside
	# this one can prevent: the second look is alone.
	if (@notes) {
		print "# $fault again, alone, because: $_\n" for @notes;
		run_all($fault);
		@notes = complaints($fault);
	}
	point(!@notes, "$fault: $described{$fault}", @notes);
}
exit 0 if @ARGV;
# What ccgate does not offer no fault of it can fail: another gateway has to
# claim it, and its committed result to pass.
sub lists {
	my ($path) = @_;
	open my $file, '<', "$root/$path" or die "$path: $!\n";
	local $/;
	return decode_json(<$file>);
}
my %offered = map { $_ => 1 } @{ lists('tests/faults/target.json')->{claims} };
my %claimed = map { $_ => 1 } @{ lists('targets/claude-gateway/target.json')->{claims} };
my $result = lists('targets/claude-gateway/result.json');
my %unproven = map { $_ => 1 } map { @$_ } values %$result;
my %proved = map { $_->{id} => 1 } grep {
	my @needs = grep { !$offered{$_} } @{ $_->{needs} };
	@needs && !grep({ !$claimed{$_} } @needs) && !$unproven{ $_->{id} };
} @cases;
my %named = map { $_ => 1 } map { @{ $_->{cases} } } values %$expected;
point($named{$_} // $proved{$_} // 0, "$_ is failed by some fault, or passed by another gateway")
	for @ids;
my @unknown = grep { !$described{$_} } sort keys %$expected;
point(!@unknown, 'expected.txt names only faults that exist', @unknown);
my @caused = grep { defined $_->{cause} } values %$expected;
my @missed = grep { $_->{missed} } @caused;
point(@missed * 20 <= @caused,
	@missed . ' of ' . @caused . ' faults have another first cause, at most one in twenty');
