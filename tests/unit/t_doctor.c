/*
 * All of `ccprobe doctor`, with the provider of ccmock behind it and no network:
 * the link puts an asker of this file in the place of the real one. First what a
 * sound provider is asked and what is said of it; then the same with one answer
 * at a time spoilt, each in several ways. All of it is compared with
 * tests/golden/doctor.txt, which UPDATE_GOLDEN=1 writes anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/reply.h"
#include "mockupstream/script.h"
#include "probe/doctor/doctor.h"
#include "probe/suite/scratch.h"
#include "tests/unit/doctor_changes.h"
#include "tests/unit/doctor_entries.h"
#include "tests/unit/golden_kit.h"
#include "wire/bytes/mem.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/doctor.txt"
#define LONG_BODY 400 /* bytes of a request that are shown as they are */

/* ---- answers ---- */

struct spoilt {
	const char *name;
	int status; /* 0: no answer */
	const char *type, *body; /* NULL: the provider's own */
	enum stream_end end;
};

static const struct spoilt ways[] = {
	{ "refused", 400, "application/json",
	  ERROR("invalid_request_error", "that is not allowed"), END_CLEAN },
	{ "key", 401, "application/json",
	  ERROR("authentication_error", "invalid x-api-key"), END_CLEAN },
	{ "limited", 429, "application/json",
	  ERROR("rate_limit_error", "slow down"), END_CLEAN },
	{ "failed", 500, "application/json", "{\"error\":\"no such worker\"}",
	  END_CLEAN },
	{ "silent", 0, NULL, NULL, END_RESET },
	{ "empty", 200, "application/json", "", END_CLEAN },
	{ "foreign", 200, "application/json",
	  "{\"id\":\"x\",\"object\":\"chat.completion\",\"choices\":[]}",
	  END_CLEAN },
	{ "cut", 0, NULL, NULL, END_CUT },
	{ "list", 200, "application/json", "[]", END_CLEAN },
	/* The rest only of the first request. */
	{ "lost", 404, "text/html", "<html><title>Not Found</title></html>",
	  END_CLEAN },
	{ "page", 200, "text/html", "<html><body>Sign in</body></html>",
	  END_CLEAN },
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]), WAYS_LATER = WAYS - 2 };

static struct world {
	struct anthropic provider;
	uint64_t number;
	tick_t now;
	size_t asked;
	size_t spoilt_at; /* which request, from 1; 0: none */
	bool onwards; /* and all after it */
	const struct spoilt *way;
	const struct change *change; /* of every answer; NULL: none */
	size_t changed_at; /* only of this one, from 1; 0: of all */
	const struct entry *entry; /* NULL: the usual way in */
	struct buf *requests; /* NULL: they are not written down */
	size_t calls; /* also those without a request */
	size_t interrupted_at; /* after which of them, from 1; 0: never */
	void (*waits)(void *arg);
	void *waits_arg;
	struct buf *waited; /* NULL: nobody wants to be told */
	const char *model; /* --model */
} world;

struct asker {
	char *base;
};

int __wrap_asker_new(struct asker **out, const struct asker_config *config,
		     struct fail *f);
void __wrap_asker_free(struct asker *a);
void __wrap_asker_on_wait(struct asker *a, void (*waits)(void *arg), void *arg);
int __wrap_asker_interruptible(struct asker *a, struct fail *f);
bool __wrap_asker_interrupted(const struct asker *a);
bool __wrap_asker_wait(struct asker *a, uint32_t ms);
int __wrap_asker_ask(struct asker *a, const struct ask *q, struct asked *out,
		     struct fail *f);
tick_t __wrap_loop_now(void);
time_t __wrap_time(time_t *at);

/* The day on which certificates are looked at. */
time_t __wrap_time(time_t *at)
{
	(void)at;
	return TODAY;
}

tick_t __wrap_loop_now(void)
{
	return world.now;
}

