/*
 * Which claims are asked of a gateway, and the report of a campaign. The link
 * puts a target, a session and a runner of this file in the place of the real
 * ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/live/live.h"
#include "probe/run/campaign_private.h"
#include "probe/suite/claims.h"
#include "probe/suite/scratch.h"
#include "tests/unit/makelog.h"
#include "wire/bytes/mem.h"

#define SECRET "sk-campaign-0123456789abcdef"

/* ---- what stands in the place of others ---- */

static struct world {
	const char *claimed; /* by the target */
	const char *ending, *output;
	size_t strays;
	bool gone;
	struct result *list;
	size_t count;
	const char *missing; /* what was seen not to be offered */
} world;

static char a_target, a_session, a_runner;
#define TARGET ((struct target *)&a_target)
#define SESSION ((struct session *)&a_session)
#define RUNNER ((struct runner *)&a_runner)

const char *__wrap_target_name(const struct target *t);
const char *__wrap_target_title(const struct target *t);
bool __wrap_target_claims(const struct target *t, const char *claim);
const char *__wrap_target_ending(const struct target *t);
struct span __wrap_target_output(const struct target *t);
const char *__wrap_session_gateway(const struct session *s);
size_t __wrap_session_strays(const struct session *s);
const char *__wrap_session_stray(const struct session *s);
bool __wrap_runner_is_gone(const struct runner *r);
struct result *__wrap_runner_take(struct runner *r, size_t *count);
bool __wrap_offers_missing(const struct offers *o, const char *claim);
tick_t __wrap_loop_now(void);

const char *__wrap_target_name(const struct target *t)
{
	(void)t;
	return "gw";
}

const char *__wrap_target_title(const struct target *t)
{
	(void)t;
	return "the gateway gw";
}

bool __wrap_target_claims(const struct target *t, const char *claim)
{
	(void)t;
	return strcmp(claim, world.claimed) == 0;
}

const char *__wrap_target_ending(const struct target *t)
{
	(void)t;
	return world.ending;
}

struct span __wrap_target_output(const struct target *t)
{
	(void)t;
	return span_of(world.output);
}

const char *__wrap_session_gateway(const struct session *s)
{
	(void)s;
	return "http://gw:1";
}

size_t __wrap_session_strays(const struct session *s)
{
	(void)s;
	return world.strays;
}

const char *__wrap_session_stray(const struct session *s)
{
	(void)s;
	return "GET /health";
}

bool __wrap_runner_is_gone(const struct runner *r)
{
	(void)r;
	return world.gone;
}

struct result *__wrap_runner_take(struct runner *r, size_t *count)
{
	(void)r;
	*count = world.count;
	return world.list;
}

bool __wrap_offers_missing(const struct offers *o, const char *claim)
{
	(void)o;
	return world.missing && strcmp(world.missing, claim) == 0;
}

tick_t __wrap_loop_now(void)
{
	return 50 * TICK_S;
}

/* ---- a campaign that is over ---- */

static struct campaign_config config;
static struct run_report report;
static struct campaign c;

static int set_up(void **state)
{
	(void)state;
	world = (struct world){ .claimed = "", .ending = "", .output = "" };
	config = (struct campaign_config){ .gateway = "http://gw:1" };
	report = (struct run_report){ .list = NULL };
	c = (struct campaign){ .config = &config,
			       .report = &report,
			       .session = SESSION,
			       .runner = RUNNER };
	secrets_add(&c.secrets, SECRET);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	campaign_clear(&report);
	assert_null(report.list);
	assert_null(report.target);
	secrets_clear(&c.secrets);
	secrets_clear(&c.pieces);
	return 0;
}

/* ---- claims ---- */

static void lacks(const char *claim, const char *why)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(campaign_lacks(&c, claim, &out), why != NULL);
	assert_string_equal(buf_str(&out), why ? why : "");
	buf_clear(&out);
}

#define UNKNOWN_KEY \
	"without --upstream-key it is not known which key the gateway has to " \
	"use"

