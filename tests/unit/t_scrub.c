/* Tests of wire/scrub: private texts are replaced, the shape of requests
 * stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/scrub/scrub_private.h"

/* ---- texts ---- */

static char *text(const char *from)
{
	char *copy = span_dup(span_of(from));

	scrub_text(copy, strlen(copy));
	assert_int_equal(strlen(copy), strlen(from));
	return copy;
}

static const char *const prose[][2] = {
	{ "Hello there", "Lorem ipsum" },
	{ "it's a \"B\"\n\tline", "lo'r e \"M\"\n\tipsu" },
	{ "<system-reminder>abc</system-reminder>",
	  "<system-reminder>lor</system-reminder>" },
	{ "<secret-project>", "<loremi-psumdol>" },
	{ "page 12 of 30", "lore 00 mi 00" },
	{ "on 2026-11-30 at 10:45", "lo 0000-00-00 re 00:00" },
	{ "[probe-00000000000000ab]", "[probe-0000000000000000]" },
	{ "[probe-xyz]", "[lorem-ips]" },
	/* tokens that are no words: where their letters are says nothing */
	{ "see /home/alice/a1.txt now", "lor /lore/mipsu/md.olo emi" },
	{ "mail bob.b@acme.io now", "lore lor.e@mips.um mip" },
	{ "key sk-ant-api03-Ab9 end", "lor loremipsumdolors emi" },
	{ "id 3fa85f64-5717-4562-b3fc-2c963f66afa6",
	  "lo loremipsumdolorsitametconsecteturadi" },
	{ "C:\\Users\\bob", "l:\\oremi\\psu" },
	{ "https://acme.io:8080/x?y=1", "lorem://ipsu.md:olor/s?i=t" },
	/* letters beyond ASCII keep their script and length */
	{ "\xc3\x84\xc3\xa4", "\xc3\x89\xc3\xa9" }, /* Ae ae */
	{ "\xe5\xaf\x86\xe7\xa0\x81", "\xe6\x96\x87\xe6\x96\x87" }, /* CJK */
	{ "\xd0\x9f\xd1\x80", "\xd0\x90\xd0\xb0" }, /* Cyrillic */
	{ "\xf0\x9f\xa4\x96 \xe2\x80\x94 \xe2\x80\xa8", /* signs stay */
	  "\xf0\x9f\xa4\x96 \xe2\x80\x94 \xe2\x80\xa8" },
	{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", /* a flag spells a country */
	  "\xf0\x9f\x87\xa6\xf0\x9f\x87\xa6" },
	{ "\xf0\x9d\x94\xb8", "\xf0\x9d\x91\x8e" }, /* of mathematics */
	{ "\xff\xc3(", "\xbf\xbf(" }, /* no UTF-8 */
	{ "\xed"
	  "AB",
	  "\xbf"
	  "LO" },
	{ "\xed\xa0"
	  "A",
	  "\xbf\xbf"
	  "L" },
	{ "\xed\xa0", "\xbf\xbf" },
	{ "\xed\xb7\xbf", "\xed\xb0\x80" },
	{ "", "" },
};

static void t_prose(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(prose) / sizeof(prose[0]); i++) {
		char *got = text(prose[i][0]);

		assert_string_equal(got, prose[i][1]);
		free(got);
	}
}

/* What follows a text is none of it, also where it would end a mark. */
static void t_cut(void **state)
{
	static const char cut[] = "[probe-00000000000000ab";
	char at[] = "[probe-00000000000000ab]";
	char *wanted = text(cut);

	(void)state;
	scrub_text(at, strlen(cut));
	assert_memory_equal(at, wanted, strlen(cut));
	assert_string_equal(at + strlen(cut), "]");
	free(wanted);
}

/* Pairs of texts that must be scrubbed to the same bytes: they differ in day,
 * folder or session. */
static const char *const alike[][2] = {
	{ "Today is 2026-11-30.", "Today is 2025-01-02." },
	{ "in /tmp/tmp.AbC12/x done", "in /tmp/tmp.9zQ_y/x done" },
	{ "slug -root-work-a1 then", "slug -home-bob1-bb then" },
	{ "task b7f3a1 ended", "task 00ad9z ended" },
	{ "session 3fa85f64-5717-4562-b3fc-2c963f66afa6 x",
	  "session 00000000-1111-4222-8333-444444444444 x" },
};

static void t_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		char *a = text(alike[i][0]), *b = text(alike[i][1]);

		assert_string_equal(a, b);
		free(a);
		free(b);
	}
}

/* ---- words ---- */

