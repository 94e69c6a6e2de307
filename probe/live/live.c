/* Starts, watches and ends Claude Code, the program that a live session runs. */
#include "probe/live/live.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/live/live_private.h"
#include "wire/bytes/mem.h"

#define LAST_WORDS 2000 /* bytes of output of a hung session that are kept */

/* ---- what the program does ---- */

static void note_file(void *arg, const char *name, struct span bytes)
{
	struct buf what = BUF_INIT(PATH_MAX);

	buf_addf(&what, WLOG_USER_FILE "%s", name);
	live_note_user(arg, buf_str(&what), bytes);
	buf_clear(&what);
}

/* Notes the status of "exited with status 1", or else the signal. */
static void note_exit(struct live *l)
{
	static const char exited[] = "exited with status ";
	struct span ending = span_of(process_ending(l->process));

	if (span_starts(ending, exited))
		live_note_user(l, WLOG_USER_EXIT,
			       span_skip(ending, strlen(exited)));
	else
		live_note_user(l, WLOG_USER_ENDED, ending);
}

static void note_all(struct live *l)
{
	if (!l->terminal) {
		live_note_user(l, WLOG_USER_STDOUT, process_output(l->process));
		live_note_user(l, WLOG_USER_STDERR, process_errors(l->process));
	}
	live_place_files(l->config.place, note_file, l);
	l->over = true;
}

static void on_exit_seen(void *arg)
{
	struct live *l = arg;

	if (l->over)
		return;
	note_exit(l);
	note_all(l);
	l->config.on_change(l->config.arg);
}

static void on_output(void *arg)
{
	struct live *l = arg;

	l->config.on_change(l->config.arg);
}

static void on_piece(void *arg, struct span bytes)
{
	struct live *l = arg;

	if (l->terminal)
		live_note_user(l, WLOG_USER_SHOWN, bytes);
}

static const struct process_handler handler = {
	.on_output = on_output,
	.on_exit = on_exit_seen,
	.on_piece = on_piece,
};

static void note_last_words(struct live *l)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);
	struct span said = process_output(l->process);

	buf_add_span(&words, process_errors(l->process));
	buf_add_span(&words, said);
	said = buf_span(&words);
	if (said.len > LAST_WORDS)
		said = span_skip(said, said.len - LAST_WORDS);
	live_note_user(l, WLOG_USER_HUNG, said);
	buf_clear(&words);
}

void live_end(struct live *l)
{
	if (l->over)
		return;
	note_last_words(l);
	note_all(l);
	process_signal(l->process, SIGKILL);
}

/* The client sent more requests than any case needs: ends it. */
static void on_endless(struct live *l)
{
	char digits[24];

	if (l->over)
		return;
	snprintf(digits, sizeof(digits), "%u", l->exchanges);
	live_note_user(l, WLOG_USER_ENDLESS, span_of(digits));
	live_end(l);
}

/* ---- from outside ---- */

int live_begin(struct live **out, const struct live_config *config,
	       const struct live_start *start, struct fail *f)
{
	struct live *l = xcalloc(1, sizeof(*l));
	struct live_words words = { .argv = NULL };
	struct process_config how = { .path = "",
				      .folder = config->place->project,
				      .apart = !start->terminal,
				      .terminal = start->terminal };
	int rc = -1;

	l->config = *config;
	l->terminal = start->terminal;
	l->on_endless = on_endless;
	if (live_relay_open(l, f) < 0 ||
	    live_start_make(l, start, &words, f) < 0)
		goto out;
	how.argv = words.argv;
	how.environment = words.environment;
	rc = process_start(&l->process, config->loop, &how, &handler, l, f);
out:
	live_start_clear(&words);
	if (rc < 0)
		live_free(l);
	else
		*out = l;
	return rc;
}

bool live_is_over(const struct live *l)
{
	return l->over;
}

void live_type(struct live *l, const char *keys)
{
	char *text = live_start_text(&l->config, keys);

	if (!l->over) {
		live_note_user(l, WLOG_USER_TYPED, span_of(text));
		process_type(l->process, span_of(text));
	}
	free(text);
}

void live_signal(struct live *l, int signo)
{
	process_signal(l->process, signo);
}

void live_free(struct live *l)
{
	if (l == NULL)
		return;
	process_stop(l->process);
	live_relay_close(l);
	free(l);
}

char *live_find(const char *given, const char *path)
{
	bool is_given = given != NULL && *given != '\0';
	char *found = process_find(is_given ? given : "claude",
				   path != NULL ? path : "/usr/bin:/bin");
	char *full = found != NULL ? realpath(found, NULL) : NULL;

	free(found);
	return full;
}
