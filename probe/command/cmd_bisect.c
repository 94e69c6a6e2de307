/* ccprobe bisect: finds the part of a request that makes it fail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/bisect/hunt.h"
#include "probe/bisect/way.h"
#include "probe/command/command.h"
#include "probe/command/connect.h"
#include "probe/command/rows.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/option.h"

#define MAX_REQUESTS 200
#define REQUESTS_LIMIT 100000
#define CONFIRM 3
#define MAX_WAIT_S 60
#define BYTES_PER_TOKEN 4

struct bisect_options {
	bool help, fresh, json, show_host, only_smaller;
	struct connect_options connect;
	const char *key, *auth, *proxy, *out, *suite;
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
	  "add this header to the request; repeatable" },
	{ "max-requests", OPTION_U32, AT(max_requests), "N",
	  "send no more than these (200)" },
	{ "confirm", OPTION_U32, AT(confirm), "N",
	  "first send the unchanged request N times: it has to fail in the "
	  "same way each time (3)" },
	{ "max-wait", OPTION_U32, AT(max_wait), "SECONDS",
	  "wait no longer than this for a retry-after (60)" },
	{ "timeout", OPTION_U32, AT(timeout), "SECONDS",
	  "wait no longer than this for an answer to begin, and between two "
	  "parts of it (120 and 60)" },
	{ "out", OPTION_TEXT, AT(out), "DIR",
	  "folder for answers and files (bisect-<hash> in the current one)" },
	{ "fresh", OPTION_FLAG, AT(fresh), NULL,
	  "forget the answers of earlier runs in that folder" },
	{ "only-smaller", OPTION_FLAG, AT(only_smaller), NULL,
	  "send nothing larger than REQUEST: do not look for what it lacks" },
	{ "json", OPTION_FLAG, AT(json), NULL,
	  "print JSON (docs/schema/bisect.schema.json); the text goes to "
	  "stderr" },
	{ "show-host", OPTION_FLAG, AT(show_host), NULL,
	  "report.md names the gateway's host" },
	CONNECT_ROWS(AT, " (else NODE_TLS_REJECT_UNAUTHORIZED)",
		     " (else NODE_EXTRA_CA_CERTS)",
		     " (else CLAUDE_CODE_CLIENT_CERT)"),
	{ "proxy", OPTION_TEXT, AT(proxy), "http://HOST:PORT",
	  "go through this proxy (else as Claude Code would)" },
	{ "suite", OPTION_TEXT, AT(suite), "DIR",
	  "folder with fixtures/, for recorded requests" },
	ROW_HELP(AT(help)),
	{ .name = NULL },
};
#undef AT

struct bisection { /* one run of the command */
	struct bisect_options options;
	struct option_list rest;
	struct way way;
	struct rate rate;
	struct hunt hunt;
};

/* ---- options ---- */

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

static int read_sample(struct bisection *b, struct fail *f)
{
	struct sample_options o = { .from = b->rest.list[0],
				    .url = b->rest.list[1],
				    .key = b->options.key,
				    .auth = b->options.auth,
				    .suite = b->options.suite,
				    .headers = &b->options.headers };

	if (sample_read(&b->hunt.sample, &o, f) < 0 ||
	    fetch_check_origin(b->hunt.sample.base_url, f) < 0)
		return -1;
	if (!b->options.only_smaller)
		sample_recorded(&b->hunt.recorded, &b->hunt.sample,
				b->options.suite);
	if (b->hunt.sample.found != NULL)
		say(stderr, "ccprobe: the key is that of $%s\n",
		    b->hunt.sample.found);
	return 0;
}

static int find_way(struct bisection *b, struct fail *f)
{
	struct way_given given = { .proxy = b->options.proxy };

	if (connect_tls(&given.tls, &b->options.connect, f) < 0 ||
	    connect_rate(&b->rate, &b->options.connect, f) < 0)
		return -1;
	way_read(&b->way, &given, &b->hunt.sample);
	b->hunt.report.curl_options = b->way.curl;
	if (b->way.proxy != NULL && b->options.proxy == NULL)
		say(stderr, "ccprobe: through the proxy of %s\n",
		    b->way.proxy_source);
	return 0;
}

static int open_asker(struct bisection *b, struct fail *f)
{
	struct asker_config config = {
		.base_url = b->hunt.sample.base_url,
		.proxy = b->way.proxy,
		.tls = tls_files_borrow(&b->way.tls),
		.rate = &b->rate,
		.head_ms = b->options.timeout * 1000,
		.idle_ms = b->options.timeout * 1000,
	};

	if (asker_new(&b->hunt.asker, &config, f) < 0)
		return -1;
	return asker_interruptible(b->hunt.asker, f);
}

static int open_memory(struct bisection *b, struct fail *f)
{
	struct memory_config config = {
		.folder = b->options.out,
		.request = &b->hunt.sample.request,
		.url = b->hunt.sample.base_url,
		.credential = sample_digest(&b->hunt.sample),
		.fresh = b->options.fresh,
	};
	struct trials_config trials = {
		.asker = b->hunt.asker,
		.given = &b->hunt.sample,
		.most = b->options.max_requests,
		.max_wait_s = b->options.max_wait,
		.tell = hunt_tell,
		.sent = hunt_sent,
		.arg = &b->hunt,
	};

	if (memory_open(&b->hunt.memory, &config, f) < 0)
		return -1;
	trials.memory = b->hunt.memory;
	trials_init(&b->hunt.trials, &trials);
	b->hunt.report.sample = &b->hunt.sample;
	b->hunt.report.folder = memory_folder(b->hunt.memory);
	b->hunt.report.show_host = b->options.show_host;
	b->hunt.report.most = b->options.max_requests;
	b->hunt.confirm = b->options.confirm;
	return 0;
}

