/*
 * Planted faults, for the test build only: ways in which real gateways break,
 * each a row of a table. hooks.c carries out the planted rows in the functions
 * of gateway/hooks.h. A row holds an edit of a JSON document where that is
 * enough, and a function where it is not.
 */
#ifndef GATEWAY_FAULTS_FAULTS_H
#define GATEWAY_FAULTS_FAULTS_H

#include "gateway/ledger/record.h"
#include "gateway/pool/cascade.h"
#include "gateway/pool/pool.h"
#include "gateway/reply.h"
#include "wire/bytes/option.h"
#include "wire/json/jscan.h"

/* A fault's memory of one relay; cleared with it. */
struct slot {
	const struct fault *fault;
	struct buf kept, spare;
	/* bytes of `kept` already searched for the end of a frame */
	size_t looked;
	unsigned count;
	bool is_set;
};

/*
 * A change at every place whose JSON pointer matches the glob `path` ('*' spans
 * '/'), and whose object has this "type", and whose text is `was`, where they
 * are given. Without `with`, `first`, `last` and `key` the place is dropped.
 */
struct fault_edit {
	const char *path, *type, *was;
	bool once; /* only the first place */
	const char *with; /* replaces the value */
	const char *first, *last; /* added to the container */
	const char *key; /* the member gets this name */
};

/* What a fault does with an answer whose head has come. */
enum take {
	TAKE_NOT, /* nothing: the answer goes on */
	TAKE_HOLD, /* the head goes out with the first byte */
	TAKE_OVER, /* the fault has answered, or asked again */
};

struct fault {
	const char *name, *about;

	/* ---- the request ---- */
	bool lenient; /* accept any framing */
	bool by_hand; /* by_hand.c reads the requests */
	bool head_as_get; /* by_hand.c changes HEAD into GET */
	/* true: it is answered here, or never */
	bool (*arrived)(struct relay *r);
	enum auth (*auth)(struct relay *r, enum auth verdict);
	bool (*ready)(struct relay *r, struct slot *s); /* true: not yet */
	/* Changes of the client's request before it is translated. */
	struct fault_edit client_edit;
	void (*client)(struct span from, struct buf *to);
	void (*fields)(struct relay *r, struct headers *h);
	struct fault_edit body_edit;
	void (*body)(struct span from, struct buf *to);
	void (*request)(struct relay *r, struct fetch_request *request);

	/* ---- the answer ---- */
	/* the upstream's status, and the client's */
	int status_from, status_to;
	const char *hides; /* header fields, a glob of lower case */
	enum take (*response)(struct relay *r, struct slot *s,
			      const struct http_head *head,
			      struct relay_answer *a);
	/* does it change this answer's body? */
	bool (*applies)(const struct relay *r);
	struct fault_edit reply_edit; /* of a whole JSON body */
	void (*reply)(struct relay *r, struct span from, struct buf *to);
	struct fault_edit frame_edit; /* of the data of events */
	const char *event; /* only events of this name */
	/* One whole frame, with its blank line. */
	void (*frame)(struct slot *s, struct span frame, struct buf *out);
	/* A piece of the body as it came. */
	void (*piece)(struct slot *s, struct span bytes, struct buf *out);
	/* The upstream's answer has ended. true: ours goes on. */
	bool (*again)(struct relay *r, struct slot *s, enum stream_end end);
	void (*end)(struct slot *s, struct buf *out, enum stream_end *end);

	/* ---- where there are several providers ---- */
	void (*choice)(struct wish *wish, struct pool_asked *asked);
	bool (*fails)(const struct relay *r, enum cascade_end end, int status,
		      bool fails);
	bool resumes; /* asks another provider in the middle of an answer */
	const char *(*model)(const struct relay *r, const char *name);

	/* ---- where keys have limits ---- */
	const char *lifts; /* the limit that is not enforced */
	int64_t (*cost)(const struct record_row *record, int64_t cost);

