/*
 * What Claude Code would use here, of files in which anything may stand: its
 * settings, what a login has left, a .env, the environment. All is read, what
 * is told is printable, and a credential that is used is nowhere in it.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/settings/settings.h"
#include "tests/fuzz/kit.h"
#include "wire/bytes/mem.h"

#define VARIABLES_LIMIT 32
#define SECRET_BYTES 16 /* shorter ones may be words of ours */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *name, *file;
} parts[] = {
	{ "user", "home/.claude/settings.json" },
	{ "project", "home/project/.claude/settings.json" },
	{ "local", "home/project/.claude/settings.local.json" },
	{ "managed", "managed/managed-settings.json" },
	{ "state", "home/.claude.json" },
	{ "login", "home/.claude/.credentials.json" },
	{ "dotenv", "home/project/.env" },
	{ "environment", NULL },
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

struct world {
	char *home, *folder, *managed;
	char *variables[VARIABLES_LIMIT + 1];
	size_t count;
};

static char *below(const char *name)
{
	struct buf b = BUF_INIT(4096);

	buf_addf(&b, "%s/%s", kit_folder(), name);
	return buf_take(&b, NULL);
}

/* Lines of NAME=VALUE. Where the files are is not for the input to say. */
static void add_variables(struct world *w, struct span text)
{
	struct span line;

	while (text.len > 0 && span_split(&text, '\n', &line))
		if (w->count < VARIABLES_LIMIT && line.len > 0 &&
		    !span_starts(line, "CLAUDE_CONFIG_DIR="))
			w->variables[w->count++] = span_dup(line);
}

static void world_make(struct world *w, struct span bytes)
{
	const char *names[PARTS];
	struct span out[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		names[i] = parts[i].name;
	kit_parts(bytes, names, PARTS, out);
	for (size_t i = 0; i < PARTS; i++)
		if (parts[i].file)
			kit_put(parts[i].file, out[i]);
		else
			add_variables(w, out[i]);
	kit_put("home/project/here", SPAN_EMPTY);
	w->home = below("home");
	w->folder = below("home/project");
	w->managed = below("managed");
}

static void world_clear(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->variables[i]);
	free(w->home);
	free(w->folder);
	free(w->managed);
}

static void add_findings(const struct findings *found, struct buf *out)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct finding *x = &found->list[i];

		kit_require(x->headline[0] && !strchr(x->headline, '\n'),
			    "a finding without one line");
		buf_addf(out, "%s\n%s\n%s", x->headline, x->fix, x->evidence);
	}
}

static size_t times_in(struct span text, struct span word)
{
	size_t n = 0, at;

	while ((at = span_find(text, word)) != SIZE_MAX) {
		text = span_skip(text, at + 1);
		n++;
	}
	return n;
}

/* What stands once in the input can come into the text from there alone. */
static void check_secret(const char *value, struct span input, struct span told)
{
	struct span secret = span_of(value);

	if (secret.len >= SECRET_BYTES && times_in(input, secret) == 1)
		kit_require(span_find(told, secret) == SIZE_MAX,
			    "a credential is told");
}

static void check_told(struct span told)
{
	for (size_t i = 0; i < told.len; i++)
		kit_require((unsigned char)told.at[i] >= ' ' ||
				    told.at[i] == '\n',
			    "a control character is told");
}

/* One winner for each name, in front of those it has gone over. */
static void check_winners(const struct settings *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *name = s->list[i].name;
		bool first = i == 0 || strcmp(s->list[i - 1].name, name) != 0;

		kit_require(s->list[i].wins == first,
			    "a winner that is not in front");
		kit_require(!first || settings_get(s, name) == s->list[i].value,
			    "a variable that stands in two places");
	}
}

static void check_settings(const struct settings *s,
			   const struct findings *found, struct span input)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct secrets known = { .list = NULL };

	settings_secrets(s, &known);
	settings_print(s, &out);
	add_findings(found, &out);
	check_told(buf_span(&out));
	for (size_t i = 0; i < s->credential_count; i++)
		check_secret(s->credentials[i].value, input, buf_span(&out));
	kit_require(s->base_url && s->base_url_source,
		    "a base URL without a source");
	kit_require(!s->model || s->model_source, "a model without a source");
	check_winners(s);
	secrets_clear(&known);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .count = 0 };
	struct findings found = { .list = NULL };
	struct settings *s = NULL;
	struct settings_place place = { .run_helper = false };

	world_make(&w, span_make(data, size));
	place.home = w.home;
	place.folder = w.folder;
	place.managed = w.managed;
	place.environment = w.variables;
	kit_require(settings_read(&s, &place, &found, NULL) == 0,
		    "nothing can be said at all");
	check_settings(s, &found, span_make(data, size));
	settings_free(s);
	findings_clear(&found);
	world_clear(&w);
	return 0;
}
