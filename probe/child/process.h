/*
 * A child program: started in a process group of its own, its output kept, its
 * end seen by the loop. Neither it nor what it starts in its group outlives us,
 * even where we are killed.
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
	char *const *environment; /* "NAME=value", NULL-ended; nothing else */
	const char *path; /* as $PATH */
	const char *folder; /* where it runs */
	bool apart; /* what it prints on stderr is kept by itself */
	bool terminal; /* it sits at one of its own; not together with `apart` */
};

/* All are called on the loop: output grew; it has ended (once). */
struct process_handler {
	void (*on_output)(void *arg);
	void (*on_exit)(void *arg);
	void (*on_piece)(void *arg, struct span bytes); /* of stdout; or NULL */
};

int process_start(struct process **out, struct loop *l,
		  const struct process_config *config,
		  const struct process_handler *handler, void *arg,
		  struct fail *f);

/* What it printed on stdout and, unless that is kept apart, on stderr; the
 * middle of much is left out. */
struct span process_output(const struct process *p);

/* What it printed on stderr, where that is kept apart; else nothing. */
struct span process_errors(const struct process *p);

/* "exited with status 1", "was ended by signal 9"; "" while it runs. */
const char *process_ending(const struct process *p);

/* It has ended with status 0. */
bool process_succeeded(const struct process *p);

/* Into its terminal. What does not fit into it is lost: people type little. */
void process_type(struct process *p, struct span keys);

pid_t process_group(const struct process *p);

/* To the group, while it runs. */
void process_signal(struct process *p, int signo);

/* SIGTERM to the group, SIGKILL after two seconds at most; then frees. */
void process_stop(struct process *p);

/* Finds a program as the shell does; NULL or a path that is yours to free. */
char *process_find(const char *program, const char *path);

#endif
