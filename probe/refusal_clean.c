/* Error texts without what must not be seen, or changes from time to time. */
#include <ctype.h>
#include <string.h>

#include "probe/refusal_private.h"
#include "probe/secrets.h"

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t word_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_word_byte(s.at[n]))
		n++;
	return n;
}

void refusal_blot(const struct headers *sent, struct buf *text)
{
	struct secrets s = { .list = NULL };

	for (size_t i = 0; sent && i < sent->count; i++) {
		const char *value = sent->list[i].value;
		const char *blank = strchr(value, ' ');

		if (!is_secret_header(sent->list[i].name))
			continue;
		secrets_add(&s, value);
		secrets_add(&s, blank ? blank + 1 : NULL);
	}
	secrets_blot(&s, text);
	secrets_clear(&s);
	secrets_guess(text);
}

static bool is_uuid(struct span s)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (i >= s.len ||
		    (dash ? s.at[i] != '-' : !isxdigit((unsigned char)s.at[i])))
			return false;
	}
	return s.len == 36;
}

/* Names that a random number was written in, and no word or date. */
static bool is_id(struct span s)
{
	static const char *const fronts[] = { "req_",      "msg_",  "toolu_",
					      "call_",     "gen-",  "chatcmpl-",
					      "srvtoolu_", "resp_", "req-" };
	size_t upper = 0, lower = 0, digits = 0, hex = 0;

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (span_starts(s, fronts[i]) && s.len >= strlen(fronts[i]) + 8)
			return true;
	for (size_t i = 0; i < s.len; i++) {
		upper += isupper((unsigned char)s.at[i]) != 0;
		lower += islower((unsigned char)s.at[i]) != 0;
		digits += isdigit((unsigned char)s.at[i]) != 0;
		hex += isxdigit((unsigned char)s.at[i]) != 0;
	}
	if (is_uuid(s) || (hex == s.len && s.len >= 16))
		return true;
	return s.len >= 20 && upper + lower + digits == s.len && upper > 0 &&
	       lower > 0 && digits > 0;
}

static void add_numberless(struct span word, struct buf *out)
{
	for (size_t i = 0; i < word.len; i++) {
		bool digit = isdigit((unsigned char)word.at[i]);

		if (!digit)
			(void)buf_add_byte(out, word.at[i]);
		else if (i == 0 || !isdigit((unsigned char)word.at[i - 1]))
			(void)buf_add_byte(out, 'N');
	}
}

void refusal_normal(struct span text, struct buf *out)
{
	while (text.len > 0) {
		size_t n = word_length(text);
		struct span word = span_first(text, n > 0 ? n : 1);

		if (n > 0 && is_id(word))
			(void)buf_add_text(out, "ID");
		else
			add_numberless(word, out);
		text = span_skip(text, word.len);
	}
}
