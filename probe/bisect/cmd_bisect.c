/* ccprobe bisect: which part of a request makes it fail? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/bisect/report.h"
#include "probe/command.h"
#include "probe/curl.h"
#include "wire/mem.h"
#include "wire/option.h"

#define MAX_REQUESTS 200
#define REQUESTS_LIMIT 100000
#define CONFIRM 3
#define MAX_WAIT_S 60
#define BYTES_PER_TOKEN 4

struct bisect_options {
	bool help, insecure, fresh, json, show_host;
	const char *key, *auth, *ca_file, *proxy, *out, *suite;
	uint32_t max_requests, confirm, max_wait, timeout;
	struct option_list headers;
};

#define AT(member) offsetof(struct bisect_options, member)
static const struct option_row rows[] = {
	{ "key", OPTION_TEXT, AT(key), "VALUE|env:NAME",
	  "the key (else that of the request, else of ANTHROPIC_AUTH_TOKEN or "
	  "ANTHROPIC_API_KEY)" },
	{ "auth", OPTION_TEXT, AT(auth), "FORM",
	  "how it is shown: bearer, x-api-key or both (as in the request)" },
	{ "header", OPTION_LIST, AT(headers), "'NAME: VALUE'",
	  "a header that the request is to have; repeatable" },
	{ "max-requests", OPTION_U32, AT(max_requests), "N",
	  "send no more than these (200)" },
	{ "confirm", OPTION_U32, AT(confirm), "N",
	  "send the request as it is so often first: it has to fail in the "
	  "same way each time (3)" },
	{ "max-wait", OPTION_U32, AT(max_wait), "SECONDS",
	  "wait no longer than this for a retry-after (60)" },
	{ "timeout", OPTION_U32, AT(timeout), "SECONDS",
	  "wait no longer than this for an answer to begin, and between two "
	  "pieces of it (120 and 60)" },
	{ "out", OPTION_TEXT, AT(out), "DIR",
	  "folder for answers and files (bisect-<hash> in the current one)" },
	{ "fresh", OPTION_FLAG, AT(fresh), NULL,
	  "forget the answers that an earlier run left there" },
	{ "json", OPTION_FLAG, AT(json), NULL,
	  "print JSON (docs/schema/bisect.schema.json); the words go to "
	  "stderr" },
	{ "show-host", OPTION_FLAG, AT(show_host), NULL,
	  "report.md names the gateway's host" },
	{ "ca-file", OPTION_TEXT, AT(ca_file), "FILE",
	  "PEM file of extra authorities (as NODE_EXTRA_CA_CERTS)" },
	{ "insecure", OPTION_FLAG, AT(insecure), NULL, "take any certificate" },
	{ "proxy", OPTION_TEXT, AT(proxy), "http://HOST:PORT",
	  "go through this proxy" },
	{ "suite", OPTION_TEXT, AT(suite), "DIR",
	  "folder with fixtures/, for recorded requests" },
	{ "help", OPTION_FLAG, AT(help), NULL, "show this" },
	{ .name = NULL },
};
#undef AT

struct search { /* all of one run of the command */
	struct bisect_options options;
	struct option_list rest;
	struct sample sample;
	struct asker *asker;
	struct memory *memory;
	struct trials trials;
	struct bisect_report report;
	struct cause causes[BISECT_CAUSES_LIMIT];
	size_t cause_count;
	struct buf curl_options;
	const char *stage; /* of the search, for the line of progress */
	size_t bytes; /* the smallest that fails so far */
	bool progress, line; /* there is one to be wiped */
};

/* ---- while it runs ---- */

static void wipe(struct search *s)
{
	if (s->line)
		fputs("\r\033[K", stderr);
	s->line = false;
}

static void on_tell(void *arg, const char *text)
{
	struct search *s = arg;

	wipe(s);
	fprintf(stderr, "ccprobe: %s\n", text);
}

static void show_progress(struct search *s)
{
	if (!s->progress)
		return;
	fprintf(stderr, "\r\033[K%zu of %u requests, %zu bytes -> %zu: %s",
		trials_sent(&s->trials), (unsigned)s->options.max_requests,
		bisect_request_size(&s->sample.request), s->bytes, s->stage);
	fflush(stderr);
	s->line = true;
}

static void on_sent(void *arg, size_t bytes)
{
	(void)bytes;
	show_progress(arg);
}

