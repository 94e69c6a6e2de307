/* Texts, images and documents as parts of a user's message. */
#include "gateway/translate/translate_private.h"

static int refuse(struct fail *why, const char *place, const char *what)
{
	return fail_set(why, FAIL_USAGE,
			"%s: %s has no place in the API of this model's "
			"provider",
			place, what);
}

/* "data:image/png;base64,AAAA"; both come as JSON strings. */
static void write_data(struct jval type, struct jval data, struct buf *out)
{
	struct span media = type.text, bytes = data.text;

	buf_add_text(out, "\"data:");
	buf_add(out, media.at + 1, media.len - 2);
	buf_add_text(out, ";base64,");
	buf_add(out, bytes.at + 1, bytes.len - 2);
	buf_add_byte(out, '"');
}

static int write_image(struct jval source, const char *place, struct buf *out,
		       struct fail *why)
{
	struct jval type = jscan_get(source, "media_type");
	struct jval data = jscan_get(source, "data");
	struct jval url = jscan_get(source, "url");

	buf_add_text(out, "{\"type\":\"image_url\",\"image_url\":{\"url\":");
	if (jscan_member_is(source, "type", "base64") &&
	    type.type == J_STRING && data.type == J_STRING)
		write_data(type, data, out);
	else if (jscan_member_is(source, "type", "url") && url.type == J_STRING)
		buf_add_span(out, url.text);
	else
		return refuse(why, place, "an image from this source");
	buf_add_text(out, "}}");
	return 0;
}

static int write_document(struct jval block, const char *place, struct buf *out,
			  struct fail *why)
{
	struct jval source = jscan_get(block, "source");
	struct jval type = jscan_get(source, "media_type");
	struct jval data = jscan_get(source, "data");

	if (data.type != J_STRING)
		return refuse(why, place, "a document from this source");
	if (jscan_member_is(source, "type", "text")) {
		buf_add_text(out, "{\"type\":\"text\",\"text\":");
		buf_add_span(out, data.text);
		buf_add_byte(out, '}');
		return 0;
	}
	if (!jscan_member_is(source, "type", "base64") || type.type != J_STRING)
		return refuse(why, place, "a document from this source");
	buf_add_text(out, "{\"type\":\"file\",\"file\":{\"filename\":"
			  "\"document.pdf\",\"file_data\":");
	write_data(type, data, out);
	buf_add_text(out, "}}");
	return 0;
}

int translate_part(struct jval block, const char *place, struct buf *out,
		   struct fail *why)
{
	struct jval text = jscan_get(block, "text");
	struct jval type = jscan_get(block, "type");
	struct buf what = BUF_INIT(64);
	int rc;

	if (jscan_member_is(block, "type", "text") && text.type == J_STRING) {
		buf_add_text(out, "{\"type\":\"text\",\"text\":");
		buf_add_span(out, text.text);
		buf_add_byte(out, '}');
		return 0;
	}
	if (jscan_member_is(block, "type", "image"))
		return write_image(jscan_get(block, "source"), place, out, why);
	if (jscan_member_is(block, "type", "document"))
		return write_document(block, place, out, why);
	if (type.type == J_STRING && type.text.len < 40)
		buf_addf(&what, "a block of type %.*s", SPAN_ARG(type.text));
	rc = refuse(why, place,
		    what.len > 0 ? buf_str(&what) : "a block of this type");
	buf_clear(&what);
	return rc;
}