int __wrap_asker_new(struct asker **out, const struct asker_config *config,
		     struct fail *f)
{
	(void)f;
	*out = xcalloc(1, sizeof(**out));
	(*out)->base = xstrdup(config->base_url);
	return 0;
}

void __wrap_asker_free(struct asker *a)
{
	if (a)
		free(a->base);
	free(a);
}

void __wrap_asker_on_wait(struct asker *a, void (*waits)(void *arg), void *arg)
{
	(void)a;
	world.waits = waits;
	world.waits_arg = arg;
}

int __wrap_asker_interruptible(struct asker *a, struct fail *f)
{
	(void)a;
	(void)f;
	return 0;
}

bool __wrap_asker_interrupted(const struct asker *a)
{
	(void)a;
	return world.interrupted_at > 0 && world.calls >= world.interrupted_at;
}

bool __wrap_asker_wait(struct asker *a, uint32_t ms)
{
	(void)a;
	world.now += ms * TICK_MS;
	return true;
}

/* A request as the golden file has it. */
static void write_request(const struct asker *a, const struct ask *q)
{
	struct buf *out = world.requests;
	const char *betas = headers_get(q->headers, "anthropic-beta");

	buf_addf(out, "%zu %s %s%s", world.asked, q->method, a->base,
		 q->target);
	for (size_t i = 0; q->headers && i < q->headers->count; i++) {
		const struct header *h = &q->headers->list[i];
		bool is_made = strstr(h->value, "wrong") != NULL;

		if (strcmp(h->name, "anthropic-beta") == 0 ||
		    (world.asked > 1 && !secrets_is_header(h->name)))
			continue;
		buf_addf(out, "\n  %s: %s", h->name,
			 is_made ? "a wrong key" : h->value);
	}
	if (betas)
		buf_addf(out, "\n  %s", betas);
	if (q->body.len > LONG_BODY)
		buf_addf(out, "\n  %zu bytes: %.*s ... %.*s", q->body.len, 100,
			 q->body.at, 200, q->body.at + q->body.len - 200);
	else if (q->body.len > 0)
		buf_addf(out, "\n  %.*s", SPAN_ARG(q->body));
	buf_add_byte(out, '\n');
}

static const struct change *change_now(void)
{
	return world.changed_at == 0 || world.changed_at == world.asked
		       ? world.change
		       : NULL;
}

/* One piece of the body, a millisecond later. True: that was enough. */
static bool add_piece(const struct ask *q, struct asked *out, struct span piece)
{
	const struct change *c = change_now();
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&b, piece);
	if (c && c->from)
		buf_replace(&b, c->from, c->to);
	if (c && c->from_too)
		buf_replace(&b, c->from_too, c->to_too);
	world.now += c && c->piece_takes ? c->piece_takes : TICK_MS;
	buf_add_span(&out->body, buf_span(&b));
	buf_clear(&b);
	if (out->piece_count < ASKED_PIECES_LIMIT)
		out->pieces[out->piece_count++] =
			(struct asked_piece){ .at = world.now,
					      .upto = out->body.len };
	return q->enough && q->enough(q->arg, out);
}

static void begin_answer(struct asked *out, int status,
			 const struct headers *headers)
{
	const struct change *c = change_now();
	const char *type = headers_get(headers, "content-type");

	world.now += c && c->head_takes ? c->head_takes : 20 * TICK_MS;
	out->head_at = world.now;
	out->head.status = c && c->status == status ? c->status_to : status;
	out->head.minor = 1;
	if (c && c->type)
		type = c->type;
	if (type && *type)
		headers_add_text(&out->head.headers, "content-type", type);
	for (size_t i = 0; !(c && c->no_headers) && i < headers->count; i++)
		if (strcmp(headers->list[i].name, "content-type") != 0)
			headers_add_text(&out->head.headers,
					 headers->list[i].name,
					 headers->list[i].value);
}

