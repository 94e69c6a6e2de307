/* Reads the file of prices, and finds the price of a model. */
#include "gateway/ledger/price_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/bridge/bridge.h"
#include "wire/bytes/mem.h"

enum {
	FILE_LIMIT = 4 * 1024 * 1024,
	NAME_LIMIT = 4096,
	DAY_DIGITS = 8,
	READ_PERCENT = 10, /* of the input price, if none is given */
	WRITE_5M_PERCENT = 125,
	WRITE_1H_PERCENT = 200,
	MILLION = 1000000,
	MOST_DOLLARS = 10000, /* for a million tokens */
};

/* ---- the file ---- */

struct price_reading {
	struct price_list *list;
	const struct json *json;
	json_mistake_fn *fn;
	void *arg;
};

struct price_file {
	const char *source, *date;
	const cJSON *models;
};

static const struct json_field file_fields[] = {
	{ "source", JSON_TEXT, offsetof(struct price_file, source), 0 },
	{ "date", JSON_TEXT, offsetof(struct price_file, date), 0 },
	{ "models", JSON_OBJECT, offsetof(struct price_file, models),
	  JSON_REQUIRED },
	{ .key = NULL },
};

struct price_part {
	const cJSON *input, *output, *cache_read, *cache_5m, *cache_1h;
	const cJSON *above; /* of the object in "long" only */
	const cJSON *high; /* of the model's own object only */
};

#define AT(member) offsetof(struct price_part, member)

static const struct json_field model_fields[] = {
	{ "input", JSON_ANY, AT(input), JSON_REQUIRED },
	{ "output", JSON_ANY, AT(output), JSON_REQUIRED },
	{ "cache_read", JSON_ANY, AT(cache_read), 0 },
	{ "cache_write_5m", JSON_ANY, AT(cache_5m), 0 },
	{ "cache_write_1h", JSON_ANY, AT(cache_1h), 0 },
	{ "long", JSON_OBJECT, AT(high), 0 },
	{ .key = NULL },
};

static const struct json_field long_fields[] = {
	{ "above", JSON_ANY, AT(above), JSON_REQUIRED },
	{ "input", JSON_ANY, AT(input), JSON_REQUIRED },
	{ "output", JSON_ANY, AT(output), JSON_REQUIRED },
	{ "cache_read", JSON_ANY, AT(cache_read), 0 },
	{ "cache_write_5m", JSON_ANY, AT(cache_5m), 0 },
	{ "cache_write_1h", JSON_ANY, AT(cache_1h), 0 },
	{ .key = NULL },
};

static void wrong(const struct price_reading *r, const cJSON *node,
		  const char *text)
{
	struct fail f = FAIL_INIT;

	json_fail(r->json, node, &f, "%s", text);
	r->fn(r->arg, &f);
}

/* The price of one token, from dollars for a million; `usual` if the member is
 * absent. */
static money_t price_in(const struct price_reading *r, const cJSON *node,
			money_t usual)
{
	money_t million;

	if (!node)
		return usual;
	if (cJSON_IsNumber(node) && node->valuedouble <= MOST_DOLLARS &&
	    money_of(node->valuedouble, &million))
		return (million + MILLION / 2) / MILLION;
	wrong(r, node,
	      "a price must be a number of dollars for a million tokens, from "
	      "0 to "
	      "10000");
	return 0;
}

static struct price price_from(const struct price_reading *r,
			       const struct price_part *p)
{
	struct price price = { .input = price_in(r, p->input, 0),
			       .output = price_in(r, p->output, 0) };

	price.cache_read =
		price_in(r, p->cache_read, price.input * READ_PERCENT / 100);
	price.cache_5m =
		price_in(r, p->cache_5m, price.input * WRITE_5M_PERCENT / 100);
	price.cache_1h =
		price_in(r, p->cache_1h, price.input * WRITE_1H_PERCENT / 100);
	return price;
}

static void add_long(const struct price_reading *r, struct price_row *row,
		     const cJSON *object)
{
	struct price_part p = { .input = NULL };

	json_read_all(r->json, object, long_fields, &p, r->fn, r->arg);
	if (p.above && (!cJSON_IsNumber(p.above) || p.above->valuedouble < 1 ||
			p.above->valuedouble > (double)USAGE_MOST))
		wrong(r, p.above, "'above' must be a number of tokens");
	else if (p.above)
		row->above = (int64_t)p.above->valuedouble;
	row->high = price_from(r, &p);
}

