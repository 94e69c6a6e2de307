/* Amounts as text. */
#include "gateway/keys/money.h"

#include <inttypes.h>

bool money_of(double dollars, money_t *out)
{
	double nano = dollars * (double)MONEY_DOLLAR;

	if (!(nano >= 0) || nano > (double)MONEY_MOST)
		return false;
	*out = (money_t)(nano + 0.5);
	return true;
}

void money_write(money_t m, struct buf *out)
{
	int64_t rest = m % MONEY_DOLLAR, unit = MONEY_DOLLAR;

	buf_addf(out, "%" PRId64, m / MONEY_DOLLAR);
	if (rest == 0)
		return;
	buf_add_byte(out, '.');
	while (rest > 0) {
		unit /= 10;
		buf_add_byte(out, (char)('0' + rest / unit));
		rest %= unit;
	}
}

void money_show(money_t m, struct buf *out)
{
	int64_t rest = m % MONEY_DOLLAR;

	if (m > 0 && m < MONEY_CENT)
		buf_addf(out, "$0.%04" PRId64, rest / 100000);
	else
		buf_addf(out, "$%" PRId64 ".%02" PRId64, m / MONEY_DOLLAR,
			 rest / MONEY_CENT);
}
