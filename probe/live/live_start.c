/* Makes what a session starts with: files, arguments, variables. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mockupstream/mock.h"
#include "probe/live/live_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

#define MARK "[probe-0000000000000000]"
#define PATH_OF_CLIENT "/usr/local/bin:/usr/bin:/bin"
#define KEY_SHOWN 20 /* bytes at the end of an approved key */

struct words { /* a list that grows */
	char **list;
	size_t count;
};

static void add_word(struct words *w, char *word)
{
	w->list = xrealloc(w->list, (w->count + 2) * sizeof(*w->list));
	w->list[w->count++] = word;
	w->list[w->count] = NULL;
}

char *live_start_text(const struct live_config *c, const char *text)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	size_t len;
	char *out;

	buf_add_text(&b, text);
	(void)buf_replace(&b, "{{project}}", c->place->project);
	(void)buf_replace(&b, "{{home}}", c->place->home);
	out = buf_take(&b, &len);
	mark_put(out, len, c->run);
	return out;
}

/* ---- files ---- */

static int write_files(const struct live_config *c,
		       const struct live_start *start, struct fail *f)
{
	int rc = 0;

	for (size_t i = 0; i < start->file_count && rc == 0; i++) {
		const struct live_file *file = &start->files[i];
		struct span bytes = span_make(file->bytes, file->len);
		char *text = NULL;

		if (file->is_text) {
			text = live_start_text(c, file->bytes);
			bytes = span_of(text);
		}
		rc = live_place_write(c->place->project, file->name, bytes, f);
		free(text);
	}
	return rc;
}

/* Writes the state of a client that was set up before, so that it asks no
 * questions at the start. */
static int write_state(const struct live_config *c, struct fail *f)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	size_t len = strlen(c->key);
	char *path;
	int rc = 0;

	buf_addf(&b, "%s/.claude.json", c->place->home);
	path = buf_take(&b, NULL);
	if (access(path, F_OK) == 0)
		goto out;
	buf_add_text(&b, "{\"hasCompletedOnboarding\":true,\"theme\":\"dark\","
			 "\"bypassPermissionsModeAccepted\":true,"
			 "\"numStartups\":5,\"customApiKeyResponses\":{"
			 "\"approved\":[");
	jscan_quote(&b,
		    span_of(c->key + (len > KEY_SHOWN ? len - KEY_SHOWN : 0)));
	buf_add_text(&b, "],\"rejected\":[]},\"projects\":{");
	jscan_quote(&b, span_of(c->place->project));
	buf_add_text(&b, ":{\"hasTrustDialogAccepted\":true,"
			 "\"hasCompletedProjectOnboarding\":true}}}");
	rc = live_place_write(c->place->home, ".claude.json", buf_span(&b), f);
out:
	free(path);
	buf_clear(&b);
	return rc;
}

/* ---- arguments ---- */

/* The prompt with the mark, by which the mock knows the run of a request. */
static char *prompt_of(const struct live_config *c,
		       const struct live_start *start)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	char *text;

	buf_add_text(&b, start->prompt);
	if (strstr(start->prompt, MARK) == NULL)
		buf_add_text(&b, " " MARK);
	text = live_start_text(c, buf_str(&b));
	buf_clear(&b);
	return text;
}

static void add_arguments(struct words *w, const struct live_config *c,
			  const struct live_start *start)
{
	add_word(w, xstrdup(c->program));
	if (!start->terminal) {
		add_word(w, xstrdup("-p"));
		add_word(w, xstrdup("--output-format"));
		add_word(w, xstrdup("json"));
	}
	if (start->mode != NULL) {
		add_word(w, xstrdup("--permission-mode"));
		add_word(w, xstrdup(start->mode));
	} else {
		add_word(w, xstrdup("--dangerously-skip-permissions"));
	}
	for (size_t i = 0; i < start->argument_count; i++)
		add_word(w, live_start_text(c, start->arguments[i]));
	if (start->prompt != NULL) {
		add_word(w, xstrdup("--"));
		add_word(w, prompt_of(c, start));
	}
}

/* ---- variables ---- */

static void add_variable(struct words *w, const char *name, const char *value)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "%s=%s", name, value);
	add_word(w, buf_take(&b, NULL));
}

static void add_key(struct words *w, const struct live_config *c)
{
	if (c->auth != AUTH_API_KEY)
		add_variable(w, "ANTHROPIC_AUTH_TOKEN", c->key);
	if (c->auth == AUTH_API_KEY || c->auth == AUTH_BOTH)
		add_variable(w, "ANTHROPIC_API_KEY", c->key);
}

/* Adds the mark as a header, too, for requests without the prompt. A gateway
 * may drop it. */
static void add_headers(struct words *w, const struct live_config *c)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "X-Ccprobe-Run: [probe-%016" PRIx64 "]", c->run);
	for (size_t i = 0; c->extra != NULL && i < c->extra->count; i++)
		buf_addf(&b, "\n%s: %s", c->extra->list[i].name,
			 c->extra->list[i].value);
	add_variable(w, "ANTHROPIC_CUSTOM_HEADERS", buf_str(&b));
	buf_clear(&b);
}

static void add_usual(struct words *w, const struct live *l)
{
	const struct live_config *c = &l->config;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u",
		 (unsigned)serve_port(l->relay));
	add_variable(w, "ANTHROPIC_BASE_URL", url);
	add_variable(w, "HOME", c->place->home);
	add_variable(w, "TMPDIR", c->place->temporary);
	add_variable(w, "PATH", PATH_OF_CLIENT);
	add_variable(w, "TERM", "xterm-256color");
	add_variable(w, "LANG", "C.UTF-8");
	add_variable(w, "TZ", "UTC");
	add_variable(w, "SHELL", "/bin/sh");
	add_variable(w, "IS_SANDBOX", "1");
	add_variable(w, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
	add_variable(w, "DISABLE_AUTOUPDATER", "1");
	add_key(w, c);
	add_headers(w, c);
}

static bool is_of(const char *variable, struct span name)
{
	return strncmp(variable, name.at, name.len) == 0 &&
	       variable[name.len] == '=';
}

/* Sets or removes a variable as the case says. */
static void set_variable(struct words *w, const struct live_config *c,
			 const char *text)
{
	struct span name = span_of(text);
	size_t kept = 0;

	name = span_first(name, strcspn(text, "="));
	for (size_t i = 0; i < w->count; i++) {
		if (is_of(w->list[i], name))
			free(w->list[i]);
		else
			w->list[kept++] = w->list[i];
	}
	w->count = kept;
	w->list[kept] = NULL;
	if (strchr(text, '=') != NULL)
		add_word(w, live_start_text(c, text));
}

int live_start_make(const struct live *l, const struct live_start *start,
		    struct live_words *out, struct fail *f)
{
	const struct live_config *c = &l->config;
	struct words argv = { .list = NULL }, environment = { .list = NULL };

	if (write_files(c, start, f) < 0 || write_state(c, f) < 0)
		return -1;
	add_arguments(&argv, c, start);
	add_usual(&environment, l);
	for (size_t i = 0; i < start->variable_count; i++)
		set_variable(&environment, c, start->variables[i]);
	out->argv = argv.list;
	out->environment = environment.list;
	return 0;
}

static void list_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

void live_start_clear(struct live_words *w)
{
	list_free(w->argv);
	list_free(w->environment);
}
