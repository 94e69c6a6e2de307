/* Behaviours of gateways that translate; between the files of this. */
#ifndef PROBE_CAUSES_BEHAVIOUR_TRANSLATION_H
#define PROBE_CAUSES_BEHAVIOUR_TRANSLATION_H

#include "probe/causes/behaviour_private.h"
#include "probe/look/form.h"

/* c, u: what both sides asked, in the plain form. true: something was lost,
 * so that what the provider refuses may come of that (behaviour_asked.c). */
bool behaviour_asked(const struct behaviour_reading *r, struct jval c,
		     struct jval u);

/* c, u: what both sides were told; asked: what the client asked
 * (behaviour_said.c). */
void behaviour_said(const struct behaviour_reading *r, struct jval c,
		    struct jval u, struct jval asked);

/* The exchange of the same side and path before x; NULL: none. */
const struct exchange *behaviour_before(const struct behaviour_reading *r,
					const struct exchange *x);

/* The words of an error say that a prompt is too long: in a vendor's way; in
 * one for which the client compacts. */
bool behaviour_is_overflow(struct span words);
bool behaviour_has_overflow(struct span words);

#endif