static void t_lacks(void **state)
{
	static const char *const without[] = { "models", "cancels" };
	static const char *const declared[] = { "relays", "models" };

	(void)state;
	lacks("relays", NULL);
	lacks("replaces-key", UNKNOWN_KEY);
	assert_true(campaign_cannot_see(&c, "replaces-key"));
	assert_false(campaign_cannot_see(&c, "relays"));
	config.upstream_key_known = true;
	lacks("replaces-key", NULL);
	assert_false(campaign_cannot_see(&c, "replaces-key"));
	config.upstream_key_known = false;
	config.no_mock = true;
	lacks("replaces-key", NULL);
	assert_false(campaign_cannot_see(&c, "replaces-key"));
	config.no_mock = false;

	world.missing = "count-tokens";
	lacks("count-tokens", "the gateway does not offer 'count-tokens', as "
			      "was seen before the first case");
	config.without = without;
	config.without_count = 2;
	lacks("models", "left out by --without models");
	lacks("cancels", "left out by --without cancels");
	config.without_count = 1;
	lacks("cancels", NULL);

	/* A gateway that declares claims is asked only those. */
	config.claims = declared;
	config.claim_count = 2;
	lacks("relays", NULL);
	lacks("cancels", "ccprobe.json does not claim 'cancels'");
	lacks("replaces-key", "ccprobe.json does not claim 'replaces-key'");
	config.upstream_key_known = true;
	lacks("replaces-key", NULL);
	config.claim_count = 0;
	lacks("relays", "ccprobe.json does not claim 'relays'");
	config.target = TARGET;
	world.claimed = "cancels";
	lacks("cancels", NULL);
	lacks("relays", "gw does not claim 'relays'");
	config.upstream_key_known = false;
	lacks("replaces-key", "gw does not claim 'replaces-key'");
	world.claimed = "replaces-key";
	lacks("replaces-key", NULL);
}

static void t_unfit(void **state)
{
	static const struct {
		unsigned providers;
		enum format gateway;
		const char *unfit;
	} rows[] = {
		{ 0, FORMAT_CHAT, NULL },
		{ 1U << FORMAT_CHAT, FORMAT_UNKNOWN, NULL },
		{ 1U << FORMAT_CHAT, FORMAT_CHAT, NULL },
		{ 1U << FORMAT_CHAT, FORMAT_MESSAGES,
		  "it is for a provider of the format openai-chat, and this "
		  "gateway's is of messages" },
		{ 1U << FORMAT_MESSAGES, FORMAT_CHAT,
		  "it is for a provider of the format messages, and this "
		  "gateway's is of openai-chat" },
		{ 1U << FORMAT_CHAT | 1U << FORMAT_RESPONSES, FORMAT_CHAT,
		  NULL },
		{ 1U << FORMAT_CHAT | 1U << FORMAT_RESPONSES, FORMAT_RESPONSES,
		  NULL },
		{ 1U << FORMAT_CHAT | 1U << FORMAT_RESPONSES, FORMAT_MESSAGES,
		  "it is for a provider of the format openai-chat or "
		  "openai-responses, and this gateway's is of messages" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct casefile file = { .providers = rows[i].providers };
		struct buf out = BUF_INIT(1000);

		c.format = rows[i].gateway;
		assert_int_equal(campaign_unfit(&c, &file, &out),
				 rows[i].unfit != NULL);
		assert_string_equal(buf_str(&out),
				    rows[i].unfit ? rows[i].unfit : "");
		buf_clear(&out);
	}
}

static void unfit(const struct casefile *file, const char *why)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(campaign_unfit(&c, file, &out), why != NULL);
	assert_string_equal(buf_str(&out), why ? why : "");
	buf_clear(&out);
}

/* What a case needs of the run: keys, places for wishes, providers, and the
 * real client. */
