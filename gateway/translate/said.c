/* What whole answers and streams both write: tokens, the front, ids. */
#include "gateway/translate/translate_private.h"

enum { BYTES_PER_TOKEN = 4 };

int64_t translate_number(struct jval object, const char *key, int64_t otherwise)
{
	struct jval v = jscan_get(object, key);
	int64_t number;

	return v.type == J_NUMBER && jscan_i64(v, &number) && number >= 0
		       ? number
		       : otherwise;
}

/* Writes the numbers of tokens. input_tokens leaves out those read from the
 * cache and written to it. Numbers that the provider has not sent yet are
 * estimated. */
void translate_write_usage(const struct translate *t, struct buf *out)
{
	int64_t cached = t->cached > 0 ? t->cached : 0;
	int64_t stored = t->stored > 0 ? t->stored : 0;
	int64_t told = t->input >= 0 ? t->input : t->guess;
	int64_t input = told > cached ? told - cached : 0;
	int64_t output = t->output >= 0
				 ? t->output
				 : (int64_t)(t->written / BYTES_PER_TOKEN);

	input = input > stored ? input - stored : 0;
	buf_addf(out,
		 "{\"input_tokens\":%lld,\"cache_creation_input_tokens\":%lld,"
		 "\"cache_read_input_tokens\":%lld,\"output_tokens\":%lld}",
		 (long long)input, (long long)stored, (long long)cached,
		 (long long)output);
}

void translate_write_front(const struct translate *t, struct buf *out)
{
	buf_addf(out,
		 "\"id\":\"msg_gate%020llu\",\"type\":\"message\","
		 "\"role\":\"assistant\",\"model\":",
		 (unsigned long long)t->number);
	jscan_quote(out, buf_span(&t->model));
}

void translate_write_id(const struct translate *t, struct span id, size_t nth,
			struct buf *out)
{
	if (id.len > 0)
		jscan_quote(out, id);
	else
		buf_addf(out, "\"toolu_gate%016llu_%zu\"",
			 (unsigned long long)t->number, nth);
}
