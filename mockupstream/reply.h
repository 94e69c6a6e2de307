/* Reads one reply from JSON, or makes one. */
#ifndef MOCK_REPLY_H
#define MOCK_REPLY_H

#include "mockupstream/rules.h"

#define REPLY_FILE_LIMIT_BYTES ((size_t)64 * 1024 * 1024)
#define REPLY_TOTAL_LIMIT_BYTES ((size_t)256 * 1024 * 1024)

struct file {
	char *path; /* as the user wrote it */
	char *bytes;
	size_t len;
};

/* What one call of rules_read() needs. */
struct reply_reader {
	const struct json *json;
	const char *root;
	struct file *files; /* each is read once */
	size_t files_count;
	size_t total; /* bytes of all replies and files so far */
	struct fail *f;
};

void reply_reader_clear(struct reply_reader *r);

/* *out is zero-initialised; clear it also after a failure. */
int reply_read(struct reply_reader *r, const cJSON *object, struct reply *out);
void reply_clear(struct reply *r);

/* Makes `json`, which is taken over, the body of the reply. */
void reply_json(struct reply *out, int status, struct buf *json);

/* Makes the reply play the annotated stream `text` with status 200 and this
 * content-type; clears the text. We wrote the text, so it has no mistake. */
void reply_steps(struct reply *out, const char *type, struct buf *text);

/* The same, as server-sent events. */
void reply_stream(struct reply *out, struct buf *text);

/* Reads a file below the folder `root`. The message lacks a place: use it with
 * json_fail(). */
int file_read(struct file *out, const char *root, const char *path,
	      struct fail *f);

#endif
