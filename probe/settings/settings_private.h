/*
 * For the files of settings_read(), in the order in which they work:
 *   source.c       reads settings files and their members
 *   source_add.c   checks a settings file and takes its members
 *   places.c       which files there are, in order of weight
 *   known.c        the names that matter
 *   values.c       variables and their sources, the winner first
 *   login.c        what a login stored on the disk
 *   helper.c       apiKeyHelper
 *   credentials.c  which credential is sent in which header
 *   route.c        base URL and proxy;  model.c  the model
 *   route_url.c    secrets in URLs;  settings_finding.c  one finding
 *   check*.c dotenv.c  findings about all this, and their repairs
 *   print.c        prints the settings for a person
 */
#ifndef PROBE_SETTINGS_PRIVATE_H
#define PROBE_SETTINGS_PRIVATE_H

#include "probe/settings/settings.h"
#include "wire/json/jscan.h"

#define SETTINGS_STEP "settings"
#define CLIENT_CERT "CLAUDE_CODE_CLIENT_CERT"
#define CLIENT_KEY "CLAUDE_CODE_CLIENT_KEY"
#define CLIENT_PASSPHRASE "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE"
#define SETTINGS_DEFAULT_URL "https://api.anthropic.com"

/* In order of weight: a later one overrides an earlier one. */
enum source_kind {
	SOURCE_ENVIRONMENT,
	SOURCE_STATE, /* .claude.json, in which the client keeps its state */
	SOURCE_USER,
	SOURCE_PROJECT,
	SOURCE_LOCAL,
	SOURCE_MANAGED,
};

struct source {
	enum source_kind kind;
	char *path;
	char *shown; /* "~/.claude/settings.json" */
	char *text;
	struct span json; /* the text without a byte order mark */
	struct jval root; /* an object */
};

/* What a login stored; NULL: nothing. */
struct login {
	/* An OAuth token with the scope for inference */
	char *token, *token_source;
	/* The token's account has a plan (its default is Opus) */
	bool has_plan;
	char *key, *key_source; /* primaryApiKey */
	struct jval rejected; /* customApiKeyResponses.rejected */
};

struct reading {
	const struct settings_place *place;
	struct settings *s;
	struct findings *to;
	char *config; /* the folder ~/.claude */
	char *state; /* the file ~/.claude.json */
	char *tree; /* root of the git working tree, or NULL */
	struct source *sources;
	size_t source_count;
	char **more; /* "NAME=value" of env blocks, for the helper */
	size_t more_count;
	struct login login;
	char *helper_key; /* what the helper printed; NULL: nothing usable */
};

/* ---- source.c ---- */

/* 1: read; 0: there is no such file; -1: it cannot be read (f). Only a regular
 * file is read; a FIFO does not block. */
int source_text(const char *path, char **out, size_t *len, struct fail *f);

void source_clear(struct source *x);

/* The last member of that name, which is the one that the client takes. */
bool source_member(struct jval object, const char *key, struct jval *out);

/* "~/.claude/settings.json:4:26", yours to free(). */
char *source_place(const struct source *x, struct jval at);

/* The decoded string, yours to free(); NULL if it is none or has a NUL. */
char *source_string(struct jval v);

/* How a path is shown: with "~", or below the project's folder. */
char *source_shown(const struct settings_place *p, const char *path);

/* ---- source_add.c ---- */

/* Reads and adds a source; what is wrong with it becomes a finding. */
void source_add(struct reading *r, enum source_kind kind, const char *path);

/* ---- places.c ---- */

void places_read(struct reading *r);

/* ---- known.c ---- */

enum known_flags {
	KNOWN_SECRET = 1 << 0, /* a credential */
	KNOWN_URL = 1 << 1, /* may have a password inside */
	KNOWN_HEADERS = 1 << 2,
	KNOWN_KEY = 1 << 3, /* of settings files, no variable */
	KNOWN_SLIP =
		1 << 4, /* holds a base URL, and the client does not read it */
	KNOWN_OTHERS = 1 << 5, /* the same, but other programs read it */
};

struct known {
	const char *name;
	unsigned flags;
};

#define KNOWN_LIMIT 128

const struct known *known_find(struct span name);
const struct known *known_nth(size_t n); /* NULL after the last */

/* Its index in the table; KNOWN_LIMIT for a misspelt name. */
size_t known_index(const struct known *k);

/* ---- values.c ---- */

void values_drop_keys(struct settings *s); /* apiKeyHelper, model ... */
void values_clear(struct settings *s);
void values_of_environment(struct reading *r);
void values_of_source(struct reading *r, const struct source *x);

/* The value that counts, or NULL if the name is not set. values_text: its text,
 * or "". */
const struct setting *values_find(const struct settings *s, const char *name);
const char *values_text(const struct settings *s, const char *name);

/* Without white space at both ends, as the client trims; yours to free(). */
char *values_trimmed(const char *text);
bool values_is_true(const char *value); /* 1, true, yes, on */

/* The environment of a program that the client starts; *out is an array that
 * ends with NULL and borrows its texts. */
char **values_environment(const struct reading *r);

/* ---- the others ---- */

void login_read(struct reading *r);
void login_clear(struct login *l);
bool login_rejects(const struct login *l, const char *key);

void helper_run(struct reading *r);

void credentials_resolve(struct reading *r);

void route_resolve(struct reading *r);

/* ---- route_url.c ---- */

/* Appends a URL with what may be a password in it masked. */
void route_url_show(const char *url, struct buf *out);
/* Its user name and password, "" if none. */
struct span route_url_user(const char *url);
/* Its query, without the question mark; "" if there is none. */
struct span route_url_query(const char *url);

/* ---- and the others ---- */

void model_resolve(struct reading *r);

/* The model that the client asks for in place of a retired one; NULL: not
 * retired. */
const char *model_instead(const struct settings *s, const char *model);

void check_all(struct reading *r);
void check_url(struct reading *r);
void settings_check_way(struct reading *r); /* certificates */
void dotenv_check(struct reading *r);

/* ANTHROPIC_CUSTOM_HEADERS, a line each. */
void credentials_read_headers(const char *text, struct headers *out);

/* Adds a finding; words may be NULL. */
void settings_finding(struct reading *r, const char *code, const char *w1,
		      const char *w2, const char *w3);

/* Adds a repair: the variable `name` gets the value in the file of x (or in the
 * shell), or is removed if `value` is NULL. Nothing is added for managed
 * settings, which the user cannot change. */
void settings_mend(struct reading *r, const char *code, const struct setting *x,
		   const char *name, const char *value);

/* The same for a named file; `member` is as in repair.h. */
void settings_mend_file(struct reading *r, const char *code, const char *file,
			const char *member, const char *value);

/* ---- check_mode.c: clouds, gateways, policies, old models ---- */

/* If the base URL of the cloud of `mode` is set: adds findings about what a
 * gateway has to serve in that mode, which `where` switches on. false: no such
 * base URL is set, or the cloud is not known here. */
bool settings_check_cloud(struct reading *r, const char *mode,
			  const char *where);

void settings_check_default(struct reading *r); /* no base URL */
bool settings_check_modes(struct reading *r); /* true: a cloud's mode is on */
void settings_check_allowed(struct reading *r);
void settings_check_model(struct reading *r);

#endif
