#!/usr/bin/env perl
# The commands of the documents are carried out as they stand: each fenced block
# `sh` of README.md, docs/ and the READMEs of the other folders (docs/README.md says
# what may stand after `sh`).
#
#	tests/docs.t [FILE...]
#
# The blocks of a file run one after another in a new folder, where build/ has the
# programs, with a network of their own (unshare). There a gateway listens at
# 127.0.0.1:4000, as the documents suppose.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);

my $root = $ENV{CCPROBE_ROOT} // abs_path(dirname(__FILE__) . '/..');
my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
use constant { PATIENCE => 120, MOST_SKIPS => 20 };

if (($ENV{CCPROBE_DOCS_NETNS} // '') ne 'done') {
	if (system('unshare -rn true 2>/dev/null') != 0) { print "1..0 # SKIP no network namespaces here (unshare)\n"; exit 0 }
	$ENV{CCPROBE_DOCS_NETNS} = 'done';
	exec 'unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', $^X, abs_path($0), @ARGV or die "unshare: $!\n";
}

my $n = 0;
sub result {
	my ($ok, $title, @notes) = @_;
	printf "%sok %d - %s\n", $ok ? '' : 'not ', ++$n, $title;
	print map { "# $_\n" } @notes if !$ok;
}

# ---- processes ----

my %keys = (MY_GATEWAY_KEY => 'a-key-of-my-gateway', PROVIDER_KEY => 'a-key-of-the-provider', TEAM_KEY => 'a-key-of-the-team',
	UPSTREAM_KEY => 'a-key-of-the-provider', ANN_KEY => 'a-key-of-ann');

# start FOLDER, LOG, COMMAND...: a process group of its own
sub start {
	my ($folder, $log, @command) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	setpgrp;
	delete @ENV{ grep { /^(?:ANTHROPIC|CLAUDE|CCPROBE|AWS)_/ || /_proxy$/i } keys %ENV };
	@ENV{ keys %keys } = values %keys;
	@ENV{qw(HOME PATH)} = ("$folder/home", "$folder/build:/usr/local/bin:/usr/bin:/bin");
	chdir $folder;
	open STDIN,  '<', '/dev/null';
	open STDOUT, '>', $log;
	open STDERR, '>&', \*STDOUT;
	exec @command or POSIX::_exit(127);
}

sub text_of {
	my ($path) = @_;
	open my $file, '<', $path or return '';
	local $/;
	return scalar(<$file>) // '';
}

sub tail_of { return (grep { /\S/ } split /\n/, text_of($_[0]))[-12 .. -1] }

# ended PID: its status, or nothing if it runs for too long
sub ended {
	my ($pid) = @_;
	my $until = time + PATIENCE;
	while (time < $until) {
		return $? >> 8 if waitpid($pid, WNOHANG) == $pid;
		select undef, undef, undef, 0.02;
	}
	return undef;
}

# Has what it printed named the address where it listens?
sub listens {
	my ($pid, $log) = @_;
	my $until = time + PATIENCE;
	while (time < $until) {
		return 1 if text_of($log) =~ /^(?:listening|control|inspect) on /m;
		return 0 if waitpid($pid, WNOHANG) == $pid;
		select undef, undef, undef, 0.02;
	}
	return 0;
}

sub end_group { my ($pid) = @_; kill TERM => -$pid; defined ended($pid) or kill KILL => -$pid }

# ---- blocks ----

# blocks_of TEXT: { line, words, text } for each fenced block of commands
sub blocks_of {
	my ($text) = @_;
	my ($line, $in, @blocks) = (0);
	for (split /\n/, $text) {
		$line++;
		if ($in && /^```\s*$/) { $in = undef }
		elsif ($in) { $in->{text} .= "$_\n" }
		elsif (/^```sh\b ?(.*)$/) { push @blocks, $in = { line => $line, words => $1, text => '' } }
	}
	return @blocks;
}

sub folder_for {
	my $folder = tempdir(CLEANUP => 1);
	mkdir "$folder/home";
	symlink $bin, "$folder/build";
	symlink "$root/$_", "$folder/$_" for qw(cases fixtures targets docs tests ci gateway);
	return $folder;
}

sub run_file {
	my ($file, @blocks) = @_;
	my ($folder, @servers) = (folder_for());
	my $gate = start($folder, "$folder/gate.log", "$bin/ccgate", '--listen', '127.0.0.1:4000', '--upstream', 'http://127.0.0.1:8473',
		'--upstream-key', $keys{PROVIDER_KEY}, '--key', $keys{MY_GATEWAY_KEY});
	listens($gate, "$folder/gate.log") or die "no gateway: " . text_of("$folder/gate.log");
	for my $block (@blocks) {
		my ($title, $log) = ("$file:$block->{line}", "$folder/log");
		next if $block->{words} =~ /^skip=/;
		if ($block->{words} eq 'server') {
			push @servers, start($folder, "$log." . @servers, 'bash', '-c', $block->{text});
			result(listens($servers[-1], "$log.$#servers"), "$title: it listens", tail_of("$log.$#servers"));
			next;
		}
		my ($wanted) = $block->{words} =~ /^status=(\d+)$/;
		my $pid = start($folder, $log, 'bash', '-euo', 'pipefail', '-c', $block->{text});
		my $status = ended($pid);
		kill KILL => -$pid;
		result(defined $status && $status == ($wanted // 0), "$title: ends with status " . ($wanted // 0),
			'status ' . ($status // 'none: it goes on'), tail_of($log));
	}
	end_group($_) for @servers, $gate;
}

# ---- all of them ----

chdir $root or die "$root: $!\n";
my @files = @ARGV ? @ARGV : ('README.md', 'CONTRIBUTING.md', glob('docs/*.md docs/findings/*.md */README.md python/*/README.md'));
my (@skipped, @odd);
for my $file (@files) {
	my @blocks = blocks_of(text_of($file)) or next;
	push @skipped, map { $_->{words} =~ /^skip=(.*)/ ? "$file:$_->{line}: $1" : () } @blocks;
	push @odd, map { $_->{words} =~ /^(?:|server|status=\d+|skip=\S+)$/ ? () : "$file:$_->{line}: sh $_->{words}" } @blocks;
	run_file($file, @blocks);
}
result(!@odd, 'words after sh are known', @odd);
result(@skipped <= MOST_SKIPS, 'at most ' . MOST_SKIPS . ' blocks are not run', @skipped);
print map { "# not run: $_\n" } @skipped;
print "1..$n\n";
