/*
 * Sends an image in the result of a tool: screenshots and pictures that the
 * client reads are sent like that. A refusal is seen at once; a lost image
 * shows only in usage.
 */
#include <inttypes.h>
#include <stdio.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)

/* White, 768 by 768, one bit for each pixel: few bytes, about 790 tokens. */
#define PNG \
	"iVBORw0KGgoAAAANSUhEUgAAAwAAAAMAAQAAAAC7+j0jAAABFklEQVR4nO3NIQEA" \
	"AAACIP+f1hU2OEB6FoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQC" \
	"gUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgE" \
	"AoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAI" \
	"BAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQ" \
	"CAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAg" \
	"EAgEAoFAIBAIBAKBQCAQCAQCgUAgEAgEgq8BaxHww0BebfYAAAAASUVORK5CYII="

/*
 * SURELY more tokens than the small request means that the image was counted.
 * With fewer, the same request is sent without the image, and GROWTH_LEAST more
 * are enough: a model that scales images down counts 64 tokens for it.
 */
enum { SURELY = 500, GROWTH_LEAST = 40 };

#define IMAGE \
	"{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":" \
	"\"image/png\",\"data\":\"" PNG "\"}}"
#define TEXT "{\"type\":\"text\",\"text\":\"A white square.\"}"

static void make_media(const struct doctor *d, struct doctor_call *c,
		       const char *content)
{
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":1,\"tools\":[{\"name\":\"Read\","
		 "\"description\":\"Reads a file.\",\"input_schema\":{"
		 "\"type\":\"object\",\"properties\":{\"file_path\":{\"type\":"
		 "\"string\"}},\"required\":[\"file_path\"]}}],\"messages\":[{"
		 "\"role\":\"user\",\"content\":\"Look at the picture.\"},{"
		 "\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\","
		 "\"id\":\"toolu_ccprobe1\",\"name\":\"Read\",\"input\":{"
		 "\"file_path\":\"/tmp/white.png\"}}]},{\"role\":\"user\","
		 "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
		 "\"toolu_ccprobe1\",\"content\":[%s]}]}]}",
		 content);
}

static void tell_refused(struct doctor *d, const struct doctor_call *c,
			 struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;

	if (status == 0 || status == 401 || status == 403 || status == 429 ||
	    status == 529) {
		step_failed(d, c, out);
	} else {
		step_outcome(c, &what);
		buf_add_text(&out->text, "refused: ");
		buf_add_span(&out->text, buf_span(&what));
	}
	/* If all results are refused, the image is not the reason. */
	if (what.len > 0 && !d->seen.results_refused)
		step_finding(d, out, "DR-MEDIA-REFUSED", c, buf_str(&what),
			     NULL, NULL);
	buf_clear(&what);
}

/* The tokens of the same request without the image; 0: not asked. */
static int64_t tokens_without(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	int64_t n = 0;

	make_media(d, &c, TEXT);
	if (doctor_spare(d) && step_ask(d, &c, out))
		n = step_input_tokens(&c);
	doctor_call_clear(&c);
	return n;
}

static void judge(struct doctor *d, const struct doctor_call *c,
		  struct step_result *out)
{
	int64_t with = step_input_tokens(c), without = d->seen.small_tokens;
	char a[32], b[32];

	if (with > 0 && without > 0 && with < without + SURELY)
		without = tokens_without(d, out);
	if (with <= 0 || without <= 0) {
		buf_add_text(&out->text,
			     "accepted; whether it arrived could not be seen");
		return;
	}
	buf_addf(&out->text,
		 "accepted, %" PRId64 " tokens with one, %" PRId64 " without",
		 with, without);
	if (with >= without + GROWTH_LEAST)
		return;
	snprintf(a, sizeof(a), "%" PRId64, with);
	snprintf(b, sizeof(b), "%" PRId64, without);
	step_finding(d, out, "DR-MEDIA-LOST", c, a, b, NULL);
}

void step_media(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_media(d, &c, IMAGE);
	if (step_ask(d, &c, out)) {
		if (step_is_good(&c))
			judge(d, &c, out);
		else
			tell_refused(d, &c, out);
	}
	doctor_call_clear(&c);
}
