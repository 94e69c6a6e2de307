/* The keys of a run. Made-up keys are new in every run, so that no cache of a
 * gateway knows them. */
#include "probe/run/keys.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/option.h"

/* The variables that Claude Code reads, and the header that each is sent in. */
static const struct {
	const char *name;
	enum auth_form auth;
} variables[] = {
	{ "ANTHROPIC_AUTH_TOKEN", AUTH_BEARER },
	{ "ANTHROPIC_API_KEY", AUTH_API_KEY },
};

static int make_up(char **out, const char *what, struct fail *f)
{
	struct buf b = BUF_INIT(128);
	uint64_t bits[2];

	if (getrandom(bits, sizeof(bits), 0) != sizeof(bits))
		return fail_errno(f, FAIL_SYSTEM, "no random numbers");
	buf_addf(&b, CASE_KEY_MADE "%s-%016" PRIx64 "%016" PRIx64, what,
		 bits[0], bits[1]);
	*out = buf_take(&b, NULL);
	return 0;
}

static int find_key(struct keys *k, struct fail *f)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i].name);

		if (!value || !*value)
			continue;
		k->client = xstrdup(value);
		k->found = variables[i].name;
		k->auth = variables[i].auth;
		return 0;
	}
	return fail_set(f, FAIL_USAGE,
			"--gateway needs --key VALUE or --key env:NAME (any "
			"text of 8 characters or more, if the gateway takes "
			"none)");
}

bool keys_printable(struct span key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.at[i] < ' ' || key.at[i] > '~')
			return false;
	}
	return true;
}

static int check(const char *option, const char *value, struct fail *f)
{
	if (value && !keys_printable(span_of(value)))
		return fail_set(
			f, FAIL_USAGE,
			"%s: a key may only have printable ASCII characters",
			option);
	return 0;
}

static int make(struct keys *k, const struct keys_given *given, struct fail *f)
{
	int rc;

	if (given->key)
		rc = option_secret(&k->client, "key", given->key, f);
	else if (given->is_foreign)
		rc = find_key(k, f);
	else
		rc = make_up(&k->client, "client", f);
	if (rc < 0 || check("--key", k->client, f) < 0)
		return -1;
	k->upstream_known = given->upstream_key || !given->is_foreign;
	if (given->upstream_key)
		rc = option_secret(&k->upstream, "upstream-key",
				   given->upstream_key, f);
	else
		rc = make_up(&k->upstream, "upstream", f);
	if (rc < 0 || check("--upstream-key", k->upstream, f) < 0)
		return -1;
	return make_up(&k->wrong, "wrong", f);
}

int keys_make(struct keys *out, const struct keys_given *given, struct fail *f)
{
	struct keys k = { .auth = AUTH_DEFAULT };

	if (make(&k, given, f) < 0) {
		keys_clear(&k);
		return -1;
	}
	*out = k;
	return 0;
}

int keys_make_named(struct keyring *out, const char *const *names,
		    struct fail *f)
{
	for (size_t i = 0; names[i]; i++) {
		char *key;

		if (make_up(&key, names[i], f) < 0)
			return -1;
		keyring_add(out, names[i], key);
		free(key);
	}
	return 0;
}

void keys_clear(struct keys *k)
{
	free(k->client);
	free(k->upstream);
	free(k->wrong);
	*k = (struct keys){ .client = NULL };
}