static void ask_provider(const struct ask *q, struct reply *said)
{
	struct http_head head = { .method = xstrdup(q->method),
				  .target = xstrdup(q->target),
				  .minor = 1 };
	struct span path = span_of(head.target);
	struct anthropic_request r = { .head = &head,
				       .body = q->body,
				       .number = ++world.number,
				       .now = world.now,
				       .strict = true };

	if (q->headers)
		headers_copy(&head.headers, q->headers);
	r.path = span_first(path, span_find_byte(path, '?'));
	/* That does not take seconds: megabytes are not read. */
	if (q->body.len > 1000000 &&
	    span_starts(q->body, "{\"model\":\"ccprobe-no-such-model\""))
		anthropic_error(said, r.number, 404, "not_found_error",
				"model: ccprobe-no-such-model");
	else
		anthropic_answer(&world.provider, &r, said);
	anthropic_headers(&said->headers, world.number);
	http_head_clear(&head);
}

static void answer(const struct ask *q, struct asked *out)
{
	struct reply said = { .kind = REPLY_BODY };
	bool enough;

	ask_provider(q, &said);
	begin_answer(out, said.status, &said.headers);
	enough = q->enough && q->enough(q->arg, out);
	for (size_t i = 0;
	     said.kind == REPLY_STREAM && !enough && i < said.script->count;
	     i++)
		enough = add_piece(q, out, said.script->steps[i].bytes);
	if (said.kind != REPLY_STREAM && !enough)
		enough = add_piece(q, out, span_make(said.bytes, said.len));
	if (enough)
		out->end = END_CANCELLED;
	reply_clear(&said);
}

/* Half of an answer, and the connection ends. */
static void cut(struct asked *out)
{
	out->end = END_CUT;
	out->body.len /= 2;
	out->body.at[out->body.len] = '\0';
	while (out->piece_count > 0 &&
	       out->pieces[out->piece_count - 1].upto > out->body.len)
		out->piece_count--;
	snprintf(out->text, sizeof(out->text), "the body was cut");
}

static void spoil(const struct ask *q, struct asked *out)
{
	const struct spoilt *way = world.way;
	struct headers headers = { .list = NULL };

	if (way->end == END_CUT) {
		answer(q, out);
		cut(out);
		return;
	}
	out->end = way->end;
	if (way->status == 0) {
		out->stage = STAGE_HEAD;
		snprintf(out->text, sizeof(out->text), "the peer reset it");
		return;
	}
	headers_add_text(&headers, "content-type", way->type);
	begin_answer(out, way->status, &headers);
	headers_clear(&headers);
	if (!(q->enough && q->enough(q->arg, out)))
		add_piece(q, out, span_of(way->body));
}

/* What a connection alone comes to. */
static void reach(const struct asker *a, struct asked *out)
{
	const struct entry *e = world.entry;
	const char *usual = e && e->url ? e->url : "http:";
	bool is_other = strncmp(a->base, usual, 5) != 0;
	struct buf body = out->body;
	struct asked_piece *pieces = out->pieces;

	if (e && !is_other) {
		*out = e->reached;
		out->body = body;
		out->pieces = pieces;
		out->began = world.now;
		if (out->end == END_OPEN)
			out->end = END_CLEAN;
	} else if (!e || !e->speaks_tls) {
		out->end = END_RESET;
		out->stage = STAGE_TLS;
	}
}

/* What the entry has in the place of the API; false: this is the API. */
static bool is_elsewhere(const struct asker *a, const struct ask *q,
			 const char **target)
{
	const struct entry *e = world.entry;
	const char *serves = e->serves ? e->serves : "";
	size_t len = strlen(serves);
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	static char kept[500];
	bool is;

	buf_addf(&path, "%s%s",
		 strchr(strstr(a->base, "://") + 3, '/')
			 ? strchr(strstr(a->base, "://") + 3, '/')
			 : "",
		 q->target);
	is = e->always || strncmp(buf_str(&path), serves, len) != 0 ||
	     strncmp(buf_str(&path) + len, "/v1/", 4) != 0 ||
	     strncmp(buf_str(&path) + len, "/v1/v1", 6) == 0 ||
	     (q->body.len > 0 && q->body.len < e->small);
	snprintf(kept, sizeof(kept), "%s",
		 is ? q->target : buf_str(&path) + len);
	*target = kept;
	buf_clear(&path);
	return is;
}

