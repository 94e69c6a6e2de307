/* A provider: defaults, and checks of its members. */
#include "gateway/pool/provider.h"

#include <stdlib.h>
#include <string.h>

#include "net/fetch.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

enum {
	CONNECT_MS = 10000,
	WAIT_MS = 600000, /* as long as the client itself waits */
	PING_MS = 15000, /* the client reports silence after 20 s */
	/* a system's list of authorities has 0.3 MiB */
	PEM_LIMIT = 8 * 1024 * 1024,
};

#define NO_MODEL \
	"a model's name is empty, or has spaces or characters that are not " \
	"ASCII"

/* ---- life ---- */

void provider_init(struct provider *p)
{
	*p = (struct provider){
		.connect_ms = CONNECT_MS,
		.head_ms = WAIT_MS,
		.idle_ms = WAIT_MS,
		.ping_ms = PING_MS,
		.price = 1,
		.weight = 1,
		.collects = true,
	};
}

void provider_clear(struct provider *p)
{
	free(p->name);
	free(p->url);
	free(p->key);
	free(p->ca_file);
	free(p->region);
	free(p->project);
	free(p->key_id);
	free(p->session);
	bridge_models_clear(&p->models);
	*p = (struct provider){ .name = NULL };
}

static void replace(char **text, const char *with)
{
	char *copy = xstrdup(with);

	free(*text);
	*text = copy;
}

int provider_check_key(const char *value, struct fail *f)
{
	for (const char *at = value; *at; at++)
		if (*at <= ' ' || *at >= 0x7f)
			return fail_set(f, FAIL_USAGE,
					"the key has spaces or characters "
					"that are not ASCII");
	return *value ? 0 : fail_set(f, FAIL_USAGE, "the key is empty");
}

void provider_secrets(const struct provider *p, struct secrets *to)
{
	secrets_add(to, p->key);
	secrets_add(to, p->key_id);
	secrets_add(to, p->session);
}

/* ---- where it is, and what it speaks ---- */

/* A URL with a user name is refused: it would be a credential that messages
 * quote. */
int provider_set_url(struct provider *p, const char *url, struct fail *f)
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
	for (size_t len = strlen(copy); copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	free(p->url);
	p->url = copy;
	return 0;
}

int provider_set_scheme(struct provider *p, const char *word, struct fail *f)
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
			p->scheme = schemes[i].scheme;
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
			"the upstream's auth is 'x-api-key', 'bearer', 'sigv4' "
			"or 'client', not '%s'",
			word);
}

/* Sets the format. All but the Messages API take a bearer credential, unless a
 * scheme is set later. */
int provider_set_format(struct provider *p, const char *word, struct fail *f)
{
	static const struct {
		const char *word;
		enum provider_format format;
	} formats[] = {
		{ "messages", PROVIDER_MESSAGES },
		{ "openai-chat", PROVIDER_CHAT },
		{ "openai-responses", PROVIDER_RESPONSES },
		{ "bedrock", PROVIDER_BEDROCK },
		{ "vertex", PROVIDER_VERTEX },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(word, formats[i].word) != 0)
			continue;
		p->format = formats[i].format;
		p->translate.format = p->format == PROVIDER_RESPONSES
					      ? TRANSLATE_RESPONSES
					      : TRANSLATE_CHAT;
		if (p->format != PROVIDER_MESSAGES)
			p->scheme = KEY_BEARER;
		return 0;
	}
	return fail_set(f, FAIL_USAGE,
			"the upstream's format is 'messages', 'openai-chat', "
			"'openai-responses', 'bedrock' or 'vertex', not '%s'",
			word);
}

int provider_set_limit_field(struct provider *p, const char *word,
			     struct fail *f)
{
	static const char *const fields[] = { "max_completion_tokens",
					      "max_tokens" };

	for (size_t i = 0; i < 2; i++)
		if (strcmp(word, fields[i]) == 0) {
			p->translate.limit_field = fields[i];
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
			"the limit's field is 'max_completion_tokens' or "
			"'max_tokens', not '%s'",
			word);
}