static const struct {
	const char *from, *to;
	void (*fn)(char *at, size_t len);
} word_rows[] = {
	{ "application/json; charset=utf-8", "application/json; charset=utf-8",
	  scrub_words },
	{ "claude-cli/2.1.332 (external, sdk-cli)",
	  "claude-cli/2.1.332 (external, sdk-cli)", scrub_words },
	{ "acme-bot/1.0 (bob)", "lore-bot/1.0 (lor)", NULL },
	{ "os/linux#6.1.0 md/nodejs#26.12.1",
	  "os/linux#6.1.0 md/nodejs#26.12.1", scrub_words },
	{ "us-east-1", "us-east-1", scrub_words },
	{ "123456789012", "000000000000", scrub_words },
	{ "curl/10.20.30.4 (1.2.3)", "curl/00.00.00.0 (1.2.3)", scrub_words },
	{ "%2Facme%20%61", "%2Florem%20%6c", NULL },
	{ "AKIAIOSFODNN7EXAMPLE", "loremipsumdolorsitam", scrub_words },
	{ "claude-opus-5-5", "claude-opus-5-5", scrub_words_model },
	{ "claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5-20250929[1m]",
	  scrub_words_model },
	{ "claude-newname-6", "claude-newname-6", scrub_words_model },
	{ "claude-acme-internal-tuned-6", NULL, scrub_words_model },
	{ "us.anthropic.claude-opus-5-5-v1:0",
	  "us.anthropic.claude-opus-5-5-v1:0", scrub_words_model },
	{ "gpt-5", "gpt-5", scrub_words_model },
	{ "arn:aws:bedrock:us-east-1:123456789012:"
	  "application-inference-profile/ab12cd",
	  "arn:aws:bedrock:us-east-1:000000000000:"
	  "application-inference-profile/loremi",
	  scrub_words_model },
	{ "my-tuned-thing", "lo-remip-sumdol", NULL },
};

static void t_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(word_rows) / sizeof(word_rows[0]); i++) {
		char *copy = span_dup(span_of(word_rows[i].from));

		if (word_rows[i].fn && word_rows[i].to) {
			word_rows[i].fn(copy, strlen(copy));
			assert_string_equal(copy, word_rows[i].to);
		} else {
			scrub_words_model(copy, strlen(copy));
			assert_null(strstr(copy, "acme"));
			assert_null(strstr(copy, "tuned"));
			assert_null(strstr(copy, "%61"));
			assert_null(strstr(copy, "bob"));
		}
		free(copy);
	}
}

/* ---- documents ---- */

/* Asserts what a body is scrubbed to, and that its length stays. */
static void check_json(const char *from, const char *to)
{
	struct scrub *s = scrub_new(false);
	char *copy = span_dup(span_of(from));

	assert_true(scrub_json(s, copy, strlen(copy), PLACE_ROOT));
	assert_string_equal(copy, to);
	assert_int_equal(strlen(copy), strlen(from));
	free(copy);
	scrub_free(s);
}

