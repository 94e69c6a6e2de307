#!/usr/bin/env bash
# What is made of stored runs: judge, replay, compare.
set -u
. "$(dirname "$0")/lib.sh"
ccprobe() { run "$bin/ccprobe" "$@" --suite "$root"; }
faulty() {
	CCPROBE_FAULT=429-to-500 ccprobe run --target "$root/tests/faults/target.json" \
		errors/status-kept stream/ends "$@"
}
case=errors/status-kept/429

faulty --write-baseline "$scratch/base.json" --report "json=$scratch/bad.json" \
	--keep all --out "$scratch/bad"
is 1 'a run that fails is kept'
ccprobe run --bundled "$case" --report "json=$scratch/good.json" --report "tap=$scratch/tap" \
	--keep all --out "$scratch/good"
is 0 'and one that passes'
[ -z "$(find "$scratch/good" "$scratch/bad" -name '*.jsonl')" ] && gzip -t "$scratch"/{good,bad}/*.jsonl.gz
result $? 'all logs are packed, as --keep all does'

# ---- judge ----

ccprobe judge "$scratch/good" "$scratch/bad"
is 1 'stored runs are judged again' out "FAIL  $case" out 'stored runs' out 'gateway not asked (stored logs are judged)'
for run in older:--client=2.1.329 first:--key=sk-first-key; do
	ccprobe run --bundled "$case" ${run#*:} --keep all --out "$scratch/${run%%:*}"
done
ccprobe judge "$scratch/good" "$scratch/older" "$scratch/first" "$scratch/good"
is 0 'each with the client and the keys of its run' out '4 pass'
[ ! -s "$scratch/err" ]
result $? 'none of them has changed since'
packed=$scratch/bad/errors.status-kept.429.jsonl.gz
log=$scratch/plain.jsonl
zcat "$packed" >"$log"
ccprobe judge "$scratch/good/errors.status-kept.429.jsonl.gz" --report tap
is 0 'one log, and another format' out "ok 1 - $case"
sed '1s/\\"digest\\":\\"[0-9a-f]*/\\"digest\\":\\"0123456789abcdef/' "$log" >"$scratch/stale.jsonl"
ccprobe judge "$scratch/stale.jsonl"
is 1 'a case that has changed since is judged as it is' err 'cases/errors/status-kept.json has changed since'
sed '1s/"{\\"ccprobe\\":\\"[^\\]*/"{\\"ccprobe\\":\\"0.0.1/' "$log" >"$scratch/old.jsonl"
ccprobe judge "$scratch/old.jsonl"
is 1 'a log of another version' err 'written by ccprobe 0.0.1, judged by'
sed '1s/status-kept.429/status-lost/' "$log" >"$scratch/gone.jsonl"
ccprobe judge "$scratch/gone.jsonl" "$scratch/good"
is 2 'a case that is no more; the others are judged' err "there is no case 'errors/status-lost' any more" out '1 pass'
sed '1s/\\"verdict\\":\\"fail/\\"verdict\\":\\"pass/' "$log" >"$scratch/other.jsonl"
ccprobe judge "$scratch/other.jsonl"
is 3 'a log fails nobody whom the run did not fail' err "$case was pass, and is undecided" \
	out 'the run itself did not fail this case'
sed '1s/"{\\"ccprobe\\":\\"[^\\]*/"{\\"ccprobe\\":\\"0.0.1/' "$scratch/other.jsonl" >"$scratch/other-old.jsonl"
ccprobe judge "$scratch/other-old.jsonl"
is 1 'another verdict than then is told' err "$case was pass, and is fail"
sed '1s/\\"digest\\":\\"[0-9a-f]*/\\"digest\\":\\"0123456789abcdef/' "$scratch/other.jsonl" >"$scratch/other-case.jsonl"
ccprobe judge "$scratch/other-case.jsonl"
is 1 'also of a case that has changed since' err "$case was pass, and is fail"
mkdir "$scratch/bare"
sed 1d "$log" >"$scratch/bare/errors.status-kept.429.jsonl"
ccprobe judge "$scratch/bare"
is 1 'without its first line the name tells the case' out "FAIL  $case"
gzip "$scratch/bare/errors.status-kept.429.jsonl"
ccprobe judge "$scratch/bare"
is 1 'also where the log is packed' out "FAIL  $case"
sed 1d "$log" >"$scratch/bare.jsonl"
ccprobe judge "$scratch/bare.jsonl"
is 2 'or nothing does' err 'does not say which case it is of'
: >"$scratch/empty.jsonl"
ccprobe judge "$scratch/empty.jsonl"
is 2 'an empty log' err 'the log is empty'
head -c 1200 "$log" >"$scratch/cut.jsonl"
ccprobe judge "$scratch/cut.jsonl"
is 2 'a log that is cut' err 'cut.jsonl:2:'
head -c 800 "$packed" >"$scratch/cut.jsonl.gz"
ccprobe judge "$scratch/cut.jsonl.gz"
is 2 'a packed log that is cut' err 'cut.jsonl.gz: the end of this gzip file is missing'
{ head -c 200 "$packed"; printf 'no deflate at all'; } >"$scratch/damaged.jsonl.gz"
ccprobe judge "$scratch/damaged.jsonl.gz"
is 2 'a packed log that is damaged' err 'damaged.jsonl.gz: this gzip file is damaged: '
ccprobe judge "$scratch/nowhere.jsonl"
is 2 'no such file' err 'nowhere.jsonl: No such file'
mkdir "$scratch/none"
ccprobe judge "$scratch/none"
is 2 'a folder without logs' err 'no log'
ccprobe judge
is 2 'no log at all' err 'name the logs to judge'