static void answer_elsewhere(const struct ask *q, struct asked *out)
{
	const struct entry *e = world.entry;
	struct headers headers = { .list = NULL };

	if (e->chat && strcmp(q->target, "/chat/completions") == 0) {
		headers_add_text(&headers, "content-type", "application/json");
		begin_answer(out, 400, &headers);
		headers_clear(&headers);
		add_piece(q, out,
			  span_of("{\"error\":{\"message\":\"no model\"}}"));
		return;
	}
	if (e->status == 0) {
		out->end = e->end;
		out->stage = STAGE_HEAD;
		snprintf(out->text, sizeof(out->text), "nothing came");
		return;
	}
	if (e->type)
		headers_add_text(&headers, "content-type", e->type);
	if (e->location)
		headers_add_text(&headers, "location", e->location);
	begin_answer(out, e->status, &headers);
	headers_clear(&headers);
	if (e->body)
		add_piece(q, out, span_of(e->body));
}

int __wrap_asker_ask(struct asker *a, const struct ask *q, struct asked *out,
		     struct fail *f)
{
	struct ask at = *q;

	(void)f;
	*out = (struct asked){ .end = END_CLEAN, .began = world.now };
	buf_init(&out->body, BUF_NO_LIMIT);
	out->pieces = xcalloc(ASKED_PIECES_LIMIT, sizeof(*out->pieces));
	out->sent = !q->only_connect;
	if (++world.calls == world.interrupted_at && world.calls % 2 == 0) {
		out->end = END_CANCELLED;
		snprintf(out->text, sizeof(out->text), "interrupted");
	} else if (q->only_connect) {
		reach(a, out);
	} else {
		world.asked++;
		if (world.requests)
			write_request(a, q);
		if (world.entry && is_elsewhere(a, q, &at.target))
			answer_elsewhere(q, out);
		else if (world.asked == world.spoilt_at ||
			 (world.onwards && world.asked > world.spoilt_at))
			spoil(q, out);
		else
			answer(&at, out);
	}
	world.now += TICK_MS;
	out->ended = world.now;
	/* AddressSanitizer sees whether more of them are read. */
	out->pieces =
		xrealloc(out->pieces, out->piece_count * sizeof(*out->pieces));
	if (world.waited)
		world.waits(world.waits_arg);
	return 0;
}

/* ---- the doctor ---- */

static void on_wait_told(void *arg, const struct doctor_step *step, unsigned s)
{
	buf_addf(arg, "  %s: %u s\n", step->id, s);
}

static char *folder;

