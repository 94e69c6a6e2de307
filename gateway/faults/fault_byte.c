/* Faults of streams as bytes: buffering, segmentation, line ends, the end. */
#include "gateway/faults/faults.h"

static void keep_4k(struct slot *s, struct span bytes, struct buf *out)
{
	buf_add_span(&s->kept, bytes);
	if (s->kept.len < 4096)
		return;
	buf_add_span(out, buf_span(&s->kept));
	buf_reset(&s->kept);
}

/* The caller splits the stream into frames, in `kept`; two frames wait in
 * `spare`. */
static void keep_two(struct slot *s, struct span frame, struct buf *out)
{
	buf_add_span(&s->spare, frame);
	if (++s->count % 2 != 0)
		return;
	buf_add_span(out, buf_span(&s->spare));
	buf_reset(&s->spare);
}

static void give_spare(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)end;
	buf_add_span(out, buf_span(&s->spare));
	buf_reset(&s->spare);
}

/* Passes whole frames only; that does harm only when a frame is cut off. */
static void whole_frames(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (frame_len(frame) > 0)
		buf_add_span(out, frame);
}

static void cr_to_nothing(struct slot *s, struct span bytes, struct buf *out)
{
	(void)s;
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.at[i] != '\r')
			buf_add_byte(out, bytes.at[i]);
}

static void lf_to_crlf(struct slot *s, struct span bytes, struct buf *out)
{
	(void)s;
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.at[i] == '\n')
			buf_add_byte(out, '\r');
		if (bytes.at[i] != '\r')
			buf_add_byte(out, bytes.at[i]);
	}
}

/* Ends frames with LF CR LF, for which clients wait until the stream ends. */
static void mixed_ends(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (!span_ends(frame, "\n\n")) {
		buf_add_span(out, frame);
		return;
	}
	buf_add_span(out, span_first(frame, frame.len - 1));
	buf_add_text(out, "\r\n");
}

static void reformat(struct slot *s, struct span frame, struct buf *out)
{
	struct frame parts = frame_read(frame);

	(void)s;
	if (parts.data.len == 0) {
		buf_add_span(out, frame);
		return;
	}
	buf_addf(out, "data:%.*s\n", SPAN_ARG(parts.data));
	buf_addf(out, "event:%.*s\n\n", SPAN_ARG(parts.name));
}

static void padded_names(struct slot *s, struct span frame, struct buf *out)
{
	struct frame parts = frame_read(frame);

	(void)s;
	if (parts.data.len == 0) {
		buf_add_span(out, frame);
		return;
	}
	buf_addf(out, "event: %.*s \ndata: %.*s\n\n", SPAN_ARG(parts.name),
		 SPAN_ARG(parts.data));
}

static void first_line_only(struct slot *s, struct span frame, struct buf *out)
{
	struct frame parts = frame_read(frame);

	(void)s;
	if (parts.data.len == 0 || parts.name.len == 0) {
		buf_add_span(out, frame);
		return;
	}
	buf_addf(out, "event: %.*s\ndata: %.*s\n\n", SPAN_ARG(parts.name),
		 SPAN_ARG(parts.data));
}

static void small_lines(struct slot *s, struct span frame, struct buf *out)
{
	(void)s;
	if (frame.len <= 64 * 1024)
		buf_add_span(out, frame);
}

/* Decodes each piece by itself, as if characters were never divided. */
static void decode_piece(struct slot *s, struct span bytes, struct buf *out)
{
	(void)s;
	while (bytes.len > 0) {
		size_t len = span_utf8_step(bytes);

		if (len > 0)
			buf_add(out, bytes.at, len);
		else
			buf_add_text(out, "\xef\xbf\xbd");
		bytes = span_skip(bytes, len > 0 ? len : 1);
	}
}

static void drops_last_newline(struct slot *s, struct buf *out,
			       enum stream_end *end)
{
	(void)end;
	if (span_ends(buf_span(&s->kept), "\n"))
		buf_cut(&s->kept, s->kept.len - 1);
	buf_add_span(out, buf_span(&s->kept));
	buf_reset(&s->kept);
}

/* Holds the last byte back, so that it can be left out. */
static void keep_last(struct slot *s, struct span bytes, struct buf *out)
{
	buf_add_span(&s->kept, bytes);
	buf_add_span(out, span_first(buf_span(&s->kept), s->kept.len - 1));
	buf_drop(&s->kept, s->kept.len - 1);
}

static void adds_bom(struct slot *s, struct span bytes, struct buf *out)
{
	if (!s->is_set)
		buf_add_text(out, "\xef\xbb\xbf");
	s->is_set = true;
	buf_add_span(out, bytes);
}

/* ---- the end ---- */

static void cut_is_clean(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)s;
	(void)out;
	if (*end == END_CUT)
		*end = END_CLEAN;
}

static void reset_is_clean(struct slot *s, struct buf *out,
			   enum stream_end *end)
{
	(void)s;
	(void)out;
	if (*end == END_RESET)
		*end = END_CLEAN;
}

