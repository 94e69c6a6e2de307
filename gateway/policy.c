/* Filters header fields by tables of names. */
#include "gateway/policy.h"

#include <string.h>
#include <strings.h>

#include "wire/http/hop.h"

/* A '*' at the end stands for any text. */
static const char *const of_request[] = { "host",   "content-length", "expect",
					  "cookie", "http2-settings", POOL_ASKS,
					  NULL };

static const char *const of_proxies[] = { "x-forwarded-*",  "x-real-ip",
					  "forwarded",      "via",
					  "cf-*",           "cdn-loop",
					  "true-client-ip", NULL };

static const char *const of_origin[] = { "set-cookie", "access-control-*",
					 "alt-svc", "strict-transport-security",
					 NULL };

static const char *const of_credentials[] = { "x-api-key", "authorization",
					      NULL };

/* Does the name fit? Case does not count. */
static bool is_named(const char *name, const char *word)
{
	size_t len = strlen(word);

	if (word[len - 1] == '*')
		return strncasecmp(name, word, len - 1) == 0;
	return strcasecmp(name, word) == 0;
}

static bool is_listed(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (((name[0] ^ **words) & ~0x20) == 0 &&
		    is_named(name, *words))
			return true;
	return false;
}

static int add(struct headers *to, const struct header *field)
{
	return headers_add_text(to, field->name, field->value);
}

static int add_key(struct headers *to, const struct provider *p)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (p->scheme == KEY_SIGV4) /* signing adds the fields */
		return 0;
	if (p->scheme == KEY_API_KEY)
		return headers_add_text(to, "x-api-key", p->key);
	buf_addf(&value, "Bearer %s", p->key);
	rc = headers_add_text(to, "Authorization", buf_str(&value));
	buf_clear(&value);
	return rc;
}

int policy_request(const struct headers *from, const struct provider *p,
		   struct headers *to)
{
	bool has_key = p->scheme == KEY_CLIENT;

	for (size_t i = 0; i < from->count; i++) {
		const struct header *field = &from->list[i];

		if (p->scheme != KEY_CLIENT &&
		    is_listed(field->name, of_credentials)) {
			if (!has_key && add_key(to, p) < 0)
				return -1;
			has_key = true;
			continue;
		}
		if (hop_is_field(from, field->name) ||
		    is_listed(field->name, of_request) ||
		    is_listed(field->name, of_proxies))
			continue;
		if (add(to, field) < 0)
			return -1;
	}
	return has_key ? 0 : add_key(to, p);
}

int policy_response(const struct headers *from, struct headers *to)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct header *field = &from->list[i];

		if (hop_is_field(from, field->name) ||
		    is_listed(field->name, of_origin))
			continue;
		if (add(to, field) < 0)
			return -1;
	}
	return 0;
}
