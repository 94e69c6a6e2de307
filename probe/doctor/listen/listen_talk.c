/* Remembers requests, to find out what the client changed between two. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/doctor/listen/listen.h"
#include "probe/refusal/refusal.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

static uint64_t hash(uint64_t h, struct span bytes)
{
	return hash_add(hash_bytes(h, bytes), 0xff); /* separates two texts */
}

/* ---- reading a request ---- */

/* Only messages of the user: the client itself rewrites those of role
 * system. */
static void read_messages(struct jval root, struct listen_talk *t)
{
	struct jval all, m, role;
	struct jiter it;

	t->words = HASH_START;
	if (!jscan_member(root, "messages", &all))
		return;
	it = jscan_iter(all);
	while (jscan_next(&it, NULL, &m)) {
		t->messages++;
		if (m.type == J_OBJECT && jscan_member(m, "role", &role) &&
		    role.type == J_STRING && jscan_string_is(role, "user"))
			t->words = hash(t->words, m.text);
	}
}

static void read_tools(struct jval root, struct listen_talk *t)
{
	struct jval tools;

	if (!jscan_member(root, "tools", &tools))
		return;
	t->tools = hash(HASH_START, tools.text);
	t->tool_count = jscan_count(tools);
}

static uint64_t session_of(const struct headers *h, struct jval root)
{
	const char *id = headers_get(h, "x-claude-code-session-id");
	struct jval user;

	if (id)
		return hash(HASH_START, span_of(id));
	if (jscan_find(root, span_of("/metadata/user_id"), &user))
		return hash(HASH_START, user.text);
	return 0;
}

bool listen_talk_of(struct listen_talk *out, const struct http_head *head,
		    struct span body)
{
	struct span path =
		span_first(span_of(head->target), strcspn(head->target, "?"));
	const char *betas = headers_get(&head->headers, "anthropic-beta");
	struct jval root, v;

	if (strcmp(head->method, "POST") != 0 ||
	    !span_ends(path, "/v1/messages") || jscan(body, &root, NULL) < 0 ||
	    root.type != J_OBJECT)
		return false;
	*out = (struct listen_talk){ .session =
					     session_of(&head->headers, root) };
	read_messages(root, out);
	if (out->messages == 0)
		return false;
	read_tools(root, out);
	if (jscan_member(root, "system", &v))
		out->system = hash(HASH_START, v.text);
	out->display = jscan_find(root, span_of("/thinking/display"), &v);
	out->streams = jscan_member(root, "stream", &v) && v.type == J_TRUE;
	out->betas = xstrdup(betas ? betas : "");
	return true;
}

/* ---- remembering ---- */

void listen_talk_clear(struct listen_talk *t)
{
	free(t->betas);
	t->betas = NULL;
}

struct listen_talk *listen_talks_add(struct listen_talks *s,
				     struct listen_talk *t)
{
	struct listen_talk *place = &s->list[s->count++ % LISTEN_TALKS];

	listen_talk_clear(place);
	*place = *t;
	t->betas = NULL;
	return place;
}

void listen_talks_clear(struct listen_talks *s)
{
	for (size_t i = 0; i < LISTEN_TALKS; i++)
		listen_talk_clear(&s->list[i]);
}

/* The n-th from the last, which is 0; NULL: it is not kept. */
static const struct listen_talk *talk_back(const struct listen_talks *s,
					   size_t n)
{
	if (n >= s->count || n >= LISTEN_TALKS)
		return NULL;
	return &s->list[(s->count - 1 - n) % LISTEN_TALKS];
}

const struct listen_talk *listen_talk_before(const struct listen_talks *s,
					     const struct listen_talk *t)
{
	const struct listen_talk *b;

	for (size_t n = 0; (b = talk_back(s, n)) != NULL; n++)
		if (b->session == t->session && b->words == t->words &&
		    b->messages == t->messages)
			return b->status == 400 ? b : NULL;
	return NULL;
}

/* ---- what the next try leaves out ---- */

static void add_word(struct buf *out, const char *word)
{
	buf_addf(out, "%s%s", out->len > 0 ? ", " : "", word);
}

void listen_talk_less(const struct listen_talk *before,
		      const struct listen_talk *now, struct buf *out)
{
	struct span rest = span_of(before->betas), one;

	while (span_split(&rest, ',', &one)) {
		one = span_trim(one);
		if (one.len > 0 &&
		    !span_has_word(span_of(now->betas), ',', one))
			buf_addf(out, "%sbeta `%.*s`", out->len > 0 ? ", " : "",
				 SPAN_ARG(one));
	}
	if (before->display && !now->display)
		add_word(out, "thinking.display");
	if (before->tools != now->tools && now->tool_count > before->tool_count)
		add_word(out, "deferred tools");
	if (before->streams && !now->streams)
		add_word(out, "streaming");
}

/* ---- what the client changed ---- */

/* The number of messages in the request whose answer the error is about: 3 for
 * "messages.3.content.0: ...". */
static bool turn_of(struct span text, size_t *messages)
{
	size_t at = span_find(text, span_of("messages."));
	uint64_t n;

	if (at == SIZE_MAX)
		return false;
	text = span_skip(text, at + strlen("messages."));
	text = span_first(text, span_find_byte(text, '.'));
	if (!span_u64(text, 100000, &n))
		return false;
	*messages = (size_t)n;
	return true;
}

const char *listen_talk_changed(const struct listen_talks *s,
				const struct listen_talk *t, struct span error)
{
	const struct listen_talk *b;
	size_t messages;

	if (!turn_of(error, &messages))
		return NULL;
	for (size_t n = 0; (b = talk_back(s, n)) != NULL; n++) {
		if (b->session != t->session || b->messages != messages)
			continue;
		if (b->tools != t->tools &&
		    span_find(error, span_of("tools differ")) != SIZE_MAX)
			return "the tools";
		if (b->system != t->system &&
		    span_find(error, span_of("system prompt differs")) !=
			    SIZE_MAX)
			return "the system prompt";
		return NULL;
	}
	return NULL;
}