static void clean_is_cut(struct slot *s, struct buf *out, enum stream_end *end)
{
	(void)s;
	(void)out;
	*end = END_CUT;
}

static bool never_ends(struct relay *r, struct slot *s, enum stream_end end)
{
	(void)s;
	return r->is_stream && r->status != 0 && end == END_CLEAN;
}

static bool never_ends_after_cut(struct relay *r, struct slot *s,
				 enum stream_end end)
{
	(void)s;
	return r->is_stream && r->status != 0 && end != END_CLEAN;
}

/* Keeps the relay from cutting a stream without a byte. */
static bool empty_is_clean(struct relay *r, struct slot *s, enum stream_end end)
{
	(void)s;
	if (end == END_CLEAN && r->bytes == 0)
		r->is_stream = false;
	return false;
}

/* ---- the head ---- */

static enum take holds_head(struct relay *r, struct slot *s,
			    const struct http_head *head,
			    struct relay_answer *a)
{
	(void)s;
	(void)head;
	(void)a;
	return r->is_stream ? TAKE_HOLD : TAKE_NOT;
}

static void decompresses(struct relay *r, struct fetch_request *request)
{
	(void)r;
	request->decompress = true;
}

static enum take keeps_label(struct relay *r, struct slot *s,
			     const struct http_head *head,
			     struct relay_answer *a)
{
	const char *coding = headers_get(&head->headers, "content-encoding");

	(void)r;
	(void)s;
	if (coding) {
		headers_set(&a->headers, "content-encoding", coding);
		a->length = VISIT_CHUNKED;
	}
	return TAKE_NOT;
}

#define STREAMS .applies = fault_is_stream

const struct fault faults_of_bytes[] = {
	{ .name = "buffers-all",
	  .about = "sends a stream only when it is complete",
	  STREAMS,
	  .piece = fault_keep,
	  .end = fault_give },
	{ .name = "buffers-4k",
	  .about = "sends a stream in blocks of 4 KB",
	  STREAMS,
	  .piece = keep_4k,
	  .end = fault_give },
	{ .name = "buffers-events",
	  .about = "sends events two at a time",
	  STREAMS,
	  .frame = keep_two,
	  .end = give_spare },
	{ .name = "drops-unfinished-frame",
	  .about = "drops the last frame of a stream that was cut off",
	  .frame = whole_frames },
	{ .name = "crlf-to-lf",
	  .about = "removes CR from streams",
	  STREAMS,
	  .piece = cr_to_nothing },
	{ .name = "lf-to-crlf",
	  .about = "writes CRLF for LF in streams",
	  STREAMS,
	  .piece = lf_to_crlf },
	{ .name = "mixed-newlines",
	  .about = "ends frames with LF CR LF",
	  .frame = mixed_ends },
	{ .name = "reformats-sse",
	  .about = "writes frames anew: data before event, no blanks",
	  .frame = reformat },
	{ .name = "pads-event-names",
	  .about = "writes a blank after event names",
	  .frame = padded_names },
	{ .name = "first-data-line-only",
	  .about = "relays only the first data line of an event, and drops "
		   "comments",
	  .frame = first_line_only },
	{ .name = "drops-long-frames",
	  .about = "drops events over 64 KB",
	  .frame = small_lines },
	{ .name = "utf8-per-chunk",
	  .about = "decodes each chunk as text by itself",
	  STREAMS,
	  .piece = decode_piece },
	{ .name = "drops-last-frame-newline",
	  .about = "leaves out the last newline of a stream",
	  STREAMS,
	  .piece = keep_last,
	  .end = drops_last_newline },
	{ .name = "adds-bom",
	  .about = "begins streams with a byte order mark",
	  STREAMS,
	  .piece = adds_bom },
	{ .name = "cut-ends-cleanly",
	  .about = "ends an answer cleanly that was cut off",
	  .end = cut_is_clean },
	{ .name = "reset-ends-cleanly",
	  .about = "ends an answer cleanly that was reset",
	  .end = reset_is_clean },
	{ .name = "clean-ends-cut",
	  .about = "closes complete streams without the end of the framing",
	  STREAMS,
	  .end = clean_is_cut },
	{ .name = "no-eof-after-stop",
	  .about = "keeps a complete stream open",
	  .again = never_ends },
	{ .name = "no-eof-after-cut",
	  .about = "keeps a stream open whose upstream is gone",
	  .again = never_ends_after_cut },
	{ .name = "empty-stream-clean",
	  .about = "relays an empty stream as a success",
	  .again = empty_is_clean },
	{ .name = "holds-head-until-first-byte",
	  .about = "sends the head of a stream only with its first byte",
	  .response = holds_head },
	{ .name = "decompresses-wrong",
	  .about = "decompresses answers and still calls them compressed",
	  .request = decompresses,
	  .response = keeps_label },
	{ .name = NULL },
};
