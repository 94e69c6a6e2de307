/* Checks the parts of a message's content, and of a call's output. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mockupstream/dialects/responses/responses_private.h"

/* The members of each type. */
static const struct responses_part {
	const char *type, *members;
} rows[] = {
	{ "input_text", "type text prompt_cache_breakpoint" },
	{ "input_image",
	  "type detail file_id image_url prompt_cache_breakpoint" },
	{ "input_file", "type detail file_data file_id file_url filename "
			"prompt_cache_breakpoint" },
	{ "input_audio", "type input_audio" },
	{ "output_text", "type text annotations logprobs" },
	{ "refusal", "type refusal" },
};

static int refuse_missing(struct chat_refusal *why, const char *place)
{
	return chat_refuse(why, "missing_required_parameter", place,
			   "Missing required parameter: '%s'.", place);
}

static int check_string(struct jval part, const char *key, const char *place,
			struct chat_refusal *why)
{
	char inner[CHAT_PLACE_LEN + 16];
	struct jval v = jscan_get(part, key);

	snprintf(inner, sizeof(inner), "%s.%s", place, key);
	if (v.text.at == NULL)
		return refuse_missing(why, inner);
	return v.type == J_STRING ? 0
				  : chat_refuse_type(why, inner, "a string", v);
}

/* ---- images ---- */

static int check_url(struct jval url, const char *place,
		     struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *at;
	int rc = 0;

	(void)jscan_string(url, &text);
	at = buf_str(&text);
	if (strncasecmp(at, "https://", 8) != 0 &&
	    strncasecmp(at, "http://", 7) != 0 && !chat_parts_is_image(at))
		rc = strncasecmp(at, "data:", 5) == 0
			     ? chat_refuse(why, "invalid_value", place,
					   "Invalid '%s'. Expected a "
					   "base64-encoded data URL with an "
					   "image MIME type (e.g. "
					   "'data:image/png;base64,aW1n'), but "
					   "got unsupported MIME type '%.*s'.",
					   place, (int)strcspn(at + 5, ";,"),
					   at + 5)
			     : chat_refuse(why, "invalid_value", place,
					   "Invalid '%s'. Expected a valid "
					   "URL, but got a value with an "
					   "invalid format.",
					   place);
	buf_clear(&text);
	return rc;
}

static int check_image(struct jval part, const char *place,
		       struct chat_refusal *why)
{
	struct jval url = jscan_get(part, "image_url");
	struct jval detail = jscan_get(part, "detail");
	char inner[CHAT_PLACE_LEN + 16];

	snprintf(inner, sizeof(inner), "%s.detail", place);
	if (detail.text.at &&
	    chat_value_word(inner, detail, "low high auto original", why) < 0)
		return -1;
	snprintf(inner, sizeof(inner), "%s.image_url", place);
	if (url.text.at == NULL)
		return jscan_get(part, "file_id").text.at
			       ? 0
			       : refuse_missing(why, inner);
	if (url.type != J_STRING)
		return chat_refuse_type(why, inner, "an image URL", url);
	return check_url(url, inner, why);
}

static int check_file(struct jval part, const char *place,
		      struct chat_refusal *why)
{
	static const char *const names[] = { "file_data", "file_id",
					     "file_url" };
	char inner[CHAT_PLACE_LEN + 16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (jscan_get(part, names[i]).text.at)
			return check_string(part, names[i], place, why);
	snprintf(inner, sizeof(inner), "%s.file_id", place);
	return refuse_missing(why, inner);
}

/* ---- a part ---- */

static const struct responses_part *row_of(struct jval part)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (jscan_member_is(part, "type", rows[i].type))
			return &rows[i];
	return NULL;
}

static int check_known(struct jval part, const struct responses_part *row,
		       const char *place, struct chat_refusal *why)
{
	if (chat_value_names(part, place, row->members, why) < 0)
		return -1;
	if (strcmp(row->type, "input_image") == 0)
		return check_image(part, place, why);
	if (strcmp(row->type, "input_file") == 0)
		return check_file(part, place, why);
	if (strcmp(row->type, "refusal") == 0)
		return check_string(part, "refusal", place, why);
	if (strcmp(row->type, "input_audio") == 0)
		return 0;
	return check_string(part, "text", place, why);
}

static int check_part(struct jval part, const char *place, const char *types,
		      struct chat_refusal *why)
{
	const struct responses_part *row = row_of(part);
	char inner[CHAT_PLACE_LEN + 16];
	struct jval type = jscan_get(part, "type");

	if (part.type != J_OBJECT)
		return chat_refuse_type(why, place, "an object", part);
	snprintf(inner, sizeof(inner), "%s.type", place);
	if (type.text.at == NULL)
		return refuse_missing(why, inner);
	if (!row || !span_has_word(span_of(types), ' ', span_of(row->type)))
		return chat_value_word(place, type, types, why);
	return check_known(part, row, place, why);
}

int responses_parts_check(struct jval content, const char *place,
			  const char *types, struct chat_refusal *why)
{
	struct jiter it = jscan_iter(content);
	char inner[CHAT_PLACE_LEN + 32];
	struct jval part;

	if (content.type == J_STRING)
		return 0;
	if (content.type != J_ARRAY)
		return chat_refuse_type(why, place,
					"one of an array of objects or string",
					content);
	for (size_t n = 0; jscan_next(&it, NULL, &part); n++) {
		snprintf(inner, sizeof(inner), "%s[%zu]", place, n);
		if (check_part(part, inner, types, why) < 0)
			return -1;
	}
	return 0;
}
