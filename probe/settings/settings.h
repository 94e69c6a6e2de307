/*
 * What Claude Code would use if it were started here: its variables, from the
 * environment and from its settings files, and what of it goes out. Documented
 * rules and what was measured with the real client (tests/extra/settings.t);
 * docs/doctor.md has them in words.
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

/* Where it is run; paths are absolute. */
struct settings_place {
	const char *home; /* the folder with .claude/, usually $HOME */
	const char *folder; /* of the project, usually the current one */
	char *const *environment; /* "NAME=VALUE", NULL-ended */
	bool run_helper; /* apiKeyHelper is a command: false does not run it */
	const char *managed; /* folder of managed settings; NULL: the usual */
	/* What the command line has instead; NULL: nothing. What the settings
	 * say of the same is then not looked at. */
	const char *given_url;
	const char *given_key;
	bool given_bearer, given_api_key; /* the headers that it goes in */
};

/* A variable of the client that is set somewhere. */
struct setting {
	char *name; /* "ANTHROPIC_BASE_URL" */
	char *value;
	char *source; /* "the environment", "~/.claude/settings.json:4:26" */
	char *file; /* the same without a place; NULL: the environment */
	bool managed; /* it is of a file that only an administrator changes */
	bool secret; /* its value is never printed */
	bool wins; /* false: another source has gone over it */
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
	struct setting *list; /* by name, the winner first */
	size_t count;
	char *base_url; /* "https://api.anthropic.com" if nobody sets it;
			   trimmed, as the client does it */
	char *base_url_source; /* "the default" then */
	char *own_url; /* the same without given_url: whom the credentials of
			  the settings are for */
	struct settings_credential credentials[2];
	size_t credential_count;
	char *model; /* that a session asks for first; an alias ("opus") if
			nothing says what it stands for; NULL: the client's own
			choice */
	char *model_source;
	struct headers extra; /* of ANTHROPIC_CUSTOM_HEADERS, but for those
				 that have become credentials above */
	char *proxy; /* that the base URL is reached through; NULL: none */
	char *proxy_source;
	bool bypassed; /* there is a proxy, but NO_PROXY has the gateway */
	/* NODE_TLS_REJECT_UNAUTHORIZED=0, NODE_EXTRA_CA_CERTS, and
	 * CLAUDE_CODE_CLIENT_CERT and those beside it, where the client could
	 * use them. */
	struct tls_files tls;
	/* Whose word each of these is: the variable, or an option. */
	const char *any_source, *ca_source, *client_source;
	bool discovery; /* of models, is switched on */
	bool helper_waits; /* there is an apiKeyHelper, and it was not run */
	bool cloud; /* the mode of a cloud is on: the client sends requests of
		       that format, to base_url */
	bool no_gateway; /* a base URL is set in a variable that the client does
			    not read, so it would ask somebody else */
};

/*
 * Reads it all. What is wrong with it (both credentials, a file that is no
 * JSON, a .env that nobody reads ...) is added to `to`. -1 only when nothing
 * can be said at all.
 */
int settings_read(struct settings **out, const struct settings_place *place,
		  struct findings *to, struct fail *f);
void settings_free(struct settings *s);

/* The winning value of a variable ("" if it is empty), or NULL: not set. */
const char *settings_get(const struct settings *s, const char *name);

/* The variable has this value or, where that is "1", any word for yes. */
bool settings_has(const struct settings *s, const char *name,
		  const char *value);

/* It is a name that the client translates by itself, such as "opus". */
bool settings_is_model_alias(const char *model);

/* Every value that must not be seen. */
void settings_secrets(const struct settings *s, struct secrets *to);

/* What goes out and where it comes from, for a person: base URL, each header,
 * the variables that matter, each with its source. */
void settings_print(const struct settings *s, struct buf *out);

#endif
