/*
 * ccprobe.json: what a gateway's owner says about it, so that `ccprobe run` in
 * this folder needs no options. It is meant to be committed, so it has the name
 * of a variable instead of a key.
 */
#ifndef PROBE_COMMAND_PROJECT_H
#define PROBE_COMMAND_PROJECT_H

#include "probe/suite/keys/keyring.h"
#include "probe/suite/keys/wishes.h"
#include "wire/bytes/option.h"
#include "wire/json/json.h"
#include "wire/log/actor.h"

#define PROJECT_FILE "ccprobe.json"

struct project { /* zero-initialised: there is no file; borrows from `json` */
	struct json *json;
	const char *gateway, *key, *auth, *upstream_key, *mock_listen;
	const char *model, *provider, *client_format, *baseline;
	bool no_mock, insecure;
	const char *ca_file, *client_cert, *client_key;
	char *rate; /* as in the file; NULL: none */
	const char **claims; /* NULL: no claims are declared */
	size_t claim_count;
	struct wishes wishes; /* where the gateway reads them */
	struct option_list reports; /* FORMAT=FILE */
	struct option_list providers; /* b=ADDR:PORT, as --provider-listen */
	char *provider_texts[ACTOR_PROVIDERS]; /* the texts in `providers` */
};

/* Reads the file in the current folder; if there is none, *out is not changed.
 * FAIL_CASE says what is wrong and where. */
int project_read(struct project *out, struct fail *f);
/* Checks that the variable that a member names is set and not empty. FAIL_CASE
 * gives the place. */
int project_check_set(const struct project *p, const char *member_name,
		      struct fail *f);
/* Adds the keys with names. FAIL_CASE if a variable is not set. */
int project_read_keys(const struct project *p, struct keyring *out,
		      struct fail *f);
void project_clear(struct project *p);

#endif
