#!/usr/bin/env perl
# What the docs list is what the program has: each list is compared with the
# program's own table, where it prints one, or with the table in the source.
# What the docs name in passing (options, codes, commands, files) has to exist.
use strict;
use warnings;

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
chdir $root or die "$root: $!\n";
my $number = 0;
my $failed = 0;

sub point {
	my ($title, @complaints) = @_;
	$number++;
	$failed ||= @complaints > 0;
	print @complaints ? "not ok" : "ok", " $number - $title\n";
	print "# $_\n" for @complaints;
}

sub text_of {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$file>;
}

sub output_of {
	open my $pipe, '-|', @_ or die "$_[0]: $!\n";
	local $/;
	my $text = <$pipe>;
	close $pipe or die "@_ ended with status " . ($? >> 8) . "\n";
	return $text;
}

sub ccprobe { return output_of("$bin/ccprobe", @_) }

sub unique {
	my %seen;
	return grep { !$seen{$_}++ } @_;
}

# same TITLE, DOCS, PROGRAM: what one of the two lists does not have. An empty
# list is one that was not found.
sub same {
	my ($title, $docs, $program) = @_;
	my %docs = map { $_ => 1 } @$docs;
	my %program = map { $_ => 1 } @$program;
	my @complaints;
	push @complaints, 'the docs have no such list any more' if !@$docs;
	push @complaints, 'the program has no such table any more' if !@$program;
	push @complaints, map { "not in the docs: $_" } grep { !$docs{$_} } unique(@$program);
	push @complaints, map { "only in the docs: $_" } grep { !$program{$_} } unique(@$docs);
	point($title, @complaints);
}

# The part of a page between its heading and the next one.
sub part {
	my ($path, $heading) = @_;
	return text_of($path) =~ /^## \Q$heading\E\n(.*?)(?=^## |\z)/ms ? $1 : '';
}

# The rows of the table whose head begins with this.
sub rows {
	my ($text, $head) = @_;
	return $text =~ /^\Q$head\E[^\n]*\n\|[-:|]+\n((?:\|[^\n]*\n)+)/m ? split /\n/, $1 : ();
}

