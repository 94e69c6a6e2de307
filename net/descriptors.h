/* How many descriptors the program may have. */
#ifndef NET_DESCRIPTORS_H
#define NET_DESCRIPTORS_H

/* Raises the soft limit to the hard one: a server with thousands of streams
 * needs them, and the usual soft limit is 1,024. */
void descriptors_raise(void);

#endif
