/* The tests of the client once more, over libcurl: it is asked for what is at a
 * name, while an address is for connections of our own. */
#define WORLD_HOST "localhost"
#include "tests/unit/t_fetch.c"
