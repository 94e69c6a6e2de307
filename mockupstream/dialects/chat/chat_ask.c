/* Checks the credential and reads the request; refuses in this vendor's
 * words. */
#include <string.h>
#include <strings.h>

#include "mockupstream/dialects/chat/chat_private.h"

/* The limit of an answer if the request has none. */
enum { MOST_TOKENS = 16384 };

int chat_ask_credential(const struct anthropic *a,
			const struct anthropic_request *r,
			struct chat_refusal *why)
{
	const char *bearer = headers_get(&r->head->headers, "authorization");
	bool any = bearer && strncasecmp(bearer, "Bearer ", 7) == 0 &&
		   bearer[7] != '\0';

	if (!a->key && !chat_vendor_of(r->vendor)->key)
		return 0;
	if (any && (!a->key || strcmp(bearer + 7, a->key) == 0))
		return 0;
	if (any)
		chat_refuse(why, "invalid_api_key", "",
			    "Incorrect API key provided.");
	else
		chat_refuse(why, NULL, "",
			    "You didn't provide an API key. You need to "
			    "provide it in an Authorization header using "
			    "Bearer auth.");
	why->status = 401;
	return -1;
}

int chat_ask_body(const struct anthropic_request *r, struct jval *root,
		  struct chat_refusal *why)
{
	struct fail f = FAIL_INIT;

	if (r->too_large) {
		chat_refuse(why, NULL, "", "Request too large.");
		why->status = 413;
		return -1;
	}
	if (r->json)
		*root = *r->json;
	if ((!r->json && jscan(r->body, root, &f) < 0) ||
	    root->type != J_OBJECT)
		return chat_refuse(why, NULL, "",
				   "We could not parse the JSON body of your "
				   "request: %s",
				   f.text);
	return 0;
}

/* Reads the plain form; refuses in this vendor's words. */
int chat_ask_read(const struct anthropic *a, struct anthropic_ask *ask,
		  struct jval plain, struct chat_refusal *why)
{
	struct fail f = FAIL_INIT;
	struct jval limit;

	if (anthropic_ask_read(ask, plain, true, &f) < 0)
		return chat_refuse(why, NULL, "", "Invalid request: %s",
				   f.text);
	if (!jscan_member(plain, "max_tokens", &limit) ||
	    !jscan_i64(limit, &ask->max_tokens))
		ask->max_tokens = MOST_TOKENS;
	if (anthropic_models_have(a, buf_span(&ask->model)))
		return 0;
	chat_refuse(why, "model_not_found", "",
		    "The model `%.200s` does not exist or you do not have "
		    "access to it.",
		    buf_str(&ask->model));
	why->status = 404;
	return -1;
}
