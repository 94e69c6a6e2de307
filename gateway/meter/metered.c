/* Fills and writes the record of a request. */
#include "gateway/meter/metered.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "gateway/hooks.h"
#include "gateway/pool/cascade.h"
#include "wire/bytes/mem.h"

enum { MODEL_LIMIT = 4096, SPARES_MOST = 64 };

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t metered_took(const struct metered *m)
{
	return (loop_now() - m->began) / TICK_MS;
}

/* ---- what the client tells ---- */

/* What the head tells, as it is; NULL: nothing. */
struct metered_told {
	const char *session, *agent, *prompt, *client;
};

static void take_told(struct metered_told *t, const struct header *field)
{
	static const char prefix[] = "x-claude-code-";
	const size_t len = sizeof(prefix) - 1;
	const struct {
		const char *name;
		const char **to;
	} rows[] = { { "session-id", &t->session },
		     { "agent-id", &t->agent },
		     { "prompt-id", &t->prompt } };

	if (strcasecmp(field->name, "user-agent") == 0) {
		t->client = t->client ? t->client : field->value;
		return;
	}
	if (strncasecmp(field->name, prefix, len) != 0)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!*rows[i].to &&
		    strcasecmp(field->name + len, rows[i].name) == 0)
			*rows[i].to = field->value;
}

static void read_head(struct relay *r, struct metered_told *t)
{
	const struct headers *h = &visit_head(r->visit)->headers;
	struct metered *m = r->metered;
	struct span offered;

	for (size_t i = 0; i < h->count; i++) {
		if (!auth_is_offered(&h->list[i], &offered)) {
			take_told(t, &h->list[i]);
		} else if (offered.len > 0) {
			if (m->shown_count < METERED_SHOWN)
				m->shown[m->shown_count] = offered;
			m->shown_count++;
		}
	}
}

/* Does the text hold a credential, which a client may have put into another
 * place? */
static bool has_credential(const struct relay *r, struct span text)
{
	const struct metered *m = r->metered;

	if (m->shown_count > METERED_SHOWN ||
	    secrets_occur(&r->config->secrets, text))
		return true;
	for (size_t i = 0; i < m->shown_count; i++)
		if (span_find(text, m->shown[i]) != SIZE_MAX)
			return true;
	return false;
}

/* Copies a text that the client has chosen. */
static void put(const struct relay *r, char *to, size_t size, struct span text)
{
	if (text.len > 0)
		record_put(to, size,
			   has_credential(r, text) ? span_of("(a credential)")
						   : text);
}

static const char *route_of(const struct relay *r)
{
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));
	enum bridge_call call = r->route.cloud.call;

	if (r->route.cloud.vendor != BRIDGE_NONE)
		return call == BRIDGE_COUNT      ? "count_tokens"
		       : call == BRIDGE_PROFILES ? "models"
						 : "messages";
	if (span_is(path, "/v1/messages"))
		return "messages";
	return span_is(path, "/v1/messages/count_tokens") ? "count_tokens"
							  : "models";
}

/* The provider's name or, if it has none, the host of its URL, which the
 * operator knows. */
static struct span name_of(const struct provider *p)
{
	struct span rest = span_of(p->name ? p->name : p->url);
	size_t scheme = span_find(rest, span_of("://"));

	if (scheme != SIZE_MAX)
		rest = span_skip(rest, scheme + 3);
	return span_first(rest, span_find_byte(rest, '/'));
}

static void put_told(struct relay *r, struct record_row *record)
{
	struct metered_told told = { .session = NULL };

	read_head(r, &told);
	put(r, record->session, sizeof(record->session), span_of(told.session));
	put(r, record->agent, sizeof(record->agent), span_of(told.agent));
	put(r, record->prompt, sizeof(record->prompt), span_of(told.prompt));
	put(r, record->client, sizeof(record->client), span_of(told.client));
}

static void begin_record(struct relay *r)
{
	struct metered *m = r->metered;
	struct record_row *record = &m->record;

	record->time = now_ms();
	record->first_ms = -1;
	record_put(record->route, sizeof(record->route), span_of(route_of(r)));
	m->asks = strcmp(record->route, "messages") == 0;
	if (r->key)
		client_key_label(r->key, record->key);
	put_told(r, record);
}

static struct meter_desk *desk_of(struct gate *gate)
{
	if (!gate->desk) {
		gate->desk = xcalloc(1, sizeof(*gate->desk));
		spool_batch_init(&gate->desk->batch);
		buf_init(&gate->desk->model, MODEL_LIMIT);
	}
	return gate->desk;
}

/* Uses the memory of an earlier request again, if there is one. */
void metered_new(struct relay *r)
{
	struct meter_desk *d = desk_of(r->gate);
	struct metered *m = d->spare;

	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->tap = tap_new();
	} else {
		d->spare = m->next;
		d->spares--;
		*m = (struct metered){ .tap = m->tap };
	}
	r->metered = m;
	m->began = visit_began(r->visit);
	m->length = VISIT_CHUNKED;
	begin_record(r);
}

