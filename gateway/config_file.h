/* The configuration's JSON file. */
#ifndef GATEWAY_CONFIG_FILE_H
#define GATEWAY_CONFIG_FILE_H

#include "gateway/config.h"

/* Reads a file; what it says replaces what `c` has. Adds every mistake with its
 * place; members without mistakes are set. */
void config_file_load(struct config *c, const char *path, struct mistakes *to);

/* The same from text; `name` stands for the path in messages. */
void config_file_read(struct config *c, const char *name, struct span text,
		      struct mistakes *to); /* for tests */

#endif