static void t_needs(void **state)
{
	struct keyring ring = { .list = NULL };
	char key[] = "rated", wish[] = "{}", newer[] = "2.1.200";
	struct request plain = { .key = NULL }, keyed = { .key = key },
		       wishes = { .wish = wish };
	struct live_start start = { .key = key };
	struct step steps[] = { { .request = &plain }, { .request = NULL } };
	struct casefile file = { .steps = steps, .step_count = 2 };

	(void)state;
	unfit(&file, NULL);
	steps[1].request = &keyed;
	config.ring = &ring;
	unfit(&file, "it needs a key 'rated', which 'keys' of the target or of "
		     "ccprobe.json does not name");
	steps[1] = (struct step){ .live = &start };
	unfit(&file, "it needs a key 'rated', which 'keys' of the target or of "
		     "ccprobe.json does not name");
	keyring_add(&ring, "rated", "sk-rated");
	unfit(&file, NULL);
	keyring_clear(&ring);
	steps[1] = (struct step){ .request = &wishes };
	unfit(&file, "it says in a request who may answer, and 'wishes' of the "
		     "target or of ccprobe.json does not say where this "
		     "gateway reads that");
	config.wishes = (struct wishes){ .header = "x" };
	unfit(&file, NULL);
	config.wishes = (struct wishes){ .member = "x" };
	unfit(&file, NULL);
	steps[1].request = &plain;
	config.wishes = (struct wishes){ .member = NULL };
	file.provider_count = 2;
	config.mock_count = 1;
	unfit(&file,
	      "it needs 2 providers behind the gateway, and in this run there "
	      "is 1: 'providers' of the target, or of ccprobe.json, or "
	      "--provider-listen b=ADDR:PORT");
	config.no_mock = true;
	unfit(&file, NULL);
	config.no_mock = false;
	file.provider_count = 3;
	config.mock_count = 2;
	unfit(&file,
	      "it needs 3 providers behind the gateway, and in this run there "
	      "are 2: 'providers' of the target, or of ccprobe.json, or "
	      "--provider-listen b=ADDR:PORT");
	config.mock_count = 3;
	unfit(&file, NULL);
	file.live = true;
	config.program = NULL;
	unfit(&file, "it runs Claude Code, which was not found: install it "
		     "with `" LIVE_INSTALL "`, or set CLAUDE to the "
		     "program's path");
	config.program = "claude";
	config.program_version = "2.1.100";
	unfit(&file, NULL);
	file.client.min = newer;
	unfit(&file, "it is for Claude Code 2.1.200 or newer, and this is "
		     "2.1.100");
	file.live = false;
	unfit(&file, NULL);
}

/* ---- the report ---- */

static char *with_secret(void)
{
	return xstrdup("before " SECRET " after");
}

static void is_blotted(const char *text)
{
	assert_non_null(text);
	assert_null(strstr(text, SECRET));
	assert_non_null(strstr(text, "before <credential"));
	assert_non_null(strstr(text, " after"));
}

static struct sides sides_with_secret(void)
{
	return (struct sides){ .left_head = with_secret(),
			       .right_head = with_secret(),
			       .before = with_secret(),
			       .left = with_secret(),
			       .right = with_secret(),
			       .after = with_secret() };
}

static void are_blotted(const struct sides *s)
{
	is_blotted(s->left_head);
	is_blotted(s->right_head);
	is_blotted(s->before);
	is_blotted(s->left);
	is_blotted(s->right);
	is_blotted(s->after);
}

static struct result *results_of(size_t count)
{
	world.count = count;
	world.list = xcalloc(count, sizeof(*world.list));
	for (size_t i = 0; i < count; i++)
		world.list[i].id = xstrdup("a/b");
	return world.list;
}

/* No credential is left in any text of a result. */
static void t_blotted(void **state)
{
	struct result *r = results_of(2) + 1;
	struct evidence *e = xcalloc(1, sizeof(*e));

	(void)state;
	r->reason = with_secret();
	r->trace = with_secret();
	r->curl = with_secret();
	r->outcomes = xcalloc(2, sizeof(*r->outcomes));
	r->outcome_count = 2;
	for (size_t i = 0; i < 2; i++)
		r->outcomes[i] =
			(struct outcome){ .expect = with_secret(),
					  .wanted = with_secret(),
					  .got = with_secret(),
					  .difference = with_secret() };
	r->evidence = e;
	e->request = sides_with_secret();
	e->answer = sides_with_secret();
	e->moments = xcalloc(2, sizeof(*e->moments));
	e->moment_count = 2;
	e->moments[0].label = with_secret();
	e->moments[1].label = with_secret();
	world.list[0].reason = xstrdup("");
	campaign_report(&c);
	assert_int_equal(report.count, 2);
	assert_string_equal(report.list[0].reason, "");
	r = &report.list[1];
	is_blotted(r->reason);
	is_blotted(r->trace);
	is_blotted(r->curl);
	for (size_t i = 0; i < 2; i++) {
		is_blotted(r->outcomes[i].expect);
		is_blotted(r->outcomes[i].wanted);
		is_blotted(r->outcomes[i].got);
		is_blotted(r->outcomes[i].difference);
		is_blotted(e->moments[i].label);
	}
	are_blotted(&e->request);
	are_blotted(&e->answer);
}

