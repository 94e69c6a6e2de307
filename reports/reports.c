/* The table of reporters. */
#include "reports/reports.h"

#include <string.h>

#define REPORT_ROW(name, brief) { #name, brief, name##_write },
const struct report_kind reports[] = { REPORTS(REPORT_ROW){ .name = NULL } };

const struct report_kind *report_find(const char *name)
{
	for (const struct report_kind *k = reports; k->name; k++) {
		if (strcmp(k->name, name) == 0)
			return k;
	}
	return NULL;
}

void report_list(struct buf *out)
{
	for (const struct report_kind *k = reports; k->name; k++)
		buf_addf(out, "  %-12s %s\n", k->name, k->brief);
}
