/* gateway/ledger/push: metrics that go to a collector, which is a raw peer. */
#include <unistd.h>

#include "gateway/ledger/push.h"
#include "net/say.h"
#include "tests/unit/fetch_kit.h"

static struct world w;
static struct ledger_config config;
static struct ledger_files *ledger;
static struct push *push;
static size_t asked; /* connections so far */

/* ---- what is logged ---- */

static struct buf said = BUF_INIT(BUF_NO_LIMIT);

void __wrap_say_line(struct span line);
void __wrap_say_line(struct span line)
{
	buf_add_span(&said, line);
}

/* ---- */

static int set_up(void **state)
{
	(void)state;
	world_open(&w);
	ledger_config_init(&config);
	assert_int_equal(ledger_new(&ledger, &config, NULL), 0);
	config.otlp_ms = 1;
	asked = 0;
	buf_reset(&said);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	push_free(push);
	push_free(NULL);
	ledger_free(ledger);
	ledger_config_clear(&config);
	world_close(&w);
	buf_clear(&said);
	return 0;
}

static void begin(const char *path)
{
	char url[100];

	snprintf(url, sizeof(url), "%s%s", w.origin, path);
	config.otlp = strdup(url);
	assert_int_equal(push_new(&push, w.loop, ledger, &config, NULL), 0);
}

/* The next request that comes. */
static struct rawpeer *next(void)
{
	struct rawpeer *p = &w.server.peers[asked];

	WAIT_FOR(w.loop, w.server.count > asked);
	WAIT_FOR(w.loop, rawpeer_has(p, "\"asInt\":\"0\"}]}}]}]}]}"));
	asked++;
	return p;
}

static void answer(struct rawpeer *p, const char *text)
{
	rawpeer_text(p, text);
	rawpeer_shut(p);
}

#define GOOD "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

static void t_request(void **state)
{
	struct rawpeer *p;

	(void)state;
	headers_add_text(&config.otlp_headers, "x-tenant", "t1");
	begin("/collect/v1/metrics");
	p = next();
	assert_true(rawpeer_has(p, "POST /collect/v1/metrics HTTP/1.1\r\n"));
	assert_true(rawpeer_has(p, "x-tenant: t1\r\n"));
	assert_true(rawpeer_has(p, "content-type: application/json\r\n"));
	assert_true(rawpeer_has(p, "{\"resourceMetrics\":["));
	/* Another one comes after it, with nothing twice in it, and on the same
	 * connection. */
	buf_reset(&p->in);
	rawpeer_text(p, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	asked--;
	assert_ptr_equal(next(), p);
	assert_true(rawpeer_has(p, "\r\n\r\n{\"resourceMetrics\":["));
	assert_int_equal(w.server.count, 1);
	assert_string_equal(buf_str(&said), "");
}

/* Without a path it is the usual one. */
static void t_paths(void **state)
{
	(void)state;
	begin("");
	assert_true(rawpeer_has(next(), "POST /v1/metrics HTTP/1.1\r\n"));
	push_free(push);
	free(config.otlp);
	begin("/");
	assert_true(rawpeer_has(next(), "POST /v1/metrics HTTP/1.1\r\n"));
	push_free(push);
	free(config.otlp);
	begin("/x");
	assert_true(rawpeer_has(next(), "POST /x HTTP/1.1\r\n"));
}

/* A failure is told once, until one has worked. */
static void t_failures(void **state)
{
#define LINE "ccgate: metrics do not reach 'otlp': "
	(void)state;
	begin("");
	answer(next(), "HTTP/1.1 404 No\r\nConnection: close\r\n"
		       "Content-Length: 0\r\n\r\n");
	answer(next(), "HTTP/1.1 300 No\r\nConnection: close\r\n"
		       "Content-Length: 0\r\n\r\n");
	answer(next(), GOOD);
	assert_string_equal(buf_str(&said), LINE "status 404\n");
	answer(next(), "HTTP/1.1 300 No\r\nConnection: close\r\n"
		       "Content-Length: 0\r\n\r\n");
	answer(next(), "HTTP/1.1 299 OK\r\nConnection: close\r\n"
		       "Content-Length: 0\r\n\r\n");
	rawpeer_reset(next());
	(void)next();
	assert_true(span_starts(buf_span(&said),
				LINE "status 404\n" LINE "status 300\n" LINE));
	assert_int_equal(buf_span(&said).at[said.len - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "push: a request with the configuration's fields", t_request,
		  set_up, tear_down, NULL },
		{ "push: where to", t_paths, set_up, tear_down, NULL },
		{ "push: failures are told once", t_failures, set_up, tear_down,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