static void t_report(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_PASS, VERDICT_FAIL,
						 VERDICT_FAIL,
						 VERDICT_UNDECIDED };
	struct result *list = results_of(4);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		list[i].verdict = verdicts[i];
	list[3].left_out = true;
	snprintf(c.mock, sizeof(c.mock), "127.0.0.1:8473");
	c.began = 20 * TICK_S;
	config.tls.any_certificate = true;
	config.rate.interval = 2 * TICK_S;
	campaign_report(&c);
	assert_int_equal(report.counts[VERDICT_PASS], 1);
	assert_int_equal(report.counts[VERDICT_FAIL], 2);
	assert_int_equal(report.counts[VERDICT_UNDECIDED], 1);
	assert_int_equal(report.left_out, 1);
	assert_string_equal(report.target, CAMPAIGN_RUNNING);
	assert_string_equal(report.gateway_url, "http://gw:1");
	assert_string_equal(report.mock_url, "http://127.0.0.1:8473");
	assert_true(report.insecure);
	assert_true(report.rate == 0.5);
	assert_int_equal(report.took, 30 * TICK_S);
	assert_false(report.died);
	assert_null(report.last_words);
	/* No case can see this claim. */
	assert_int_equal(report.not_offered_count, 1);
	assert_string_equal(report.not_offered[0].claim, "replaces-key");
	assert_string_equal(report.not_offered[0].how, UNKNOWN_KEY);
	assert_true(report.not_offered[0].unseen);
	assert_null(report.not_offered[0].without);
}

/* Claims that have to be declared are not listed as missing. */
static size_t usual_claims(void)
{
	size_t n = 0;

	for (const struct claim *one = claims; one->name; one++)
		n += !one->declared;
	return n;
}

static void t_not_begun(void **state)
{
	(void)state;
	c.session = NULL;
	c.runner = NULL;
	config.target = TARGET;
	world.claimed = "relays";
	campaign_report(&c);
	assert_string_equal(report.target, "the gateway gw");
	assert_string_equal(report.gateway_url, "http://gw:1");
	assert_null(report.mock_url);
	assert_int_equal(report.took, 0);
	assert_int_equal(report.count, 0);
	assert_null(report.list);
	assert_int_equal(report.not_offered_count, usual_claims() - 1);
	assert_string_equal(report.not_offered[0].claim, "cancels");
	assert_string_equal(report.not_offered[0].how,
			    "gw does not claim 'cancels'");
	assert_string_equal(report.not_offered[0].without,
			    claims_find("cancels")->without);
	assert_false(report.not_offered[0].unseen);
}

