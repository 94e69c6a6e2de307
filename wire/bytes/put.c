/* Writes all of some bytes to a descriptor. */
#include "wire/bytes/put.h"

#include <errno.h>
#include <unistd.h>

int put_bytes(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes = span_skip(bytes, (size_t)n);
	}
	return 0;
}
