/* Reading ccprobe.json. */
#include "probe/command/project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/plain.h"
#include "probe/suite/claims.h"
#include "formats/clientformat.h"
#include "wire/bytes/mem.h"

#define LIMIT ((size_t)1024 * 1024)

struct project_file { /* as it is in the file */
	const char *gateway, *key, *auth, *upstream_key, *mock_listen;
	const char *model, *provider, *client_format, *baseline;
	const char *ca_file, *client_cert, *client_key;
	bool no_mock, insecure;
	const cJSON *claims, *reports, *rate, *providers, *keys, *wishes;
};

#define AT(member) offsetof(struct project_file, member)

static const struct json_field fields[] = {
	{ "gateway", JSON_TEXT, AT(gateway), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "key", JSON_TEXT, AT(key), JSON_NOT_EMPTY },
	{ "auth", JSON_TEXT, AT(auth), JSON_NOT_EMPTY },
	{ "upstream_key", JSON_TEXT, AT(upstream_key), JSON_NOT_EMPTY },
	{ "mock_listen", JSON_TEXT, AT(mock_listen), JSON_NOT_EMPTY },
	{ "keys", JSON_OBJECT, AT(keys), JSON_NOT_EMPTY },
	{ "providers", JSON_OBJECT, AT(providers), JSON_NOT_EMPTY },
	{ "wishes", JSON_OBJECT, AT(wishes), 0 },
	{ "no_mock", JSON_BOOL, AT(no_mock), 0 },
	{ "insecure", JSON_BOOL, AT(insecure), 0 },
	{ "ca_file", JSON_TEXT, AT(ca_file), JSON_NOT_EMPTY },
	{ "client_cert", JSON_TEXT, AT(client_cert), JSON_NOT_EMPTY },
	{ "client_key", JSON_TEXT, AT(client_key), JSON_NOT_EMPTY },
	{ "rate", JSON_ANY, AT(rate), 0 },
	{ "model", JSON_TEXT, AT(model), JSON_NOT_EMPTY },
	{ "provider", JSON_TEXT, AT(provider), JSON_NOT_EMPTY },
	{ "client_format", JSON_TEXT, AT(client_format), JSON_NOT_EMPTY },
	{ "claims", JSON_ARRAY, AT(claims), 0 },
	{ "baseline", JSON_TEXT, AT(baseline), JSON_NOT_EMPTY },
	{ "reports", JSON_ARRAY, AT(reports), 0 },
	{ .key = NULL },
};

static const cJSON *member(const struct project *p, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(p->json->root, key);
}

/* The file is meant to be committed, so it must not hold a key. */
static int check_key(const struct project *p, const char *key, struct fail *f)
{
	const cJSON *node = member(p, key);

	if (node == NULL || strncmp(node->valuestring, "env:", 4) == 0)
		return 0;
	return json_fail(p->json, node, f,
			 "write env:NAME, the variable that holds the key: "
			 "this file is no place for a key");
}

int project_check_set(const struct project *p, const char *member_name,
		      struct fail *f)
{
	const cJSON *node = member(p, member_name);
	struct fail why = FAIL_INIT;
	const char *value;

	if (node == NULL)
		return 0;
	value = option_env(node->valuestring, &why);
	if (value == NULL)
		return json_fail(p->json, node, f, "%s", why.text);
	if (*value == '\0')
		return json_fail(p->json, node, f, "the variable %s is empty",
				 node->valuestring + 4);
	return 0;
}

static int read_claims(struct project *p, const cJSON *list, struct fail *f)
{
	struct fail why = FAIL_INIT;
	const cJSON *node;

	if (list == NULL)
		return 0;
	p->claims =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*p->claims));
	cJSON_ArrayForEach(node, list) {
		if (!cJSON_IsString(node))
			return json_fail(p->json, node, f,
					 "a claim must be a text");
		if (claims_check("claims", node->valuestring, &why) < 0)
			return json_fail(p->json, node, f, "%s", why.text);
		p->claims[p->claim_count++] = node->valuestring;
	}
	return 0;
}

/* Keeps the number as text, which the option's reader checks. */
static int read_rate(struct project *p, const cJSON *node, struct fail *f)
{
	if (node == NULL)
		return 0;
	if (!cJSON_IsNumber(node))
		return json_fail(
			p->json, node, f,
			"the rate must be a number of requests a second");
	p->rate = span_dup(json_raw(p->json, node).text);
	return 0;
}

