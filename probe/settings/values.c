/* Collects the client's variables from all sources; the value that counts comes
 * first. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

#define MORE_LIMIT 1000 /* other variables of env blocks */
#define ENVIRONMENT_LIMIT 100000

static bool is_secret(const struct known *k, const char *value)
{
	return k->flags & (KNOWN_SECRET | KNOWN_HEADERS) ||
	       (k->flags & KNOWN_URL && (route_url_user(value).len > 0 ||
					 route_url_query(value).len > 0));
}

static size_t first_of(const struct settings *s, const char *name)
{
	size_t i = 0;

	while (i < s->count && strcmp(s->list[i].name, name) != 0)
		i++;
	return i;
}

/* Takes over `value` and `source`; the new value overrides earlier ones. */
static void values_add(struct settings *s, const char *name, char *value,
		       char *source, const struct source *of)
{
	const struct known *k = known_find(span_of(name));
	size_t at = first_of(s, name);

	s->list = xrealloc(s->list, (s->count + 1) * sizeof(*s->list));
	if (at < s->count)
		s->list[at].wins = false;
	memmove(s->list + at + 1, s->list + at,
		(s->count - at) * sizeof(*s->list));
	s->list[at] = (struct setting){
		.name = xstrdup(name),
		.value = value,
		.source = source,
		.file = of ? xstrdup(of->shown) : NULL,
		.managed = of && of->kind == SOURCE_MANAGED,
		.secret = is_secret(k, value),
		.wins = true,
	};
	s->count++;
}

static void setting_clear(struct setting *x)
{
	free(x->name);
	free(x->value);
	free(x->source);
	free(x->file);
}

void values_drop_keys(struct settings *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct known *k = known_find(span_of(s->list[i].name));

		if (k->flags & KNOWN_KEY)
			setting_clear(&s->list[i]);
		else
			s->list[kept++] = s->list[i];
	}
	s->count = kept;
}

void values_clear(struct settings *s)
{
	for (size_t i = 0; i < s->count; i++)
		setting_clear(&s->list[i]);
	free(s->list);
}

const struct setting *values_find(const struct settings *s, const char *name)
{
	size_t at = first_of(s, name);

	return at < s->count ? &s->list[at] : NULL;
}

const char *values_text(const struct settings *s, const char *name)
{
	const struct setting *x = values_find(s, name);

	return x ? x->value : "";
}

char *values_trimmed(const char *text)
{
	static const char white[] = " \t\r\n\v\f";
	size_t len;

	text += strspn(text, white);
	len = strlen(text);
	while (len > 0 && strchr(white, text[len - 1]))
		len--;
	return xmemdup(text, len);
}

bool values_is_true(const char *value)
{
	static const char *const words[] = { "1", "true", "yes", "on" };
	char *word = values_trimmed(value);
	bool found = false;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found = found || strcasecmp(word, words[i]) == 0;
	free(word);
	return found;
}

/* ---- where values come from ---- */

static void add_text(struct reading *r, struct span name, char *value,
		     char *source, const struct source *of)
{
	char *text = span_dup(name);

	values_add(r->s, text, value, source, of);
	free(text);
}

void values_of_environment(struct reading *r)
{
	char *const *e = r->place->environment;

	for (size_t i = 0; e && e[i] && i < ENVIRONMENT_LIMIT; i++) {
		struct span rest = span_of(e[i]), name;
		const struct known *k;

		if (!span_split(&rest, '=', &name) || rest.at == NULL)
			continue;
		k = known_find(name);
		if (k && !(k->flags & KNOWN_KEY))
			add_text(r, name, span_dup(rest),
				 xstrdup("the environment"), NULL);
	}
}

/* A value of an env block as the client's language turns it into text. */
static char *as_text(struct jval v)
{
	double number;
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (v.type == J_STRING)
		return source_string(v);
	if (v.type == J_NUMBER && jscan_double(v, &number)) {
		buf_addf(&b, "%.17g", number);
		if (number > -1e15 && number < 1e15) {
			buf_reset(&b);
			buf_addf(&b, "%.15g", number);
		}
		return buf_take(&b, NULL);
	}
	return v.type == J_OBJECT ? xstrdup("[object Object]")
				  : span_dup(v.text);
}

