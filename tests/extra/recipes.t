#!/usr/bin/env bash
# Each recipe of docs/architecture.md ("How to add") is carried out on a copy of
# the tree: what it names is edited and nothing else, all is built once, and
# what was added is seen to work.
set -u
. "$(dirname "$0")/../programs/lib.sh"
copy=$scratch/copy
lost=$scratch/lost

mkdir "$copy"
: >"$lost"
(cd "$root" && git ls-files -zco --exclude-standard | while IFS= read -rd '' file; do
	[ ! -e "$file" ] || printf '%s\0' "$file"
done | tar --null -T - -cf -) | tar -xf - -C "$copy"
git -C "$copy" init -q && git -C "$copy" add -A

# put before|after FILE LINE: what comes on stdin goes before or after the first
# line that has this in it.
put() {
	text=$(cat) where=$1 line=$3 awk '
		BEGIN { text = ENVIRON["text"]; where = ENVIRON["where"]; line = ENVIRON["line"] }
		!done && index($0, line) {
			print where == "before" ? text "\n" $0 : $0 "\n" text
			done = 1
			next
		}
		{ print }
		END { exit !done }' "$copy/$2" >"$scratch/edited" || printf '%s: %s\n' "$2" "$3" >>"$lost"
	cat "$scratch/edited" >"$copy/$2"
}

# docs TITLE [NAME...]: docs.t of the copy; it complains of each of these, or of
# nothing.
docs() {
	local title=$1 name bad=0
	shift
	run env CCPROBE_ROOT="$copy" CCPROBE_BIN="$copy/build/check" "$copy/tests/programs/docs.t"
	[ $# -eq 0 ] || [ "$status" -ne 0 ] || bad=1
	[ $# -gt 0 ] || [ "$status" -eq 0 ] || bad=1
	for name in "$@"; do
		has out "$name" || bad=1
	done
	result "$bad" "$title"
}

# ---- a stream directive: @say TEXT sends a comment ----

put before mockupstream/script.h 'SCRIPT_CUT_FIN,' <<'END'
	SCRIPT_SAY,
END
put before mockupstream/script.c '{ "cut", read_cut' <<'END'
	{ "say", read_name, SCRIPT_SAY, ARGS_ONE, true, "say NAME",
	  "send a comment line" },
END
put before mockupstream/play.c 'case SCRIPT_CUT_FIN:' <<'END'
	case SCRIPT_SAY:
		buf_reset(&p->packed);
		buf_addf(&p->packed, ": %s\n\n", step->name);
		next_step(p);
		pend(p, buf_span(&p->packed), NULL);
		break;
END
put before tests/unit/t_script.c 'static void t_line_ends(' <<'END'
static void t_say(void **state)
{
	struct script *s = read_ok(": @say it\n");

	(void)state;
	assert_int_equal(s->count, 1);
	assert_int_equal(s->steps[0].op, SCRIPT_SAY);
	assert_string_equal(s->steps[0].name, "it");
	script_free(s);
}

END
put after tests/unit/t_script.c 'struct CMUnitTest tests[] = {' <<'END'
		{ "script: @say is a step", t_say, NULL, NULL, NULL },
END
put before tests/unit/t_play.c 'static void t_split(' <<'END'
static void t_say(void **state)
{
	struct kit *k = *state;
	struct client c = { 0 };

	play(k, &c, ": @say it\ndata: 1\n\n");
	assert_string_equal(buf_str(&c.body), ": it\n\ndata: 1\n\n");
	client_clear(&c);
}

END
put after tests/unit/t_play.c 'struct CMUnitTest tests[] = {' <<'END'
		ON_KIT("play: @say sends a comment", t_say),
END
printf ': @say it\ndata: 1\n\n' >"$copy/tests/fuzz/corpus/script/say"

# ---- an operator, and a subject ----

put before probe/look/op_rows.c '/* ---- the table ---- */' <<'END'
static int op_begins(const struct asking *a)
{
	struct buf left = BUF_INIT(BUF_NO_LIMIT);
	struct buf right = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	jscan_string(a->e->wanted, &right);
	rc = span_starts(compare_text(a->left, &left), buf_str(&right));
	buf_clear(&left);
	buf_clear(&right);
	return rc;
}

END
put before probe/look/op_rows.c '{ .word = NULL }' <<'END'
	{ "begins", RIGHT_TEXTS, false, false, op_begins, "begins with ",
	  "a text", "begins with it" },
END
put before tests/unit/t_expect.c 'static void t_numbers(' <<'END'
static void t_begins(void **state)
{
	(void)state;
	assert_holds("[\"c1.reason\",\"begins\",\"Over\"]");
	assert_fails("[\"c1.reason\",\"begins\",\"over\"]",
		     "begins with \"over\"", "Overloaded", "");
}

END
put after tests/unit/t_expect.c 'struct CMUnitTest tests[] = {' <<'END'
	M("match: begins looks at the beginning", t_begins),
END
put before probe/look/subject_head.c 'void subject_get_reason(' <<'END'
void subject_get_reason_length(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = subject_asked_answer(a, v);

	if (e != NULL)
		value_number(v, strlen(e->reason));
}

END
put after probe/look/subject_private.h '/* ---- subject_message.c ---- */' <<'END'
subject_get subject_get_reason_length;
END
put before probe/look/subject_rows.c '{ "reason", TAKES_NOTHING' <<'END'
	{ "reason.length", TAKES_NOTHING, false, subject_get_reason_length,
	  ".reason.length", "bytes in it" },
END
put after tests/unit/t_subject.c 'assert_value("c1.reason", "Fine");' <<'END'
	assert_value("c1.reason.length", "4");
END

# ---- a fault, and a case that it fails ----

put before gateway/faults/fault_event.c 'static bool delta_is(' <<'END'
static void drops_notes(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!span_starts(frame, ":"))
		pass(frame, out);
}

END
put before gateway/faults/fault_event.c '{ .name = NULL }' <<'END'
	{ .name = "drops-notes",
	  .about = "drops comments of streams",
	  .frame = drops_notes },
END
cat >"$copy/cases/stream/note.json" <<'END'
{
  "title": "a note of the provider arrives",
  "why": "It is what this recipe adds.",
  "fix": "Pass comments on.",
  "guards": ["SSE-03"],
  "level": "should",
  "effect": "cosmetic",
  "upstream": { "u1": { "reply": { "events": ": @say it\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" } } },
  "steps": [ { "send": "c1", "request": "fixtures/requests/${client}/plain/turn-1.http" } ],
  "checks": [
    { "name": "the note is there", "expect": ["c1.comments.count", "==", 1] },
    { "name": "it is a stream", "expect": ["c1.header.content-type", "begins", "text/"] },
    { "name": "the reason has a length", "expect": ["c1.reason.length", ">=", 0] }
  ]
}
END
echo 'drops-notes: stream/note | stream' >>"$copy/tests/faults/expected.txt"

# ---- a reporter ----

cat >"$copy/reports/plain.c" <<'END'
/* A line a case: id and verdict. */
#include "reports/reports.h"

void plain_write(const struct run_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->count; i++)
		buf_addf(out, "%s %s\n", r->list[i].id,
			 verdict_name(r->list[i].verdict));
}
END
put after reports/reports.h '#define REPORTS(X)' <<'END'
	X(plain, "a line a case") \