static const char *const documents[][2] = {
	/* numbers, their spelling, order and names of members stay */
	{ "{\"max_tokens\":128000,\"temperature\":1.0,\"b\":1e5,\"a\":-0,"
	  "\"stream\":true,\"x\":null}",
	  "{\"max_tokens\":128000,\"temperature\":1.0,\"b\":1e5,\"a\":-0,"
	  "\"stream\":true,\"x\":null}" },
	/* texts wherever they stand */
	{ "{\"system\":\"You are\",\"messages\":[{\"role\":\"user\","
	  "\"content\":\"Tell me\"}]}",
	  "{\"system\":\"Lor emi\",\"messages\":[{\"role\":\"user\","
	  "\"content\":\"Lore mi\"}]}" },
	{ "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	  "\"text\":\"Hi\",\"cache_control\":{\"type\":\"ephemeral\","
	  "\"ttl\":\"1h\"}}]}]}",
	  "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	  "\"text\":\"Lo\",\"cache_control\":{\"type\":\"ephemeral\","
	  "\"ttl\":\"1h\"}}]}]}" },
	/* escapes stay escapes of the same length and case */
	{ "{\"system\":\"\\u0041\\n\\u00E9\\ud83d\\ude00\\u5BC6\\\"/\\/\"}",
	  "{\"system\":\"\\u004c\\n\\u00E9\\ud83d\\ude00\\u6587\\\"/\\/\"}" },
	/* of two, three and four bytes, at the bounds */
	{ "{\"system\":\"\\u0e02A\\u07ffA\\u0800A\\uffe5A\\ud800\\udc00A\"}",
	  "{\"system\":\"\\u0e01L\\u0710O\\u1200R\\ua000E\\ud800\\udc00M\"}" },
	{ "{\"system\":\"\\uD835\\udd38\\ud835\\uDD38\"}",
	  "{\"system\":\"\\uD835\\udc4e\\ud835\\uDC4E\"}" },
	{ "{\"tools\":[{\"name\":\"Task1\",\"input_schema\":{\"properties\":{"
	  "\"mode\":{\"enum\":[\"hover\"]}}}}]}",
	  "{\"tools\":[{\"name\":\"lorem\",\"input_schema\":{\"properties\":{"
	  "\"mode\":{\"enum\":[\"loren\"]}}}}]}" },
	{ "{\"system\":\"x\\ud83d\"}", "{\"system\":\"l\\ud800\"}" },
	{ "{\"system\":\"\\uDC00\\ud83dx\"}",
	  "{\"system\":\"\\uDC00\\ud800l\"}" },
	/* calls and results: ids fit each other */
	{ "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"id\":"
	  "\"toolu_01AbCd\",\"name\":\"Bash\",\"input\":{\"command\":"
	  "\"rm x\",\"timeout\":5}}]},{\"content\":[{\"type\":"
	  "\"tool_result\",\"tool_use_id\":\"toolu_01AbCd\",\"content\":"
	  "\"gone\"}]}]}",
	  "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"id\":"
	  "\"toolu_000001\",\"name\":\"Bash\",\"input\":{\"command\":"
	  "\"lo r\",\"timeout\":5}}]},{\"content\":[{\"type\":"
	  "\"tool_result\",\"tool_use_id\":\"toolu_000001\",\"content\":"
	  "\"lore\"}]}]}" },
	/* a tool of the client, and one of a user's server */
	{ "{\"tools\":[{\"name\":\"Task\",\"description\":\"Runs\","
	  "\"input_schema\":{\"type\":\"object\",\"properties\":{\"mode\":"
	  "{\"type\":\"string\",\"enum\":[\"hover\",\"go_to\"],"
	  "\"description\":\"How\",\"pattern\":\"^wf_\"}},\"required\":"
	  "[\"mode\"]}}]}",
	  "{\"tools\":[{\"name\":\"Task\",\"description\":\"Lore\","
	  "\"input_schema\":{\"type\":\"object\",\"properties\":{\"mode\":"
	  "{\"type\":\"string\",\"enum\":[\"hover\",\"go_to\"],"
	  "\"description\":\"Lor\",\"pattern\":\"^wf_\"}},\"required\":"
	  "[\"mode\"]}}]}" },
	{ "{\"tools\":[{\"name\":\"mcp__jira__pay_out\",\"input_schema\":{"
	  "\"properties\":{\"to whom\":{\"enum\":[\"alice\",\"bobby\",\"low\"],"
	  "\"pattern\":\"^acme-\\\\d+(?<n>[a-z]x)$\"}},\"required\":"
	  "[\"to whom\"]}}]}",
	  "{\"tools\":[{\"name\":\"mcp__lore__lor_emi\",\"input_schema\":{"
	  "\"properties\":{\"lo remi\":{\"enum\":[\"lorem\",\"loren\",\"low\"],"
	  "\"pattern\":\"^lore-\\\\d+(?<n>[a-z]m)$\"}},\"required\":"
	  "[\"lo remi\"]}}]}" },
	{ "{\"tools\":[{\"input_schema\":{\"$schema\":"
	  "\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/$defs/A\","
	  "\"$id\":\"https://acme.io\"}}]}",
	  "{\"tools\":[{\"input_schema\":{\"$schema\":"
	  "\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/$defs/A\","
	  "\"$id\":\"lorem://ipsu.md\"}}]}" },
	/* the user, as new and as old clients say it */
	{ "{\"metadata\":{\"user_id\":\"{\\\"device_id\\\":"
	  "\\\"ab12ab12ab12\\\","
	  "\\\"account_uuid\\\":\\\"\\\",\\\"session_id\\\":"
	  "\\\"3fa85f64-5717-4562-b3fc-2c963f66afa6\\\"}\"}}",
	  "{\"metadata\":{\"user_id\":\"{\\\"device_id\\\":"
	  "\\\"000000000001\\\","
	  "\\\"account_uuid\\\":\\\"\\\",\\\"session_id\\\":"
	  "\\\"00000000-0000-4000-8000-000000000000\\\"}\"}}" },
	{ "{\"metadata\":{\"user_id\":\"user_ab12ab12_account__session_"
	  "3fa85f64-5717-4562-b3fc-2c963f66afa6\"}}",
	  "{\"metadata\":{\"user_id\":\"user_00000001_account__session_"
	  "00000000-0000-4000-8000-000000000000\"}}" },
	/* the line that bills */
	{ "{\"system\":[{\"text\":\"x-anthropic-billing-header: "
	  "cc_version=2.1.332.1c9; cc_entrypoint=sdk-cli; cch=a1b2c; "
	  "cc_prompt_id=098f-ab; x=098f\"}]}",
	  "{\"system\":[{\"text\":\"x-anthropic-billing-header: "
	  "cc_version=2.1.332.1c9; cc_entrypoint=sdk-cli; cch=00000; "
	  "cc_prompt_id=0000-00; x=lore\"}]}" },
	/* what nobody knows */
	{ "{\"new_member\":\"auto\",\"other\":\"alice\",\"deep\":{\"v\":"
	  "\"1.2.3\",\"ip\":\"10.0.0.1\",\"at\":{\"beta\":"
	  "\"effort-2025-11-24\"}}}",
	  "{\"new_member\":\"auto\",\"other\":\"lorem\",\"deep\":{\"v\":"
	  "\"1.2.3\",\"ip\":\"00.0.0.0\",\"at\":{\"beta\":"
	  "\"effort-2025-11-24\"}}}" },
	{ "{\"event\":{\"created_at\":1764498000123,\"count\":1764498000123}}",
	  "{\"event\":{\"created_at\":1000000000000,\"count\":1764498000123}"
	  "}" },
	{ "{\"event\":{\"ts\":1764498000,\"as\":1764498000,\"up_ms\":"
	  "1764498000,"
	  "\"n_at\":123456789,\"at\":1764498000,\"startTime\":1764498000.5,"
	  "\"x_at\":-1764498000,\"s\":1764498000,\"\":1764498000}}",
	  "{\"event\":{\"ts\":1000000000,\"as\":1764498000,\"up_ms\":"
	  "1000000000,"
	  "\"n_at\":123456789,\"at\":1764498000,\"startTime\":1000000000.0,"
	  "\"x_at\":-1764498000,\"s\":1764498000,\"\":1764498000}}" },
	{ "{\"content\":[{\"source\":{\"media_type\":\"acme/png\"}}]}",
	  "{\"content\":[{\"source\":{\"media_type\":\"lore/png\"}}]}" },
	{ "{\"created_at\":1764498000123}", "{\"created_at\":1764498000123}" },
	{ "{\"3fa85f64-5717-4562-b3fc-2c963f66afa6\":1}",
	  "{\"00000000-0000-4000-9000-000000000001\":1}" },
	{ "{\"metadata\":{\"user_id\":\"user_ab12\"}}",
	  "{\"metadata\":{\"user_id\":\"user_0001\"}}" },
	{ "{\"metadata\":{\"user_id\":\"acme-1\"}}",
	  "{\"metadata\":{\"user_id\":\"000001\"}}" },
	{ "{\"metadata\":{\"user_id\":\"user_ab_account_cd_session_ef_g\"}}",
	  "{\"metadata\":{\"user_id\":\"user_01_account_02_session_0001\"}}" },
	{ "{\"content\":[{\"signature\":\"a b\"},{\"signature\":\"\"}]}",
	  "{\"content\":[{\"signature\":\"l o\"},{\"signature\":\"\"}]}" },
	{ "{\"tools\":[{\"name\":\"Task\",\"input_schema\":{\"$schema\":"
	  "\"https://json-schema.org/acme/schema\",\"properties\":{\"mode\":{"
	  "\"$ref\":\"#/a b//$defs\",\"enum\":[\"hover x\",\"\"]}}}}]}",
	  "{\"tools\":[{\"name\":\"Task\",\"input_schema\":{\"$schema\":"
	  "\"https://json-schema.org/lore/schema\",\"properties\":{\"mode\":{"
	  "\"$ref\":\"#/l o//$defs\",\"enum\":[\"lorem i\",\"\"]}}}}]}" },
	{ "{\"tools\":[{\"name\":\"StructuredOutput\",\"input_schema\":{"
	  "\"properties\":{\"mode\":{\"enum\":[\"hover\"],\"pattern\":\"^ab\"}}"
	  "}},{\"name\":\"mcp__a\"},{\"name\":\"\"},{\"name\":\"acme\"}]}",
	  "{\"tools\":[{\"name\":\"StructuredOutput\",\"input_schema\":{"
	  "\"properties\":{\"mode\":{\"enum\":[\"lorem\"],\"pattern\":\"^lo\"}}"
	  "}},{\"name\":\"mcp__l\"},{\"name\":\"\"},{\"name\":\"lore\"}]}" },
	{ "{\"my secret\":1,\"sk-ant-0123456789abcd\":2}",
	  "{\"lo remips\":1,\"lo-rem-ipsumdolorsita\":2}" },
	/* names that a user gave */
	{ "{\"tool_choice\":{\"type\":\"tool\",\"name\":\"Bash\"},"
	  "\"output_config\":{\"format\":{\"name\":\"Invoice\"}}}",
	  "{\"tool_choice\":{\"type\":\"tool\",\"name\":\"Bash\"},"
	  "\"output_config\":{\"format\":{\"name\":\"loremip\"}}}" },
	/* enumerations that came with a newer client stay; what cannot be one
	 * does not */
	{ "{\"thinking\":{\"type\":\"adaptive2\",\"display\":\"Not a word\"}}",
	  "{\"thinking\":{\"type\":\"adaptive2\",\"display\":\"Lor e "
	  "mips\"}}" },
};

