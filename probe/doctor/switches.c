/*
 * Removes from the recorded request what switches in the settings take away: a
 * user who has set one does not send it, and should not be told that it fails.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/doctor.h"
#include "probe/refusal/feature.h"
#include "wire/bytes/mem.h"

#define REMOVALS_LIMIT 1000
#define CLEARING "/context_management"

/* Whether the settings have the "NAME=VALUE" that switches the feature off. */
static bool is_off(const struct doctor *d, const struct feature *e)
{
	const char *equals = e->switch_off ? strchr(e->switch_off, '=') : NULL;
	char *name;
	bool off;

	if (!equals)
		return false;
	name = xmemdup(e->switch_off, (size_t)(equals - e->switch_off));
	off = settings_has(d->config->settings, name, equals + 1);
	free(name);
	return off;
}

/* ---- betas ---- */

static bool is_beta_off(const struct doctor *d, struct span beta)
{
	const struct feature *e;

	for (size_t n = 0; (e = feature_nth(n)) != NULL; n++)
		if (span_has_word(span_of(e->betas), ' ', beta) && is_off(d, e))
			return true;
	return false;
}

/* Makes a new list; the old one stays the caller's. */
static void remove_betas(struct doctor *d)
{
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = span_of(d->client_betas), beta;

	while (span_split(&rest, ',', &beta)) {
		beta = span_trim(beta);
		if (beta.len == 0 || is_beta_off(d, beta))
			continue;
		(void)buf_addf(&kept, "%s%.*s", kept.len > 0 ? "," : "",
			       SPAN_ARG(beta));
	}
	d->client_betas = buf_take(&kept, NULL);
}

/* ---- the body ---- */

static bool has_one(const char *list, const char *words)
{
	struct span rest = span_of(list), beta;

	while (span_split(&rest, ',', &beta))
		if (span_has_word(span_of(words), ' ', span_trim(beta)))
			return true;
	return false;
}

/* The client sends no field without its beta. */
static bool is_gone(const struct doctor *d, const struct feature *e,
		    const char *betas_before)
{
	if (e->kind != FEATURE_FIELD)
		return false;
	return is_off(d, e) || (e->betas && has_one(betas_before, e->betas) &&
				!has_one(d->client_betas, e->betas));
}

/* Finds the first field that goes, and appends its pointer. */
static bool find_gone(const struct doctor *d, const char *betas_before,
		      struct jval v, struct buf *pointer)
{
	struct jiter it = jscan_iter(v);
	struct jval key, child;
	size_t n = 0;

	while (jscan_next(&it, &key, &child)) {
		const struct feature *e;
		size_t was = pointer->len;

		if (v.type == J_ARRAY)
			(void)buf_addf(pointer, "/%zu", n++);
		else
			(void)jscan_pointer_add(pointer, key);
		e = feature_at(buf_span(pointer), child);
		if (e && is_gone(d, e, betas_before))
			return true;
		if (find_gone(d, betas_before, child, pointer))
			return true;
		buf_cut(pointer, was);
	}
	return false;
}

static bool remove_next(struct doctor *d, const char *betas_before)
{
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;
	bool removed = jscan(buf_span(&d->client_body), &root, NULL) == 0 &&
		       find_gone(d, betas_before, root, &pointer) &&
		       doctor_change(d, EDIT_REMOVE, buf_str(&pointer), NULL);

	buf_clear(&pointer);
	return removed;
}

/* The request clears thinking, but has none. */
static bool clears_nothing(const struct doctor *d)
{
	struct jval root, v;

	return jscan(buf_span(&d->client_body), &root, NULL) == 0 &&
	       !jscan_member(root, "thinking", &v) &&
	       jscan_find(root, span_of(CLEARING), &v) &&
	       span_find(v.text, span_of("clear_thinking")) != SIZE_MAX;
}

void doctor_switches(struct doctor *d)
{
	char *before = d->client_betas;

	remove_betas(d);
	for (int n = 0; n < REMOVALS_LIMIT && remove_next(d, before); n++)
		;
	if (clears_nothing(d))
		(void)doctor_change(d, EDIT_REMOVE, CLEARING, NULL);
	free(before);
}
