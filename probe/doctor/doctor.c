/* Runs the steps in order, and keeps to the plan and the budget. */
#include "probe/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "probe/run/keys.h"
#include "probe/run/preflight/preflight.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

#define LINE_LIMIT ((size_t)16 * 1024)
#define TABLE_LIMIT ((size_t)256 * 1024)
#define BODY_LIMIT ((size_t)8 * 1024 * 1024)
#define WAIT_TOLD (7 * TICK_S) /* of silence, then a line reports the wait */

static const struct doctor_step *const parts[] = {
	doctor_steps_network,
	doctor_steps_key,
	doctor_steps_service,
	doctor_steps_more,
};

static const struct doctor_step *step_nth(size_t n)
{
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++)
		for (const struct doctor_step *s = parts[p]; s->id; s++)
			if (n-- == 0)
				return s;
	return NULL;
}

/* ---- what is sent ---- */

/* Takes the recorded headers, without those that each call sets itself. */
static void take_headers(struct doctor *d, const struct headers *recorded)
{
	static const char *const own[] = { "authorization", "x-api-key",
					   "host",          "anthropic-beta",
					   "connection",    "content-length" };
	const char *betas = headers_get(recorded, "anthropic-beta");

	headers_copy(&d->client_headers, recorded);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		headers_remove(&d->client_headers, own[i]);
	d->client_betas = xstrdup(betas ? betas : "");
}

static char *recorded_model(struct span body)
{
	struct buf name = BUF_INIT(BODY_LIMIT);
	struct jval root, model;

	if (jscan(body, &root, NULL) == 0 &&
	    jscan_member(root, "model", &model) && model.type == J_STRING)
		jscan_string(model, &name);
	return name.len > 0 ? buf_take(&name, NULL) : xstrdup(RECORDED_MODEL);
}

static void choose_model(struct doctor *d)
{
	const char *of_settings = d->config->settings->model;
	char *bracket;

	if (d->config->model)
		d->model = xstrdup(d->config->model);
	else if (of_settings && *of_settings &&
		 !settings_is_model_alias(of_settings))
		d->model = xstrdup(of_settings);
	else
		d->model = recorded_model(buf_span(&d->client_body));
	/* "[1m]" is only for the client, which then sends a beta. */
	bracket = strstr(d->model, "[1m]");
	if (bracket && !bracket[4])
		*bracket = '\0';
}

static int read_recording(struct doctor *d, struct fail *f)
{
	struct casefile *c;
	const struct request *r;
	struct preflight_first first = { .root = d->config->root,
					 .client = d->config->client,
					 .format = FORMAT_MESSAGES };

	if (preflight_case(&c, &first, f) < 0)
		return -1;
	r = c->steps[0].request;
	take_headers(d, &r->head.headers);
	buf_init(&d->client_body, BODY_LIMIT);
	buf_add(&d->client_body, r->body, r->body_len);
	casefile_free(c);
	return 0;
}

static void know_headers(struct doctor *d)
{
	const struct headers *h = d->config->extra;

	for (size_t i = 0; h && i < h->count; i++)
		secrets_add_header(&d->secrets, h->list[i].name,
				   h->list[i].value);
}

static int make_keys(struct doctor *d, struct fail *f)
{
	const struct settings *s = d->config->settings;
	struct keys_given none = { .key = NULL };
	struct keys k;

	if (keys_make(&k, &none, f) < 0)
		return -1;
	d->wrong_key = xstrdup(k.wrong);
	keys_clear(&k);
	d->key = s->credential_count > 0 ? s->credentials[0].value : "";
	settings_secrets(s, &d->secrets);
	secrets_add(&d->secrets, d->wrong_key);
	know_headers(d);
	return 0;
}

/* ---- making and freeing ---- */

static void seen_init(struct doctor_seen *s)
{
	buf_init(&s->models, TABLE_LIMIT);
	buf_init(&s->replay, BODY_LIMIT);
	buf_init(&s->signature, BODY_LIMIT);
}

static void seen_clear(struct doctor_seen *s)
{
	buf_clear(&s->models);
	buf_clear(&s->replay);
	buf_clear(&s->signature);
}

/* Reports a wait, so that doctor is never silent for long. */
static void on_wait(void *arg)
{
	struct doctor *d = arg;
	tick_t now = loop_now();

	if (!d->step || !d->config->waits || now < d->told_at + WAIT_TOLD)
		return;
	d->told_at = now;
	d->config->waits(d->config->waits_arg, d->step,
			 (unsigned)((now - d->step_at) / TICK_S));
}

int doctor_new(struct doctor **out, const struct doctor_config *config,
	       struct findings *found, struct fail *f)
{
	struct doctor *d = xcalloc(1, sizeof(*d));

	d->config = config;
	if (make_keys(d, f) < 0 || read_recording(d, f) < 0 ||
	    doctor_asker(&d->asker, config, config->base_url, f) < 0) {
		doctor_free(d);
		return -1;
	}
	asker_on_wait(d->asker, on_wait, d);
	d->spare = DOCTOR_SPARE;
	seen_init(&d->seen);
	doctor_switches(d);
	choose_model(d);
	doctor_fit(d);
	d->findings = *found;
	*found = (struct findings){ .list = NULL };
	*out = d;
	return 0;
}

void doctor_free(struct doctor *d)
{
	if (!d)
		return;
	if (d->first)
		doctor_call_clear(d->first);
	free(d->first);
	asked_clear(&d->reached);
	seen_clear(&d->seen);
	asker_free(d->asker);
	findings_clear(&d->findings);
	secrets_clear(&d->secrets);
	free(d->wrong_key);
	free(d->model);
	free(d->client_betas);
	headers_clear(&d->client_headers);
	buf_clear(&d->client_body);
	free(d);
}

