/* Tells where the mock is, shows progress on a terminal, and sends events while
 * cases run. */
#include <stdio.h>

#include "probe/run/campaign_private.h"
#include "probe/run/tell/event.h"
#include "probe/run/tell/progress.h"
#include "probe/suite/say.h"

static tick_t since_begin(const struct campaign *c)
{
	return loop_now() - c->began;
}

static void show_progress(const struct campaign *c, const char *id)
{
	struct progress_now p = { c->finished, c->config->count, since_begin(c),
				  id };
	struct buf line = BUF_INIT(1024);

	if (!c->config->progress)
		return;
	progress_write(&p, &line);
	fprintf(stderr, "\r\033[K%s", buf_str(&line));
	buf_clear(&line);
}

static void tell_event(const struct campaign *c, struct buf *line)
{
	secrets_blot(&c->secrets, line);
	c->config->on_event(c->config->arg, buf_span(line));
	buf_clear(line);
}

void campaign_tell_mock(const struct campaign *c)
{
	if (!c->config->tell_mock || c->config->no_mock)
		return;
	say(stderr,
	    "ccprobe: the mock provider is at http://%s; the gateway must use "
	    "it as its upstream\n",
	    c->mock);
}

void campaign_tell_start(const struct campaign *c)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT), mock = BUF_INIT(1024);
	struct event_start e = {
		.version = CCPROBE_VERSION,
		.client = c->config->client,
		.gateway = session_gateway(c->session),
		.count = c->config->count,
	};

	if (c->config->on_event) {
		buf_addf(&mock, "http://%s", c->mock);
		e.mock = *c->mock ? buf_str(&mock) : NULL;
		event_start_write(&e, &line);
		tell_event(c, &line);
	}
	buf_clear(&mock);
}

void campaign_tell_case(const struct campaign *c, const struct result *result)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	show_progress(c, result->id);
	if (!c->config->on_event)
		return;
	event_case_write(result, c->finished, since_begin(c), &line);
	tell_event(c, &line);
}

void campaign_end_progress(const struct campaign *c)
{
	if (c->config->progress)
		fputs("\r\033[K", stderr);
}
