/*
 * The request that bisect is given: read from wherever it is, and made ready to
 * be sent to another host, without its credentials. A *slot* is a word such as
 * {{credential}} in place of a secret; only sample_fill() puts the secret back.
 */
#ifndef PROBE_BISECT_SAMPLE_H
#define PROBE_BISECT_SAMPLE_H

#include "probe/bisect/bisect.h"
#include "wire/bytes/option.h"
#include "wire/bytes/secrets.h"

struct sample_options { /* as typed; NULL: not given */
	const char *from; /* a file, "-", or the name of a fixture */
	const char *url;
	const char *key, *auth, *suite;
	const struct option_list *headers; /* values of --header */
};

struct sample_slot {
	char *word; /* "{{credential}}" */
	char *value;
};

#define SAMPLE_CREDENTIAL "{{credential}}"
#define SAMPLE_WRONG_CREDENTIAL "{{wrong-credential}}"
#define SAMPLE_SLOTS_LIMIT 16
#define SAMPLE_LIMIT ((size_t)64 * 1024 * 1024) /* of a request, bytes */

struct sample { /* zero-initialised is empty */
	struct bisect_request request; /* without Host and framing headers */
	char *source; /* "plain/01", "standard input": for messages */
	char *base_url; /* without user, password, and slashes at its end */
	char *host; /* of base_url */
	struct sample_slot slots[SAMPLE_SLOTS_LIMIT];
	size_t slot_count;
	struct secrets secrets; /* each value, as it may be spelt */
	char *found; /* variable that the key came from, or NULL */
};

int sample_read(struct sample *out, const struct sample_options *o,
		struct fail *f);
void sample_clear(struct sample *g);

/* Copies headers, with each word replaced by its secret. FAIL_LIMIT: a header
 * is too long. */
int sample_fill(const struct sample *g, const struct headers *from,
		struct headers *to, struct fail *f);

/* Replaces words in a text, such as the target. */
void sample_fill_text(const struct sample *g, struct buf *text);

/* The opposite: replaces secrets in a text by their words. */
void sample_empty(const struct sample *g, struct buf *text);

/* 16 bits of a hash of all secrets, to tell whether the key is still the
 * same. */
unsigned sample_digest(const struct sample *g);

/* The number of items of an array of the body ("tools"); 0: there is none. */
size_t sample_count(const struct sample *g, const char *member);

/*
 * The newest recorded request of a session, without its secrets: parts of it
 * may be added to a request. false: there is none, or the given request is none
 * to /v1/messages.
 */
bool sample_recorded(struct bisect_request *out, const struct sample *g,
		     const char *suite);

/* ---- sample_slot.c ---- */

/* Adds a secret that is in no slot: as it is, and as JSON spells it. */
void sample_secret(struct sample *g, const char *value);

/* Adds a slot; if the word has one already, that one stays. */
int sample_slot(struct sample *g, const char *word, const char *value,
		struct fail *f);

/* Finds the word of a value, or makes a slot for it. *out is yours. */
int sample_word(struct sample *g, const char *value, char **out,
		struct fail *f);

/* ---- sample_find.c ---- */

/*
 * Reads a request, unchanged, from a `.http` file, a kept wire log (the first
 * request that was refused, or else the first), standard input ("-"), or a
 * recording by its name ("plain/01" is that of the newest release).
 */
int sample_find(struct http_head *head, struct buf *body, char **source,
		const char *from, const char *suite, struct fail *f);

#endif
