/* The configuration as values: defaults, bounds, and what must be there. */
#include "gateway/config.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/health.h"
#include "net/serve/serve.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

enum {
	CLIENT_HEAD_MS = 10000,
	DRAIN_MS = 30000,
	BODY_LIMIT = 32 * 1024 * 1024, /* the provider's own */
};

/* ---- life ---- */

void config_init(struct config *c)
{
	*c = (struct config){
		.listen = { .host = "127.0.0.1", .port = 8080 },
		.fronts = 1U << BRIDGE_NONE | 1U << BRIDGE_BEDROCK |
			  1U << BRIDGE_VERTEX,
		.workers = 1,
		.body_limit = BODY_LIMIT,
		.client_head_ms = CLIENT_HEAD_MS,
		.drain_ms = DRAIN_MS,
		.over_budget = 429,
		.health = xstrdup("/healthz"),
		.holders = 1,
	};
	provider_init(&c->upstream);
	ledger_config_init(&c->ledger);
}

void config_clear(struct config *c)
{
	for (size_t i = 0; i < c->keys_count; i++)
		client_key_clear(&c->keys[i]);
	free(c->keys);
	free(c->health);
	free(c->tls_cert);
	free(c->tls_key);
	pool_free(c->pool);
	provider_clear(&c->upstream);
	ledger_config_clear(&c->ledger);
	secrets_clear(&c->secrets);
	*c = (struct config){ .workers = 0 };
}

struct config *config_new(void)
{
	struct config *c = xmalloc(sizeof(*c));

	config_init(c);
	return c;
}

struct config *config_hold(struct config *c)
{
	atomic_fetch_add(&c->holders, 1);
	return c;
}

void config_drop(struct config *c)
{
	if (!c || atomic_fetch_sub(&c->holders, 1) > 1)
		return;
	config_clear(c);
	free(c);
}

static void replace(char **text, const char *with)
{
	char *copy = with ? xstrdup(with) : NULL;

	free(*text);
	*text = copy;
}

/* ---- clients ---- */

static struct client_key *new_key(struct config *c)
{
	c->keys = xrealloc(c->keys, (c->keys_count + 1) * sizeof(*c->keys));
	return &c->keys[c->keys_count++];
}

int config_add_key(struct config *c, const char *name, const char *value,
		   struct fail *f)
{
	if (config_check_key(value, f) < 0)
		return -1;
	client_key_init(new_key(c), name, value);
	secrets_add(&c->secrets, value);
	return 0;
}

int config_add_hashed_key(struct config *c, const char *name,
			  const char *sha256, struct fail *f)
{
	unsigned char hash[SHA256_BYTES];

	if (sha256_read(span_of(sha256), hash) < 0)
		return fail_set(f, FAIL_USAGE,
				"the sha256 of a key has 64 hexadecimal "
				"digits: printf %%s \"$KEY\" | sha256sum");
	client_key_init_hash(new_key(c), name, hash);
	return 0;
}

int config_set_certificate(struct config *c, const char *cert_path,
			   const char *key_path, struct fail *f)
{
	struct buf cert = BUF_INIT(SERVE_PEM_LIMIT);
	struct buf key = BUF_INIT(SERVE_PEM_LIMIT);
	struct fail why = FAIL_INIT;
	int rc = -1;

	if (load_file(&cert, cert_path, SERVE_PEM_LIMIT, f) < 0 ||
	    load_file(&key, key_path, SERVE_PEM_LIMIT, f) < 0)
		goto out;
	if (serve_check_certificate(buf_str(&cert), buf_str(&key), &why) < 0) {
		fail_set(f, FAIL_USAGE, "%s and %s: %s", cert_path, key_path,
			 why.text);
		goto out;
	}
	replace(&c->tls_cert, buf_str(&cert));
	replace(&c->tls_key, buf_str(&key));
	rc = 0;
out:
	buf_clear(&cert);
	buf_clear(&key);
	return rc;
}

/* ---- the rest ---- */

int config_set_workers(struct config *c, uint32_t workers, struct fail *f)
{
	if (workers < 1 || workers > CONFIG_WORKERS_LIMIT)
		return fail_set(f, FAIL_USAGE, "workers: from 1 to %d",
				CONFIG_WORKERS_LIMIT);
	c->workers = workers;
	return 0;
}

int config_set_body_limit(struct config *c, uint64_t bytes, struct fail *f)
{
	if (bytes < 1 || bytes > CONFIG_BODY_LIMIT)
		return fail_set(f, FAIL_USAGE,
				"body_limit: from 1 to %llu bytes",
				(unsigned long long)CONFIG_BODY_LIMIT);
	c->body_limit = bytes;
	return 0;
}

int config_set_health(struct config *c, const char *path, struct fail *f)
{
	if (path[0] != '\0' && health_check_path(path, f) < 0)
		return -1;
	replace(&c->health, path[0] ? path : NULL);
	return 0;
}

int config_set_over_budget(struct config *c, uint32_t status, struct fail *f)
{
	if (status != 429 && status != 402)
		return fail_set(f, FAIL_USAGE, "over_budget is 429 or 402");
	c->over_budget = status;
	return 0;
}

int config_set_log(struct config *c, const char *word, struct fail *f)
{
	if (access_format_from(word, &c->log) < 0)
		return fail_set(
			f, FAIL_USAGE,
			"the log must be 'off', 'text' or 'json', not '%s'",
			word);
	return 0;
}

#define NO_KEY \
	"no client key is given; an open gateway would spend the upstream " \
	"key for everyone"

void config_lacks(const struct config *c, struct mistakes *to)
{
	if (c->pool && !c->pool->lent) {
		pool_lacks(c->pool, to);
		if (c->upstream.url || c->upstream.key)
			config_lack(to, "'upstream' and 'providers' exclude "
					"each other: give the upstream as one "
					"more provider");
		if (c->keys_count == 0)
			config_lack(to, NO_KEY);
		return;
	}
	if (!c->upstream.url)
		config_lack(to, "no upstream is given: say --upstream URL, or "
				"\"upstream\" in the --config file");
	if (!c->upstream.key && c->upstream.scheme != KEY_CLIENT)
		config_lack(to, "no key for the upstream is given");
	if (c->keys_count == 0 && c->upstream.scheme != KEY_CLIENT)
		config_lack(to, NO_KEY);
	config_lacks_cloud(c, to);
	config_lacks_ledger(c, to);
}
