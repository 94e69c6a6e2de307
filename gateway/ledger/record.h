/*
 * What the ledger keeps of a request: who, when, which model, how many tokens,
 * how it ended. Nothing of the prompt or the answer is kept.
 */
#ifndef GATEWAY_LEDGER_RECORD_H
#define GATEWAY_LEDGER_RECORD_H

#include "gateway/keys/client_key.h"
#include "gateway/ledger/tap.h"

struct record_row {
	char id[40]; /* a later record with the same id replaces this one */
	int64_t time; /* when the request came, Unix milliseconds */
	/* the key's name; "": a client's own credential */
	char key[CLIENT_KEY_LABEL_LEN];
	char session[80], agent[80], prompt[80]; /* ids that the client sent */
	char client[100]; /* the client's user-agent */
	char route[16]; /* messages, count_tokens, models */
	char asked[TAP_MODEL_LEN], served[TAP_MODEL_LEN]; /* models */
	char provider[100];
	char request_id[100]; /* of the answer */
	int64_t status; /* 0: there was no answer */
	struct usage_tokens usage;
	int64_t cost; /* nano-dollars; below 0: the model has no price */
	int64_t first_ms; /* until the first byte of the body; below 0: none */
	int64_t total_ms;
	int64_t bytes; /* of the answer's body */
	char end[16]; /* clean, cut, cancelled, refused by us, ... */
};

enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_MAYBE, /* a number; below 0: null */
};

/* One member of a record; its name is used in the table and in what is printed.
 * The spool has no names: new members go to the end of the list. */
struct column {
	const char *name;
	enum column_kind kind;
	size_t offset, size;
};

extern const struct column record_columns[]; /* ends with a NULL name */

const char *record_text(const struct record_row *r, const struct column *c);
int64_t record_number(const struct record_row *r, const struct column *c);

/* Copies as much as there is room for, without cutting a character. */
void record_put(char *to, size_t size, struct span text);

/* Appends the record as a line, with its line feed: a JSON array of its
 * members. */
void record_write(const struct record_row *r, struct buf *out);

/* -1: the line is no record. */
int record_read(struct record_row *out, struct span line);

#endif
