/* Members of JSON objects. */
#include "reports/members.h"

#include "wire/json/jscan.h"

void member(struct members *m, const char *name)
{
	if (m->any)
		buf_add_byte(m->out, ',');
	m->any = true;
	if (m->lines)
		buf_add_text(m->out, "\n  ");
	jscan_quote_shown(m->out, span_of(name));
	buf_add_text(m->out, m->lines ? ": " : ":");
}

void member_text(struct members *m, const char *name, const char *value)
{
	if (!value)
		return;
	member(m, name);
	jscan_quote_shown(m->out, span_of(value));
}

void member_number(struct members *m, const char *name, long long value)
{
	member(m, name);
	buf_addf(m->out, "%lld", value);
}

void member_bool(struct members *m, const char *name, bool value)
{
	member(m, name);
	buf_add_text(m->out, value ? "true" : "false");
}
