/* Compiler attributes, spelt once. Everything else in the tree is plain C11. */
#ifndef WIRE_BYTES_ATTR_H
#define WIRE_BYTES_ATTR_H

#define ATTR_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define ATTR_NORETURN __attribute__((noreturn))
#define ATTR_MUST_USE __attribute__((warn_unused_result))

#endif
