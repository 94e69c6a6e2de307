/* Lines about requests, as text or JSON. */
#include "wire/log/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

enum { METHOD_BYTES = 32, PATH_BYTES = 1024, NOTE_BYTES = 256 };

int access_format_from(const char *name, enum access_format *out)
{
	static const char *const names[] = { "off", "text", "json" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*out = (enum access_format)i;
		return 0;
	}
	return -1;
}

/* Appends a word. Blanks and backslashes in it are escaped, too: a blank would
 * look like the end of the word, a backslash like an escape. */
static void add_word(struct span word, size_t most, struct buf *out)
{
	struct span rest = span_first(word, most);

	while (rest.len > 0) {
		size_t n = 0;

		while (n < rest.len && rest.at[n] != ' ' && rest.at[n] != '\\')
			n++;
		print_bytes(span_first(rest, n), n * 4, out);
		if (n < rest.len)
			buf_add_text(out, rest.at[n] == ' ' ? "\\x20" : "\\\\");
		rest = span_skip(rest, n + 1);
	}
	if (word.len > most)
		buf_add_text(out, "...");
}

/* Appends a text without credentials. A client may put a key anywhere, even
 * where the method belongs. */
static void clean(const struct access *a, struct span text, struct buf *out)
{
	buf_add_span(out, text);
	if (a->secrets)
		secrets_blot(a->secrets, out);
	secrets_guess(out);
}

static void add_clean(const struct access *a, struct span text, size_t most,
		      struct buf *out)
{
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);

	clean(a, text, &kept);
	add_word(buf_span(&kept), most, out);
	buf_clear(&kept);
}

void access_note(const struct access *a, struct buf *out)
{
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);

	clean(a, span_of(a->note), &kept);
	print_bytes(buf_span(&kept), NOTE_BYTES, out);
	buf_clear(&kept);
}

static void write_text(const struct access *a, struct buf *out)
{
	add_clean(a, span_of(a->method), METHOD_BYTES, out);
	buf_add_byte(out, ' ');
	add_clean(a, a->path, PATH_BYTES, out);
	buf_addf(out, " %d %" PRIu64 " bytes %" PRId64 " ms %s", a->status,
		 a->bytes, a->took / TICK_MS, end_name(a->end));
	if (a->provider)
		buf_addf(out, " by %s", a->provider);
	if (a->after && a->after[0])
		buf_addf(out, " after %s", a->after);
	if (a->note && a->note[0]) {
		buf_add_text(out, " (");
		access_note(a, out);
		buf_add_text(out, ")");
	}
}

static void add_time(int64_t at_ms, struct buf *out)
{
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm parts;
	char text[32];

	gmtime_r(&seconds, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
	buf_addf(out, "%s.%03dZ", text, (int)(at_ms % 1000));
}

static void add_string(const char *key, const struct buf *text, struct buf *out)
{
	buf_addf(out, ",\"%s\":", key);
	jscan_quote(out, buf_span(text));
}

/* The texts are escaped as in the text format, and then quoted: whoever prints
 * a member need not know that a client chose it. */
static void write_json(const struct access *a, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, "{\"time\":\"");
	add_time(a->at_ms, out);
	buf_add_byte(out, '"');
	add_clean(a, span_of(a->method), METHOD_BYTES, &text);
	add_string("method", &text, out);
	buf_reset(&text);
	add_clean(a, a->path, PATH_BYTES, &text);
	add_string("path", &text, out);
	buf_addf(out,
		 ",\"status\":%d,\"bytes\":%" PRIu64 ",\"ms\":%" PRId64
		 ",\"end\":\"%s\"",
		 a->status, a->bytes, a->took / TICK_MS, end_name(a->end));
	if (a->provider)
		buf_addf(out, ",\"provider\":\"%s\"", a->provider);
	if (a->after && a->after[0])
		buf_addf(out, ",\"after\":\"%s\"", a->after);
	if (a->note && a->note[0]) {
		buf_reset(&text);
		access_note(a, &text);
		add_string("note", &text, out);
	}
	buf_add_byte(out, '}');
	buf_clear(&text);
}

void access_write(const struct access *a, enum access_format format,
		  struct buf *out)
{
	if (format == ACCESS_OFF)
		return;
	if (format == ACCESS_JSON)
		write_json(a, out);
	else
		write_text(a, out);
	buf_add_byte(out, '\n');
}
