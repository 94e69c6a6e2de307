/*
 * The releases of Claude Code whose requests were recorded: the folders of
 * fixtures/requests. One of them is chosen (--client); in case files ${client}
 * is its version. A case may be for some of them only.
 */
#ifndef PROBE_SUITE_CLIENTS_H
#define PROBE_SUITE_CLIENTS_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* In recorded prompts, the place of the run's mark. */
#define CLIENTS_MARK "[probe-0000000000000000]"

struct clients { /* zero-initialised: none */
	char **list; /* versions, the oldest first */
	size_t count;
};

/* Reads which releases are recorded; the list may be empty. */
int clients_read(struct clients *out, const char *root, struct fail *f);
void clients_clear(struct clients *clients);

/* The release of that version; `wanted` NULL: the newest, or NULL if there is
 * none. FAIL_USAGE: it is not recorded; the message lists those that are. *out
 * is borrowed. */
int clients_choose(const char **out, const struct clients *clients,
		   const char *wanted, struct fail *f);

/* Is it three numbers, such as "2.1.329"? */
bool client_is_version(const char *text);
/* < 0: `left` is older. */
int client_compare(const char *left, const char *right);

struct client_range {
	char *min, *max; /* NULL: no bound */
};

bool client_fits(const struct client_range *range, const char *version);
/* The newest release in the range; NULL: none is. */
const char *clients_newest(const struct clients *clients,
			   const struct client_range *range);
/* "Claude Code 2.1.200 or newer" */
void client_range_write(const struct client_range *range, struct buf *out);
void client_range_clear(struct client_range *range);

/*
 * Finds the file that the path of a recording means. Releases number their
 * requests differently (some begin with a warm-up, some ask small models in
 * between), so "turn-2.http" stands for the second request of its folder that
 * carries the prompt's mark. Other names are the file's own. A path below
 * fixtures/cloud means the newest recorded release that is not newer than the
 * one in the path. *out is yours to free().
 */
int clients_recording(char **out, const char *root, const char *path,
		      struct fail *f);

#endif