	/* ---- the rest ---- */
	bool (*outlives)(const struct relay *r);
	/* of an answer that the gateway makes itself */
	struct fault_edit own_edit;
	void (*local)(struct relay *r, struct gate_reply *reply);
	void (*done)(struct relay *r, struct slot *s);
};

/* Tables that end with a NULL name. */
extern const struct fault faults_of_routes[];
extern const struct fault faults_of_auth[];
extern const struct fault faults_of_headers[];
extern const struct fault faults_of_bodies[];
extern const struct fault faults_of_turns[];
extern const struct fault faults_of_answers[];
extern const struct fault faults_of_errors[];
extern const struct fault faults_of_events[];
extern const struct fault faults_of_bytes[];
extern const struct fault faults_of_flow[];
extern const struct fault faults_of_framing[];
extern const struct fault faults_of_providers[];
extern const struct fault faults_of_safeguards[];
extern const struct fault faults_of_translation[];
extern const struct fault faults_of_translated_clients[];
extern const struct fault faults_of_translated_answers[];
extern const struct fault faults_of_bridges[];
extern const struct fault faults_of_responses[];
extern const struct fault faults_of_responses_answers[];
extern const struct fault faults_of_clouds[];
extern const struct fault faults_of_cloud_answers[];
extern const struct fault faults_of_threads[];
extern const struct fault faults_of_sessions[];
extern const struct fault faults_of_pools[];
extern const struct fault faults_of_keys[];

/* ---- faults.c ---- */

int faults_plant(const struct option_list *names, struct fail *f);
void faults_print(void);

/* The planted ones, ended by NULL. */
const struct fault *const *faults_planted(void);

/* ---- relays.c: how many are under way ---- */

void fault_relay_began(void);
void fault_relay_ended(void);
size_t fault_relay_count(void);

/* ---- help for the rows ---- */

/* false: no place matched, or it is no JSON; nothing is added. */
bool edit_apply(const struct fault_edit *e, struct span doc, struct buf *out);

const char *fault_client_header(const struct relay *r, const char *name);

/* Holds back the bytes of an answer, and sends them all at its end. */
void fault_keep(struct slot *s, struct span bytes, struct buf *out);
void fault_give(struct slot *s, struct buf *out, enum stream_end *end);

/* Writes an object without the members that are not known; keys come with
 * quotes. What is no object stays as it is. */
void fault_pick_members(struct span from, bool (*is_known)(struct span key),
			struct buf *to);
/* Takes a beta out of the list. */
void fault_drop_beta(struct headers *h, const char *beta);

/* Does the request's body have something at this pointer? */
bool fault_asks_for(const struct relay *r, const char *pointer);
/* If the body has it, refuses the request without saying why. */
bool fault_refuse(struct relay *r, const char *pointer);
bool fault_is_stream(const struct relay *r); /* is the answer a stream? */
/* the query is ignored */
bool fault_is_path(const struct relay *r, const char *path);
void fault_answer(struct relay *r, int status, const char *type,
		  const char *body);
/* Replaces an answer of the gateway's own by this one. */
void fault_become(struct gate_reply *reply, int status, const char *type,
		  const char *body);

extern const char fault_html[]; /* the page of a proxy */

/* ---- fault_translate_answer.c ---- */

/* Writes the events that end a message well. */
void fault_end_message(struct buf *out);

/* ---- frame.c ---- */

struct frame {
	/* of the first such line; empty if there is none */
	struct span name, data;
};

/* The bytes up to the end of the first blank line; 0: it has not come. */
size_t frame_len(struct span bytes);
struct frame frame_read(struct span frame);
void frame_write(struct buf *out, const char *name, const char *data);
/* Writes the frame with other data. */
void frame_write_data(struct buf *out, struct span frame, struct span data);
bool frame_is(struct span frame, const char *name);
/* A member of its data, by pointer. */
bool frame_find(struct span frame, const char *pointer, struct jval *out);

#endif