/* ---- the plan ---- */

static bool applies(const struct doctor *d, const struct doctor_step *s,
		    struct buf *why)
{
	return !s->applies || s->applies(d, why);
}

/* Failures may cost further requests; they count within the limit. */
static unsigned spare_of(const struct doctor *d, unsigned planned)
{
	unsigned left = d->config->max_requests - planned;

	return left < DOCTOR_SPARE ? left : DOCTOR_SPARE;
}

void doctor_plan(const struct doctor *d, unsigned *requests, unsigned *tokens)
{
	struct buf why = BUF_INIT(LINE_LIMIT);
	const struct doctor_step *s;
	unsigned more_requests, more_tokens;

	*requests = *tokens = 0;
	for (size_t n = 0; (s = step_nth(n)) != NULL; n++) {
		if (!applies(d, s, &why) ||
		    *requests + s->requests > d->config->max_requests)
			continue;
		*requests += s->requests;
		*tokens += s->tokens;
	}
	*requests += spare_of(d, *requests);
	doctor_repeat_cost(d, d->config->max_requests - *requests,
			   &more_requests, &more_tokens);
	*requests += more_requests;
	*tokens += more_tokens;
	buf_clear(&why);
}

/* ---- running the steps ---- */

/* The most requests that the steps after the n-th may take. */
static size_t later_than(const struct doctor *d, size_t n)
{
	struct buf why = BUF_INIT(LINE_LIMIT);
	const struct doctor_step *s;
	size_t sum = 0;

	while ((s = step_nth(++n)) != NULL)
		if (applies(d, s, &why))
			sum += s->requests;
	buf_clear(&why);
	return sum;
}

bool doctor_spare(struct doctor *d)
{
	if (d->spare == 0 || d->over ||
	    d->called + d->later >= d->config->max_requests)
		return false;
	d->spare--;
	return true;
}

static const struct doctor_done *done_of(const struct doctor_report *r,
					 struct span id)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_is(id, r->list[i].step->id))
			return &r->list[i];
	return NULL;
}

/* The first step needed by `s` that was bad or skipped, or NULL. */
static const struct doctor_step *hindrance(const struct doctor_report *r,
					   const struct doctor_step *s)
{
	struct span rest = span_of(s->needs), id;

	while (span_split(&rest, ' ', &id)) {
		const struct doctor_done *done = done_of(r, id);

		if (done && (done->result.state == STATE_BAD ||
			     done->result.state == STATE_SKIPPED))
			return done->step;
	}
	return NULL;
}

/* Writes why a step is skipped; false: it can run. */
static bool skip(const struct doctor *d, const struct doctor_report *r,
		 struct doctor_done *done)
{
	const struct doctor_step *s = done->step, *first = hindrance(r, s);
	struct buf *why = &done->result.text;

	if (first) {
		buf_addf(why, "not done: it needs \"%s\"", first->title);
		done->hindered = true;
		return true;
	}
	done->cut = true;
	if (d->over) {
		buf_add_text(why, "not done: interrupted");
		return true;
	}
	if (d->called + s->requests > d->config->max_requests) {
		buf_addf(why,
			 "not done: it may take %u requests, and %zu are left "
			 "(--max-requests)",
			 s->requests, d->config->max_requests - d->called);
		return true;
	}
	done->cut = false;
	return false;
}

static void do_step(struct doctor *d, const struct doctor_report *r,
		    struct doctor_done *done)
{
	struct step_result *result = &done->result;

	if (skip(d, r, done)) {
		result->state = STATE_SKIPPED;
		return;
	}
	d->step = done->step;
	d->step_at = d->told_at = loop_now();
	done->step->run(d, result);
	d->step = NULL;
	secrets_blot(&d->secrets, &result->text);
	secrets_blot(&d->secrets, &result->table);
}

static struct doctor_done *add(struct doctor_report *r,
			       const struct doctor_step *s)
{
	struct doctor_done *done;

	r->list = xrealloc(r->list, (r->count + 1) * sizeof(*r->list));
	done = &r->list[r->count];
	*done = (struct doctor_done){ .step = s };
	buf_init(&done->result.text, LINE_LIMIT);
	buf_init(&done->result.table, TABLE_LIMIT);
	return done;
}

void doctor_run(struct doctor *d, struct doctor_report *out,
		void (*told)(void *arg, const struct doctor_done *done),
		void *arg)
{
	const struct doctor_step *s;
	struct doctor_done *done;

	*out = (struct doctor_report){ .doctor = d };
	doctor_plan(d, &out->planned_requests, &out->planned_tokens);
	for (size_t n = 0; !d->config->offline && (s = step_nth(n)); n++) {
		done = add(out, s);
		d->later = later_than(d, n);
		if (applies(d, s, &done->result.text)) {
			do_step(d, out, done);
		} else if (done->result.text.len > 0) {
			done->result.state = STATE_SKIPPED;
		} else {
			buf_clear(&done->result.table);
			continue;
		}
		out->count++;
		if (told)
			told(arg, done);
	}
	findings_sort(&d->findings);
}

bool doctor_finished(const struct doctor_report *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].cut)
			return false;
	return !r->doctor->over;
}

void doctor_report_clear(struct doctor_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		buf_clear(&r->list[i].result.text);
		buf_clear(&r->list[i].result.table);
	}
	free(r->list);
	*r = (struct doctor_report){ .list = NULL };
}
