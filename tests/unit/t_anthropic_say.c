/* How the provider's answers are written, to the byte. */
#include "tests/unit/provider_kit.h"

#define ASK(members) \
	"{\"model\":\"m\"," members ",\"messages\":[{\"role\":\"user\"," \
	"\"content\":\"hi\"}]}"
#define EVENT(name, more) \
	"event: " name "\ndata: {\"type\":\"" name "\"" more "}\n\n"
#define START(n, block) \
	EVENT("content_block_start", \
	      ",\"index\":" n ",\"content_block\":{" block "}")
#define DELTA(n, type, key, text) \
	EVENT("content_block_delta", ",\"index\":" n ",\"delta\":{\"type\":" \
				     "\"" type "\",\"" key "\":\"" text "\"}")
#define STOP(n) EVENT("content_block_stop", ",\"index\":" n)
#define USAGE(input, output, more) \
	"\"usage\":{\"input_tokens\":" input \
	",\"cache_creation_input_tokens\":0," \
	"\"cache_read_input_tokens\":0,\"output_tokens\":" output \
	",\"cache_creation\":{\"ephemeral_5m_input_tokens\":0," \
	"\"ephemeral_1h_input_tokens\":0}" more \
	",\"service_tier\":\"standard\"}"
#define THOUGHT_TOKENS ",\"output_tokens_details\":{\"thinking_tokens\":12}"
#define BEGIN(input) \
	EVENT("message_start", \
	      ",\"message\":{\"id\":\"ID\",\"type\":\"message\"," \
	      "\"role\":\"assistant\",\"model\":\"m\",\"content\":[]," \
	      "\"stop_reason\":null,\"stop_sequence\":null," USAGE(input, "1", \
								   "") "}") \
	EVENT("ping", "")
#define FINISH(stop, sequence, usage) \
	EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"" stop \
			       "\",\"stop_sequence\":" sequence "}," usage) \
	EVENT("message_stop", "")

/* Ids and signatures, which are others each time, become ID and SIGNED. */
static void blank(struct buf *text, const char *front, const char *word)
{
	size_t at = span_find(buf_span(text), span_of(front)), len;

	while (at != SIZE_MAX) {
		at += strlen(front);
		len = span_find_byte(span_skip(buf_span(text), at), '"');
		if (len > 0)
			buf_splice(text, at, len, word, strlen(word));
		len = span_find(span_skip(buf_span(text), at), span_of(front));
		at = len == SIZE_MAX ? SIZE_MAX : at + len;
	}
}

static void assert_said(const char *body, const char *bytes)
{
	struct said s;

	ask(&s, body);
	blank(&s.text, "\"id\":\"", "ID");
	blank(&s.text, "\"signature\":\"", "SIGNED");
	blank(&s.text, "\"data\":\"", "SIGNED");
	assert_string_equal(buf_str(&s.text), bytes);
	said_clear(&s);
}

#define THOUGHT "The user wrote to a mock provider; it says the words back."
#define PIECES_OF_THOUGHT(n) \
	DELTA(n, "thinking_delta", "thinking", "The user w") \
	DELTA(n, "thinking_delta", "thinking", "rote to a ") \
	DELTA(n, "thinking_delta", "thinking", "mock provi") \
	DELTA(n, "thinking_delta", "thinking", "der; it sa") \
	DELTA(n, "thinking_delta", "thinking", "ys the wor") \
	DELTA(n, "thinking_delta", "thinking", "ds back.")
#define THINK "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}"
#define TOOL \
	"\"tools\":[{\"name\":\"n\",\"input_schema\":{\"type\":\"object\"}}]"

