/* Findings about a .env file, which the client does not read: told if it sets
 * what is set nowhere else. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define LINES_LIMIT 10000

static bool is_wanted(const struct reading *r, struct span name)
{
	const struct settings *s = r->s;

	if (span_is(name, "ANTHROPIC_BASE_URL"))
		return !r->place->given_url &&
		       strcmp(s->base_url_source, "the default") == 0;
	return s->credential_count == 0 &&
	       (span_is(name, "ANTHROPIC_AUTH_TOKEN") ||
		span_is(name, "ANTHROPIC_API_KEY"));
}

/* Reads "export NAME='value'"; true if the value is not empty. */
static bool read_line(struct span line, struct span *name, struct span *out)
{
	struct span value;

	line = span_trim(line);
	if (span_starts(line, "export "))
		line = span_trim(span_skip(line, 7));
	if (!span_split(&line, '=', name) || !line.at)
		return false;
	*name = span_trim(*name);
	value = span_trim(line);
	while (value.len > 0 && strchr("\"'\r", value.at[0]))
		value = span_skip(value, 1);
	while (value.len > 0 && strchr("\"'\r", value.at[value.len - 1]))
		value.len--;
	*out = value;
	return value.len > 0;
}

/* Adds the repair; a key is written as $NAME and not repeated. */
static void mend(struct reading *r, const char *name, struct span value)
{
	struct buf member = BUF_INIT(BUF_NO_LIMIT),
		   text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&member, "env.%s", name);
	if (known_find(span_of(name))->flags & KNOWN_SECRET)
		buf_addf(&text, "$%s", name);
	else
		buf_add_span(&text, value);
	settings_mend_file(r, "DR-DOTENV", ".claude/settings.local.json",
			   buf_str(&member), buf_str(&text));
	buf_clear(&member);
	buf_clear(&text);
}

static void check_line(struct reading *r, struct span line, unsigned number)
{
	struct buf where = BUF_INIT(BUF_NO_LIMIT);
	struct span name, value;
	char *variable;

	if (!read_line(line, &name, &value) || !is_wanted(r, name))
		return;
	buf_addf(&where, ".env:%u", number);
	variable = span_dup(name);
	settings_finding(r, "DR-DOTENV", variable, buf_str(&where), NULL);
	mend(r, variable, value);
	free(variable);
	buf_clear(&where);
}

void dotenv_check(struct reading *r)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct span rest, line;
	char *text = NULL;
	size_t len;

	buf_addf(&path, "%s/.env", r->place->folder);
	if (source_text(buf_str(&path), &text, &len, NULL) > 0) {
		rest = span_make(text, len);
		for (unsigned n = 1;
		     n <= LINES_LIMIT && span_split(&rest, '\n', &line); n++)
			check_line(r, line, n);
	}
	free(text);
	buf_clear(&path);
}
