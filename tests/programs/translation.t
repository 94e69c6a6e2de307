#!/usr/bin/env perl
# docs/translation.md is written from docs/translation.json; UPDATE_GOLDEN=1 writes
# it anew. Each row there has an example: what ccgate makes of it is asked for
# here, so that the page says what the program does. `asks` and `told` are
# pointers into what the provider and the client get: a value, null for nothing,
# or a pattern after a '~'. A row without an example has cases.
#
# A row of the requests is of chat completions; what is otherwise in front of
# Responses is in its `responses`. Answers of each have rows of their own.
use strict;
use warnings;
use JSON::PP;
use HTTP::Tiny;
use IO::Socket::INET;
use File::Temp qw(tempdir);

my $bin  = $ENV{CCPROBE_BIN}  // die "CCPROBE_BIN: the folder of the programs\n";
my $root = $ENV{CCPROBE_ROOT} // die "CCPROBE_ROOT: the folder of the project\n";
my $page = "$root/docs/translation.md";
my $scratch = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->canonical->allow_nonref;
my ($number, $failed) = (0, 0);

sub point {
	my ($ok, $title, @notes) = @_;
	$number++;
	$failed ||= !$ok;
	print $ok ? "ok" : "not ok", " $number - $title\n";
	print "# $_\n" for @notes;
}

sub text_of {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$file>;
}

sub write_to {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
}

my $table = decode_json(text_of("$root/docs/translation.json"));

# ---- the page ----

sub cases_of { return join ', ', map { s{^translation/}{}r } @{ $_[0]{cases} } }

sub rows {
	my ($name) = @_;
	my $text = "| part | | | cases |\n|---|---|---|---|\n";
	$text .= sprintf "| %s | %s | %s | %s |\n", $_->{part}, $_->{does}, $_->{how} // '', cases_of($_)
		for @{ $table->{$name} };
	return $text =~ s/\|  \|/| |/gr =~ s/\|  \|/| |/gr;
}