END

# ---- a target ----

mkdir "$copy/targets/recipe"
cat >"$copy/targets/recipe/target.json" <<'END'
{
  "title": "the gateway of this recipe",
  "claims": ["relays", "authenticates", "replaces-key"],
  "start": ["${bin}/ccgate", "--listen", "127.0.0.1:0", "--upstream", "${mock.url}",
            "--upstream-key", "${keys.upstream}", "--key", "${keys.client}"],
  "listen": "announced"
}
END

# ---- a finding ----

put before probe/refusal/finding_refusal.c '{ .code = NULL }' <<'END'
	{ "DR-RECIPE", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway wants another recipe: {1}",
	  "It refuses requests that were not made by this recipe.",
	  "take the other recipe" },
END
put after probe/refusal/refusal_rules.c '} rules[] = {' <<'END'
	{ IN_REFUSAL, "DR-RECIPE", "another recipe", refused_fill_message },
END
put after tests/unit/t_refusal.c 'static const struct row rows[] = {' <<'END'
	{ 400, "DR-RECIPE", "another recipe", BAD("Take another recipe."), NULL,
	  NULL },
END

# ---- a public report ----

put before tests/reports/relay.py '# ---- fields, betas, headers ----' <<'END'
refuse("recipe", lambda ask: True, lambda _: api_error(400, "Take another recipe."))
END
put after tests/reports/reports.tsv '# that it names.' <<'END'
example/recipe#1	recipe	DR-RECIPE
END

# ---- a field with a beta ----

put before mockupstream/dialects/betas.h '#define BETA_SPEED ' <<'END'
#define BETA_RECIPE "recipe-2031-01-01"
END
sed -i 's/^\t"diagnostics\(.*\)",$/\t"diagnostics\1 recipe",/' "$copy/mockupstream/dialects/strict_fields.c"
put before mockupstream/dialects/strict_pairs.c '{ "", "speed", ' <<'END'
	{ "", "recipe", NULL, BETA_RECIPE },
END
put before tests/unit/t_strict.c '{ "\"speed\":\"fast\""' <<'END'
	{ "\"recipe\":1", "recipe-2031-01-01", "recipe" },
END
put before probe/refusal/feature_rows.c '{ FEATURE_FIELD, "speed", ' <<'END'
	{ FEATURE_FIELD, "recipe", "/recipe", NULL, BETA_RECIPE,
	  "CLAUDE_CODE_DISABLE_RECIPE=1", AS_PAIR },
END

# ---- built once ----

run cat "$lost"
[ ! -s "$lost" ]
result $? 'every edit finds its place'

