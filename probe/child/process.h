/*
 * A child program: it runs in a process group of its own, its output is kept,
 * and the loop sees its end. Neither the program nor what it starts in its
 * group lives longer than we do, even if we are killed.
 */
#ifndef PROBE_CHILD_PROCESS_H
#define PROBE_CHILD_PROCESS_H

#include <sys/types.h>

#include "net/loop.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct process;

struct process_config {
	char *const *argv; /* argv[0] is looked up in `path` */
	char *const *environment; /* all of it: "NAME=value", NULL-ended */
	const char *path; /* like $PATH */
	const char *folder; /* where it runs */
	bool apart; /* keep stderr apart from stdout */
	bool terminal; /* give it a terminal of its own; not with `apart` */
};

/* Called by the loop: on_output when output has come, on_exit once when it
 * ended. */
struct process_handler {
	void (*on_output)(void *arg);
	void (*on_exit)(void *arg);
	void (*on_piece)(void *arg, struct span bytes); /* of stdout; or NULL */
};

/* -1: the program does not exist or cannot be started. *out is the caller's. */
int process_start(struct process **out, struct loop *l,
		  const struct process_config *config,
		  const struct process_handler *handler, void *arg,
		  struct fail *f);

/* What it printed on stdout and, unless that is kept apart, on stderr. If it is
 * much, the middle is left out. */
struct span process_output(const struct process *p);

/* What it printed on stderr if that is kept apart; else nothing. */
struct span process_errors(const struct process *p);

/* "exited with status 1", "was ended by signal 9"; "" while it runs. */
const char *process_ending(const struct process *p);

/* Whether it has ended with status 0. */
bool process_succeeded(const struct process *p);

/* Types into its terminal. Keys that the terminal does not take at once are
 * lost. */
void process_type(struct process *p, struct span keys);

pid_t process_group(const struct process *p);

/* Sends a signal to the group while the program runs. */
void process_signal(struct process *p, int signo);

/* Sends SIGTERM to the group, and SIGKILL after at most two seconds; then
 * frees. */
void process_stop(struct process *p);

/* Finds a program as the shell does. NULL if there is none; a path is yours to
 * free. */
char *process_find(const char *program, const char *path);

#endif
