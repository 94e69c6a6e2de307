/*
 * ccprobe.json: what a gateway's owner says of it once, so that `ccprobe run` in
 * that folder needs no option. It is meant to be committed: the key is the name
 * of a variable, never the key.
 */
#ifndef PROBE_COMMAND_PROJECT_H
#define PROBE_COMMAND_PROJECT_H

#include "probe/suite/keys/keyring.h"
#include "probe/suite/keys/wishes.h"
#include "wire/bytes/option.h"
#include "wire/json/json.h"
#include "wire/log/actor.h"

#define PROJECT_FILE "ccprobe.json"

struct project { /* zero-initialised: there is none; borrows from `json` */
	struct json *json;
	const char *gateway, *key, *auth, *upstream_key, *mock_listen;
	const char *model, *provider, *client_format, *baseline;
	bool no_mock, insecure;
	const char *ca_file, *client_cert, *client_key;
	char *rate; /* as it is written; NULL: none */
	const char **claims; /* NULL: it declares nothing */
	size_t claim_count;
	struct wishes wishes; /* where the gateway reads them */
	struct option_list reports; /* FORMAT=FILE */
	struct option_list providers; /* b=ADDR:PORT, as --provider-listen */
	char *provider_texts[ACTOR_PROVIDERS]; /* that it lists */
};

/* Reads the file in the current folder; without one *out is none. FAIL_CASE
 * says what is wrong and where. */
int project_read(struct project *out, struct fail *f);
/* FAIL_CASE with the place if the variable that a member names is not set, or empty. */
int project_check_set(const struct project *p, const char *member_name,
		      struct fail *f);
/* The keys with names that it has; FAIL_CASE if a variable of one is not set. */
int project_read_keys(const struct project *p, struct keyring *out,
		      struct fail *f);
void project_clear(struct project *p);

#endif