static int set_up(void **state)
{
	(void)state;
	return scratch_new(&folder, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(folder);
	return 0;
}

struct told {
	struct buf steps, findings, head, fix, json;
	size_t requests;
	unsigned planned; /* of them, at most */
};

static void told_clear(struct told *t)
{
	buf_clear(&t->steps);
	buf_clear(&t->findings);
	buf_clear(&t->head);
	buf_clear(&t->fix);
	buf_clear(&t->json);
}

static void examine(const struct settings *s, struct findings *found,
		    uint32_t most, bool more, struct told *t)
{
	struct doctor_config config = { .base_url = s->base_url,
					.settings = s,
					.client = "2.1.329",
					.root = CCPROBE_SOURCE_DIR,
					.max_requests = most,
					.repeat = more ? 2 : 0,
					.relay = more,
					.window = more,
					.model = world.model,
					.waits = world.waited ? on_wait_told
							      : NULL,
					.waits_arg = world.waited,
					.fix = more };
	struct doctor_report report;
	struct fail f = FAIL_INIT;
	struct doctor *d;
	unsigned tokens;

	*t = (struct told){ .steps = BUF_INIT(BUF_NO_LIMIT),
			    .findings = BUF_INIT(BUF_NO_LIMIT),
			    .head = BUF_INIT(BUF_NO_LIMIT),
			    .fix = BUF_INIT(BUF_NO_LIMIT),
			    .json = BUF_INIT(BUF_NO_LIMIT) };
	world.number = world.asked = world.calls = 0;
	world.now = 1000 * TICK_S;
	if (doctor_new(&d, &config, found, &f) < 0)
		fail_msg("%s", f.text);
	doctor_plan(d, &t->planned, &tokens);
	doctor_print_head(d, &t->head);
	doctor_run(d, &report, NULL, NULL);
	for (size_t i = 0; i < report.count; i++)
		doctor_print_step(&report.list[i], false, &t->steps);
	doctor_print_findings(&report, false, &t->findings);
	doctor_print_fix(d, &t->fix);
	doctor_json(&report, &t->json);
	t->requests = world.asked;
	doctor_report_clear(&report);
	doctor_free(d);
	anthropic_clear(&world.provider);
}

static void run_all(const char *const *environment, uint32_t most, bool more,
		    struct told *t)
{
	struct settings_place place = { .home = folder,
					.folder = folder,
					.managed = folder,
					.environment =
						(char *const *)environment };
	struct findings found = { .list = NULL };
	struct settings *s;

	assert_int_equal(settings_read(&s, &place, &found, NULL), 0);
	examine(s, &found, most, more, t);
	findings_clear(&found);
	settings_free(s);
}

/* What the golden file has of one that is not sound: lines of steps that the
 * sound one lacks, and the first line of each finding. */
static void add_news(const struct told *is, const struct told *sound,
		     struct buf *out)
{
	struct span rest = buf_span(&is->steps), line;
	size_t hindered = 0;

	if (is->requests != sound->requests)
		buf_addf(out, ", %zu requests", is->requests);
	buf_add_byte(out, '\n');
	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		bool is_hindered =
			span_find(line, span_of("not done: it "
						"needs")) != SIZE_MAX;

		hindered += is_hindered;
		if (!is_hindered && line.len > 0 &&
		    !(world.entry &&
		      span_find(line, span_of("--max-requests")) != SIZE_MAX) &&
		    span_find(buf_span(&sound->steps), line) == SIZE_MAX)
			buf_addf(out, "  %.*s\n", SPAN_ARG(line));
	}
	if (hindered > 0)
		buf_addf(out, "  %zu not done\n", hindered);
	rest = buf_span(&is->findings);
	while (rest.len > 0 && span_split(&rest, '\n', &line))
		if (span_find(line, span_of(" DR-")) != SIZE_MAX &&
		    span_find(line, span_of("explain")) == SIZE_MAX)
			buf_addf(out, "  %.*s\n", SPAN_ARG(line));
}

static void add_json(struct told *t, struct buf *out)
{
	buf_replace(&t->json, "{\"version\":1,\"ccprobe\":\"" CCPROBE_VERSION,
		    "{\"version\":1,\"ccprobe\":\"VERSION");
	buf_replace(&t->json, folder, "FOLDER");
	buf_replace(&t->json, ",{\"", ",\n{\"");
	buf_add_span(out, buf_span(&t->json));
}

/* What is to be changed in the configuration, if anything is. */
static void add_fix(struct told *t, struct buf *out)
{
	buf_replace(&t->fix, folder, "FOLDER");
	if (!span_starts(buf_span(&t->fix), "Nothing "))
		buf_add_span(out, buf_span(&t->fix));
}

/* ---- what is compared with it ---- */

static const char *const usual[] = { "ANTHROPIC_BASE_URL=http://127.0.0.1:4000",
				     "ANTHROPIC_AUTH_TOKEN=" KEY, NULL };