static void on_stage(void *arg, const char *what, size_t bytes)
{
	struct search *s = arg;

	s->stage = what;
	s->bytes = bytes;
	show_progress(s);
}

/* ---- what was asked for ---- */

static int check_options(const struct bisect_options *o, struct fail *f)
{
	if (o->confirm < 1 || o->confirm > BISECT_CONFIRM_LIMIT)
		return fail_set(f, FAIL_USAGE, "--confirm: from 1 to %d",
				BISECT_CONFIRM_LIMIT);
	if (o->max_requests < o->confirm || o->max_requests > REQUESTS_LIMIT)
		return fail_set(f, FAIL_USAGE,
				"--max-requests: from %u (--confirm) to %d",
				(unsigned)o->confirm, REQUESTS_LIMIT);
	if (o->max_wait > 3600 || o->timeout > 3600)
		return fail_set(f, FAIL_USAGE, "--%s: 3600 at most",
				o->timeout > 3600 ? "timeout" : "max-wait");
	return 0;
}

static int read_sample(struct search *s, struct fail *f)
{
	struct sample_options o = { .from = s->rest.list[0],
				    .url = s->rest.list[1],
				    .key = s->options.key,
				    .auth = s->options.auth,
				    .suite = s->options.suite,
				    .headers = &s->options.headers };

	if (sample_read(&s->sample, &o, f) < 0)
		return -1;
	if (s->sample.found != NULL)
		fprintf(stderr, "ccprobe: the key is that of $%s\n",
			s->sample.found);
	return 0;
}

/* What curl needs as well, from wherever it is started. */
static void read_curl_options(struct search *s)
{
	char *path = s->options.ca_file != NULL
			     ? realpath(s->options.ca_file, NULL)
			     : NULL;

	if (s->options.insecure)
		buf_add_text(&s->curl_options, " --insecure");
	if (path != NULL) {
		buf_add_text(&s->curl_options, " --cacert ");
		shell_quote(span_of(path), &s->curl_options);
	}
	if (s->options.proxy != NULL) {
		buf_add_text(&s->curl_options, " --proxy ");
		shell_quote(span_of(s->options.proxy), &s->curl_options);
	}
	free(path);
	s->report.curl_options = buf_str(&s->curl_options);
}

static int open_asker(struct search *s, struct fail *f)
{
	struct asker_config config = {
		.base_url = s->sample.base_url,
		.proxy = s->options.proxy,
		.ca_file = s->options.ca_file,
		.any_certificate = s->options.insecure,
		.head_ms = s->options.timeout * 1000,
		.idle_ms = s->options.timeout * 1000,
	};

	if (s->options.ca_file != NULL && access(s->options.ca_file, R_OK) != 0)
		return fail_errno(f, FAIL_USAGE, "--ca-file: %s",
				  s->options.ca_file);
	if (asker_new(&s->asker, &config, f) < 0)
		return -1;
	return asker_interruptible(s->asker, f);
}

static int open_memory(struct search *s, struct fail *f)
{
	struct memory_config config = {
		.folder = s->options.out,
		.request = &s->sample.request,
		.url = s->sample.base_url,
		.credential = sample_digest(&s->sample),
		.fresh = s->options.fresh,
	};
	struct trials_config trials = {
		.asker = s->asker,
		.given = &s->sample,
		.most = s->options.max_requests,
		.max_wait_s = s->options.max_wait,
		.tell = on_tell,
		.sent = on_sent,
		.arg = s,
	};

	if (memory_open(&s->memory, &config, f) < 0)
		return -1;
	trials.memory = s->memory;
	trials_init(&s->trials, &trials);
	s->report.sample = &s->sample;
	s->report.folder = memory_folder(s->memory);
	s->report.show_host = s->options.show_host;
	s->report.most = s->options.max_requests;
	return 0;
}

static void tell_plan(const struct search *s)
{
	const struct bisect_request *q = &s->sample.request;
	size_t bytes = bisect_request_size(q);
	double tokens =
		(double)q->body.len / BYTES_PER_TOKEN * s->options.max_requests;

	fprintf(stderr,
		"ccprobe: %s %s: %zu bytes, %zu tools, %zu messages\n"
		"ccprobe: at most %u requests, none larger: at most about %.0f "
		"input tokens in all\n",
		q->method, q->target, bytes, sample_count(&s->sample, "tools"),
		sample_count(&s->sample, "messages"),
		(unsigned)s->options.max_requests, tokens);
	if (memory_count(s->memory) > 0)
		fprintf(stderr,
			"ccprobe: %zu answers are remembered in %s (--fresh "
			"forgets them)\n",
			memory_count(s->memory), memory_folder(s->memory));
}