static void t_streams(void **state)
{
	(void)state;
	assert_said(ASK("\"stream\":true,\"max_tokens\":2000"),
		    BEGIN("4") START("0", "\"type\":\"text\",\"text\":\"\"")
			    DELTA("0", "text_delta", "text",
				  "You") DELTA("0", "text_delta", "text", " sa")
				    DELTA("0", "text_delta", "text",
					  "id:") DELTA("0", "text_delta",
						       "text", " hi") STOP("0")
					    FINISH("end_turn", "null",
						   USAGE("4", "3", "")));
	assert_said(
		ASK("\"stream\":true,\"max_tokens\":2000," THINK),
		BEGIN("4") START("0",
				 "\"type\":\"thinking\",\"thinking\":\"\","
				 "\"signature\":\"\"") PIECES_OF_THOUGHT("0")
			DELTA("0", "signature_delta", "signature",
			      "SIGNED") STOP("0") START("1",
							"\"type\":\"text\","
							"\"text\":\"\"")
				DELTA("1", "text_delta", "text", "You") DELTA(
					"1", "text_delta", "text", " sa")
					DELTA("1", "text_delta", "text",
					      "id:") DELTA("1", "text_delta",
							   "text",
							   " hi") STOP("1")
						FINISH("end_turn", "null",
						       USAGE("4", "15",
							     THOUGHT_TOKENS)));
	/* A word of one letter that ends it. */
	assert_said(ASK("\"stream\":true,\"max_tokens\":2000,"
			"\"stop_sequences\":[\"s\"]"),
		    BEGIN("4") START("0", "\"type\":\"text\",\"text\":\"\"")
			    DELTA("0", "text_delta", "text",
				  "Y") DELTA("0", "text_delta", "text", "o")
				    DELTA("0", "text_delta", "text",
					  "u") DELTA("0", "text_delta", "text",
						     " ") STOP("0")
					    FINISH("stop_sequence", "\"s\"",
						   USAGE("4", "1", "")));
	/* A call: its input comes in pieces, after one that is empty. */
	assert_said(
		ASK("\"stream\":true,\"max_tokens\":2000," TOOL
		    ",\"tool_choice\":{\"type\":\"any\"}"),
		BEGIN("11") START("0", "\"type\":\"tool_use\",\"id\":\"ID\","
				       "\"name\":\"n\",\"input\":{}")
			DELTA("0", "input_json_delta", "partial_json", "")
				DELTA("0", "input_json_delta", "partial_json",
				      "{") DELTA("0", "input_json_delta",
						 "partial_json", "}") STOP("0")
					FINISH("tool_use", "null",
					       USAGE("11", "1", "")));
}

static void t_messages(void **state)
{
#define MESSAGE(content, stop, sequence, usage) \
	"{\"id\":\"ID\",\"type\":\"message\",\"role\":\"assistant\"," \
	"\"model\":\"m\",\"content\":[" content "],\"stop_reason\":\"" stop \
	"\",\"stop_sequence\":" sequence "," usage "}"
#define TEXT(text) "{\"type\":\"text\",\"text\":\"" text "\"}"

	(void)state;
	assert_said(ASK("\"max_tokens\":2000"),
		    MESSAGE(TEXT("You said: hi"), "end_turn", "null",
			    USAGE("4", "3", "")));
	assert_said(
		ASK("\"max_tokens\":2000," THINK),
		MESSAGE("{\"type\":\"thinking\",\"thinking\":\"" THOUGHT
			"\",\"signature\":\"SIGNED\"}," TEXT("You said: hi"),
			"end_turn", "null", USAGE("4", "15", THOUGHT_TOKENS)));
	assert_said(ASK("\"max_tokens\":2000,\"stop_sequences\":[\"s\"]"),
		    MESSAGE(TEXT("You "), "stop_sequence", "\"s\"",
			    USAGE("4", "1", "")));
	assert_said(ASK("\"max_tokens\":2000," TOOL
			",\"tool_choice\":{\"type\":\"any\"}"),
		    MESSAGE("{\"type\":\"tool_use\",\"id\":\"ID\",\"name\":"
			    "\"n\",\"input\":{}}",
			    "tool_use", "null", USAGE("11", "1", "")));
}

/* Thinking that may not be read comes in one piece. */
static void t_redacted(void **state)
{
#define REDACTED \
	"{\"model\":\"m\",\"max_tokens\":2000," THINK ",\"stream\":%s," \
	"\"messages\":[{\"role\":\"user\",\"content\":" \
	"\"[redacted-thinking]\"}]}"
	static const char blocks[] =
		START("0", "\"type\":\"redacted_thinking\",\"data\":"
			   "\"SIGNED\"") STOP("0")
			START("1", "\"type\":\"text\",\"text\":\"\"");
	static const char whole[] =
		"\"content\":[{\"type\":\"redacted_thinking\",\"data\":"
		"\"SIGNED\"},{\"type\":\"text\",";

	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		struct buf body = BUF_INIT(4096);
		struct said s;

		buf_addf(&body, REDACTED, stream ? "true" : "false");
		ask(&s, buf_str(&body));
		blank(&s.text, "\"data\":\"", "SIGNED");
		assert_non_null(
			strstr(buf_str(&s.text), stream ? blocks : whole));
		said_clear(&s);
		buf_clear(&body);
	}
}

