/* Where to listen: a numeric address and a port, as given on a command line. */
#ifndef WIRE_BYTES_ADDRESS_H
#define WIRE_BYTES_ADDRESS_H

#include <stdint.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct address {
	char host[48]; /* numeric, without brackets */
	uint16_t port; /* 0: any free one */
};

#define ADDRESS_TEXT_LEN 64

/*
 * "127.0.0.1:8473", "[::1]:0", "localhost:8473" (which is 127.0.0.1). Other
 * names are refused: a name may mean another address on another machine.
 */
int address_read(struct address *out, const char *text, struct fail *f);

/* "127.0.0.1:8473" or "[::1]:8473", as in a URL. Gives `out`. */
const char *address_write(const struct address *a, char out[ADDRESS_TEXT_LEN]);

/* "[::1]:80" or "host:80" without brackets and port. */
struct span address_host(struct span authority);

#endif
