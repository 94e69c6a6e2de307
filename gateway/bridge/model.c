/* Names of models in the Messages API, on Bedrock and on Vertex. */
#include "gateway/bridge/bridge.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* ---- the table of the configuration ---- */

void bridge_models_add(struct bridge_models *m, struct span client,
		       struct span provider)
{
	m->list = xrealloc(m->list, (m->count + 1) * sizeof(*m->list));
	m->list[m->count++] =
		(struct bridge_model){ span_dup(client), span_dup(provider) };
}

void bridge_models_clear(struct bridge_models *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->list[i].client);
		free(m->list[i].provider);
	}
	free(m->list);
	*m = (struct bridge_models){ .count = 0 };
}

const char *bridge_models_find(const struct bridge_models *m,
			       struct span client)
{
	for (size_t i = 0; i < m->count; i++)
		if (span_is(client, m->list[i].client))
			return m->list[i].provider;
	return NULL;
}

/* ---- rules ---- */

enum { DATE_BYTES = 8 };

/* Names without a date, for which the vendors' names have a date. */
static const struct {
	const char *alias, *dated;
} aliases[] = {
	{ "claude-haiku-4-5", "claude-haiku-4-5-20251001" },
	{ "claude-opus-4", "claude-opus-4-20250514" },
	{ "claude-opus-4-0", "claude-opus-4-20250514" },
	{ "claude-opus-4-1", "claude-opus-4-1-20250805" },
	{ "claude-opus-4-5", "claude-opus-4-5-20251101" },
	{ "claude-sonnet-4", "claude-sonnet-4-20250514" },
	{ "claude-sonnet-4-0", "claude-sonnet-4-20250514" },
	{ "claude-sonnet-4-5", "claude-sonnet-4-5-20250929" },
};

/* Versions of Bedrock that do not follow the rule ("-v1:0" after a date, else
 * none). */
static const struct {
	const char *name, *version;
} versions[] = {
	{ "claude-3-5-sonnet-20241022", "-v2:0" },
	{ "claude-opus-4-6", "-v1" },
};

/* How a region begins, and the prefix of names there. */
static const struct {
	const char *region, *prefix;
} prefixes[] = {
	{ "us-gov-", "us-gov." }, { "us-", "us." },   { "ca-", "us." },
	{ "eu-", "eu." },         { "ap-", "apac." },
};

/* The last `len` bytes, which there are. */
static struct span last(struct span s, size_t len)
{
	return span_skip(s, s.len - len);
}

static bool is_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.at[i]))
			return false;
	return s.len > 0;
}

/* Does the name end in a date, with this before it? */
static bool is_dated(struct span name, char before)
{
	return name.len > DATE_BYTES + 1 && is_digits(last(name, DATE_BYTES)) &&
	       name.at[name.len - DATE_BYTES - 1] == before;
}

static struct span without_digits(struct span name)
{
	while (name.len > 0 && isdigit((unsigned char)name.at[name.len - 1]))
		name.len--;
	return name;
}

/* The name without "-v1", "-v1:0" or "-v1:0:200k" at its end. */
static struct span without_version(struct span name)
{
	struct span front;

	name = span_first(name, span_find_byte(name, ':'));
	front = without_digits(name);
	if (front.len < name.len && span_ends(front, "-v"))
		return span_first(front, front.len - 2);
	return name;
}

static struct span after(struct span name, const char *word)
{
	size_t at = span_find(name, span_of(word));

	return at == SIZE_MAX ? SPAN_EMPTY : span_skip(name, at + strlen(word));
}

/* The part after the last slash of an ARN. */
static struct span tail(struct span arn)
{
	for (size_t at = arn.len; at > 0; at--)
		if (arn.at[at - 1] == '/')
			return span_skip(arn, at);
	return SPAN_EMPTY;
}

static bool is_arn(struct span name)
{
	return span_starts(name, "arn:");
}

int bridge_model_plain(struct span name, struct buf *out, struct fail *why)
{
	struct span plain, at;

	if (is_arn(name)) {
		if (after(tail(name), "anthropic.").len == 0)
			return fail_set(why, FAIL_USAGE,
					"this gateway does not know which "
					"model this ARN stands for; name it in "
					"'models' of its configuration");
		name = tail(name);
	}
	plain = after(name, "anthropic.");
	if (plain.len > 0)
		return buf_add_span(out, without_version(plain));
	at = after(name, "@");
	if (at.len == 0)
		return buf_add_span(out, name);
	plain = without_version(span_first(name, name.len - at.len - 1));
	buf_add_span(out, plain);
	if (is_digits(at)) {
		buf_add_byte(out, '-');
		buf_add_span(out, at);
	}
	return 0;
}

static struct span dated_of(struct span name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (span_is(name, aliases[i].alias))
			return span_of(aliases[i].dated);
	return name;
}

static const char *prefix_of(const char *region)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (span_starts(span_of(region), prefixes[i].region))
			return prefixes[i].prefix;
	return "global.";
}

static const char *version_of(struct span name)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (span_is(name, versions[i].name))
			return versions[i].version;
	return is_dated(name, '-') ? "-v1:0" : "";
}

void bridge_model_bedrock(struct span name, const char *region, struct buf *out)
{
	struct span dated = dated_of(name);

	if (is_arn(name) || !span_starts(name, "claude-")) {
		buf_add_span(out, name);
		return;
	}
	buf_addf(out, "%santhropic.%.*s%s", prefix_of(region), SPAN_ARG(dated),
		 version_of(dated));
}

void bridge_model_vertex(struct span name, struct buf *out)
{
	struct span dated = dated_of(name);

	if (!is_dated(dated, '-')) {
		buf_add_span(out, name);
		return;
	}
	buf_add_span(out, span_first(dated, dated.len - DATE_BYTES - 1));
	if (span_is(dated, "claude-3-5-sonnet-20241022"))
		buf_add_text(out, "-v2");
	buf_add_byte(out, '@');
	buf_add_span(out, last(dated, DATE_BYTES));
}

struct span bridge_model_foundation(struct span name)
{
	size_t at = span_find(name, span_of("anthropic."));

	return at == SIZE_MAX ? SPAN_EMPTY : span_skip(name, at);
}