/* Requests that are larger than the given one cost more than the limit says. */
static void tell_growth(const struct bisection *b, size_t bytes)
{
	size_t recorded = b->hunt.recorded.method == NULL
				  ? 0
				  : bisect_request_size(&b->hunt.recorded);

	if (recorded <= bytes)
		return;
	say(stderr,
	    "ccprobe: if no part of the request is to blame, up to %d of these "
	    "requests have parts of a recorded request (%zu bytes) in them, "
	    "for about %zu more input tokens; --only-smaller leaves them "
	    "out\n",
	    BISECT_MISSING_TRIALS, recorded,
	    recorded / BYTES_PER_TOKEN * BISECT_MISSING_TRIALS);
}

static void tell_plan(const struct bisection *b)
{
	const struct bisect_request *q = &b->hunt.sample.request;
	size_t bytes = bisect_request_size(q);
	size_t tools = sample_count(&b->hunt.sample, "tools");
	size_t messages = sample_count(&b->hunt.sample, "messages");
	double tokens =
		(double)q->body.len / BYTES_PER_TOKEN * b->options.max_requests;

	say(stderr,
	    "ccprobe: %s %s: %zu bytes, %zu tool%s, %zu message%s\n"
	    "ccprobe: at most %u requests, none larger: at most about %.0f "
	    "input tokens in all\n",
	    q->method, q->target, bytes, tools, tools == 1 ? "" : "s", messages,
	    messages == 1 ? "" : "s", (unsigned)b->options.max_requests,
	    tokens);
	tell_growth(b, bytes);
	if (memory_count(b->hunt.memory) > 0)
		say(stderr,
		    "ccprobe: %zu answers are remembered in %s (--fresh "
		    "forgets them)\n",
		    memory_count(b->hunt.memory),
		    memory_folder(b->hunt.memory));
}

/* ---- the end ---- */

static void print(struct bisection *b, struct buf *text, FILE *to)
{
	/* The text should have no secrets left; this makes sure. */
	secrets_blot(&b->hunt.sample.secrets, text);
	say_text(to, text);
}

static void print_all(struct bisection *b)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	hunt_wipe(&b->hunt);
	bisect_report_print(&b->hunt.report, &text);
	print(b, &text, b->options.json ? stderr : stdout);
	if (b->options.json) {
		bisect_report_json(&b->hunt.report, &text);
		print(b, &text, stdout);
	}
	buf_clear(&text);
}

static int search(struct bisection *b, struct fail *f)
{
	struct hunt *h = &b->hunt;
	int rc;

	tell_plan(b);
	if (hunt_run(h, f) < 0)
		return -1;
	rc = bisect_report_files(&h->report, h->memory, f);
	if (rc == 0)
		rc = memory_result(h->memory, f);
	/* Prints what was found even if it cannot be written: the requests were
	 * paid for. */
	print_all(b);
	return rc;
}

static void bisection_clear(struct bisection *b)
{
	hunt_clear(&b->hunt);
	way_clear(&b->way);
	option_list_clear(&b->options.headers);
	option_list_clear(&b->rest);
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe bisect %s\n%s\n\nREQUEST is a file with an HTTP "
	       "request (head, blank line, body), a wire log that\n`run "
	       "--keep` wrote, \"-\" for standard input, or the name of a "
	       "recorded request\n(plain/01). URL is what ANTHROPIC_BASE_URL "
	       "would be. {{credential}} and {{host}}\nin the request are "
	       "filled in.\n\n%s\nExit status: 1 a cause was found, 2 usage or "
	       "a faulty file, 3 it could not be\ndecided: the request does "
	       "not fail, does not fail in the same way each time, or "
	       "the\nsearch was cut short (Ctrl-C, --max-requests, "
	       "--max-wait); then the same command\ncontinues it.\n",
	       cmd_bisect.usage, cmd_bisect.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int carry_out(struct bisection *b, struct fail *f)
{
	if (b->rest.count != 2) {
		fail_set(f, FAIL_USAGE,
			 "a REQUEST and a URL are needed; `ccprobe bisect "
			 "--help` says more");
		return EXIT_USAGE;
	}
	if (check_options(&b->options, f) < 0 || read_sample(b, f) < 0)
		return EXIT_USAGE;
	if (find_way(b, f) < 0 || open_asker(b, f) < 0 || open_memory(b, f) < 0)
		return f->code == FAIL_USAGE ? EXIT_USAGE : EXIT_UNDECIDED;
	if (search(b, f) < 0)
		return EXIT_UNDECIDED;
	return b->hunt.report.end == BISECT_FOUND ? EXIT_FAILS : EXIT_UNDECIDED;
}

static int bisect(int argc, char **argv)
{
	struct bisection b = {
		.options = { .max_requests = MAX_REQUESTS,
			     .confirm = CONFIRM,
			     .max_wait = MAX_WAIT_S },
		.hunt = { .progress = isatty(STDERR_FILENO),
			  .recorded = { .body = BUF_INIT(BUF_NO_LIMIT) },
			  .report = { .files = BUF_INIT(BUF_NO_LIMIT) } },
	};
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &b.options, &b.rest, &f) == 0)
		status = b.options.help ? help() : carry_out(&b, &f);
	hunt_wipe(&b.hunt);
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	bisection_clear(&b);
	return status;
}

const struct command cmd_bisect = {
	.name = "bisect",
	.usage = "[OPTION...] REQUEST URL",
	.brief = "find the part of a request that makes it fail",
	.rows = rows,
	.takes = TAKES_FILES,
	.run = bisect,
};
