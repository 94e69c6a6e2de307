/* The table of the forms in which a bench is written. */
#include <string.h>

#include "probe/bench/bench_private.h"

static const struct bench_form forms[] = {
	{ "text", bench_text },
	{ "json", bench_json },
	{ "markdown", bench_markdown },
	{ "html", bench_html },
	{ .name = NULL },
};

const struct bench_form *bench_form(const char *name, struct fail *f)
{
	const struct bench_form *form = forms;

	while (name && form->name && strcmp(form->name, name) != 0)
		form++;
	if (form->name)
		return form;
	fail_set(f, FAIL_USAGE,
		 "--format: '%s' is none of text, json, markdown and html",
		 name);
	return NULL;
}
