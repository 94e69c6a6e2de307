/*
 * Tests of probe/settings: base URLs in variables that the client does not
 * read, clouds and gateways, policies, old models, authorities, and what mends
 * each finding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/settings_kit.h"

#define MANAGED "managed-settings.json"

/* "CODE action file member=value", a line each, of one code or of all. */
static void assert_mended(const struct world *w, const char *code,
			  const char *wanted)
{
	struct buf b = BUF_INIT(65536);

	for (size_t i = 0; i < w->found.repairs.count; i++) {
		const struct repair *r = &w->found.repairs.list[i];

		if (strcmp(r->code, code) != 0)
			continue;
		buf_addf(&b, "%s %s %s", repair_name(r->kind),
			 r->file ? r->file : "shell", r->member);
		if (r->value)
			buf_addf(&b, "=%s", r->value);
		buf_add_byte(&b, '\n');
	}
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

static void again(void **state)
{
	teardown(state);
	setup(state);
}

/* ---- no base URL ---- */

static void t_slips(void **state)
{
	static const char *const names[] = {
		"ANTHROPIC_API_BASE", "ANTHROPIC_BASEURL",
		"ANTHROPIC_URL",      "OPENAI_BASE_URL",
		"ANTHROPIC_API_URL",  "CLAUDE_CODE_BASE_URL",
		"OPENAI_API_BASE",    "ANTHROPIC_BASE_ULR",
		"ANTHROPC_BASE_URL",  "anthropic_base_url",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct world *w = *state;
		struct buf entry = BUF_INIT(4096);

		buf_addf(&entry, "%s=%s/v1/", names[i], GATE);
		set(w, buf_str(&entry));
		set(w, TOKEN "=tok-1");
		look(w);
		assert_found(w, "DR-NO-BASE-URL");
		assert_headline(w, "DR-NO-BASE-URL", names[i]);
		assert_int_equal(w->found.list[0].severity, SEVERITY_ERROR);
		assert_mended(w, "DR-NO-BASE-URL",
			      "set shell " URL "=" GATE "\n");
		assert_true(w->s->no_gateway);
		buf_clear(&entry);
		again(state);
	}
}

static void t_slip_in_file(void **state)
{
	struct world *w = *state;

	put(w->home, USER,
	    ENV2("ANTHROPIC_API_BASE", GATE, "ANTHROPIC_BASE_UR", GATE "/x"));
	set(w, KEY "=key-1");
	look(w);
	assert_found(w, "DR-NO-BASE-URL");
	assert_mended(w, "DR-NO-BASE-URL",
		      "set ~/.claude/settings.json env." URL "=" GATE "/x\n");
}

/* Variables of other programs are no finding if a key of the API is set. */
static void t_slip_of_others(void **state)
{
	struct world *w = *state;

	set(w, "OPENAI_BASE_URL=" GATE);
	set(w, KEY "=key-1");
	look(w);
	assert_found(w, "");
	assert_false(w->s->no_gateway);
	set(w, URL "=" GATE);
	set(w, "ANTHROPIC_API_BASE=" GATE);
	look(w);
	assert_found(w, "");
}

/* A password in a URL is not told. */
static void t_slip_secret(void **state)
{
	struct world *w = *state;

	set(w, "ANTHROPIC_API_BASE=https://me:5ecre7@gate.test");
	set(w, TOKEN "=tok-1");
	look(w);
	assert_mended(w, "DR-NO-BASE-URL",
		      "set shell " URL "=$ANTHROPIC_BASE_URL\n");
}

static void t_token_alone(void **state)
{
	struct world *w = *state;

	set(w, TOKEN "=tok-1");
	look(w);
	assert_found(w, "DR-NO-BASE-URL");
	assert_headline(w, "DR-NO-BASE-URL", "goes to api.anthropic.com");
	assert_int_equal(w->found.list[0].severity, SEVERITY_WARNING);
	assert_mended(w, "DR-NO-BASE-URL", "");
	assert_false(w->s->no_gateway);
}

/* ---- clouds and gateways ---- */

static void t_clouds(void **state)
{
	static const struct {
		const char *entry, *name, *base;
	} rows[] = {
		{ "CLAUDE_CODE_USE_BEDROCK=1", "CLAUDE_CODE_USE_BEDROCK",
		  "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_VERTEX=true", "CLAUDE_CODE_USE_VERTEX",
		  "ANTHROPIC_VERTEX_BASE_URL" },
		{ "CLAUDE_CODE_USE_FOUNDRY=on", "CLAUDE_CODE_USE_FOUNDRY",
		  "ANTHROPIC_FOUNDRY_BASE_URL" },
		{ "CLAUDE_CODE_USE_ANTHROPIC_AWS=yes",
		  "CLAUDE_CODE_USE_ANTHROPIC_AWS", "ANTHROPIC_AWS_BASE_URL" },
		{ "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD=1",
		  "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
		  "ANTHROPIC_GOOGLE_CLOUD_BASE_URL" },
		{ "CLAUDE_CODE_USE_MANTLE=1", "CLAUDE_CODE_USE_MANTLE",
		  "ANTHROPIC_BEDROCK_MANTLE_BASE_URL" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = *state;
		struct buf mend = BUF_INIT(4096);

		set(w, rows[i].entry);
		set(w, URL "=" GATE);
		set(w, TOKEN "=tok-1");
		look(w);
		assert_found(w, "DR-PROVIDER-MODE");
		assert_headline(w, "DR-PROVIDER-MODE", rows[i].name);
		assert_headline(w, "DR-PROVIDER-MODE", rows[i].base);
		buf_addf(&mend, "remove shell %s\n", rows[i].name);
		assert_mended(w, "DR-PROVIDER-MODE", buf_str(&mend));
		buf_clear(&mend);
		again(state);
	}
}

/* With a gateway in the cloud's place, its format is told, and who has the
 * credential. */
static void t_cloud_gateway(void **state)
{
	static const struct {
		const char *mode, *base, *more, *other, *found, *words;
	} rows[] = {
		{ "CLAUDE_CODE_USE_BEDROCK=1",
		  "ANTHROPIC_BEDROCK_BASE_URL=" GATE, NULL, NULL,
		  "DR-CLOUD-FORMAT DR-CLOUD-SIGNED",
		  "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_BEDROCK=1",
		  "ANTHROPIC_BEDROCK_BASE_URL=" GATE,
		  "CLAUDE_CODE_SKIP_BEDROCK_AUTH=1", NULL,
		  "DR-CLOUD-FORMAT DR-CLOUD-NO-KEY",
		  "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_BEDROCK=1",
		  "ANTHROPIC_BEDROCK_BASE_URL=" GATE,
		  "CLAUDE_CODE_SKIP_BEDROCK_AUTH=1", TOKEN "=tok-1",
		  "DR-CLOUD-FORMAT DR-CLOUD-GETS",
		  "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_BEDROCK=1",
		  "ANTHROPIC_BEDROCK_BASE_URL=" GATE,
		  "AWS_BEARER_TOKEN_BEDROCK=key-1", NULL, "DR-CLOUD-FORMAT",
		  "ANTHROPIC_BEDROCK_BASE_URL" },
		{ "CLAUDE_CODE_USE_VERTEX=1",
		  "ANTHROPIC_VERTEX_BASE_URL=" GATE "/v1",
		  "CLAUDE_CODE_SKIP_VERTEX_AUTH=1", TOKEN "=tok-1",
		  "DR-CLOUD-FORMAT", "ANTHROPIC_VERTEX_BASE_URL" },
		{ "CLAUDE_CODE_USE_VERTEX=1",
		  "ANTHROPIC_VERTEX_BASE_URL=" GATE "/v1",
		  "CLAUDE_CODE_SKIP_VERTEX_AUTH=1", NULL,
		  "DR-CLOUD-FORMAT DR-CLOUD-NO-KEY",
		  "ANTHROPIC_VERTEX_BASE_URL" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = *state;

		set(w, rows[i].mode);
		set(w, rows[i].base);
		if (rows[i].more)
			set(w, rows[i].more);
		if (rows[i].other)
			set(w, rows[i].other);
		look(w);
		assert_found(w, rows[i].found);
		assert_headline(w, "DR-CLOUD-FORMAT", rows[i].words);
		again(state);
	}
}

/* Both places have a repair: without the stronger one, the weaker one would
 * count. */
static void t_cloud_twice(void **state)
{
	struct world *w = *state;

	set(w, "CLAUDE_CODE_USE_VERTEX=1");
	put(w->home, USER, ENV1("CLAUDE_CODE_USE_VERTEX", "1"));
	look(w);
	assert_mended(w, "DR-PROVIDER-MODE",
		      "remove ~/.claude/settings.json "
		      "env.CLAUDE_CODE_USE_VERTEX\n"
		      "remove shell CLAUDE_CODE_USE_VERTEX\n");
}

static void t_gateway_mode(void **state)
{
	struct world *w = *state;

	set(w, "CLAUDE_CODE_USE_GATEWAY=1");
	set(w, URL "=" GATE);
	set(w, KEY "=key-1");
	look(w);
	assert_found(w, "");
	assert_sent(w, "x-api-key=key-1");
	set(w, TOKEN "=tok-1");
	look(w);
	assert_found(w, "DR-GATEWAY-MODE");
	assert_string_equal(w->s->base_url, GATE);
	assert_sent(w, "Authorization=tok-1");
	assert_mended(w, "DR-GATEWAY-MODE",
		      "remove shell CLAUDE_CODE_USE_GATEWAY\n");
}

/* ---- policies ---- */

static void t_policy(void **state)
{
	static const struct {
		const char *policy, *found, *why;
	} rows[] = {
		{ "{\"allowedProviders\":[\"anthropic\",\"bedrock\"]}",
		  "DR-PROVIDER-BARRED", "customEndpoint" },
		{ "{\"allowedProviders\":[]}", "DR-PROVIDER-BARRED",
		  "customEndpoint" },
		{ "{\"allowedProviders\":[\"customEndpoint\"]}",
		  "DR-PROVIDER-BARRED", "only a base URL that managed" },
		{ "{\"allowedProviders\":[\"customEndpoint\"],\"env\":{\"" URL
		  "\":\"" GATE "\"}}",
		  "", NULL },
		{ "{}", "", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = *state;

		put(w->managed, MANAGED, rows[i].policy);
		set(w, URL "=" GATE);
		set(w, TOKEN "=tok-1");
		look(w);
		assert_found(w, rows[i].found);
		if (rows[i].why)
			assert_headline(w, "DR-PROVIDER-BARRED", rows[i].why);
		again(state);
	}
}

/* allowedProviders counts only in managed settings, and the API itself is no
 * custom endpoint. */
static void t_policy_not(void **state)
{
	struct world *w = *state;

	put(w->home, USER, "{\"allowedProviders\":[\"bedrock\"]}");
	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	look(w);
	assert_found(w, "");
	again(state);
	w = *state;
	put(w->managed, MANAGED, "{\"allowedProviders\":[\"anthropic\"]}");
	set(w, KEY "=key-1");
	look(w);
	assert_found(w, "");
}

/* ---- models ---- */

static void t_retired(void **state)
{
	static const struct {
		const char *model, *sent;
	} rows[] = {
		{ "claude-opus-4-1-20250805", "claude-opus-5-5" },
		{ "claude-opus-4-20250514", "claude-opus-5-5" },
		{ "claude-opus-4-0", "claude-opus-5-5" },
		{ "CLAUDE-OPUS-4-1[1m]", "claude-opus-5-5" },
		{ "claude-sonnet-4-20250514", NULL },
		{ "anthropic/claude-opus-4-1", NULL },
		{ "claude-opus-4-5-20251101", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = *state;
		struct buf entry = BUF_INIT(4096);

		buf_addf(&entry, "ANTHROPIC_MODEL=%s", rows[i].model);
		set(w, buf_str(&entry));
		set(w, URL "=" GATE);
		set(w, TOKEN "=tok-1");
		look(w);
		assert_found(w, rows[i].sent ? "DR-MODEL-RETIRED" : "");
		assert_string_equal(w->s->model, rows[i].sent ? rows[i].sent
							      : rows[i].model);
		assert_mended(w, "DR-MODEL-RETIRED",
			      rows[i].sent ? "set shell ANTHROPIC_MODEL="
					     "claude-opus-5-5\n"
					   : "");
		set(w, "CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP=1");
		look(w);
		assert_found(w, "");
		buf_clear(&entry);
		again(state);
	}
}

static void t_retired_elsewhere(void **state)
{
	struct world *w = *state;

	put(w->home, USER, "{\"model\":\"claude-opus-4-1\"}");
	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, "ANTHROPIC_DEFAULT_OPUS_MODEL=own-opus");
	look(w);
	assert_found(w, "DR-MODEL-RETIRED");
	assert_string_equal(w->s->model, "own-opus");
	assert_mended(w, "DR-MODEL-RETIRED",
		      "set ~/.claude/settings.json model=own-opus\n");
	again(state);
	w = *state;
	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, "ANTHROPIC_MODEL=opus");
	set(w, "ANTHROPIC_DEFAULT_OPUS_MODEL=claude-opus-4-1-20250805");
	look(w);
	assert_found(w, "");
	assert_string_equal(w->s->model, "claude-opus-4-1-20250805");
}

/* ---- authorities ---- */

static bool is_listed(const struct world *w, const char *line)
{
	struct buf b = BUF_INIT(65536);
	bool found;

	settings_print(w->s, &b);
	found = strstr(buf_str(&b), line) != NULL;
	buf_clear(&b);
	return found;
}

static void t_authorities(void **state)
{
	struct world *w = *state;

	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, "CLAUDE_CODE_CERT_STORE=bundled");
	set(w, "SSL_CERT_FILE=ca.pem");
	put(w->folder, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
	look(w);
	assert_found(w, "DR-CERT-STORE");
	assert_mended(w, "DR-CERT-STORE",
		      "remove shell CLAUDE_CODE_CERT_STORE\n");
	assert_non_null(strstr(w->s->tls.ca_file, "/ca.pem"));
	assert_string_equal(w->s->ca_source, "SSL_CERT_FILE");
	assert_true(is_listed(w, "  SSL_CERT_FILE = "));
	set(w, "NODE_EXTRA_CA_CERTS=ca.pem");
	look(w);
	assert_string_equal(w->s->ca_source, "NODE_EXTRA_CA_CERTS");
	assert_false(is_listed(w, "  SSL_CERT_FILE = "));
	assert_true(is_listed(w, "  NODE_EXTRA_CA_CERTS = "));
	again(state);
	w = *state;
	set(w, URL "=" GATE);
	set(w, TOKEN "=tok-1");
	set(w, "CLAUDE_CODE_CERT_STORE=bundled,system");
	/* One that is not there is no finding: other programs set it. */
	set(w, "SSL_CERT_FILE=/nowhere/ca.pem");
	look(w);
	assert_found(w, "");
	assert_null(w->s->tls.ca_file);
	assert_false(is_listed(w, "SSL_CERT_FILE"));
	assert_true(is_listed(w, "  CLAUDE_CODE_CERT_STORE = "));
}

/* ---- what mends the rest ---- */

static void t_mends(void **state)
{
	static const struct {
		const char *file; /* of user settings, or NULL */
		const char *entries[3];
		const char *code, *mend;
	} rows[] = {
		{ NULL,
		  { URL "=" GATE, NULL, NULL },
		  "DR-NO-CREDENTIAL",
		  "set shell " TOKEN "=$GATEWAY_KEY\n" },
		{ NULL,
		  { URL "=" GATE "/v1", TOKEN "=t", NULL },
		  "DR-BASE-URL-V1",
		  "set shell " URL "=" GATE "\n" },
		{ ENV2(URL, GATE "/v1/messages", TOKEN, "t"),
		  { NULL, NULL, NULL },
		  "DR-BASE-URL-PATH",
		  "set ~/.claude/settings.json env." URL "=" GATE "\n" },
		{ ENV1(TOKEN, ""),
		  { URL "=" GATE, TOKEN "=t", NULL },
		  "DR-EMPTY-WINS",
		  "remove ~/.claude/settings.json env." TOKEN "\n" },
		{ NULL,
		  { URL "=" GATE, "OPENROUTER_API_KEY=5ecre7", NULL },
		  "DR-KEY-ELSEWHERE",
		  "set shell " TOKEN "=$OPENROUTER_API_KEY\n" },
		{ NULL,
		  { URL "=" GATE, TOKEN "=\"5ecre7\"", NULL },
		  "DR-KEY-SPACES",
		  "set shell " TOKEN "=$GATEWAY_KEY\n" },
		{ ENV2(URL, GATE, TOKEN, "5ecre7"),
		  { URL "=http://other.test", NULL, NULL },
		  "DR-SHADOWED",
		  "remove shell " URL "\n" },
		{ ENV1("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
		  { URL "=" GATE, TOKEN "=t", NULL },
		  "DR-TLS-OFF",
		  "remove ~/.claude/settings.json "
		  "env.NODE_TLS_REJECT_UNAUTHORIZED\n" },
		{ "{\"env\":{\"" URL "\":\"" GATE "\",\"" TOKEN "\":null}}",
		  { NULL, NULL, NULL },
		  "DR-SETTINGS-VALUE",
		  "remove ~/.claude/settings.json env." TOKEN "\n" },
		{ NULL,
		  { URL "= " GATE, TOKEN "=t", NULL },
		  "DR-VALUE-TRIMMED",
		  "set shell " URL "=" GATE "\n" },
		{ NULL,
		  { URL "=" GATE, TOKEN "=t", KEY "=k" },
		  "DR-BOTH-CREDENTIALS",
		  "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = *state;

		if (rows[i].file)
			put(w->home, USER, rows[i].file);
		for (size_t k = 0; k < 3 && rows[i].entries[k]; k++)
			set(w, rows[i].entries[k]);
		look(w);
		if (!found(w, rows[i].code))
			fail_msg("no %s", rows[i].code);
		assert_mended(w, rows[i].code, rows[i].mend);
		again(state);
	}
}

static void t_mends_files(void **state)
{
	struct world *w = *state;

	put(w->folder, ".env", "export " URL "='" GATE "'\n" TOKEN "=5ecre7\n");
	look(w);
	assert_mended(w, "DR-DOTENV",
		      "set .claude/settings.local.json env." URL "=" GATE
		      "\nset .claude/settings.local.json env." TOKEN "=$" TOKEN
		      "\n");
	again(state);
	w = *state;
	put(w->home, ".claude.json", "{\"primaryApiKey\":\"saved\"}");
	set(w, URL "=" GATE);
	set(w, TOKEN "=t");
	look(w);
	assert_mended(w, "DR-SAVED-KEY",
		      "remove ~/.claude.json primaryApiKey\n");
	again(state);
	w = *state;
	put(w->home, ".claude.json",
	    "{\"customApiKeyResponses\":{\"rejected\":[\"key-1\"]}}");
	set(w, URL "=" GATE);
	set(w, KEY "=key-1");
	look(w);
	assert_mended(w, "DR-KEY-REJECTED",
		      "remove ~/.claude.json customApiKeyResponses.rejected\n");
	again(state);
	w = *state;
	put(w->folder, ".git/HEAD", "ref: refs/heads/main\n");
	put(w->folder, USER, ENV2(URL, GATE, TOKEN, "5ecre7"));
	look(w);
	assert_mended(w, "DR-KEY-COMMITTED",
		      "remove .claude/settings.json env." TOKEN
		      "\nset .claude/settings.local.json env." TOKEN
		      "=$GATEWAY_KEY\n");
}

/* Managed settings are not the user's to change. */
static void t_managed_stays(void **state)
{
	struct world *w = *state;

	put(w->managed, MANAGED, ENV1("CLAUDE_CODE_USE_VERTEX", "1"));
	look(w);
	assert_found(w, "DR-PROVIDER-MODE");
	assert_mended(w, "DR-PROVIDER-MODE", "");
}

static void t_texts(void **state)
{
	static const struct {
		struct repair r;
		const char *text;
	} rows[] = {
		{ { .kind = REPAIR_SET,
		    .member = (char *)"A",
		    .value = (char *)"it's" },
		  "export A='it'\\''s'" },
		{ { .kind = REPAIR_SET,
		    .member = (char *)"A",
		    .value = (char *)"$B" },
		  "export A=\"$B\"" },
		{ { .kind = REPAIR_REMOVE, .member = (char *)"A" }, "unset A" },
		{ { .kind = REPAIR_SET,
		    .file = (char *)"f.json",
		    .member = (char *)"env.A",
		    .value = (char *)"x\"y" },
		  "in f.json set {\"env\": {\"A\": \"x\\\"y\"}}" },
		{ { .kind = REPAIR_REMOVE,
		    .file = (char *)"f.json",
		    .member = (char *)"model" },
		  "in f.json remove model" },
		{ { .kind = REPAIR_HAND, .value = (char *)"think" },
		  "by hand: think" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		repair_text(&rows[i].r, &b);
		assert_string_equal(buf_str(&b), rows[i].text);
		buf_clear(&b);
	}
}

#define ROW(title, f) \
	{ \
		"modes: " title, f, setup, teardown, NULL \
	}

static const struct CMUnitTest tests[] = {
	ROW("a base URL in a variable that is not read", t_slips),
	ROW("the same in a file", t_slip_in_file),
	ROW("in a variable of other programs", t_slip_of_others),
	ROW("a password in it is not told", t_slip_secret),
	ROW("a token and no base URL", t_token_alone),
	ROW("clouds", t_clouds),
	ROW("a gateway in the place of a cloud", t_cloud_gateway),
	ROW("a cloud in two places", t_cloud_twice),
	ROW("the mode for gateways", t_gateway_mode),
	ROW("allowedProviders", t_policy),
	ROW("lists that bar nobody", t_policy_not),
	ROW("models that are no more", t_retired),
	ROW("models by other ways", t_retired_elsewhere),
	ROW("authorities", t_authorities),
	ROW("what mends a finding", t_mends),
	ROW("what mends a file", t_mends_files),
	ROW("managed settings stay", t_managed_stays),
	ROW("repairs as texts", t_texts),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("modes", tests, NULL, NULL);
}
