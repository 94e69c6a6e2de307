/* Keys of clients: their limits, and comparing them. */
#include "gateway/keys/client_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/bytes/mem.h"

void client_key_init_hash(struct client_key *k, const char *name,
			  const unsigned char hash[SHA256_BYTES])
{
	*k = (struct client_key){ .name = name ? xstrdup(name) : NULL,
				  .wish = WISH_INIT };
	memcpy(k->hash, hash, SHA256_BYTES);
	budget_init(&k->budget);
}

void client_key_init(struct client_key *k, const char *name, const char *value)
{
	unsigned char hash[SHA256_BYTES];

	sha256_of(span_of(value), hash);
	client_key_init_hash(k, name, hash);
	k->value = xstrdup(value);
}

void client_key_clear(struct client_key *k)
{
	for (size_t i = 0; i < k->models_count; i++)
		free(k->models[i]);
	free(k->models);
	free(k->name);
	free(k->value);
	*k = (struct client_key){ .name = NULL };
}

void client_key_add_model(struct client_key *k, const char *pattern)
{
	k->models =
		xrealloc(k->models, (k->models_count + 1) * sizeof(*k->models));
	k->models[k->models_count++] = xstrdup(pattern);
}

bool client_key_is_limited(const struct client_key *k)
{
	return k->models_count > 0 || k->a_minute > 0 || k->streams > 0 ||
	       k->expires > 0 || budget_is_any(&k->budget);
}

void client_key_label(const struct client_key *k,
		      char out[CLIENT_KEY_LABEL_LEN])
{
	char digits[SHA256_TEXT_LEN];

	if (k->name) {
		size_t len = strnlen(k->name, CLIENT_KEY_NAME_LIMIT);

		memcpy(out, k->name, len);
		out[len] = '\0';
	} else {
		sha256_text(k->hash, digits);
		snprintf(out, CLIENT_KEY_LABEL_LEN, "key-%.8s", digits);
	}
}

const struct client_key *client_key_find(const struct client_key *list,
					 size_t count, struct span offered)
{
	unsigned char hash[SHA256_BYTES];
	const struct client_key *found = NULL;

	sha256_of(offered, hash);
	for (size_t i = 0; i < count; i++)
		if (sha256_is_same(hash, list[i].hash) && !found)
			found = &list[i];
	return offered.len > 0 ? found : NULL;
}

bool client_key_may_ask(const struct client_key *k, struct span model)
{
	if (k->models_count == 0)
		return true;
	for (size_t i = 0; i < k->models_count; i++) {
		struct span pattern = span_of(k->models[i]);
		bool open = span_ends(pattern, "*");

		if (open && span_equal(span_first(pattern, pattern.len - 1),
				       span_first(model, pattern.len - 1)))
			return true;
		if (!open && span_equal(pattern, model))
			return true;
	}
	return false;
}

int client_key_read_time(const char *text, int64_t *out, struct fail *f)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, forms[i], &tm);
		int64_t at;
		int day;

		if (!end || *end)
			continue;
		day = tm.tm_mday;
		at = (int64_t)timegm(&tm); /* turns February 30 into March */
		if (at <= 0 || tm.tm_mday != day)
			break;
		*out = at;
		return 0;
	}
	return fail_set(f, FAIL_USAGE,
			"a time must be \"2026-12-31T18:00:00Z\", or a day, "
			"\"2026-12-31\", in UTC");
}
