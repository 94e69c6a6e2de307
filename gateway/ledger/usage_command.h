/* `ccgate usage`: what the ledger holds, as text, CSV or JSON. */
#ifndef GATEWAY_LEDGER_USAGE_COMMAND_H
#define GATEWAY_LEDGER_USAGE_COMMAND_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/* Runs the command: argv[0] is "usage". Appends the output to `out`. */
int usage_command(int argc, char **argv, struct buf *out, struct fail *f);

#endif