static void metered_free(struct metered *m)
{
	tap_free(m->tap);
	free(m);
}

void metered_drop(struct relay *r)
{
	struct meter_desk *d = r->gate->desk;
	struct metered *m = r->metered;

	r->metered = NULL;
	if (d->spares == SPARES_MOST) {
		metered_free(m);
		return;
	}
	m->next = d->spare;
	d->spare = m;
	d->spares++;
}

void meter_desk_free(struct meter_desk *d)
{
	if (!d)
		return;
	while (d->spare) {
		struct metered *m = d->spare;

		d->spare = m->next;
		metered_free(m);
	}
	spool_batch_clear(&d->batch);
	buf_clear(&d->model);
	free(d);
}

/* Finds the plain name of a model: without the gateway's aliases, prefixes and
 * suffixes. */
static void find_plain(struct relay *r, struct span model)
{
	struct buf plain = BUF_INIT(MODEL_LIMIT);
	struct wish wish = WISH_INIT;

	if (r->config->pool &&
	    names_read(&r->config->pool->names, model, &plain, &wish) == 0)
		model = buf_span(&plain);
	record_put(r->metered->plain, sizeof(r->metered->plain), model);
	buf_clear(&plain);
}

void metered_ask(struct relay *r, struct span model)
{
	struct record_row *record = &r->metered->record;

	put(r, record->asked, sizeof(record->asked), model);
	find_plain(r, model);
}

const struct price_row *metered_price(const struct relay *r)
{
	const struct price_list *prices = &r->config->ledger.prices;
	const struct price_row *row =
		price_list_find(prices, span_of(r->metered->plain));

	return row ? row
		   : price_list_find(prices, span_of(r->metered->record.asked));
}

/* ---- what it comes to ---- */

static money_t cost_of(const struct relay *r, const struct record_row *record)
{
	const struct price_list *prices = &r->config->ledger.prices;
	const struct price_row *row =
		price_list_find(prices, span_of(record->served));

	if (!row)
		row = metered_price(r);
	return row ? price_of(row, &record->usage) : -1;
}

/* Notes the provider whose answer it is. */
static void name_provider(struct relay *r)
{
	struct record_row *record = &r->metered->record;
	struct span name = SPAN_EMPTY;

	if (r->config->pool)
		name = span_of(cascade_provider(r));
	else if (r->provider && !r->metered->refused)
		name = name_of(r->provider);
	record_put(record->provider, sizeof(record->provider), name);
}

static void fill(struct relay *r, const char *end)
{
	struct metered *m = r->metered;
	struct record_row *record = &m->record;

	name_provider(r);
	record->status = r->status;
	record->bytes = (int64_t)r->bytes;
	record->total_ms = metered_took(m);
	if (m->taps) {
		const struct tap_seen *seen = tap_seen(m->tap);

		record->usage = seen->usage;
		record_put(record->served, sizeof(record->served),
			   span_of(seen->model));
		if (seen->failed)
			end = "error";
	}
	record->cost = m->asks ? cost_of(r, record) : 0;
	record->cost = hook_cost(r, record, record->cost);
	record_put(record->end, sizeof(record->end),
		   span_of(m->refused ? "refused" : end));
}

/* Has anything changed since the record was written, apart from the time? */
static bool is_new(const struct metered *m)
{
	const struct record_row *r = &m->record;

	return !m->written.is || r->status != m->written.status ||
	       r->cost != m->written.cost ||
	       memcmp(&r->usage, &m->written.usage, sizeof(r->usage)) != 0 ||
	       strcmp(r->end, m->written.end) != 0 ||
	       strcmp(r->served, m->written.served) != 0;
}

static void note_written(struct metered *m)
{
	m->written.is = true;
	m->written.bytes = (uint64_t)m->record.bytes;
	m->written.status = m->record.status;
	m->written.cost = m->record.cost;
	m->written.usage = m->record.usage;
	memcpy(m->written.end, m->record.end, sizeof(m->written.end));
	memcpy(m->written.served, m->record.served, sizeof(m->written.served));
}

void metered_write(struct relay *r, const char *end)
{
	struct metered *m = r->metered;
	money_t before = m->written.cost > 0 ? m->written.cost : 0;

	fill(r, end);
	if (!is_new(m))
		return;
	if (m->purse)
		purse_spend(m->purse, m->record.time / 1000,
			    (m->record.cost > 0 ? m->record.cost : 0) - before);
	if (!m->written.is)
		ledger_id(r->gate->ledger, m->record.id, sizeof(m->record.id));
	ledger_add(r->gate->ledger, &m->record, &r->gate->desk->batch);
	note_written(m);
}
