/* --fix: writes what to change in the client's configuration, as commands and
 * JSON. It changes no file. */
#include <string.h>

#include "probe/doctor/doctor.h"
#include "reports/members.h"

#define URL "ANTHROPIC_BASE_URL"
#define DISCOVERY "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY"
#define USER_FILE "~/.claude/settings.json"

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void add(struct repairs *to, const struct repair *r)
{
	for (size_t i = 0; i < to->count; i++)
		if (is_same(to->list[i].file, r->file) &&
		    is_same(to->list[i].member, r->member) &&
		    is_same(to->list[i].value, r->value))
			return;
	repairs_add(to, r);
}

/* ---- findings of steps ---- */

static const struct setting *winner(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].wins && strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	return NULL;
}

/* Adds a repair of the variable `name`, in the place where x is set. */
static void add_at(struct repairs *to, const char *code,
		   const struct setting *x, const char *name, const char *value)
{
	struct buf member = BUF_INIT(BUF_NO_LIMIT);
	struct repair r = {
		.kind = value ? REPAIR_SET : REPAIR_REMOVE,
		.code = code,
		.file = x->file,
		.value = (char *)value,
	};

	buf_addf(&member, "%s%s", x->file ? "env." : "", name);
	r.member = member.at;
	add(to, &r);
	buf_clear(&member);
}

/* Findings whose first word is the right base URL. */
static bool mend_url(const struct settings *s, const struct finding *g,
		     struct repairs *to)
{
	static const char *const codes[] = {
		"DR-TLS-PLAIN-PORT", "DR-PLAIN-TO-TLS",   "DR-REDIRECT",
		"DR-V1-TWICE",       "DR-PREFIX-MISSING", "DR-PREFIX-WRONG",
		"DR-TRAILING-SLASH",
	};
	const struct setting *x = winner(s, URL);
	bool found = false;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		found = found || strcmp(codes[i], g->kind->code) == 0;
	/* Not if the URL was typed, or if the word is a sentence. */
	if (!found || !x || x->managed ||
	    strcmp(s->base_url, s->own_url) != 0 || !g->words[0] ||
	    strncmp(g->words[0], "http", 4) != 0)
		return false;
	add_at(to, g->kind->code, x, URL, g->words[0]);
	return true;
}

/* Moves the key from one variable to the other, in the same place. */
static bool mend_variable(const struct settings *s, const struct finding *g,
			  struct repairs *to)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);
	const struct setting *x;

	if (strcmp(g->kind->code, "DR-WRONG-VARIABLE") != 0 ||
	    (x = winner(s, g->words[0])) == NULL || x->managed)
		return false;
	buf_addf(&value, "$%s", x->name);
	add_at(to, g->kind->code, x, g->words[2], buf_str(&value));
	add_at(to, g->kind->code, x, x->name, NULL);
	buf_clear(&value);
	return true;
}

/* Removes one of two keys. */
static bool mend_two(const struct settings *s, const struct finding *g,
		     struct repairs *to)
{
	const struct setting *x;

	if (strcmp(g->kind->code, "DR-KEY-TWO-DIFFERENT") != 0 ||
	    (x = winner(s, g->words[1])) == NULL || x->managed)
		return false;
	add_at(to, g->kind->code, x, x->name, NULL);
	return true;
}

static bool mend_discovery(const struct finding *g, struct repairs *to)
{
	struct repair r = {
		.kind = REPAIR_SET,
		.code = g->kind->code,
		.file = (char *)USER_FILE,
		.member = (char *)"env." DISCOVERY,
		.value = (char *)"1",
	};

	if (strcmp(g->kind->code, "DR-DISCOVERY-OFF") != 0)
		return false;
	add(to, &r);
	return true;
}

/* ---- all ---- */

static bool mend_settings(const struct findings *all, const struct finding *g,
			  struct repairs *to)
{
	bool found = false;

	for (size_t i = 0; i < all->repairs.count; i++) {
		const struct repair *r = &all->repairs.list[i];

		if (strcmp(r->code, g->kind->code) != 0)
			continue;
		add(to, r);
		found = true;
	}
	return found;
}

static void by_hand(const struct finding *g, struct repairs *to)
{
	struct repair r = {
		.kind = REPAIR_HAND,
		.code = g->kind->code,
		.value = g->fix,
	};

	add(to, &r);
}

static void collect(const struct doctor *d, struct repairs *to)
{
	const struct settings *s = d->config->settings;

	for (size_t i = 0; i < d->findings.count; i++) {
		const struct finding *g = &d->findings.list[i];

		if (g->kind->blame != BLAME_CLIENT_CONFIG)
			continue;
		if (!mend_settings(&d->findings, g, to) &&
		    !mend_url(s, g, to) && !mend_variable(s, g, to) &&
		    !mend_two(s, g, to) && !mend_discovery(g, to))
			by_hand(g, to);
	}
}

/* ---- output ---- */

void doctor_print_fix(const struct doctor *d, struct buf *out)
{
	struct repairs all = { .list = NULL };
	const char *code = "";

	collect(d, &all);
	if (all.count == 0)
		buf_addf(out,
			 "Nothing in Claude Code's configuration is wrong.%s\n",
			 d->findings.count > 0
				 ? " What a finding above names under 'fix' "
				   "may help until the gateway is mended."
				 : "");
	else
		buf_add_text(
			out,
			"What to change (doctor changes no file; in a file, "
			"replace $NAME by the credential itself):\n");
	for (size_t i = 0; i < all.count; i++) {
		if (strcmp(code, all.list[i].code) != 0)
			buf_addf(out, "  %s\n", all.list[i].code);
		code = all.list[i].code;
		buf_add_text(out, "    ");
		repair_text(&all.list[i], out);
		buf_add_byte(out, '\n');
	}
	repairs_clear(&all);
}

static void json_one(const struct repair *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct members m = { .out = out };

	buf_add_byte(out, '{');
	member_text(&m, "code", r->code);
	member_text(&m, "action", repair_name(r->kind));
	member_text(&m, "file", r->file);
	member_text(&m, "member", r->member);
	if (r->kind == REPAIR_SET)
		member_text(&m, "value", r->value);
	repair_text(r, &text);
	member_text(&m, "text", buf_str(&text));
	buf_add_byte(out, '}');
	buf_clear(&text);
}

void doctor_json_fix(const struct doctor *d, struct buf *out)
{
	struct repairs all = { .list = NULL };

	collect(d, &all);
	buf_add_byte(out, '[');
	for (size_t i = 0; i < all.count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		json_one(&all.list[i], out);
	}
	buf_add_byte(out, ']');
	repairs_clear(&all);
}
