/*
 * A case as its file describes it, after `each` was expanded. The format
 * reference is cases/README.md. Reading is strict: any key, subject, operator,
 * step or file that does not exist is an error with file:line:column.
 */
#ifndef PROBE_SUITE_CASEFILE_H
#define PROBE_SUITE_CASEFILE_H

#include "formats/plain.h"
#include "mockupstream/rules.h"
#include "probe/look/expect.h"
#include "probe/suite/clients.h"
#include "probe/suite/keys/keyring.h"
#include "probe/suite/keys/wishes.h"
#include "probe/suite/strain.h"
#include "reports/verdict.h"
#include "wire/bytes/option.h"
#include "wire/bytes/secrets.h"
#include "wire/http/http.h"
#include "wire/json/json.h"

#define CASE_KEY_LEAST 8 /* bytes; a shorter key occurs in ordinary text */
#define CASE_FILE_LIMIT (1024 * 1024)
#define CASE_STEPS_LIMIT 256
#define CASE_CHECKS_LIMIT 256
#define CASE_EACH_LIMIT 256

#define RECORDED_MODEL "claude-opus-5-5" /* what the recordings ask for */

/* How a recorded request is changed before it is sent. Pointers name places
 * in the body; everything around the place keeps its bytes. */
enum edit_kind {
	EDIT_SET, /* replace the value, or add the member */
	EDIT_REMOVE, /* take the member or item out */
	EDIT_INSERT, /* put an item before this index ("-": at the end) */
	EDIT_FILL, /* a string of `number` letters */
	EDIT_BYTES, /* replace the value by raw bytes, JSON or not */
	/* As EDIT_SET, with a subject's value at the time of sending */
	EDIT_TAKE,
};

struct edit {
	enum edit_kind kind;
	char *pointer;
	/* The value as JSON; EDIT_BYTES: the bytes; EDIT_TAKE: "null", until
	 * the value is known */
	char *text;
	size_t text_len;
	uint32_t number;
	struct subject *subject; /* EDIT_TAKE */
};

enum auth_form {
	AUTH_DEFAULT, /* as the target is configured (--auth) */
	AUTH_NONE,
	AUTH_BEARER,
	AUTH_API_KEY,
	AUTH_BOTH,
	AUTH_WRONG_BEARER,
	AUTH_WRONG_API_KEY,
	AUTH_WRONG_BEARER_GOOD_KEY,
	AUTH_GOOD_BEARER_WRONG_KEY,
};

struct request {
	struct http_head head; /* as recorded or written in the case */
	char *body;
	size_t body_len;
	/* Counts the requests that share the body (wire/bytes/shared.h). */
	unsigned *shared;
	bool has_body;
	enum auth_form auth;
	char *key; /* the name of the key to send; NULL: the client's */
	char *wish; /* what it wishes of providers, as JSON; NULL: nothing */
	/* Gets a credential, although it was recorded without one */
	bool keyed;
	struct edit *edits;
	size_t edit_count;
	char *source; /* the fixture's path, or NULL */
	bool marked; /* has the mark by which the mock finds its run */
	char *raw; /* bytes to send instead of all this; NULL: none */
	size_t raw_len;
};

struct live_file { /* a file that exists when a session begins */
	char *name; /* in its folder */
	char *bytes;
	size_t len;
	bool is_text; /* {{...}} is replaced in it */
};

/* A session of the real client; see "Live cases" in cases/README.md. */
struct live_start {
	char *prompt; /* NULL: none */
	char *key; /* the name of its key; NULL: the usual one */
	/* The permission mode; NULL: permissions are not asked for */
	char *mode;
	char **arguments;
	size_t argument_count;
	char **variables; /* "NAME=value"; "NAME" alone: unset it */
	size_t variable_count;
	struct live_file *files;
	size_t file_count;
	bool terminal; /* interactive, in a terminal; false: `-p` */
};

enum step_kind {
	STEP_SEND,
	STEP_UNTIL,
	STEP_RELEASE,
	STEP_CANCEL,
	STEP_READ,
	STEP_AWAIT,
	STEP_RUN,
	STEP_TYPE,
	STEP_SIGNAL
};

struct step {
	enum step_kind kind;
	char *actor; /* "c1"; AWAIT also "u1"; UNTIL, RELEASE: NULL */
	struct request *request; /* SEND */
	struct expect *expect; /* UNTIL */
	char *hold; /* RELEASE: "u1.name" */
	uint32_t within_ms; /* UNTIL, AWAIT; 0: the rest of limit_ms */
	char *note; /* what to report if this is not reached */
	/* UNTIL, AWAIT: missing it fails the case; false: it is a precondition,
	 * and missing it leaves the case undecided */
	bool asks;
	enum effect effect; /* of missing it, if `asks` */
	uint32_t count; /* SEND: how many at once; for "c1" they are c1 to cN */
	bool slow; /* SEND: the client stops reading until READ */
	/* SEND: this and the next steps, two a turn, play a session of so many
	 * turns; 0: they do not */
	uint32_t turns;
	struct live_start *live; /* RUN */
	char *keys; /* TYPE */
	int signal; /* SIGNAL */
};

struct check {
	char *name; /* a sentence a gateway author can act on */
	struct expect expect;
	enum level level;
	enum effect effect; /* of this check; no worse than the case's */
	enum sees sees;
	struct expect
		*when; /* the check is made only if this holds; NULL: always */
	/* Who is to blame for a failure; default: the gateway */
	enum blame blame;
};