/* Checks the keys with names: {"budget": "env:NAME"}. */
static int check_keys(struct project *p, const cJSON *object, struct fail *f)
{
	struct fail why = FAIL_INIT;
	const cJSON *node;

	cJSON_ArrayForEach(node, object) {
		if (keyring_check(node->string, &why) < 0)
			return json_fail(p->json, node, f, "%s", why.text);
		if (!cJSON_IsString(node) ||
		    strncmp(node->valuestring, "env:", 4) != 0)
			return json_fail(p->json, node, f,
					 "write env:NAME, the variable that "
					 "holds the key: this file is no place "
					 "for a key");
	}
	return 0;
}

/* Writes the providers as the option has them; the option's reader checks
 * them. */
static int read_providers(struct project *p, const cJSON *object,
			  struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const cJSON *node;

	cJSON_ArrayForEach(node, object) {
		size_t n = p->providers.count;

		if (!cJSON_IsString(node) || n == ACTOR_PROVIDERS)
			return json_fail(p->json, node, f,
					 "a provider must be written \"b\": "
					 "\"ADDR:PORT\"");
		buf_addf(&text, "%s=%s", node->string, node->valuestring);
		p->provider_texts[n] = buf_take(&text, NULL);
		option_list_add(&p->providers, p->provider_texts[n]);
	}
	return 0;
}

static int read_reports(struct project *p, const cJSON *list, struct fail *f)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, list) {
		if (!cJSON_IsString(node))
			return json_fail(
				p->json, node, f,
				"a report must be written FORMAT=FILE");
		option_list_add(&p->reports, node->valuestring);
	}
	return 0;
}

static int fill(struct project *p, const struct project_file *file,
		struct fail *f)
{
	p->gateway = file->gateway;
	p->key = file->key;
	p->auth = file->auth;
	p->upstream_key = file->upstream_key;
	p->mock_listen = file->mock_listen;
	p->no_mock = file->no_mock;
	p->model = file->model;
	p->provider = file->provider;
	p->client_format = file->client_format;
	p->baseline = file->baseline;
	p->insecure = file->insecure;
	p->ca_file = file->ca_file;
	p->client_cert = file->client_cert;
	p->client_key = file->client_key;
	if (p->provider != NULL && format_from(p->provider) == FORMAT_UNKNOWN)
		return json_fail(p->json, member(p, "provider"), f,
				 "the provider's format is 'messages', "
				 "'openai-chat', 'openai-responses', 'bedrock' "
				 "or 'vertex'");
	if (p->client_format != NULL &&
	    clientformat_from(p->client_format) == FORMAT_UNKNOWN)
		return json_fail(p->json, member(p, "client_format"), f,
				 "the client's format is " CLIENTFORMAT_NAMES);
	if (check_key(p, "key", f) < 0 || check_key(p, "upstream_key", f) < 0 ||
	    read_claims(p, file->claims, f) < 0 ||
	    read_providers(p, file->providers, f) < 0 ||
	    check_keys(p, file->keys, f) < 0 ||
	    wishes_read(&p->wishes, p->json, file->wishes, f) < 0 ||
	    read_rate(p, file->rate, f) < 0)
		return -1;
	return read_reports(p, file->reports, f);
}

int project_read(struct project *out, struct fail *f)
{
	struct project p = { .json = NULL };
	struct project_file file = { .gateway = NULL };

	if (access(PROJECT_FILE, F_OK) != 0 && errno == ENOENT)
		return 0;
	if (json_load(&p.json, PROJECT_FILE, LIMIT, f) < 0) {
		f->code = FAIL_CASE;
		return -1;
	}
	if (json_read(p.json, p.json->root, fields, &file, f) < 0 ||
	    fill(&p, &file, f) < 0) {
		project_clear(&p);
		return -1;
	}
	*out = p;
	return 0;
}

int project_read_keys(const struct project *p, struct keyring *out,
		      struct fail *f)
{
	const cJSON *object = p->json ? member(p, "keys") : NULL;
	struct fail why = FAIL_INIT;
	const cJSON *node;

	cJSON_ArrayForEach(node, object) {
		const char *value = option_env(node->valuestring, &why);

		if (value == NULL || *value == '\0')
			return json_fail(p->json, node, f,
					 "the variable %s is not set, or empty",
					 node->valuestring + 4);
		keyring_add(out, node->string, value);
	}
	return 0;
}

void project_clear(struct project *p)
{
	option_list_clear(&p->reports);
	option_list_clear(&p->providers);
	for (size_t i = 0; i < ACTOR_PROVIDERS; i++)
		free(p->provider_texts[i]);
	free(p->claims);
	free(p->rate);
	json_free(p->json);
	*p = (struct project){ .json = NULL };
}