launcher=$(command -v ccache || true)
export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
build() (
	cd "$copy" && cmake --preset check -DCMAKE_C_COMPILER_LAUNCHER="$launcher" &&
		nice cmake --build --preset check --target ccprobe ccmock ccgate \
			ccgate-faulty golden-show unit-script unit-play unit-expect \
			unit-subject unit-refusal unit-strict fuzz-script
)
run build
grep -A 8 -E 'FAILED|error:' "$scratch/out" >>"$scratch/err"
is 0 'the tree is built with all of it, every warning an error'
[ "$status" -eq 0 ] || end
bin=$copy/build/check

# ---- the docs ----

docs 'what the docs do not list yet is found' \
	'not in the docs: say' 'not in the docs: begins' 'not in the docs: .reason.length' \
	'not in the docs: plain'
put before docs/ccmock.md ': @stall ' <<'END'
    : @say it                      a comment line of its own
END
put after cases/README.md '| `in` | list |' <<'END'
| `begins` | text | begins with it |
END
put before cases/README.md '| `.extra` |' <<'END'
| `.reason.length` | bytes in the reason phrase |
END
put before docs/reports.md '| `badge` | a shields.io endpoint badge' <<'END'
| `plain` | people in a hurry | golden output |
END
put before docs/reports.md '| `badge` | a number' <<'END'
| `plain` | `fail`, as any other |
END
docs 'with its line in the docs each is fine'
put before targets/README.md '| `models` |' <<'END'
| `flies` | has wings (see `targets/recipe/wings.json`, DR-WINGS, `ccprobe run --wings`) |
END
docs 'what the docs list and nothing has is found' 'only in the docs: flies' \
	'targets/recipe/wings.json' 'DR-WINGS' 'run --wings'

# ---- each of them works ----

for name in script play expect subject refusal strict; do
	run "$bin/unit/unit-$name"
	grep '^not ok' "$scratch/out" >>"$scratch/err"
	is 0 "the test of the recipe in unit-$name"
done
run "$bin/fuzz/fuzz-script" "$copy/tests/fuzz/corpus/script"
is 0 'directive: the fuzz target takes its file'
run "$bin/ccprobe" explain directives
is 0 'directive: explain lists it' out ': @say NAME '
run "$bin/ccprobe" explain operators
is 0 'operator: explain lists it' out 'begins '
run "$bin/ccprobe" explain subjects
is 0 'subject: explain lists it' out '.reason.length '
run "$bin/ccprobe" lint cases/stream/note.json
is 0 'case: lint takes it' out 'no errors'
run "$bin/ccprobe" run --target recipe stream/note --report plain
is 0 'target, case and reporter: the target passes the case, the report says so' \
	out 'stream/note pass' err 'the gateway of this recipe'
run env CCPROBE_ROOT="$copy" CCPROBE_BIN="$bin" "$copy/tests/faults/faults.t" drops-notes
is 0 'fault: it fails the case' out 'ok 1 - drops-notes: drops comments of streams'
run "$bin/ccprobe" list --coverage SSE-03
is 0 'case and fault: coverage knows both' out 'stream/note' out 'drops-notes'
run "$bin/ccprobe" run --help
is 0 'reporter: the help lists it' out '  plain        a line a case'
UPDATE_GOLDEN=1 CCPROBE_ROOT=$copy CCPROBE_BIN=$bin run "$copy/tests/golden/golden.t"
grep -q 'errors/status-kept/529 fail' "$copy/tests/golden/report.plain"
result $? 'reporter: its golden output is written'
CCPROBE_ROOT=$copy CCPROBE_BIN=$bin run "$copy/tests/programs/reports.t"
is 0 'reporter: the test of all formats takes it'
run "$bin/ccprobe" explain DR-RECIPE
is 0 'finding: explain knows it' out 'the gateway wants another recipe' out 'Fix'
CCPROBE_ROOT=$copy CCPROBE_BIN=$bin run "$copy/tests/reports/reports.t" recipe
is 0 'report: doctor names what it is about' out 'example/recipe#1: DR-RECIPE'

serve strict "$bin/ccmock" --strict --listen 127.0.0.1:0
printf '%s\r\n' 'POST /v1/messages HTTP/1.1' 'content-type: application/json' \
	'anthropic-version: 2023-06-01' 'x-api-key: any' '' >"$scratch/request.http"
printf '{"model":"claude-opus-5-5","max_tokens":8,"recipe":1,"messages":[{"role":"user","content":"hi"}]}' \
	>>"$scratch/request.http"
run "$bin/ccprobe" bisect --out "$scratch/bisect" "$scratch/request.http" "$url"
is 1 'field: bisect finds it without its beta, and the variable' \
	out 'field `recipe` without beta `recipe-2031-01-01`' out 'CLAUDE_CODE_DISABLE_RECIPE=1'
sed -i 's/^x-api-key: any/anthropic-beta: recipe-2031-01-01\r\n&/' "$scratch/request.http"
run "$bin/ccprobe" bisect --out "$scratch/bisect2" "$scratch/request.http" "$url"
is 3 'field: with its beta it is no failure' out 'it does not fail'

end