static void add_row(const struct price_reading *r, const cJSON *item)
{
	struct price_list *l = r->list;
	struct price_part p = { .input = NULL };
	struct price_row *row;

	if (!cJSON_IsObject(item)) {
		wrong(r, item,
		      "the prices of a model are an object with 'input' and "
		      "'output'");
		return;
	}
	json_read_all(r->json, item, model_fields, &p, r->fn, r->arg);
	l->list = xrealloc(l->list, (l->count + 1) * sizeof(*l->list));
	row = &l->list[l->count++];
	*row = (struct price_row){ .model = xstrdup(item->string),
				   .price = price_from(r, &p) };
	if (p.high)
		add_long(r, row, p.high);
}

static int by_model(const void *a, const void *b)
{
	const struct price_row *x = a, *y = b;

	return strcmp(x->model, y->model);
}

void price_list_read(struct price_list *l, const struct json *j,
		     json_mistake_fn *fn, void *arg)
{
	const struct price_reading r = {
		.list = l, .json = j, .fn = fn, .arg = arg
	};
	struct price_file file = { .models = NULL };
	const cJSON *item;

	if (!cJSON_IsObject(j->root)) {
		wrong(&r, j->root, "this is not an object");
		return;
	}
	json_read_all(j, j->root, file_fields, &file, fn, arg);
	cJSON_ArrayForEach(item, file.models)
		add_row(&r, item);
	if (l->count > 0)
		qsort(l->list, l->count, sizeof(*l->list), by_model);
}

void price_list_load(struct price_list *l, const char *path,
		     json_mistake_fn *fn, void *arg)
{
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	if (json_load(&j, path, FILE_LIMIT, &f) < 0)
		fn(arg, &f);
	else
		price_list_read(l, j, fn, arg);
	json_free(j);
}

void price_list_clear(struct price_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i].model);
	free(l->list);
	*l = (struct price_list){ .count = 0 };
}

/* ---- finding ---- */

static const struct price_row *row_of(const struct price_list *l,
				      struct span model)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct span name = span_of(l->list[mid].model);
		size_t len = name.len < model.len ? name.len : model.len;
		int order = memcmp(name.at, model.at, len);

		if (order == 0 && name.len == model.len)
			return &l->list[mid];
		if (order < 0 || (order == 0 && name.len < model.len))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The name without "[1m]" and without a word such as ":free"; a number after a
 * colon belongs to the name. */
static struct span without_suffix(struct span name)
{
	size_t colon;

	if (span_ends(name, "]"))
		name = span_first(name, span_find_byte(name, '['));
	colon = span_find_byte(name, ':');
	if (colon != SIZE_MAX && colon + 1 < name.len &&
	    isalpha((unsigned char)name.at[colon + 1]))
		name = span_first(name, colon);
	return name;
}

static struct span without_prefix(struct span name)
{
	size_t slash;

	if (span_starts(name, "~"))
		name = span_skip(name, 1);
	while ((slash = span_find_byte(name, '/')) != SIZE_MAX)
		name = span_skip(name, slash + 1);
	return name;
}

static struct span without_day(struct span name)
{
	size_t len = name.len;

	while (len > 0 && isdigit((unsigned char)name.at[len - 1]))
		len--;
	return name.len - len == DAY_DIGITS && len > 0 &&
			       name.at[len - 1] == '-'
		       ? span_first(name, len - 1)
		       : name;
}

const struct price_row *price_list_find(const struct price_list *l,
					struct span model)
{
	const struct price_row *row = row_of(l, model);
	struct buf plain = BUF_INIT(NAME_LIMIT);
	struct span bare;

	if (row || model.len == 0 || model.len > NAME_LIMIT / 2)
		return row;
	bare = without_suffix(model);
	row = row_of(l, bare);
	if (!row && bridge_model_plain(bare, &plain, NULL) == 0) {
		bare = without_prefix(buf_span(&plain));
		row = row_of(l, bare);
		if (!row)
			row = row_of(l, without_day(bare));
	}
	buf_clear(&plain);
	return row;
}

money_t price_of(const struct price_row *row, const struct usage_tokens *u)
{
	int64_t prompt = u->input + u->cache_read + u->cache_5m + u->cache_1h;
	const struct price *p = row->above > 0 && prompt > row->above
					? &row->high
					: &row->price;

	return u->input * p->input + u->output * p->output +
	       u->cache_read * p->cache_read + u->cache_5m * p->cache_5m +
	       u->cache_1h * p->cache_1h;
}
