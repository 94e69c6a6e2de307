/* What the provider's own tools find, to the byte. */
#include <stdio.h>

#include "tests/unit/provider_kit.h"
#include "wire/bytes/base64.h"

#define ASK(tools, prompt) \
	"{\"model\":\"m\",\"max_tokens\":999,\"tools\":[" tools \
	"],\"messages\":[{\"role\":\"user\",\"content\":\"" prompt "\"}]}"
#define SEARCH(more) \
	"{\"type\":\"web_search_20250305\",\"name\":\"web_search\"" more "}"
#define FETCH(more) \
	"{\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\"" more "}"
#define CITED "This page of ccmock was written for a test."

/* The content of the answer, with SECRET where only the API can read. */
static void content_of(const char *body, struct buf *out)
{
	static const char *const secrets[] = { "ccmock: " CITED, "ccmock: 1" };
	struct jval content;
	struct said s;

	ask(&s, body);
	if (!jscan_member(s.root, "content", &content))
		fail_msg("%s", buf_str(&s.text));
	buf_add_span(out, content.text);
	for (size_t i = 0; i < 2; i++) {
		struct buf code = BUF_INIT(200);

		base64_encode(span_of(secrets[i]), &code);
		buf_replace(out, buf_str(&code), "SECRET");
		buf_clear(&code);
	}
	said_clear(&s);
}

