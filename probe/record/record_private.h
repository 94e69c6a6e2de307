/* For the files of probe/record/. */
#ifndef PROBE_RECORD_RECORD_PRIVATE_H
#define PROBE_RECORD_RECORD_PRIVATE_H

#include "probe/pass/pass.h"
#include "probe/record/record.h"
#include "wire/bytes/address.h"
#include "wire/scrub/scrub.h"

/* ---- record_folder.c ---- */

struct record_folder {
	const char *path;
	int fd; /* -1: not open */
	bool made; /* we created it */
	bool closed_to_others; /* only their owner can read the files */
	uint64_t bytes; /* written so far */
	size_t files;
};

#define RECORD_FILES_LIMIT 9999 /* requests */
#define RECORD_BYTES_LIMIT ((uint64_t)2 * 1024 * 1024 * 1024)

/* Creates the folder, or opens an empty one. FAIL_USAGE: it holds something, or
 * cannot be opened. */
int record_folder_open(struct record_folder *d, const char *path,
		       bool closed_to_others, struct fail *f);
/* Removes the folder if we created it and no file was written. */
void record_folder_close(struct record_folder *d);
/* Creates a folder inside it; one that exists is no failure. */
int record_folder_make(struct record_folder *d, const char *name,
		       struct fail *f);
/* Writes the whole file under another name and then renames it. If a file of
 * this name exists it stays, and that is a failure. FAIL_LIMIT: the folder is
 * full. */
int record_folder_write(struct record_folder *d, const char *name,
			struct span bytes, struct fail *f);

/* ---- record_answer.c ---- */

struct record_piece {
	size_t end; /* offset in the body */
	tick_t at;
};

/* The answer to a request that was stored. */
struct record_answer {
	unsigned number;
	char *method, *path; /* as stored; path without the query */
	struct buf body; /* decoded */
	struct decode *decode;
	struct record_piece *pieces;
	size_t count, cap;
	const char *coding; /* gzip, br, zstd, or NULL */
	bool stream;
	bool says_end; /* the stored stream says how it ends */
	bool lost; /* not stored: too large, or in an unknown coding */
};

#define RECORD_ANSWERS "answers"

void record_answer_init(struct record_answer *a);
void record_answer_clear(struct record_answer *a);
void record_answer_begin(struct record_answer *a, const struct headers *h);
void record_answer_add(struct record_answer *a, struct span bytes);

/* Takes out what is private and appends the file's text: an annotated stream,
 * or the body. `began`: when the head of the answer came. */
int record_answer_write(struct record_answer *a, struct scrub *s, tick_t began,
			enum stream_end end, struct buf *out, struct fail *f);

/* ---- record_script.c ---- */

/* Appends the rule that plays this answer; `file`: NULL if it has no body. */
void record_script_add(struct buf *script, const struct record_answer *a,
		       const struct passing *p, const struct headers *headers,
		       const char *file);
/* Appends the whole script of these rules. */
void record_script_write(const struct buf *rules, struct buf *out);

/* ---- record_watch.c ---- */

struct recorder {
	const struct record_config *config;
	struct address at; /* where clients connect */
	struct loop *loop;
	struct fetcher *fetcher;
	struct serve *serve;
	struct mock *mock; /* or NULL */
	char *origin;
	struct pass pass;
	struct scrub *scrub;
	struct record_folder folder;
	struct buf script; /* rules of the answers so far */
	unsigned next; /* number of the next request */
	size_t requests, answers, refused;
	struct fail broken; /* why the recording had to end */
};

extern const struct pass_watch record_watch;

#endif
