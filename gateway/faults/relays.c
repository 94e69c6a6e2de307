/* Counts the relays under way, for faults that need the number. */
#include "gateway/faults/faults.h"

static size_t under_way;

void fault_relay_began(void)
{
	under_way++;
}

void fault_relay_ended(void)
{
	under_way--;
}

size_t fault_relay_count(void)
{
	return under_way;
}
