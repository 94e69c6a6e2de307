/* The vendors by name. */
#include "mockupstream/vendor.h"

#include <string.h>

#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

static const struct {
	const char *name, *what;
} rows[] = {
	[VENDOR_OPENAI] = { "openai",
			    "OpenAI. --strict refuses what it refuses." },
	[VENDOR_DEEPSEEK] = { "deepseek",
			      "It thinks unless thinking is disabled, and "
			      "wants "
			      "reasoning_content back beside tool_calls; no "
			      "role developer, no images, tokens beside the "
			      "finish reason." },
	[VENDOR_KIMI] = { "kimi",
			  "It thinks and wants reasoning_content back beside "
			  "tool_calls, by the index of the message; no role "
			  "developer; errors have a message and a type." },
	[VENDOR_LOCAL] = { "local",
			   "A small server of one's own: no key, one system "
			   "message, which comes first, roles that the "
			   "template knows, no images, 32,768 tokens; it tells "
			   "no usage, makes one call at a time, whole, and "
			   "says 'stop' beside it." },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int vendor_from(const char *name, enum vendor *out, struct fail *f)
{
	const char *words[ROWS] = { NULL };
	const char *near;

	for (size_t i = 1; i < ROWS; i++) {
		words[i - 1] = rows[i].name;
		if (strcmp(name, rows[i].name) != 0)
			continue;
		*out = (enum vendor)i;
		return 0;
	}
	near = near_word(name, words);
	return fail_set(f, FAIL_USAGE,
			"a vendor must be openai, deepseek, kimi or local, not "
			"'%.60s'%s%s%s",
			name, near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
}

void vendor_list(struct buf *out)
{
	buf_add_text(out, "--vendor NAME, or \"vendor\": NAME beside "
			  "\"provider\" in a reply: who answers at\n"
			  "/v1/chat/completions.\n\n");
	for (size_t i = 1; i < ROWS; i++) {
		buf_addf(out, "%s\n", rows[i].name);
		wrap_words(out, 4, rows[i].what);
	}
}
