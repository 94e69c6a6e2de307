/* Writes errors of Bedrock and Vertex in the form of the Messages API. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "gateway/bridge/bridge.h"
#include "gateway/bridge/bridge_private.h"

#define TOO_LONG "Input is too long."

/* In "The provided model doesn't support counting tokens." */
#define UNCOUNTED "counting tokens"

/* Bedrock answers 400 for a model that does not exist; others answer 404. */
#define NO_MODEL "The provided model identifier is invalid"

static const struct {
	int status;
	const char *type;
	/* replace the provider's; NULL: the provider's stay */
	const char *words;
} rows[] = {
	{ 401, "authentication_error",
	  "the provider does not take the gateway's credential: whoever runs "
	  "the gateway has to renew it" },
	{ 403, "permission_error",
	  "the provider does not let the gateway do this: whoever runs the "
	  "gateway has to ask for it" },
	{ 404, "not_found_error", NULL },
	{ 413, "request_too_large", NULL },
	{ 429, "rate_limit_error", NULL },
	{ 529, "overloaded_error", NULL },
};

/* "The request size (30037042 bytes) exceeds 30.000MB limit." */
static bool is_size(struct span words)
{
	return (span_find(words, span_of("request size (")) != SIZE_MAX ||
		span_find(words, span_of("message size (")) != SIZE_MAX) &&
	       span_find(words, span_of("MB limit")) != SIZE_MAX;
}

static bool is_too_long(struct span words)
{
	words = span_trim(words);
	return (words.len >= sizeof(TOO_LONG) - 2 &&
		strncasecmp(words.at, TOO_LONG, sizeof(TOO_LONG) - 2) == 0) ||
	       is_size(words);
}

void bridge_error_tell(int status, struct span words, struct buf *out)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status && rows[i].words) {
			buf_add_text(out, rows[i].words);
			return;
		}
	if (is_too_long(words)) {
		buf_add_text(out, TOO_LONG);
		return;
	}
	buf_add_span(out, words);
	bridge_error_blot(out);
}

static const char *type_of(int status)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].type;
	return status >= 400 && status < 500 ? "invalid_request_error"
					     : "api_error";
}

/* The type of an error in the form of the Messages API, as it is spelt there;
 * empty: it has another form. Vertex sends errors of the model so. */
static struct span own_type(struct span body)
{
	struct jval root, type;

	if (jscan(body, &root, NULL) < 0 ||
	    !jscan_member_is(root, "type", "error"))
		return SPAN_EMPTY;
	type = jscan_get(jscan_get(root, "error"), "type");
	return type.type == J_STRING ? type.text : SPAN_EMPTY;
}

bool bridge_error_is_of_request(int status, struct span body)
{
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	bool is;

	bridge_error_words(body, &said);
	is = (status == 400 &&
	      span_find(buf_span(&said), span_of(UNCOUNTED)) == SIZE_MAX &&
	      !span_starts(buf_span(&said), NO_MODEL)) ||
	     status == 413;
	buf_clear(&said);
	return is;
}

int bridge_error_plain(int status, struct span body, const char *request_id,
		       struct buf *out)
{
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	struct span type = own_type(body);

	bridge_error_words(body, &said);
	if (status == 400 && span_starts(buf_span(&said), NO_MODEL))
		status = 404;
	if (type.len > 0 && (status == 400 || status == 413))
		buf_add_span(&words, buf_span(&said));
	else
		bridge_error_tell(status, buf_span(&said), &words);
	if (status == 424) /* ModelErrorException: the client may try again */
		status = 500;
	buf_add_text(out, "{\"type\":\"error\",\"error\":{\"type\":");
	if (type.len > 0)
		buf_add_span(out, type);
	else
		jscan_quote(out, span_of(type_of(status)));
	buf_add_text(out, ",\"message\":");
	jscan_quote(out, buf_span(&words));
	buf_add_text(out, "},\"request_id\":");
	jscan_quote(out, span_of(request_id));
	buf_add_byte(out, '}');
	buf_clear(&said);
	buf_clear(&words);
	return status;
}
