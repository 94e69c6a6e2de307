/*
 * The folders of the sessions of one run: a scratch folder with a HOME, the
 * project's folder in it, and a folder for temporary files. All of it is
 * removed at the end.
 */
#ifndef PROBE_LIVE_LIVE_PLACE_H
#define PROBE_LIVE_LIVE_PLACE_H

#include "probe/suite/casefile.h"

struct live_place {
	char *folder;
	int lock;
	char *home, *project, *temporary;
};

/* Makes the folders. *out is the caller's. */
int live_place_new(struct live_place **out, struct fail *f);
void live_place_free(struct live_place *p); /* NULL is fine */

/* Writes a file below `folder`, and makes the folders that lead to it. */
int live_place_write(const char *folder, const char *name, struct span bytes,
		     struct fail *f);

/* Calls fn for each file in the project's folder, in order of names; `name` is
 * the path in that folder. Leaves out large files, deep folders, and files
 * after the first 64. */
typedef void live_file_fn(void *arg, const char *name, struct span bytes);
void live_place_files(const struct live_place *p, live_file_fn *fn, void *arg);

#endif
