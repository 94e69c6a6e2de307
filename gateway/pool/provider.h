/*
 * A provider: its URL, the gateway's credential for it, and its format. Once
 * the configuration is read it never changes.
 */
#ifndef GATEWAY_POOL_PROVIDER_H
#define GATEWAY_POOL_PROVIDER_H

#include "gateway/bridge/bridge.h"
#include "gateway/mistakes.h"
#include "gateway/translate/translate.h"
#include "wire/bytes/secrets.h"

/* How the gateway shows its own key to the provider. */
enum key_scheme {
	KEY_API_KEY,
	KEY_BEARER,
	KEY_SIGV4, /* requests are signed: Amazon's Signature Version 4 */
	/* the gateway has no key: each client's own credential is passed on */
	KEY_CLIENT,
};

/* The provider's format; requests of clients with another format are
 * translated. */
enum provider_format {
	PROVIDER_MESSAGES,
	PROVIDER_CHAT,
	PROVIDER_RESPONSES,
	PROVIDER_BEDROCK,
	PROVIDER_VERTEX,
};

struct provider {
	char *name; /* NULL: the only provider has none */
	char *url; /* "https://host[:port][/path]" without a last slash */
	char *key;
	enum key_scheme scheme;
	enum provider_format format;
	struct translate_rules translate; /* how to translate into its format */
	char *region, *project; /* of Bedrock and Vertex; NULL: not given */
	char *key_id, *session; /* of a key that signs; NULL: none */
	struct bridge_models models; /* names of models that differ there */
	/* after this silence in a stream of Bedrock or Vertex we send a ping */
	uint32_t ping_ms;
	uint32_t connect_ms, head_ms, idle_ms;
	bool head_given; /* head_ms is not the default */
	char *ca_file; /* NULL: the system's authorities only */
	double price, weight; /* for the choice among several; price 0: free */
	bool collects; /* may keep the requests it gets */
};

void provider_init(struct provider *p); /* the defaults */
void provider_clear(struct provider *p);

/* Each sets one value; after -1 the old value stays. */
int provider_set_url(struct provider *p, const char *url, struct fail *f);
int provider_set_key(struct provider *p, const char *value, struct fail *f);
int provider_set_scheme(struct provider *p, const char *word, struct fail *f);
int provider_set_format(struct provider *p, const char *word, struct fail *f);
int provider_set_limit_field(struct provider *p, const char *word,
			     struct fail *f);
int provider_set_ca_file(struct provider *p, const char *path, struct fail *f);
int provider_set_region(struct provider *p, const char *word, struct fail *f);
int provider_set_project(struct provider *p, const char *word, struct fail *f);
int provider_set_key_id(struct provider *p, const char *value, struct fail *f);
int provider_set_session(struct provider *p, const char *value, struct fail *f);
int provider_set_name(struct provider *p, const char *word, struct fail *f);
int provider_set_collection(struct provider *p, const char *word,
			    struct fail *f);
int provider_add_model(struct provider *p, const char *client,
		       const char *provider, struct fail *f);

/* The same for a name that both sides use, or that follows by a rule. */
int provider_add_plain(struct provider *p, const char *model, struct fail *f);

/* Fails unless the value is fit for a header field: not empty, without spaces
 * and control characters. */
int provider_check_key(const char *value, struct fail *f);

/* Adds the provider's credentials. */
void provider_secrets(const struct provider *p, struct secrets *to);

/* The cloud whose format it has; BRIDGE_NONE: neither. */
enum bridge_vendor provider_vendor(const struct provider *p);

/* Has it one of OpenAI's formats, into which we translate? */
bool provider_translates(const struct provider *p);

/* Can requests of this vendor's format go there? Those of the Messages API are
 * BRIDGE_NONE. */
bool provider_serves(const struct provider *p, enum bridge_vendor front);

/* The region, or the default one. */
const char *provider_region(const struct provider *p);

#endif
