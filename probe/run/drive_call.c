/* The client's exchanges, by fetch or as raw bytes, and sessions of the real
 * client; all are written into the log. */
#include <stdlib.h>
#include <string.h>

#include "probe/run/drive_private.h"
#include "probe/run/rawsend.h"
#include "wire/bytes/mem.h"

/* Raw bytes after this mark are sent once the answer to those before it is
 * whole. */
#define THEN "{{then}}"
#define ANSWER_LIMIT ((uint64_t)32 * 1024 * 1024)
/* The receive buffer of a slow client. It is small, because some systems would
 * buffer tens of megabytes, and the gateway would never notice that the client
 * does not read. */
#define SLOW_BYTES (64u * 1024)
/* Of answers, in all runs together */
#define HELD_LIMIT ((size_t)64 * 1024 * 1024)

static struct wlog_entry *note_end(struct call *call, enum stream_end end,
				   const char *text)
{
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, drive_since(d), d->run,
					call->actor, call->number, WLOG_END);

	e->end = end;
	wlog_set_text(d->log, e, "%s", text);
	return e;
}

/* Moves the body into the log and returns it, borrowed from there. If the log
 * has no room, the body stays in `o` and SPAN_EMPTY is returned. */
static struct span note_request(struct call *call, struct outgoing *o)
{
	struct drive *d = call->drive;
	struct wlog_entry *e =
		wlog_add(d->log, drive_since(d), d->run, call->actor,
			 call->number, WLOG_REQUEST);

	wlog_set_head(d->log, e, &o->head);
	if (!o->has_body)
		return SPAN_EMPTY;
	e = wlog_add(d->log, drive_since(d), d->run, call->actor, call->number,
		     WLOG_BODY);
	wlog_take_bytes(d->log, e, &o->body);
	return e->bytes ? span_make(e->bytes, e->len) : SPAN_EMPTY;
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e =
		wlog_add(d->log, drive_since(d), d->run, call->actor,
			 call->number, WLOG_RESPONSE);

	(void)ft;
	wlog_set_head(d->log, e, head);
	drive_go_on(d);
}

/* Counts the bytes of answers, so that a gateway that floods all cases at once
 * cannot fill the memory. */
static void hold(struct call *call, size_t len)
{
	struct drive *d = call->drive;

	d->held += len;
	*d->config.held += len;
	if (*d->config.held > HELD_LIMIT && call->fetch)
		call_stop(call, END_BAD,
			  "the answers of all cases at once are too large");
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, drive_since(d), d->run,
					call->actor, call->number, WLOG_DATA);

	(void)ft;
	wlog_set_bytes(d->log, e, bytes);
	hold(call, bytes.len);
	drive_go_on(d);
	return !call->slow;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct call *call = arg;
	struct wlog_entry *e = note_end(call, end->end, end->text);

	(void)ft;
	call->fetch = NULL;
	if (end->end != END_CLEAN) {
		e->stage = end->stage;
		e->tunnel = end->tunnel;
	}
	drive_go_on(call->drive);
}

static const struct fetch_handler handler = { on_head, on_data, on_end };

static void on_raw_head(void *arg, const struct http_head *head)
{
	on_head(arg, NULL, head);
}

static void on_raw_data(void *arg, struct span bytes)
{
	(void)on_data(arg, NULL, bytes);
}

/* Bytes after the end of the answer: the trace shows them, and checks see them
 * as `.extra`. */
static void on_raw_extra(void *arg, struct span bytes)
{
	struct call *call = arg;
	struct drive *d = call->drive;
	struct wlog_entry *e = wlog_add(d->log, drive_since(d), d->run,
					call->actor, call->number, WLOG_NOTE);

	wlog_set_text(d->log, e, "%zu bytes after the answer: %.*s", bytes.len,
		      SPAN_ARG(span_first(bytes, 60)));
	wlog_set_bytes(d->log, e, bytes);
	drive_go_on(d);
}

static void on_raw_end(void *arg, enum stream_end end, enum end_stage stage,
		       const char *text)
{
	struct call *call = arg;
	struct wlog_entry *e = note_end(call, end, text);

	call->raw = NULL;
	if (end != END_CLEAN)
		e->stage = stage;
	drive_go_on(call->drive);
}

static const struct rawsend_handler raw_handler = { on_raw_head, on_raw_data,
						    on_raw_extra, on_raw_end };

