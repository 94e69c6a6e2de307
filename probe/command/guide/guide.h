/* What ccprobe says about itself: called alone, for help, its version and its
 * manual. */
#ifndef PROBE_COMMAND_GUIDE_GUIDE_H
#define PROBE_COMMAND_GUIDE_GUIDE_H

#include "probe/command/command.h"

/* For `ccprobe` alone: what it is, and three things to do next. */
void guide_first(struct buf *out);

/* A line for each command; `commands` ends with NULL. */
void guide_commands(const struct command *const *commands, struct buf *out);

/* Appends the manual in a form of manual.h. false: there is no such form. */
bool guide_manual(const struct command *const *commands, const char *form,
		  struct buf *out);

/* Appends the version; if `verbose`, also where the suite is, and why it is
 * that one. */
void guide_version(bool verbose, struct buf *out);

#endif
