/*
 * Sessions: each run gets a new number, a log and a driver. What the mock sees
 * is written into the log of the run that it belongs to.
 */
#include "probe/run/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "wire/bytes/mem.h"

#define RUN_LOG_LIMIT ((size_t)96 * 1024 * 1024)
#define STRAY_LOG_LIMIT ((size_t)256 * 1024)
#define STRAY_ENTRIES 4096
#define MOCK_BODY_LIMIT ((size_t)64 * 1024 * 1024)

struct run {
	struct session *session;
	struct run *next;
	const struct casefile *c;
	uint64_t number;
	struct wlog log;
	struct drive *drive;
	bool lane;
	bool over; /* its driver is done */
	tick_t began;
	run_done_fn *done;
	void *arg;
};

struct session {
	struct driver_config driver;
	struct address mocks[ACTOR_PROVIDERS];
	size_t mock_count;
	char *gateway;
	struct run *runs;
	struct pacer pacer;
	size_t held; /* bytes of the answers of all runs */
	uint64_t next_number;
	struct wlog stray; /* gets the mock's entries that belong to no run */
	size_t strays;
	char last_stray[128];
};

/* ---- the mock's entries ---- */

static struct run *run_find(const struct session *s, uint64_t number)
{
	struct run *r = s->runs;

	while (r && (r->over || r->number != number))
		r = r->next;
	return r;
}

static struct wlog *log_for(void *arg, uint64_t number)
{
	struct session *s = arg;
	struct run *r = run_find(s, number);

	if (r)
		return &r->log;
	if (s->stray.count >= STRAY_ENTRIES) {
		wlog_clear(&s->stray);
		wlog_init(&s->stray, STRAY_LOG_LIMIT);
	}
	return &s->stray;
}

/* A request without a mark may belong to any run, so it is noted in every log,
 * and the judge decides what it means there. */
static void note_stray(struct session *s, const struct wlog_entry *e)
{
	const char *method = e->method ? e->method : "?";
	const char *target = e->target ? e->target : "?";

	s->strays++;
	snprintf(s->last_stray, sizeof(s->last_stray), "%s %s", method, target);
	for (struct run *r = s->runs; r; r = r->next) {
		if (r->over)
			continue;
		struct http_head head = { .minor = e->minor };

		head.method = e->method;
		head.target = e->target;
		wlog_set_head(&r->log,
			      wlog_add(&r->log, e->at, 0, "u", 0, WLOG_REQUEST),
			      &head);
	}
}

static void on_entry(void *arg, const struct wlog_entry *e)
{
	struct session *s = arg;
	struct run *r = run_find(s, e->run);

	if (r)
		driver_poke(r->drive);
	else if (e->run == 0 && e->kind == WLOG_REQUEST)
		note_stray(s, e);
}

/* ---- sessions ---- */

static int random_number(uint64_t *out, struct fail *f)
{
	if (getrandom(out, sizeof(*out), 0) != sizeof(*out))
		return fail_errno(f, FAIL_SYSTEM, "no random numbers");
	return 0;
}

static struct serve_config serve_at(const struct address *at)
{
	return (struct serve_config){ .host = at->host,
				      .port = at->port,
				      .body_limit = MOCK_BODY_LIMIT };
}

/* Names the option that moves it. */
static int fail_listen(const char *option, const struct fail *why,
		       struct fail *f)
{
	return fail_set(f, why->code, "the mock provider (%s): %s", option,
			why->text);
}

static int listen_mock(struct session *s, struct fail *f)
{
	struct fail why = FAIL_INIT;
	struct mock_config config = {
		.serve = serve_at(&s->mocks[0]),
		.sink = { log_for, on_entry, s, s->driver.zero },
		.log_bytes = true,
	};

	if (mock_new(&s->driver.mock, s->driver.loop, &config, &why) < 0)
		return fail_listen("--mock-listen", &why, f);
	for (size_t i = 1; i < s->mock_count; i++) {
		struct serve_config serve = serve_at(&s->mocks[i]);

		if (mock_add_provider(s->driver.mock, &serve, &why) < 0)
			return fail_listen("--provider-listen", &why, f);
	}
	for (size_t i = 0; i < s->mock_count; i++)
		s->mocks[i].port =
			mock_port_of(s->driver.mock, (char)('a' + i));
	return 0;
}

