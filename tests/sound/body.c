/* A body on the wire. */
#include "tests/sound/body.h"

#include <string.h>

enum { FRAMING_MOST = 16384 };

/* Where in a chunk the next byte is. */
enum {
	AT_SIZE,
	AT_BLANK,
	AT_EXTENSION,
	AT_SIZE_LF,
	AT_DATA,
	AT_DATA_CR,
	AT_DATA_LF,
	AT_TRAILER,
	AT_TRAILER_TEXT,
	AT_TRAILER_LF,
	AT_LAST_LF,
	AT_END,
	AT_WRONG
};

bool body_number(const char *text, uint64_t *value)
{
	uint64_t n = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (*text < '0' || *text > '9' || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*value = n;
	return true;
}

const char *body_of_answer(struct body *b, const struct head *answer,
			   const char *method)
{
	const char *status = answer->word[1];
	const char *length = head_find(answer, "content-length");

	*b = (struct body){ .kind = BODY_NONE };
	if (strcmp(method, "HEAD") == 0 || strcmp(status, "204") == 0 ||
	    strcmp(status, "304") == 0)
		return NULL;
	if (head_count(answer, "transfer-encoding") > 0) {
		if (head_count(answer, "transfer-encoding") > 1 ||
		    !head_same(head_find(answer, "transfer-encoding"),
			       "chunked"))
			return "its transfer coding is not known";
		b->kind = BODY_CHUNKED;
		return NULL;
	}
	if (!length) {
		b->kind = BODY_CLOSE;
		return NULL;
	}
	for (size_t i = 0; i < answer->count; i++)
		if (head_same(answer->fields[i].name, "content-length") &&
		    strcmp(answer->fields[i].value, length) != 0)
			return "it has two lengths";
	if (!body_number(length, &b->left))
		return "its length is not a number";
	b->kind = BODY_LENGTH;
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int size_char(struct body *b, char c)
{
	int digit = hex_digit(c);

	if (digit >= 0) {
		if (b->left >> 59)
			return AT_WRONG;
		b->left = b->left * 16 + (uint64_t)digit;
		b->digits++;
		return AT_SIZE;
	}
	if (b->digits == 0)
		return AT_WRONG;
	switch (c) {
	case '\r':
		return AT_SIZE_LF;
	case ';':
		return AT_EXTENSION;
	case ' ':
	case '\t':
		return AT_BLANK;
	default:
		return AT_WRONG;
	}
}

/* Text up to a CR; CR and LF are not allowed elsewhere in it. */
static int text_char(char c, int here, int behind)
{
	if (c == '\r')
		return behind;
	return c == '\n' || c == '\0' ? AT_WRONG : here;
}

static int expect_char(char c, char wanted, int next)
{
	return c == wanted ? next : AT_WRONG;
}

/* One byte of framing. */
static int framing_char(struct body *b, char c)
{
	switch (b->place) {
	case AT_SIZE:
		return size_char(b, c);
	case AT_BLANK:
		if (c == ' ' || c == '\t')
			return AT_BLANK;
		return expect_char(c, ';', AT_EXTENSION);
	case AT_EXTENSION:
		return text_char(c, AT_EXTENSION, AT_SIZE_LF);
	case AT_SIZE_LF:
		return expect_char(c, '\n', b->left ? AT_DATA : AT_TRAILER);
	case AT_DATA_CR:
		return expect_char(c, '\r', AT_DATA_LF);
	case AT_DATA_LF:
		return expect_char(c, '\n', AT_SIZE);
	case AT_TRAILER:
		return text_char(c, AT_TRAILER_TEXT, AT_LAST_LF);
	case AT_TRAILER_TEXT:
		return text_char(c, AT_TRAILER_TEXT, AT_TRAILER_LF);
	case AT_TRAILER_LF:
		return expect_char(c, '\n', AT_TRAILER);
	case AT_LAST_LF:
		return expect_char(c, '\n', AT_END);
	default:
		return AT_WRONG;
	}
}

/* How many of `len` bytes are data; subtracts them from what is left. */
static size_t take_data(struct body *b, size_t len)
{
	if (len > b->left)
		len = (size_t)b->left;
	b->left -= len;
	return len;
}

static size_t decode_chunks(struct body *b, const struct bytes *in,
			    struct bytes *out)
{
	size_t i = 0;

	while (i < in->len && b->place != AT_END && b->place != AT_WRONG) {
		size_t data;

		if (b->place != AT_DATA) {
			b->place = framing_char(b, in->at[i++]);
			if (++b->framing > FRAMING_MOST)
				b->place = AT_WRONG;
			continue;
		}
		data = take_data(b, in->len - i);
		bytes_add(out, in->at + i, data);
		i += data;
		b->framing = 0;
		b->digits = 0;
		if (b->left == 0)
			b->place = AT_DATA_CR;
	}
	return i;
}

enum body_state body_decode(struct body *b, struct bytes *in, struct bytes *out)
{
	size_t used;

	switch (b->kind) {
	case BODY_LENGTH:
		used = take_data(b, in->len);
		bytes_add(out, in->at, used);
		bytes_drop(in, used);
		return b->left == 0 ? BODY_END : BODY_MORE;
	case BODY_CHUNKED:
		bytes_drop(in, decode_chunks(b, in, out));
		if (b->place == AT_WRONG)
			return BODY_BAD;
		return b->place == AT_END ? BODY_END : BODY_MORE;
	case BODY_CLOSE:
		bytes_add(out, in->at, in->len);
		bytes_drop(in, in->len);
		return BODY_MORE;
	default:
		return BODY_END;
	}
}
