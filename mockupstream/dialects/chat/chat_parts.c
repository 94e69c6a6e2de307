/* The content of a message: a text, or parts, each for some roles only. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mockupstream/dialects/chat/chat_private.h"

struct chat_part {
	size_t message, nth;
	const char *role;
	char place[CHAT_PLACE_LEN];
	struct chat_refusal *why;
};

bool chat_parts_is_image(const char *url)
{
	static const char *const kinds[] = { "png", "jpeg", "jpg", "gif",
					     "webp" };

	if (strncasecmp(url, "data:image/", 11) != 0)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);

		if (strncasecmp(url + 11, kinds[i], len) == 0 &&
		    strncmp(url + 11 + len, ";base64,", 8) == 0 &&
		    url[11 + len + 8] != '\0')
			return true;
	}
	return false;
}

static int check_url(struct chat_part *p, struct jval url)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *at;
	int rc = 0;

	(void)jscan_string(url, &text);
	at = buf_str(&text);
	if (strncasecmp(at, "https://", 8) != 0 &&
	    strncasecmp(at, "http://", 7) != 0 && !chat_parts_is_image(at))
		rc = strncasecmp(at, "data:", 5) == 0
			     ? chat_refuse(p->why, "image_parse_error", "",
					   "You uploaded an unsupported image. "
					   "Please make sure your image has of "
					   "one the following formats: "
					   "['png', 'jpeg', 'gif', 'webp'].")
			     : chat_refuse(p->why, "invalid_image_url",
					   p->place,
					   "Invalid '%s.image_url.url'. "
					   "Expected a valid URL, but got a "
					   "value with an invalid format.",
					   p->place);
	buf_clear(&text);
	return rc;
}

static int check_image(struct chat_part *p, struct jval part)
{
	struct jval image = jscan_get(part, "image_url");
	struct jval url = jscan_get(image, "url");
	struct jval detail = jscan_get(image, "detail");

	if (strcmp(p->role, "user") != 0)
		return chat_refuse(p->why, NULL, p->place,
				   "Invalid 'messages[%zu]'. Image URLs are "
				   "only allowed for messages with role "
				   "'user', but this message with role '%s' "
				   "contains an image URL.",
				   p->message, p->role);
	if (image.type != J_OBJECT || url.type != J_STRING)
		return chat_refuse_type(p->why, p->place,
					"an 'image_url' with a 'url'",
					image.type == J_OBJECT ? url : image);
	if (detail.text.at && !jscan_string_is(detail, "auto") &&
	    !jscan_string_is(detail, "low") &&
	    !jscan_string_is(detail, "high") &&
	    !jscan_string_is(detail, "original"))
		return chat_refuse_value(p->why, p->place, detail,
					 "'auto', 'low', 'high', and "
					 "'original'");
	return check_url(p, url);
}

static int check_part(struct chat_part *p, struct jval part)
{
	bool user = strcmp(p->role, "user") == 0;
	struct jval type, text;

	if (part.type != J_OBJECT || !jscan_member(part, "type", &type))
		return chat_refuse_type(p->why, p->place,
					"an object with a 'type'", part);
	text = jscan_get(part, "text");
	if (jscan_member_is(part, "type", "text"))
		return text.type == J_STRING
			       ? 0
			       : chat_refuse_type(p->why, p->place,
						  "a 'text' that is a string",
						  text);
	if (jscan_member_is(part, "type", "refusal") &&
	    strcmp(p->role, "assistant") == 0)
		return 0;
	if (jscan_member_is(part, "type", "image_url"))
		return check_image(p, part);
	if (user && (jscan_member_is(part, "type", "input_audio") ||
		     jscan_member_is(part, "type", "file")))
		return 0;
	return chat_refuse_value(p->why, p->place, type,
				 "'text', 'image_url', 'input_audio', "
				 "'refusal', and 'file'");
}

int chat_parts_check(struct jval message, size_t n, const char *role,
		     bool optional, struct chat_refusal *why)
{
	struct chat_part p = { .message = n, .role = role, .why = why };
	struct jval content = jscan_get(message, "content"), part;
	struct jiter it = jscan_iter(content);
	char place[CHAT_PLACE_LEN];

	snprintf(place, sizeof(place), "messages[%zu].content", n);
	if (content.type == J_STRING || (content.text.at == NULL && optional))
		return 0;
	if (content.type != J_ARRAY)
		return chat_refuse_type(why, place,
					"one of a string or array of objects",
					content);
	for (; jscan_next(&it, NULL, &part); p.nth++) {
		snprintf(p.place, sizeof(p.place), "messages[%zu].content[%zu]",
			 n, p.nth);
		if (check_part(&p, part) < 0)
			return -1;
	}
	if (p.nth > 0)
		return 0;
	return chat_refuse(why, "empty_array", place,
			   "Invalid '%s': empty array. Expected an array with "
			   "minimum length 1, but got an empty array instead.",
			   place);
}
