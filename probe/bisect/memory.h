/*
 * What was answered, kept in a folder: a line of JSON an answer, written at
 * once, so that a search that was interrupted goes on where it stopped. The
 * folder belongs to one request and one URL; the first line says to which.
 */
#ifndef PROBE_BISECT_MEMORY_H
#define PROBE_BISECT_MEMORY_H

#include "probe/bisect/bisect.h"

struct memory;

#define MEMORY_FILE "answers.jsonl"
#define MEMORY_NORMAL_LIMIT 4096 /* of a text that is kept, bytes */

struct memory_config {
	const char *folder; /* NULL: "bisect-<hash>" in the current one */
	const struct bisect_request *request;
	const char *url;
	unsigned credential; /* sample_digest() */
	bool fresh; /* forget what is there */
};

struct remembered {
	uint64_t hash; /* memory_hash() of the request */
	int status; /* 0: there was no answer */
	bool failed;
	bool whole; /* read to its end; a pass often is not */
	char *normal; /* text of the failure, without what changes; "" */
};

/* Makes the folder, or reads what is in it. A folder of another request, or
 * with other files, is refused. */
int memory_open(struct memory **out, const struct memory_config *config,
		struct fail *f);
void memory_close(struct memory *m);

const char *memory_folder(const struct memory *m);
size_t memory_count(const struct memory *m); /* answers */
/* Is there an answer to another request than that one? */
bool memory_begun(const struct memory *m, uint64_t given);

/* Without credentials, and with the digits of a mark as zeros. */
uint64_t memory_hash(const struct bisect_request *r);

/* The last answer to it, or NULL. Valid until the next memory_add(). */
const struct remembered *memory_find(const struct memory *m, uint64_t hash);

/* Copies it and writes it down; the first failure to write is kept. */
void memory_add(struct memory *m, const struct remembered *r);
int memory_result(const struct memory *m, struct fail *f);

/* Writes a file of the folder that only its owner can read. */
int memory_write(const struct memory *m, const char *name, struct span bytes,
		 bool program, struct fail *f);

#endif
