/* Subjects of the plain form: what a request asks, and what an answer says. */
#include "probe/look/form.h"
#include "probe/look/subject_private.h"

void subject_get_asked(const struct subject_asked *a, struct value *v)
{
	const char *why;

	buf_init(&v->own, BUF_NO_LIMIT);
	why = form_asked(a->x, &v->own);
	if (why)
		value_absent(v, why);
	else
		value_own(v);
}

void subject_get_said(const struct subject_asked *a, struct value *v)
{
	const char *why;

	if (subject_asked_answer(a, v) == NULL ||
	    !subject_asked_body_reads(a, v))
		return;
	buf_init(&v->own, BUF_NO_LIMIT);
	why = form_said(a->x, &v->own);
	if (why)
		value_absent(v, why);
	else
		value_own(v);
}
