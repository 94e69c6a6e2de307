/* Takes names of the operator's account out of a text. */
#include <ctype.h>
#include <string.h>

#include "gateway/bridge/bridge.h"

enum { ACCOUNT_DIGITS = 12 };

static bool is_of_word(char c, const char *also)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr(also, c));
}

/* How many bytes at the front an ARN, an address or a project may be made
 * of. */
static size_t word_len(struct span s, const char *also)
{
	size_t len = 0;

	while (len < s.len && is_of_word(s.at[len], also))
		len++;
	return len;
}

/* Length of an ARN at the front, or 0. A full stop at its end belongs to the
 * sentence. */
static size_t arn_len(struct span s)
{
	size_t len;

	if (!span_starts(s, "arn:"))
		return 0;
	len = word_len(s, ":/._-+=@*$");
	while (strchr(".:", s.at[len - 1]))
		len--;
	return len;
}

/* Length of an address such as "x@project.iam.gserviceaccount.com" at the
 * front, or 0. *seen: the end of a word that has none, so that a long word is
 * not searched again from each of its bytes. */
static size_t address_len(struct span s, const char **seen)
{
	size_t len;

	if (*seen && s.at < *seen)
		return 0;
	len = word_len(s, ".-_@");
	*seen = s.at + len;
	return span_ends(span_first(s, len), ".gserviceaccount.com") ? len : 0;
}

static size_t account_len(struct span s)
{
	size_t len = word_len(s, "_");

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)s.at[i]))
			return 0;
	return len == ACCOUNT_DIGITS ? len : 0;
}

/* Length of a name of an account at the front, or 0; *instead: what replaces
 * it. */
static size_t name_at(struct span s, const char **instead, const char **seen)
{
	size_t len;

	*instead = "<arn>";
	if ((len = arn_len(s)) > 0)
		return len;
	*instead = "<account>";
	if ((len = address_len(s, seen)) > 0 || (len = account_len(s)) > 0)
		return len;
	*instead = "projects/<project>";
	if (!span_starts(s, "projects/"))
		return 0;
	len = word_len(span_skip(s, strlen("projects/")), ".:-_");
	return len > 0 ? len + strlen("projects/") : 0;
}

void bridge_error_blot(struct buf *text)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = buf_span(text);
	const char *seen = NULL;
	bool inside = false; /* inside a word */

	while (rest.len > 0) {
		const char *instead;
		size_t len = inside ? 0 : name_at(rest, &instead, &seen);

		if (len > 0) {
			buf_add_text(&out, instead);
		} else {
			len = 1;
			buf_add_byte(&out, rest.at[0]);
		}
		inside = is_of_word(rest.at[len - 1], "_");
		rest = span_skip(rest, len);
	}
	buf_reset(text);
	(void)buf_add_span(text, buf_span(&out));
	buf_clear(&out);
}
