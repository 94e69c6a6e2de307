/* Variables of the client: where each is set, the winner first. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

#define MORE_LIMIT 1000 /* other variables of env blocks */
#define ENVIRONMENT_LIMIT 100000

static const struct known known[] = {
	{ "ANTHROPIC_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_AUTH_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_API_KEY", KNOWN_SECRET },
	{ "CLAUDE_CODE_OAUTH_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_CUSTOM_HEADERS", KNOWN_HEADERS },
	{ "ANTHROPIC_MODEL", 0 },
	{ "ANTHROPIC_SMALL_FAST_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_HAIKU_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_SONNET_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_OPUS_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_FABLE_MODEL", 0 },
	{ "ANTHROPIC_CUSTOM_MODEL_OPTION", 0 },
	{ "CLAUDE_CODE_SUBAGENT_MODEL", 0 },
	{ "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY", 0 },
	{ "CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS", 0 },
	{ "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS", 0 },
	{ "CLAUDE_CODE_DISABLE_THINKING", 0 },
	{ "DISABLE_INTERLEAVED_THINKING", 0 },
	{ "DISABLE_PROMPT_CACHING", 0 },
	{ "ENABLE_TOOL_SEARCH", 0 },
	{ "CLAUDE_CODE_EFFORT_LEVEL", 0 },
	{ "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", 0 },
	{ "CLAUDE_CODE_MAX_OUTPUT_TOKENS", 0 },
	{ "CLAUDE_CODE_MAX_CONTEXT_TOKENS", 0 },
	{ "CLAUDE_CODE_AUTO_COMPACT_WINDOW", 0 },
	{ "MAX_THINKING_TOKENS", 0 },
	{ "API_TIMEOUT_MS", 0 },
	{ "CLAUDE_CODE_USE_BEDROCK", 0 },
	{ "CLAUDE_CODE_USE_VERTEX", 0 },
	{ "CLAUDE_CODE_USE_FOUNDRY", 0 },
	{ "CLAUDE_CODE_USE_ANTHROPIC_AWS", 0 },
	{ "CLAUDE_CODE_USE_MANTLE", 0 },
	{ "CLAUDE_CONFIG_DIR", 0 },
	{ "https_proxy", KNOWN_URL },
	{ "HTTPS_PROXY", KNOWN_URL },
	{ "http_proxy", KNOWN_URL },
	{ "HTTP_PROXY", KNOWN_URL },
	{ "all_proxy", KNOWN_URL },
	{ "ALL_PROXY", KNOWN_URL },
	{ "no_proxy", 0 },
	{ "NO_PROXY", 0 },
	{ "NODE_EXTRA_CA_CERTS", 0 },
	{ "NODE_TLS_REJECT_UNAUTHORIZED", 0 },
	{ "CLAUDE_CODE_CLIENT_CERT", 0 },
	{ "CLAUDE_CODE_CLIENT_KEY", 0 },
	{ "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", KNOWN_SECRET },
	{ "apiKeyHelper", KNOWN_KEY | KNOWN_SECRET },
	{ "model", KNOWN_KEY },
	{ "forceLoginMethod", KNOWN_KEY },
	{ "forceLoginOrgUUID", KNOWN_KEY },
	/* Not read by the client; a key in one of them is a slip. */
	{ "OPENROUTER_API_KEY", KNOWN_SECRET },
	{ "ANTHROPIC_KEY", KNOWN_SECRET },
	{ "ANTHROPIC_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_API_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_AUTH_KEY", KNOWN_SECRET },
	{ "CLAUDE_API_KEY", KNOWN_SECRET },
	{ "CLAUDE_CODE_API_KEY", KNOWN_SECRET },
	{ "LITELLM_API_KEY", KNOWN_SECRET },
	{ "LITELLM_MASTER_KEY", KNOWN_SECRET },
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

const struct known *known_find(struct span name)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (span_is(name, known[i].name))
			return &known[i];
	return NULL;
}

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

/* Takes value and source over. Goes over what was there. */
static void values_add(struct settings *s, const struct known *k, char *value,
		       char *source)
{
	size_t at = first_of(s, k->name);

	s->list = xrealloc(s->list, (s->count + 1) * sizeof(*s->list));
	if (at < s->count)
		s->list[at].wins = false;
	memmove(s->list + at + 1, s->list + at,
		(s->count - at) * sizeof(*s->list));
	s->list[at] = (struct setting){
		.name = xstrdup(k->name),
		.value = value,
		.source = source,
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

/* ---- where they come from ---- */

void values_of_environment(struct reading *r)
{
	char *const *e = r->place->environment;

	for (size_t i = 0; e && e[i] && i < ENVIRONMENT_LIMIT; i++) {
		struct span rest = span_of(e[i]), name;
		const struct known *k;

		if (!strchr(e[i], '=') || !span_split(&rest, '=', &name))
			continue;
		k = known_find(name);
		if (k && !(k->flags & KNOWN_KEY))
			values_add(r->s, k, span_dup(rest),
				   xstrdup("the environment"));
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
		if (number >= -1e15 && number <= 1e15) {
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
			 const struct known *k, struct jval value)
{
	char *text = as_text(value);
	char *where;

	if (!text)
		return;
	where = source_place(x, value);
	if (value.type == J_NULL || value.type == J_ARRAY ||
	    value.type == J_OBJECT)
		settings_finding(r, "DR-SETTINGS-VALUE", where, k->name, NULL);
	values_add(r->s, k, text, where);
}

/* Of members with one name the last one counts. */
static void take_env(struct reading *r, const struct source *x, struct jval env)
{
	struct jval last[KNOWN_COUNT] = { { .type = J_NULL } };
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
		if (k && !(k->flags & KNOWN_KEY))
			last[k - known] = value;
		add_more(r, buf_span(&name), value);
	}
	buf_clear(&name);
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (last[i].text.len > 0)
			add_variable(r, x, &known[i], last[i]);
}

static void take_key(struct reading *r, const struct source *x, const char *key)
{
	struct jval v;
	char *text;

	if (!source_member(x->root, key, &v))
		return;
	text = source_string(v);
	if (text)
		values_add(r->s, known_find(span_of(key)), text,
			   source_place(x, v));
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
	if (x->kind == SOURCE_MANAGED) { /* elsewhere they bar nothing */
		take_key(r, x, "forceLoginMethod");
		take_key(r, x, "forceLoginOrgUUID");
	}
}

/* ---- for what the client starts ---- */

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
