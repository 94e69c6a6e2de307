/* What the files about translating gateways share. */
#ifndef PROBE_CAUSES_BEHAVIOUR_TRANSLATION_H
#define PROBE_CAUSES_BEHAVIOUR_TRANSLATION_H

#include "probe/causes/behaviour_private.h"
#include "probe/look/form.h"

/* Compares what both sides asked, in the plain form. true: something was lost,
 * so a refusal of the provider may come from that (behaviour_asked.c). */
bool behaviour_asked(const struct behaviour_reading *r, struct jval c,
		     struct jval u);

/* Compares the answers of both sides. `asked` is the client's request
 * (behaviour_said.c). */
void behaviour_said(const struct behaviour_reading *r, struct jval c,
		    struct jval u, struct jval asked);

/* The last exchange before x, of the same side and format; NULL: there is
 * none. */
const struct exchange *behaviour_before(const struct behaviour_reading *r,
					const struct exchange *x);

/* Whether an error says that the prompt is too long: in words of an OpenAI
 * vendor, or in words for which the client compacts. */
bool behaviour_is_overflow(struct span words);
bool behaviour_has_overflow(struct span words);

#endif
