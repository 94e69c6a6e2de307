/* Answers of the gateway's own, in the shape of the provider's errors. */
#ifndef SOUND_REFUSAL_H
#define SOUND_REFUSAL_H

#include <stdbool.h>

#include "tests/sound/conn.h"

enum { REFUSAL_TEXT = 200, REFUSAL_ID = 40 };

struct refusal {
	int status; /* 0: nothing is refused */
	bool closes; /* the connection cannot go on */
	int retry_after; /* seconds; 0: no such field */
	const char *allow; /* methods, with a 405 */
	char text[REFUSAL_TEXT]; /* escaped for a JSON string */
};

/* Sets the refusal, unless an earlier one is set. */
__attribute__((format(printf, 3, 4))) void refusal_set(struct refusal *no,
						       int status,
						       const char *format, ...);

/* An id of the gateway's own for a request. */
void refusal_id(char id[REFUSAL_ID]);

/* Sends it in answer to that method; the id goes into the field of that name,
 * and into the body. */
bool refusal_send(const struct refusal *no, const struct conn *client,
		  const char *method, const char *id_field);

#endif