static void t_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		check_json(documents[i][0], documents[i][1]);
}

static void t_no_json(void **state)
{
	struct scrub *s = scrub_new(false);
	char broken[] = "{\"a\": ";

	(void)state;
	assert_false(scrub_json(s, broken, strlen(broken), PLACE_ROOT));
	assert_string_equal(broken, "{\"a\": ");
	scrub_free(s);
}

/* Two signatures differ afterwards, and each is base64 as before. */
static void t_blobs(void **state)
{
	struct scrub *s = scrub_new(false);
	char body[] = "{\"content\":[{\"signature\":\"SGVsbG8gd29ybGQhISE=\"},"
		      "{\"signature\":\"QW5vdGhlciBvbmUuLi4=\"},"
		      "{\"signature\":\"SGVsbG8gd29ybGQhISE=\"},"
		      "{\"source\":{\"media_type\":\"image/png\",\"data\":"
		      "\"iVBORw0KGgoAAAANSUhE\"}}]}";
	char *at[3], *found = body;

	(void)state;
	assert_true(scrub_json(s, body, strlen(body), PLACE_ROOT));
	for (size_t i = 0; i < 3; i++) {
		found = strstr(found, "\"signature\":\"") + 13;
		at[i] = found;
		assert_int_equal(found[19], '=');
		assert_int_equal(found[20], '"');
	}
	assert_memory_equal(at[0], at[2], 20);
	assert_memory_not_equal(at[0], at[1], 20);
	assert_null(strstr(body, "SGVsbG8"));
	assert_non_null(strstr(body, "\"iVBORw0KGgo"));
	assert_null(strstr(body, "AAAANSUhE"));
	scrub_free(s);
}

/* ---- requests ---- */

#define KEY "sk-ant-api03-planted-0123456789"

static char *request(struct scrub *s, const char *bytes)
{
	struct http_head head = { .method = NULL };
	struct buf out = BUF_INIT(SCRUB_BODY_LIMIT);
	struct fail f = FAIL_INIT;
	long n = http_request_read(span_of(bytes), &head, &f);

	assert_true(n > 0);
	assert_int_equal(scrub_request(s, &head, span_of(bytes + n), &out, &f),
			 0);
	http_head_clear(&head);
	return buf_take(&out, NULL);
}

