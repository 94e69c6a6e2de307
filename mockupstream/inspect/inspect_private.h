/* For the files of this folder only: what is kept. */
#ifndef MOCK_INSPECT_INSPECT_PRIVATE_H
#define MOCK_INSPECT_INSPECT_PRIVATE_H

#include "mockupstream/inspect/inspect.h"
#include "net/serve/serve.h"

#define INSPECT_BYTES_LIMIT ((size_t)128 * 1024 * 1024)
#define INSPECT_RECORDS_LIMIT 20000

struct inspect_record { /* an exchange; if actor is "", a case */
	uint64_t id, run;
	char actor[ACTOR_LEN];
	unsigned exchange;
	struct buf line; /* of a case: its JSON, as given */
	struct buf text; /* JSON lines; for a case, one object */
	char *method, *target; /* NULL: unknown */
	int status; /* 0: none yet */
	tick_t at, until;
	size_t asked, answered; /* bytes of both bodies */
	bool over;
	enum stream_end end;
	uint64_t changed; /* grows with each change of any record */
};

struct inspect_store {
	struct inspect_record *list; /* in order of id */
	size_t count, cap, bytes;
	uint64_t next, changes;
	/* so many records were dropped so far, the oldest first */
	size_t dropped;
	bool masked; /* the heads are masked already */
};

void inspect_store_clear(struct inspect_store *s);

void inspect_store_entry(struct inspect_store *s, const struct wlog_entry *e,
			 const struct secrets *known);
void inspect_store_case(struct inspect_store *s, uint64_t run, struct span line,
			struct span whole);

/* NULL: it is no longer there, or never was. */
const struct inspect_record *inspect_store_find(const struct inspect_store *s,
						uint64_t id);

/* Appends what the list on the page shows of it: one JSON object. */
void inspect_record_write(const struct inspect_record *r, struct buf *out);

/* Appends the numbers of the records that have the text, in any case: a JSON
 * list. */
void inspect_store_search(const struct inspect_store *s, struct span text,
			  struct buf *out);

/* page/inspect.html, .css and .js */
extern const char inspect_html[], inspect_css[], inspect_js[];

#endif
