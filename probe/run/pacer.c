/* The pacer: a queue of runs, and a timer for the first of them. */
#include "probe/run/pacer.h"

static void on_due(void *arg);

static void set_timer(struct pacer *p)
{
	if (p->first == NULL)
		loop_timer_clear(p->loop, &p->timer);
	else
		loop_timer_set(p->loop, &p->timer,
			       rate_due(&p->rate, loop_now()), on_due, p);
}

static void on_due(void *arg)
{
	struct pacer *p = arg;
	struct pacer_place *place = p->first;

	rate_take(&p->rate, loop_now()); /* the next turn comes after it */
	pacer_leave(place);
	place->turn(place->arg);
}

void pacer_add(struct pacer *p, struct pacer_place *place)
{
	struct pacer_place **at = &p->first;

	while (*at && ((*at)->under_way || !place->under_way))
		at = &(*at)->next;
	place->pacer = p;
	place->next = *at;
	*at = place;
	set_timer(p);
}

void pacer_leave(struct pacer_place *place)
{
	struct pacer *p = place->pacer;
	struct pacer_place **at;

	if (p == NULL)
		return;
	for (at = &p->first; *at != place; at = &(*at)->next)
		;
	*at = place->next;
	place->pacer = NULL;
	set_timer(p);
}
