/*
 * The request that bisect is given: read from wherever it is, made ready to be
 * sent to another host, its credentials taken out. A *slot* is a word such as
 * {{credential}} that stands for a secret; only sample_fill() puts it back.
 */
#ifndef PROBE_BISECT_SAMPLE_H
#define PROBE_BISECT_SAMPLE_H

#include "probe/bisect/bisect.h"
#include "wire/bytes/option.h"
#include "wire/bytes/secrets.h"

struct sample_options { /* as they were typed; NULL: not given */
	const char *from; /* a file, "-", or the name of a fixture */
	const char *url;
	const char *key, *auth, *suite;
	const struct option_list *headers; /* --header, each set */
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
	struct bisect_request request; /* Host and framing are left out */
	char *source; /* "plain/01", "standard input": for messages */
	char *base_url; /* without slashes at its end, user and password */
	char *host; /* of it */
	struct sample_slot slots[SAMPLE_SLOTS_LIMIT];
	size_t slot_count;
	struct secrets secrets; /* every value, as it may be spelt */
	char *found; /* variable that the key came from, or NULL */
};

int sample_read(struct sample *out, const struct sample_options *o,
		struct fail *f);
void sample_clear(struct sample *g);

/* The headers as they go out: words replaced by what they stand for. */
int sample_fill(const struct sample *g, const struct headers *from,
		struct headers *to, struct fail *f);

/* The same in a text, such as the target. */
void sample_fill_text(const struct sample *g, struct buf *text);

/* The contrary: values that stand in a text become their words. */
void sample_empty(const struct sample *g, struct buf *text);

/* Four digits of a hash of all secrets: was it the same key then? */
unsigned sample_digest(const struct sample *g);

/* The number of items of an array of the body ("tools"); 0: there is none. */
size_t sample_count(const struct sample *g, const char *member);

/*
 * The newest recorded request of a session, without what is secret in it, to
 * compare a request to /v1/messages with. False: there is none, or it is no
 * such request.
 */
bool sample_recorded(struct bisect_request *out, const struct sample *g,
		     const char *suite);

/* ---- sample_slot.c ---- */

/* A secret that is in no slot, as it is and as JSON spells it. */
void sample_secret(struct sample *g, const char *value);

/* A word and its value; a word that is there stays what it is. */
int sample_slot(struct sample *g, const char *word, const char *value,
		struct fail *f);

/* The word of a value; a new one if it has none yet. *out is yours. */
int sample_word(struct sample *g, const char *value, char **out,
		struct fail *f);

/* ---- sample_find.c ---- */

/*
 * The request of a `.http` file, of a kept wire log (the first one that was
 * refused, or else the first), of standard input ("-"), or of a recording by
 * its name ("plain/01" is the newest release's). As it stands there.
 */
int sample_find(struct http_head *head, struct buf *body, char **source,
		const char *from, const char *suite, struct fail *f);

#endif