static void t_search(void **state)
{
#define FOUND(id, words, url) \
	"{\"type\":\"server_tool_use\",\"id\":\"" id \
	"\",\"name\":\"web_search\",\"input\":{\"query\":\"" words "\"}}," \
	"{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":[{\"type\":\"web_search_result\",\"title\":" \
	"\"A page about it\",\"url\":\"" url "\",\"encrypted_content\":" \
	"\"SECRET\",\"page_age\":\"3 days ago\"}]},{\"type\":\"text\"," \
	"\"text\":\"A search for " words " found one page.\\n\"," \
	"\"citations\":[{\"type\":\"web_search_result_location\"," \
	"\"cited_text\":\"" CITED "\",\"title\":\"A page about it\",\"url\":" \
	"\"" url "\",\"encrypted_index\":\"SECRET\"}]}"
#define PAGE(host) "https://" host "/page-about-it"
	static const struct {
		const char *body, *words; /* NULL: there is no search */
		const char *url;
	} rows[] = {
		{ ASK(SEARCH(""), "[search: a b]"), "a b",
		  PAGE("example.com") },
		{ ASK(SEARCH(""), "a b"), "a b", PAGE("example.com") },
		{ ASK(SEARCH(",\"allowed_domains\":[\"x.y\",\"z\"]"), "a"), "a",
		  PAGE("x.y") },
		{ ASK(SEARCH(",\"allowed_domains\":[]"), "a"), "a",
		  PAGE("example.com") },
		{ ASK(SEARCH(",\"allowed_domains\":[\"\"]"), "a"), "a",
		  PAGE("example.com") },
		{ ASK(SEARCH(",\"allowed_domains\":[7]"), "a"), "a",
		  PAGE("example.com") },
		{ ASK(SEARCH(",\"allowed_domains\":\"x\""), "a"), "a",
		  PAGE("example.com") },
		{ ASK(SEARCH(",\"allowed_domains\":{\"x\":\"y\"}"), "a"), "a",
		  PAGE("example.com") },
		/* Beside other tools it has to be asked for. */
		{ ASK(SEARCH("") ",{\"name\":\"n\"}", "a"), NULL, NULL },
		{ ASK("{\"name\":\"n\"}," SEARCH(""), "[search:a]"), "a",
		  PAGE("example.com") },
		{ ASK("", "[search:a]"), NULL, NULL },
		{ ASK("{\"type\":\"web\",\"name\":\"n\"}", "[search:a]"), NULL,
		  NULL },
		/* The first of two is the one that looks. */
		{ ASK(SEARCH(",\"allowed_domains\":[\"one\"]") "," SEARCH(
			      ",\"allowed_domains\":[\"two\"]"),
		      "[search:a]"),
		  "a", PAGE("one") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf is = BUF_INIT(1 << 16), want = is;

		content_of(rows[i].body, &is);
		if (!rows[i].words) {
			assert_null(strstr(buf_str(&is), "server_tool_use"));
			buf_clear(&is);
			continue;
		}
		buf_addf(&want, "[" FOUND("ID", "WORDS", "PLACE"));
		buf_replace(&want, "WORDS", rows[i].words);
		buf_replace(&want, "PLACE", rows[i].url);
		{
			char id[64];

			snprintf(id, sizeof(id), "srvtoolu_01Mock%012llua",
				 (unsigned long long)number);
			buf_replace(&want, "ID", id);
		}
		if (!span_starts(buf_span(&is), buf_str(&want)))
			fail_msg("row %zu: not %s: %s", i, buf_str(&want),
				 buf_str(&is));
		buf_clear(&is);
		buf_clear(&want);
	}
}

static void t_fetch(void **state)
{
#define FETCHED(url, cited) \
	"\"name\":\"web_fetch\",\"input\":{\"url\":\"" url "\"}},{\"type\":" \
	"\"web_fetch_tool_result\",\"tool_use_id\":\"ID\",\"content\":{" \
	"\"type\":\"web_fetch_result\",\"url\":\"" url "\",\"retrieved_at\":" \
	"\"2026-01-01T00:00:00Z\",\"content\":{\"type\":\"document\"," \
	"\"title\":\"A page\",\"citations\":{\"enabled\":" cited \
	"},\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\"," \
	"\"data\":\"" CITED "\"}}}},{\"type\":\"text\",\"text\":\"The page " \
	"says that it was written for a test.\\n\""
#define CITATION \
	",\"citations\":[{\"type\":\"char_location\",\"cited_text\":\"" CITED \
	"\",\"document_index\":0,\"document_title\":\"A page\"," \
	"\"start_char_index\":0,\"end_char_index\":43,\"file_id\":null}]}"
#define CITES(what) ",\"citations\":{\"enabled\":" what "}"
#define CHOSEN(tools, prompt) \
	"{\"tool_choice\":{\"type\":\"tool\",\"name\":\"web_fetch\"}," \
	"\"model\":\"m\",\"max_tokens\":999,\"tools\":[" tools \
	"],\"messages\":[{\"role\":\"user\",\"content\":\"" prompt "\"}]}"
	static const struct {
		const char *body, *holds; /* NULL: nothing is fetched */
	} rows[] = {
		{ ASK(FETCH(""), "[fetch: https://a/b]"),
		  FETCHED("https://a/b", "false") "}" },
		{ ASK(FETCH(CITES("true")), "[fetch: https://a/b]"),
		  FETCHED("https://a/b", "true") CITATION },
		{ ASK(FETCH(CITES("false")), "[fetch: http://a/b]"),
		  FETCHED("http://a/b", "false") "}" },
		{ ASK(FETCH(CITES("1")), "[fetch: http://a/b]"),
		  FETCHED("http://a/b", "false") "}" },
		{ ASK(FETCH(""), "[fetch: somewhere]"),
		  FETCHED("https://example.com/", "false") "}" },
		{ ASK(FETCH(""), "hi"), NULL },
		{ CHOSEN(FETCH(""), "http://x"), FETCHED("http://x", "false") },
		{ CHOSEN(FETCH(""), "look it up"),
		  FETCHED("https://example.com/", "false") },
		{ CHOSEN("{\"name\":\"web_fetch\"}", "http://x"), NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf is = BUF_INIT(1 << 16);
		char id[64];

		content_of(rows[i].body, &is);
		snprintf(id, sizeof(id), "srvtoolu_01Mock%012llua",
			 (unsigned long long)number);
		buf_replace(&is, id, "ID");
		if (!rows[i].holds)
			assert_null(strstr(buf_str(&is), "web_fetch_tool_"));
		else if (!strstr(buf_str(&is), rows[i].holds))
			fail_msg("row %zu: no %s: %s", i, rows[i].holds,
				 buf_str(&is));
		buf_clear(&is);
	}
}

/* Both are used in one answer; each call has an id of its own. */
static void t_both(void **state)
{
	struct said s;
	struct jval first, second;

	(void)state;
	ask(&s, ASK(SEARCH("") "," FETCH(""), "[search:a] [fetch:http://b]"));
	assert_text(&s, "/content/0/name", "web_search");
	assert_text(&s, "/content/3/name", "web_fetch");
	assert_true(jscan_find(s.root, span_of("/content/0/id"), &first));
	assert_true(jscan_find(s.root, span_of("/content/3/id"), &second));
	assert_true(span_ends(first.text, "a\""));
	assert_true(span_ends(second.text, "d\""));
	assert_int_equal(
		number_at(&s, "/usage/server_tool_use/web_search_requests"), 1);
	assert_int_equal(
		number_at(&s, "/usage/server_tool_use/web_fetch_requests"), 1);
	said_clear(&s);
}

/* Of long words the first 200 bytes are looked up. */
static void t_long(void **state)
{
	for (int len = 200; len <= 201; len++) {
		struct buf body = BUF_INIT(4096);
		struct jval query;
		struct said s;

		(void)state;
		buf_add_text(
			&body,
			"{\"model\":\"m\",\"max_tokens\":999,\"tools\":"
			"[" SEARCH("") "],\"messages\":[{\"role\":\"user\","
				       "\"content\":\"[search:");
		for (int i = 0; i < len; i++)
			buf_add_byte(&body, 'x');
		buf_add_text(&body, "]\"}]}");
		ask(&s, buf_str(&body));
		assert_true(jscan_find(
			s.root, span_of("/content/0/input/query"), &query));
		assert_int_equal(query.text.len, 200 + 2);
		said_clear(&s);
		buf_clear(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_search),
		cmocka_unit_test(t_fetch),
		cmocka_unit_test(t_both),
		cmocka_unit_test(t_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("anthropic_server_tools", tests,
					   NULL, NULL);
}
