/* Fills and writes the record of a request. */
#include "gateway/meter/metered.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/hooks.h"
#include "gateway/pool/cascade.h"
#include "wire/bytes/mem.h"

enum { MODEL_LIMIT = 4096 };

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

/* Does the text hold a credential, which a client may have put into another
 * place? */
static bool has_credential(const struct relay *r, struct span text)
{
	const struct headers *h = &visit_head(r->visit)->headers;
	struct span offered;

	if (secrets_occur(&r->config->secrets, text))
		return true;
	for (size_t i = 0; i < h->count; i++)
		if (auth_is_offered(&h->list[i], &offered) && offered.len > 0 &&
		    span_find(text, offered) != SIZE_MAX)
			return true;
	return false;
}

/* A text that a client has chosen, and where it goes. */
struct chosen {
	char *to;
	size_t size;
	struct span text;
};

/* Copies these texts, without those that hold a credential. All are searched
 * together, since one search is usually enough. */
static void put(const struct relay *r, const struct chosen *list, size_t count)
{
	struct buf *all = &r->metered->text;
	bool doubtful;

	buf_reset(all);
	for (size_t i = 0; i < count; i++) {
		buf_add_span(all, list[i].text);
		buf_add_byte(all, '\n');
	}
	doubtful = has_credential(r, buf_span(all));
	for (size_t i = 0; i < count; i++)
		record_put(list[i].to, list[i].size,
			   doubtful && has_credential(r, list[i].text)
				   ? span_of("(a credential)")
				   : list[i].text);
}

static struct span field_of(const struct relay *r, const char *name)
{
	return span_of(headers_get(&visit_head(r->visit)->headers, name));
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

static void put_fields(const struct relay *r, struct record_row *record)
{
	const struct chosen list[] = {
		{ record->session, sizeof(record->session),
		  field_of(r, "x-claude-code-session-id") },
		{ record->agent, sizeof(record->agent),
		  field_of(r, "x-claude-code-agent-id") },
		{ record->prompt, sizeof(record->prompt),
		  field_of(r, "x-claude-code-prompt-id") },
		{ record->client, sizeof(record->client),
		  field_of(r, "user-agent") },
	};

	put(r, list, sizeof(list) / sizeof(list[0]));
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
	put_fields(r, record);
}

/* Uses the memory of an earlier request again, if there is one. */
void metered_new(struct relay *r)
{
	struct metered *m = r->gate->spare;

	r->gate->spare = NULL;
	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->tap = tap_new();
		buf_init(&m->text, BUF_NO_LIMIT);
	} else {
		*m = (struct metered){ .tap = m->tap, .text = m->text };
	}
	r->metered = m;
	m->began = visit_began(r->visit);
	m->length = VISIT_CHUNKED;
	begin_record(r);
}

void metered_free(struct metered *m)
{
	if (!m)
		return;
	tap_free(m->tap);
	buf_clear(&m->text);
	free(m);
}

void metered_drop(struct relay *r)
{
	metered_free(r->gate->spare);
	r->gate->spare = r->metered;
	r->metered = NULL;
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
	const struct chosen asked = { r->metered->record.asked,
				      sizeof(r->metered->record.asked), model };

	put(r, &asked, 1);
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
	m->written.status = m->record.status;
	m->written.cost = m->record.cost;
	m->written.usage = m->record.usage;
	memcpy(m->written.end, m->record.end, sizeof(m->written.end));
	memcpy(m->written.served, m->record.served, sizeof(m->written.served));
}

void metered_write(struct relay *r, const char *end)
{
	struct metered *m = r->metered;
	money_t before =
		m->written.is && m->written.cost > 0 ? m->written.cost : 0;

	fill(r, end);
	if (!is_new(m))
		return;
	if (m->purse)
		purse_spend(m->purse, m->record.time / 1000,
			    (m->record.cost > 0 ? m->record.cost : 0) - before);
	if (!m->written.is)
		ledger_id(r->gate->ledger, m->record.id, sizeof(m->record.id));
	ledger_add(r->gate->ledger, &m->record, &m->text);
	note_written(m);
}