static void check_request(const char *from, const char *to)
{
	struct scrub *s = scrub_new(false);
	char *got = request(s, from);

	assert_string_equal(got, to);
	free(got);
	scrub_free(s);
}

static void t_requests(void **state)
{
	(void)state;
	check_request(
		"POST /v1/messages?beta=true HTTP/1.1\r\n"
		"Authorization: Bearer " KEY "\r\n"
		"Host: gw.acme.io:8080\r\nContent-Length: 2\r\n"
		"X-Claude-Code-Session-Id: "
		"3fa85f64-5717-4562-b3fc-2c963f66afa6\r\n"
		"x-claude-code-agent-id: a0123456789abcdef\r\n"
		"anthropic-beta: effort-2025-11-24,claude-code-20250219, "
		"quartz\r\n"
		"User-Agent: aws-sdk-js/3.9 os/linux#6.18.4 api/bedrock#3.9\r\n"
		"X-Team: platform 12\r\nCookie: a=b\r\nX-Gw-Key: 1\r\n\r\n{}",
		"POST /v1/messages?beta=true HTTP/1.1\r\n"
		"Authorization: Bearer {{credential}}\r\n"
		"Host: {{host}}\r\n"
		"X-Claude-Code-Session-Id: "
		"00000000-0000-4000-8000-000000000000\r\n"
		"x-claude-code-agent-id: a0000000000000001\r\n"
		"anthropic-beta: effort-2025-11-24,claude-code-20250219, "
		"loremi\r\n"
		"User-Agent: aws-sdk-js/3.9 os/linux#0.00.0 api/bedrock#3.9\r\n"
		"X-Team: loremips 00\r\nCookie: {{credential}}\r\n"
		"X-Gw-Key: {{credential}}\r\n\r\n{}");
	check_request("GET /v1/models?limit=1000&key=" KEY
		      "&after_id=alice HTTP/1.1\r\n\r\n",
		      "GET /v1/models?limit=1000&key="
		      "loremipsumdolorsitametconsectet"
		      "&after_id=lorem HTTP/1.1\r\n\r\n");
	check_request("GET /v1/555-0199-4242/7?10.0.0.12=1 HTTP/1.1\r\n\r\n",
		      "GET /v1/000-0000-0000/7?00.0.0.00=1 HTTP/1.1\r\n\r\n");
	check_request("POST /p/acme-1/3fa85f64-5717-4562-b3fc-2c963f66afa6 "
		      "HTTP/1.1\r\n\r\na=alice&b=2",
		      "POST /p/lore-1/00000000-0000-4000-9000-000000000001 "
		      "HTTP/1.1\r\n\r\nl=oremi&p=s");
	check_request(
		"POST /model/x/invoke HTTP/1.1\r\n"
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/"
		"20261130/us-east-1/bedrock/aws4_request, "
		"SignedHeaders=host;x-amz-date, Signature=0123456789abcdef\r\n"
		"x-amz-date: 20261130T101112Z\r\nx-amz-content-sha256: ab12\r\n"
		"x-amz-security-token: planted\r\n\r\n",
		"POST /model/x/invoke HTTP/1.1\r\n"
		"Authorization: AWS4-HMAC-SHA256 Credential={{credential}}/"
		"20260101/us-east-1/bedrock/aws4_request, "
		"SignedHeaders=host;x-amz-date, Signature={{signature}}\r\n"
		"x-amz-date: 20260101T000000Z\r\nx-amz-content-sha256: 0000\r\n"
		"x-amz-security-token: {{credential}}\r\n\r\n");
	check_request("GET /v1/123/1234/a12/x?type=acme&version=acme&"
		      "id=toolu_ab&n=999999&m=1000000&mode=auto&flag&42=1&"
		      "1234=1 HTTP/1.1\r\n\r\n",
		      "GET /v1/123/0000/a12/x?type=lore&version=lore&"
		      "id=toolu_01&n=999999&m=loremip&mode=auto&lore&42=1&"
		      "0000=1 HTTP/1.1\r\n\r\n");
}

static void check_fields(const char *from, const char *to)
{
	struct buf one = BUF_INIT(4096), two = BUF_INIT(4096);

	buf_addf(&one, "GET / HTTP/1.1\r\n%s\r\n\r\n", from);
	buf_addf(&two, "GET / HTTP/1.1\r\n%s\r\n\r\n", to);
	check_request(buf_str(&one), buf_str(&two));
	buf_clear(&one);
	buf_clear(&two);
}