/* ---- does it fail? ---- */

static bool all_same(const struct bisect_report *r)
{
	for (size_t i = 1; i < r->answer_count; i++)
		if (r->answers[i].failed != r->answers[0].failed ||
		    (r->answers[0].failed &&
		     !seen_same(&r->answers[i], &r->answers[0])))
			return false;
	return true;
}

/* What the answers to the request as it is mean; true: it can be searched. */
static bool judge_answers(struct search *s)
{
	struct bisect_report *r = &s->report;
	const struct seen *first = &r->answers[0];

	r->end = BISECT_INCOMPLETE;
	if (s->trials.why_over != NULL)
		return false;
	if (!all_same(r))
		r->end = BISECT_UNSTABLE;
	else if (!first->failed)
		r->end = BISECT_PASSES;
	else if (!first->reached)
		r->end = BISECT_UNREACHABLE;
	else
		return true;
	return false;
}

/* Once is enough where an earlier run has begun to search. */
static bool confirm(struct search *s)
{
	const struct bisect_request *q = &s->sample.request;
	uint64_t hash = memory_hash(q);
	const struct remembered *m = memory_find(s->memory, hash);
	struct bisect_report *r = &s->report;
	bool begun = m != NULL && m->failed && memory_begun(s->memory, hash);
	struct seen before = { .failed = false };
	size_t times = s->options.confirm;

	s->stage = "does it fail each time?";
	s->bytes = bisect_request_size(q);
	if (begun) {
		before = (struct seen){ .status = m->status,
					.normal = xstrdup(m->normal) };
		times = 1;
	}
	while (r->answer_count < times &&
	       trials_send(&s->trials, q, &r->answers[r->answer_count]))
		r->answer_count++;
	if (begun && r->answer_count > 0 &&
	    !(r->answers[0].failed && seen_same(&r->answers[0], &before)))
		on_tell(s, "it is answered otherwise than when the answers "
			   "were given that are remembered; --fresh forgets "
			   "them");
	seen_clear(&before);
	return judge_answers(s);
}

/* ---- the search ---- */

static void hold_by_memory(struct search *s, struct bisect_found *x)
{
	const struct remembered *m =
		memory_find(s->memory, memory_hash(&x->cause->smallest));
	char **texts[] = { &x->failure.normal,  &x->failure.type,
			   &x->failure.text,    &x->failure.headline,
			   &x->failure.fix,     &x->failure.served,
			   &x->failure.evidence };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = xstrdup(i == 0 && m != NULL ? m->normal : "");
	x->failure.failed = true;
	x->failure.status = m != NULL ? m->status : 0;
}

/* The smallest request once more: its answer is for the report, and whether
 * it still is the same one tells if the search can be trusted. */
static void look_again(struct search *s, struct bisect_found *x)
{
	const struct remembered *m;
	struct seen again;

	hold_by_memory(s, x);
	m = memory_find(s->memory, memory_hash(&x->cause->passing));
	x->passing_status =
		x->cause->passing.method != NULL && m != NULL ? m->status : 0;
	trials_want(&s->trials, &x->failure);
	if (!trials_send(&s->trials, &x->cause->smallest, &again))
		return;
	if (again.failed && seen_same(&again, &x->failure)) {
		seen_clear(&x->failure);
		x->failure = again;
		return;
	}
	seen_clear(&again);
	on_tell(s, "the smallest request is answered otherwise now: the "
		   "failure is not stable");
	s->causes[x - s->report.list].minimal = false;
}

static void gather(struct search *s)
{
	struct bisect_report *r = &s->report;
	bool cut = s->trials.why_over != NULL;

	r->end = BISECT_INCOMPLETE;
	for (size_t i = 0; i < s->cause_count; i++) {
		struct bisect_found *x = &r->list[r->count++];

		x->cause = &s->causes[i];
		look_again(s, x);
		if (x->cause->minimal)
			r->end = BISECT_FOUND;
	}
	/* No budget for a last look is no search cut short. */
	if (cut)
		r->why_over = s->trials.why_over;
}

static int reduce(struct search *s, struct fail *f)
{
	struct bisect_watch watch = { .stage = on_stage, .arg = s };
	int n;

	trials_want(&s->trials, &s->report.answers[0]);
	n = bisect_reduce(&s->sample.request, trials_ask, trials_again,
			  &s->trials, &watch, s->causes, f);
	if (n < 0)
		return -1;
	s->cause_count = (size_t)n;
	gather(s);
	return 0;
}