/* How many pieces a text comes in: up to six. */
static void t_pieces(void **state)
{
	static const struct {
		const char *prompt; /* after the ten bytes of "You said: " */
		size_t pieces;
	} rows[] = { { "1234567", 6 }, { "12345678", 5 }, { "123", 5 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(4096);
		struct said s;

		buf_addf(&body,
			 "{\"model\":\"m\",\"max_tokens\":99,\"stream\":true,"
			 "\"messages\":[{\"role\":\"user\",\"content\":"
			 "\"%s\"}]}",
			 rows[i].prompt);
		ask(&s, buf_str(&body));
		/* beside them: start, ping, the block's ends, the message's */
		assert_int_equal(s.reply.script->count, rows[i].pieces + 6);
		said_clear(&s);
		buf_clear(&body);
	}
}

/* Thinking is cut where max_tokens end before it. */
static void t_short_thinking(void **state)
{
	static const struct {
		int most;
		const char *thought;
	} rows[] = { { 12, THOUGHT },
		     { 11, "The user wrote to a mock provider; it says t" },
		     { 1, "The " } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(4096);
		struct said s;

		buf_addf(&body, ASK("\"max_tokens\":%d," THINK), rows[i].most);
		ask(&s, buf_str(&body));
		assert_text(&s, "/content/0/thinking", rows[i].thought);
		assert_text(&s, "/stop_reason", "max_tokens");
		assert_int_equal(number_at(&s, "/usage/output_tokens"),
				 rows[i].most);
		said_clear(&s);
		buf_clear(&body);
	}
}

/* Between the events of a stream, if the prompt asks for it. */
static void t_pace(void **state)
{
	static const char *const prompts[] = { "hi", "[pace:1]" };

	(void)state;
	for (uint32_t ms = 0; ms < 2; ms++) {
		struct buf body = BUF_INIT(4096);
		struct said s;

		buf_addf(&body,
			 "{\"model\":\"m\",\"max_tokens\":99,\"stream\":true,"
			 "\"messages\":[{\"role\":\"user\",\"content\":"
			 "\"%s\"}]}",
			 prompts[ms]);
		ask(&s, buf_str(&body));
		for (size_t i = 0; i < s.reply.script->count; i++)
			assert_int_equal(s.reply.script->steps[i].ms, ms);
		said_clear(&s);
		buf_clear(&body);
	}
}

/* Each call has an id of its own, also where the provider is strict. */
static void t_ids(void **state)
{
	(void)state;
	for (int n = 0; n < 2; n++) {
		struct said s;
		struct jval id[2];

		strict = n == 1;
		ask(&s, "{\"model\":\"claude-opus-5-5\",\"max_tokens\":99," TOOL
			",\"messages\":[{\"role\":\"user\",\"content\":"
			"\"[tools: n {}; n {}]\"}]}");
		assert_true(
			jscan_find(s.root, span_of("/content/0/id"), &id[0]));
		assert_true(
			jscan_find(s.root, span_of("/content/1/id"), &id[1]));
		assert_true(span_starts(id[0].text, "\"toolu_01"));
		assert_true(span_starts(id[1].text, "\"toolu_01"));
		assert_true(id[0].text.len > strlen("\"toolu_01Mock\""));
		assert_true(span_ends(id[1].text, "_2\""));
		assert_false(span_ends(id[0].text, "_1\""));
		said_clear(&s);
	}
	strict = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_streams),
		cmocka_unit_test(t_messages),
		cmocka_unit_test(t_redacted),
		cmocka_unit_test(t_pieces),
		cmocka_unit_test(t_short_thinking),
		cmocka_unit_test(t_pace),
		cmocka_unit_test(t_ids),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("anthropic_say", tests, NULL, NULL);
}