struct call *call_add(struct drive *d, const char *actor)
{
	struct call *call = xcalloc(1, sizeof(*call));
	struct call **at = &d->calls;

	call->drive = d;
	call->number = 1;
	snprintf(call->actor, sizeof(call->actor), "%s", actor);
	for (; *at; at = &(*at)->next) {
		if (strcmp((*at)->actor, call->actor) == 0)
			call->number++;
	}
	*at = call;
	return call;
}

int call_start(struct call *call, struct outgoing *o, struct fail *f)
{
	const struct driver_config *config = &call->drive->config;
	struct fetch_request request = {
		.origin = config->gateway,
		.method = o->head.method,
		.target = o->head.target,
		.headers = &o->head.headers,
		.has_body = o->has_body,
		.tls = config->tls,
		.body_limit = ANSWER_LIMIT,
		.receive_bytes = call->slow ? SLOW_BYTES : 0,
	};

	request.body = note_request(call, o);
	request.body_lent = request.body.len > 0;
	if (!request.body_lent)
		request.body = buf_span(&o->body);
	if (fetch_start(&call->fetch, config->fetcher, &request, &handler, call,
			f) == 0)
		return 0;
	note_end(call, END_REFUSED, f->text);
	return -1;
}

/* Logs raw bytes: if they begin with a valid head, as head and body, else all
 * as body. */
static void note_raw(struct call *call, struct span bytes)
{
	struct drive *d = call->drive;
	struct wlog_entry *e =
		wlog_add(d->log, drive_since(d), d->run, call->actor,
			 call->number, WLOG_REQUEST);
	struct http_head head = { .method = NULL };
	long len = http_request_read(bytes, &head, NULL);

	if (len > 0) {
		wlog_set_head(d->log, e, &head);
		bytes = span_skip(bytes, (size_t)len);
	}
	e->raw = true;
	wlog_set_text(d->log, e, WLOG_RAW_TEXT);
	http_head_clear(&head);
	e = wlog_add(d->log, drive_since(d), d->run, call->actor, call->number,
		     WLOG_BODY);
	wlog_set_bytes(d->log, e, bytes);
}

int call_start_raw(struct call *call, struct span bytes, struct fail *f)
{
	const struct driver_config *config = &call->drive->config;

	struct dial_to to = { .origin = config->gateway,
			      .fetcher = config->fetcher,
			      .tls = config->tls };
	struct span next = { NULL, 0 };
	size_t at = span_find(bytes, span_of(THEN));

	if (at != SIZE_MAX) {
		next = span_skip(bytes, at + strlen(THEN));
		bytes = span_first(bytes, at);
	}
	note_raw(call, bytes);
	if (rawsend_start(&call->raw, config->loop, &to, bytes, next,
			  ANSWER_LIMIT, &raw_handler, call, f) == 0)
		return 0;
	note_end(call, END_REFUSED, f->text);
	return -1;
}

static void on_live(void *arg)
{
	struct call *call = arg;

	drive_go_on(call->drive);
}

int call_start_live(struct call *call, const struct live_start *start,
		    struct fail *f)
{
	struct drive *d = call->drive;
	const char *named =
		start->key ? keyring_find(d->config.ring, start->key) : NULL;
	struct live_config config = {
		.loop = d->config.loop,
		.fetcher = d->config.fetcher,
		.program = d->config.program,
		.gateway = d->config.gateway,
		.key = named ? named : d->config.client_key,
		.auth = d->config.auth,
		.extra = d->config.extra,
		.tls = d->config.tls,
		.actor = call->actor,
		.run = d->run,
		.log = d->log,
		.zero = d->config.zero,
		.on_change = on_live,
		.arg = call,
	};

	if (d->folders == NULL && live_place_new(&d->folders, f) < 0)
		return -1;
	config.place = d->folders;
	return live_begin(&call->live, &config, start, f);
}

bool call_close(struct call *call)
{
	bool was_open = call->fetch || call->raw;

	if (call->fetch)
		fetch_cancel(call->fetch);
	if (call->raw)
		rawsend_cancel(call->raw);
	call->fetch = NULL;
	call->raw = NULL;
	return was_open;
}

void call_stop(struct call *call, enum stream_end end, const char *text)
{
	enum end_stage stage = call->fetch ? fetch_stage(call->fetch)
			       : call->raw ? rawsend_stage(call->raw)
					   : STAGE_NONE;

	if (call->live)
		live_end(call->live);
	if (call_close(call))
		note_end(call, end, text)->stage = stage;
}
