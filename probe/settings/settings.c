/* Reads, resolves and checks the settings that Claude Code would use here. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

static void reading_clear(struct reading *r)
{
	for (size_t i = 0; i < r->source_count; i++)
		source_clear(&r->sources[i]);
	for (size_t i = 0; i < r->more_count; i++)
		free(r->more[i]);
	free(r->sources);
	free(r->more);
	free(r->config);
	free(r->state);
	free(r->tree);
	free(r->helper_key);
	login_clear(&r->login);
}

int settings_read(struct settings **out, const struct settings_place *place,
		  struct findings *to, struct fail *f)
{
	struct reading r = { .place = place, .to = to };

	if (place->home[0] != '/' || place->folder[0] != '/')
		return fail_set(f, FAIL_USAGE,
				"the home folder ('%s') and the current folder "
				"('%s') must be absolute paths",
				place->home, place->folder);
	r.s = xcalloc(1, sizeof(*r.s));
	places_read(&r);
	login_read(&r);
	helper_run(&r);
	credentials_resolve(&r);
	route_resolve(&r);
	model_resolve(&r);
	check_all(&r);
	reading_clear(&r);
	*out = r.s;
	return 0;
}

void settings_free(struct settings *s)
{
	if (!s)
		return;
	values_clear(s);
	for (size_t i = 0; i < s->credential_count; i++) {
		free(s->credentials[i].value);
		free(s->credentials[i].source);
		free(s->credentials[i].variable);
	}
	free(s->base_url);
	free(s->base_url_source);
	free(s->own_url);
	free(s->model);
	free(s->model_source);
	headers_clear(&s->extra);
	free(s->proxy);
	free(s->proxy_source);
	tls_files_clear(&s->tls);
	free(s);
}

const char *settings_get(const struct settings *s, const char *name)
{
	const struct setting *x = values_find(s, name);

	return x ? x->value : NULL;
}

bool settings_has(const struct settings *s, const char *name, const char *value)
{
	const char *has = settings_get(s, name);

	return has && (strcmp(has, value) == 0 ||
		       (strcmp(value, "1") == 0 && values_is_true(has)));
}

static void add_trimmed(struct secrets *to, const char *value)
{
	char *text = values_trimmed(value);

	secrets_add(to, text);
	free(text);
}

static void add_span(struct secrets *to, struct span value)
{
	char *text = span_dup(value);

	secrets_add(to, text);
	free(text);
}

static void add_header_secrets(const char *list, struct secrets *to)
{
	struct headers h = { .list = NULL };

	credentials_read_headers(list, &h);
	for (size_t i = 0; i < h.count; i++)
		secrets_add_header(to, h.list[i].name, h.list[i].value);
	headers_clear(&h);
}

/* "user:password", and the password alone. */
static void add_userinfo(const char *url, struct secrets *to)
{
	struct span both = route_url_user(url);
	size_t colon = span_find_byte(both, ':');

	add_span(to, both);
	if (colon != SIZE_MAX)
		add_span(to, span_skip(both, colon + 1));
}

/* Some gateways take their key in the query. */
static void add_query(const char *url, struct secrets *to)
{
	struct span rest = route_url_query(url), one;

	while (span_split(&rest, '&', &one)) {
		size_t equals = span_find_byte(one, '=');

		add_span(to,
			 span_skip(one, equals == SIZE_MAX ? 0 : equals + 1));
	}
}

void settings_secrets(const struct settings *s, struct secrets *to)
{
	for (size_t i = 0; i < s->credential_count; i++)
		secrets_add(to, s->credentials[i].value);
	for (size_t i = 0; i < s->count; i++) {
		const struct setting *x = &s->list[i];
		const struct known *k = known_find(span_of(x->name));

		/* The helper's command is shown nowhere, and parts of it (a
		 * path) may well be in other texts. */
		if (k->flags & KNOWN_KEY)
			continue;
		if (k->flags & KNOWN_SECRET)
			add_trimmed(to, x->value);
		else if (k->flags & KNOWN_HEADERS)
			add_header_secrets(x->value, to);
		else if (k->flags & KNOWN_URL) {
			add_userinfo(x->value, to);
			add_query(x->value, to);
		}
	}
	add_query(s->base_url, to);
}
