/* Joins behaviours that are one mistake of a gateway. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/causes_private.h"

#define SHAPES 2 /* so many own answers of one odd shape stay separate */

/*
 * A gateway that answers 502 for each 5xx does one thing, and not one for each
 * status. The same goes for one that answers all its own errors in a shape of
 * its own. Such behaviours are joined into one cause: "5xx-502", "all-page".
 */
static bool is_mapped(const struct behaviour *b, unsigned *was, unsigned *is)
{
	return b->kind == BEHAVIOUR_STATUS_MAPPED &&
	       sscanf(b->subject, "%u-%u", was, is) == 2 && *was >= 400;
}

static void join_mapped(const struct behaviours *seen,
			const struct behaviour *b, char out[CAUSES_JOINED])
{
	unsigned was, is, other, to;
	size_t same = 0, others = 0;

	if (!is_mapped(b, &was, &is))
		return;
	for (size_t i = 0; i < seen->count; i++) {
		if (!is_mapped(&seen->list[i], &other, &to) || to != is)
			continue;
		same += other / 100 == was / 100;
		others += other / 100 != was / 100;
	}
	if (others > 0)
		snprintf(out, CAUSES_JOINED, "errors-%u", is);
	else if (same > 1)
		snprintf(out, CAUSES_JOINED, "%uxx-%u", was / 100, is);
}

/* Whether the status fits, so that only the shape is odd. "wrong-key-200-page"
 * has a wrong status, too: that is a mistake of its own. */
static bool is_fit_status(const char *subject)
{
	const char *shape = strrchr(subject, '-'), *at = shape;
	long status;

	while (at > subject && at[-1] != '-')
		at--;
	status = strtol(at, NULL, 10);
	return strstr(subject, "-key-") != NULL ? status == 401 || status == 403
						: status >= 400;
}

/* The odd shape of an answer: "page" for "wrong-key-403-page"; NULL: none, or
 * the status does not fit. */
static const char *odd_shape(const struct behaviour *b)
{
	static const char *const shapes[] = { "-page", "-text", "-json",
					      "-empty" };

	if (b->kind != BEHAVIOUR_OWN_ANSWER)
		return NULL;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (span_ends(span_of(b->subject), shapes[i]))
			return is_fit_status(b->subject) ? shapes[i] + 1 : NULL;
	return NULL;
}

static void join_shapes(const struct behaviours *seen,
			const struct behaviour *b, char out[CAUSES_JOINED])
{
	const char *shape = odd_shape(b), *other;
	size_t same = 0;

	for (size_t i = 0; i < seen->count && shape != NULL; i++) {
		other = odd_shape(&seen->list[i]);
		same += other == shape;
	}
	if (same > SHAPES)
		snprintf(out, CAUSES_JOINED, "all-%s", shape);
}

void causes_joined_subject(const struct behaviours *seen,
			   const struct behaviour *b, char out[CAUSES_JOINED])
{
	out[0] = '\0';
	join_mapped(seen, b, out);
	join_shapes(seen, b, out);
}
