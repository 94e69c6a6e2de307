/* Finds what is wrong with answers of status 2xx that Claude Code cannot use:
 * empty, cut, with an error inside, or no message. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probe/refusal/refusal_private.h"
#include "wire/http/event_stream.h"
#include "wire/http/sse.h"

#define FRAME_LIMIT ((size_t)8 * 1024 * 1024)
#define EVENTS_LIMIT 1000000

struct stream {
	size_t events;
	char first[64]; /* the name of the first event */
	bool started, ended, error;
};

static void note_event(struct stream *s, const struct sse_event *e)
{
	struct jval root, v;

	if (e->data_lines == 0)
		return;
	if (s->events++ == 0)
		snprintf(s->first, sizeof(s->first), "%.*s",
			 SPAN_ARG(e->name.len > 0 ? e->name
						  : span_of("(no name)")));
	s->started = s->started || span_is(e->name, "message_start");
	s->ended = s->ended || span_is(e->name, "message_stop");
	s->error = s->error || span_is(e->name, "error");
	if (s->ended || jscan(e->data, &root, NULL) < 0 ||
	    root.type != J_OBJECT)
		return;
	s->error = s->error ||
		   (jscan_member(root, "error", &v) && v.type != J_NULL);
	s->ended = span_is(e->name, "message_delta") &&
		   jscan_member(root, "delta", &v) && v.type == J_OBJECT &&
		   jscan_member(v, "stop_reason", &v) && v.type == J_STRING;
}

static void read_events(struct span body, struct stream *out)
{
	enum sse_step step;
	struct sse_event e;
	bool ended = false;
	struct sse s;

	*out = (struct stream){ .events = 0 };
	sse_init(&s, FRAME_LIMIT);
	sse_feed(&s, body.at, body.len);
	for (size_t n = 0; n < EVENTS_LIMIT; n++) {
		step = ended ? sse_finish(&s, &e) : sse_next(&s, &e);
		if (step == SSE_BAD || (step == SSE_MORE && ended))
			break;
		ended = ended || step == SSE_MORE;
		if (step == SSE_EVENT)
			note_event(out, &e);
	}
	sse_clear(&s);
}

static bool says(struct refusal *out, const char *code, const char *word)
{
	out->code = code;
	if (word)
		refusal_word(out, 0, span_of(word));
	return true;
}

/* An error inside a 2xx answer: its text may name a more exact code. */
static bool inner_error(struct refused *x, const char *code,
			struct refusal *out)
{
	if (x->status >= 400 && refused_by_text(x, out))
		return true;
	refusal_word(out, 0,
		     x->type.len > 0 ? buf_span(&x->type)
				     : span_of("error without a type"));
	refusal_word(out, 1,
		     x->message.len > 0 ? buf_span(&x->message)
					: span_of("(no text)"));
	return says(out, code, NULL);
}

static bool is_cut(const struct refused *x)
{
	enum stream_end end = x->g->end;

	return end != END_CLEAN && end != END_OPEN && end != END_CANCELLED;
}

static bool cut(const struct refused *x, struct refusal *out)
{
	const char *text = x->g->end_text;

	refusal_word(out, 0,
		     span_of(text && *text ? text : end_name(x->g->end)));
	refusal_wordf(out, 1, "%zu", x->g->got_body.len);
	return says(out, "DR-STREAM-CUT", NULL);
}

static bool judge_stream(struct refused *x, struct refusal *out)
{
	struct stream s;
	bool whole = x->g->end == END_CLEAN;

	read_events(x->g->got_body, &s);
	if (s.error)
		return inner_error(x, "DR-STREAM-ERROR", out);
	if (is_cut(x))
		return cut(x, out);
	if (whole && s.events == 0)
		return says(out, "DR-STREAM-EMPTY", "no event at all");
	if (whole && !s.started) {
		refusal_wordf(out, 0, "%zu events, the first `%s`", s.events,
			      s.first);
		return says(out, "DR-STREAM-EMPTY", NULL);
	}
	if (whole && !s.ended) {
		refusal_word(out, 0,
			     span_of("it ends without a stop reason and "
				     "message_stop"));
		refusal_wordf(out, 1, "%zu", x->g->got_body.len);
		return says(out, "DR-STREAM-CUT", NULL);
	}
	return false;
}

static void add_keys(struct jval root, struct refusal *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	for (size_t n = 0; n < 8 && jscan_next(&it, &key, &value); n++)
		buf_addf(&text, "%s%.*s", n > 0 ? ", " : "",
			 SPAN_ARG(span_first(key.text, 40)));
	refusal_word(out, 0,
		     text.len > 0 ? buf_span(&text) : span_of("no members"));
	buf_clear(&text);
}

static bool judge_json(struct refused *x, struct jval root, struct refusal *out)
{
	const char *path = strstr(x->g->target, "/v1/messages");
	struct jval v;

	if (root.type == J_OBJECT &&
	    ((jscan_member(root, "type", &v) && v.type == J_STRING &&
	      jscan_string_is(v, "error")) ||
	     (jscan_member(root, "error", &v) && v.type != J_NULL)))
		return inner_error(x, "DR-ERROR-IN-200", out);
	if (!path || strcasecmp(x->g->method, "POST") != 0 ||
	    strstr(path, "count_tokens"))
		return false;
	if (root.type == J_OBJECT && jscan_member(root, "content", &v) &&
	    v.type == J_ARRAY)
		return false;
	add_keys(root, out);
	return says(out, "DR-NOT-A-MESSAGE", NULL);
}

static bool is_stream(const struct refused *x)
{
	struct span body = x->g->got_body;

	return strcasestr(refused_header(x, "content-type"), "event-stream") ||
	       span_starts(body, "event:") || span_starts(body, "data:");
}

bool refused_success(struct refused *x, struct refusal *out)
{
	struct fail f = FAIL_INIT;
	struct jval root;

	if (strcasecmp(x->g->method, "HEAD") == 0)
		return false;
	if (x->is_page) {
		refused_page(x, out);
		return true;
	}
	if (is_stream(x))
		return judge_stream(x, out);
	if (is_cut(x))
		return cut(x, out);
	if (x->g->end == END_CANCELLED)
		return false;
	if (x->g->got_body.len == 0) {
		refusal_wordf(out, 0, "%d", x->g->status);
		return says(out, "DR-EMPTY-ANSWER", NULL);
	}
	/* Frames of Bedrock are not judged here; `ccprobe run` checks them. */
	if (strcasestr(refused_header(x, "content-type"), EVENT_STREAM_TYPE))
		return false;
	if (jscan(x->g->got_body, &root, &f) < 0)
		return says(out, "DR-BAD-JSON-ANSWER", f.text);
	return judge_json(x, root, out);
}
