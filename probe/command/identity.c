/* Adds date, command and requirements to a report. */
#include "probe/command/identity.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/bytes/buf.h"

#define COMMAND_LIMIT ((size_t)64 * 1024)

/* Options whose values may be credentials; "env:NAME" is no credential. */
static const struct {
	const char *name, *instead;
} secret_options[] = {
	{ "--key", "env:GATEWAY_KEY" },
	{ "--upstream-key", "env:UPSTREAM_KEY" },
	{ "--header", "NAME: VALUE" },
};

/* The paths of reports and logs do not belong into a document. */
static bool is_dropped(struct span name)
{
	return span_is(name, "--report") || span_is(name, "--out");
}

/* Quotes a word for the shell if it needs that. */
static void add_word(struct buf *out, struct span word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=,@%+";
	bool quoted = word.len == 0;

	for (size_t i = 0; i < word.len; i++)
		quoted = quoted || !strchr(plain, word.at[i]);
	if (quoted)
		buf_add_byte(out, '\'');
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] == '\'')
			buf_add_text(out, "'\\''");
		else
			buf_add_byte(out, word.at[i]);
	}
	if (quoted)
		buf_add_byte(out, '\'');
}

static void add_value(struct buf *out, const char *value, const char *instead)
{
	if (instead && strncmp(value, "env:", 4) != 0)
		value = instead;
	add_word(out, span_of(value));
}

/* What to write instead of this option's value; NULL: it is no secret. */
static const char *instead_of(struct span name)
{
	for (size_t i = 0;
	     i < sizeof(secret_options) / sizeof(secret_options[0]); i++)
		if (span_is(name, secret_options[i].name))
			return secret_options[i].instead;
	return NULL;
}

static void add_arguments(struct buf *out, int argc, char **argv)
{
	const char *instead = NULL; /* to write instead of the next argument */

	for (int i = 1; i < argc; i++) {
		struct span rest = span_of(argv[i]), name;

		span_split(&rest, '=', &name);
		if (!instead && is_dropped(name)) {
			i += rest.at == NULL;
			continue;
		}
		buf_add_byte(out, ' ');
		if (instead) {
			add_value(out, argv[i], instead);
			instead = NULL;
			continue;
		}
		instead = instead_of(name);
		if (!instead || !rest.at) {
			add_word(out, span_of(argv[i]));
			continue;
		}
		add_word(out, name);
		buf_add_byte(out, '=');
		add_value(out, rest.at, instead);
		instead = NULL;
	}
}

void identity_of(struct identity *out, int argc, char **argv, const char *root,
		 struct run_report *report)
{
	struct buf command = BUF_INIT(COMMAND_LIMIT);
	struct fail f = FAIL_INIT;
	time_t now = time(NULL);
	struct tm utc;

	buf_add_text(&command, "ccprobe run");
	add_arguments(&command, argc, argv);
	out->command = buf_take(&command, NULL);
	report->command = out->command;
	if (gmtime_r(&now, &utc) &&
	    strftime(out->date, sizeof(out->date), "%Y-%m-%d", &utc) > 0)
		report->date = out->date;
	if (requirements_read(&out->requirements, root, &f) == 0) {
		report->requirements = out->requirements.list;
		report->requirement_count = out->requirements.count;
	}
}

void identity_clear(struct identity *i)
{
	requirements_clear(&i->requirements);
	free(i->command);
	*i = (struct identity){ .command = NULL };
}
