/* Reads a file of prices. */
#include "wire/prompt/prices.h"

#include <stddef.h>

#include "wire/json/json.h"

#define FILE_LIMIT ((size_t)64 * 1024)
#define PRICE_LIMIT 1e6

const struct prices prices_usual = { .input = 3,
				     .output = 15,
				     .read = 10,
				     .written_5m = 125,
				     .written_1h = 200 };

struct prices_fields {
	const char *name, *source, *date;
	const cJSON *input, *output, *cache;
	const cJSON *read, *written_5m, *written_1h;
};

#define AT(member) offsetof(struct prices_fields, member)
static const struct json_field fields[] = {
	{ "name", JSON_TEXT, AT(name), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "source", JSON_TEXT, AT(source), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "date", JSON_TEXT, AT(date), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "input", JSON_ANY, AT(input), JSON_REQUIRED },
	{ "output", JSON_ANY, AT(output), JSON_REQUIRED },
	{ "cache", JSON_OBJECT, AT(cache), JSON_REQUIRED },
	{ .key = NULL },
};

static const struct json_field cache_fields[] = {
	{ "read_percent", JSON_ANY, AT(read), JSON_REQUIRED },
	{ "write_5m_percent", JSON_ANY, AT(written_5m), JSON_REQUIRED },
	{ "write_1h_percent", JSON_ANY, AT(written_1h), JSON_REQUIRED },
	{ .key = NULL },
};
#undef AT

static int read_price(const struct json *j, const cJSON *node, double *out,
		      struct fail *f)
{
	if (!cJSON_IsNumber(node) || !(node->valuedouble >= 0) ||
	    node->valuedouble > PRICE_LIMIT)
		return json_fail(j, node, f,
				 "key '%s' must be a number from 0 to 1000000",
				 node->string);
	*out = node->valuedouble;
	return 0;
}

/* The day on which somebody looked the prices up. */
static int check_date(const struct json *j, const char *date, struct fail *f)
{
	static const char form[] = "0000-00-00";
	struct span s = span_of(date);
	bool fits = s.len == sizeof(form) - 1;

	for (size_t i = 0; fits && i < s.len; i++)
		fits = form[i] == '-' ? s.at[i] == '-'
				      : s.at[i] >= '0' && s.at[i] <= '9';
	if (fits)
		return 0;
	return json_fail(j, cJSON_GetObjectItemCaseSensitive(j->root, "date"),
			 f, "key 'date' must be a day such as 2026-11-30");
}

static int read_all(const struct json *j, struct prices *out, struct fail *f)
{
	struct prices_fields p = { .name = NULL };

	if (!cJSON_IsObject(j->root))
		return json_fail(j, j->root, f,
				 "the prices must be a JSON object");
	if (json_read(j, j->root, fields, &p, f) < 0 ||
	    json_read(j, p.cache, cache_fields, &p, f) < 0 ||
	    check_date(j, p.date, f) < 0 ||
	    read_price(j, p.input, &out->input, f) < 0 ||
	    read_price(j, p.output, &out->output, f) < 0 ||
	    read_price(j, p.read, &out->read, f) < 0 ||
	    read_price(j, p.written_5m, &out->written_5m, f) < 0)
		return -1;
	return read_price(j, p.written_1h, &out->written_1h, f);
}

int prices_read(struct prices *out, const char *path, struct fail *f)
{
	struct prices p;
	struct json *j;
	int rc;

	if (json_load(&j, path, FILE_LIMIT, f) < 0)
		return -1;
	rc = read_all(j, &p, f);
	json_free(j);
	if (rc == 0)
		*out = p;
	return rc;
}

double prices_of(const struct prices *p, const struct prompt_usage *u)
{
	double input = (double)u->input + (double)u->read * p->read / 100 +
		       (double)u->written_5m * p->written_5m / 100 +
		       (double)u->written_1h * p->written_1h / 100;

	return (input * p->input + (double)u->output * p->output) / 1e6;
}

void prices_write(double dollars, struct buf *out)
{
	bool is_small = dollars > 0 && dollars < 0.095;

	buf_addf(out, is_small ? "$%.4f" : "$%.2f", dollars);
}
