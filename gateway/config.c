/* The configuration as values: defaults, bounds, and what must be there. */
#include "gateway/config.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/health.h"
#include "net/fetch.h"
#include "net/serve/serve.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

enum {
	CONNECT_MS = 10000,
	WAIT_MS = 600000, /* what the client itself waits for */
	PING_MS = 15000, /* its user is told of a silence after 20 s */
	CLIENT_HEAD_MS = 10000,
	DRAIN_MS = 30000,
	BODY_LIMIT = 32 * 1024 * 1024, /* the provider's own */
	PEM_LIMIT = 8 * 1024 * 1024, /* a system's whole list has 0.3 */
};

/* ---- life ---- */

void config_init(struct config *c)
{
	*c = (struct config){
		.listen = { .host = "127.0.0.1", .port = 8080 },
		.connect_ms = CONNECT_MS,
		.head_ms = WAIT_MS,
		.idle_ms = WAIT_MS,
		.ping_ms = PING_MS,
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
	ledger_config_init(&c->ledger);
}

void config_clear(struct config *c)
{
	for (size_t i = 0; i < c->keys_count; i++)
		client_key_clear(&c->keys[i]);
	free(c->keys);
	free(c->upstream);
	free(c->upstream_key);
	free(c->ca_file);
	free(c->health);
	free(c->tls_cert);
	free(c->tls_key);
	free(c->region);
	free(c->project);
	free(c->key_id);
	free(c->session);
	bridge_models_clear(&c->models);
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

/* ---- the upstream ---- */

/* User information would be a credential in a place that messages quote. */
int config_set_upstream(struct config *c, const char *url, struct fail *f)
{
	struct span rest = span_of(url);
	char *copy;

	if (span_starts(rest, "http://"))
		rest = span_skip(rest, strlen("http://"));
	else if (span_starts(rest, "https://"))
		rest = span_skip(rest, strlen("https://"));
	else
		return fail_set(f, FAIL_USAGE,
				"the upstream is not an http:// or https:// "
				"URL");
	if (rest.len == 0 || rest.at[0] == '/' || strpbrk(rest.at, "@?# \t"))
		return fail_set(f, FAIL_USAGE,
				"the upstream URL is not just a host, a port "
				"and a path");
	if (fetch_check_origin(url, f) < 0)
		return -1;
	copy = xstrdup(url);
	for (size_t len = strlen(copy); len > 0 && copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	free(c->upstream);
	c->upstream = copy;
	return 0;
}

int config_set_scheme(struct config *c, const char *word, struct fail *f)
{
	static const struct {
		const char *word;
		enum key_scheme scheme;
	} schemes[] = {
		{ "x-api-key", KEY_API_KEY },
		{ "bearer", KEY_BEARER },
		{ "sigv4", KEY_SIGV4 },
		{ "client", KEY_CLIENT },
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strcmp(word, schemes[i].word) == 0) {
			c->scheme = schemes[i].scheme;
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
			"the upstream's auth is 'x-api-key', 'bearer', 'sigv4' "
			"or 'client', not '%s'",
			word);
}

/* All but the Messages API take a bearer credential, if nothing else is said. */
int config_set_format(struct config *c, const char *word, struct fail *f)
{
	static const struct {
		const char *word;
		enum upstream_format format;
	} formats[] = {
		{ "messages", UPSTREAM_MESSAGES },
		{ "openai-chat", UPSTREAM_CHAT },
		{ "openai-responses", UPSTREAM_RESPONSES },
		{ "bedrock", UPSTREAM_BEDROCK },
		{ "vertex", UPSTREAM_VERTEX },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(word, formats[i].word) != 0)
			continue;
		c->format = formats[i].format;
		c->translate.format = c->format == UPSTREAM_RESPONSES
					      ? TRANSLATE_RESPONSES
					      : TRANSLATE_CHAT;
		if (c->format != UPSTREAM_MESSAGES)
			c->scheme = KEY_BEARER;
		return 0;
	}
	return fail_set(f, FAIL_USAGE,
			"the upstream's format is 'messages', 'openai-chat', "
			"'openai-responses', 'bedrock' or 'vertex', not '%s'",
			word);
}

int config_set_limit_field(struct config *c, const char *word, struct fail *f)
{
	static const char *const fields[] = { "max_completion_tokens",
					      "max_tokens" };

	for (size_t i = 0; i < 2; i++)
		if (strcmp(word, fields[i]) == 0) {
			c->translate.limit_field = fields[i];
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
			"the limit's field is 'max_completion_tokens' or "
			"'max_tokens', not '%s'",
			word);
}

int config_set_upstream_key(struct config *c, const char *value, struct fail *f)
{
	if (config_check_key(value, f) < 0)
		return -1;
	replace(&c->upstream_key, value);
	secrets_add(&c->secrets, value);
	return 0;
}

/* The first certificate in PEM text: is it one, as far as can be seen? */
static bool has_certificate(struct span text)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	size_t at = span_find(text, span_of(begin)), to;
	struct buf digits = BUF_INIT(PEM_LIMIT), bytes = BUF_INIT(PEM_LIMIT);
	bool good;

	if (at == SIZE_MAX)
		return false;
	text = span_skip(text, at + sizeof(begin) - 1);
	to = span_find(text, span_of(end));
	for (size_t i = 0; i < to && i < text.len; i++)
		if (!strchr("\r\n\t ", text.at[i]))
			buf_add_byte(&digits, text.at[i]);
	good = to != SIZE_MAX &&
	       base64_decode(buf_span(&digits), &bytes) == 0 && bytes.len > 0 &&
	       bytes.at[0] == 0x30;
	buf_clear(&digits);
	buf_clear(&bytes);
	return good;
}

int config_set_ca_file(struct config *c, const char *path, struct fail *f)
{
	struct buf text = BUF_INIT(PEM_LIMIT);
	int rc = load_file(&text, path, PEM_LIMIT, f);

	if (rc == 0 && !has_certificate(buf_span(&text)))
		rc = fail_set(f, FAIL_USAGE,
			      "%s: no certificate is in it (PEM text, "
			      "-----BEGIN CERTIFICATE-----)",
			      path);
	if (rc == 0)
		replace(&c->ca_file, path);
	buf_clear(&text);
	return rc;
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
		return fail_set(f, FAIL_USAGE,
				"the log is 'off', 'text' or 'json', not '%s'",
				word);
	return 0;
}

void config_lacks(const struct config *c, struct mistakes *to)
{
	if (!c->upstream)
		config_lack(to, "no upstream is given: say --upstream URL, or "
				"\"upstream\" in the --config file");
	if (!c->upstream_key && c->scheme != KEY_CLIENT)
		config_lack(to, "no key for the upstream is given");
	if (c->keys_count == 0 && c->scheme != KEY_CLIENT)
		config_lack(to, "no client key is given; an open gateway would "
				"spend the upstream key for everyone");
	config_lacks_cloud(c, to);
	config_lacks_ledger(c, to);
}
