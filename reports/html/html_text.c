/* Text in the page, and the attributes for its filters. */
#include "reports/cause.h"
#include "reports/html/html.h"
#include "reports/markup.h"

void html_text(struct buf *out, const char *text)
{
	markup_text(out, span_of(text ? text : ""));
}

void html_data(const struct run_report *r, const struct result *one,
	       struct buf *out)
{
	const struct cause *c = cause_of(r, one);

	buf_add_text(out, " id=\"");
	markup_attribute(out, span_of(one->id));
	buf_addf(out, "\" data-verdict=\"%s\" data-level=\"%s\" data-area=\"",
		 verdict_name(one->verdict),
		 level_name(result_failed_level(one)));
	markup_attribute(out, span_of(one->area));
	if (c)
		buf_addf(out, "\" data-cause=\"%zu", cause_number(r, c));
	else if (one->verdict == VERDICT_FAIL)
		buf_add_text(out, "\" data-cause=\"none");
	buf_add_byte(out, '"');
}
