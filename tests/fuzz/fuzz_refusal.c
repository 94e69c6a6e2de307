/*
 * Any answer (a head and a body, or a body alone) to a request of the client:
 * what is made of it has a kind, short words and one line for each piece of
 * evidence, and the credential of the request is nowhere in it.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probe/refusal/finding.h"
#include "probe/refusal/refusal.h"
#include "tests/unit/refusal_kit.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(const char *text, const char *allowed)
{
	assert(!strstr(text, KIT_KEY));
	for (; *text; text++)
		assert((unsigned char)*text >= ' ' || strchr(allowed, *text));
}

static void check_evidence(const struct refusal_given *g)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	refusal_evidence(g, &out);
	assert(out.len > 0 && out.at[out.len - 1] == '\n');
	assert(strlen(buf_str(&out)) == out.len);
	check_text(buf_str(&out), "\n");
	buf_clear(&out);
}

/* As doctor uses it: words become printable in a finding. */
static void check_finding(struct refusal *r)
{
	struct findings list = { .list = NULL };

	assert(finding_kind(r->code));
	for (size_t i = 0; i < 3; i++)
		assert(!r->words[i] || !strstr(r->words[i], KIT_KEY));
	findings_add(&list, "fuzz", r->code, (const char *const *)r->words, 3,
		     NULL);
	check_text(list.list[0].headline, "");
	check_text(list.list[0].fix, "");
	findings_clear(&list);
}

static void check_normal(struct span text)
{
	struct buf once = BUF_INIT(BUF_NO_LIMIT),
		   twice = BUF_INIT(BUF_NO_LIMIT);

	refusal_normal(text, &once);
	refusal_normal(buf_span(&once), &twice);
	assert(once.len <= text.len);
	assert(span_equal(buf_span(&once), buf_span(&twice)));
	buf_clear(&once);
	buf_clear(&twice);
}

static void check_answer(const struct http_head *head, struct span sent,
			 struct span body, enum stream_end end)
{
	struct headers fields = { .list = NULL };
	struct refusal_given g = { .method = "POST",
				   .target = "/v1/messages?beta=true",
				   .sent = &fields,
				   .sent_body = sent,
				   .status = head->status,
				   .got = &head->headers,
				   .got_body = body,
				   .end = end,
				   .end_text = end == END_CLEAN ? "" : "cut" };
	struct refusal r;

	headers_add_text(&fields, "x-api-key", KIT_KEY);
	headers_add_text(&fields, "anthropic-beta", KIT_BETAS);
	if (refusal_of(&g, &r))
		check_finding(&r);
	else
		assert(head->status < 300);
	refusal_clear(&r);
	check_evidence(&g);
	headers_clear(&fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span all = span_make(bytes, len), body = all;
	struct http_head head = { .status = 400 };
	struct jval root;
	long used = http_response_read(all, &head, NULL);

	if (used > 0)
		body = span_skip(all, (size_t)used);
	if (used <= 0 || head.status < 200)
		head.status = 400;
	check_answer(&head, span_of(KIT_BODY), body, END_CLEAN);
	/* As a request it says more than the one above only if it is JSON;
	 * its end counts only where it is no error. */
	if (head.status < 300 || jscan(body, &root, NULL) == 0)
		check_answer(&head, body, body, END_CUT);
	check_normal(body);
	http_head_clear(&head);
	return 0;
}
