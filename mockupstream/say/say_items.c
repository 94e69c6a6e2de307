/* The items of a response: which parts of a say form one, and its JSON. */
#include <stdlib.h>

#include "mockupstream/say/say_private.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/mem.h"

/* ---- which parts form an item ---- */

static enum say_kind kind_of(const struct say_part *p)
{
	return p->kind == SAY_REFUSAL ? SAY_TEXT : p->kind;
}

void say_items_init(struct say_items *items, const struct say *s,
		    const struct say_asked *asked)
{
	struct say_item *last = NULL;
	size_t calls = 0;

	*items = (struct say_items){ .say = s, .asked = asked };
	items->list = xcalloc(s->count + 1, sizeof(*items->list));
	for (size_t i = 0; i < s->count; i++) {
		enum say_kind kind = kind_of(&s->parts[i]);

		if (kind > SAY_INPUT)
			continue;
		if (kind != SAY_INPUT &&
		    (!last || last->kind != kind || kind == SAY_CALL)) {
			last = &items->list[items->count++];
			last->kind = kind;
			last->first = i;
			last->nth = calls;
			calls += kind == SAY_CALL;
		}
		if (last)
			last->end = i + 1;
	}
}

void say_items_clear(struct say_items *items)
{
	free(items->list);
	*items = (struct say_items){ .count = 0 };
}

/* ---- what is in an item ---- */

void say_items_id(const struct say_items *items, size_t n, struct buf *to)
{
	static const char *const fronts[] = {
		[SAY_THINKING] = "rs", [SAY_TEXT] = "msg", [SAY_CALL] = "fc"
	};

	buf_addf(to, "\"%s_mock%012llu_%zu\"", fronts[items->list[n].kind],
		 (unsigned long long)items->asked->number, n);
}

static void write_call_id(const struct say_items *items, size_t n,
			  struct buf *to)
{
	const struct say_item *item = &items->list[n];
	const char *id = items->say->parts[item->first].other;

	if (id)
		jscan_quote(to, span_of(id));
	else
		buf_addf(to, "\"call_mock%012llu_%zu\"",
			 (unsigned long long)items->asked->number, item->nth);
}

/* {"id":...,"type":... */
static void write_front(const struct say_items *items, size_t n,
			const char *type, struct buf *to)
{
	buf_add_text(to, "{\"id\":");
	say_items_id(items, n, to);
	buf_addf(to, ",\"type\":\"%s\"", type);
}

void say_items_input(const struct say_items *items, size_t n, struct buf *text)
{
	const struct say_item *item = &items->list[n];

	for (size_t i = item->first; i < item->end; i++)
		if (items->say->parts[i].kind <= SAY_INPUT)
			buf_add_span(text,
				     buf_span(&items->say->parts[i].text));
}

static void write_call(const struct say_items *items, size_t n,
		       const char *status, struct span input, struct buf *to)
{
	write_front(items, n, "function_call", to);
	buf_addf(to, ",\"status\":\"%s\",\"arguments\":", status);
	jscan_quote(to, input);
	buf_add_text(to, ",\"call_id\":");
	write_call_id(items, n, to);
	buf_add_text(to, ",\"name\":");
	jscan_quote(to, span_of(items->say->parts[items->list[n].first].word));
	buf_add_byte(to, '}');
}

void say_items_part(const struct say *s, enum say_kind kind, struct span text,
		    struct buf *to)
{
	bool raw = s->form.thinking == SAY_THOUGHTS_REASONING;

	if (kind == SAY_REFUSAL)
		buf_add_text(to, "{\"type\":\"refusal\",\"refusal\":");
	else if (kind == SAY_TEXT)
		buf_add_text(to, "{\"type\":\"output_text\",\"annotations\":[],"
				 "\"logprobs\":[],\"text\":");
	else
		buf_addf(to, "{\"type\":\"%s\",\"text\":",
			 raw ? "reasoning_text" : "summary_text");
	jscan_quote(to, text);
	buf_add_byte(to, '}');
}

/* A thought without text is not a part of the summary. */
static bool is_part(const struct say_part *p)
{
	return p->kind < SAY_INPUT &&
	       (p->kind != SAY_THINKING || p->text.len > 0);
}

