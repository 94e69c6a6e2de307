/* The strict personality: the order of its checks, models and their limits. */
#include "mockupstream/dialects/strict.h"

#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/strict_private.h"

#define BETA_LONG_CONTEXT "context-1m-2025-08-07"

enum { CONTEXT = 200000, CONTEXT_LONG = 1000000, PATH_LIMIT_BYTES = 4096 };

/* A family of models: ids that begin with `front`. Longer fronts come first. */
struct family {
	const char *front;
	int64_t output; /* most tokens of an answer */
};

static const struct family families[] = {
	{ "claude-opus-5", 128000 },     { "claude-sonnet-5", 128000 },
	{ "claude-haiku-5", 128000 },    { "claude-fable-5", 128000 },
	{ "claude-mythos-5", 128000 },   { "claude-opus-4-8", 128000 },
	{ "claude-opus-4-7", 128000 },   { "claude-opus-4-6", 128000 },
	{ "claude-sonnet-4-6", 128000 }, { "claude-opus-4-5", 64000 },
	{ "claude-opus-4-1", 32000 },    { "claude-opus-4-2", 32000 },
	{ "claude-opus-4-0", 32000 },    { "claude-sonnet-4", 64000 },
	{ "claude-haiku-4-5", 64000 },   { "claude-3-7-sonnet", 64000 },
	{ "claude-3-5-haiku", 8192 },    { "claude-3-5-sonnet", 8192 },
};

enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

/* ---- models and their limits ---- */

static const struct family *family_of(struct span model)
{
	model = strict_model_of(model);
	for (size_t i = 0; i < FAMILIES; i++)
		if (span_starts(model, families[i].front))
			return &families[i];
	return NULL;
}

static int check_output(struct strict *s, struct jval root, int64_t limit,
			const char *model, int64_t *max_tokens)
{
	struct jval v;

	*max_tokens = 0;
	if (!jscan_member(root, "max_tokens", &v) ||
	    !jscan_i64(v, max_tokens) || *max_tokens <= limit)
		return 0;
	return strict_refuse(s,
			     "max_tokens: %lld > %lld, which is the maximum "
			     "allowed number of output tokens for %.100s",
			     (long long)*max_tokens, (long long)limit, model);
}

static int check_context(struct strict *s, struct jval root, int64_t max_tokens)
{
	int64_t tokens = (int64_t)prompt_tokens(root);
	int64_t context =
		strict_has_beta(s, BETA_LONG_CONTEXT) ? CONTEXT_LONG : CONTEXT;

	if (s->counting)
		return 0;
	if (tokens > context)
		return strict_refuse(
			s, "prompt is too long: %lld tokens > %lld maximum",
			(long long)tokens, (long long)context);
	if (tokens + max_tokens > context)
		return strict_refuse(
			s,
			"input length and `max_tokens` exceed context limit: "
			"%lld + %lld > %lld, decrease input length or "
			"`max_tokens` and try again",
			(long long)tokens, (long long)max_tokens,
			(long long)context);
	return 0;
}

static int check_model(struct strict *s, struct jval root)
{
	struct buf model = BUF_INIT(4096);
	const struct family *family = NULL;
	int64_t max_tokens = 0;
	struct jval v;
	int rc = -1;

	if (!jscan_member(root, "model", &v) || v.type != J_STRING ||
	    jscan_string(v, &model) < 0)
		(void)strict_refuse(s, "model: Input should be a valid string");
	else if ((family = family_of(buf_span(&model))) == NULL)
		s->status = 404;
	if (s->status == 404)
		(void)strict_refuse(s, "model: %.200s", buf_str(&model));
	else if (family)
		rc = check_output(s, root, family->output, buf_str(&model),
				  &max_tokens);
	buf_clear(&model);
	return rc < 0 ? -1 : check_context(s, root, max_tokens);
}

/* ---- all of it ---- */

static int check_marks(struct strict *s)
{
	if (s->marks > 4)
		return strict_refuse(s,
				     "A maximum of 4 blocks with cache_control "
				     "may be provided. Found %u.",
				     s->marks);
	if (s->late.len > 0)
		return strict_refuse(
			s,
			"%s.cache_control.ttl: a ttl='1h' cache_control block "
			"must not come after a ttl='5m' cache_control block. "
			"Note that blocks are processed in the following "
			"order: `tools`, `system`, `messages`.",
			buf_str(&s->late));
	return 0;
}

static int check(struct strict *s, struct jval root)
{
	struct jval messages = { .type = J_NULL };

	(void)jscan_member(root, "messages", &messages);
	if (strict_check_version(s, root) < 0 || strict_check_betas(s) < 0 ||
	    strict_check_fields(s, root) < 0 || check_marks(s) < 0 ||
	    strict_check_tool_rules(s, root) < 0 ||
	    strict_check_turns(s, messages) < 0 ||
	    strict_check_bound(s, root) < 0)
		return -1;
	return check_model(s, root);
}

uint64_t strict_account(const char *name)
{
	return name ? strict_hash_text(span_of(name)) : 0;
}

int strict_check(const struct headers *headers, struct jval root, bool counting,
		 uint64_t account, struct fail *why)
{
	struct strict s = { .headers = headers,
			    .counting = counting,
			    .account = account,
			    .why = why,
			    .path = BUF_INIT(PATH_LIMIT_BYTES),
			    .late = BUF_INIT(PATH_LIMIT_BYTES) };
	int rc = check(&s, root);

	buf_clear(&s.path);
	buf_clear(&s.late);
	return rc < 0 ? s.status : 0;
}
