/* The forms in which a bench is told. */
#include "probe/bench/bench_private.h"

const struct bench_form bench_forms[] = {
	{ "text", bench_text },
	{ "json", bench_json },
	{ "markdown", bench_markdown },
	{ "html", bench_html },
	{ .name = NULL },
};
