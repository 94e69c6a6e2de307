/*
 * A provider: where requests go, how the gateway shows its key there, and what
 * is spoken. Once the configuration is read it is never written again.
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
	KEY_SIGV4, /* it signs: Amazon's Signature Version 4 */
	KEY_CLIENT, /* there is none: each client's own goes on as it came */
};

/* What the provider speaks; what the client does not speak is translated. */
enum provider_format {
	PROVIDER_MESSAGES,
	PROVIDER_CHAT,
	PROVIDER_RESPONSES,
	PROVIDER_BEDROCK,
	PROVIDER_VERTEX,
};

struct provider {
	char *name; /* in the log; NULL: the only one needs none */
	char *url; /* "https://host[:port][/path]" without a last slash */
	char *key;
	enum key_scheme scheme;
	enum provider_format format;
	struct translate_rules translate; /* for another format */
	char *region, *project; /* of Bedrock and Vertex; NULL: not given */
	char *key_id, *session; /* beside a key that signs; NULL: none */
	struct bridge_models models; /* whose names differ there */
	uint32_t ping_ms; /* silence in a stream of theirs until we ping */
	uint32_t connect_ms, head_ms, idle_ms;
	char *ca_file; /* NULL: the system's authorities only */
	double price, weight; /* among others; price 0: free */
	bool collects; /* may keep what it is sent */
};

void provider_init(struct provider *p); /* the defaults */
void provider_clear(struct provider *p);

/* One value each; -1 leaves what was there. */
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

/* The same where the name is the client's, or follows from it by rule. */
int provider_add_plain(struct provider *p, const char *model, struct fail *f);

/* Is it fit for a header field? It has no spaces and no controls, and is
 * not empty. */
int provider_check_key(const char *value, struct fail *f);

/* Adds what it shows to prove who asks. */
void provider_secrets(const struct provider *p, struct secrets *to);

/* Whose its format is; BRIDGE_NONE: of neither cloud. */
enum bridge_vendor provider_vendor(const struct provider *p);

/* Is it one of OpenAI's, which is translated? */
bool provider_translates(const struct provider *p);

/* Can requests of this vendor's format go there? Those of the Messages API are
 * BRIDGE_NONE. */
bool provider_serves(const struct provider *p, enum bridge_vendor front);

/* The region, or what stands for it where none is given. */
const char *provider_region(const struct provider *p);

#endif
