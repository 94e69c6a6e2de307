/*
 * Tries fields and betas one at a time: sends each that the recorded request
 * has in a small request, together with what belongs to it, so that the one
 * that is refused can be named.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "probe/refusal/feature.h"
#include "wire/bytes/mem.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define PAIRS_LIMIT 12 /* as many requests at most */
#define ALONE "-" /* the name of a pair without a field */

struct pair {
	char *name; /* "context_management", or "-" for a beta alone */
	char *beta; /* NULL: none is needed */
	char *members; /* ",\"context_management\":{...}" */
};

struct pairs {
	struct pair list[PAIRS_LIMIT];
	size_t count, left_out;
	size_t tried, refused;
	const struct doctor *d;
	struct jval root; /* of the recorded body */
	struct buf pointer; /* of the value that is being read */
};

/* ---- what the recording has ---- */

/* The beta that the client sends, of those that the feature may need. */
static char *beta_of(const struct doctor *d, const struct feature *e)
{
	struct span rest = span_of(e->betas), one;

	while (e->betas && span_split(&rest, ' ', &one))
		if (span_has_word(span_of(d->client_betas), ',', one))
			return span_dup(one);
	return NULL;
}

/*
 * A container and its member give the same request: they are one pair, under
 * the name of the member that needs a beta.
 */
static bool merge_pair(struct pairs *p, const char *name, const char *beta,
		       const char *members)
{
	struct pair *old = NULL;
	struct buf both = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < p->count && !old; i++)
		if (strcmp(p->list[i].members, members) == 0)
			old = &p->list[i];
	if (!old)
		return false;
	if (!beta || (old->beta && strstr(old->beta, beta)))
		return true;
	buf_addf(&both, "%s%s%s", old->beta ? old->beta : "",
		 old->beta ? "," : "", beta);
	if (!old->beta) {
		free(old->name);
		old->name = xstrdup(name);
	}
	free(old->beta);
	old->beta = buf_take(&both, NULL);
	return true;
}

static void add_pair(struct pairs *p, const char *name, char *beta,
		     struct buf *members)
{
	if (p->count == PAIRS_LIMIT) {
		p->left_out++;
		free(beta);
		buf_clear(members);
		return;
	}
	p->list[p->count++] = (struct pair){
		.name = xstrdup(name),
		.beta = beta,
		.members = buf_take(members, NULL),
	};
}

/* ---- small requests ---- */

static void add_member(struct pairs *p, const char *key, struct buf *out)
{
	struct jval v;

	if (!jscan_member(p->root, key, &v))
		return;
	buf_addf(out, ",\"%s\":", key);
	buf_add_span(out, v.text);
}

/* Clearing thinking needs thinking in the request. */
static void add_companion(struct pairs *p, struct buf *out)
{
	if (strstr(buf_str(out), "clear_thinking") &&
	    !strstr(buf_str(out), ",\"thinking\":"))
		add_member(p, "thinking", out);
}

/* The cache marker that the pointer leads through: for
 * "/system/1/cache_control/ttl" the one at "/system/1/cache_control". */
static bool find_marker(struct pairs *p, struct jval *out)
{
	static const char word[] = "/cache_control";
	struct span at = buf_span(&p->pointer);
	size_t from = span_find(at, span_of(word));

	return from != SIZE_MAX &&
	       jscan_find(p->root, span_first(at, from + strlen(word)), out);
}

/*
 * Makes the members of a small request with the feature. A marker goes on a
 * system block; a member of the root goes with all that is in it. false: the
 * feature is deep in tools or messages, which only the recorded request has.
 */
static bool make_members(struct pairs *p, struct buf *out)
{
	struct span rest = span_skip(buf_span(&p->pointer), 1), part;
	struct jval marker;
	char *key;

	if (find_marker(p, &marker)) {
		buf_add_text(out, ",\"system\":[{\"type\":\"text\",\"text\":"
				  "\"Be brief.\",\"cache_control\":");
		buf_add_span(out, marker.text);
		buf_add_text(out, "}]");
		return true;
	}
	if (!span_split(&rest, '/', &part) || span_is(part, "tools") ||
	    span_is(part, "messages") || span_is(part, "system"))
		return false;
	key = span_dup(part);
	add_member(p, key, out);
	free(key);
	add_companion(p, out);
	return true;
}

static void look_at(struct pairs *p, struct jval v)
{
	const struct feature *e = feature_at(buf_span(&p->pointer), v);
	struct buf members = BUF_INIT(BUF_NO_LIMIT);
	char *beta;

	if (e && make_members(p, &members)) {
		beta = beta_of(p->d, e);
		if (merge_pair(p, e->name, beta, buf_str(&members)))
			free(beta);
		else
			add_pair(p, e->name, beta, &members);
	}
	buf_clear(&members);
}

static void walk(struct pairs *p, struct jval v)
{
	struct jiter it = jscan_iter(v);
	struct jval key, child;
	size_t n = 0;

	while (jscan_next(&it, &key, &child)) {
		size_t was = p->pointer.len;

		if (v.type == J_ARRAY)
			buf_addf(&p->pointer, "/%zu", n++);
		else
			jscan_pointer_add(&p->pointer, key);
		look_at(p, child);
		walk(p, child);
		buf_cut(&p->pointer, was);
	}
}

/* ---- betas ---- */

static bool is_paired(const struct pairs *p, struct span beta)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].beta &&
		    span_find(span_of(p->list[i].beta), beta) != SIZE_MAX)
			return true;
	return false;
}

static void add_betas(struct pairs *p)
{
	struct span rest = span_of(p->d->client_betas), beta;
	struct buf none = BUF_INIT(1);

	while (span_split(&rest, ',', &beta)) {
		beta = span_trim(beta);
		if (beta.len > 0 && !is_paired(p, beta))
			add_pair(p, ALONE, span_dup(beta), &none);
	}
}

