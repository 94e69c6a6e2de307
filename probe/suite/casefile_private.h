/* What the files that read a case share. */
#ifndef PROBE_SUITE_CASEFILE_PRIVATE_H
#define PROBE_SUITE_CASEFILE_PRIVATE_H

#include "probe/suite/casefile.h"

#define REQUEST_BODY_LIMIT ((size_t)256 * 1024 * 1024)
#define CASE_SENDS_LIMIT 128

struct reader {
	const struct json *j; /* expanded: no ${...} is left */
	const char *root; /* of the suite */
	struct casefile *c; /* what is filled in */
	bool counts_providers; /* it does not say how many it needs */
	struct fail *f;
	char *sent[CASE_SENDS_LIMIT]; /* the client exchanges so far */
	size_t sent_count;
};

/* All members but `each` and `client`, into r->c. */
int casefile_read_case(struct reader *r);

/* Each reads the node and fails with its place. */
int casefile_read_request(struct reader *r, const cJSON *node,
			  struct request **out);
/* The same of a recording that the node does not name itself. */
int casefile_read_recording(struct reader *r, const cJSON *node,
			    const char *path, struct request **out);
/* "raw" (a fixture) or "raw_text" (a string); the other is NULL. */
int casefile_read_raw(struct reader *r, const cJSON *raw, const cJSON *text,
		      struct request **out);
/* Reads `client`; *version becomes the release whose requests are read: the
 * chosen one, or for a case that is not for it, the newest that it is for. */
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

/* Is it a name of a client exchange, or of a session? */
int casefile_name_client(struct reader *r, const cJSON *node, const char *name);
/* This one is sent, and was not before. */
int casefile_add_sent(struct reader *r, const cJSON *node, const char *actor);

int casefile_check_client(struct reader *r, const cJSON *node,
			  const char *actor);
/* The case needs the provider of this letter; 0: of none. */
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

/* A list of texts without repetition; `words` (if not NULL) are all there
 * are. */
int casefile_read_words(struct reader *r, const cJSON *list, const char *what,
			const char *const *words, char ***out, size_t *count);

/* The name of a key; *out is yours to free(). */
int casefile_read_key(struct reader *r, const cJSON *node, char **out);

/* A file under fixtures/; `bytes` are NUL-terminated and yours to free(). */
int casefile_read_fixture(struct reader *r, const cJSON *node, char **bytes,
			  size_t *len);
/* The same where the text of the node stands for another path. */
int casefile_read_named_fixture(struct reader *r, const cJSON *node,
				const char *path, char **bytes, size_t *len);

/* The decoded string of a node, NUL bytes and all. */
char *casefile_read_string(const struct json *j, const cJSON *node,
			   size_t *len);

/* ---- casebook.c and clients.c ---- */

/* Where the suite is. */
const char *casebook_root(const struct casebook *book);
/* Once for a book: what is recorded, and which of it is chosen. */
int casebook_find_clients(struct casebook *book, const char *wanted,
			  struct fail *f);

/* ---- caseeach.c ---- */

/* The text of a file with each ${...} replaced, and where pieces came from. */
struct expansion {
	struct buf text;
	struct patch *patches;
	size_t count, cap;
};

/* A row of `each`; its text.at is NULL where a file has none. */
int casefile_expand(struct expansion *x, const struct json *j, struct jval row,
		    const struct casebook_values *values, struct fail *f);
void expansion_clear(struct expansion *x);

/* A failure in the expanded text is told at the place in the file. */
void expansion_place(const struct expansion *x, const struct json *j,
		     struct fail *f);

#endif
