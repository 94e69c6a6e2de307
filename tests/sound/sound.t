#!/usr/bin/env perl
# Grades sound gateways that have nothing in common with ccgate. Each takes one
# freedom (see freedom.c; `plain` takes none) and is a folder with target.json.
# What fails here is a false alarm, and what is not decided a gap.
#
#	sound.t           each of them, as TAP
#	sound.t --full    also the cases that move megabytes, which else only
#	                  `plain` is asked
#	sound.t NAME..    only these gateways
use strict;
use warnings;
use JSON::PP;
use File::Temp qw(tempdir);

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
my $at_once = $ENV{CCPROBE_SOUND_JOBS} // 2;
my $scratch = tempdir(CLEANUP => 1);

# Percent of the cases that its claims cover which must be decided.
my $decided = 95;
my %decided_of = ('cool-down' => 85);

my $light = !(@ARGV && $ARGV[0] eq '--full' && shift @ARGV);
my @names = map { m{([^/]+)/target\.json$} } sort glob "$root/tests/sound/*/target.json";
my %known = map { $_ => 1 } @names;
if (@ARGV) {
	$known{$_} or die "no gateway '$_'; there are: @names\n" for @ARGV;
	@names = @ARGV;
}

# Of the cases that are not slow those that need no more than the usual time.
sub light_cases {
	open my $pipe, '-|', "$bin/ccprobe", 'list', '--suite', $root, '--json' or die "ccprobe: $!\n";
	local $/;
	my @ids = map { $_->{id} } grep { !$_->{slow} && !$_->{live} && $_->{client_format} eq 'messages' } @{ decode_json(<$pipe>) };
	close $pipe or die "ccprobe list ended with status " . ($? >> 8) . "\n";
	return grep { !has_limit($_) } @ids;
}

# A case that says itself how long it may take. Its id may end in a row's.
sub has_limit {
	my ($id) = @_;
	my $path = "$root/cases/$id.json";
	$path =~ s{/[^/]+\.json$}{.json} if !-e $path;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	return exists decode_json(<$file>)->{limit_ms};
}

my @light_cases = $light ? light_cases() : ();

sub start_run {
	my ($name) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	open STDOUT, '>', "$scratch/$name.out";
	open STDERR, '>&', \*STDOUT;
	exec "$bin/ccprobe", 'run', '--suite', $root, '--target',
		"$root/tests/sound/$name/target.json", '--report', "json=$scratch/$name.json",
		$name eq 'plain' ? () : @light_cases;
	exit 127;
}

sub run_all {
	my @waiting = @_;
	my $running = 0;
	while (@waiting || $running) {
		while (@waiting && $running < $at_once) {
			start_run(shift @waiting);
			$running++;
		}
		$running-- if wait > 0;
	}
}

# The cases of a run, or nothing if it stopped before the first.
sub read_cases {
	my ($name) = @_;
	open my $file, '<', "$scratch/$name.json" or return;
	local $/;
	my $report = eval { decode_json(<$file>) } or return;
	return @{ $report->{cases} };
}

sub printed {
	my ($name) = @_;
	open my $file, '<', "$scratch/$name.out" or return 'nothing was printed';
	chomp(my @lines = <$file>);
	return ('no report; the run printed:', @lines);
}

# A line for each failed check of a case.
sub complaints {
	my ($case) = @_;
	my @failed = grep { $_->{verdict} eq 'fail' } @{ $case->{checks} };
	return map {
		my $got = substr $_->{got} // '', 0, 80;
		"$case->{id}: $_->{name} ($_->{level}): got $got"
	} @failed;
}

my $number = 0;
sub point {
	my ($ok, $name, @notes) = @_;
	$number++;
	print $ok ? "ok" : "not ok", " $number - $name\n";
	print map { "# $_\n" } map { tr/\x20-\x7e/?/cr } @notes if !$ok;
}

sub judge {
	my ($name) = @_;
	my @cases = read_cases($name);
	my %of;
	push @{ $of{ $_->{verdict} } }, $_ for @cases;
	my @failed = @{ $of{fail} // [] };
	my @open = (@{ $of{undecided} // [] }, @{ $of{broken} // [] });
	my $covered = @cases - @{ $of{skip} // [] };
	my $wanted = $decided_of{$name} // $decided;
	my $share = $covered ? 100 * ($covered - @open) / $covered : 0;

	point(@cases && !@failed, "$name: no case fails",
		@cases ? () : printed($name), map { complaints($_) } @failed);
	point($share >= $wanted, sprintf('%s: %.0f of 100 cases are decided', $name, $share),
		"wanted: $wanted of 100", map { "$_->{id}: $_->{verdict}" } @open);
	return if $name ne 'plain';
	# Translating, signing in, and what needs several providers or keys of its own, are
	# beside what a proxy does.
	my @skipped = grep {
		($_->{reason} // '') !~ /^it is for a provider / && $_->{id} !~ m{^(?:sign-in|failover|budgets|usage|model-routing)/}
	} @{ $of{skip} // [] };
	point(!@skipped, 'plain: claims whatever a case needs', map { "$_->{id}: skip" } @skipped);
}

printf "1..%d\n", 2 * @names + grep { $_ eq 'plain' } @names;
run_all(@names);
judge($_) for @names;
