/* Reads the paths of Bedrock and Vertex. */
#include "gateway/bridge/bridge.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2048 }; /* as long as an ARN may be */

/* The byte at the front, decoded; *len: the bytes that it takes there, three
 * for "%3A". */
static unsigned char byte_at(struct span s, size_t *len)
{
	char digits[3] = "", *end;
	unsigned long value;

	*len = 1;
	if (s.at[0] != '%')
		return (unsigned char)s.at[0];
	if (s.len < 3 || !isxdigit((unsigned char)s.at[1]))
		return 0;
	memcpy(digits, s.at + 1, 2);
	value = strtoul(digits, &end, 16);
	*len = 3;
	return *end == '\0' ? (unsigned char)value : 0;
}

/* Each part begins with a letter or a digit, so that none is "..". */
bool bridge_name_is_sound(struct span name, bool slash)
{
	bool first = true;
	size_t len;

	if (name.len == 0 || name.len > NAME_BYTES)
		return false;
	for (; name.len > 0; name = span_skip(name, len)) {
		unsigned char byte = byte_at(name, &len);
		bool between = slash && byte == '/' && len == 3;

		if (first ? !isalnum(byte)
			  : !isalnum(byte) && !between &&
				    (byte == '\0' || !strchr("._:@-", byte)))
			return false;
		first = between;
	}
	return !first;
}

void bridge_name_decode(struct span name, struct buf *out)
{
	size_t len;

	for (; name.len > 0; name = span_skip(name, len))
		buf_add_byte(out, (char)byte_at(name, &len));
}

void bridge_name_encode(struct span name, struct buf *out)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char byte = (unsigned char)name.at[i];

		if (isalnum(byte) || (byte != '\0' && strchr("._:@-", byte)))
			buf_add_byte(out, name.at[i]);
		else
			buf_addf(out, "%%%02X", byte);
	}
}

/* Removes a word from the front. */
static bool take(struct span *path, const char *word)
{
	if (!span_starts(*path, word))
		return false;
	*path = span_skip(*path, strlen(word));
	return true;
}

/* Takes a segment and the slash after it. */
static struct span take_segment(struct span *path)
{
	size_t len = span_find_byte(*path, '/');
	struct span segment = span_first(*path, len);

	*path = span_skip(*path, segment.len + (len < path->len));
	return segment;
}

static struct bridge_path bedrock_path(struct span path)
{
	static const struct {
		const char *action;
		enum bridge_call call;
	} actions[] = {
		{ "invoke", BRIDGE_MESSAGE },
		{ "invoke-with-response-stream", BRIDGE_STREAM },
		{ "count-tokens", BRIDGE_COUNT },
	};
	struct bridge_path p = { .vendor = BRIDGE_BEDROCK, .method = "POST" };

	if (take(&path, "/inference-profiles")) {
		p.call = BRIDGE_PROFILES;
		p.method = "GET";
		if (path.len == 0)
			return p;
		p.model = span_skip(path, 1);
		if (path.at[0] == '/' && bridge_name_is_sound(p.model, true))
			return p;
	} else if (take(&path, "/model/")) {
		p.model = take_segment(&path);
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]);
		     i++) {
			p.call = actions[i].call;
			if (span_is(path, actions[i].action) &&
			    bridge_name_is_sound(p.model, true))
				return p;
		}
	}
	return (struct bridge_path){ .vendor = BRIDGE_NONE };
}

/* Reads MODEL:METHOD, or count-tokens:rawPredict. */
static bool vertex_model(struct span rest, struct bridge_path *p)
{
	size_t colon = rest.len;
	struct span action;

	while (colon > 0 && rest.at[colon - 1] != ':')
		colon--;
	action = span_skip(rest, colon);
	p->model = span_first(rest, colon > 0 ? colon - 1 : 0);
	if (span_is(action, "streamRawPredict"))
		p->call = BRIDGE_STREAM;
	else if (!span_is(action, "rawPredict"))
		return false;
	else if (span_is(p->model, "count-tokens"))
		p->call = BRIDGE_COUNT;
	if (!bridge_name_is_sound(p->model, false))
		return false;
	if (p->call == BRIDGE_COUNT)
		p->model = SPAN_EMPTY;
	return true;
}

static struct bridge_path vertex_path(struct span path)
{
	struct bridge_path p = { .vendor = BRIDGE_VERTEX,
				 .call = BRIDGE_MESSAGE,
				 .method = "POST" };

	(void)take(&path, "/v1");
	if (take(&path, "/projects/") &&
	    bridge_name_is_sound(take_segment(&path), false) &&
	    take(&path, "locations/") &&
	    bridge_name_is_sound(take_segment(&path), false) &&
	    take(&path, "publishers/anthropic/models/") &&
	    vertex_model(path, &p))
		return p;
	return (struct bridge_path){ .vendor = BRIDGE_NONE };
}

struct bridge_path bridge_path_of(struct span path)
{
	struct bridge_path p = bedrock_path(path);

	return p.vendor != BRIDGE_NONE ? p : vertex_path(path);
}