# The texts in backticks in their first cells.
sub cells {
	return map { /^\|((?:`[^`]*`|[^|])*)\|/ ? $1 =~ /`([^`]+)`/g : () } rows(@_);
}

# The keys of the table of JSON members that has this one.
sub members {
	my ($path, $table, $one) = @_;
	my $source = text_of($path);
	while ($source =~ /struct json_field $table\[\] = \{(.*?)\n\s*\};/gs) {
		my @keys = $1 =~ /\{ "(\w+)"/g;
		return @keys if grep { $_ eq $one } @keys;
	}
	return ();
}

# ---- lists that the program prints ----

same('stream directives: docs/ccmock.md',
	[part('docs/ccmock.md', 'Annotated streams') =~ /: @(\w+)/g],
	[ccprobe('explain', 'directives') =~ /^: @(\w+)/mg]);
my @offers = cells(text_of('targets/README.md'), '| claim | a gateway that offers it |');
same('claims: targets/README.md',
	[cells(text_of('targets/README.md'), '| claim | a target that claims it |'), @offers,
		cells(text_of('targets/README.md'), '| claim | a gateway that declares it |')],
	[ccprobe('explain', 'claims') =~ /^(\S+)$/mg]);
same('keys with names: targets/README.md', [cells(text_of('targets/README.md'), '| key | |')],
	[ccprobe('explain', 'keys') =~ /^(\S+)$/mg]);
same('claims that are looked at: targets/README.md', \@offers,
	[map { m{^claims/(.*)\.json$} } glob 'claims/*.json']);
same('operators: cases/README.md',
	[cells(text_of('cases/README.md'), '| operator |')],
	[ccprobe('explain', 'operators') =~ /^(\S+)/mg]);

# Without the parts in brackets, and without a pointer.
sub subject_word {
	my ($word) = @_;
	$word =~ s/\[[^\]]*\]|#.*//g;
	return $word;
}
same('subjects: cases/README.md',
	[map { subject_word($_) } grep { /^\.\w/ } cells(text_of('cases/README.md'), '| subject |')],
	[map { subject_word($_) } ccprobe('explain', 'subjects') =~ /^(\.\S+)/mg]);

my ($formats) = ccprobe('run', '--help') =~ /^Formats of --report:\n(.*?)\n\n/ms;
my @formats = ($formats // '') =~ /^  (\w+)/mg;
same('report formats: docs/reports.md', [cells(text_of('docs/reports.md'), '| format | for')], \@formats);
same('report formats under a baseline: docs/reports.md',
	[cells(text_of('docs/reports.md'), '| format | an expected failure')], \@formats);

# ---- lists that are tables of the source ----

my $steps = join '', map { text_of($_) } glob 'probe/doctor/steps/*.c';
my @steps = map { $_ =~ /\n\t\{ "([\w-]+)"/g }
	$steps =~ /const struct doctor_step \w+\[\] = (\{.*?\n\};)/gs;
same('steps of doctor: docs/doctor-steps.md', [cells(text_of('docs/doctor-steps.md'), '| step |')], \@steps);
same('members of a case: cases/README.md',
	[cells(text_of('cases/README.md'), "| member | | what it is |")],
	[members('probe/suite/casemembers.c', 'fields', 'title')]);
my $case_steps = part('cases/README.md', 'Steps');
same('members of a step: cases/README.md',
	[map { /"(\w+)": /g } rows($case_steps, '| step |')],
	[members('probe/suite/casesteps.c', 'fields', 'send')]);
my $live_steps = part('cases/README.md', 'Live cases');
same('members of a live step: cases/README.md',
	[unique('run', map { /"(\w+)": /g } rows($live_steps, '| live step |'))],
	[unique(members('probe/suite/caselive.c', 'user_members', 'keys'), 'run', 'prompt')]);
same('members of run: cases/README.md',
	[cells($live_steps, '| of `run` |')],
	[members('probe/suite/caselive.c', 'run_members', 'prompt')]);
same('members of a request: cases/README.md',
	[cells($case_steps, '| member |')],
	[members('probe/suite/request.c', 'fields', 'from')]);
same('members of target.json: targets/README.md',
	[cells(text_of('targets/README.md'), '| member |')],
	[members('probe/run/target.c', 'fields', 'title')]);
same('members of when: docs/ccmock.md',
	[cells(text_of('docs/ccmock.md'), '| `when` |')],
	[members('mockupstream/rules.c', 'when_fields', 'model')]);
same('members of reply: docs/ccmock.md',
	[cells(text_of('docs/ccmock.md'), '| reply |')],
	[members('mockupstream/reply.c', 'fields', 'status')]);
sub ccmock_help { return output_of("$bin/ccmock", 'help', @_) }
same('parts of say: docs/ccmock.md',
	[cells(text_of('docs/ccmock.md'), '| part |')],
	[ccmock_help('say') =~ /^\{ "(\w+)"/mg]);
same('members of a part: ccmock help say',
	[map { /"(\w+)"/g } grep { !/"usage"/ } ccmock_help('say') =~ /^(\{ .*)/mg],
	[grep { $_ ne 'usage' } members('mockupstream/say/say_parts.c', 'fields', 'thinking')]);
same('members of usage: ccmock help say',
	[map { /"(\w+)"/g } ccmock_help('say') =~ /^\{ "usage": (.*)/mg],
	[members('mockupstream/say/say_parts.c', 'usage_fields', 'cached')]);
same('members of form: docs/ccmock.md',
	[cells(text_of('docs/ccmock.md'), '| `form` |')],
	[members('mockupstream/say/say_form.c', 'fields', 'piece')]);
same('members of form: ccmock help form',
	[ccmock_help('form') =~ /^(\w+)$/mg],
	[members('mockupstream/say/say_form.c', 'fields', 'piece')]);
same('vendors: docs/ccmock.md',
	[cells(text_of('docs/ccmock.md'), '| vendor |')], [ccmock_help('vendors') =~ /^(\w+)$/mg]);
my ($mock_topics) = output_of("$bin/ccmock", '--help') =~ /^Topics of [^\n]*\n(.*?)\n\n/ms;
same('topics: ccmock --help',
	[($mock_topics // '') =~ /^  (\w+)/mg],
	[map { /^\s*\{ "(\w+)"/mg } text_of('mockupstream/main.c') =~ /\} topics\[\] = (\{.*?\n\};)/s]);
same('members of the configuration: gateway/README.md',
	[cells(text_of('gateway/README.md'), '| member | default |'),
		grep { !/\./ } cells(text_of('gateway/README.md'), '| with several | default |')],
	[(map { "upstream.$_" } 'models', text_of('gateway/pool/provider_read.c') =~ /#define SHARED_FIELDS(.*?)\n\n/s ? $1 =~ /\{[\s\\]*"(\w+)"/g : ()),
		(map { "keys[].$_" } members('gateway/keys/limits.c', 'limits_fields', 'rpm')),
		(map { "ledger.$_" } members('gateway/ledger/ledger_config.c', 'fields', 'path')),
		grep { !/^(?:upstream|ledger)$/ } members('gateway/config_file.c', 'top_fields', 'listen')]);
same('members of a provider: gateway/README.md',
	[map { /^providers\.(.*)/ ? $1 : () } cells(text_of('gateway/README.md'), '| with several | default |')],
	[members('gateway/pool/provider_read.c', 'item_fields', 'name')]);
same('members of routing: gateway/README.md',
	[cells(text_of('gateway/README.md'), '| member of `routing` |')],
	[members('gateway/pool/pool_read.c', 'wish_fields', 'only')]);
same('suffixes of models: gateway/README.md',
	[map { /^NAME(.+)/ ? $1 : () } cells(text_of('gateway/README.md'), "| a client's name |")],
	[text_of('gateway/pool/names.c') =~ /\} suffixes\[\] = (\{.*?\n\};)/s ? $1 =~ /\{ "([^"]+)"/g : ()]);

# ---- exit statuses ----

# The numbers of what follows "exit status", up to an empty line.
sub statuses {
	my ($text) = @_;
	return $text =~ /exit status(.*?)(?=\n\s*\n|\z)/si ? unique($1 =~ /\b(\d+) [a-z(]/g) : ();
}
my ($enum) = text_of('probe/after/status.h') =~ /enum \{(.*?)\}/s;
my @statuses = $enum =~ /= (\d+)/g;
same("exit statuses: $_", [statuses(text_of($_))], \@statuses)
	for 'docs/grading.md', 'docs/ci.md', 'ci/gate.sh';
same('exit statuses: action.yml',
	[text_of('action.yml') =~ /description: (0 passes.*)/ ? $1 =~ /(\d+) /g : ()], \@statuses);
same('exit statuses: run --help', [statuses(ccprobe('run', '--help'))], \@statuses);
same("exit statuses: $_->[0]",
	[statuses(text_of($_->[0]))], [statuses(output_of("$bin/$_->[1]", @$_[2 .. $#$_]))])
	for ['docs/doctor.md', 'ccprobe', 'doctor', '--help'],
	['docs/bisect.md', 'ccprobe', 'bisect', '--help'], ['docs/record.md', 'ccprobe', 'record', '--help'],
	['docs/ccmock.md', 'ccmock', '--help'], ['gateway/README.md', 'ccgate', '--help'];

# ---- what is named in passing ----

my @pages = grep { -e } split /\n/, output_of('git', 'ls-files', '*.md');
my %page = map { $_ => text_of($_) } @pages;
my @tracked = split /\n/, output_of('git', 'ls-files', '--cached', '--others', '--exclude-standard');

# every TITLE, PATTERN, KNOWN: each match of the pages is one of these.
sub every {
	my ($title, $pattern, $known) = @_;
	my (@complaints, $found);
	for my $path (@pages) {
		for my $word ($page{$path} =~ /$pattern/g) {
			$found = 1;
			push @complaints, "$path: $word" if !$known->{$word};
		}
	}
	point($title, $found ? unique(@complaints) : 'nothing was found');
}

my %code = map { $_ => 1 } ccprobe('explain', 'findings') =~ /^([A-Z][A-Z0-9-]+) \(/mg,
	ccprobe('explain', 'diagnoses') =~ /^([A-Z][A-Z0-9-]+)$/mg;
every('codes that the docs name', qr/\b((?:DR|PRE)-[A-Z][A-Z0-9-]*)/, \%code);

my %command = map { $_ => 1 } ccprobe('--help') =~ /^  (\w+) /mg;
my %help = map { $_ => ccprobe($_, '--help') } keys %command;
every('commands that the docs name', qr{(?:`|build/|\n    )ccprobe ([a-z]+)}, \%command);
my ($topics) = $help{explain} =~ /^Topics:\n(.*)/ms;
my %topic = map { $_ => 1 } $topics =~ /^  (\w+)/mg;
every('topics that the docs name', qr/`ccprobe explain ([a-z]{3,})`/, \%topic);

# Options: of the command they stand behind; elsewhere of any program here, or
# of a program of others.
my $lines = qr/(?:[^\n`|;&#]|\\\n)*/;
my %others = map { $_ => 1 } qw(--raw --joblog --allowedTools --json-schema --settings --build --preset --exec --port
	--fault --list-faults --table --full --only --resume --output-format
	--dangerously-skip-permissions --sshlogin --prefix --fail-with-body);
my %option = (%others, map { $_ => 1 } map { /^\s+(--[a-z-]+)/mg } values %help,
	map { output_of(@$_, '--help') } ["$bin/ccmock"], ["$bin/ccgate"], ["$bin/ccgate", 'usage'], ["$root/tests/mutate"], ["$root/bench/compare"]);
{
	my @complaints;
	for my $path (@pages) {
		while ($page{$path} =~ m{ccprobe ([a-z]+)($lines)}g) {
			my ($name, $rest) = ($1, $2);
			push @complaints, map { "$path: ccprobe $name $_" }
				grep { $help{$name} !~ /^\s+\Q$_\E\b/m }
				$rest =~ /(?<![\w-])(--[a-z-]+)/g if $help{$name};
		}
		for my $name (qw(ccmock ccgate)) {
			my $help = output_of("$bin/$name", '--help');
			while ($page{$path} =~ /\b$name($lines)/g) {
				my $rest = $1;
				my $own = $rest =~ /^ usage\b/ ? output_of("$bin/$name", 'usage', '--help') : $help;
				push @complaints, map { "$path: $name $_" }
					grep { $own !~ /^\s+\Q$_\E\b/m }
					$rest =~ /(?<![\w-])(--[a-z-]+)/g;
			}
		}
	}
	point('options behind the command that has them', unique(@complaints));
}
every('options that the docs name', qr/(?<![\w-])(--[a-z][a-zA-Z-]*)/, \%option);

# A file in backticks: a path from the root, or a name that some file has.
sub is_there {
	my ($name) = @_;
	return 1 if $name =~ /[A-Z]{2,}|[<\$\{]|\.\.\./; # a place to be filled in
	my $pattern = join '[^/]*', map { quotemeta } split /\*/, $name, -1;
	return $name =~ m{/}
		? grep { m{^$pattern(?:$|/|\.[ch]$)} || m{^$pattern} && $name =~ m{/$} } @tracked
		: grep { m{(?:^|/)$pattern$} } @tracked;
}
my $folders = join '|', unique(map { m{^([a-z]+)/} ? $1 : () } @tracked);
{
	my (@complaints, $found);
	for my $path (@pages) {
		for my $name ($page{$path} =~ m{`((?:$folders)/[^\s`]*|[a-z][a-z_0-9*]*\.[cht])`}g) {
			$found = 1;
			push @complaints, "$path: $name" if !is_there($name);
		}
	}
	point('files that the docs name', $found ? @complaints : 'nothing was found');
}
{
	my @complaints;
	for my $path (@pages) {
		my ($folder) = $path =~ m{^(.*/)};
		for my $link ($page{$path} =~ /\]\(([^)#:]+)(?:#[^)]*)?\)/g) {
			push @complaints, "$path: $link" if !-e(($folder // '') . $link);
		}
	}
	point('links between pages', @complaints);
}

print "1..$number\n";
exit $failed;
