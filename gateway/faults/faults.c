/* All faults by name. */
#include "gateway/faults/faults.h"

#include <stdio.h>
#include <string.h>

#include "wire/bytes/near.h"
#include "wire/json/json.h"

enum { PLANTED_LIMIT = 16, ALL_LIMIT = 512 };

static const struct fault *const tables[] = {
	faults_of_routes,
	faults_of_auth,
	faults_of_headers,
	faults_of_bodies,
	faults_of_turns,
	faults_of_answers,
	faults_of_errors,
	faults_of_events,
	faults_of_bytes,
	faults_of_flow,
	faults_of_providers,
	faults_of_framing,
	faults_of_safeguards,
	faults_of_translation,
	faults_of_threads,
	faults_of_sessions,
	faults_of_pools,
	faults_of_keys,
	faults_of_translated_clients,
	faults_of_translated_answers,
	faults_of_responses,
	faults_of_responses_answers,
	faults_of_clouds,
	faults_of_bridges,
	faults_of_cloud_answers,
};

#define TABLES_COUNT (sizeof(tables) / sizeof(*tables))

static const struct fault *planted[PLANTED_LIMIT + 1];

static const struct fault *fault_find(const char *name)
{
	for (size_t i = 0; i < TABLES_COUNT; i++)
		for (const struct fault *p = tables[i]; p->name; p++)
			if (strcmp(p->name, name) == 0)
				return p;
	return NULL;
}

static int fail_unknown(const char *name, struct fail *f)
{
	const char *words[ALL_LIMIT + 1];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < TABLES_COUNT; i++)
		for (const struct fault *p = tables[i]; p->name; p++)
			if (n < ALL_LIMIT)
				words[n++] = p->name;
	words[n] = NULL;
	near = near_word(name, words);
	return fail_set(f, FAIL_USAGE, "no fault '%s'%s%s%s", name,
			near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
}

int faults_plant(const struct option_list *names, struct fail *f)
{
	if (names->count > PLANTED_LIMIT)
		return fail_set(f, FAIL_USAGE, "more than %d faults",
				PLANTED_LIMIT);
	for (size_t i = 0; i < names->count; i++) {
		planted[i] = fault_find(names->list[i]);
		if (!planted[i])
			return fail_unknown(names->list[i], f);
	}
	return 0;
}

const struct fault *const *faults_planted(void)
{
	return planted;
}

void faults_print(void)
{
	for (size_t i = 0; i < TABLES_COUNT; i++)
		for (const struct fault *p = tables[i]; p->name; p++)
			printf("%s\t%s\n", p->name, p->about);
}
