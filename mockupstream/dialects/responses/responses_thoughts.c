/* Items of type "reasoning": what the model thought, sent back to it. */
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/responses/responses_private.h"
#include "wire/bytes/base64.h"

static bool is_thought(struct jval item)
{
	return jscan_member_is(item, "type", "reasoning");
}

/* True for what the model said or did, and false for what it was given. */
static bool is_output(struct jval item)
{
	struct jval type = jscan_get(item, "type");

	if (type.text.at == NULL || jscan_string_is(type, "message"))
		return jscan_member_is(item, "role", "assistant");
	return type.type == J_STRING && !span_ends(type.text, "_output\"") &&
	       !is_thought(item);
}

static int refuse_item(struct chat_refusal *why, struct jval item, int status,
		       const char *front, const char *rest)
{
	struct buf id = BUF_INIT(BUF_NO_LIMIT);

	(void)jscan_string(jscan_get(item, "id"), &id);
	chat_refuse(why, NULL, "input", "%s '%.80s' %s", front, buf_str(&id),
		    rest);
	why->status = status;
	buf_clear(&id);
	return -1;
}

/* ---- its encrypted form ---- */

static bool is_base64(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '+' || c == '/' ||
		      c == '-' || c == '_' || c == '='))
			return false;
	}
	return text.len > 0;
}

/* Content made by ccmock can be verified; of other content only the encoding is
 * checked. */
static bool is_sound(struct span text)
{
	struct buf plain = BUF_INIT(1024);
	bool sound = is_base64(text);

	if (sound && span_starts(text, SAY_ENCRYPTED_FRONT))
		sound = base64_decode(
				span_skip(text, strlen(SAY_ENCRYPTED_FRONT)),
				&plain) == 0 &&
			span_starts(buf_span(&plain), SAY_ENCRYPTED_TEXT);
	buf_clear(&plain);
	return sound;
}

static int check_encrypted(struct jval encrypted, struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span all;
	int rc = 0;

	(void)jscan_string(encrypted, &text);
	all = buf_span(&text);
	if (!is_sound(all))
		rc = chat_refuse(why, "invalid_encrypted_content", "",
				 "The encrypted content %.*s...%.*s could not "
				 "be verified.",
				 SPAN_ARG(span_first(all, 4)),
				 SPAN_ARG(span_skip(
					 all, all.len > 4 ? all.len - 4 : 0)));
	buf_clear(&text);
	return rc;
}

static int check_thought(struct jval item, size_t n, bool store,
			 struct chat_refusal *why)
{
	struct jval encrypted = jscan_get(item, "encrypted_content");
	char place[CHAT_PLACE_LEN];

	snprintf(place, sizeof(place), "input[%zu].summary", n);
	if (jscan_get(item, "summary").text.at == NULL)
		return chat_refuse(why, "missing_required_parameter", place,
				   "Missing required parameter: '%s'.", place);
	if (jscan_get(item, "summary").type != J_ARRAY)
		return chat_refuse_type(why, place, "an array of objects",
					jscan_get(item, "summary"));
	snprintf(place, sizeof(place), "input[%zu].encrypted_content", n);
	if (encrypted.text.at && encrypted.type != J_STRING)
		return chat_refuse_type(why, place, "a string", encrypted);
	if (encrypted.text.at)
		return check_encrypted(encrypted, why);
	if (store)
		return 0;
	return refuse_item(why, item, 404, "Item with id",
			   "not found. Items are not persisted when `store` "
			   "is set to false. Try again with `store` set to "
			   "true, or remove this item from your input.");
}

/* ---- what they are for ---- */

int responses_thoughts_check(struct jval input, bool store,
			     struct chat_refusal *why)
{
	struct jiter it = jscan_iter(input);
	struct jval item, before = { .type = J_NULL };

	for (size_t n = 0; jscan_next(&it, NULL, &item); n++) {
		if (is_thought(before) && !is_output(item))
			break;
		if (is_thought(item) && check_thought(item, n, store, why) < 0)
			return -1;
		before = item;
	}
	if (!is_thought(before))
		return 0;
	return refuse_item(why, before, 400, "Item",
			   "of type 'reasoning' was provided without its "
			   "required following item.");
}