/* How the program of a target ended, and its last line. */
static void t_last_words(void **state)
{
	static const struct {
		const char *ending, *output;
		bool interrupted, gone, died;
		const char *said;
	} rows[] = {
		{ "", "", false, false, false, NULL },
		{ "", "", false, true, true, NULL },
		{ "exited with status 0", "", false, false, false,
		  "target gw exited with status 0" },
		{ "exited with status 3", "one\n two " SECRET " \n\n \n", false,
		  false, true, "target gw exited with status 3: two <cred" },
		{ "exited with status 3", "one", true, false, false,
		  "target gw exited with status 3: one" },
		{ "exited with status 3", "one\nx\n", false, false, true,
		  "target gw exited with status 3: x" },
		{ "was ended by signal 9", "\n\n", false, false, true,
		  "target gw was ended by signal 9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config.target = TARGET;
		world.ending = rows[i].ending;
		world.output = rows[i].output;
		world.gone = rows[i].gone;
		report.interrupted = rows[i].interrupted;
		campaign_report(&c);
		assert_int_equal(report.died, rows[i].died);
		if (rows[i].said) {
			assert_memory_equal(report.last_words, rows[i].said,
					    strlen(rows[i].said));
			if (!strchr(rows[i].said, '<'))
				assert_string_equal(report.last_words,
						    rows[i].said);
			assert_null(strstr(report.last_words, SECRET));
		} else {
			assert_null(report.last_words);
		}
		campaign_clear(&report);
	}
}

/* ---- what no report has a place for ---- */

static void warns(const char *want)
{
	char *folder, path[4096], *text;
	size_t len;

	assert_int_equal(scratch_new(&folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/err", folder);
	assert_non_null(freopen(path, "w", stderr));
	campaign_warn(&c);
	fflush(stderr);
	assert_int_equal(scratch_read(&text, &len, path, 9999, NULL), 0);
	assert_non_null(freopen("/dev/null", "w", stderr));
	assert_string_equal(text, want);
	free(text);
	scratch_free(folder);
}

#define GONE_LINE \
	"ccprobe: the gateway is gone: nothing listens there any more\n"

static void t_warn(void **state)
{
	(void)state;
	warns("");
	report.died = true;
	warns(GONE_LINE);
	report.last_words = xstrdup("target gw ended");
	warns("ccprobe: during the run, target gw ended\n");
	report.interrupted = true;
	warns(GONE_LINE);
	report.died = false;
	warns("");
	world.strays = 2;
	warns("ccprobe: 2 requests without a mark reached the mock, the last: "
	      "GET /health\n");
	c.session = NULL;
	warns("");
}

/* ---- a credential in pieces ---- */

#define FIRST "sk-campaign-0123"
#define SECOND "456789abcdef"

static void look_for(const char *head_u, const char *head_c, const char *one,
		     const char *two, bool found)
{
	struct buf text = BUF_INIT(1000), is = BUF_INIT(1000);
	struct wlog w;
	struct view v;

	wlog_init(&w, 100000);
	/* Entries of another run and another side, which must not count. */
	put_request(&w, "c1", 1, "POST /v1/messages HTTP/1.1\n\n");
	put_request(&w, "u1", 1, head_u);
	put_response(&w, "u1", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "u1", 1, WLOG_DATA, "{\"a\":1}");
	put_end(&w, "u1", 1, END_CLEAN);
	put_response(&w, "c1", 1, head_c);
	put_bytes(&w, "c1", 1, WLOG_DATA, one);
	put_bytes(&w, "c1", 1, WLOG_DATA, two);
	put_end(&w, "c1", 1, END_CLEAN);
	view_of(&v, &w, RUN);
	campaign_look_for_pieces(&c, &v);
	buf_add_text(&text, "it ends with " SECOND ".");
	buf_add_span(&is, buf_span(&text));
	secrets_blot(&c.pieces, &is);
	assert_int_equal(strcmp(buf_str(&is), buf_str(&text)) != 0, found);
	view_clear(&v);
	wlog_clear(&w);
	buf_clear(&text);
	buf_clear(&is);
	secrets_clear(&c.pieces);
	memset(&c.pieces, 0, sizeof(c.pieces));
}

static void t_pieces(void **state)
{
	static const char plain_u[] = "POST /v1/messages HTTP/1.1\n\n";
	static const char plain_c[] = "HTTP/1.1 200 OK\n\n";

	(void)state;
	look_for(plain_u, plain_c, "a", "b", false);
	look_for(plain_u, plain_c, "x" FIRST, SECOND "y", true);
	look_for("POST /v1/messages HTTP/1.1\na: " FIRST "\nb: " SECOND "\n\n",
		 plain_c, "a", "b", true);
	look_for(plain_u, "HTTP/1.1 200 OK\na: " FIRST "\nb: " SECOND "\n\n",
		 "a", "b", true);
}

int main(void)
{
#define T(title, fn) \
	{ \
		"campaign: " title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("what the gateway is not held to, and why", t_lacks),
		T("cases for another provider do not fit", t_unfit),
		T("what a case needs of the run", t_needs),
		T("no credential is left in a result", t_blotted),
		T("the report counts and names", t_report),
		T("what was not begun has a report, too", t_not_begun),
		T("how a target ended, and its last line", t_last_words),
		T("warnings", t_warn),
		T("a credential is looked for in pieces", t_pieces),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
