/* A home, a project and managed settings, for tests of probe/settings. */
#ifndef TESTS_SETTINGS_KIT_H
#define TESTS_SETTINGS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/settings/settings.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define URL "ANTHROPIC_BASE_URL"
#define TOKEN "ANTHROPIC_AUTH_TOKEN"
#define KEY "ANTHROPIC_API_KEY"
#define GATE "https://gate.test"

/* A home, a project below it, a folder of managed settings. */
struct world {
	char *top, *home, *folder, *managed;
	const char *environment[16];
	size_t variables;
	bool no_helper;
	struct settings *s;
	struct findings found;
};

static inline char *path_of(const char *folder, const char *name)
{
	struct buf b = BUF_INIT(4096);

	buf_addf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

static inline int setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	assert_int_equal(scratch_new(&w->top, NULL), 0);
	w->home = path_of(w->top, "home");
	w->folder = path_of(w->top, "home/project");
	w->managed = path_of(w->top, "managed");
	*state = w;
	return 0;
}

static inline void forget(struct world *w)
{
	settings_free(w->s);
	findings_clear(&w->found);
	w->s = NULL;
}

static inline int teardown(void **state)
{
	struct world *w = *state;

	forget(w);
	scratch_free(w->top);
	free(w->home);
	free(w->folder);
	free(w->managed);
	free(w);
	return 0;
}

static inline void make_folders(const char *path)
{
	char *copy = xstrdup(path);

	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
	free(copy);
}

static inline void put_bytes(const char *folder, const char *name,
			     struct span bytes)
{
	char *path = path_of(folder, name);
	FILE *to;

	make_folders(path);
	to = fopen(path, "wb");
	assert_non_null(to);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, to), bytes.len);
	fclose(to);
	free(path);
}

static inline void put(const char *folder, const char *name, const char *text)
{
	put_bytes(folder, name, span_of(text));
}

static inline void set(struct world *w, const char *entry)
{
	w->environment[w->variables++] = entry;
	assert_true(w->variables < 16);
}

static inline void look(struct world *w)
{
	struct settings_place place = {
		.home = w->home,
		.folder = w->folder,
		.environment = (char *const *)w->environment,
		.run_helper = !w->no_helper,
		.managed = w->managed,
	};
	char *path = path_of(w->folder, ".");

	make_folders(path);
	free(path);
	forget(w);
	assert_int_equal(settings_read(&w->s, &place, &w->found, NULL), 0);
}

static inline const struct finding *found(const struct world *w,
					  const char *code)
{
	for (size_t i = 0; i < w->found.count; i++)
		if (strcmp(w->found.list[i].kind->code, code) == 0)
			return &w->found.list[i];
	return NULL;
}

/* Asserts that exactly these findings were made, in this order; separated by
 * blanks. */
static inline void assert_found(const struct world *w, const char *codes)
{
	struct buf b = BUF_INIT(4096);

	for (size_t i = 0; i < w->found.count; i++)
		buf_addf(&b, "%s%s", i > 0 ? " " : "",
			 w->found.list[i].kind->code);
	assert_string_equal(buf_str(&b), codes);
	buf_clear(&b);
}

/* Asserts which credentials are sent: "Authorization=tok x-api-key=key". */
static inline void assert_sent(const struct world *w, const char *wanted)
{
	struct buf b = BUF_INIT(65536);

	for (size_t i = 0; i < w->s->credential_count; i++)
		buf_addf(&b, "%s%s=%s", i > 0 ? " " : "",
			 w->s->credentials[i].header,
			 w->s->credentials[i].value);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

static inline void assert_headline(const struct world *w, const char *code,
				   const char *part)
{
	const struct finding *x = found(w, code);

	if (!x)
		fail_msg("no %s", code);
	else if (!strstr(x->headline, part) && !strstr(x->fix, part))
		fail_msg("%s: no '%s' in: %s / %s", code, part, x->headline,
			 x->fix);
}

#define USER ".claude/settings.json"
#define LOCAL ".claude/settings.local.json"
#define ENV1(a, b) "{\"env\":{\"" a "\":\"" b "\"}}"
#define ENV2(a, b, c, d) "{\"env\":{\"" a "\":\"" b "\",\n\"" c "\":\"" d "\"}}"

#endif