/* Consecutive texts become one part; each thought is a part of its own. */
static void write_parts(const struct say_items *items, size_t n, struct buf *to)
{
	const struct say_item *item = &items->list[n];
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	enum say_kind kind = SAY_USAGE;
	bool begun = false;

	for (size_t i = item->first; i < item->end; i++) {
		const struct say_part *p = &items->say->parts[i];

		if (!is_part(p))
			continue;
		if (kind != SAY_USAGE &&
		    (p->kind != kind || kind == SAY_THINKING)) {
			buf_add_text(to, begun ? "," : "");
			say_items_part(items->say, kind, buf_span(&text), to);
			buf_reset(&text);
			begun = true;
		}
		kind = p->kind;
		buf_add_span(&text, buf_span(&p->text));
	}
	if (kind != SAY_USAGE) {
		buf_add_text(to, begun ? "," : "");
		say_items_part(items->say, kind, buf_span(&text), to);
	}
	buf_clear(&text);
}

/* ---- thoughts ---- */

static bool is_included(struct jval root, const char *what)
{
	struct jval list = jscan_get(root, "include"), item;
	struct jiter it = jscan_iter(list);

	while (list.type == J_ARRAY && jscan_next(&it, NULL, &item))
		if (jscan_string_is(item, what))
			return true;
	return false;
}

static bool is_encrypted(const struct say_items *items)
{
	enum say_encrypted how = items->say->form.encrypted;

	if (how == SAY_ENCRYPTED_ASKED)
		return is_included(items->asked->root,
				   "reasoning.encrypted_content");
	return how == SAY_ENCRYPTED_ALWAYS;
}

/* The signature of the last of the thoughts, or made-up bytes. */
static void write_encrypted(const struct say_items *items, size_t n,
			    struct buf *to)
{
	const struct say_item *item = &items->list[n];
	struct buf text = BUF_INIT(128), base64 = BUF_INIT(256);

	buf_add_text(to, ",\"encrypted_content\":");
	if (items->say->parts[item->end - 1].other) {
		jscan_quote(to,
			    span_of(items->say->parts[item->end - 1].other));
		return;
	}
	buf_addf(&text, SAY_ENCRYPTED_TEXT "%llu, item %zu",
		 (unsigned long long)items->asked->number, n);
	base64_encode(buf_span(&text), &base64);
	buf_addf(to, "\"" SAY_ENCRYPTED_FRONT "%s\"", buf_str(&base64));
	buf_clear(&text);
	buf_clear(&base64);
}

static void write_thought(const struct say_items *items, size_t n, bool begun,
			  struct buf *to)
{
	bool raw = items->say->form.thinking == SAY_THOUGHTS_REASONING;

	write_front(items, n, "reasoning", to);
	if (!begun && is_encrypted(items))
		write_encrypted(items, n, to);
	buf_add_text(to,
		     raw ? ",\"summary\":[],\"content\":[" : ",\"summary\":[");
	if (!begun)
		write_parts(items, n, to);
	buf_add_text(to, "]}");
}

/* ---- an item ---- */

void say_items_begun(const struct say_items *items, size_t n, struct buf *to)
{
	struct buf input = BUF_INIT(BUF_NO_LIMIT);

	if (items->list[n].kind == SAY_THINKING) {
		write_thought(items, n, true, to);
	} else if (items->list[n].kind == SAY_TEXT) {
		write_front(items, n, "message", to);
		buf_add_text(to, ",\"status\":\"in_progress\",\"content\":[],"
				 "\"role\":\"assistant\"}");
	} else {
		if (items->say->form.calls == SAY_CALLS_ADDED)
			say_items_input(items, n, &input);
		write_call(items, n, "in_progress", buf_span(&input), to);
	}
	buf_clear(&input);
}

void say_items_write(const struct say_items *items, size_t n, bool cut,
		     struct buf *to)
{
	const char *status = cut ? "incomplete" : "completed";
	struct buf input = BUF_INIT(BUF_NO_LIMIT);

	if (items->list[n].kind == SAY_THINKING) {
		write_thought(items, n, false, to);
	} else if (items->list[n].kind == SAY_TEXT) {
		write_front(items, n, "message", to);
		buf_addf(to, ",\"status\":\"%s\",\"content\":[", status);
		write_parts(items, n, to);
		buf_add_text(to, "],\"role\":\"assistant\"}");
	} else {
		say_items_input(items, n, &input);
		write_call(items, n, status, buf_span(&input), to);
	}
	buf_clear(&input);
}