static void t_fields(void **state)
{
	(void)state;
	check_fields("Authorization: Basic YTpi",
		     "Authorization: Basic {{credential}}");
	check_fields("Authorization: AWS4-HMAX a",
		     "Authorization: {{credential}}");
	check_fields("authorization: AWS4-HMAC-SHA256 Credential=AK, "
		     "SignedHeaders=acme, Signature=ab",
		     "authorization: AWS4-HMAC-SHA256 "
		     "Credential={{credential}}, SignedHeaders=acme, "
		     "Signature={{signature}}");
	check_fields("authorization: AWS4-HMAC-SHA256 Credential=AK/2026/acme",
		     "authorization: AWS4-HMAC-SHA256 "
		     "Credential={{credential}}/2026/lore");
	check_fields("x-amz-date: acme 1", "x-amz-date: lore 0");
	check_fields("anthropic-ratelimit-requests-reset: 2026-11-30T10:11:12Z",
		     "anthropic-ratelimit-requests-reset: "
		     "2026-01-01T00:00:00Z");
	check_fields("x-ratelimit-reset: 1764498000",
		     "x-ratelimit-reset: 1767225600");
	check_fields("x-amz-content-sha256: UNSIGNED-PAYLOAD",
		     "x-amz-content-sha256: LOREMIPS-UMDOLOR");
	check_fields("traceparent: 00-ab12EF-01", "traceparent: 00-000000-00");
	check_fields("anthropic-ratelimit-requests-limit: 1234567890\r\n"
		     "anthropic-ratelimit-more: acme 5",
		     "anthropic-ratelimit-requests-limit: 1234567890\r\n"
		     "anthropic-ratelimit-more: lore 5");
	check_fields("user-agent: os/acme 12 os/linux#6.1 x1",
		     "user-agent: os/lore 12 os/linux#0.0 x1");
	check_fields("user-agent: os/linux 12\r\naccept: text#12",
		     "user-agent: os/linux 12\r\naccept: text#12");
	check_fields("expect: 100-continue\r\naccept-language: acme\r\n"
		     "x-reset-all: 1764498000",
		     "accept-language: lore\r\nx-reset-all: 0000000000");
	check_fields("x-accept: acme en\r\n-id: toolu_ab\r\n"
		     "x-claude-new: acme 1",
		     "x-accept: lore mi\r\n-id: toolu_01\r\n"
		     "x-claude-new: lore 1");
}

