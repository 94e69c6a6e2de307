/* What ccprobe says of itself: alone, for help, its version, its manual. */
#ifndef PROBE_COMMAND_GUIDE_GUIDE_H
#define PROBE_COMMAND_GUIDE_GUIDE_H

#include "probe/command/command.h"

/* `ccprobe` alone: what it is, and three things to do next. */
void guide_first(struct buf *out);

/* Every command in a line; `commands` is ended by NULL. */
void guide_commands(const struct command *const *commands, struct buf *out);

/* The manual in the form of manual.h. false: there is no such form. */
bool guide_manual(const struct command *const *commands, const char *form,
		  struct buf *out);

/* With `verbose` also where its suite is, and why that one is taken. */
void guide_version(bool verbose, struct buf *out);

#endif
