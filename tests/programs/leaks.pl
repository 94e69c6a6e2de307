# Credentials in many spellings, and looking for them in what programs wrote.
#
#	leaks.pl spell CREDENTIAL...          one spelling a line, themselves first
#	leaks.pl find LEAKY FILES CREDENTIAL...   FILES: a file with names; prints
#	                                      what was found where
#
# The looking is by other means than the program's: it undoes one coding of a
# whole file after another.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64 qw(encode_base64 decode_base64);
use IPC::Open2;
use IO::Uncompress::Gunzip qw(gunzip);

sub percent { my ($s, $every) = @_; $s =~ s/($every)/sprintf '%%%02X', ord $1/ge; $s }
sub each_byte { my ($s, $form) = @_; join '', map { sprintf $form, ord } split //, $s }

sub spellings {
	my $s = shift;
	my $b = sub { (my $c = encode_base64(shift, '')) =~ s/=+$//; $c };
	my $url = $b->($s);
	$url =~ tr{+/}{-_};
	return (uc $s, lc $s,
		percent($s, qr/[^A-Za-z0-9]/), percent($s, qr/./), lc percent($s, qr/./),
		percent(percent($s, qr/[^A-Za-z0-9]/), qr/%/),
		$b->($s), $b->("u:$s"), $b->("us:$s"), $url, $b->($b->($s)),
		unpack('H*', $s), uc unpack('H*', $s),
		each_byte($s, '\\u%04x'), each_byte($s, '\\u%04X'), each_byte($s, '\\\\u%04x'),
		each_byte($s, '\\x%02x'), each_byte($s, '\\%03o'),
		each_byte($s, '&#%d;'), each_byte($s, '&#x%x;'), each_byte($s, '&#x%X;'),
		$s =~ s{/}{\\/}gr, $s =~ s/_/&lowbar;/gr);
}

# ---- undoing ----

sub byte_of { $_[0] < 128 ? chr $_[0] : "\0" }

my %named = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'", lowbar => '_', sol => '/', plus => '+');

sub unescape {
	my $s = shift;
	$s =~ s{%([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([0-7]{3})|&#([0-9]+);|&#[xX]([0-9a-fA-F]+);|&(amp|lt|gt|quot|apos|lowbar|sol|plus);|\\([\\/"])}
	{defined $1 ? byte_of(hex $1) : defined $2 ? byte_of(hex $2) : defined $3 ? byte_of(hex $3)
		: defined $4 ? byte_of(oct $4) : defined $5 ? byte_of($5) : defined $6 ? byte_of(hex $6)
		: defined $7 ? $named{$7} : $8}ge;
	return $s;
}

sub decoded {
	my $s = shift;
	my @out;
	while ($s =~ m{([A-Za-z0-9+/_-]{16,})}g) {
		(my $run = $1) =~ tr{-_}{+/};
		push @out, map { decode_base64(substr($run, $_) . '===') } 0 .. 3;
	}
	while ($s =~ m{([0-9a-fA-F]{24,})}g) {
		my $run = $1;
		push @out, map { my $h = substr $run, $_; chop $h if length($h) % 2; pack 'H*', $h } 0, 1;
	}
	return join "\0", @out;
}

my @credentials;

sub look {
	my ($text, $depth, $how) = @_;
	my @found;
	for (@credentials) {
		push @found, "$_ ($how)" if index(lc $text, lc $_) >= 0;
	}
	return @found if @found || $depth == 0 || $text eq '';
	my $plain = unescape($text);
	@found = look($plain, $depth - 1, "$how, unescaped") if $plain ne $text;
	return @found if @found;
	my $decoded = decoded($text);
	return $decoded eq '' ? () : look($decoded, $depth - 1, "$how, decoded");
}

sub pieces {
	my $text = shift;
	my @found;
	for (@credentials) {
		my $third = int(length($_) / 3);
		for my $piece (substr($_, 0, $third), substr($_, $third, $third), substr($_, 2 * $third)) {
			push @found, "$piece (a piece)" if index($text, $piece) >= 0;
		}
	}
	return @found;
}

# What the entries of a wire log have in them, bodies and fields put together.
sub of_log {
	my ($text, $leaky) = @_;
	my (%body, %coding, @out);
	for (split /\n/, $text) {
		my $e = JSON::PP->new->utf8->decode($_);
		my $key = "$e->{actor} " . ($e->{exchange} // 0) . ' ' . ($e->{kind} eq 'body' ? 'u' : 'd');
		push @out, join "\0", map { $e->{$_} // '' } qw(method target reason text);
		push @out, join '', map { $_->[1] } @{$e->{headers} // []};
		$_->[0] =~ /^content-encoding$/i and $coding{$key} = $_->[1] for @{$e->{headers} // []};
		my $bytes = $e->{bytes} // '';
		$bytes = ref $bytes ? decode_base64($bytes->{base64}) : do { utf8::encode($bytes); $bytes };
		$body{$key} .= $bytes;
	}
	for my $key (keys %body) {
		my ($bytes, $plain) = ($body{$key});
		push @out, $bytes;
		if (($coding{$key} // '') eq 'gzip') {
			gunzip(\$bytes => \$plain);
		} elsif (($coding{$key} // '') eq 'br') {
			my $pid = open2(my $from, my $to, $leaky, 'undo-br');
			binmode $_ for $from, $to;
			print $to $bytes;
			close $to;
			local $/;
			$plain = <$from>;
			waitpid $pid, 0;
		}
		push @out, $plain // '';
	}
	push @out, map { join '', /"text":"((?:[^"\\]|\\.)*)"/g } @out;
	return join "\0\0", @out;
}

my $do = shift;
if ($do eq 'spell') {
	print "$_\n" for @ARGV, map { spellings($_) } @ARGV;
	exit;
}
(my $leaky, my $names, @credentials) = @ARGV;
open my $list, '<', $names or die "$names: $!";
my ($bytes, $bad) = (0, 0);
chomp(my @files = <$list>);
for my $name (@files) {
	open my $from, '<:raw', $name or die "$name: $!";
	local $/;
	my $text = <$from> // '';
	$bytes += length $text;
	my @found = (look($text, 3, 'as it is'), pieces($text));
	push @found, look(of_log($text, $leaky), 3, 'put together') if $name =~ /\.jsonl$/ && $name !~ /answers/;
	print "$name: $_\n" for @found;
	$bad += @found;
}
print "$bytes bytes in ", scalar(@files), " files, $bad credentials\n";
exit($bad > 0);
