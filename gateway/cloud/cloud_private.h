/* What the files of the bridges share. */
#ifndef GATEWAY_CLOUD_CLOUD_PRIVATE_H
#define GATEWAY_CLOUD_CLOUD_PRIVATE_H

#include "gateway/cloud/cloud.h"

/* Appends what a client is told of an error of this status. */
void cloud_error_tell(int status, struct span words, struct buf *out);

/* What Bedrock calls an error in a stream, and what the Messages API does. */
struct cloud_exception {
	const char *bedrock, *messages;
	int status; /* that it would have in place of a stream */
};

/* The row of Bedrock's name, or of the Messages API's type; there is one for
 * all that is not known. */
const struct cloud_exception *cloud_exception_named(struct span bedrock);
const struct cloud_exception *cloud_exception_typed(struct span messages);

#endif
