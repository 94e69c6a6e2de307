/* Names a cause, and says what to do about it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/bisect/report.h"
#include "probe/refusal/finding.h"
#include "wire/bytes/print.h"

/*
 * ---- causes of a bare request ----
 *
 * It has only fields that every request must have, so none can be left out. The
 * text of the failure tells which of them is to blame.
 */

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Whether `word` has all parts of a name, in order: a gateway may have renamed
 * max_tokens to max_completion_tokens. */
static bool is_named_by(struct span word, struct span name)
{
	struct span piece;

	if (span_find_byte(name, '_') == SIZE_MAX)
		return span_equal(word, name);
	while (span_split(&name, '_', &piece)) {
		size_t at = span_find(word, piece);

		if (at == SIZE_MAX)
			return false;
		word = span_skip(word, at + piece.len);
	}
	return true;
}

static bool is_named(struct span text, struct span name)
{
	while (text.len > 0) {
		size_t n = 0;

		while (n < text.len && is_word_byte(text.at[n]))
			n++;
		if (n >= name.len && is_named_by(span_first(text, n), name))
			return true;
		text = span_skip(text, n + 1);
	}
	return false;
}

static void add(const char *kind, struct span name, struct buf *out)
{
	buf_addf(out, "%s%s `", out->len > 0 ? ", " : "", kind);
	print_bytes(name, 60, out);
	buf_add_byte(out, '`');
}

/* Adds the fields that the text names; all of them if text is NULL. */
static void add_left(const struct bisect_request *q, const char *text,
		     struct buf *out)
{
	struct jval root, key, value;
	struct jiter it;

	for (size_t i = 0; i < q->headers.count; i++) {
		const char *name = q->headers.list[i].name;

		if (!secrets_is_header(name) &&
		    strcasecmp(name, "content-type") != 0 &&
		    (text == NULL || is_named(span_of(text), span_of(name))))
			add("header", span_of(name), out);
	}
	if (jscan(buf_span(&q->body), &root, NULL) < 0)
		return;
	it = jscan_iter(root);
	while (jscan_next(&it, &key, &value)) {
		struct span name =
			span_skip(span_first(key.text, key.text.len - 1), 1);

		if (key.text.len > 2 &&
		    (text == NULL || is_named(span_of(text), name)))
			add("field", name, out);
	}
}

/* Recognises "user: Extra inputs are not permitted" for a field that is not in
 * the request. */
static bool add_foreign(const char *text, struct buf *out)
{
	size_t n = 0;

	while (is_word_byte(text[n]))
		n++;
	if (n == 0 || text[n] != ':' ||
	    span_find(span_of(text), span_of("Extra inputs")) == SIZE_MAX)
		return false;
	buf_addf(out,
		 "nothing in the request: field `%.*s` is not in it, so the "
		 "gateway adds it",
		 (int)n, text);
	return true;
}

static void name_bare(const struct bisect_found *x, struct buf *out)
{
	const struct seen *s = &x->failure;
	const char *text = *s->text ? s->text : s->normal;
	struct buf left = BUF_INIT(1024);

	add_left(&x->cause->smallest, text, &left);
	if (left.len == 0 && add_foreign(text, out))
		return;
	if (left.len == 0)
		add_left(&x->cause->smallest, NULL, &left);
	if (left.len > 0)
		buf_addf(out, "%s, which every request has to have",
			 buf_str(&left));
	else
		buf_add_text(out, "nothing in the request: an empty one fails "
				  "in the same way");
	buf_clear(&left);
}

/* ---- all causes ---- */

void bisect_found_name(const struct bisect_found *x, struct buf *out)
{
	const struct bisect_cause *c = x->cause;

	if (c->is_size)
		buf_addf(out, "its size: %zu bytes fail, %zu pass", c->fails_at,
			 c->passes_at);
	for (size_t i = 0; i < c->count && c->missing_count == 0; i++)
		buf_addf(out, "%s%s",
			 i == 0       ? ""
			 : c->is_each ? ", "
				      : " together with ",
			 c->culprits[i].name);
	buf_add_text(out, c->is_each ? ": each of them alone" : "");
	for (size_t i = 0; i < c->missing_count; i++)
		buf_addf(out, "%s%s", i > 0 ? " together with " : "missing: ",
			 c->missing[i].name);
	if (c->is_size || c->count > 0 || c->missing_count > 0)
		return;
	if (c->is_bare)
		name_bare(x, out);
	else
		buf_add_text(out, "not found yet: it is in the smallest "
				  "request that is known to fail");
}

/* ---- what to do ---- */

/* The first of these betas that the request has, or NULL. */
static char *carried(const struct sample *s, const char *betas)
{
	struct span rest = span_of(betas), one;

	while (span_split(&rest, ' ', &one)) {
		char *beta = span_dup(one);

		if (*beta && headers_has_token(&s->request.headers,
					       "anthropic-beta", beta))
			return beta;
		free(beta);
	}
	return NULL;
}

static void add_beta(const struct bisect_report *r, const struct feature *e,
		     struct buf *out)
{
	char *beta;

	if (e->betas == NULL)
		return;
	beta = carried(r->sample, e->betas);
	if (beta != NULL)
		buf_addf(out,
			 "the request carries the beta `%s` that goes with it: "
			 "the gateway or its upstream dropped it from "
			 "anthropic-beta, or does not know it (send "
			 "smallest.http to the provider itself: if it passes "
			 "there, the gateway is to blame)\n",
			 beta);
	else
		buf_addf(out, "field `%s` without beta `%.*s`\n", e->name,
			 (int)strcspn(e->betas, " "), e->betas);
	free(beta);
}

