/* Inference profiles: the names under which Bedrock has its models. */
#include "mockupstream/dialects/cloud/cloud_private.h"

#define REGION "us-east-1"
#define ACCOUNT "123456789012"
#define CREATED "2026-01-01T00:00:00Z"

enum { PAGE_DEFAULT = 100, PAGE_LIMIT = 1000 };

/* On Bedrock, a model's name that ends with a date is followed by a version:
 * returns it, or "". */
static const char *version_of(struct span name)
{
	size_t digits = 0;

	while (digits < name.len && name.at[name.len - 1 - digits] >= '0' &&
	       name.at[name.len - 1 - digits] <= '9')
		digits++;
	return digits == 8 ? "-v1:0" : "";
}

struct profile {
	struct span id; /* "us.anthropic.NAME" */
	struct span name; /* the model's in the Messages API */
	bool is_own; /* an account made it */
};

static void write_profile(const struct profile *p, struct buf *json)
{
	struct span id = p->id;

	if (span_starts(id, "arn:"))
		while (span_find_byte(id, '/') != SIZE_MAX)
			id = span_skip(id, span_find_byte(id, '/') + 1);
	buf_add_text(json, "{\"inferenceProfileName\":");
	jscan_quote(json, id);
	buf_add_text(json,
		     ",\"description\":\"A model of ccmock\","
		     "\"createdAt\":\"" CREATED "\",\"updatedAt\":\"" CREATED
		     "\",\"inferenceProfileArn\":\"arn:aws:bedrock:" REGION
		     ":" ACCOUNT ":");
	buf_addf(json,
		 "%sinference-profile/%.*s\",\"models\":[{\"modelArn\":"
		 "\"arn:aws:bedrock:" REGION
		 "::foundation-model/anthropic.%.*s%s\"}]",
		 p->is_own ? "application-" : "", SPAN_ARG(id),
		 SPAN_ARG(p->name), version_of(p->name));
	buf_add_text(json, ",\"inferenceProfileId\":");
	jscan_quote(json, id);
	buf_addf(json, ",\"status\":\"ACTIVE\",\"type\":\"%s\"}",
		 p->is_own ? "APPLICATION" : "SYSTEM_DEFINED");
}

/* ---- the list ---- */

struct profile_page {
	struct buf *json;
	size_t seen, from, limit, written;
};

static void add_model(void *arg, struct span name)
{
	struct profile_page *p = arg;
	struct buf id = BUF_INIT(BUF_NO_LIMIT);
	struct profile profile = { .name = name };

	if (p->seen++ < p->from || p->written == p->limit)
		return;
	buf_addf(&id, "us.anthropic.%.*s%s", SPAN_ARG(name), version_of(name));
	profile.id = buf_span(&id);
	if (p->written++ > 0)
		buf_add_byte(p->json, ',');
	write_profile(&profile, p->json);
	buf_clear(&id);
}

static int refuse_parameter(struct reply *out, const char *name,
			    const char *what)
{
	cloud_error_amazon(out, 400, "ValidationException", "%s: %s", name,
			   what);
	return -1;
}

/* nextToken is the position in the list. */
static int read_query(const struct anthropic_request *r,
		      struct profile_page *page, bool *own, struct reply *out)
{
	struct span query = span_of(r->head->target), part, name;
	uint64_t limit = PAGE_DEFAULT, from = 0;

	span_split(&query, '?', &part);
	while (span_split(&query, '&', &part)) {
		span_split(&part, '=', &name);
		if (span_is(name, "maxResults") &&
		    (!part.at || !span_u64(part, PAGE_LIMIT, &limit) ||
		     limit == 0))
			return refuse_parameter(out, "maxResults",
						"a number from 1 to 1000");
		if (span_is(name, "nextToken") &&
		    (!part.at || !span_u64(part, PAGE_LIMIT, &from)))
			return refuse_parameter(out, "nextToken",
						"no token of this list");
		if (!span_is(name, "type") || !part.at)
			continue;
		*own = span_is(part, "APPLICATION");
		if (!*own && !span_is(part, "SYSTEM_DEFINED"))
			return refuse_parameter(
				out, "type", "SYSTEM_DEFINED or APPLICATION");
	}
	page->limit = (size_t)limit;
	page->from = (size_t)from;
	return 0;
}

static void list(const struct anthropic *a, const struct anthropic_request *r,
		 struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT);
	struct profile_page page = { .json = &json };
	bool own = false;

	if (read_query(r, &page, &own, out) < 0)
		return;
	buf_add_text(&json, "{\"inferenceProfileSummaries\":[");
	if (!own)
		anthropic_models_each(a, add_model, &page);
	buf_add_byte(&json, ']');
	if (page.from + page.written < page.seen)
		buf_addf(&json, ",\"nextToken\":\"%zu\"",
			 page.from + page.written);
	buf_add_byte(&json, '}');
	reply_json(out, 200, &json);
}

/* ---- one of them ---- */

/* The id of a profile begins with a region ("us.", "eu.", "global."). */
static bool is_profile(struct span id)
{
	size_t at = span_find(id, span_of("anthropic."));

	return span_find(id, span_of("inference-profile/")) != SIZE_MAX ||
	       (at != SIZE_MAX && at > 0);
}

static void show(const struct anthropic *a, struct span id, struct reply *out)
{
	struct buf json = BUF_INIT(BUF_NO_LIMIT), name = BUF_INIT(BUF_NO_LIMIT);
	struct profile p = { .id = id };

	cloud_name(a, id, &name);
	p.name = buf_span(&name);
	p.is_own = span_find(id, span_of("application-inference-profile/")) !=
		   SIZE_MAX;
	if (is_profile(id) && anthropic_models_have(a, p.name)) {
		write_profile(&p, &json);
		reply_json(out, 200, &json);
	} else {
		cloud_error_amazon(out, 404, "ResourceNotFoundException",
				   "Inference profile %.*s was not found.",
				   SPAN_ARG(span_first(id, 300)));
	}
	buf_clear(&name);
}

void cloud_profiles(const struct anthropic *a,
		    const struct anthropic_request *r, struct span id,
		    struct reply *out)
{
	if (id.len > 0)
		show(a, id, out);
	else
		list(a, r, out);
}
