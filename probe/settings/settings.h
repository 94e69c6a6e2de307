/*
 * The settings that Claude Code would use if it were started here: its
 * variables, from the environment and from its settings files, and what it
 * would send. The rules are documented ones, and measured with the real client
 * (tests/extra/settings.t); docs/doctor.md lists them.
 *
 * Nothing here sends anything. Values of credentials are in memory only, so
 * that they can be tried; what is printed is their source, length and hash.
 */
#ifndef PROBE_SETTINGS_SETTINGS_H
#define PROBE_SETTINGS_SETTINGS_H

#include "probe/refusal/finding.h"
#include "probe/settings/tls_files.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/secrets.h"

/* Where the client would run; paths are absolute. */
struct settings_place {
	const char *home; /* the folder with .claude/, usually $HOME */
	const char *folder; /* of the project, usually the current one */
	char *const *environment; /* "NAME=VALUE", NULL-ended */
	bool run_helper; /* apiKeyHelper is a command: false does not run it */
	const char *managed; /* folder of managed settings; NULL: the usual */
	/* Given on the command line in place of the settings'; NULL: not
	 * given. */
	const char *given_url;
	const char *given_key;
	/* The headers that given_key is sent in */
	bool given_bearer, given_api_key;
};

/* A variable of the client that is set somewhere. */
struct setting {
	char *name; /* "ANTHROPIC_BASE_URL" */
	char *value;
	char *source; /* "the environment", "~/.claude/settings.json:4:26" */
	char *file; /* the same without a place; NULL: the environment */
	bool managed; /* from a file that only an administrator changes */
	bool secret; /* its value is never printed */
	bool wins; /* false: another source overrides it */
};

/* A header with a credential, as the client sends it. */
struct settings_credential {
	const char *header; /* "Authorization" (Bearer) or "x-api-key" */
	char *value; /* without "Bearer " */
	char *source; /* "ANTHROPIC_AUTH_TOKEN in the environment",
			 "apiKeyHelper in ~/.claude/settings.json:3:3" */
	char *variable; /* "ANTHROPIC_AUTH_TOKEN", "apiKeyHelper", "login",
			   "primaryApiKey" ... */
};

struct settings {
	/* All values of a name together, the winner first */
	struct setting *list;
	size_t count;
	char *base_url; /* "https://api.anthropic.com" if nobody sets it;
			   trimmed, as the client does it */
	char *base_url_source; /* "the default" then */
	/* The same without given_url: the server that the credentials of the
	 * settings are for */
	char *own_url;
	struct settings_credential credentials[2];
	size_t credential_count;
	/* That a session asks for first; an alias ("opus") if no variable
	 * translates it; NULL: the client's own choice */
	char *model;
	char *model_source;
	/* Of ANTHROPIC_CUSTOM_HEADERS, without those that are in
	 * `credentials` */
	struct headers extra;
	char *proxy; /* that the base URL is reached through; NULL: none */
	char *proxy_source;
	bool bypassed; /* there is a proxy, but NO_PROXY excludes the gateway */
	/* From NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS,
	 * CLAUDE_CODE_CLIENT_CERT and the like; files that the client cannot
	 * use are left out. */
	struct tls_files tls;
	/* Where each of these is from: the variable, or an option. */
	const char *any_source, *ca_source, *client_source;
	bool discovery; /* discovery of models is switched on */
	bool helper_waits; /* there is an apiKeyHelper, and it was not run */
	/* A cloud's mode is on: the client sends requests of that cloud's
	 * format to base_url */
	bool cloud;
	/* A base URL is set in a variable that the client does not read, so the
	 * client would ask another server */
	bool no_gateway;
};

/*
 * Reads all settings. Problems (two credentials, a file that is no JSON, a .env
 * that the client does not read ...) are added to `to`. -1 only if a path of
 * `place` is not absolute.
 */
int settings_read(struct settings **out, const struct settings_place *place,
		  struct findings *to, struct fail *f);
void settings_free(struct settings *s);

/* The winning value of a variable ("" if it is empty), or NULL: not set. */
const char *settings_get(const struct settings *s, const char *name);

/* True if the variable has this value; "1" also matches true, yes and on. */
bool settings_has(const struct settings *s, const char *name,
		  const char *value);

/* True for a name that the client translates itself, such as "opus". */
bool settings_is_model_alias(const char *model);

/* Adds every value that must not be shown. */
void settings_secrets(const struct settings *s, struct secrets *to);

/* Appends, for a person: base URL, headers, model, proxy, and the variables
 * that matter, each with its source. */
void settings_print(const struct settings *s, struct buf *out);

#endif