static int set_secret(char **to, const char *value, struct fail *f)
{
	if (provider_check_key(value, f) < 0)
		return -1;
	replace(to, value);
	return 0;
}

int provider_set_key(struct provider *p, const char *value, struct fail *f)
{
	return set_secret(&p->key, value, f);
}

/* Does the text look as if it had a certificate in PEM form? */
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

int provider_set_ca_file(struct provider *p, const char *path, struct fail *f)
{
	struct buf text = BUF_INIT(PEM_LIMIT);
	int rc = load_file(&text, path, PEM_LIMIT, f);

	if (rc == 0 && !has_certificate(buf_span(&text)))
		rc = fail_set(f, FAIL_USAGE,
			      "%s: no certificate is in it (PEM text, "
			      "-----BEGIN CERTIFICATE-----)",
			      path);
	if (rc == 0)
		replace(&p->ca_file, path);
	buf_clear(&text);
	return rc;
}

/* ---- Bedrock and Vertex ---- */

/* Sets a name that becomes a part of a path or of a signature. */
static int set_name(char **to, const char *what, const char *word,
		    struct fail *f)
{
	if (strchr(word, '%') || !bridge_name_is_sound(span_of(word), false))
		return fail_set(f, FAIL_USAGE,
				"the %s has other characters than letters, "
				"digits, '.', '_', ':' and '-', or is empty",
				what);
	replace(to, word);
	return 0;
}

int provider_set_region(struct provider *p, const char *word, struct fail *f)
{
	return set_name(&p->region, "region", word, f);
}

int provider_set_project(struct provider *p, const char *word, struct fail *f)
{
	return set_name(&p->project, "project", word, f);
}

int provider_set_key_id(struct provider *p, const char *value, struct fail *f)
{
	return set_secret(&p->key_id, value, f);
}

int provider_set_session(struct provider *p, const char *value, struct fail *f)
{
	return set_secret(&p->session, value, f);
}

int provider_add_model(struct provider *p, const char *client,
		       const char *provider, struct fail *f)
{
	if (provider_check_key(client, NULL) < 0 ||
	    provider_check_key(provider, NULL) < 0)
		return fail_set(f, FAIL_USAGE, NO_MODEL);
	bridge_models_add(&p->models, span_of(client), span_of(provider));
	return 0;
}

int provider_add_plain(struct provider *p, const char *model, struct fail *f)
{
	if (provider_check_key(model, NULL) < 0)
		return fail_set(f, FAIL_USAGE, NO_MODEL);
	bridge_models_add(&p->models, span_of(model), SPAN_EMPTY);
	return 0;
}

/* ---- among others ---- */

int provider_set_name(struct provider *p, const char *word, struct fail *f)
{
	return set_name(&p->name, "name", word, f);
}

int provider_set_collection(struct provider *p, const char *word,
			    struct fail *f)
{
	bool denied = strcmp(word, "deny") == 0;

	if (!denied && strcmp(word, "allow") != 0)
		return fail_set(f, FAIL_USAGE,
				"data_collection is 'deny' where the provider "
				"keeps nothing, else 'allow'; not '%.40s'",
				word);
	p->collects = !denied;
	return 0;
}

/* ---- what follows ---- */

enum bridge_vendor provider_vendor(const struct provider *p)
{
	switch (p->format) {
	case PROVIDER_BEDROCK:
		return BRIDGE_BEDROCK;
	case PROVIDER_VERTEX:
		return BRIDGE_VERTEX;
	default:
		return BRIDGE_NONE;
	}
}

bool provider_translates(const struct provider *p)
{
	return p->format == PROVIDER_CHAT || p->format == PROVIDER_RESPONSES;
}

/* With a client's own credential only the client's own format can be served. */
bool provider_serves(const struct provider *p, enum bridge_vendor front)
{
	if (front == provider_vendor(p))
		return true;
	if (p->scheme == KEY_CLIENT)
		return false;
	return front == BRIDGE_NONE || p->format == PROVIDER_MESSAGES;
}

const char *provider_region(const struct provider *p)
{
	if (p->region)
		return p->region;
	return p->format == PROVIDER_VERTEX ? "global" : "us-east-1";
}
