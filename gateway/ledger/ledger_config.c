/* Reads the object "ledger" of the configuration. */
#include "gateway/ledger/ledger_config.h"

#include <stdlib.h>
#include <string.h>

#include "net/fetch.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/option.h"

enum { OTLP_MS = 60000, OTLP_LEAST_MS = 100 };

struct ledger_part {
	const char *path, *prices, *admin, *admin_key, *otlp;
	const cJSON *otlp_headers;
	uint32_t otlp_ms;
};

#define AT(member) offsetof(struct ledger_part, member)

static const struct json_field fields[] = {
	{ "path", JSON_TEXT, AT(path), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "prices", JSON_TEXT, AT(prices), 0 },
	{ "admin", JSON_TEXT, AT(admin), 0 },
	{ "admin_key", JSON_TEXT, AT(admin_key), JSON_NOT_EMPTY },
	{ "otlp", JSON_TEXT, AT(otlp), 0 },
	{ "otlp_headers", JSON_OBJECT, AT(otlp_headers), 0 },
	{ "otlp_ms", JSON_U32, AT(otlp_ms), 0 },
	{ .key = NULL },
};

/* What is being read, and where mistakes go. */
struct ledger_reading {
	struct ledger_config *config;
	const struct json *json;
	const cJSON *object;
	struct secrets *secrets;
	json_mistake_fn *fn;
	void *arg;
};

static void wrong(const struct ledger_reading *r, const char *key,
		  const char *text)
{
	struct fail f = FAIL_INIT;

	json_fail(r->json, cJSON_GetObjectItemCaseSensitive(r->object, key), &f,
		  "%s", text);
	r->fn(r->arg, &f);
}

/* A value, or the value of the variable that it names; added to the secrets. */
static const char *secret_of(const struct ledger_reading *r, const char *key,
			     const char *text)
{
	struct fail why = FAIL_INIT;
	const char *value = option_env(text, &why);

	if (value)
		secrets_add(r->secrets, value);
	else
		wrong(r, key, why.text);
	return value;
}

static bool is_loopback(const struct address *a)
{
	return span_starts(span_of(a->host), "127.") ||
	       strcmp(a->host, "::1") == 0;
}

/* A mistake in the file of prices, with its place, is reported at the member
 * that names the file. */
static void on_price(void *arg, const struct fail *f)
{
	wrong(arg, "prices", f->text);
}

static void set_admin(const struct ledger_reading *r,
		      const struct ledger_part *p)
{
	struct ledger_config *c = r->config;
	struct fail why = FAIL_INIT;
	const char *key;

	if (!p->admin)
		return;
	if (address_read(&c->admin, p->admin, &why) < 0) {
		wrong(r, "admin", why.text);
		return;
	}
	c->has_admin = true;
	if (!p->admin_key && !is_loopback(&c->admin))
		wrong(r, "admin",
		      "others can reach this address: the page needs an "
		      "'admin_key'");
	key = p->admin_key ? secret_of(r, "admin_key", p->admin_key) : NULL;
	if (!key)
		return;
	c->has_admin_key = true;
	sha256_of(span_of(key), c->admin_key);
}

static void set_headers(const struct ledger_reading *r, const cJSON *object)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		const char *value = NULL;

		if (cJSON_IsString(item))
			value = secret_of(r, "otlp_headers", item->valuestring);
		else
			wrong(r, "otlp_headers", "a field's value is a string");
		if (value && headers_add_text(&r->config->otlp_headers,
					      item->string, value) < 0)
			wrong(r, "otlp_headers",
			      "this is no header field, or too large a one");
	}
}

static void set_otlp(const struct ledger_reading *r,
		     const struct ledger_part *p)
{
	struct ledger_config *c = r->config;
	struct fail why = FAIL_INIT;

	if (p->otlp && fetch_check_origin(p->otlp, &why) < 0)
		wrong(r, "otlp", why.text);
	else if (p->otlp)
		c->otlp = xstrdup(p->otlp);
	if (p->otlp_headers)
		set_headers(r, p->otlp_headers);
	if (p->otlp_ms < OTLP_LEAST_MS)
		wrong(r, "otlp_ms", "metrics go out every 100 ms at most");
	else
		c->otlp_ms = p->otlp_ms;
}

void ledger_config_init(struct ledger_config *c)
{
	*c = (struct ledger_config){ .otlp_ms = OTLP_MS };
}

void ledger_config_clear(struct ledger_config *c)
{
	price_list_clear(&c->prices);
	headers_clear(&c->otlp_headers);
	free(c->path);
	free(c->prices_path);
	free(c->otlp);
	ledger_config_init(c);
}

void ledger_config_read(struct ledger_config *c, const struct json *j,
			const cJSON *object, struct secrets *secrets,
			json_mistake_fn *fn, void *arg)
{
	const struct ledger_reading r = { .config = c,
					  .json = j,
					  .object = object,
					  .secrets = secrets,
					  .fn = fn,
					  .arg = arg };
	struct ledger_part p = { .otlp_ms = c->otlp_ms };

	json_read_all(j, object, fields, &p, fn, arg);
	if (p.path)
		c->path = xstrdup(p.path);
	if (p.prices) {
		c->prices_path = xstrdup(p.prices);
		price_list_load(&c->prices, p.prices, on_price, (void *)&r);
	}
	set_admin(&r, &p);
	set_otlp(&r, &p);
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Are they the same fields, in the same order? */
static bool are_same_fields(const struct headers *a, const struct headers *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->list[i].name, b->list[i].name) != 0 ||
		    strcmp(a->list[i].value, b->list[i].value) != 0)
			return false;
	return true;
}

bool ledger_config_is_same(const struct ledger_config *a,
			   const struct ledger_config *b)
{
	return is_same_text(a->path, b->path) && a->has_admin == b->has_admin &&
	       a->admin.port == b->admin.port &&
	       strcmp(a->admin.host, b->admin.host) == 0 &&
	       a->has_admin_key == b->has_admin_key &&
	       memcmp(a->admin_key, b->admin_key, SHA256_BYTES) == 0 &&
	       is_same_text(a->otlp, b->otlp) && a->otlp_ms == b->otlp_ms &&
	       are_same_fields(&a->otlp_headers, &b->otlp_headers);
}

static void keep_text(char **text, const char *old)
{
	free(*text);
	*text = old ? xstrdup(old) : NULL;
}

void ledger_config_keep(struct ledger_config *c,
			const struct ledger_config *old)
{
	keep_text(&c->path, old->path);
	keep_text(&c->otlp, old->otlp);
	headers_clear(&c->otlp_headers);
	(void)headers_copy(&c->otlp_headers, &old->otlp_headers);
	c->otlp_ms = old->otlp_ms;
	c->has_admin = old->has_admin;
	c->admin = old->admin;
	c->has_admin_key = old->has_admin_key;
	memcpy(c->admin_key, old->admin_key, SHA256_BYTES);
}
