/*
 * Targets: signing in. If the gateway itself gives out the client's key, the
 * command 'sign_in' of target.json gets the key and prints it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "probe/run/keys.h"
#include "probe/run/target_private.h"
#include "probe/suite/casefile.h"

/* Headers may contain the key, so they are filled in after signing in. */
static void finish(struct target *t)
{
	(void)target_fill_headers(t, &t->fail);
	target_tell(t);
}

static void give_up(struct target *t, const char *why)
{
	struct span printed =
		t->signing ? process_errors(t->signing) : SPAN_EMPTY;
	char what[128];

	snprintf(what, sizeof(what), "cannot be signed in to: %s", why);
	target_give_up(t, what, printed);
}

/* The command must print the key and nothing else, so that no other line is
 * taken for it. Messages do not repeat what it printed, since that may be a
 * key. */
static void take_key(struct target *t)
{
	struct span line = process_output(t->signing);

	if (span_ends(line, "\n"))
		line.len--;
	if (line.len == 0) {
		give_up(t, "its command printed no key on stdout");
		return;
	}
	if (!keys_printable(line) || span_find_byte(line, ' ') != SIZE_MAX) {
		give_up(t, "its command printed more than a key on stdout: "
			   "one word of printable ASCII is wanted");
		return;
	}
	if (line.len < CASE_KEY_LEAST) {
		give_up(t, "its command printed a key that is too short to be "
			   "told from other text");
		return;
	}
	t->key = span_dup(line);
	t->values[TARGET_CLIENT_KEY].value = t->key;
	finish(t);
}

static void on_late(void *arg)
{
	struct target *t = arg;
	char why[64];

	snprintf(why, sizeof(why), "its command did not end within %u ms",
		 (unsigned)t->file.sign_in_ms);
	give_up(t, why);
}

static void on_output(void *arg)
{
	(void)arg;
}

static void on_exit_seen(void *arg)
{
	struct target *t = arg;
	char why[96];

	if (t->deadline == 0)
		return;
	if (process_succeeded(t->signing)) {
		take_key(t);
	} else {
		snprintf(why, sizeof(why), "its command %s",
			 process_ending(t->signing));
		give_up(t, why);
	}
}

static const struct process_handler sign_handler = { on_output, on_exit_seen,
						     NULL };

void target_sign_in(struct target *t)
{
	if (!t->file.sign_in) {
		finish(t);
		return;
	}
	t->deadline = loop_now() + t->file.sign_in_ms * TICK_MS;
	loop_timer_set(t->loop, &t->retry, t->deadline, on_late, t);
	if (target_run(t, t->file.sign_in, true, &t->signing, &sign_handler,
		       &t->fail) < 0)
		target_tell(t);
}
