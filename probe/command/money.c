/* Finds the prices of tokens for a report. */
#include "probe/command/money.h"

#include <unistd.h>

int money_prices(struct prices *out, const char *root, const char *given,
		 struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	buf_addf(&path, "%s/cases/prices.json", root);
	*out = prices_usual;
	if (given != NULL)
		rc = prices_read(out, given, f);
	else if (access(buf_str(&path), F_OK) == 0)
		rc = prices_read(out, buf_str(&path), f);
	buf_clear(&path);
	if (rc < 0)
		f->code = FAIL_USAGE; /* the user can correct the file */
	return rc;
}
