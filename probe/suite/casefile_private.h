/* For the files that read a case. */
#ifndef PROBE_SUITE_CASEFILE_PRIVATE_H
#define PROBE_SUITE_CASEFILE_PRIVATE_H

#include "probe/suite/casefile.h"

#define REQUEST_BODY_LIMIT ((size_t)256 * 1024 * 1024)
#define CASE_SENDS_LIMIT 128

struct reader {
	const struct json *j; /* expanded: no ${...} is left */
	const char *root; /* of the suite */
	struct casefile *c; /* the case that is filled in */
	bool counts_providers; /* the case does not say how many it needs */
	struct fail *f;
	/* Names of the client's exchanges so far */
	char *sent[CASE_SENDS_LIMIT];
	size_t sent_count;
};

/* Reads all members except `each` and `client` into r->c. */
int casefile_read_case(struct reader *r);

/* The functions below read a node; failures name its place. */
int casefile_read_request(struct reader *r, const cJSON *node,
			  struct request **out);
/* The same for a recording that the node does not name itself. */
int casefile_read_recording(struct reader *r, const cJSON *node,
			    const char *path, struct request **out);
/* "raw" (a fixture) or "raw_text" (a string); the other is NULL. */
int casefile_read_raw(struct reader *r, const cJSON *raw, const cJSON *text,
		      struct request **out);
/* Reads `client`. *version becomes the release whose requests are read: the
 * chosen one, or, if the case is not for that one, the newest that it is
 * for. */
int casefile_read_client(struct reader *r, const struct casebook *book,
			 const char **version);
int casefile_read_steps(struct reader *r, const cJSON *list);
int casefile_read_checks(struct reader *r, const cJSON *list);

/* ---- caselive.c ---- */

/* A step of a session of the real client: run, type, signal. */
bool casefile_is_live_step(const cJSON *node);
int casefile_read_live_step(struct reader *r, const cJSON *node,
			    struct step *out);
void casefile_live_free(struct live_start *l);

/* ---- caseactors.c ---- */

/* Fails unless it is a name for a client's exchange or session: c1, c2, ... */
int casefile_name_client(struct reader *r, const cJSON *node, const char *name);
/* Notes that this exchange is sent; fails if it was sent before. */
int casefile_add_sent(struct reader *r, const cJSON *node, const char *actor);

int casefile_check_client(struct reader *r, const cJSON *node,
			  const char *actor);
/* Notes that the case needs the provider of this letter; 0: none. */
void casefile_take_provider(struct reader *r, char letter);
int casefile_check_actor(struct reader *r, const cJSON *node,
			 const char *actor);
int casefile_read_subject(struct reader *r, const cJSON *node,
			  struct subject **out);
int casefile_read_expect(struct reader *r, const cJSON *node,
			 struct expect *out);

/* ---- casewords.c ---- */

int casefile_read_level(struct reader *r, const cJSON *node, enum level *out);
int casefile_read_effect(struct reader *r, const cJSON *node, enum effect *out);
int casefile_read_sees(struct reader *r, const cJSON *node, enum sees *out);

/* Reads a list of different texts; `words`: all that are allowed, or NULL. */
int casefile_read_words(struct reader *r, const cJSON *list, const char *what,
			const char *const *words, char ***out, size_t *count);

/* The name of a key; *out is yours to free(). */
int casefile_read_key(struct reader *r, const cJSON *node, char **out);

/* A file under fixtures/; `bytes` are NUL-terminated and yours to free(). */
int casefile_read_fixture(struct reader *r, const cJSON *node, char **bytes,
			  size_t *len);
/* The same with another path than the node's text. */
int casefile_read_named_fixture(struct reader *r, const cJSON *node,
				const char *path, char **bytes, size_t *len);

/* The decoded string of a node, NUL bytes and all. */
char *casefile_read_string(const struct json *j, const cJSON *node,
			   size_t *len);

/* ---- casebook.c and clients.c ---- */

/* The folder of the suite. */
const char *casebook_root(const struct casebook *book);
/* Finds the recorded releases and chooses one, once for each book. */
int casebook_find_clients(struct casebook *book, const char *wanted,
			  struct fail *f);

/* ---- caseeach.c ---- */

/* The text of a file with each ${...} replaced, and where each replacement came
 * from. */
struct expansion {
	struct buf text;
	struct patch *patches;
	size_t count, cap;
};

/* Expands the file for one row of `each`; row.text.at is NULL if the file has
 * no rows. */
int casefile_expand(struct expansion *x, const struct json *j, struct jval row,
		    const struct casebook_values *values, struct fail *f);
void expansion_clear(struct expansion *x);

/* Moves the place of a failure in the expanded text to the place in the
 * file. */
void expansion_place(const struct expansion *x, const struct json *j,
		     struct fail *f);

#endif
