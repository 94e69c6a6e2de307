/*
 * A case as its file says, after `each` was expanded. The format reference is
 * cases/README.md. Reading is strict: any key, subject, operator, step or file
 * that does not exist is an error with file:line:column.
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

#define CASE_KEY_LEAST 8 /* bytes; a shorter key stands in all sorts of texts */
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
	EDIT_TAKE, /* as EDIT_SET, by what a subject is when it is sent */
};

struct edit {
	enum edit_kind kind;
	char *pointer;
	char *text; /* the raw JSON of the value; EDIT_BYTES: the bytes;
		       EDIT_TAKE: what stands for it until it is known */
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
	unsigned *
		shared; /* the body, with other requests (wire/bytes/shared.h) */
	bool has_body;
	enum auth_form auth;
	char *key; /* the name of the key that is shown; NULL: the usual one */
	char *wish; /* what it wishes of providers, as JSON; NULL: nothing */
	bool keyed; /* it gets a credential, though it was recorded without */
	struct edit *edits;
	size_t edit_count;
	char *source; /* the fixture's path, or NULL */
	bool marked; /* it carries the mark that tells the mock whose it is */
	char *raw; /* what goes to the socket instead of all that; NULL: none */
	size_t raw_len;
};

struct live_file { /* that is there when a session begins */
	char *name; /* in its folder */
	char *bytes;
	size_t len;
	bool is_text; /* words in {{}} are replaced in it */
};

/* A session of the real client; see "Live cases" in cases/README.md. */
struct live_start {
	char *prompt; /* NULL: none */
	char *mode; /* of permissions; NULL: nothing is asked */
	char **arguments;
	size_t argument_count;
	char **variables; /* "NAME=value"; "NAME" alone is not set */
	size_t variable_count;
	struct live_file *files;
	size_t file_count;
	bool terminal; /* the user sits before one; else it is `-p` */
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
	uint32_t within_ms; /* UNTIL, AWAIT; 0: what is left of limit_ms */
	char *note; /* the sentence that fails if this is not reached */
	bool asks; /* UNTIL, AWAIT: it is what the case asks; otherwise a
		      precondition, without which nothing can be said */
	enum effect effect; /* of its failing, where it asks */
	uint32_t count; /* SEND: how many at once; from c1 on, c1 to cN */
	bool slow; /* SEND: the client reads no more until READ */
	uint32_t turns; /* SEND: with the steps after it, two a turn, it plays
			   a session of so many; 0: it does not */
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
		*when; /* NULL, or: the check is made only where it holds */
	enum blame blame; /* whom a failure points to; default gateway */
};

enum case_key { CASE_KEY_CLIENT, CASE_KEY_UPSTREAM, CASE_KEYS };

struct casefile {
	char *id; /* path under cases/ without .json, "/" and the each-id */
	char *area; /* the first part of the id */
	char *path; /* of the file, for messages */
	uint64_t digest; /* of the file's text: has it changed since? */
	char *title, *why, *fix;
	enum level level;
	enum effect effect;
	char *effect_seen; /* "2.1.329: defect no-block-stop", or NULL */
	char *effect_reason; /* why no measurement shows it, or NULL */
	char **guards; /* requirement and failure ids */
	size_t guard_count;
	char **needs; /* what the target must claim */
	size_t need_count;
	struct client_range client; /* releases it is for */
	char *not_for; /* the chosen one is none of them: why; or NULL */
	bool slow;
	bool live; /* the real client takes part */
	bool once; /* a gateway can be asked it only once */
	bool exclusive; /* asked for, or a send without a mark */
	enum strain strain; /* what its answers do to a pool of accounts */
	bool black_box; /* the client's side alone decides it */
	enum format client_format; /* that the client speaks */
	unsigned providers; /* what may stand behind the gateway: a bit for
			       each enum format; 0: any will do */
	uint32_t provider_count; /* that have to stand behind the gateway; 0, 1:
				    the one that always does */
	uint32_t limit_ms;
	struct rules *upstream; /* NULL: the provider's own answers */
	struct step *steps;
	size_t step_count;
	struct check *checks;
	size_t check_count;
	char **files; /* under fixtures/, that requests and checks name */
	size_t file_count;
	bool asks_cost; /* a check is about what the session costs */
	char *weak[CASE_KEYS]; /* keys that cannot be told from other text */
	struct secrets secrets; /* the others, to be masked of what is
				   told */
};

