/* A state machine over the bytes of a chunked body. */
#include "wire/http/chunked.h"

#include <string.h>

#define SIZE_DIGITS 15 /* so that a size fits into 64 bits with room */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void take_size(struct chunked *c, char byte)
{
	int digit = hex(byte);

	if (digit >= 0 && c->digits++ < SIZE_DIGITS)
		c->left = c->left << 4 | (uint64_t)digit;
	else if (c->digits > 0 && byte == '\r')
		c->state = CHUNKED_SIZE_LF;
	else if (c->digits > 0 && (byte == ';' || byte == ' ' || byte == '\t'))
		c->state = CHUNKED_EXTENSION;
	else
		c->state = CHUNKED_BAD;
}

/* Skips a byte of an extension or a field; CR ends its line. */
static void take_extra(struct chunked *c, char byte, int next)
{
	if (byte == '\r')
		c->state = next;
	else if (byte == '\n' || byte == '\0' ||
		 ++c->extra > CHUNKED_EXTRA_LIMIT)
		c->state = CHUNKED_BAD;
}

/* token of RFC 9110, 5.6.2 */
static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* The name of a trailer field and its colon. */
static void take_name(struct chunked *c, char byte)
{
	bool is_first = c->state == CHUNKED_TRAILER;

	if (++c->extra > CHUNKED_EXTRA_LIMIT)
		c->state = CHUNKED_BAD;
	else if (is_name(byte))
		c->state = CHUNKED_TRAILER_NAME;
	else
		c->state = byte == ':' && !is_first ? CHUNKED_TRAILER_LINE
						    : CHUNKED_BAD;
}

static void want(struct chunked *c, bool is_there, int next)
{
	c->state = is_there ? next : CHUNKED_BAD;
}

static void begin_data(struct chunked *c)
{
	c->digits = 0;
	c->state = c->left > 0 ? CHUNKED_DATA : CHUNKED_TRAILER;
	if (c->left > 0)
		c->extra = 0;
}

static void take(struct chunked *c, char byte)
{
	switch (c->state) {
	case CHUNKED_SIZE:
		take_size(c, byte);
		break;
	case CHUNKED_EXTENSION:
		take_extra(c, byte, CHUNKED_SIZE_LF);
		break;
	case CHUNKED_SIZE_LF:
		if (byte == '\n')
			begin_data(c);
		else
			c->state = CHUNKED_BAD;
		break;
	case CHUNKED_DATA_CR:
		want(c, byte == '\r', CHUNKED_DATA_LF);
		break;
	case CHUNKED_DATA_LF:
		want(c, byte == '\n', CHUNKED_SIZE);
		break;
	case CHUNKED_TRAILER:
		if (byte == '\r')
			c->state = CHUNKED_LAST_LF;
		else
			take_name(c, byte);
		break;
	case CHUNKED_TRAILER_NAME:
		take_name(c, byte);
		break;
	case CHUNKED_TRAILER_LINE:
		take_extra(c, byte, CHUNKED_TRAILER_LF);
		break;
	case CHUNKED_TRAILER_LF:
		want(c, byte == '\n', CHUNKED_TRAILER);
		break;
	case CHUNKED_LAST_LF:
		want(c, byte == '\n', CHUNKED_DONE);
		break;
	case CHUNKED_DATA:
	case CHUNKED_DONE:
	case CHUNKED_BAD:
		break;
	}
}

bool chunked_next(struct chunked *c, struct span *in, struct span *out)
{
	while (in->len > 0 && c->state < CHUNKED_DONE) {
		if (c->state != CHUNKED_DATA) {
			take(c, *in->at);
			*in = span_skip(*in, 1);
			continue;
		}
		*out = span_first(*in, c->left < in->len ? (size_t)c->left
							 : in->len);
		*in = span_skip(*in, out->len);
		c->left -= out->len;
		if (c->left == 0)
			c->state = CHUNKED_DATA_CR;
		return true;
	}
	return false;
}
