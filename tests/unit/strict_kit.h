/* Request bodies, and the answers of the strict provider to them. */
#ifndef TESTS_UNIT_STRICT_KIT_H
#define TESTS_UNIT_STRICT_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/strict.h"

/* ---- one body ---- */

static uint64_t account; /* the account of the requests */

static inline int check(const char *betas, const char *body, struct fail *why)
{
	struct headers headers = { 0 };
	struct jval root;
	int status;

	if (betas)
		headers_add_text(&headers, "anthropic-beta", betas);
	if (jscan(span_of(body), &root, why) < 0)
		fail_msg("%s: %s", why->text, body);
	status = strict_check(&headers, root, false, account, why);
	headers_clear(&headers);
	return status;
}

static inline void assert_fine(const char *betas, const char *body)
{
	struct fail why = FAIL_INIT;

	if (check(betas, body, &why) != 0)
		fail_msg("refused: %s", why.text);
}

static inline void assert_refused(int status, const char *betas,
				  const char *body, const char *message)
{
	struct fail why = FAIL_INIT;

	assert_int_equal(check(betas, body, &why), status);
	assert_string_equal(why.text, message);
}

#define FRONT "{\"model\":\"claude-opus-5-5\",\"max_tokens\":64,"
#define USER "{\"role\":\"user\",\"content\":\"hi\"}"
#define MESSAGES(m) FRONT "\"messages\":[" m "]}"
#define WITH(members) FRONT members ",\"messages\":[" USER "]}"
#define TEXT(more) "{\"type\":\"text\",\"text\":\"t\"" more "}"
#define USE(id) \
	"{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"Read\",\"input\":{}}"
#define RESULT(id) "{\"type\":\"tool_result\",\"tool_use_id\":\"" id "\"}"
#define ASSISTANT(blocks) "{\"role\":\"assistant\",\"content\":[" blocks "]}"
#define ANSWER(blocks) "{\"role\":\"user\",\"content\":[" blocks "]}"
#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define MARK_1H ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"
#define TOOL(name, more) \
	"{\"name\":\"" name "\",\"input_schema\":{\"type\":\"object\"}" more "}"

#endif
