/* A request to Responses. The provider stores nothing: each request has the
 * whole conversation, with the model's thoughts in encrypted form. */
#include <inttypes.h>

#include "gateway/translate/translate_private.h"
#include "wire/bytes/hash.h"

enum { LEAST_TOKENS = 16 }; /* the least max_output_tokens */

static int write_limit(const struct translate *t, struct jval root,
		       struct buf *out, struct fail *why)
{
	int64_t most;

	if (translate_limit(t, root, &most, why) < 0)
		return -1;
	buf_addf(out, ",\"max_output_tokens\":%" PRId64,
		 most < LEAST_TOKENS ? LEAST_TOKENS : most);
	return 0;
}

static bool wants_words(struct jval thinking)
{
	struct jval display = jscan_get(thinking, "display");

	return (translate_is(thinking, "adaptive") ||
		translate_is(thinking, "enabled")) &&
	       display.type == J_STRING && !jscan_string_is(display, "omitted");
}

/* Writes the member `reasoning`, unless the client asks for no thought: a model
 * that does not reason refuses that member. */
static void write_reasoning(struct jval root, struct buf *out)
{
	struct jval thinking = jscan_get(root, "thinking");
	struct span effort = translate_effort(root);
	bool words = wants_words(thinking);

	if (effort.len > 0 || words) {
		buf_add_text(out, ",\"reasoning\":{");
		if (effort.len > 0)
			buf_addf(out, "\"effort\":%.*s", SPAN_ARG(effort));
		if (words)
			buf_addf(out, "%s\"summary\":\"auto\"",
				 effort.len > 0 ? "," : "");
		buf_add_byte(out, '}');
	}
	if (effort.len > 0 || translate_is(thinking, "adaptive") ||
	    translate_is(thinking, "enabled"))
		buf_add_text(out, ",\"include\":["
				  "\"reasoning.encrypted_content\"]");
}

static void write_format(struct jval root, struct buf *out)
{
	struct jval schema = translate_schema(root);

	if (!schema.text.at)
		return;
	buf_add_text(out, ",\"text\":{\"format\":{\"type\":\"json_schema\","
			  "\"name\":\"answer\",\"schema\":");
	buf_add_span(out, schema.text);
	buf_add_text(out, "}}");
}

/* A hash of the person: of the client's user_id without its session, if it
 * names both. */
static uint64_t hash_person(struct span text, struct span whole)
{
	static const char *const keys[] = { "device_id", "account_uuid" };
	uint64_t hash = HASH_START;
	struct jval root, v;
	bool any = false;

	if (jscan(text, &root, NULL) < 0 || root.type != J_OBJECT)
		return hash_bytes(HASH_START, whole);
	for (size_t i = 0; i < 2; i++)
		if (jscan_member(root, keys[i], &v)) {
			hash = hash_bytes(hash, v.text);
			any = true;
		}
	return any ? hash : hash_bytes(HASH_START, whole);
}

/* Writes two hashes, since both fields are short and must not name the person:
 * one tells people apart, the other keeps the requests of a session at one
 * prompt cache. */
static void write_user(struct jval root, struct buf *out)
{
	struct jval user = jscan_get(jscan_get(root, "metadata"), "user_id");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (user.type != J_STRING)
		return;
	jscan_string(user, &text);
	buf_addf(out,
		 ",\"safety_identifier\":\"%016" PRIx64
		 "\",\"prompt_cache_key\":\"%016" PRIx64 "\"",
		 hash_person(buf_span(&text), user.text),
		 hash_bytes(HASH_START, user.text));
	buf_clear(&text);
}

int translate_responses_request(struct translate *t, struct jval root,
				struct buf *out, struct fail *why)
{
	if (translate_begin(t, root, out, why) < 0)
		return -1;
	buf_add_text(out, ",\"store\":false");
	if (translate_responses_turns(t, root, out, why) < 0 ||
	    translate_tools(t, root, out, why) < 0 ||
	    write_limit(t, root, out, why) < 0)
		return -1;
	translate_copy(root, "temperature", out);
	translate_copy(root, "top_p", out);
	write_reasoning(root, out);
	write_format(root, out);
	write_user(root, out);
	if (translate_check_names(t, why) < 0)
		return -1;
	if (t->streams)
		buf_add_text(out, ",\"stream\":true");
	buf_add_byte(out, '}');
	return 0;
}
