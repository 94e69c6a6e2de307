/*
 * Items of reasoning as thinking blocks, and back. The parts of an item that
 * the provider needs at the next turn, its id and its encrypted content, are
 * put into the block's signature: base64 of an object that names its owner.
 */
#include "gateway/translate/translate_private.h"
#include "wire/bytes/base64.h"

#define OWNER "{\"ccgate\":\"responses\""

/* ---- from the provider ---- */

static void join(struct jval list, struct buf *text)
{
	struct jiter it = jscan_iter(list);
	struct jval part, inner;

	while (list.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		inner = jscan_get(part, "text");
		if (!translate_has_text(inner))
			continue;
		buf_add_text(text, text->len > 0 ? "\\n\\n" : "");
		buf_add(text, inner.text.at + 1, inner.text.len - 2);
	}
}

void translate_responses_thought(struct jval item, struct buf *text, bool *own)
{
	join(jscan_get(item, "summary"), text);
	*own = text->len == 0;
	if (*own)
		join(jscan_get(item, "content"), text);
	*own = *own && text->len > 0;
}

void translate_responses_sign(struct jval item, bool own, struct buf *out)
{
	struct jval id = jscan_get(item, "id");
	struct jval encrypted = jscan_get(item, "encrypted_content");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, OWNER);
	if (id.type == J_STRING) {
		buf_add_text(&text, ",\"id\":");
		buf_add_span(&text, id.text);
	}
	if (encrypted.type == J_STRING) {
		buf_add_text(&text, ",\"encrypted_content\":");
		buf_add_span(&text, encrypted.text);
	}
	buf_add_text(&text, own ? ",\"own\":true}" : "}");
	base64_encode(buf_span(&text), out);
	buf_clear(&text);
}

/* ---- back to it ---- */

/* Copies a member if it is a string: a client could have put anything in. */
static void copy_text(struct jval kept, const char *key, struct buf *out)
{
	if (jscan_get(kept, key).type == J_STRING)
		translate_copy(kept, key, out);
}

static void write_item(struct jval kept, struct jval words, struct buf *out)
{
	bool own = jscan_get(kept, "own").type == J_TRUE;

	buf_add_text(out, "{\"type\":\"reasoning\"");
	copy_text(kept, "id", out);
	buf_add_text(out, ",\"summary\":[");
	if (own)
		buf_add_text(out, "],\"content\":[");
	if (translate_has_text(words)) {
		buf_addf(out, "{\"type\":\"%s\",\"text\":",
			 own ? "reasoning_text" : "summary_text");
		buf_add_span(out, words.text);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
	copy_text(kept, "encrypted_content", out);
	buf_add_byte(out, '}');
}

/* Writes the item back. Without encrypted content it is of use only if its
 * words are the thought itself, since the provider has stored nothing. */
bool translate_responses_unsign(struct jval block, struct buf *out)
{
	struct jval signature = jscan_get(block, "signature"), kept;
	struct buf text = BUF_INIT(BUF_NO_LIMIT), bytes = text;
	bool good;

	if (signature.type == J_STRING)
		jscan_string(signature, &text);
	good = base64_decode(buf_span(&text), &bytes) == 0 &&
	       span_starts(buf_span(&bytes), OWNER) &&
	       jscan(buf_span(&bytes), &kept, NULL) == 0 &&
	       (jscan_get(kept, "encrypted_content").type == J_STRING ||
		jscan_get(kept, "own").type == J_TRUE);
	if (good)
		write_item(kept, jscan_get(block, "thinking"), out);
	buf_clear(&text);
	buf_clear(&bytes);
	return good;
}
