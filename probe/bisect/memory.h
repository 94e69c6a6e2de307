/*
 * The answers so far, kept in a folder: one line of JSON for each, written at
 * once, so that an interrupted search can go on where it stopped. A folder
 * belongs to one request and one URL; its first line says which.
 */
#ifndef PROBE_BISECT_MEMORY_H
#define PROBE_BISECT_MEMORY_H

#include "probe/bisect/bisect.h"

struct memory;

#define MEMORY_FILE "answers.jsonl"
#define MEMORY_NORMAL_LIMIT 4096 /* of the text of a failure, in bytes */

struct memory_config {
	const char *folder; /* NULL: "bisect-<hash>" in the current one */
	const struct bisect_request *request;
	const char *url;
	unsigned credential; /* sample_digest() */
	bool fresh; /* forget the answers that are there */
};

struct remembered {
	uint64_t hash; /* memory_hash() of the request */
	int status; /* 0: there was no answer */
	bool failed;
	bool whole; /* was read to its end; passing answers often are not */
	char *normal; /* the text of the failure without what changes, or "" */
};

/* Makes the folder, or reads its answers. Refuses a folder of another request,
 * or with other files. *out is the caller's. */
int memory_open(struct memory **out, const struct memory_config *config,
		struct fail *f);
void memory_close(struct memory *m);

const char *memory_folder(const struct memory *m);
size_t memory_count(const struct memory *m); /* answers */
/* Is there an answer to any other request? */
bool memory_begun(const struct memory *m, uint64_t given);

/* A hash of the request, with credentials as words and without the digits of
 * marks. */
uint64_t memory_hash(const struct bisect_request *r);

/* The last answer to this request, or NULL. Valid until the next
 * memory_add(). */
const struct remembered *memory_find(const struct memory *m, uint64_t hash);

/* Copies an answer and writes it to the file. memory_result() returns the first
 * failure to write. */
void memory_add(struct memory *m, const struct remembered *r);
int memory_result(const struct memory *m, struct fail *f);

/* Writes a file that only its owner can read into the folder; `program`: and
 * run. */
int memory_write(const struct memory *m, const char *name, struct span bytes,
		 bool program, struct fail *f);

#endif