/* The folder with cases/, fixtures/ and targets/, as `suite`. Reads every
 * .json below cases/ in order of id. */
struct casebook {
	struct casefile **list;
	size_t count, cap;
	char *root;
	struct json *renamed; /* cases/renamed.json, or NULL */
	struct clients clients; /* that the suite has requests of */
	const char *client; /* the chosen one; NULL: there are none */
	bool weak[CASE_KEYS];
};

struct casebook_values { /* for ${...} in case files */
	const char *client_key; /* ${keys.client} */
	const char *upstream_key; /* ${keys.upstream} */
	const char *wrong_key; /* ${keys.wrong} */
	const char *model; /* ${model}; NULL: RECORDED_MODEL */
	const struct keyring *ring; /* keys with names; NULL: none */
	const char *client; /* ${client}; NULL: the newest that is recorded */
};

/* Keys that are made up begin so; random letters follow. */
#define CASE_KEY_MADE "sk-ccprobe-"

/* For a look at cases, with stand-ins for the keys. */
#define CASEBOOK_VALUES_INIT \
	{ \
		.client_key = CASE_KEY_MADE "client", \
		.upstream_key = CASE_KEY_MADE "upstream", \
		.wrong_key = CASE_KEY_MADE "wrong", \
	}

/*
 * Reads the files that may hold what a pattern of select.h names, since the id
 * of a case begins with the path of its file. `patterns` NULL: all files.
 * `values` NULL: CASEBOOK_VALUES_INIT.
 */
int casebook_read(struct casebook *book, const char *root,
		  const struct option_list *patterns,
		  const struct casebook_values *values, struct fail *f);
/* The same of another folder of the suite; none of that name is an empty one. */
int casebook_read_folder(struct casebook *book, const char *root,
			 const char *folder,
			 const struct casebook_values *values, struct fail *f);
/* Reads one file and appends what it expands to. */
int casefile_read(struct casebook *book, const char *path,
		  const struct casebook_values *values, struct fail *f);
/* The same from text; `name` is the path that messages and the id come from. */
int casefile_parse(struct casebook *book, const char *name, struct span text,
		   const struct casebook_values *values, struct fail *f);
/* Names ("cases/errors/x.json") of all case files below root, in order. */
int casebook_files(char ***out, size_t *count, const char *root,
		   struct fail *f);
/* Case of this id, or of the id that it has today (cases/renamed.json); or
 * NULL. */
const struct casefile *casebook_find(const struct casebook *book,
				     const char *id);
/*
 * Which keys are weak: short, or a part of what clients and providers say
 * anyway. Their leaks are undecided, and nobody masks them. Reading a book
 * does this.
 */
void casebook_weigh_keys(struct casebook *book,
			 const struct casebook_values *values);
/* A case that was read takes up its keys. */
void casefile_take_keys(struct casefile *c, const struct casebook_values *v,
			const bool weak[CASE_KEYS]);
void casebook_clear(struct casebook *book);
void casefile_free(struct casefile *c);

/* Applies the edits to a copy of the body. -1: an edit names no place. */
int request_body(const struct request *r, struct buf *out, struct fail *f);
/* The same with each EDIT_FILL left empty: a look at the edits need not hold
 * the megabytes that are sent. */
int request_outline(const struct request *r, struct buf *out, struct fail *f);
/* A request of a client in that format has to be given a credential: it was
 * recorded in a mode that leaves this to the gateway, and what the client then
 * sends of a gateway's own goes with POST only. */
bool request_needs_key(enum format client, const struct http_head *head);
void request_free(struct request *r);

#endif
