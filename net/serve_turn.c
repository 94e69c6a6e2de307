/*
 * The daemon's turns on the loop, and the visits that sleep between them: the
 * connection of one that has nothing to send is suspended.
 */
#include <microhttpd.h>

#include "net/serve_private.h"

static void on_timer(void *arg)
{
	serve_turn(arg);
}

void serve_turn(struct serve *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	s->running = true;
	MHD_run(s->daemon);
	s->running = false;
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		loop_timer_set(s->loop, &s->timer,
			       loop_now() + (tick_t)ms * TICK_MS, on_timer, s);
	else
		loop_timer_clear(s->loop, &s->timer);
}

/* Has the daemon run in the next turn: resuming alone does not wake it. */
static void serve_soon(struct serve *s)
{
	/* While it runs, the library is asked for its timeout afterwards. */
	if (!s->running)
		loop_timer_set(s->loop, &s->timer, 0, on_timer, s);
}

void visit_sleep(struct visit *v)
{
	MHD_suspend_connection(v->mhd);
	v->suspended = true;
}

void visit_wake(struct visit *v)
{
	if (!v->suspended)
		return;
	v->suspended = false;
	MHD_resume_connection(v->mhd);
	serve_soon(v->serve);
}
