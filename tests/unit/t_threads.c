/* mockupstream/dialects/anthropic_threads: conversations that are held. */
#include <stdio.h>

#include "tests/unit/provider_kit.h"

#define BETA "message-threads-2026-08-12"
#define CREATE ",\"thread\":{\"type\":\"create\"}"
#define TOOLS \
	",\"system\":\"be brief\",\"tools\":[{\"name\":\"Bash\",\"input_" \
	"schema\":{\"type\":\"object\"}}]"
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define REQUEST(more, messages) \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":900" more \
	",\"messages\":[" messages "]}"
#define FIRST \
	REQUEST(TOOLS CREATE, \
		USER("\"say it [tool:Bash {\\\"command\\\":\\\"date\\\"}]\""))

static int setup(void **state)
{
	(void)state;
	beta = BETA;
	strict = false;
	threads = THREADS_HELD;
	now = 0;
	anthropic_clear(&provider);
	return 0;
}

static char *text_of(const struct said *s, const char *pointer)
{
	struct buf text = BUF_INIT(4096);
	struct jval v;

	if (!jscan_find(s->root, span_of(pointer), &v))
		fail_msg("no %s in %s", pointer, buf_str(&s->text));
	jscan_string(v, &text);
	return buf_take(&text, NULL);
}

/* Asks, and gives the id of the answer, and of its call if there is one. */
static char *ask_id(const char *body, char **call)
{
	struct said s;
	char *id;

	ask(&s, body);
	if (s.reply.status != 200)
		fail_msg("%s", buf_str(&s.text));
	id = text_of(&s, "/id");
	if (call)
		*call = text_of(&s, "/content/0/id");
	said_clear(&s);
	return id;
}

/* The turn after `id`: `more` are members, `messages` the new ones. */
static char *turn(const char *id, const char *more, const char *messages)
{
	struct buf text = BUF_INIT(4096);

	buf_addf(&text,
		 "{\"model\":\"claude-opus-5-5\",\"max_tokens\":900,"
		 "\"thread\":{\"type\":\"continue\",\"previous_message_id\":"
		 "\"%s\"}%s,\"messages\":[%s]}",
		 id, more, messages);
	return buf_take(&text, NULL);
}

static char *result_of(const char *call)
{
	struct buf text = BUF_INIT(4096);

	buf_addf(&text,
		 USER("[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\","
		      "\"content\":\"noon\"}]"),
		 call);
	return buf_take(&text, NULL);
}

static void assert_refused(const char *body, const char *key, int status,
			   const char *code, const char *words)
{
	struct said s;
	char *message;

	say(&s, "POST", "/v1/messages", key, body);
	assert_int_equal(s.reply.status, status);
	assert_text(&s, "/error/type",
		    status == 404 ? "not_found_error"
				  : "invalid_request_error");
	if (code)
		assert_text(&s, "/error/details/error_code", code);
	message = text_of(&s, "/error/message");
	if (!strstr(message, words))
		fail_msg("no '%s' in: %s", words, message);
	free(message);
	said_clear(&s);
}

/* The result alone is enough: the call, the prompt, the tools and the system
 * prompt are the thread's. Both providers. */
static void go_on(void)
{
	char *call, *id = ask_id(FIRST, &call), *result = result_of(call);
	char *body = turn(id, "", result);
	struct said s;
	char *second;

	ask(&s, body);
	if (s.reply.status != 200)
		fail_msg("%s", buf_str(&s.text));
	assert_text(&s, "/content/0/text",
		    "You said: say it [tool:Bash {\"command\":\"date\"}]");
	assert_true(number_at(&s, "/usage/input_tokens") > 40);
	second = text_of(&s, "/id");
	said_clear(&s);
	/* A third turn goes on with the second, whose answer is held, too. */
	free(body);
	body = turn(second, "", USER("\"and [tool:Bash {}]\""));
	ask(&s, body);
	if (s.reply.status != 200)
		fail_msg("%s", buf_str(&s.text));
	assert_text(&s, "/content/0/name", "Bash");
	assert_true(number_at(&s, "/usage/input_tokens") > 60);
	said_clear(&s);
	free(second);
	free(body);
	free(result);
	free(call);
	free(id);
}

static void t_goes_on(void **state)
{
	(void)state;
	go_on();
	strict = true;
	go_on();
}

/* Thinking is bound to the whole conversation; the strict provider checks
 * it. */