# ---- replay ----

for from in bad.json bad bad/errors.status-kept.429.jsonl.gz plain.jsonl; do
	ccprobe replay "$case" --bundled --from "$scratch/$from"
	is 0 "fixed, from $from" out "FIXED $case: it was fail, and passes"
done
CCPROBE_FAULT=429-to-500 ccprobe replay "$case" --target "$root/tests/faults/target.json" \
	--from "$scratch/bad.json"
is 1 'still failing' out "STILL FAILING $case" out 'fix: '
CCPROBE_FAULT=429-to-500 ccprobe replay "$case" --target "$root/tests/faults/target.json" \
	--from "$scratch/good.json"
is 1 'failing now' out "NOW FAILING $case: it was pass"
CCPROBE_FAULT=429-to-500 ccprobe replay "$case" --from "$scratch/bad.json"
is 1 'the gateway of the stored run is asked, not the bundled one' out "STILL FAILING $case" \
	err "the gateway is the target '$root/tests/faults/target.json'"
ccprobe replay "$case" --from "$scratch/good.json"
is 0 'the bundled one, if it was that' out "STILL PASSING $case" err "the gateway is the target 'bundled'"
ccprobe replay "$case" --from "$scratch/bad"
is 2 'a log does not tell' err "give --gateway or --target; $scratch/bad does not say which gateway was tested"
sed 's/"target_name":"[^"]*",//; s/"target":"[^"]*"/"target":"nginx, as it is"/' "$scratch/bad.json" >"$scratch/before.json"
ccprobe replay "$case" --from "$scratch/before.json"
is 2 'nor does a report of before' err "give --gateway or --target; the tested gateway was 'nginx, as it is'"
sed 's/"target":"[^"]*"/"target":"a gateway that was running"/; s/"gateway":"[^"]*"/"gateway":"http:\/\/127.0.0.1:1"/' \
	"$scratch/before.json" >"$scratch/running.json"
ccprobe replay "$case" --from "$scratch/running.json" --key sk-any-key --mock-listen 127.0.0.1:0
is 3 'one that was running is asked again' err 'the gateway is http://127.0.0.1:1' err 'nothing listens'
ccprobe replay "$case" --gateway http://127.0.0.1:1 --key sk-any-key --mock-listen 127.0.0.1:0 \
	--from "$scratch/bad.json"
is 3 'no gateway' out "ERROR $case" err 'nothing listens'
ccprobe replay errors/nothing --bundled --from "$scratch/bad.json"
is 2 'an unknown case' err "the case 'errors/nothing' is not in it"
ccprobe replay stream/order --bundled --from "$scratch/good"
is 2 'a case that was not kept' err "no log of 'stream/order'"
ccprobe replay "$case" --bundled --from "$scratch/tap"
is 2 'a file that is no run' err 'tap:'
ccprobe replay "$case" --bundled
is 2 'no run' err '--from RUN'

# ---- compare ----

run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/bad.json"
is 0 'the same' out 'no case differs'
run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/good.json"
is 1 'a difference' out 'passes now (1)' out "$case: pass, was fail" out 'only in the first' out '  stream/ends (pass)'
cp "$scratch/out" "$scratch/in-order"
perl -MJSON::PP -0777 -ne 'my $r = decode_json($_); $r->{cases} = [reverse @{$r->{cases}}];
	print encode_json($r)' "$scratch/bad.json" >"$scratch/reversed.json"
run "$bin/ccprobe" compare "$scratch/reversed.json" "$scratch/good.json"
sed -i 's/reversed.json/bad.json/' "$scratch/out"
cmp -s "$scratch/out" "$scratch/in-order"
result $? 'the order of cases in a report does not matter'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/bad.json" --json
cp "$scratch/out" "$scratch/changes.json"
is 1 'as JSON' out '"kind":"newly_failing"'
run perl -MJSON::PP -e 'local $/; open my $f, "<", shift or die; my $j = decode_json(<$f>);
	my ($c) = grep { $_->{kind} eq "newly_failing" } @{$j->{changes}};
	die "case" unless $c->{was} eq "pass" && $c->{is} eq "fail" && @{$c->{checks}};' "$scratch/changes.json"
is 0 'which can be read'
sed 's/"version":2,/"version":1,/' "$scratch/good.json" >"$scratch/old.json"
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/bad.json" --markdown
is 1 'compare as Markdown' out '### Claude Code through this gateway: ' out '**fails now (' out '- `' out ': fail, was pass'
run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/good.json" --markdown
is 1 'what passes now is folded' out '<details><summary>passes now (' out ', 0 of them fail now'
run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/bad.json" --markdown
is 0 'nothing changed' out 'nothing changed'
run "$bin/ccprobe" compare "$scratch/bad.json" "$scratch/bad.json" --markdown --json
is 2 'two forms at once' err 'exclude each other'
run "$bin/ccprobe" compare "$scratch/old.json" "$scratch/good.json"
is 0 'a report of format 1, which had no causes, is read'
sed 's/"version":2,/"version":99,/' "$scratch/good.json" >"$scratch/new.json"
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/new.json"
is 2 'a report of another format' err 'a report of format 99'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/base.json"
is 2 'JSON that is no report' err 'this is no report'
run "$bin/ccprobe" compare "$scratch/good.json" "$scratch/nowhere.json"
is 2 'no such file' err 'nowhere.json'
run "$bin/ccprobe" compare "$scratch/good.json"
is 2 'only one' err 'two reports'

end
