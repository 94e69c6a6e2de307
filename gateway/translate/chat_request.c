/* Writes a request to chat completions. */
#include <inttypes.h>

#include "gateway/translate/translate_private.h"
#include "wire/bytes/hash.h"

enum { STOPS_LIMIT = 4 };

static int write_limit(const struct translate *t, struct jval root,
		       struct buf *out, struct fail *why)
{
	const char *field = t->rules.limit_field ? t->rules.limit_field
						 : "max_completion_tokens";
	int64_t most;

	if (translate_limit(t, root, &most, why) < 0)
		return -1;
	buf_addf(out, ",\"%s\":%" PRId64, field, most);
	return 0;
}

static int write_stops(struct jval root, struct buf *out, struct fail *why)
{
	struct jval stops = jscan_get(root, "stop_sequences");

	if (stops.type != J_ARRAY || jscan_count(stops) == 0)
		return 0;
	if (jscan_count(stops) > STOPS_LIMIT)
		return fail_set(why, FAIL_USAGE,
				"stop_sequences: the provider of this model "
				"takes %d at most",
				STOPS_LIMIT);
	buf_add_text(out, ",\"stop\":");
	buf_add_span(out, stops.text);
	return 0;
}

static void write_effort(struct jval root, struct buf *out)
{
	struct span effort = translate_effort(root);

	if (effort.len == 0)
		return;
	buf_add_text(out, ",\"reasoning_effort\":");
	buf_add_span(out, effort);
}

static void write_format(struct jval root, struct buf *out)
{
	struct jval schema = translate_schema(root);

	if (!schema.text.at)
		return;
	buf_add_text(out, ",\"response_format\":{\"type\":\"json_schema\","
			  "\"json_schema\":{\"name\":\"answer\",\"schema\":");
	buf_add_span(out, schema.text);
	buf_add_text(out, "}}");
}

/* A hash of the client's user_id: that is longer than the field may be and
 * private, and a hash is enough to tell users apart. */
static void write_user(struct jval root, struct buf *out)
{
	struct jval user = jscan_get(jscan_get(root, "metadata"), "user_id");

	if (user.type != J_STRING)
		return;
	buf_addf(out, ",\"user\":\"%016" PRIx64 "\"",
		 hash_bytes(HASH_START, user.text));
}

int translate_chat_request(struct translate *t, struct jval root,
			   struct buf *out, struct fail *why)
{
	if (translate_begin(t, root, out, why) < 0 ||
	    translate_chat_turns(t, root, out, why) < 0 ||
	    translate_tools(t, root, out, why) < 0 ||
	    write_limit(t, root, out, why) < 0 ||
	    write_stops(root, out, why) < 0)
		return -1;
	translate_copy(root, "temperature", out);
	translate_copy(root, "top_p", out);
	write_effort(root, out);
	write_format(root, out);
	write_user(root, out);
	if (translate_check_names(t, why) < 0)
		return -1;
	if (t->streams)
		buf_add_text(out, ",\"stream\":true,\"stream_options\":"
				  "{\"include_usage\":true}");
	buf_add_byte(out, '}');
	return 0;
}
