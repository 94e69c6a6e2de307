/*
 * Tokens, and a prompt cache that behaves like the real one: it remembers the
 * prefixes (tools, system, messages, in this order) that ended at a block with
 * cache_control, and finds the longest of them again in a later request. So a
 * gateway that changes a prefix shows in `usage` as it would in production.
 */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

/* TOKENS_MIN: shorter prefixes are not cached. */
enum { BYTES_PER_TOKEN = 4, TOKENS_MIN = 1024 };

#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* FNV-1a; the cache is a simulation, collisions harm nobody. */
struct walk {
	struct anthropic *cache;
	uint64_t hash;
	uint64_t bytes; /* so far */
	uint64_t cached_bytes; /* the longest prefix known so far */
	uint64_t marked_bytes; /* at the last cache_control */
	uint64_t marks[64]; /* prefixes that end at one */
	size_t marks_count;
	uint64_t read_bytes; /* what was known at the last mark */
};

static void add_bytes(struct walk *w, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		w->hash = (w->hash ^ (unsigned char)s.at[i]) * HASH_PRIME;
	w->bytes += s.len;
}

static bool is_seen(const struct anthropic *a, uint64_t hash)
{
	return a->seen[hash % ANTHROPIC_CACHE_SLOTS] == hash;
}

static void end_block(struct walk *w, bool marked)
{
	if (is_seen(w->cache, w->hash))
		w->cached_bytes = w->bytes;
	if (!marked || w->bytes / BYTES_PER_TOKEN < TOKENS_MIN)
		return;
	w->marked_bytes = w->bytes;
	w->read_bytes = w->cached_bytes;
	if (w->marks_count < sizeof(w->marks) / sizeof(w->marks[0]))
		w->marks[w->marks_count++] = w->hash;
}

/* A block: everything but cache_control, which moves from turn to turn. */
static void add_block(struct walk *w, struct jval block)
{
	struct jiter it = jscan_iter(block);
	struct jval key, value;
	bool marked = false;

	if (block.type != J_OBJECT)
		add_bytes(w, block.text);
	while (block.type == J_OBJECT && jscan_next(&it, &key, &value)) {
		if (jscan_string_is(key, "cache_control")) {
			marked = true;
			continue;
		}
		add_bytes(w, key.text);
		add_bytes(w, value.text);
	}
	end_block(w, marked);
}

/*
 * A text stands for a list of one text block: a client that puts a mark on a
 * message, or takes it off, changes one into the other.
 */
static void add_content(struct walk *w, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval key, block;

	if (content.type == J_STRING) {
		add_bytes(w, span_of("\"type\"\"text\"\"text\""));
		add_bytes(w, content.text);
		end_block(w, false);
	}
	while (content.type == J_ARRAY && jscan_next(&it, &key, &block))
		add_block(w, block);
}

static void add_messages(struct walk *w, struct jval messages)
{
	struct jiter it = jscan_iter(messages);
	struct jval key, message, member;

	while (messages.type == J_ARRAY && jscan_next(&it, &key, &message)) {
		if (jscan_member(message, "role", &member))
			add_bytes(w, member.text);
		if (jscan_member(message, "content", &member))
			add_content(w, member);
	}
}

static void walk_request(struct walk *w, struct jval root)
{
	struct jval member;

	w->hash = HASH_START;
	if (jscan_member(root, "model", &member))
		add_bytes(w, member.text);
	if (jscan_member(root, "tools", &member))
		add_content(w, member);
	if (jscan_member(root, "system", &member))
		add_content(w, member);
	if (jscan_member(root, "messages", &member))
		add_messages(w, member);
}

uint64_t anthropic_tokens(struct jval root)
{
	static const char *const parts[] = { "tools", "system", "messages" };
	uint64_t bytes = 0;
	struct jval member;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (jscan_member(root, parts[i], &member))
			bytes += member.text.len;
	return bytes < BYTES_PER_TOKEN ? 1 : bytes / BYTES_PER_TOKEN;
}

void anthropic_usage(struct anthropic *a, struct jval root, struct usage *out)
{
	struct walk w = { .cache = a };
	uint64_t total = anthropic_tokens(root), marked;

	walk_request(&w, root);
	for (size_t i = 0; i < w.marks_count; i++)
		a->seen[w.marks[i] % ANTHROPIC_CACHE_SLOTS] = w.marks[i];
	marked = w.marked_bytes / BYTES_PER_TOKEN;
	if (marked >= total)
		marked = total - 1;
	out->cached = w.read_bytes / BYTES_PER_TOKEN;
	if (out->cached > marked)
		out->cached = marked;
	out->created = marked - out->cached;
	out->input = total - marked;
	out->output = 0;
}
