/* What whole answers and streams share: ends, tokens, the front. */
#include <string.h>

#include "gateway/translate/translate_private.h"

enum { BYTES_PER_TOKEN = 4 };

const char *translate_stop(const char *finish, bool calls)
{
	if (strcmp(finish, "length") == 0)
		return "max_tokens";
	if (strcmp(finish, "content_filter") == 0)
		return "refusal";
	return calls ? "tool_use" : "end_turn";
}

static int64_t number_of(struct jval object, const char *key, int64_t otherwise)
{
	struct jval v = jscan_get(object, key);
	int64_t number;

	return v.type == J_NUMBER && jscan_i64(v, &number) && number >= 0
		       ? number
		       : otherwise;
}

void translate_take_usage(struct translate *t, struct jval root)
{
	struct jval usage = jscan_get(root, "usage");
	struct jval details = jscan_get(usage, "prompt_tokens_details");

	if (usage.type != J_OBJECT)
		return;
	t->input = number_of(usage, "prompt_tokens", t->input);
	t->output = number_of(usage, "completion_tokens", t->output);
	t->cached = number_of(details, "cached_tokens", t->cached);
}

/* input_tokens leaves out what came from the cache. What the provider has not
 * told, or tells at the end only, is estimated. */
void translate_write_usage(const struct translate *t, struct buf *out)
{
	int64_t cached = t->cached > 0 ? t->cached : 0;
	int64_t told = t->input >= 0 ? t->input : t->guess;
	int64_t input = told > cached ? told - cached : 0;
	int64_t output = t->output >= 0
				 ? t->output
				 : (int64_t)(t->written / BYTES_PER_TOKEN);

	buf_addf(out,
		 "{\"input_tokens\":%lld,\"cache_creation_input_tokens\":0,"
		 "\"cache_read_input_tokens\":%lld,\"output_tokens\":%lld}",
		 (long long)input, (long long)cached, (long long)output);
}

void translate_write_front(const struct translate *t, struct buf *out)
{
	buf_addf(out,
		 "\"id\":\"msg_gate%020llu\",\"type\":\"message\","
		 "\"role\":\"assistant\",\"model\":",
		 (unsigned long long)t->number);
	jscan_quote(out, buf_span(&t->model));
}