static void t_thinking(void **state)
{
	char *call, *id, *result, *body;
	struct said s;

	(void)state;
	strict = true;
	id = ask_id(REQUEST(TOOLS
			    ",\"thinking\":{\"type\":\"adaptive\"}" CREATE,
			    USER("\"go [tool:Bash {}]\"")),
		    NULL);
	body = turn(id, ",\"thinking\":{\"type\":\"adaptive\"}",
		    USER("\"never mind\""));
	assert_refused(body, "k", 400, NULL, "without `tool_result` blocks");
	free(body);
	/* A refused turn does not count as a continuation. */
	ask(&s, REQUEST(TOOLS ",\"thinking\":{\"type\":\"adaptive\"}" CREATE,
			USER("\"go [tool:Bash {}]\"")));
	free(id);
	id = text_of(&s, "/id");
	call = text_of(&s, "/content/1/id");
	said_clear(&s);
	result = result_of(call);
	body = turn(id, ",\"thinking\":{\"type\":\"adaptive\"}", result);
	ask(&s, body);
	assert_int_equal(s.reply.status, 200);
	assert_text(&s, "/content/0/type", "thinking");
	said_clear(&s);
	free(body);
	free(result);
	free(call);
	free(id);
}

/* A turn that streams is held as one that does not. */
static void t_streamed(void **state)
{
	struct buf names = BUF_INIT(4096), text = BUF_INIT(4096);
	char *body, id[64];
	struct said s;

	(void)state;
	ask(&s, REQUEST(CREATE ",\"stream\":true", USER("\"one\"")));
	assert_int_equal(s.reply.kind, REPLY_STREAM);
	said_clear(&s);
	snprintf(id, sizeof(id), "msg_01Mock%014llu",
		 (unsigned long long)number);
	body = turn(id, ",\"stream\":true", "");
	ask(&s, body);
	assert_int_equal(s.reply.kind, REPLY_STREAM);
	read_stream(&s, &names, &text);
	assert_string_equal(buf_str(&text), "You said: one");
	said_clear(&s);
	free(body);
	buf_clear(&names);
	buf_clear(&text);
}

static void t_unknown(void **state)
{
	char *id = ask_id(FIRST, NULL), *body = turn(id, "", USER("\"x\""));
	char *other = turn("msg_nobody", "", USER("\"x\""));

	(void)state;
	assert_refused(other, "k", 404, "thread_not_found", "thread_not_found");
	/* Another key does not see it. */
	assert_refused(body, "other", 404, "thread_not_found", "no usable");
	account = "another";
	assert_refused(body, "k", 404, "thread_not_found", "no usable");
	account = NULL;
	/* Five minutes after the last answer it is gone. */
	now = 5 * 60 * TICK_S;
	assert_refused(body, "k", 404, "thread_not_found", "no usable");
	now--;
	free(ask_id(body, NULL));
	free(other);
	free(body);
	free(id);
	/* What is no thread is not held. */
	id = ask_id(REQUEST(TOOLS, USER("\"x\"")), NULL);
	body = turn(id, "", USER("\"x\""));
	assert_refused(body, "k", 404, "thread_not_found", "no usable");
	free(body);
	free(id);
}

static void t_once(void **state)
{
	char *id = ask_id(FIRST, NULL), *body = turn(id, "", USER("\"x\""));

	(void)state;
	free(ask_id(body, NULL));
	assert_refused(body, "k", 400, "thread_already_continued",
		       "already been continued");
	free(body);
	free(id);
}

static void t_fingerprint(void **state)
{
	static const struct {
		const char *more, *names;
	} rows[] = {
		{ ",\"thinking\":{\"type\":\"adaptive\"}", "thinking" },
		{ ",\"tool_choice\":{\"type\":\"any\"},\"cache_control\":"
		  "{\"type\":\"ephemeral\"}",
		  "tool_choice, cache_control" },
		{ ",\"output_config\":{\"effort\":\"low\"}", "output_config" },
		{ ",\"system\":\"be long\",\"tools\":[]", "system, tools" },
	};
	char *id = ask_id(FIRST, NULL), *body, words[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		body = turn(id, rows[i].more, USER("\"x\""));
		snprintf(words, sizeof(words), "differing field(s): %s.",
			 rows[i].names);
		assert_refused(body, "k", 400, "thread_fingerprint_mismatch",
			       words);
		free(body);
	}
	body = turn(id, "", USER("\"x\""));
	beta = BETA ",effort-2025-11-24";
	assert_refused(body, "k", 400, "thread_fingerprint_mismatch",
		       "differing field(s): betas.");
	beta = BETA;
	free(body);
	/* Not the order of betas, nor what is null or said again, nor the
	 * attribution of another request. */
	body = turn(id, TOOLS ",\"thinking\":null", USER("\"x\""));
	free(ask_id(body, NULL));
	free(body);
	free(id);
	beta = "a-2025-01-01, " BETA;
	id = ask_id(FIRST, NULL);
	beta = BETA ",a-2025-01-01";
	body = turn(id,
		    ",\"system\":[{\"type\":\"text\",\"text\":"
		    "\"x-anthropic-billing-header: b\"}]",
		    USER("\"x\""));
	free(ask_id(body, NULL));
	free(body);
	free(id);
}

