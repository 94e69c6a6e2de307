#include "wire/prompt/prompt.h"

#include <string.h>

#include "wire/bytes/hash.h"

/*
 * The prompt cache, with the rules that the API documents: prefixes of fewer
 * than TOKENS_MIN tokens are not cached (the API's number depends on the
 * model), and a marker finds a prefix that ended at most LOOK_BACK blocks
 * before it. A request has at most four markers: the API refuses a fifth, and
 * here it has no effect.
 */
enum { BYTES_PER_TOKEN = 4, TOKENS_MIN = 1024, LOOK_BACK = 20, MARKS = 4 };

/* What is hashed beside bytes, so that no two values look alike. */
enum { OF_TYPE = 256, OF_END = 512 };

#define TTL_5M (5 * 60 * TICK_S)
#define TTL_1H (60 * 60 * TICK_S)

/* A prefix that ends with a block. */
struct point {
	uint64_t hash, bytes;
	bool is_long; /* marked for an hour */
};

/* A walk over a request. The hash is FNV-1a: the cache is a simulation, and a
 * collision harms nobody. */
struct prompt_walk {
	struct prompt_cache *cache; /* NULL: tokens are counted, no more */
	tick_t now;
	uint64_t hash;
	uint64_t bytes; /* so far */
	struct point ring[LOOK_BACK]; /* the newest ones */
	size_t points_count;
	struct point marks[MARKS]; /* at a cache_control, in order */
	size_t marks_count;
	uint64_t marked_bytes; /* where the last of them is */
	uint64_t read_bytes; /* the longest prefix that was known */
	struct buf text; /* a string without its escapes */
};

/* ---- the cache ---- */

static struct prompt_prefix *set_of(struct prompt_walk *w, uint64_t hash)
{
	return w->cache->seen[hash % PROMPT_CACHE_SETS];
}

static struct prompt_prefix *find(struct prompt_walk *w, uint64_t hash)
{
	struct prompt_prefix *set = set_of(w, hash);

	for (size_t i = 0; i < PROMPT_CACHE_WAYS; i++)
		if (set[i].hash == hash && set[i].until > w->now)
			return &set[i];
	return NULL;
}

/* Keeps a prefix, in the slot that would be forgotten first. A prefix that had
 * the longer life keeps it. */
static void keep(struct prompt_walk *w, const struct point *p)
{
	struct prompt_prefix *set = set_of(w, p->hash), *slot = set;
	tick_t life = p->is_long ? TTL_1H : TTL_5M;

	for (size_t i = 0; i < PROMPT_CACHE_WAYS; i++) {
		if (set[i].hash == p->hash) {
			slot = &set[i];
			break;
		}
		if (set[i].until < slot->until)
			slot = &set[i];
	}
	if (slot->hash == p->hash && slot->until > w->now && slot->life > life)
		life = slot->life;
	*slot = (struct prompt_prefix){ p->hash, w->now + life, life };
}

static void look_back(struct prompt_walk *w)
{
	for (size_t i = 0; i < LOOK_BACK; i++) {
		struct prompt_prefix *known;

		if (w->ring[i].bytes <= w->read_bytes) /* or there is none */
			continue;
		known = find(w, w->ring[i].hash);
		if (known == NULL)
			continue;
		known->until = w->now + known->life;
		w->read_bytes = w->ring[i].bytes;
	}
}

static void set_mark(struct prompt_walk *w, struct point p)
{
	if (w->marks_count == MARKS)
		return;
	w->marks[w->marks_count++] = p;
	if (p.bytes / BYTES_PER_TOKEN >= TOKENS_MIN)
		look_back(w);
}

static bool is_long(struct jval mark)
{
	return jscan_member_is(mark, "ttl", "1h");
}

/* mark: the block's cache_control, or NULL */
static void end_block(struct prompt_walk *w, const struct jval *mark)
{
	struct point p = { .hash = w->hash, .bytes = w->bytes };

	w->ring[w->points_count++ % LOOK_BACK] = p;
	if (w->cache == NULL || mark == NULL)
		return;
	p.is_long = is_long(*mark);
	w->marked_bytes = p.bytes;
	set_mark(w, p);
}

/* ---- what is read ---- */

/* A string without its escapes, which are only a matter of spelling. */
static struct span decoded(struct prompt_walk *w, struct jval string)
{
	struct span inside = span_make(string.text.at + 1, string.text.len - 2);

	if (memchr(inside.at, '\\', inside.len) == NULL)
		return inside;
	buf_reset(&w->text);
	jscan_string(string, &w->text);
	return buf_span(&w->text);
}

/* Hashes a value that is no container. */
static uint64_t hash_leaf(struct prompt_walk *w, uint64_t hash, struct jval v)
{
	struct span s = v.type == J_STRING ? decoded(w, v) : v.text;

	w->bytes += s.len;
	hash = hash_bytes(hash, s);
	return hash_add(hash, OF_TYPE + v.type);
}

/* Hashes a value, its begin and its end, and counts the bytes that the model is
 * shown. The scanner has limited its depth. */
static uint64_t hash_value(struct prompt_walk *w, uint64_t hash, struct jval v)
{
	struct jiter it = jscan_iter(v);
	struct jval key, item;

	if (v.type != J_OBJECT && v.type != J_ARRAY)
		return hash_leaf(w, hash, v);
	hash = hash_add(hash, OF_TYPE + v.type);
	while (jscan_next(&it, &key, &item)) {
		if (v.type == J_OBJECT) {
			key.type = J_STRING;
			hash = hash_leaf(w, hash, key);
		}
		hash = hash_value(w, hash, item);
	}
	return hash_add(hash, OF_END);
}