static void add_spoilt(size_t at, bool more, const struct told *sound,
		       struct buf *out)
{
	world.spoilt_at = at;
	for (size_t w = 0; w < (at == 1 ? WAYS : WAYS_LATER); w++) {
		struct told t;

		/* After the first, each request in every other way. */
		if (at > 1 && (at + w) % 2 == 0)
			continue;
		world.way = &ways[w];
		run_all(usual, 200, more, &t);
		buf_addf(out, "\n%zu %s", at, ways[w].name);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.spoilt_at = 0;
}

/* Refused, and no request is left to ask why: steps take up to five fewer than
 * they are planned with. */
static void add_without_spare(const struct told *sound, struct buf *out)
{
	uint32_t most = sound->planned - DOCTOR_SPARE - 5;

	world.way = &ways[0];
	for (size_t at = 1; at <= sound->requests; at++) {
		struct told t;

		world.spoilt_at = at;
		run_all(usual, most, false, &t);
		buf_addf(out, "\n%zu refused, at most %u", at, most);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.spoilt_at = 0;
}

#define REFUSED(name, status, words) \
	{ \
		name, status, "application/json", \
			ERROR("invalid_request_error", words), END_CLEAN \
	}

/* Refusals whose words or status make a difference, at the requests that they
 * are about. */
static void add_words(const struct told *sound, struct buf *out)
{
	enum { RESULTS = 13, THOUGHT = 17, COUNT = 30, MODELS = 31 };
	static const struct {
		size_t at;
		struct spoilt way;
	} rows[] = {
		{ RESULTS, REFUSED("results", 400,
				   "messages.2: unexpected tool_use_id: t1") },
		{ RESULTS, REFUSED("results", 400,
				   "`tool_use` ids were found without more") },
		{ RESULTS, REFUSED("results", 400, "no tool_result for it") },
		{ RESULTS, REFUSED("results", 422, "that is not allowed") },
		{ RESULTS, REFUSED("results", 421, "that is not allowed") },
		{ RESULTS, REFUSED("results", 423, "that is not allowed") },
		{ RESULTS, REFUSED("results", 500, "no such tool_use_id") },
		{ RESULTS, REFUSED("results", 500, "that failed") },
		{ RESULTS, REFUSED("results", 400,
				   "Expected `thinking` or "
				   "`redacted_thinking`, but found `text`") },
		{ RESULTS, REFUSED("results", 400,
				   "Invalid `signature` in `thinking` block") },
		{ THOUGHT, REFUSED("results after thinking", 400,
				   "Expected `thinking` or "
				   "`redacted_thinking`, but found `text`") },
		{ THOUGHT, REFUSED("results after thinking", 400,
				   "Invalid `signature` in `thinking` block") },
		{ COUNT, REFUSED("count", 404, "not found") },
		{ COUNT, REFUSED("count", 405, "not allowed") },
		{ COUNT, REFUSED("count", 501, "not implemented") },
		{ COUNT, REFUSED("count", 500, "that failed") },
		{ MODELS, REFUSED("models", 404, "not found") },
		{ MODELS, REFUSED("models", 405, "not allowed") },
		{ MODELS, REFUSED("models", 501, "not implemented") },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t;

		world.way = &rows[i].way;
		world.spoilt_at = rows[i].at;
		run_all(usual,
			rows[i].at == RESULTS
				? sound->planned - DOCTOR_SPARE - 5
				: 200,
			false, &t);
		buf_addf(out, "\n%s %d %s", rows[i].way.name,
			 rows[i].way.status, rows[i].way.body);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.spoilt_at = 0;
}

/* The recorded request is refused, and so is all that comes after it. */
static void add_onwards(const struct told *sound, struct buf *out)
{
	enum { RECORDED = 10 };
	static const struct spoilt rows[] = {
		REFUSED("extra", 400, "a.b: Extra inputs are not permitted"),
		REFUSED("plain", 400, "that is not allowed"),
		REFUSED("thinking", 400, "thinking: Input should be valid"),
		REFUSED("betas", 400,
			"Unexpected value(s) `x` for the `anthropic-beta` "
			"header"),
		REFUSED("busy", 429, "slow down"),
		REFUSED("overloaded", 529, "later"),
		REFUSED("forbidden", 403, "not for you"),
		{ "nothing", 0, NULL, NULL, END_TIMEOUT },
	};

	world.spoilt_at = RECORDED;
	world.onwards = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t;

		world.way = &rows[i];
		run_all(usual, 200, false, &t);
		buf_addf(out, "\nfrom %d on %s %d", RECORDED, rows[i].name,
			 rows[i].status);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.spoilt_at = 0;
	world.onwards = false;
}

static void add_changes(const struct told *sound, struct buf *out)
{
	for (size_t i = 0; i < CHANGES; i++) {
		struct told t;

		world.change = &changes[i];
		run_all(usual, 200, changes[i].more, &t);
		buf_addf(out, "\n%s", changes[i].name);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.change = NULL;
}

/* One answer tells other tokens than the others, or is changed in another
 * way. */
static void add_uneven(const struct told *sound, const struct told *plain,
		       struct buf *out)
{
	static const struct change uneven = {
		.name = "other tokens",
		.from = "\"input_tokens\":",
		.to = "\"input_tokens\":5,\"in\":",
	};
	static const struct change unnamed = {
		.name = "another model",
		.from = "\"model\":\"",
		.to = "\"model\":\"other-",
	};
	static const size_t places[] = { 1, 3, 9, 11, 12, 14, 25, 30 };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (int k = 0; k < 2; k++) {
			struct told t;

			world.change = k == 0 ? &uneven : &unnamed;
			world.changed_at = places[i];
			run_all(usual, 200, true, &t);
			buf_addf(out, "\n%zu %s", places[i],
				 world.change->name);
			add_news(&t, sound, out);
			golden_compare(out);
			told_clear(&t);
		}
	for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
		const char *const *texts = ones[i].texts;
		struct change change = { .from = texts[0],
					 .to = texts[1],
					 .from_too = texts[2],
					 .to_too = texts[3] };
		struct told t;

		world.change = &change;
		world.changed_at = ones[i].at;
		run_all(usual, 200, ones[i].more, &t);
		buf_addf(out, "\n%zu %s", ones[i].at, ones[i].name);
		add_news(&t, ones[i].more ? sound : plain, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.change = NULL;
	world.changed_at = 0;
}

/* A header field of the settings is in the place of the client's own. */
static void add_custom(const struct told *sound, struct buf *out)
{
	const char *environment[] = {
		usual[0], usual[1],
		"ANTHROPIC_CUSTOM_HEADERS=anthropic-beta: "
		"fine-grained-tool-streaming-2025-05-14",
		NULL
	};
	struct told t;

	buf_addf(out, "\n%s", environment[2]);
	run_all(environment, 200, false, &t);
	add_news(&t, sound, out);
	golden_compare(out);
	told_clear(&t);
}

/* Other settings, and fewer requests than are needed. */
static void add_others(const struct told *sound, struct buf *out)
{
	static const char *const others[][6] = {
		{ "ANTHROPIC_API_KEY=" KEY },
		{ "ANTHROPIC_API_KEY=" KEY, "ANTHROPIC_AUTH_TOKEN=" KEY },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY, "ANTHROPIC_MODEL=opus" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "ANTHROPIC_MODEL=claude-haiku-5-5[1m]" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "ANTHROPIC_MODEL=claude-no-such-model" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "ANTHROPIC_CUSTOM_HEADERS=x-tenant: 7" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "ANTHROPIC_API_KEY=sk-another-0123456789abcdef" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY, "ANTHROPIC_MODEL=claude-no" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "CLAUDE_CODE_EFFORT_LEVEL=unset" },
		{ "ANTHROPIC_AUTH_TOKEN=" KEY,
		  "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1" },
		{ NULL },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const char *environment[7] = { usual[0] };
		struct told t;

		buf_add_byte(out, '\n');
		for (size_t k = 0; others[i][k]; k++) {
			environment[k + 1] = others[i][k];
			buf_addf(out, "%s%s", k > 0 ? " " : "", others[i][k]);
		}
		run_all(environment, 200, false, &t);
		add_news(&t, sound, out);
		add_fix(&t, out);
		golden_compare(out);
		told_clear(&t);
	}
	for (uint32_t most = 0; most < sound->requests; most += 2) {
		struct told t;

		run_all(usual, most, false, &t);
		buf_addf(out, "\nat most %u", most);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
}

static void add_entries(const struct told *sound, struct buf *out)
{
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *e = &entries[i];
		char url[200];
		const char *environment[] = { url, usual[1], e->proxy, NULL };
		struct told t;

		snprintf(url, sizeof(url), "ANTHROPIC_BASE_URL=%s",
			 e->url ? e->url : "http://127.0.0.1:4000");
		world.entry = e;
		buf_addf(out, "\n%s", e->name);
		run_all(environment, 14, false, &t);
		add_news(&t, sound, out);
		add_fix(&t, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.entry = NULL;
}

/* Interrupted after each request: before its answer, or with it. */
static void add_interruptions(const struct told *sound, size_t calls,
			      struct buf *out)
{
	for (size_t at = 1; at <= calls; at++) {
		struct told t;

		world.interrupted_at = at;
		run_all(usual, 200, true, &t);
		buf_addf(out, "\ninterrupted at %zu", at);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.interrupted_at = 0;
}

/* What is told while nothing comes, and the models that --model may name. */
static void add_waits(const struct told *sound, struct buf *out)
{
	static const char *const models[] = { "claude-haiku-5-5[1m]",
					      "claude-haiku-5-5[1m]x",
					      "other" };
	static const struct {
		tick_t takes;
		uint32_t most; /* requests */
	} rows[] = {
		{ 6 * TICK_S, 12 },    { 7 * TICK_S, 12 },
		{ 8 * TICK_S - 1, 4 }, { 8 * TICK_S, 4 },
		{ 9 * TICK_S - 1, 4 }, { 8 * TICK_S, 1 },
		{ 8 * TICK_S, 2 },     { 8 * TICK_S, 3 },
	};
	struct change late = { .name = "late" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t;

		late.head_takes = rows[i].takes;
		world.change = &late;
		world.waited = out;
		buf_addf(out, "\nanswers after %lld ms, at most %u\n",
			 (long long)(rows[i].takes / TICK_MS), rows[i].most);
		run_all(usual, rows[i].most, false, &t);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.change = NULL;
	world.waited = NULL;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct told t;

		world.model = models[i];
		run_all(usual, 200, false, &t);
		buf_addf(out, "\n--model %s", models[i]);
		add_news(&t, sound, out);
		golden_compare(out);
		told_clear(&t);
	}
	world.model = NULL;
}

static void t_golden(void **state)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	struct told sound, plain;
	size_t calls;

	(void)state;
	golden_open(GOLDEN);
	world.requests = &all;
	run_all(usual, 200, true, &sound);
	world.requests = NULL;
	calls = world.calls;
	buf_add_span(&all, buf_span(&sound.head));
	buf_add_span(&all, buf_span(&sound.steps));
	buf_add_span(&all, buf_span(&sound.findings));
	add_json(&sound, &all);
	golden_compare(&all);
	run_all(usual, 200, false, &plain);
	for (size_t at = 1; at <= plain.requests; at++)
		add_spoilt(at, false, &plain, &all);
	for (size_t at = plain.requests + 1; at <= sound.requests; at++)
		add_spoilt(at, true, &sound, &all);
	add_without_spare(&plain, &all);
	add_words(&plain, &all);
	add_onwards(&plain, &all);
	add_changes(&plain, &all);
	add_uneven(&sound, &plain, &all);
	add_custom(&plain, &all);
	add_others(&plain, &all);
	add_entries(&plain, &all);
	add_interruptions(&sound, calls, &all);
	add_waits(&plain, &all);
	golden_close(&all);
	told_clear(&sound);
	told_clear(&plain);
	buf_clear(&all);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "doctor: what it asks and says, and of each answer that is "
		  "spoilt",
		  t_golden, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