static void add_more(struct reading *r, struct span name, struct jval value)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	char *text;

	if (r->more_count == MORE_LIMIT || name.len == 0 ||
	    span_find_byte(name, '=') != SIZE_MAX ||
	    span_find_byte(name, '\0') != SIZE_MAX ||
	    (text = as_text(value)) == NULL)
		return;
	buf_add_span(&b, name);
	buf_addf(&b, "=%s", text);
	free(text);
	r->more = xrealloc(r->more, (r->more_count + 1) * sizeof(*r->more));
	r->more[r->more_count++] = buf_take(&b, NULL);
}

static void add_variable(struct reading *r, const struct source *x,
			 struct span name, struct jval value)
{
	char *text = as_text(value);
	char *where, *shown;

	if (!text)
		return;
	where = source_place(x, value);
	shown = span_dup(name);
	if (value.type == J_NULL || value.type == J_ARRAY ||
	    value.type == J_OBJECT)
		settings_finding(r, "DR-SETTINGS-VALUE", where, shown, NULL);
	values_add(r->s, shown, text, where, x);
	if (value.type == J_NULL || value.type == J_ARRAY ||
	    value.type == J_OBJECT)
		settings_mend(r, "DR-SETTINGS-VALUE", values_find(r->s, shown),
			      shown, NULL);
	free(shown);
}

/* Takes the variables of an env block; of members with the same name the last
 * one counts. */
static void take_env(struct reading *r, const struct source *x, struct jval env)
{
	struct jval last[KNOWN_LIMIT] = { { .type = J_NULL } };
	struct jiter it = jscan_iter(env);
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	struct jval key, value;

	if (env.type != J_OBJECT)
		return;
	while (jscan_next(&it, &key, &value)) {
		const struct known *k;

		buf_reset(&name);
		jscan_string(key, &name);
		k = known_find(buf_span(&name));
		if (k && known_index(k) == KNOWN_LIMIT)
			add_variable(r, x, buf_span(&name), value);
		else if (k && !(k->flags & KNOWN_KEY))
			last[known_index(k)] = value;
		add_more(r, buf_span(&name), value);
	}
	buf_clear(&name);
	for (size_t i = 0; known_nth(i) != NULL; i++)
		if (last[i].text.len > 0)
			add_variable(r, x, span_of(known_nth(i)->name),
				     last[i]);
}

static void take_key(struct reading *r, const struct source *x, const char *key)
{
	struct jval v;
	char *text;

	if (!source_member(x->root, key, &v))
		return;
	text = v.type == J_ARRAY ? span_dup(v.text) : source_string(v);
	if (text)
		values_add(r->s, key, text, source_place(x, v), x);
}

void values_of_source(struct reading *r, const struct source *x)
{
	struct jval env;

	if (source_member(x->root, "env", &env))
		take_env(r, x, env);
	if (x->kind == SOURCE_STATE)
		return;
	take_key(r, x, "apiKeyHelper");
	take_key(r, x, "model");
	/* Other files cannot forbid anything */
	if (x->kind == SOURCE_MANAGED) {
		take_key(r, x, "forceLoginMethod");
		take_key(r, x, "forceLoginOrgUUID");
		take_key(r, x, "allowedProviders");
	}
}

/* ---- for programs that the client starts ---- */

static size_t name_length(const char *entry)
{
	return strcspn(entry, "=");
}

static void put(char **list, size_t *count, char *entry)
{
	size_t len = name_length(entry);

	for (size_t i = 0; i < *count; i++)
		if (name_length(list[i]) == len &&
		    strncmp(list[i], entry, len) == 0) {
			list[i] = entry;
			return;
		}
	list[(*count)++] = entry;
}

char **values_environment(const struct reading *r)
{
	char *const *e = r->place->environment;
	size_t count = 0;
	char **list;

	while (e && e[count])
		count++;
	list = xcalloc(count + r->more_count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		list[i] = e[i];
	for (size_t i = 0; i < r->more_count; i++)
		put(list, &count, r->more[i]);
	return list;
}
