/* Reads one settings file and checks it as the client does. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define SOURCES_LIMIT 64

static const struct {
	const char *key;
	enum jtype type;
	const char *text;
} schema[] = {
	{ "env", J_OBJECT, "'env' is no object" },
	{ "apiKeyHelper", J_STRING, "'apiKeyHelper' is no string" },
	{ "model", J_STRING, "'model' is no string" },
	{ "modelOverrides", J_OBJECT, "'modelOverrides' is no object" },
	{ "permissions", J_OBJECT, "'permissions' is no object" },
};

static void tell(struct reading *r, const struct source *x, const char *where,
		 const char *what)
{
	bool stops = x->kind == SOURCE_MANAGED || x->kind == SOURCE_STATE;

	settings_finding(r, stops ? "DR-START-FILE" : "DR-SETTINGS-FILE", where,
			 what, NULL);
}

/* If a member has the wrong type, the client ignores the whole file, or only
 * the member in a managed file. False: the whole file is ignored. */
static bool check_types(struct reading *r, const struct source *x)
{
	bool fine = true;
	struct jval v;

	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]); i++) {
		char *where;

		if (!source_member(x->root, schema[i].key, &v) ||
		    v.type == schema[i].type || x->kind == SOURCE_STATE)
			continue;
		where = source_place(x, v);
		if (x->kind == SOURCE_MANAGED) {
			settings_finding(r, "DR-MANAGED-VALUE", where,
					 schema[i].text, NULL);
		} else {
			tell(r, x, where, schema[i].text);
			fine = false;
		}
		free(where);
	}
	return fine;
}

static bool is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr(" \t\r\n", s.at[i]))
			return false;
	return true;
}

static void tell_syntax(struct reading *r, const struct source *x,
			const struct fail *f)
{
	struct buf where = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&where, "%s:%u:%u", x->shown, f->line, f->column);
	tell(r, x, buf_str(&where), fail_what(f));
	buf_clear(&where);
}

static bool parse(struct reading *r, struct source *x, size_t len)
{
	struct fail f = FAIL_INIT;
	char *where;

	x->json = span_make(x->text, len);
	if (span_starts(x->json, "\xef\xbb\xbf"))
		x->json = span_skip(x->json, 3);
	if (is_blank(x->json))
		return false;
	if (jscan(x->json, &x->root, &f) == 0 && x->root.type == J_OBJECT)
		return check_types(r, x);
	if (f.code != FAIL_OK) {
		tell_syntax(r, x, &f);
	} else {
		where = source_place(x, x->root);
		tell(r, x, where, "is no object");
		free(where);
	}
	return false;
}

void source_add(struct reading *r, enum source_kind kind, const char *path)
{
	struct source x = { .kind = kind, .path = xstrdup(path) };
	struct fail f = FAIL_INIT;
	size_t len = 0;
	int rc = source_text(path, &x.text, &len, &f);

	x.shown = source_shown(r->place, path);
	if (rc < 0)
		tell(r, &x, x.shown,
		     *fail_what(&f) ? fail_what(&f) : "cannot be read");
	if (rc <= 0 || r->source_count >= SOURCES_LIMIT || !parse(r, &x, len)) {
		source_clear(&x);
		return;
	}
	r->sources = xrealloc(r->sources,
			      (r->source_count + 1) * sizeof(*r->sources));
	r->sources[r->source_count++] = x;
	values_of_source(r, &x);
}
