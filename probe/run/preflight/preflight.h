/*
 * The preflight, before the first case: does an ordinary request get through
 * the gateway to the mock and back? If not, a run would give hundreds of
 * failures with one cause, so the preflight names the cause and says what to
 * do.
 */
#ifndef PROBE_RUN_PREFLIGHT_PREFLIGHT_H
#define PROBE_RUN_PREFLIGHT_PREFLIGHT_H

#include "probe/look/view.h"
#include "probe/suite/casefile.h"

#define PREFLIGHT_MS 10000 /* how long it may take by default */

struct preflight_first { /* which request comes first */
	const char *root; /* of the suite */
	const char *client; /* whose: "2.1.329" */
	enum format format; /* that the client speaks */
	bool small; /* with a body that asks for a few words */
	const char *model; /* to ask for; NULL: that of the recording */
};

/* A case that sends the first recorded request and waits for its end. */
int preflight_case(struct casefile **out, const struct preflight_first *first,
		   struct fail *f);

struct preflight { /* what a diagnosis needs to know besides the log */
	const char *gateway; /* URL */
	const char *mock; /* "127.0.0.1:8473" */
	bool black_box; /* there is no mock */
	const char *auth; /* which headers carried the key, in words */
	const char *client; /* "2.1.329" */
	enum format format; /* that the client speaks */
	/* The key that the gateway has to use upstream; NULL: not known */
	const char *upstream_key;
	const char *settings; /* advice on how to change the key */
};

/*
 * True if the request got through. Otherwise `out` gets a headline and lines of
 * advice, each ended by a newline. Pure: reads the log only.
 */
bool preflight_judge(const struct wlog *log, uint64_t run,
		     const struct preflight *p, struct buf *out);

/* True if the request was refused for its content (400, 413, 422 ...), not for
 * its key, path or method. */
bool preflight_is_refusal(const struct wlog *log, uint64_t run);

/* Each diagnosis has a code, "PRE-KEY". The n-th (from 0), or NULL. */
const char *preflight_code(size_t n);

/* What the code means and what to do; false: there is no such code. */
bool preflight_explain(const char *code, struct buf *out);

/* Every code with its headline. */
void preflight_list(struct buf *out);

#endif
