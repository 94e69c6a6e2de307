/* Reads the command line and makes the configuration. */
#include "gateway/options.h"

#include <stdlib.h>

#include "gateway/config_file.h"
#include "wire/manual/manual.h"

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "config", OPTION_TEXT, AT(config), "FILE",
	  "read a configuration; the options below go before it" },
	{ "listen", OPTION_TEXT, AT(listen), "ADDR:PORT",
	  "where clients connect (127.0.0.1:8080); port 0 is any free one" },
	{ "tls-cert", OPTION_TEXT, AT(tls_cert), "FILE",
	  "speak TLS to clients with this certificate (PEM; after it those "
	  "that "
	  "signed it)" },
	{ "tls-key", OPTION_TEXT, AT(tls_key), "FILE",
	  "the key of that certificate (PEM)" },
	{ "upstream", OPTION_TEXT, AT(upstream), "URL",
	  "the provider, such as https://api.anthropic.com" },
	{ "upstream-key", OPTION_TEXT, AT(upstream_key), "KEY",
	  "the gateway's own key: a value, or env:NAME" },
	{ "upstream-auth", OPTION_TEXT, AT(upstream_auth), "SCHEME",
	  "how the key is sent: x-api-key (default), bearer, sigv4 (requests "
	  "are signed with it), or client: the gateway has no key, and passes "
	  "on that of each client" },
	{ "upstream-format", OPTION_TEXT, AT(upstream_format), "FORMAT",
	  "what the provider speaks: messages (default), openai-chat, "
	  "openai-responses, bedrock or vertex" },
	{ "upstream-key-id", OPTION_TEXT, AT(upstream_key_id), "ID",
	  "with sigv4: the id of the key (AWS_ACCESS_KEY_ID)" },
	{ "upstream-session", OPTION_TEXT, AT(upstream_session), "TOKEN",
	  "with sigv4: the token of a temporary key (AWS_SESSION_TOKEN)" },
	{ "upstream-region", OPTION_TEXT, AT(upstream_region), "NAME",
	  "of Bedrock (us-east-1) or Vertex (global)" },
	{ "upstream-project", OPTION_TEXT, AT(upstream_project), "ID",
	  "of Vertex" },
	{ "fronts", OPTION_TEXT, AT(fronts), "LIST",
	  "what clients may speak: messages,bedrock,vertex (all)" },
	{ "key", OPTION_LIST, AT(keys), "KEY",
	  "a key that clients may use: a value, or env:NAME; repeatable" },
	{ "workers", OPTION_U32, AT(workers), "N", "threads (1)" },
	{ "drain-ms", OPTION_U32, AT(drain_ms), "N",
	  "how long requests under way may go on after SIGTERM (30000)" },
	{ "log", OPTION_FLAG, AT(log), NULL,
	  "one line on stderr for each request" },
	{ "log-format", OPTION_TEXT, AT(log_format), "FORMAT",
	  "the same, as text or json" },
	{ "connect", OPTION_FLAG, AT(connect), NULL,
	  "with check: ask the upstream, too" },
#ifdef CCGATE_FAULTS
	{ "fault", OPTION_LIST, AT(faults), "NAME",
	  "plant a fault; repeatable" },
	{ "list-faults", OPTION_FLAG, AT(list_faults), NULL,
	  "print the faults there are" },
#endif
	{ "version", OPTION_FLAG, AT(version), NULL, "print the version" },
	{ "help", OPTION_FLAG, AT(help), NULL, "print this" },
	{ NULL, OPTION_FLAG, 0, NULL, NULL },
};

int options_read(struct options *o, int argc, char **argv,
		 struct option_list *rest, struct fail *f)
{
	*o = (struct options){ .workers = OPTIONS_NO_NUMBER,
			       .drain_ms = OPTIONS_NO_NUMBER };
	return option_parse(rows, argc, argv, o, rest, f);
}

void options_clear(struct options *o)
{
	option_list_clear(&o->keys);
	option_list_clear(&o->faults);
}

void options_help(struct buf *out)
{
	option_help(rows, out);
}

bool options_manual(const char *form, struct buf *out)
{
	static const struct manual_choice choices[] = {
		{ "log-format", "text json" },
		{ "upstream-auth", "x-api-key bearer sigv4 client" },
		{ "upstream-format",
		  "messages openai-chat openai-responses bedrock vertex" },
		{ NULL, NULL },
	};
	static const struct manual_section sections[] = {
		{ "SIGNALS", "SIGTERM and SIGINT end ccgate when the requests "
			     "under way have ended, a second signal at once. "
			     "SIGHUP reads the configuration again.\n" },
		{ "EXIT STATUS",
		  "0: ended by a signal. 2: wrong usage or configuration. 3: "
		  "the port is taken, or the system refuses something.\n" },
		{ "SEE ALSO", "ccprobe(1), ccmock(1)\n" },
		{ NULL, NULL },
	};
	static const struct manual_part all = { "",
						"[--config FILE] [OPTION...]",
						"", rows, TAKES_NOTHING };
	static const struct manual manual = {
		"ccgate",
		"a gateway for Claude Code",
		"ccgate takes a team's keys, puts the provider's in their "
		"place, and relays everything else\nbyte for byte as it "
		"arrives.\n\n`ccgate check FILE` says what is wrong with a "
		"configuration.\n",
		&all,
		1,
		choices,
		sections
	};

	return manual_write(&manual, form, out);
}

