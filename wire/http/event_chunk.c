/* Events of a model in frames of Bedrock. */
#include "wire/http/event_chunk.h"

#include <assert.h>

#include "wire/bytes/base64.h"
#include "wire/http/event_stream.h"
#include "wire/json/jscan.h"

static const char padding_of[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static_assert(sizeof(padding_of) - 1 == EVENT_CHUNK_PADDING,
	      "as much as the header promises");

int event_chunk_write(struct buf *out, struct span event, size_t padding)
{
	struct buf payload = BUF_INIT(out->limit);
	int rc = -1;

	assert(padding <= EVENT_CHUNK_PADDING);
	if (buf_add_text(&payload, "{\"bytes\":\"") < 0 ||
	    base64_encode(event, &payload) < 0 ||
	    buf_add_byte(&payload, '"') < 0)
		goto out;
	if (padding > 0 &&
	    buf_addf(&payload, ",\"p\":\"%.*s\"", (int)padding, padding_of) < 0)
		goto out;
	if (buf_add_byte(&payload, '}') == 0)
		rc = event_frame_write_event(out, EVENT_CHUNK,
					     buf_span(&payload));
out:
	buf_clear(&payload);
	return rc;
}

int event_chunk_read(struct span payload, struct buf *out, struct fail *f)
{
	struct buf text = BUF_INIT(payload.len);
	struct jval root, bytes;
	struct fail why = FAIL_INIT;
	int rc = -1;

	if (jscan(payload, &root, &why) < 0) {
		fail_set(f, FAIL_SYNTAX, "the chunk is no JSON (%s)", why.text);
	} else if (!jscan_member(root, "bytes", &bytes) ||
		   bytes.type != J_STRING) {
		fail_set(f, FAIL_SYNTAX, "the chunk has no member 'bytes'");
	} else if (jscan_string(bytes, &text) < 0 ||
		   base64_decode(buf_span(&text), out) < 0) {
		fail_set(f, FAIL_SYNTAX,
			 "the member 'bytes' of the chunk is no base64, or "
			 "holds more than %zu bytes",
			 out->limit);
	} else {
		rc = 0;
	}
	buf_clear(&text);
	return rc;
}