static void add_value(struct prompt_walk *w, struct jval v)
{
	w->hash = hash_value(w, w->hash, v);
}

static void add_sum(struct prompt_walk *w, uint64_t sum)
{
	w->hash = hash_add(w->hash, sum);
}

/* A member of a block; the order of a block's own members does not count. */
static uint64_t hash_member(struct prompt_walk *w, struct jval key,
			    struct jval value)
{
	return hash_value(w, hash_leaf(w, HASH_START, key), value);
}

static struct jval string_of(const char *quoted)
{
	return (struct jval){ .type = J_STRING, .text = span_of(quoted) };
}

/* A block: everything but cache_control, which moves from turn to turn. */
static void add_block(struct prompt_walk *w, struct jval block)
{
	struct jiter it = jscan_iter(block);
	struct jval key, value, mark;
	bool marked = false;
	uint64_t sum = 0;

	if (block.type != J_OBJECT)
		sum = hash_value(w, HASH_START, block);
	while (block.type == J_OBJECT && jscan_next(&it, &key, &value)) {
		key.type = J_STRING;
		if (jscan_string_is(key, "cache_control")) {
			marked = value.type == J_OBJECT;
			mark = value;
			continue;
		}
		sum += hash_member(w, key, value);
	}
	add_sum(w, sum);
	end_block(w, marked ? &mark : NULL);
}

/* Is the model not shown this block? Deferred tools and the attribution block
 * are left out. */
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
static void add_content(struct prompt_walk *w, struct jval content)
{
	struct jiter it = jscan_iter(content);
	struct jval block;

	if (content.type == J_STRING) {
		add_sum(w,
			hash_member(w, string_of("\"type\""),
				    string_of("\"text\"")) +
				hash_member(w, string_of("\"text\""), content));
		end_block(w, NULL);
	}
	while (content.type == J_ARRAY && jscan_next(&it, NULL, &block))
		if (!is_left_out(block))
			add_block(w, block);
}

static void add_messages(struct prompt_walk *w, struct jval messages)
{
	struct jiter it = jscan_iter(messages);
	struct jval message, member;

	while (messages.type == J_ARRAY && jscan_next(&it, NULL, &message)) {
		if (jscan_member(message, "role", &member))
			add_value(w, member);
		if (jscan_member(message, "content", &member))
			add_content(w, member);
	}
}

/* A cache_control of the request itself marks its last block; where there is no
 * block, what it marks is empty. */
static void mark_whole(struct prompt_walk *w, struct jval root)
{
	struct jval mark;
	struct point p;

	if (w->cache == NULL || !jscan_member(root, "cache_control", &mark) ||
	    mark.type != J_OBJECT || w->marked_bytes == w->bytes)
		return;
	p = w->ring[(w->points_count - 1) % LOOK_BACK];
	p.is_long = is_long(mark);
	set_mark(w, p);
}

static void walk_request(struct prompt_walk *w, struct jval root)
{
	struct jval member;

	w->text = (struct buf)BUF_INIT(BUF_NO_LIMIT);
	if (jscan_member(root, "model", &member))
		w->hash = hash_bytes(w->hash, member.text);
	if (jscan_member(root, "tools", &member))
		add_content(w, member);
	if (jscan_member(root, "system", &member))
		add_content(w, member);
	if (jscan_member(root, "messages", &member))
		add_messages(w, member);
	mark_whole(w, root);
	buf_clear(&w->text);
}

/* Splits the tokens: those that were read, those written up to each marker, and
 * the rest. */
static void split(const struct prompt_walk *w, struct prompt_usage *out)
{
	uint64_t end = w->read_bytes;

	out->read = end / BYTES_PER_TOKEN;
	for (size_t i = 0; i < w->marks_count; i++) {
		const struct point *p = &w->marks[i];
		uint64_t tokens;

		if (p->bytes <= end || p->bytes / BYTES_PER_TOKEN < TOKENS_MIN)
			continue;
		tokens = p->bytes / BYTES_PER_TOKEN - end / BYTES_PER_TOKEN;
		if (p->is_long)
			out->written_1h += tokens;
		else
			out->written_5m += tokens;
		end = p->bytes;
	}
	out->input = w->bytes / BYTES_PER_TOKEN - end / BYTES_PER_TOKEN;
	out->input += out->input == 0;
}

void prompt_ask(struct prompt_cache *cache, uint64_t owner, tick_t now,
		struct jval root, struct prompt_usage *out)
{
	struct prompt_walk w = { .cache = cache, .now = now, .hash = owner };

	*out = (struct prompt_usage){ 0 };
	walk_request(&w, root);
	split(&w, out);
	for (size_t i = 0; i < w.marks_count; i++)
		if (w.marks[i].bytes / BYTES_PER_TOKEN >= TOKENS_MIN)
			keep(&w, &w.marks[i]);
}

uint64_t prompt_owner(uint64_t run, struct span credential)
{
	return hash_bytes(HASH_START ^ run, credential);
}

uint64_t prompt_tokens(struct jval root)
{
	struct prompt_walk w = { .hash = HASH_START };
	uint64_t tokens;

	walk_request(&w, root);
	tokens = w.bytes / BYTES_PER_TOKEN;
	return tokens + (tokens == 0);
}

uint64_t prompt_total(const struct prompt_usage *u)
{
	return u->input + u->read + u->written_5m + u->written_1h;
}

void prompt_add(struct prompt_usage *sum, const struct prompt_usage *more)
{
	sum->input += more->input;
	sum->read += more->read;
	sum->written_5m += more->written_5m;
	sum->written_1h += more->written_1h;
	sum->output += more->output;
}
