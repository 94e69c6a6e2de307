/*
 * Where a gateway with several providers reads what a request wishes of them:
 * in a header field, or in a member of the body. Each gateway has a name of its
 * own for it; what is written there is the same JSON object.
 */
#ifndef PROBE_SUITE_KEYS_WISHES_H
#define PROBE_SUITE_KEYS_WISHES_H

#include "wire/bytes/fail.h"
#include "wire/json/json.h"

struct wishes { /* one of them, or none; borrowed from the JSON */
	const char *header; /* "x-ccgate-routing" */
	const char *member; /* "provider" */
};

/* {"header": "x-ccgate-routing"} or {"member": "provider"}; NULL: none. */
int wishes_read(struct wishes *out, const struct json *j, const cJSON *object,
		struct fail *f);

/* What a case wishes has to be one of what guides name. */
int wishes_check(const struct json *j, const cJSON *object, struct fail *f);

#endif
