/* Writes texts, images and documents as parts of a user's message. */
#include "gateway/translate/translate_private.h"

struct part_writing {
	const struct translate_words *words;
	const char *place;
	struct buf *out;
	struct fail *why;
};

bool translate_is(struct jval block, const char *type)
{
	return jscan_member_is(block, "type", type);
}

static int refuse(struct part_writing *w, const char *what)
{
	return fail_set(w->why, FAIL_USAGE,
			"%s: %s has no place in the API of this model's "
			"provider",
			w->place, what);
}

static void write_around(struct part_writing *w, const char *front,
			 struct span value, const char *end)
{
	buf_add_text(w->out, front);
	buf_add_span(w->out, value);
	buf_add_text(w->out, end);
}

/* Writes "data:image/png;base64,AAAA" from two JSON strings. */
static void write_data(struct part_writing *w, const char *front,
		       struct jval source, const char *end)
{
	struct span media = jscan_get(source, "media_type").text;
	struct span bytes = jscan_get(source, "data").text;

	buf_addf(w->out, "%s\"data:", front);
	buf_add(w->out, media.at + 1, media.len - 2);
	buf_add_text(w->out, ";base64,");
	buf_add(w->out, bytes.at + 1, bytes.len - 2);
	buf_addf(w->out, "\"%s", end);
}

static bool has_data(struct jval source)
{
	return translate_is(source, "base64") &&
	       jscan_get(source, "media_type").type == J_STRING &&
	       jscan_get(source, "data").type == J_STRING;
}

static int write_image(struct part_writing *w, struct jval source)
{
	struct jval url = jscan_get(source, "url");

	if (has_data(source))
		write_data(w, w->words->image, source, w->words->image_end);
	else if (translate_is(source, "url") && url.type == J_STRING)
		write_around(w, w->words->image, url.text, w->words->image_end);
	else
		return refuse(w, "an image from this source");
	return 0;
}

static int write_document(struct part_writing *w, struct jval source)
{
	struct jval data = jscan_get(source, "data");
	struct jval url = jscan_get(source, "url");

	if (translate_is(source, "text") && data.type == J_STRING)
		write_around(w, w->words->text, data.text, "}");
	else if (has_data(source))
		write_data(w, w->words->file, source, w->words->file_end);
	else if (translate_is(source, "url") && url.type == J_STRING &&
		 w->words->file_url)
		write_around(w, w->words->file_url, url.text, "}");
	else
		return refuse(w, "a document from this source");
	return 0;
}

static int refuse_type(struct part_writing *w, struct jval type)
{
	struct buf what = BUF_INIT(64);
	int rc;

	if (type.type == J_STRING && type.text.len < 40)
		buf_addf(&what, "a block of type %.*s", SPAN_ARG(type.text));
	rc = refuse(w, what.len > 0 ? buf_str(&what) : "a block of this type");
	buf_clear(&what);
	return rc;
}

int translate_part(const struct translate *t, struct jval block,
		   const char *place, struct buf *out, struct fail *why)
{
	struct part_writing w = {
		.words = &t->form->words, .place = place, .out = out, .why = why
	};
	struct jval text = jscan_get(block, "text");

	if (translate_is(block, "text") && text.type == J_STRING) {
		write_around(&w, w.words->text, text.text, "}");
		return 0;
	}
	if (translate_is(block, "image"))
		return write_image(&w, jscan_get(block, "source"));
	if (translate_is(block, "document"))
		return write_document(&w, jscan_get(block, "source"));
	return refuse_type(&w, jscan_get(block, "type"));
}
