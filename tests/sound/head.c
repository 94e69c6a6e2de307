/* The head of a request or of an answer. */
#include "tests/sound/head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIELDS_MOST = 512 };

size_t head_length(const char *text, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] != '\n')
			continue;
		if (text[i + 1] == '\n')
			return i + 2;
		if (i + 2 < len && text[i + 1] == '\r' && text[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static bool is_token_char(char c)
{
	return c != '\0' &&
	       (strchr("!#$%&'*+-.^_`|~", c) || (c >= '0' && c <= '9') ||
		(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

static bool is_token(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!is_token_char(*text))
			return false;
	return true;
}

/* Visible characters, blanks, tabs, and whatever is beyond ASCII. */
static bool is_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static char *trimmed(char *text)
{
	char *end;

	text += strspn(text, " \t");
	end = text + strlen(text);
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return text;
}

static const char *read_start(struct head *h, char *line)
{
	static char nothing[] = "";

	h->word[0] = line;
	h->word[1] = strchr(line, ' ');
	if (!h->word[1])
		return "the first line has no blank";
	*h->word[1]++ = '\0';
	h->word[2] = strchr(h->word[1], ' ');
	if (h->word[2])
		*h->word[2]++ = '\0';
	else
		h->word[2] = nothing;
	return NULL;
}

static const char *read_field(struct head *h, char *line)
{
	char *colon = strchr(line, ':');
	struct head_field *f = &h->fields[h->count];

	if (!colon)
		return "a field line has no colon";
	if (h->count == FIELDS_MOST)
		return "there are too many fields";
	*colon = '\0';
	if (!is_token(line))
		return "the name of a field is not a token";
	f->name = line;
	f->value = trimmed(colon + 1);
	h->count++;
	return NULL;
}

const char *head_read(struct head *h, const char *text, size_t len)
{
	const char *wrong = NULL;
	char *line, *end;

	*h = (struct head){ 0 };
	h->text = malloc(len + 1);
	h->fields = calloc(FIELDS_MOST, sizeof(*h->fields));
	if (!h->text || !h->fields)
		abort();
	memcpy(h->text, text, len);
	h->text[len] = '\0';
	for (line = h->text; !wrong; line = end + 2) {
		size_t rest = len - (size_t)(line - h->text);

		end = memchr(line, '\r', rest);
		if (!end || end[1] != '\n')
			return "a line does not end with CR and LF";
		if (!is_text(line, (size_t)(end - line)))
			return "a line has a control character";
		*end = '\0';
		if (line == h->text)
			wrong = read_start(h, line);
		else if (line == end)
			return NULL;
		else
			wrong = read_field(h, line);
	}
	return wrong;
}

void head_clear(struct head *h)
{
	free(h->text);
	free(h->fields);
	*h = (struct head){ 0 };
}

const char *head_find(const struct head *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (head_same(h->fields[i].name, name))
			return h->fields[i].value;
	return NULL;
}

size_t head_count(const struct head *h, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++)
		count += head_same(h->fields[i].name, name);
	return count;
}

static bool list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t blank = strspn(list, ", \t");
		size_t item;

		list += blank;
		item = strcspn(list, ", \t");
		if (item == len && strncasecmp(list, word, len) == 0)
			return true;
		list += item;
	}
	return false;
}

bool head_lists(const struct head *h, const char *name, const char *word)
{
	for (size_t i = 0; i < h->count; i++)
		if (head_same(h->fields[i].name, name) &&
		    list_has(h->fields[i].value, word))
			return true;
	return false;
}

bool head_same(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

bool head_starts(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}
