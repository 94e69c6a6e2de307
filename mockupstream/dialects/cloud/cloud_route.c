/* The paths of both vendors, and the models in them. */
#include <string.h>

#include "mockupstream/dialects/cloud/cloud_private.h"
#include "wire/bytes/base64.h"

#define MODEL "/model/"
#define MODELS "/models/"
#define PROFILES "/inference-profiles"
#define COUNT_TOKENS "count-tokens"
#define CLOUD_ARN "arn:"

/* The id is the part of the path between `front` and `end`. */
static const struct {
	enum cloud_route route;
	const char *front, *end;
} rows[] = {
	{ CLOUD_BEDROCK_INVOKE, MODEL, "/invoke" },
	{ CLOUD_BEDROCK_STREAM, MODEL, "/invoke-with-response-stream" },
	{ CLOUD_BEDROCK_COUNT, MODEL, "/" COUNT_TOKENS },
	{ CLOUD_BEDROCK_PROFILE, PROFILES "/", "" },
	{ CLOUD_VERTEX_INVOKE, MODELS, ":rawPredict" },
	{ CLOUD_VERTEX_STREAM, MODELS, ":streamRawPredict" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Whether the path is FRONT ID END, where the id has no slash. */
static bool fits(struct span path, size_t row, struct span *id)
{
	size_t at;

	if (!span_ends(path, rows[row].end))
		return false;
	path = span_first(path, path.len - strlen(rows[row].end));
	for (at = path.len; at > 0 && path.at[at - 1] != '/'; at--)
		;
	*id = span_skip(path, at);
	return id->len > 0 && span_ends(span_first(path, at), rows[row].front);
}

/* Whether the path has an ARN whose slash was not escaped. */
static bool is_strange(struct span path)
{
	if (span_find(path, span_of(MODEL)) == SIZE_MAX)
		return false;
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].front, MODEL) == 0 &&
		    span_ends(path, rows[i].end))
			return true;
	return false;
}

static enum cloud_route find(struct span path, struct span *id)
{
	*id = SPAN_EMPTY;
	for (size_t i = 0; i < ROWS; i++) {
		if (!fits(path, i, id))
			continue;
		if (rows[i].route == CLOUD_VERTEX_INVOKE &&
		    span_is(*id, COUNT_TOKENS)) {
			*id = SPAN_EMPTY;
			return CLOUD_VERTEX_COUNT;
		}
		return rows[i].route;
	}
	*id = SPAN_EMPTY;
	if (span_ends(path, PROFILES))
		return CLOUD_BEDROCK_PROFILES;
	return is_strange(path) ? CLOUD_BEDROCK_STRANGE : CLOUD_NONE;
}

enum cloud_route cloud_route_of(struct span path)
{
	struct span id;

	return find(path, &id);
}

bool cloud_is_bedrock(enum cloud_route route)
{
	return route > CLOUD_NONE && route < CLOUD_VERTEX_INVOKE;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cloud_model(struct span path, struct buf *out)
{
	struct span id;

	find(path, &id);
	for (size_t i = 0; i < id.len; i++) {
		int high = -1, low = -1;

		if (id.at[i] == '%' && i + 2 < id.len) {
			high = digit_of(id.at[i + 1]);
			low = digit_of(id.at[i + 2]);
		}
		if (high < 0 || low < 0) {
			buf_add_byte(out, id.at[i]);
			continue;
		}
		buf_add_byte(out, (char)(high * 16 + low));
		i += 2;
	}
	return id.len > 0;
}

bool cloud_counted(struct span path, struct span body, struct buf *out)
{
	struct buf text = BUF_INIT(body.len);
	struct jval root, inner;
	bool is_there;

	if (cloud_route_of(path) != CLOUD_BEDROCK_COUNT ||
	    jscan(body, &root, NULL) < 0 ||
	    !jscan_find(root, span_of("/input/invokeModel/body"), &inner) ||
	    inner.type != J_STRING)
		return false;
	is_there = jscan_string(inner, &text) == 0 &&
		   base64_decode(buf_span(&text), out) == 0;
	buf_clear(&text);
	return is_there;
}

/* ---- names of models ---- */

/* The version of the cloud: "-v1", "-v1:0", "-v2:0:200k". */
static struct span without_version(struct span id)
{
	size_t at = id.len;

	while (at > 0 && ((id.at[at - 1] >= '0' && id.at[at - 1] <= '9') ||
			  id.at[at - 1] == ':' || id.at[at - 1] == 'k'))
		at--;
	if (at < id.len && span_ends(span_first(id, at), "-v"))
		return span_first(id, at - 2);
	return id;
}

static void take_first(void *arg, struct span id)
{
	struct buf *out = arg;

	if (out->len == 0)
		buf_add_span(out, id);
}

/* Whether it is a profile of an account; the id of such a profile does not tell
 * its model. */
static bool is_own_profile(struct span id)
{
	return span_starts(id, CLOUD_ARN) &&
	       span_find(id, span_of(":application-inference-profile/")) !=
		       SIZE_MAX &&
	       span_find(id, span_of("no-such-model")) == SIZE_MAX;
}

void cloud_name(const struct anthropic *a, struct span id, struct buf *out)
{
	struct span vendor = span_of("anthropic."), name = id;
	size_t at;

	if (is_own_profile(id)) {
		anthropic_models_each(a, take_first, out);
		return;
	}
	if (span_starts(name, CLOUD_ARN))
		for (at = 0; (at = span_find_byte(name, '/')) != SIZE_MAX;)
			name = span_skip(name, at + 1);
	at = span_find(name, vendor);
	if (at == 0 || (at != SIZE_MAX && name.at[at - 1] == '.'))
		name = without_version(span_skip(name, at + vendor.len));
	at = span_find_byte(name, '@');
	buf_add_span(out, span_first(name, at));
	name = at == SIZE_MAX ? SPAN_EMPTY : span_skip(name, at + 1);
	if (name.len > 0 && name.at[0] >= '0' && name.at[0] <= '9') {
		buf_add_byte(out, '-');
		buf_add_span(out, name);
	}
}
