/* The relay between a session and the gateway: changes nothing, and logs what
 * passes. */
#include "probe/live/live_private.h"

#define HOST "127.0.0.1"
#define EXCHANGES_LIMIT 100 /* more than three times what any case needs */

static unsigned number_of(const struct passing *p)
{
	return (unsigned)(uintptr_t)p->mine;
}

static void on_request(void *arg, struct passing *p)
{
	struct live *l = arg;
	struct wlog *log = l->config.log;
	struct span body = visit_body(p->visit);

	p->mine = (void *)(uintptr_t)++l->exchanges;
	wlog_set_head(log, live_note(l, l->exchanges, WLOG_REQUEST),
		      visit_head(p->visit));
	if (body.len > 0)
		wlog_set_bytes(log, live_note(l, l->exchanges, WLOG_BODY),
			       body);
	if (l->exchanges == EXCHANGES_LIMIT)
		l->on_endless(l);
	l->config.on_change(l->config.arg);
}

static void on_answer(void *arg, struct passing *p)
{
	struct live *l = arg;

	wlog_set_head(l->config.log, live_note(l, number_of(p), WLOG_RESPONSE),
		      &p->head);
	l->config.on_change(l->config.arg);
}

static void on_piece(void *arg, struct passing *p, struct span bytes)
{
	struct live *l = arg;

	wlog_set_bytes(l->config.log, live_note(l, number_of(p), WLOG_DATA),
		       bytes);
	l->config.on_change(l->config.arg);
}

/* A request whose body did not come whole was not logged. */
static void on_over(void *arg, struct passing *p)
{
	struct live *l = arg;
	struct wlog_entry *e;

	if (number_of(p) == 0)
		return;
	e = live_note(l, number_of(p), WLOG_END);
	e->end = p->end;
	wlog_set_text(l->config.log, e, "%s", p->text);
	l->config.on_change(l->config.arg);
}

static const struct pass_watch watch = {
	.on_request = on_request,
	.on_answer = on_answer,
	.on_piece = on_piece,
	.on_over = on_over,
};

int live_relay_open(struct live *l, struct fail *f)
{
	struct serve_config config = { .host = HOST,
				       .body_limit = PASS_BODY_LIMIT,
				       .connections_limit = PASS_CONNECTIONS };

	l->pass = (struct pass){ .fetcher = l->config.fetcher,
				 .origin = l->config.gateway,
				 .peer = "gateway",
				 .tls = l->config.tls,
				 .watch = &watch,
				 .arg = l,
				 .fresh = true };
	return serve_new(&l->relay, l->config.loop, &config, &pass_handler,
			 &l->pass, f);
}

static void nothing(void *arg)
{
	(void)arg;
}

void live_relay_close(struct live *l)
{
	l->config.on_change = nothing;
	l->pass.over = true;
	serve_free(l->relay);
}
