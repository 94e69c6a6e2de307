/*
 * Where the sessions of one run live: a scratch folder with a HOME, the folder
 * that they work in, and one for what is temporary. It is removed with all that
 * they left in it.
 */
#ifndef PROBE_LIVE_LIVE_PLACE_H
#define PROBE_LIVE_LIVE_PLACE_H

#include "probe/suite/casefile.h"

struct live_place {
	char *folder;
	int lock;
	char *home, *project, *temporary;
};

int live_place_new(struct live_place **out, struct fail *f);
void live_place_free(struct live_place *p); /* NULL is fine */

/* A file below `folder`, with the folders on the way to it. */
int live_place_write(const char *folder, const char *name, struct span bytes,
		     struct fail *f);

/* Calls fn for the files below the working folder, in order of their names:
 * `name` is the path in it. What is large, deep, or one of many is left out. */
typedef void live_file_fn(void *arg, const char *name, struct span bytes);
void live_place_files(const struct live_place *p, live_file_fn *fn, void *arg);

#endif