/* An answer's fields, and its body when it is no stream. */
static void t_answers(void **state)
{
	struct scrub *s = scrub_new(false);
	struct headers from = { .list = NULL }, to = { .list = NULL };
	struct buf body = BUF_INIT(100);
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(headers_add_text(&from, "content-length", "5"), 0);
	assert_int_equal(headers_add_text(&from, "set-cookie", "planted=1"), 0);
	assert_int_equal(headers_add_text(&from, "x-a", "planted=1 acme"), 0);
	assert_int_equal(headers_add_text(&from, "accept", "planted=1 text"),
			 0);
	assert_int_equal(scrub_answer_headers(s, &from, &to, &f), 0);
	assert_int_equal(to.count, 3);
	assert_string_equal(headers_get(&to, "set-cookie"), "{{credential}}");
	assert_string_equal(headers_get(&to, "x-a"), "loremip=s lore");
	assert_string_equal(headers_get(&to, "accept"), "loremip=1 text");
	buf_add_text(&body, "acme {");
	assert_int_equal(scrub_answer(s, false, &body, &f), 0);
	assert_string_equal(buf_str(&body), "lore {");
	buf_reset(&body);
	assert_int_equal(scrub_answer(s, true, &body, &f), 0);
	assert_int_equal(scrub_answer(s, false, &body, &f), 0);
	assert_int_equal(body.len, 0);
	s->names.full = true;
	assert_int_equal(scrub_answer(s, false, &body, &f), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	buf_clear(&body);
	headers_clear(&from);
	headers_clear(&to);
	scrub_free(s);
}

/* A credential that looks like a word of the protocol is one all the same. */
static void t_known_credential(void **state)
{
	struct scrub *s = scrub_new(false);
	char *got =
		request(s, "POST / HTTP/1.1\r\nx-api-key: ephemeralmax\r\n"
			   "\r\n{\"thinking\":{\"type\":\"ephemeralmax\"}}");

	(void)state;
	assert_null(strstr(got, "ephemeralmax"));
	free(got);
	scrub_free(s);
	s = scrub_new(false);
	got = request(s, "POST / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 "
			 "Credential=ephemeralmax/20260101/us-east-1, "
			 "SignedHeaders=ephemeralmid, Signature=ephemeralmin"
			 "\r\n\r\n{\"thinking\":{\"type\":\"ephemeralmax\","
			 "\"display\":\"ephemeralmin\"},\"tool_choice\":{"
			 "\"type\":\"ephemeralmid\"}}");
	assert_null(strstr(got, "ephemeralmax"));
	assert_null(strstr(got, "ephemeralmin"));
	assert_non_null(strstr(got, "\"type\":\"ephemeralmid\""));
	free(got);
	scrub_free(s);
}

/* Wherever it stands: in the target, in another field, in an answer. */
static void t_credential_elsewhere(void **state)
{
	struct scrub *s = scrub_new(false);
	struct headers from = { .list = NULL }, to = { .list = NULL };
	struct fail f = FAIL_INIT;
	char *got = request(s, "POST /development HTTP/1.1\r\n"
			       "x-api-key: development\r\n"
			       "accept: development, text\r\n\r\n");
	int rc = 0;

	(void)state;
	assert_null(strstr(got, "development"));
	assert_non_null(strstr(got, ", text\r\n"));
	assert_non_null(strstr(got, "\r\nx-api-key: {{credential}}\r\n"));
	free(got);
	headers_add_text(&from, "accept", "text, development");
	assert_int_equal(scrub_answer_headers(s, &from, &to, &f), 0);
	assert_null(strstr(headers_get(&to, "accept"), "development"));
	for (unsigned i = 0; i < 300 && rc == 0; i++) {
		char key[32];

		headers_clear(&from);
		snprintf(key, sizeof(key), "planted-key-%u", i);
		headers_add_text(&from, "x-api-key", key);
		rc = scrub_answer_headers(s, &from, &to, &f);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	headers_clear(&from);
	headers_clear(&to);
	scrub_free(s);
}

/* Texts stay, credentials do not, and the request says so. */
static void t_keep_text(void **state)
{
	struct scrub *s = scrub_new(true);
	char *got = request(s, "POST / HTTP/1.1\r\nx-api-key: " KEY "\r\n\r\n"
			       "{\"system\":\"My words " KEY " and "
			       "sk-ant-other-0123456789\"}");

	(void)state;
	assert_non_null(strstr(got, "\r\n" SCRUB_PRIVATE ": "));
	assert_non_null(strstr(got, "My words "));
	assert_null(strstr(got, "planted"));
	assert_null(strstr(got, "sk-ant-other"));
	free(got);
	scrub_free(s);
}

static void t_coded(void **state)
{
	struct scrub *s = scrub_new(false);
	struct http_head head = { .method = (char *)"POST",
				  .target = (char *)"/" };
	struct buf out = BUF_INIT(1024);
	struct fail f = FAIL_INIT;

	(void)state;
	headers_add_text(&head.headers, "content-encoding", "secret-coding");
	assert_int_equal(scrub_request(s, &head, span_of("planted"), &out, &f),
			 -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_int_equal(out.len, 0);
	headers_clear(&head.headers);
	scrub_free(s);
}

/* ---- answers ---- */

static void check_stream(const char *from, const char *to)
{
	struct scrub *s = scrub_new(false);
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;

	buf_add_text(&body, from);
	assert_int_equal(scrub_answer(s, true, &body, &f), 0);
	assert_string_equal(buf_str(&body), to);
	assert_int_equal(body.len, strlen(from));
	buf_clear(&body);
	scrub_free(s);
}

#define DELTA(text) DELTA_OF("0", text)
#define DELTA_OF(index, text) \
	"data: {\"index\":" index ",\"delta\":{\"type\":\"input_json_delta\"," \
	"\"partial_json\":\"" text "\"}}\n\n"

static void t_streams(void **state)
{
	(void)state;
	check_stream("event: content_block_delta\n"
		     "data: {\"type\":\"content_block_delta\",\"delta\":"
		     "{\"type\":\"text_delta\",\"text\":\"Secret\"}}\n\n"
		     ": a comment\n\ndata: [DONE]\r\n\r\n",
		     "event: content_block_delta\n"
		     "data: {\"type\":\"content_block_delta\",\"delta\":"
		     "{\"type\":\"text_delta\",\"text\":\"Loremi\"}}\n\n"
		     ": l oremips\n\ndata: [DONE]\r\n\r\n");
	/* names of members are read over all pieces, and so is an escape */
	check_stream(DELTA("{\\\"com") DELTA("mand\\\":\\\"rm \\\\")
			     DELTA("n x\\\",\\\"on\\\":tr") DELTA("ue}"),
		     DELTA("{\\\"com") DELTA("mand\\\":\\\"lo \\\\")
			     DELTA("n r\\\",\\\"on\\\":tr") DELTA("ue}"));
	/* a line that no stream has */
	check_stream("alert: later users\n\n", "lorem: ipsum dolor\n\n");
	/* one that breaks off keeps its signs and escapes, no words */
	check_stream(DELTA("{\\\"a\\\":\\\"se\\\\ncret"),
		     DELTA("{\\\"l\\\":\\\"lo\\\\nremi"));
	/* each block has an input of its own */
	check_stream(DELTA_OF("0", "{\\\"command\\\":\\\"a")
			     DELTA_OF("1", "{\\\"on\\\":\\\"b")
				     DELTA_OF("0", "b\\\"}")
					     DELTA_OF("1", "c\\\"}"),
		     DELTA_OF("0", "{\\\"command\\\":\\\"l")
			     DELTA_OF("1", "{\\\"on\\\":\\\"l")
				     DELTA_OF("0", "o\\\"}")
					     DELTA_OF("1", "o\\\"}"));
	check_stream("data: {\"delta\":{\"partial_json\":5}}\n\n"
		     "data: {\"delta\":{\"partial_json\":\"[1]\"}}\n\n"
		     "data: {\"partial_json\":\"acme\"\n\n",
		     "data: {\"delta\":{\"partial_json\":5}}\n\n"
		     "data: {\"delta\":{\"partial_json\":\"[1]\"}}\n\n"
		     "data: {\"loremip_sumd\":\"lore\"\n\n");
	/* fields of a stream */
	check_stream("\xef\xbb\xbf"
		     "event: error\r\revent:acme\nretry: 3000\nretry: acme\n"
		     "id: acme\nid\ndata:x\ndata:\ndata: \ndata: [DONE",
		     "\xef\xbb\xbf"
		     "event: error\r\revent:lore\nretry: 3000\nretry: lore\n"
		     "id: lore\nlo\ndata:l\ndata:\ndata: \ndata: [lore");
	/* an event that is no JSON */
	check_stream("data: {\"oops\": secret\n\n",
		     "data: {\"lore\": loremi\n\n");
	check_stream(
		"data: alert later users\n\ndata: {\"a\": [true, 1e5, tru\n\n",
		"data: lorem ipsum dolor\n\ndata: {\"l\": [true, 1e5, tru\n\n");
}

/* A body that no NUL follows. */
static void t_bare(void **state)
{
	struct scrub *s = scrub_new(false);
	char *at = malloc(6);

	(void)state;
	memcpy(at, "data:x", 6);
	scrub_stream(s, at, 6);
	assert_memory_equal(at, "data:l", 6);
	free(at);
	scrub_free(s);
}

/* ---- one recording ---- */

/* Stand-ins go by order: another day has other ids, and the same bytes. */
static void t_two_days(void **state)
{
#define DAY_OF(session, tool, path, day) \
	"POST /v1/messages HTTP/1.1\r\nX-Claude-Code-Session-Id: " session \
	"\r\nx-api-key: " KEY "\r\n\r\n{\"messages\":[{\"content\":[" \
	"{\"type\":\"text\",\"text\":\"In " path " on " day "\"}," \
	"{\"type\":\"tool_use\",\"id\":\"" tool "\",\"name\":\"Read\"," \
	"\"input\":{\"file_path\":\"" path "\"}}]}]}"
	struct scrub *s = scrub_new(false), *t = scrub_new(false);
	char *a = request(s, DAY_OF("3fa85f64-5717-4562-b3fc-2c963f66afa6",
				    "toolu_01Ab", "/tmp/tmp.AbCd3/hello.txt",
				    "2026-11-30"));
	char *b = request(t, DAY_OF("11111111-2222-4333-8444-555555555555",
				    "toolu_9zXY", "/tmp/tmp.9_9Xy/hello.txt",
				    "2025-02-01"));

	(void)state;
	assert_string_equal(a, b);
	free(a);
	free(b);
	scrub_free(s);
	scrub_free(t);
}

static void t_names_differ(void **state)
{
	struct scrub_names n = { .list = NULL };
	char a[] = "one two", b[] = "six ten", again[] = "one two";

	(void)state;
	scrub_names_key(&n, a, strlen(a));
	scrub_names_key(&n, b, strlen(b));
	scrub_names_key(&n, again, strlen(again));
	assert_string_equal(a, "lor emi");
	assert_string_equal(b, "lor emj");
	assert_string_equal(a, again);
	scrub_names_clear(&n);
}

/* ---- only looked at ---- */

static void note(void *arg, const struct scrub_seen *seen)
{
	struct buf *out = arg;

	buf_add_span(out, seen->path);
	buf_add_text(out, seen->nested ? " nested" : seen->open ? " open" : "");
	if (!seen->opens && !seen->open) {
		buf_add_byte(out, ' ');
		buf_add_span(out, seen->value.text);
	}
	buf_add_byte(out, '\n');
}

static void t_look(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	assert_true(scrub_look(
		span_of("{\"stream\":true,\"messages\":[{\"role\":\"user\","
			"\"content\":[{\"type\":\"tool_use\",\"input\":"
			"{\"a\":1}}]}],\"tools\":[{\"name\":\"Bash\","
			"\"description\":\"Runs\",\"input_schema\":{\"type\":"
			"\"object\",\"required\":[\"x\"],\"anyOf\":["
			"{\"type\":\"null\"}]}}],\"new\":[\"who\","
			"\"auto\"]}"),
		note, &out));
	assert_string_equal(buf_str(&out),
			    "\n/stream true\n/messages\n/messages[user]\n"
			    "/messages[user]/role \"user\"\n"
			    "/messages[user]/content\n"
			    "/messages[user]/content[tool_use]\n"
			    "/messages[user]/content[tool_use]/type "
			    "\"tool_use\"\n"
			    "/messages[user]/content[tool_use]/input\n"
			    "/messages[user]/content[tool_use]/input/a nested\n"
			    "/tools\n/tools/Bash\n/tools/Bash/name \"Bash\"\n"
			    "/tools/Bash/description open\n"
			    "/tools/Bash/input_schema\n"
			    "/tools/Bash/input_schema/type \"object\"\n"
			    "/tools/Bash/input_schema/required\n"
			    "/tools/Bash/input_schema/required[] \"x\"\n"
			    "/tools/Bash/input_schema/anyOf\n"
			    "/tools/Bash/input_schema/anyOf[]\n"
			    "/tools/Bash/input_schema/anyOf[]/type \"null\"\n"
			    "/new\n/new[] open\n/new[] \"auto\"\n");
	assert_false(scrub_look(span_of("{"), note, &out));
	buf_clear(&out);
}

#define TEST(title, fn) \
	{ \
		"scrub: " title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("prose becomes filler", t_prose),
		TEST("what follows a text is none of it", t_cut),
		TEST("what is of one day or folder is of none", t_alike),
		TEST("words of the protocol stay, others do not", t_words),
		TEST("each member by what it holds", t_documents),
		TEST("what is no JSON is left as it was", t_no_json),
		TEST("signatures and pictures hold nothing", t_blobs),
		TEST("targets and fields", t_requests),
		TEST("fields by what they hold", t_fields),
		TEST("an answer that is no stream", t_answers),
		TEST("a credential is found in the place of a word",
		     t_known_credential),
		TEST("a credential is found wherever it stands",
		     t_credential_elsewhere),
		TEST("texts that are kept, without credentials", t_keep_text),
		TEST("a body that cannot be read is not stored", t_coded),
		TEST("events, and inputs over many of them", t_streams),
		TEST("a stream without an end", t_bare),
		TEST("two days give the same bytes", t_two_days),
		TEST("names that differ stay different", t_names_differ),
		TEST("a document that is only looked at", t_look),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("scrub", tests, NULL, NULL);
}