static void t_wrong(void **state)
{
	(void)state;
	assert_refused(
		REQUEST(",\"thread\":{\"type\":\"fork\"}", USER("\"x\"")), "k",
		400, NULL, "'create' or 'continue'");
	assert_refused(
		REQUEST(",\"thread\":{\"type\":\"continue\"}", USER("\"x\"")),
		"k", 400, NULL, "previous_message_id: Field required");
	assert_refused(REQUEST(",\"thread\":{\"type\":\"continue\",\"previous_"
			       "message_id\":\"chatcmpl-1\"}",
			       USER("\"x\"")),
		       "k", 400, NULL, "starts with msg_");
	beta = NULL;
	assert_refused(FIRST, "k", 400, NULL,
		       "thread: Extra inputs are not permitted");
	beta = BETA;
	strict = true;
	assert_refused(REQUEST(",\"thread\":{\"type\":\"create\",\"x\":1}",
			       USER("\"x\"")),
		       "k", 400, NULL,
		       "thread.create.x: Extra inputs are not permitted");
	free(ask_id(REQUEST(",\"thread\":null", USER("\"x\"")), NULL));
}

/* What a script has it do. */
static void t_told(void **state)
{
	char *id, *body;

	(void)state;
	threads = THREADS_UNSUPPORTED;
	assert_refused(FIRST, "k", 400, "thread_unsupported_request",
		       "without `thread`");
	threads = THREADS_LOST;
	id = ask_id(FIRST, NULL);
	body = turn(id, "", USER("\"x\""));
	assert_refused(body, "k", 404, "thread_not_found", "no usable");
	free(body);
	free(id);
}

/* Markers of turns before do not add up; 4 is the most of the strict one. */
static void t_markers(void **state)
{
	const char *marked =
		USER("[{\"type\":\"text\",\"text\":\"x\",\"cache_control\":"
		     "{\"type\":\"ephemeral\"}}]");
	char *id, *next, *body;

	(void)state;
	strict = true;
	body = turn("msg_0", "", marked);
	id = ask_id(REQUEST(CREATE, USER("[{\"type\":\"text\",\"text\":\"x\","
					 "\"cache_control\":{\"type\":"
					 "\"ephemeral\"}}]")),
		    NULL);
	for (int i = 0; i < 6; i++) {
		free(body);
		body = turn(id, "", marked);
		next = ask_id(body, NULL);
		free(id);
		id = next;
	}
	free(body);
	free(id);
}

/* 64 MB of conversations are held; the oldest are dropped first. */
static void t_room(void **state)
{
	size_t len = 15 << 20;
	char *id = ask_id(FIRST, NULL), *body = turn(id, "", USER("\"x\""));
	struct buf large = BUF_INIT(BUF_NO_LIMIT);
	char *fill = malloc(len);

	(void)state;
	memset(fill, 'a', len);
	buf_add_text(&large,
		     "{\"model\":\"m\",\"max_tokens\":9" CREATE
		     ",\"messages\":[{\"role\":\"user\",\"content\":\"");
	buf_add(&large, fill, len);
	buf_add_text(&large, "\"}]}");
	for (int i = 0; i < 4; i++)
		free(ask_id(buf_str(&large), NULL));
	free(ask_id(body, NULL));
	for (int i = 0; i < 5; i++)
		free(ask_id(buf_str(&large), NULL));
	assert_refused(body, "k", 404, "thread_not_found", "no usable");
	free(fill);
	free(body);
	free(id);
	buf_clear(&large);
}

static int end(void **state)
{
	(void)state;
	anthropic_clear(&provider);
	return 0;
}

#define T(name, test) \
	{ \
		"threads: " name, test, setup, end, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("a turn is answered from the whole conversation", t_goes_on),
		T("thinking of turns before is checked", t_thinking),
		T("streams are held, too", t_streamed),
		T("not found: nobody's, another key's, too old", t_unknown),
		T("an answer is gone on with once", t_once),
		T("what has to stay is named when it differs", t_fingerprint),
		T("what cannot be is refused", t_wrong),
		T("a script has them lost or unsupported", t_told),
		T("markers do not add up", t_markers),
		T("the oldest make room", t_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