/* Codes whose advice fits better than that of the part. A context overflow, for
 * example, is about tokens, whichever part has most of them. */
static bool decides(const char *code)
{
	static const char *const codes[] = {
		"DR-CONTEXT-TOO-LONG",
		"DR-CONTEXT-REWORDED",
		"DR-LONG-CONTEXT",
		"DR-BUDGET",
		"DR-RATE",
		"DR-RATE-NO-RETRY-AFTER",
		"DR-WAF",
		"DR-UPSTREAM-KEY",
		"DR-MODEL-FORBIDDEN",
		"DR-MODEL-UNKNOWN",
		"DR-MODEL-TEMPLATE",
		"DR-TOOLS-REFUSED",
		"DR-TRANSLATION",
		"DR-MEDIA-REFUSED",
		"DR-THREAD",
		"DR-SAFEGUARDS",
		"DR-BETA-CHANGED",
		"DR-THINKING-DROPPED",
	};

	for (size_t i = 0; code && i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

static void add_size_advice(const struct bisect_cause *c, struct buf *out)
{
	buf_addf(out,
		 "request bodies are limited to a size between %zu and %zu "
		 "bytes: raise the limit wherever it is between the client "
		 "and the provider (client_max_body_size of nginx, "
		 "LimitRequestBody of Apache, the body limits of a WAF, a load "
		 "balancer or the gateway itself); the API accepts 32 MB\n",
		 c->passes_at, c->fails_at);
}

/* An earlier culprit has the same advice. */
static bool is_told(const struct bisect_cause *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c->culprits[i].feature == c->culprits[n].feature)
			return true;
	return false;
}

/* What doctor says about such an answer, without its advice to use bisect. */
static void add_general_advice(const struct seen *s, struct buf *out)
{
	if (*s->headline)
		buf_addf(out, "%s\n", s->headline);
	if (s->code != NULL && finding_leads_to_bisect(s->code))
		buf_add_text(out, "look for the request in the gateway's "
				  "log\n");
	else if (*s->fix)
		buf_addf(out, "%s\n", s->fix);
}

/* The value of an anthropic-beta header: its advice is not to forward it. */
static bool is_beta(const struct culprit *c)
{
	return c->header != NULL && c->pointer == NULL &&
	       strcasecmp(c->header, "anthropic-beta") == 0;
}

/* What takes these betas out of the request at the client. */
static void add_until(const struct bisect_cause *c, bool has_fields,
		      struct buf *out)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT);
	size_t from = out->len;

	for (size_t i = 0; i < c->count; i++) {
		const char *beta = c->culprits[i].value;

		/* A header of several betas is no beta. */
		if (beta == NULL || strchr(beta, ',') != NULL)
			continue;
		buf_reset(&one);
		feature_without_beta(span_of(beta), &one);
		if (strstr(buf_str(out) + from, buf_str(&one)) == NULL)
			buf_addf(out, "; %s", buf_str(&one));
	}
	if (out->len == from)
		buf_addf(out,
			 "; until then set "
			 "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1, which "
			 "takes most of %s away",
			 has_fields ? "both" : "them");
	buf_clear(&one);
}

static void add_betas_advice(const struct bisect_cause *c, struct buf *out)
{
	struct buf fields = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < c->count; i++) {
		const struct feature *e = c->culprits[i].feature;

		if (e != NULL && e->kind == FEATURE_FIELD)
			buf_addf(&fields, "%s`%s`", fields.len > 0 ? ", " : "",
				 e->name);
	}
	buf_add_text(out,
		     "the gateway, or its provider, refuses values of "
		     "anthropic-beta that it does not know: take them out of "
		     "the header in the gateway");
	if (fields.len > 0)
		buf_addf(out, ", and with them the fields that need them (%s)",
			 buf_str(&fields));
	add_until(c, fields.len > 0, out);
	buf_add_byte(out, '\n');
	buf_clear(&fields);
}

static void add_missing_advice(const struct bisect_cause *c, struct buf *out)
{
	buf_addf(out,
		 "with %s of a recorded request of Claude Code it passes: the "
		 "gateway accepts no request without it\n"
		 "let the gateway accept requests that lack it: those for "
		 "titles and summaries have fewer fields than those of a "
		 "session\n",
		 c->missing_count > 1 ? "these parts" : "this part");
}

/* false: no culprit has advice of its own. */
static bool add_feature_advice(const struct bisect_report *r,
			       const struct bisect_cause *c, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct feature *e = c->culprits[i].feature;

		if (e == NULL)
			continue;
		any = true;
		if (is_told(c, i))
			continue;
		if (c->culprits[i].pointer != NULL)
			add_beta(r, e, out);
		feature_advice(e, out);
		if (out->len > 0 && out->at[out->len - 1] != '\n')
			buf_add_byte(out, '\n');
	}
	return any;
}

void bisect_report_advice(const struct bisect_report *r,
			  const struct bisect_found *x, struct buf *out)
{
	const struct bisect_cause *c = x->cause;
	/* An error names places in the request that it answers. The first
	 * answer is to the user's own request, where the user can find these
	 * places; later ones are to parts of it. */
	const struct seen *s = x == &r->list[0] && r->answer_count > 0
				       ? &r->answers[0]
				       : &x->failure;

	if (c->missing_count > 0)
		add_missing_advice(c, out);
	else if (decides(s->code))
		add_general_advice(s, out);
	else if (c->is_size)
		add_size_advice(c, out);
	else if ((c->is_each || c->count == 1) && is_beta(&c->culprits[0]))
		add_betas_advice(c, out);
	else if (!add_feature_advice(r, c, out))
		add_general_advice(s, out);
}
