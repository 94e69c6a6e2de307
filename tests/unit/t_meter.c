/* gateway/meter: records are in the ledger before the end of an answer is sent;
 * some requests are never recorded. The upstream is a raw peer. */
#include "gateway/ledger/ledger.h"
#include "gateway/meter/asked.h"
#include "gateway/meter/meter.h"
#include "net/serve/serve_private.h"
#include "tests/unit/relay_kit.h"

#define DB "t_meter.db"
#define EVENTS \
	"data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\"," \
	"\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
#define LAST \
	"data: " \
	"{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":9}}\n\n" \
	"data: {\"type\":\"message_stop\"}\n\n"

static struct record_row found; /* the last one of the spool */
static size_t count;

static int see(void *arg, const struct record_row *r, struct fail *f)
{
	(void)arg;
	(void)f;
	found = *r;
	count++;
	return 0;
}

static size_t records(void)
{
	size_t broken = 0;

	count = 0;
	assert_int_equal(spool_read(DB, false, see, NULL, &broken, NULL), 0);
	assert_int_equal(broken, 0);
	return count;
}

/* ---- the answer on its way, looked at before it goes ---- */

static size_t at_stop, at_end; /* records there are then */

bool __real_conn_flush(struct conn *c);
bool __wrap_conn_flush(struct conn *c);
bool __wrap_conn_flush(struct conn *c)
{
	struct span out = buf_span(&c->out);

	if (span_find(out, span_of("message_stop")) != SIZE_MAX)
		at_stop = records();
	if (out.len > 0)
		at_end = records();
	return __real_conn_flush(c);
}

/* ---- */

static struct ledger_files *ledger;

static void forget(void)
{
	static const char *const endings[] = { "",      ".spool", ".taking",
					       ".lock", "-wal",   "-shm" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), DB "%s", endings[i]);
		unlink(name);
	}
}

static int open_ledger(void **state)
{
	struct gateway *g;

	set_up(state);
	g = *state;
	forget();
	at_stop = at_end = 99;
	g->config.ledger.path = strdup(DB);
	assert_int_equal(ledger_new(&ledger, &g->config.ledger, NULL), 0);
	ledger_attach(ledger, g->config.keys, g->config.keys_count);
	g->gate.meter = &meter_relay;
	g->gate.ledger = ledger;
	return 0;
}

static int close_ledger(void **state)
{
	struct gateway *g = *state;

	serve_free(g->serve);
	g->serve = NULL;
	meter_relay.leave(&g->gate);
	tear_down(state);
	ledger_free(ledger);
	forget();
	return 0;
}

static void t_stream(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM "\r\n" EVENTS LAST, true, &c);
	assert_int_equal(c.status, 200);
	assert_int_equal(at_stop, 1);
	assert_int_equal(records(), 1);
	assert_int_equal(found.usage.input, 7);
	assert_int_equal(found.usage.output, 9);
	assert_string_equal(found.served, "m");
	assert_string_equal(found.end, "clean");
	assert_string_equal(found.route, "messages");
	assert_int_equal(found.status, 200);
	assert_true(found.time / 1000 > 1600000000);
	assert_true(found.first_ms >= 0 && found.first_ms <= found.total_ms);
	call_close(&c);
}

static void t_length(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"request-id: r1\r\nContent-Length: 35\r\n\r\n"
		"{\"usage\":{\"input_tokens\":5}       }",
		false, &c);
	assert_int_equal(at_end, 1);
	assert_int_equal(records(), 1);
	assert_int_equal(found.usage.input, 5);
	assert_string_equal(found.request_id, "r1");
	call_close(&c);
}

static void t_cut(void **state)
{
	struct gateway *g = *state;
	struct call c;

	relayed(g, STREAM CHUNKED "5\r\na: b\n\r\n", true, &c);
	assert_int_equal(c.end.end, END_CUT);
	assert_int_equal(records(), 1);
	assert_string_equal(found.end, "cut");
	call_close(&c);
}

/* An answer of our own, and a key that stands in another place. */
static void t_own(void **state)
{
	const struct ask ask = { "POST", "/v1/messages", "mine",
				 "{\"model\":\"is-mine-or\"}" };
	struct gateway *g = *state;
	struct call c;

	client_key_add_model(&g->config.keys[0], "other");
	g->config.limited = true;
	send_ask(g, &ask, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 404, "is not among this key's models");
	assert_int_equal(at_end, 1);
	assert_string_equal(found.end, "refused");
	assert_string_equal(found.asked, "(a credential)");
	call_close(&c);
}

static void asks(const char *body, const char *model)
{
	struct buf out = BUF_INIT(1000);
	int rc = asked_model(span_of(body), &out);

	assert_int_equal(rc, model ? 0 : -1);
	assert_string_equal(buf_str(&out), model ? model : "");
	buf_clear(&out);
}

static void t_model(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	asks("{\"a\":{\"model\":\"x\"},\"model\":\"y\"}", "y");
	asks("{\"mod\\u0065l\":\"y\\u0041\"}", "yA");
	asks("{\"model\":\"y\",\"mod\\u0065l\":\"z\"}", NULL);
	asks("{\"model\":5}", NULL);
	asks("{\"model\":\"y\"", NULL);
	asks("[\"model\"]", NULL);
	asks("", NULL);
	assert_int_equal(
		asked_model_quickly(span_of("{\"model\":\"y\",\"a\""), &out),
		0);
	assert_string_equal(buf_str(&out), "y");
	assert_int_equal(asked_model_quickly(span_of("{\"model\":\"y"), &out),
			 -1);
	assert_int_equal(
		asked_model_quickly(span_of("{\"model\":\"\\u0041\"}"), &out),
		-1);
	assert_int_equal(asked_model_quickly(span_of("{\"a\":\"y\"}"), &out),
			 -1);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(t_stream, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_length, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_cut, open_ledger,
						close_ledger),
		cmocka_unit_test_setup_teardown(t_own, open_ledger,
						close_ledger),
		cmocka_unit_test(t_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
