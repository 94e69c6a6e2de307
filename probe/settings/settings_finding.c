/* Adds a finding about the settings, and its repair. */
#include "probe/settings/settings_private.h"

#include <string.h>

void settings_finding(struct reading *r, const char *code, const char *w1,
		      const char *w2, const char *w3)
{
	const char *words[] = { w1, w2, w3 };

	findings_add(r->to, SETTINGS_STEP, code, words, 3, NULL);
}

/* A URL with a password or a query is shown as the variable's name. */
static const char *shown(const char *value)
{
	if (value &&
	    (route_url_user(value).len > 0 || route_url_query(value).len > 0))
		return "$ANTHROPIC_BASE_URL";
	return value;
}

void settings_mend_file(struct reading *r, const char *code, const char *file,
			const char *member, const char *value)
{
	struct repair x = {
		.kind = value ? REPAIR_SET : REPAIR_REMOVE,
		.code = code,
		.file = (char *)file,
		.member = (char *)member,
		.value = (char *)shown(value),
	};

	repairs_add(&r->to->repairs, &x);
}

void settings_mend(struct reading *r, const char *code, const struct setting *x,
		   const char *name, const char *value)
{
	struct buf member = BUF_INIT(BUF_NO_LIMIT);
	const struct known *k = known_find(span_of(name));

	if (x->managed)
		return;
	if (x->file && !(k && k->flags & KNOWN_KEY))
		buf_add_text(&member, "env.");
	buf_add_text(&member, name);
	settings_mend_file(r, code, x->file, buf_str(&member), value);
	buf_clear(&member);
}