enum case_key { CASE_KEY_CLIENT, CASE_KEY_UPSTREAM, CASE_KEYS };

struct casefile {
	/* Path under cases/ without .json; then "/" and the row's id */
	char *id;
	char *area; /* the first part of the id */
	char *path; /* of the file, for messages */
	uint64_t digest; /* of the file's text, to see whether it has changed */
	char *title, *why, *fix;
	enum level level;
	enum effect effect;
	char *effect_seen; /* "2.1.329: defect no-block-stop", or NULL */
	char *effect_reason; /* why no measurement shows it, or NULL */
	char **guards; /* requirement and failure ids */
	size_t guard_count;
	char **needs; /* what the target must claim */
	size_t need_count;
	struct client_range client; /* the releases that it is for */
	char *not_for; /* why the chosen release is none of them; NULL: it is */
	bool slow;
	bool live; /* runs the real client */
	bool once; /* can be run only once against a gateway */
	/* Runs in the lane: the file says so, or a send has no mark */
	bool exclusive;
	enum strain strain; /* what its answers do to a pool of accounts */
	bool black_box; /* decided by the client's side alone */
	enum format client_format; /* that the client speaks */
	/* Formats of the providers that it is for: a bit for each enum format;
	 * 0: any */
	unsigned providers;
	uint32_t provider_count; /* how many providers it needs; 0 and 1: one */
	uint32_t limit_ms;
	struct rules *upstream; /* NULL: the provider's own answers */
	struct step *steps;
	size_t step_count;
	struct check *checks;
	size_t check_count;
	char **files; /* under fixtures/, that the case names */
	size_t file_count;
	bool asks_cost; /* a check is about the cost of the session */
	char *weak[CASE_KEYS]; /* keys that occur in ordinary text */
	struct secrets secrets; /* the other keys, to be masked in reports */
};

/* The cases of a suite, in order of their ids. */
struct casebook {
	struct casefile **list;
	size_t count, cap;
	char *root;
	struct json *renamed; /* cases/renamed.json, or NULL */
	struct clients clients; /* releases that the suite has requests of */
	const char *client; /* the chosen one; NULL: there are none */
	bool weak[CASE_KEYS];
};

struct casebook_values { /* for ${...} in case files */
	const char *client_key; /* ${keys.client} */
	const char *upstream_key; /* ${keys.upstream} */
	const char *wrong_key; /* ${keys.wrong} */
	const char *model; /* ${model}; NULL: RECORDED_MODEL */
	const struct keyring *ring; /* named keys; NULL: none */
	const char *client; /* ${client}; NULL: the newest that is recorded */
};

/* Made-up keys begin with this; a random number follows. */
#define CASE_KEY_MADE "sk-ccprobe-"

/* For reading cases without a run: keys are stand-ins. */
#define CASEBOOK_VALUES_INIT \
	{ \
		.client_key = CASE_KEY_MADE "client", \
		.upstream_key = CASE_KEY_MADE "upstream", \
		.wrong_key = CASE_KEY_MADE "wrong", \
	}

/*
 * Reads the suite below `root`: every .json below cases/, or, if `patterns` is
 * not NULL, only files that may hold a case that a pattern (select.h) names.
 * `values` NULL: CASEBOOK_VALUES_INIT.
 */
int casebook_read(struct casebook *book, const char *root,
		  const struct option_list *patterns,
		  const struct casebook_values *values, struct fail *f);
/* The same for another folder of the suite; a folder that does not exist has no
 * cases. */
int casebook_read_folder(struct casebook *book, const char *root,
			 const char *folder,
			 const struct casebook_values *values, struct fail *f);
/* Reads one file and appends its cases. */
int casefile_read(struct casebook *book, const char *path,
		  const struct casebook_values *values, struct fail *f);
/* The same from text; `name` is the path for messages and for the id. */
int casefile_parse(struct casebook *book, const char *name, struct span text,
		   const struct casebook_values *values, struct fail *f);
/* The names ("cases/errors/x.json") of all case files below `root`, sorted.
 * List and names are yours to free(). */
int casebook_files(char ***out, size_t *count, const char *root,
		   struct fail *f);
/* The case with this id, or with the id that it was renamed to
 * (cases/renamed.json); NULL: there is none. */
const struct casefile *casebook_find(const struct casebook *book,
				     const char *id);
/*
 * Finds the weak keys: short ones, and words that requests and answers contain
 * anyway. Checks for their leaks are undecided, and they are not masked.
 * casebook_read() does this.
 */
void casebook_weigh_keys(struct casebook *book,
			 const struct casebook_values *values);
/* Sets the keys of a case: weak[] and secrets. */
void casefile_take_keys(struct casefile *c, const struct casebook_values *v,
			const bool weak[CASE_KEYS]);
void casebook_clear(struct casebook *book);
void casefile_free(struct casefile *c);

/* Applies the edits to a copy of the body. -1: an edit names no place. */
int request_body(const struct request *r, struct buf *out, struct fail *f);
/* The same with each EDIT_FILL left empty, so that checking the edits does not
 * need megabytes. */
int request_outline(const struct request *r, struct buf *out, struct fail *f);
/* True if a recorded request has to be given a credential: it was recorded in a
 * cloud's mode without one. The client sends a gateway's key with POST only. */
bool request_needs_key(enum format client, const struct http_head *head);
void request_free(struct request *r);

#endif
