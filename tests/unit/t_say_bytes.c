/*
 * mockupstream/say: what each say comes to in each form and format, to the last
 * byte and step. Of each answer tests/golden/say.txt has a number that is made of
 * it; UPDATE_GOLDEN=1 writes that file anew.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"
#include "tests/unit/golden_kit.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/say.txt"

static struct buf all = BUF_INIT(BUF_NO_LIMIT);

static const char *const says[] = {
	"[]",
	"[{'text':'Hello, w\\u00f6rld. '},{'text':'More'}]",
	"[{'thinking':'I think','signature':'c2ln'},{'thinking':' more'},"
	"{'text':'so'},{'call':'f','input':{'a':[1,2]},'id':'c1'},{'call':"
	"'g'}]",
	"[{'call':'f','input':'{\\\"a\\\"'},{'input':':1'},{'input':'}'},{"
	"'call':'g','input':'x'},{'input':'y'},{'text':'after'},{'call':'h'}]",
	"[{'refusal':'No, '},{'refusal':'never'},{'stop':'refusal'}]",
	"[{'text':'a'},{'refusal':'b'}]",
	"[{'thinking':'a'},{'refusal':'b'},{'text':'c'},{'thinking':'d'}]",
	"[{'text':'x'},{'stop':null}]",
	"[{'text':'x'},{'stop':'stop_sequence','sequence':'END'},{'usage':{"
	"'input':9,'cached':4,'written':2,'output':7,'thinking':3}}]",
	"[{'usage':{'input':9}},{'text':'x'},{'stop':'max_tokens'}]",
	"[{'text':'x'},{'stop':'tool_use'}]",
	"[{'text':'x'},{'stop':'pause_turn'}]",
	"[{'text':'x'},{'stop':'model_context_window_exceeded'}]",
	"[{'error':'overloaded_error','message':'later'}]",
	"[{'error':'rate_limit_error','message':'slow','status':400,'code':"
	"'c'}]",
	"[{'error':'api_error','status':200}]",
	"[{'text':'x'},{'error':'overloaded_error','message':'later'}]",
	"[{'thinking':'hm'},{'error':'api_error','message':'m','code':'c'}]",
	"[{'text':'x'},{'cut':'fin'}]",
	"[{'text':'x'},{'cut':'rst'}]",
	"[{'call':'f','input':'{'},{'cut':'clean'}]",
	"[{'thinking':'x'},{'cut':'stall'}]",
	"[{'wait':5},{'text':'x'},{'hold':'h'},{'mark':'m'},{'comment':'c'},{"
	"'text':'y'}]",
};

static const char *const forms[] = {
	"{}",
	"{'piece':1}",
	"{'piece':3,'slice':2,'pace':1}",
	"{'id':'an-id','model':'a-model'}",
	"{'calls':'whole'}",
	"{'calls':'apart'}",
	"{'calls':'apart','interleaved':true,'piece':1}",
	"{'calls':'repeated','piece':2}",
	"{'calls':'together'}",
	"{'calls':'added'}",
	"{'calls':'done'}",
	"{'calls':'item','interleaved':true}",
	"{'interleaved':true,'piece':2}",
	"{'index':false}",
	"{'usage':'always'}",
	"{'usage':'finish'}",
	"{'usage':'each'}",
	"{'usage':'null'}",
	"{'usage':'never'}",
	"{'absent':'out'}",
	"{'absent':'null'}",
	"{'absent':'empty'}",
	"{'thinking':'reasoning'}",
	"{'thinking':'tags'}",
	"{'choices':0}",
	"{'choices':3,'opening':true}",
	"{'opening':true,'absent':'null'}",
	"{'finish':'because'}",
	"{'finish':null}",
	"{'done':false}",
	"{'done':true}",
	"{'error':'event'}",
	"{'error':'nested'}",
	"{'error':'both'}",
	"{'encrypted':'never'}",
	"{'encrypted':'asked'}",
};

static const struct {
	const char *name, *path, *members;
} asks[] = {
	{ "chat", "/v1/chat/completions", "" },
	{ "chat stream", "/v1/chat/completions", ",'stream':true" },
	{ "chat usage", "/v1/chat/completions",
	  ",'stream':true,'stream_options':{'include_usage':true}" },
	{ "messages", "/v1/messages", "" },
	{ "messages stream", "/v1/messages", ",'stream':true" },
	{ "responses", "/v1/responses", "" },
	{ "responses stream", "/v1/responses", ",'stream':true" },
	{ "responses asks", "/v1/responses",
	  ",'include':['reasoning.encrypted_content'],'stream':true" },
};

enum { ASKS = sizeof(asks) / sizeof(asks[0]) };

static void add_step(const struct script_step *s, struct buf *out)
{
	buf_addf(out, "%d %u %u %u %s ", s->op, s->repeat, s->slice, s->ms,
		 s->name ? s->name : "");
	for (size_t i = 0; i < s->sizes_count; i++)
		buf_addf(out, "%zu ", s->sizes[i]);
	buf_add_span(out, s->bytes);
}

/* A number that is made of all of an answer: FNV-1a, folded. */
static uint32_t number_of(const struct reply *r)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	uint64_t n = UINT64_C(14695981039346656037);

	buf_addf(&text, "%d %d %d ", r->kind, r->status, r->end);
	for (size_t i = 0; i < r->headers.count; i++)
		buf_addf(&text, "%s=%s ", r->headers.list[i].name,
			 r->headers.list[i].value);
	if (r->kind == REPLY_STREAM)
		for (size_t i = 0; i < r->script->count; i++)
			add_step(&r->script->steps[i], &text);
	else
		buf_add(&text, r->bytes, r->len);
	for (size_t i = 0; i < text.len; i++)
		n = (n ^ (unsigned char)text.at[i]) * UINT64_C(1099511628211);
	buf_clear(&text);
	return (uint32_t)(n >> 32 ^ n);
}

