/* Finds out which release of the client a program is. */
#include <stdlib.h>

#include "net/loop.h"
#include "probe/child/process.h"
#include "probe/live/live.h"
#include "probe/suite/clients.h"

#define PATIENCE_MS 30000

static void on_output(void *arg)
{
	(void)arg;
}

static void on_end(void *arg)
{
	loop_stop(arg);
}

static const struct process_handler handler = { .on_output = on_output,
						.on_exit = on_end };

/* The version in "2.1.332 (Claude Code)", or NULL. */
static char *version_in(struct span said)
{
	char *word = span_dup(span_first(said, span_find_byte(said, ' ')));

	if (span_find(said, span_of("(Claude Code)")) != SIZE_MAX &&
	    client_is_version(word))
		return word;
	free(word);
	return NULL;
}

/* Runs `--version`, and waits until it ends, or for PATIENCE_MS. */
static char *ask(struct loop *l, char *program, struct fail *f)
{
	char *argv[] = { program, (char[]){ "--version" }, NULL };
	char *environment[] = { (char[]){ "PATH=/usr/bin:/bin" },
				(char[]){ "HOME=/nonexistent" }, NULL };
	struct process_config config = { .argv = argv,
					 .environment = environment,
					 .path = "",
					 .folder = "/",
					 .apart = true };
	struct loop_timer alarm = { .slot = 0 };
	struct process *p;
	char *version;

	if (process_start(&p, l, &config, &handler, l, f) < 0)
		return NULL;
	loop_timer_set(l, &alarm, loop_now() + PATIENCE_MS * TICK_MS, on_end,
		       l);
	loop_run(l);
	loop_timer_clear(l, &alarm);
	version = version_in(process_output(p));
	if (version == NULL)
		fail_set(f, FAIL_USAGE,
			 "%s: `--version` does not say that it is Claude Code; "
			 "set CLAUDE to the path of the real client, or "
			 "install `claude`",
			 program);
	process_stop(p);
	return version;
}

int live_version(char **out, const char *program, struct fail *f)
{
	struct loop *l = NULL;
	char *copy = span_dup(span_of(program));

	*out = loop_new(&l, f) == 0 ? ask(l, copy, f) : NULL;
	loop_free(l);
	free(copy);
	return *out != NULL ? 0 : -1;
}
