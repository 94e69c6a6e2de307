/*
 * The control port of ccmock: the first line is the target of a request, the
 * rest its body. A query is understood or refused with the part that is not;
 * a script is read or refused with a place, and gives nothing of a file
 * outside of its folder.
 */
#include <inttypes.h>
#include <string.h>

#include "mockupstream/control_query.h"
#include "mockupstream/rules.h"
#include "tests/fuzz/kit.h"

#define NAME "body"
#define OUTSIDE "this stands outside of the folder of the script\n"
#define INSIDE "data: 1\n\n: @hold mid\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct control_query *q)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct control_query again = { .run = 0 };

	buf_addf(&text, "/x?since=%" PRIu64 "&hold=%s", q->since, q->hold);
	if (q->has_run)
		buf_addf(&text, "&run=%016" PRIx64, q->run);
	kit_require(control_query_read(&again, buf_span(&text), NULL) == 0,
		    "a written query does not read");
	kit_require(again.since == q->since && again.run == q->run &&
			    again.has_run == q->has_run &&
			    strcmp(again.hold, q->hold) == 0,
		    "a query changes when it is written");
	buf_clear(&text);
}

/* Digits of a run are what a person takes for digits. */
static bool is_hex(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("0123456789abcdefABCDEF", s.at[i]) || !s.at[i])
			return false;
	return s.len > 0 && s.len <= 16;
}

static void check_query(struct span target)
{
	struct control_query q = { .run = 0 };
	struct fail f = FAIL_INIT;
	struct span rest = target, part;

	if (control_query_read(&q, target, &f) < 0) {
		kit_require(strncmp(f.text, "not understood: ", 16) == 0,
			    "a query is refused without its part");
		return;
	}
	kit_require(strlen(q.hold) <= CONTROL_QUERY_HOLD, "too long a hold");
	span_split(&rest, '?', &part);
	while (span_split(&rest, '&', &part))
		if (span_starts(part, "run="))
			kit_require(is_hex(span_skip(part, 4)),
				    "a run that is no hexadecimal number");
	check_again(&q);
}

static void check_reply(const struct rule *rule, const struct reply *reply,
			const struct rules *all)
{
	const struct script *s = reply->script;

	kit_require(reply->bytes == NULL ||
			    span_find(span_make(reply->bytes, reply->len),
				      span_of(OUTSIDE)) == SIZE_MAX,
		    "a file outside of the folder is read");
	for (size_t i = 0; s && i < s->count; i++)
		if (s->steps[i].op == SCRIPT_HOLD)
			kit_require(rules_has_hold(all, rule->name,
						   s->steps[i].name),
				    "a hold that is not found");
	if (reply->hold)
		kit_require(rules_has_hold(all, rule->name, reply->hold),
			    "a hold that is not found");
}

static void check_script(struct span body, const char *root)
{
	struct fail f = FAIL_INIT;
	struct rules *rules = NULL;
	struct json *j = NULL;

	if (json_parse(&j, NAME, body, &f) < 0 ||
	    rules_read_script(&rules, j, root, &f) < 0) {
		kit_failed(&f, NAME);
		kit_require(f.line > 0, "a failure without a place");
		kit_require(rules == NULL, "rules that were refused");
	}
	for (size_t i = 0; rules && i < rules->count; i++)
		for (size_t k = 0; k < rules->list[i].reply_count; k++)
			check_reply(&rules->list[i], &rules->list[i].replies[k],
				    rules);
	rules_free(rules);
	json_free(j);
}

/* Two files, one in the folder of the scripts and one beside it. */
static const char *script_root(void)
{
	static struct buf root = BUF_INIT(4096);

	if (root.len == 0) {
		kit_put("root/in.sse", span_of(INSIDE));
		kit_put("out.txt", span_of(OUTSIDE));
		buf_addf(&root, "%s/root", kit_folder());
	}
	return buf_str(&root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_make(data, size), target;

	if (size == 0 || !span_split(&body, '\n', &target))
		return 0;
	check_query(target);
	if (body.at)
		check_script(body, script_root());
	return 0;
}
