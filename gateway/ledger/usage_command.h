/* `ccgate usage`: what the ledger holds, as text, CSV or JSON. */
#ifndef GATEWAY_LEDGER_USAGE_COMMAND_H
#define GATEWAY_LEDGER_USAGE_COMMAND_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* `argv` from the word "usage" on. What is to be printed is added to `out`. */
int usage_command(int argc, char **argv, struct buf *out, struct fail *f);

#endif
