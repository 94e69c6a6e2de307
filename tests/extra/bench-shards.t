#!/usr/bin/env bash
# ccprobe bench in parts: the recipe of docs/measuring.md with GNU parallel, or
# where that is not installed with a stand-in that does what the recipe asks for,
# one part after the other.
# Then a gateway that asks a cloud.
set -u
. "$(dirname "$0")/../programs/lib.sh"

mkdir "$scratch/bin" "$scratch/parts"
cat >"$scratch/bin/ccprobe" <<END
#!/bin/sh
# as short as it can be
case \$1 in
bench) exec "$bin/ccprobe" "\$@" --each 20 --streams 3 --pace 10 --spread 1000000 ;;
esac
exec "$bin/ccprobe" "\$@"
END
cat >"$scratch/bin/parallel" <<'END'
#!/bin/sh
# parallel -j 1 COMMAND ::: WORD...
[ "$1 $2 $4" = '-j 1 :::' ] || exit 99
command=$3
shift 4
for word; do
	sh -c "$(printf %s "$command" | sed "s/{}/$word/g")" || exit
done
END
chmod +x "$scratch/bin/ccprobe" "$scratch/bin/parallel"
parallel --version 2>/dev/null | grep -q 'GNU parallel' && rm "$scratch/bin/parallel"

sed -n '/^    parallel /,/^$/s/^    //p' "$root/docs/measuring.md" >"$scratch/recipe"
run grep -c . "$scratch/recipe"
is 0 'there is a recipe' out 2
recipe() { (cd "$scratch/parts" && PATH=$scratch/bin:$PATH sh -e "$scratch/recipe"); }
run recipe
is 0 'the recipe' out 'ccprobe bench: bundled, 4 pairs of 20 ms, seed 1, of 2 files'
cd "$scratch/parts" || exit 1
run "$bin/ccprobe" merge --format json shard-1.json shard-2.json
perl -MJSON::PP -e '
	local $/;
	my ($all, @parts) = map { open my $f, "<", $_ or die; decode_json(<$f>) } @ARGV;
	my @half = map { [$_->{loads}[4]{gateway}, $_->{steps}[7]{direct}, $_->{paced}[0]{gateway}, $_->{long}{direct}] } $all, @parts;
	for my $i (0 .. 3) {
		my ($sum, $one, $other) = map { $_->[$i] } @half;
		for my $key (qw(done failed events lost took_ns)) {
			die "$i: $key\n" if $sum->{$key} != $one->{$key} + $other->{$key};
		}
		for my $key (qw(head_ns first_ns whole_ns gap_ns)) {
			my %bins;
			$bins{$_->[0]} += $_->[1] for map { @{ $_->{$key}{bins} } } $one, $other;
			die "$i: $key\n" if join(" ", map { "$_->[0]:$_->[1]" } @{ $sum->{$key}{bins} })
				ne join " ", map { "$_:$bins{$_}" } sort { $a <=> $b } keys %bins;
		}
	}
	die "pairs\n" if @{ $all->{loads}[0]{added_first_ns}{values} } != 4 || grep { @{ $_->{loads}[0]{added_first_ns}{values} } != 2 } @parts;
' "$scratch/out" shard-1.json shard-2.json 2>"$scratch/err"
result $? 'each histogram is the sum of those of the parts'

run "$bin/ccprobe" merge shard-2.json
is 2 'a part is missing' err 'ccprobe: shard 1 of 2 is missing'
run "$bin/ccprobe" merge shard-2.json shard-2.json
is 2 'a part comes twice' err 'ccprobe: shard-2.json: shard 2 of 2 was there before'
echo '{}' >none.json
run "$bin/ccprobe" merge shard-2.json none.json
is 2 'no bench' err "none.json: this is not what 'ccprobe bench --format json' writes: ccprobe_bench"
run "$bin/ccprobe" merge nowhere.json
is 2 'no file' err 'nowhere.json: '
run "$bin/ccprobe" merge
is 2 'no files' err "name the files of 'ccprobe bench --format json'"
run "$bin/ccprobe" merge --format pdf shard-1.json
is 2 'no format' err "--format: 'pdf' is none of text, json, markdown and html"
run "$bin/ccprobe" merge --help
is 0 'help' out 'merge the results of several benches'
run "$bin/ccprobe" bench --each 20 --pairs 2 --streams 3,2 --pace 10 --spread 1000000 --target bundled-messages-bedrock
is 0 'a gateway that asks a cloud' out 'ccprobe bench: bundled-messages-bedrock, 2 pairs' \
	out 'gateway: 30 events, 0 lost' out 'gateway: 20 events, 0 lost'

end
