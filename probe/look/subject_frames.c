/* Subjects of an answer in frames of Amazon's event stream. */
#include <stdlib.h>
#include <string.h>

#include "probe/look/subject_private.h"
#include "wire/bytes/mem.h"

static bool is_framed(const struct subject_asked *a, struct value *v)
{
	if (subject_asked_answer(a, v) == NULL)
		return false;
	if (!a->x->is_framed)
		value_absent(v, "the answer is not in frames");
	return a->x->is_framed && subject_asked_body_reads(a, v);
}

void subject_get_frame_count(const struct subject_asked *a, struct value *v)
{
	if (is_framed(a, v))
		value_number(v, a->x->frame_count);
}

void subject_get_frames(const struct subject_asked *a, struct value *v)
{
	if (!is_framed(a, v))
		return;
	v->kind = VALUE_LIST;
	v->list = xcalloc(a->x->frame_count + 1, sizeof(*v->list));
	for (size_t i = 0; i < a->x->frame_count; i++)
		v->list[v->list_count++] = span_of(a->x->frames[i].type);
}

static const struct view_frame *frame_of(const struct exchange *x,
					 const char *which)
{
	uint64_t n;

	if (strcmp(which, "last") == 0)
		return x->frame_count > 0 ? &x->frames[x->frame_count - 1]
					  : NULL;
	if (span_u64(span_of(which), SIZE_MAX, &n))
		return n < x->frame_count ? &x->frames[n] : NULL;
	for (size_t i = 0; i < x->frame_count; i++)
		if (strcmp(x->frames[i].type, which) == 0)
			return &x->frames[i];
	return NULL;
}

void subject_get_frame(const struct subject_asked *a, struct value *v)
{
	const struct view_frame *frame;

	if (!is_framed(a, v))
		return;
	frame = frame_of(a->x, a->argument);
	if (frame == NULL)
		value_absent(v, "there is no such frame");
	else
		value_bytes(v, span_make(frame->payload, frame->payload_len));
}

void subject_get_framing(const struct subject_asked *a, struct value *v)
{
	if (!is_framed(a, v))
		return;
	value_bytes(v,
		    span_of(a->x->bad_frame != NULL ? a->x->bad_frame : "ok"));
}