/* ---- the end ---- */

static void print(struct search *s, struct buf *text, FILE *to)
{
	/* Nothing should be left in it; a last look costs nothing. */
	secrets_blot(&s->sample.secrets, text);
	fwrite(text->at, 1, text->len, to);
	buf_reset(text);
}

static void print_all(struct search *s)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	wipe(s);
	bisect_print(&s->report, &text);
	print(s, &text, s->options.json ? stderr : stdout);
	if (s->options.json) {
		bisect_json(&s->report, &text);
		print(s, &text, stdout);
	}
	buf_clear(&text);
}

static int search(struct search *s, struct fail *f)
{
	struct bisect_report *r = &s->report;

	tell_plan(s);
	if (confirm(s) && reduce(s, f) < 0)
		return -1;
	if (r->why_over == NULL && r->end == BISECT_INCOMPLETE)
		r->why_over = s->trials.why_over;
	r->sent = trials_sent(&s->trials);
	r->remembered = s->trials.remembered;
	if (bisect_files(r, s->memory, f) < 0 ||
	    memory_result(s->memory, f) < 0)
		return -1;
	print_all(s);
	return 0;
}

static void search_clear(struct search *s)
{
	struct bisect_report *r = &s->report;

	for (size_t i = 0; i < r->answer_count; i++)
		seen_clear(&r->answers[i]);
	for (size_t i = 0; i < r->count; i++)
		seen_clear(&r->list[i].failure);
	for (size_t i = 0; i < s->cause_count; i++)
		cause_clear(&s->causes[i]);
	buf_clear(&r->files);
	buf_clear(&s->curl_options);
	trials_clear(&s->trials);
	memory_close(s->memory);
	asker_free(s->asker);
	sample_clear(&s->sample);
	option_list_clear(&s->options.headers);
	option_list_clear(&s->rest);
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe bisect %s\n%s\n\n"
	       "REQUEST is a file with an HTTP request (head, blank line, "
	       "body), a wire log that\n`run --keep` left, \"-\" for standard "
	       "input, or the name of a recorded request\n(plain/01). URL is "
	       "what ANTHROPIC_BASE_URL would be. {{credential}} and "
	       "{{host}}\nin the request are filled in.\n\n%s\n"
	       "Exit status: 1 a cause was found, 2 usage or a faulty file, 3 "
	       "it could not be decided:\nthe request does not fail, not each "
	       "time in the same way, or the search was cut short\n(Ctrl-C, "
	       "--max-requests, --max-wait); then the same command goes on "
	       "where it stopped.\n",
	       cmd_bisect.usage, cmd_bisect.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int carry_out(struct search *s, struct fail *f)
{
	if (s->rest.count != 2) {
		fail_set(f, FAIL_USAGE, "a REQUEST and a URL are wanted");
		return EXIT_USAGE;
	}
	if (check_options(&s->options, f) < 0 || read_sample(s, f) < 0)
		return EXIT_USAGE;
	read_curl_options(s);
	if (open_asker(s, f) < 0 || open_memory(s, f) < 0)
		return f->code == FAIL_USAGE ? EXIT_USAGE : EXIT_UNDECIDED;
	if (search(s, f) < 0)
		return EXIT_UNDECIDED;
	return s->report.end == BISECT_FOUND ? EXIT_FAILS : EXIT_UNDECIDED;
}

static int bisect(int argc, char **argv)
{
	struct search s = {
		.options = { .max_requests = MAX_REQUESTS,
			     .confirm = CONFIRM,
			     .max_wait = MAX_WAIT_S },
		.progress = isatty(STDERR_FILENO),
		.stage = "",
		.report = { .files = BUF_INIT(BUF_NO_LIMIT) },
		.curl_options = BUF_INIT(BUF_NO_LIMIT),
	};
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &s.options, &s.rest, &f) == 0)
		status = s.options.help ? help() : carry_out(&s, &f);
	wipe(&s);
	if (f.code != FAIL_OK)
		fprintf(stderr, "ccprobe: %s\n", f.text);
	search_clear(&s);
	return status;
}

const struct command cmd_bisect = {
	.name = "bisect",
	.usage = "[OPTION...] REQUEST URL",
	.brief = "find the part of a request that makes it fail",
	.run = bisect,
};