static void find_pairs(struct pairs *p, const struct doctor *d)
{
	*p = (struct pairs){ .d = d, .pointer = BUF_INIT(BUF_NO_LIMIT) };
	if (jscan(buf_span(&d->client_body), &p->root, NULL) == 0)
		walk(p, p->root);
	add_betas(p);
}

static void pairs_clear(struct pairs *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->list[i].name);
		free(p->list[i].beta);
		free(p->list[i].members);
	}
	buf_clear(&p->pointer);
}

/* ---- trying them ---- */

/* More than the largest thinking budget of the client. The request is cancelled
 * when the answer begins. */
static unsigned max_tokens_of(const struct pair *one)
{
	return strstr(one->members, "budget_tokens") ? 32000 : 16;
}

/* The code says only that something is refused. */
static bool is_plain(const char *code)
{
	static const char *const plain[] = {
		"DR-FIELD-REFUSED", "DR-PARAMETER-REFUSED",
		"DR-BAD-REQUEST",   "DR-BLOCK-REFUSED",
		"DR-STATUS",
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(code, plain[i]) == 0)
			return true;
	return false;
}

static bool is_telling(const struct doctor_call *c)
{
	const char *code = step_code(c);

	return *code && !is_plain(code);
}

/* The field arrived without the beta that was sent with it. */
static bool is_beta_lost(const struct pair *one, const char *what)
{
	return one->beta && strstr(what, "Extra inputs") &&
	       strcmp(one->name, "context_management") != 0;
}

/* Shorter than feature_advice(), because it becomes a part of a finding. */
static void advise(const struct feature *e, struct buf *out)
{
	buf_add_text(out, e ? e->forward
			    : "forward it, or take it away with what belongs "
			      "to it");
	if (e && e->switch_off)
		buf_addf(out, "; until then set %s", e->switch_off);
}

static void judge_pair(struct doctor *d, const struct pair *one,
		       const struct doctor_call *c, const char *what,
		       struct step_result *out)
{
	bool alone = strcmp(one->name, ALONE) == 0;
	const struct feature *e = feature_named(one->name);
	struct buf advice = BUF_INIT(TEXT_LIMIT);

	if (alone)
		feature_without_beta(span_of(one->beta), &advice);
	else
		advise(e, &advice);
	out->state = STATE_DOUBTFUL;
	if (!alone && is_beta_lost(one, what))
		doctor_finding(d, "DR-BETA-LOST", c, one->name, one->beta,
			       buf_str(&advice));
	else if (is_telling(c))
		doctor_explain(d, c);
	else if (alone)
		doctor_finding(d, "DR-BETA-REFUSED", c, one->beta, what,
			       buf_str(&advice));
	else
		doctor_finding(d, "DR-PAIR-REFUSED", c, one->name,
			       one->beta ? one->beta : "no beta",
			       buf_str(&advice));
	buf_clear(&advice);
}

/* false: try no more, because the budget is spent or no answer came, and others
 * would wait in vain, too. */
static bool try_pair(struct doctor *d, struct pairs *p, const struct pair *one,
		     struct step_result *out)
{
	struct doctor_call c = { .betas = one->beta,
				 .enough = step_has_content };
	struct buf members = BUF_INIT(TEXT_LIMIT), what = BUF_INIT(TEXT_LIMIT);
	bool asked;

	buf_addf(&members, ",\"stream\":true%s", one->members);
	doctor_small(d, &c, max_tokens_of(one), NULL, buf_str(&members));
	asked = step_ask(d, &c, out);
	if (asked) {
		if (step_is_taken(&c))
			buf_add_text(&what, "ok");
		else
			step_outcome(&c, &what);
		buf_addf(&out->table, "%-24s %-40s %s\n", one->name,
			 one->beta ? one->beta : "-", buf_str(&what));
		if (!step_is_taken(&c) && !step_is_busy(&c)) {
			judge_pair(d, one, &c, buf_str(&what), out);
			p->refused++;
		}
		p->tried++;
		asked = c.got.head.status > 0;
	}
	buf_clear(&members);
	buf_clear(&what);
	doctor_call_clear(&c);
	return asked;
}

/*
 * If the recorded request was refused in general terms, the findings of this
 * step are the cause, so they come first.
 */
static void put_causes_first(struct doctor *d, size_t before)
{
	struct finding *list = d->findings.list, x;
	size_t count = d->findings.count;

	if (before == 0 || before == count ||
	    strcmp(list[before - 1].step, "realistic") != 0 ||
	    !is_plain(list[before - 1].kind->code))
		return;
	x = list[before - 1];
	memmove(&list[before - 1], &list[before],
		(count - before) * sizeof(*list));
	list[count - 1] = x;
}

/* If the recorded request was accepted, all of its pairs are. */
void step_pairs(struct doctor *d, struct step_result *out)
{
	struct pairs p;
	size_t i = 0, before = d->findings.count;

	find_pairs(&p, d);
	if (d->seen.realistic) {
		buf_addf(&out->text,
			 "%zu, all accepted with the recorded request",
			 p.count + p.left_out);
		pairs_clear(&p);
		return;
	}
	while (i < p.count && doctor_spare(d) &&
	       try_pair(d, &p, &p.list[i], out))
		i++;
	p.left_out += p.count - p.tried;
	put_causes_first(d, before);
	buf_addf(&out->text, "%s%zu of %zu refused",
		 out->text.len > 0 ? "; " : "", p.refused, p.tried);
	if (p.left_out > 0)
		buf_addf(&out->text, ", %zu left out", p.left_out);
	pairs_clear(&p);
}