int session_new(struct session **out, const struct session_config *config,
		struct fail *f)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->driver.loop = config->loop;
	s->driver.client_key = config->client_key;
	s->driver.wrong_key = config->wrong_key;
	s->driver.ring = config->ring;
	s->driver.wishes = config->wishes;
	s->driver.auth = config->auth;
	s->driver.extra = config->extra;
	s->driver.program = config->program;
	s->driver.tls = config->tls;
	s->pacer = (struct pacer){ .loop = config->loop, .rate = config->rate };
	s->driver.pacer = config->rate.interval > 0 ? &s->pacer : NULL;
	s->driver.zero = loop_now();
	s->driver.held = &s->held;
	s->mock_count = config->mock_count;
	for (size_t i = 0; i < config->mock_count; i++)
		s->mocks[i] = config->mocks[i];
	wlog_init(&s->stray, STRAY_LOG_LIMIT);
	if (random_number(&s->next_number, f) < 0 ||
	    fetcher_new(&s->driver.fetcher, config->loop, f) < 0 ||
	    (!config->no_mock && listen_mock(s, f) < 0)) {
		session_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	while (s->runs)
		run_free(s->runs);
	loop_timer_clear(s->driver.loop, &s->pacer.timer);
	fetcher_free(s->driver.fetcher);
	mock_free(s->driver.mock);
	wlog_clear(&s->stray);
	free(s->gateway);
	free(s);
}

void session_set_gateway(struct session *s, const char *url)
{
	free(s->gateway);
	s->gateway = xstrdup(url);
	s->driver.gateway = s->gateway;
}

const char *session_gateway(const struct session *s)
{
	return s->gateway;
}

void session_set_key(struct session *s, const char *key)
{
	s->driver.client_key = key;
}

struct loop *session_loop(const struct session *s)
{
	return s->driver.loop;
}

const struct address *session_mock(const struct session *s, size_t n)
{
	return &s->mocks[n];
}

size_t session_strays(const struct session *s)
{
	return s->strays;
}

const char *session_stray(const struct session *s)
{
	return s->last_stray;
}

/* ---- runs ---- */

/* After this nothing is written into the run's log, and the lane is free. */
static void end_run(struct run *r)
{
	if (r->lane && r->session->driver.mock)
		mock_lane(r->session->driver.mock, 0);
	r->lane = false;
	r->over = true;
}

static void on_drive_done(void *arg, struct drive *d)
{
	struct run *r = arg;

	(void)d;
	end_run(r);
	r->done(r->arg, r);
}

struct run *run_start(struct session *s, const struct casefile *c, bool lane,
		      run_done_fn *done, void *arg)
{
	struct run *r = xcalloc(1, sizeof(*r));

	s->next_number++;
	if (s->next_number == 0)
		s->next_number++;
	r->session = s;
	r->c = c;
	r->number = s->next_number;
	r->lane = lane;
	r->began = loop_now();
	r->done = done;
	r->arg = arg;
	wlog_init(&r->log, RUN_LOG_LIMIT);
	r->next = s->runs;
	s->runs = r;
	r->drive = driver_start(&s->driver, c, r->number, &r->log,
				on_drive_done, r);
	if (lane && s->driver.mock)
		mock_lane(s->driver.mock, r->number);
	return r;
}

void run_free(struct run *r)
{
	struct run **at;

	if (!r)
		return;
	at = &r->session->runs;
	while (*at != r)
		at = &(*at)->next;
	/* Out of the list first, so that what the mock ends now is not
	 * logged. */
	*at = r->next;
	end_run(r);
	driver_free(r->drive);
	wlog_clear(&r->log);
	free(r);
}

const struct casefile *run_case(const struct run *r)
{
	return r->c;
}

const struct wlog *run_log(const struct run *r)
{
	return &r->log;
}

uint64_t run_number(const struct run *r)
{
	return r->number;
}

tick_t run_took(const struct run *r)
{
	return loop_now() - r->began - driver_paced(r->drive);
}
