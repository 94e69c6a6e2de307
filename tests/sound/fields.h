/* Header fields that are passed on, and fields in place of the others. */
#ifndef SOUND_FIELDS_H
#define SOUND_FIELDS_H

#include "tests/sound/request.h"
#include "tests/sound/sound.h"

/* The head of the request to the provider. */
void fields_to_provider(struct bytes *out, const struct sound *s,
			const struct request *r);
/* Status line and fields of the answer, without framing and empty line. */
void fields_to_client(struct bytes *out, const struct sound *s,
		      const struct head *answer);
/* The name of the field with the request's id. */
const char *fields_id_name(const struct sound *s);

#endif
