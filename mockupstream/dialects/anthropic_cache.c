/*
 * Tokens, and a prompt cache that behaves like the real one: it remembers the
 * prefixes (tools, system, messages, in this order) that ended at a block with
 * cache_control, and finds the longest of them again in a later request. So a
 * gateway that changes a prefix shows in `usage` as it would in production.
 */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"

/*
 * As the API documents it: shorter prefixes are not cached (the number depends
 * on the model; ours does not), and a marker finds what ended at most 20 blocks
 * before it. A prefix that is read lives on for as long as its marker says.
 */
enum { BYTES_PER_TOKEN = 4, TOKENS_MIN = 1024, LOOK_BACK = 20 };

#define TTL_5M (5 * 60 * TICK_S)
#define TTL_1H (60 * 60 * TICK_S)

#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* A prefix that ends with a block. */
struct point {
	uint64_t hash, bytes;
	bool is_long; /* marked for an hour */
};

/* FNV-1a; the cache is a simulation, collisions harm nobody. */
struct cache_walk {
	struct anthropic *cache;
	tick_t now;
	uint64_t hash;
	uint64_t bytes; /* so far */
	struct point ring[LOOK_BACK]; /* the newest ones */
	size_t points_count;
	struct point marks[64]; /* at a cache_control, in order */
	size_t marks_count;
	uint64_t read_bytes; /* the longest prefix that was known */
};

static void add_bytes(struct cache_walk *w, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		w->hash = (w->hash ^ (unsigned char)s.at[i]) * HASH_PRIME;
	w->bytes += s.len;
}

static bool is_seen(const struct cache_walk *w, uint64_t hash)
{
	const struct anthropic_prefix *set =
		w->cache->seen[hash % ANTHROPIC_CACHE_SETS];

	for (size_t i = 0; i < ANTHROPIC_CACHE_WAYS; i++)
		if (set[i].hash == hash && set[i].until > w->now)
			return true;
	return false;
}

/* Takes the place of what would be forgotten first. */
static void keep(struct cache_walk *w, const struct point *p)
{
	struct anthropic_prefix *set =
		w->cache->seen[p->hash % ANTHROPIC_CACHE_SETS];
	struct anthropic_prefix *slot = set;

	for (size_t i = 0; i < ANTHROPIC_CACHE_WAYS; i++) {
		if (set[i].hash == p->hash) {
			slot = &set[i];
			break;
		}
		if (set[i].until < slot->until)
			slot = &set[i];
	}
	slot->hash = p->hash;
	slot->until = w->now + (p->is_long ? TTL_1H : TTL_5M);
}

static void look_back(struct cache_walk *w)
{
	for (size_t i = 0; i < LOOK_BACK && i < w->points_count; i++)
		if (w->ring[i].bytes > w->read_bytes &&
		    is_seen(w, w->ring[i].hash))
			w->read_bytes = w->ring[i].bytes;
}

/* mark: the block's cache_control, or NULL */
static void end_block(struct cache_walk *w, const struct jval *mark)
{
	struct point p = { .hash = w->hash, .bytes = w->bytes };
	struct jval ttl;

	w->ring[w->points_count++ % LOOK_BACK] = p;
	if (!mark || w->bytes / BYTES_PER_TOKEN < TOKENS_MIN)
		return;
	p.is_long = jscan_member(*mark, "ttl", &ttl) && ttl.type == J_STRING &&
		    jscan_string_is(ttl, "1h");
	look_back(w);
	if (w->marks_count < sizeof(w->marks) / sizeof(w->marks[0]))
		w->marks[w->marks_count++] = p;
}

/* The member of a block; the order of members does not count. */
static uint64_t hash_member(struct span key, struct span value)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.at[i]) * HASH_PRIME;
	for (size_t i = 0; i < value.len; i++)
		hash = (hash ^ (unsigned char)value.at[i]) * HASH_PRIME;
	return hash;
}

static void add_sum(struct cache_walk *w, uint64_t sum, size_t bytes)
{
	w->hash = (w->hash ^ sum) * HASH_PRIME;
	w->bytes += bytes;
}

/* A block: everything but cache_control, which moves from turn to turn. */
static void add_block(struct cache_walk *w, struct jval block)
{
	struct jiter it = jscan_iter(block);
	struct jval key, value, mark;
	bool marked = false;
	uint64_t sum = 0;
	size_t bytes = 0;

	if (block.type != J_OBJECT)
		add_bytes(w, block.text);
	while (block.type == J_OBJECT && jscan_next(&it, &key, &value)) {
		if (jscan_string_is(key, "cache_control")) {
			marked = value.type == J_OBJECT;
			mark = value;
			continue;
		}
		sum += hash_member(key.text, value.text);
		bytes += key.text.len + value.text.len;
	}
	add_sum(w, sum, bytes);
	end_block(w, marked ? &mark : NULL);
}

/* What the model is not shown: deferred tools, and the attribution block. */
static bool is_left_out(struct jval block)
{
	struct jval v;

	if (block.type != J_OBJECT)
		return false;
	if (jscan_member(block, "defer_loading", &v))
		return v.type == J_TRUE;
	return jscan_member(block, "text", &v) &&
	       span_starts(v.text, "\"x-anthropic-billing-header:");
}

/*
 * A text stands for a list of one text block: a client that puts a mark on a
 * message, or takes it off, changes one into the other.
 */
static void add_content(struct cache_walk *w, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval key, block;

	if (content.type == J_STRING) {
		add_sum(w,
			hash_member(span_of("\"type\""), span_of("\"text\"")) +
				hash_member(span_of("\"text\""), content.text),
			strlen("\"type\"\"text\"\"text\"") + content.text.len);
		end_block(w, NULL);
	}
	while (content.type == J_ARRAY && jscan_next(&it, &key, &block))
		if (!is_left_out(block))
			add_block(w, block);
}

static void add_messages(struct cache_walk *w, struct jval messages)
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

static void walk_request(struct cache_walk *w, struct jval root)
{
	struct jval member;

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

/* What is behind the prefix that was read, up to the last marker. */
static void split(const struct cache_walk *w, struct usage *out)
{
	uint64_t end = w->read_bytes;

	out->cached = w->read_bytes / BYTES_PER_TOKEN;
	for (size_t i = 0; i < w->marks_count; i++) {
		const struct point *p = &w->marks[i];
		uint64_t tokens;

		if (p->bytes <= end)
			continue;
		tokens = p->bytes / BYTES_PER_TOKEN - end / BYTES_PER_TOKEN;
		out->created += tokens;
		out->created_1h += p->is_long ? tokens : 0;
		end = p->bytes;
	}
}

void anthropic_usage(struct anthropic *a, const struct anthropic_request *r,
		     struct jval root, struct usage *out)
{
	struct cache_walk w = { .cache = a, .now = r->now };
	uint64_t total = anthropic_tokens(root);

	*out = (struct usage){ .input = 0 };
	w.hash = HASH_START ^ r->run;
	walk_request(&w, root);
	split(&w, out);
	for (size_t i = 0; i < w.marks_count; i++)
		keep(&w, &w.marks[i]);
	out->input = total > out->cached + out->created
			     ? total - out->cached - out->created
			     : 1;
}
