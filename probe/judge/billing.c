/* Makes the bill of a session out of the log of its run. */
#include "probe/judge/billing.h"

#include <stdlib.h>

#include "probe/look/ledger.h"
#include "wire/bytes/mem.h"

struct bill *billing_of(const struct casefile *c)
{
	struct bill *b;

	if (!c->asks_cost)
		return NULL;
	b = xcalloc(1, sizeof(*b));
	b->open = xstrdup("the session was not played");
	return b;
}

void billing_fill(struct bill *b, const struct view *v)
{
	struct buf why = BUF_INIT(BUF_NO_LIMIT);
	struct ledger l;

	if (b == NULL)
		return;
	ledger_of(v, &l);
	free(b->open);
	free(b->why);
	*b = (struct bill){ .turns = l.turns,
			    .requests = l.requests,
			    .direct = l.direct,
			    .through = l.through };
	if (*l.missing != '\0')
		b->open = xstrdup(l.missing);
	ledger_why(&l, &why);
	if (why.len)
		b->why = buf_take(&why, NULL);
	buf_clear(&why);
}