# A row of the requests as it is in front of Responses.
sub in_responses {
	my ($row) = @_;
	return { %$row, how => $row->{how}, %{ $row->{responses} // {} } };
}

sub told_of {
	my ($row) = @_;
	return join ': ', grep { ($_ // '') ne '' } "**$row->{does}**", $row->{how};
}

sub requests {
	my $text = "| part | chat completions | Responses | cases |\n|---|---|---|---|\n";
	for my $row (@{ $table->{requests} }) {
		my ($chat, $responses) = (told_of($row), told_of(in_responses($row)));
		$text .= sprintf "| %s | %s | %s | %s |\n", $row->{part}, $chat,
			$responses eq $chat ? 'the same' : $responses, cases_of($row);
	}
	return $text =~ s/\|  \|/| |/gr;
}

my $wanted = <<"END";
# From the Messages API to OpenAI's formats, and back

What `ccgate` does with each part of a request and of an answer where the provider speaks OpenAI's chat completions
(`upstream.format`: `openai-chat`) or Responses (`openai-responses`); `tests/extra/translate-claude.t` tries both with a real Claude Code.
**Kept**: the other side gets the same. **Adapted**: it gets the same in another form. **Refused**: 400 with the
name of the field, so that nothing is lost unseen. **Left out**: the content does not depend on it, or the row says what is lost.
The cases are those of `cases/translation/`, by which any gateway that translates is graded. A case about something that only one
of the formats has is skipped for the other.

`docs/translation.json` has these rows, with an example of each; `tests/programs/translation.t` asks ccgate for all of them, and writes
this page with `UPDATE_GOLDEN=1`.

## Requests

${\ requests()}
## Answers of chat completions

${\ rows('answers')}
## Answers of Responses

${\ rows('responses_answers')}
## Beside messages

${\ rows('others')}
END
chomp $wanted;
write_to($page, $wanted) if $ENV{UPDATE_GOLDEN};
point(text_of($page) eq $wanted, 'docs/translation.md is what docs/translation.json says',
	text_of($page) eq $wanted ? () : 'UPDATE_GOLDEN=1 tests/programs/translation.t writes it');

my %rows_of = (
	'openai-chat' => [map { @{ $table->{$_} } } qw(requests answers others)],
	'openai-responses' => [(map { in_responses($_) } @{ $table->{requests} }),
		map { @{ $table->{$_} } } qw(responses_answers others)],
);
my @rows = map { @$_ } values %rows_of;
my %does = map { $_ => 1 } qw(kept adapted refused), 'left out';
my @odd = grep { !$does{ $_->{does} } } @rows;
point(!@odd, 'each row keeps, adapts, refuses or leaves out', map { $_->{part} } @odd);
open my $pipe, '-|', "$bin/ccprobe", 'list', '--suite', $root, '--json', 'translation' or die "ccprobe: $!\n";
my %files = map { $_->{id} =~ m{^(translation/[^/]+)} ? ($1 => 1) : () } @{ decode_json(do { local $/; <$pipe> }) };
close $pipe or die "ccprobe list failed\n";
my %named = map { $_ => 1 } map { @{ $_->{cases} } } @rows;
my @unknown = grep { !$files{$_} } sort keys %named;
point(!@unknown, 'the cases are there', @unknown);
my @missing = grep { !$named{$_} } sort keys %files;
point(!@missing, 'each case for translators stands beside what it is about', @missing);
my @bare = grep { !@{ $_->{cases} } && !$_->{send} && !$_->{told} } @rows;
point(!@bare, 'each row has an example or a case', map { $_->{part} } @bare);

# ---- a provider that keeps what it gets ----

my ($own, @children) = ($$);

sub end_children {
	return if $$ != ($own // 0);
	local $?;
	kill 'TERM', @children;
	waitpid $_, 0 for splice @children;
}
END { end_children() }

my $listener = IO::Socket::INET->new(Listen => 16, LocalAddr => '127.0.0.1', Proto => 'tcp') or die "listen: $!\n";
my $provider = fork // die "fork: $!\n";
if (!$provider) {
	while (my $c = $listener->accept) {
		my ($head, $body) = ('', '');
		while (defined(my $line = <$c>)) {
			$head .= $line;
			last if $line eq "\r\n";
		}
		my ($length) = $head =~ /^content-length: (\d+)/mi;
		read $c, $body, $length if $length;
		write_to("$scratch/got", $body);
		my ($status, $reply) = split /\n/, text_of("$scratch/reply"), 2;
		printf $c "HTTP/1.1 %d x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s",
			$status, length $reply, $reply;
		close $c;
	}
	exit 0;
}

push @children, $provider;
my @open; # a pipe that is closed is waited for

sub serve {
	my ($format) = @_;
	my $said;
	push @children, open $said, '-|', "$bin/ccgate", '--listen', '127.0.0.1:0', '--key', 'team-key-0123456789',
		'--upstream', 'http://127.0.0.1:' . $listener->sockport, '--upstream-key', 'up', '--upstream-format', $format
		or die "ccgate: $!\n";
	push @open, $said;
	my ($url) = <$said> =~ m{(http://\S+)} or die "ccgate does not say where it listens\n";
	return $url;
}

my $http = HTTP::Tiny->new(timeout => 20);
my %hello = (
	'openai-chat' => { id => 'x', choices => [{ index => 0, message => { content => 'hi' }, finish_reason => 'stop' }] },
	'openai-responses' => { id => 'x', status => 'completed', output => [] },
);

sub ask {
	my ($url, $row, $format) = @_;
	my %body = (model => 'gpt-x', max_tokens => 100, messages => [{ role => 'user', content => 'hello' }], %{ $row->{send} // {} });
	my $reply = $row->{said} // $hello{$format};
	write_to("$scratch/reply", ($row->{status} // 200) . "\n" . $json->encode($reply));
	unlink "$scratch/got";
	return $http->post("$url/v1/messages", { headers => { 'x-api-key' => 'team-key-0123456789',
		'content-type' => 'application/json' }, content => $json->encode(\%body) });
}

sub at {
	my ($value, $pointer) = @_;
	for my $part (split m{/}, $pointer =~ s{^/}{}r) {
		$value = ref $value eq 'ARRAY' ? $value->[$part] : ref $value eq 'HASH' ? $value->{$part} : undef;
	}
	return $value;
}

# What is not as the row says.
sub complaints {
	my ($text, $places) = @_;
	my $value = eval { $json->decode($text) };
	return map {
		my ($is, $wanted) = (at($value, $_), $places->{$_});
		my $fits = defined $wanted && !ref $wanted && $wanted =~ /^~(.*)/
			? defined $is && !ref $is && $is =~ /$1/ : $json->encode($is) eq $json->encode($wanted);
		$fits ? () : "$_ is " . $json->encode($is) . ', not ' . $json->encode($wanted);
	} sort keys %$places;
}

for my $format (sort keys %rows_of) {
	my $url = serve($format);
	for my $row (grep { $_->{send} || $_->{told} } @{ $rows_of{$format} }) {
		my $answer = ask($url, $row, $format);
		my $got = -e "$scratch/got" ? text_of("$scratch/got") : '';
		my @notes;
		if ($row->{does} eq 'refused') {
			push @notes, "status $answer->{status}: $answer->{content}"
				if $answer->{status} != 400 || index($answer->{content}, $row->{names}) < 0;
			push @notes, 'the provider was asked' if $got ne '';
		} else {
			push @notes, complaints($got, $row->{asks}) if $row->{asks};
			push @notes, complaints($answer->{content}, $row->{told}) if $row->{told};
			push @notes, "status $answer->{status}"
				if $answer->{status} != ($row->{gives} // $row->{status} // 200) && !($row->{send} // {})->{stream};
		}
		point(!@notes, "$format: $row->{part}: $row->{does}", @notes);
	}
}

end_children();
print "1..$number\n";
exit($failed ? 1 : 0);