static void tell(const struct say *say, size_t k)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct reply reply = { .status = 0 };

	buf_addf(&body,
		 "{\"model\":\"m\"%s,\"messages\":[{\"role\":\"user\","
		 "\"content\":\"four\"}]}",
		 asks[k].members);
	buf_replace(&body, "'", "\"");
	assert_int_equal(say_answer(say, span_of(asks[k].path), buf_span(&body),
				    7, &reply),
			 0);
	buf_addf(&all, " %08" PRIx32, number_of(&reply));
	reply_clear(&reply);
	buf_clear(&body);
}

static void try_say(const char *say, const char *form)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct rules *rules = NULL;
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	buf_addf(&text, "{'u1':{'reply':{'say':%s,'form':%s}}}", say, form);
	buf_replace(&text, "'", "\"");
	if (json_parse(&j, "s", buf_span(&text), &f) < 0 ||
	    rules_read(&rules, j, j->root, ".", &f) < 0)
		fail_msg("%s %s: %s", say, form, f.text);
	json_free(j);
	buf_addf(&all, "%s:", form);
	for (size_t k = 0; k < ASKS; k++)
		tell(rules->list[0].replies[0].say, k);
	buf_add_byte(&all, '\n');
	rules_free(rules);
	buf_clear(&text);
}

static void t_every(void **state)
{
	(void)state;
	golden_open(GOLDEN);
	for (size_t k = 0; k < ASKS; k++)
		buf_addf(&all, "%s%s",
			 k > 0 ? ", " : "Columns: ", asks[k].name);
	buf_add_byte(&all, '\n');
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		buf_addf(&all, "\n%s\n", says[i]);
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++)
			try_say(says[i], forms[k]);
		golden_compare(&all);
	}
	golden_close(&all);
	buf_clear(&all);
}

/* What is cleared is as it was at first. */
static void t_clear(void **state)
{
	struct say s;

	(void)state;
	say_init(&s);
	assert_int_equal(s.form.choices, 1);
	buf_add_text(&say_add(&s, SAY_TEXT)->text, "x");
	s.form.choices = 3;
	for (int i = 0; i < 2; i++) {
		say_clear(&s);
		assert_int_equal(s.count, 0);
		assert_null(s.parts);
		assert_int_equal(s.form.choices, 1);
	}
	assert_false(say_has_hold(&s, "h"));
	say_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "say: what is cleared is empty", t_clear, NULL, NULL, NULL },
		{ "say: every say in every form and format", t_every, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("say_bytes", tests, NULL, NULL);
}