static int set_listen(struct config *c, const char *text, struct fail *f)
{
	return address_read(&c->listen, text, f);
}

typedef int set_fn(struct config *c, const char *text, struct fail *f);
typedef int set_provider_fn(struct provider *p, const char *text,
			    struct fail *f);

/* Names the option in a message that fits several options. */
static int name_option(const char *option, int rc, const struct fail *why,
		       struct fail *f)
{
	return rc == 0 ? 0
		       : fail_set(f, why->code, "--%s: %s", option, why->text);
}

static int set_secret(struct provider *p, const char *option, const char *text,
		      set_provider_fn *fn, struct fail *f)
{
	struct fail why = FAIL_INIT;
	char *value;
	int rc;

	if (option_secret(&value, option, text, f) < 0)
		return -1;
	rc = name_option(option, fn(p, value, &why), &why, f);
	free(value);
	return rc;
}

static int set_region(struct provider *p, const char *text, struct fail *f)
{
	struct fail why = FAIL_INIT;

	return name_option("upstream-region",
			   provider_set_region(p, text, &why), &why, f);
}

static int set_project(struct provider *p, const char *text, struct fail *f)
{
	struct fail why = FAIL_INIT;

	return name_option("upstream-project",
			   provider_set_project(p, text, &why), &why, f);
}

static int set_upstream_key(struct provider *p, const char *text,
			    struct fail *f)
{
	return set_secret(p, "upstream-key", text, provider_set_key, f);
}

static int set_key_id(struct provider *p, const char *text, struct fail *f)
{
	return set_secret(p, "upstream-key-id", text, provider_set_key_id, f);
}

static int set_session(struct provider *p, const char *text, struct fail *f)
{
	return set_secret(p, "upstream-session", text, provider_set_session, f);
}

static int add_key(struct config *c, const char *text, struct fail *f)
{
	struct fail why = FAIL_INIT;
	char *value;
	int rc;

	if (option_secret(&value, "key", text, f) < 0)
		return -1;
	rc = name_option("key", config_add_key(c, NULL, value, &why), &why, f);
	free(value);
	return rc;
}

static void set(struct config *c, const char *text, set_fn *fn,
		struct mistakes *to)
{
	struct fail f = FAIL_INIT;

	if (text && fn(c, text, &f) < 0)
		mistakes_add(to, &f);
}

static void set_provider(struct provider *p, const char *text,
			 set_provider_fn *fn, struct mistakes *to)
{
	struct fail f = FAIL_INIT;

	if (text && fn(p, text, &f) < 0)
		mistakes_add(to, &f);
}

static void set_upstream(struct config *c, const struct options *o,
			 struct mistakes *to)
{
	struct provider *p = &c->upstream;

	set_provider(p, o->upstream, provider_set_url, to);
	set_provider(p, o->upstream_format, provider_set_format, to);
	set_provider(p, o->upstream_auth, provider_set_scheme, to);
	set_provider(p, o->upstream_key, set_upstream_key, to);
	set_provider(p, o->upstream_key_id, set_key_id, to);
	set_provider(p, o->upstream_session, set_session, to);
	set_provider(p, o->upstream_region, set_region, to);
	set_provider(p, o->upstream_project, set_project, to);
	provider_secrets(p, &c->secrets);
}

static void set_certificate(struct config *c, const struct options *o,
			    struct mistakes *to)
{
	struct fail f = FAIL_INIT;

	if (!o->tls_cert && !o->tls_key)
		return;
	if (!o->tls_cert || !o->tls_key)
		fail_set(&f, FAIL_USAGE,
			 "--tls-cert and --tls-key go together");
	else
		config_set_certificate(c, o->tls_cert, o->tls_key, &f);
	if (f.code != FAIL_OK)
		mistakes_add(to, &f);
}

void options_configure(const struct options *o, struct config *c,
		       struct mistakes *to)
{
	struct fail f = FAIL_INIT;

	if (o->config)
		config_file_load(c, o->config, to);
	set(c, o->listen, set_listen, to);
	set_upstream(c, o, to);
	set(c, o->fronts, config_set_fronts, to);
	set(c, o->log ? "text" : NULL, config_set_log, to);
	set(c, o->log_format, config_set_log, to);
	for (size_t i = 0; i < o->keys.count; i++)
		set(c, o->keys.list[i], add_key, to);
	set_certificate(c, o, to);
	if (o->workers != OPTIONS_NO_NUMBER &&
	    config_set_workers(c, o->workers, &f) < 0)
		mistakes_add(to, &f);
	if (o->drain_ms != OPTIONS_NO_NUMBER)
		c->drain_ms = o->drain_ms;
	/* What is missing is reported only if there is no other mistake: a
	 * value with a mistake would be missing, too. */
	if (to->count == 0)
		config_lacks(c, to);
}
