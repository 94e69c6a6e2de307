/* Builds logs of both sides of a gateway, and gets the causes from them. */
#ifndef TESTS_BEHAVIOUR_KIT_H
#define TESTS_BEHAVIOUR_KIT_H

#include "tests/unit/makelog.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/causes/causes.h"
#include "wire/bytes/mem.h"

#define KEY "client-key-1234"
#define WRONG "wrong-key-5678"
#define UPSTREAM "upstream-key-9012"

#define HEAD \
	"POST /v1/messages?beta=true HTTP/1.1\n" \
	"anthropic-version: 2023-06-01\n"
#define CLIENT HEAD "authorization: Bearer " KEY "\n"
#define PROVIDER HEAD "x-api-key: " UPSTREAM "\n"

#define OVERLOADED \
	"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"," \
	"\"message\":\"Overloaded\"}}"

#define EVENT(name, data) "event: " name "\ndata: " data "\n\n"
#define START EVENT("message_start", "{\"type\":\"message_start\"}")
#define PING EVENT("ping", "{\"type\":\"ping\"}")
#define BLOCK(n, type) \
	EVENT("content_block_start", \
	      "{\"type\":\"content_block_start\",\"index\":" n \
	      ",\"content_block\":{\"type\":\"" type "\"}}")
#define DELTA(n, type, key, text) \
	EVENT("content_block_delta", \
	      "{\"type\":\"content_block_delta\",\"index\":" n \
	      ",\"delta\":{\"type\":\"" type "\",\"" key "\":\"" text "\"}}")
#define TEXT(n, text) DELTA(n, "text_delta", "text", text)
#define CLOSE(n) \
	EVENT("content_block_stop", \
	      "{\"type\":\"content_block_stop\",\"index\":" n "}")
#define STOP EVENT("message_stop", "{\"type\":\"message_stop\"}")
#define THOUGHT(n) \
	BLOCK(n, "thinking") \
	DELTA(n, "signature_delta", "signature", "abcdef") CLOSE(n)

struct bench { /* one run after another */
	struct wlog log;
	struct causes *causes;
	struct run_report report;
	struct result results[4];
	struct outcome outcomes[4];
};

static inline int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct causes_keys keys = { KEY, WRONG, UPSTREAM, false, false, NULL };

	wlog_init(&b->log, (size_t)64 * 1024 * 1024);
	b->causes = causes_new(&keys);
	b->report.list = b->results;
	*state = b;
	return 0;
}

static inline int tear_down(void **state)
{
	struct bench *b = *state;

	wlog_clear(&b->log);
	causes_free(b->causes);
	cause_list_free(b->report.causes, b->report.cause_count);
	free(b);
	return 0;
}

/* Ends the run in the log; `expect` is the check that failed, or NULL. */
static inline void end_run(struct bench *b, const char *id, const char *expect)
{
	size_t n = b->report.count++;
	struct view v;

	b->outcomes[n] = (struct outcome){ .name = (char *)"it is so",
					   .expect = (char *)expect,
					   .verdict = VERDICT_FAIL };
	b->results[n] = (struct result){
		.id = (char *)id,
		.verdict = expect != NULL ? VERDICT_FAIL : VERDICT_PASS,
		.outcomes = &b->outcomes[n],
		.outcome_count = expect != NULL ? 1 : 0,
	};
	view_of(&v, &b->log, RUN);
	causes_add(b->causes, &v, &b->results[n]);
	view_clear(&v);
	wlog_clear(&b->log);
	wlog_init(&b->log, (size_t)64 * 1024 * 1024);
}

static inline const struct cause *settled(struct bench *b, const char *id)
{
	if (b->report.causes == NULL)
		causes_settle(b->causes, &b->report);
	for (size_t i = 0; i < b->report.cause_count; i++)
		if (strcmp(b->report.causes[i].id, id) == 0)
			return &b->report.causes[i];
	return NULL;
}

/* Asserts that the cause exists and explains the first run's failure; returns
 * it. */
static inline const struct cause *explains(struct bench *b, const char *id)
{
	const struct cause *c = settled(b, id);

	if (c == NULL || b->results[0].cause == 0)
		for (size_t i = 0; i < b->report.cause_count; i++)
			print_message("seen: %s\n", b->report.causes[i].id);
	assert_non_null(c);
	assert_int_not_equal(b->results[0].cause, 0);
	assert_string_equal(b->report.causes[b->results[0].cause - 1].id, id);
	assert_true(c->case_count > 0);
	return c;
}

static inline void put_body(struct bench *b, const char *actor, unsigned n,
			    const char *body)
{
	put_bytes(&b->log, actor, n, WLOG_BODY, body);
}

/* Adds both sides of a request, without an answer yet. */
static inline void put_both(struct bench *b, const char *client,
			    const char *sent, const char *provider,
			    const char *got)
{
	put_request(&b->log, "c1", 1, client);
	put_body(b, "c1", 1, sent);
	put_request(&b->log, "u1", 1, provider);
	put_body(b, "u1", 1, got);
}

static inline void put_answer(struct bench *b, const char *actor,
			      const char *head, const char *body)
{
	put_response(&b->log, actor, 1, head);
	put_bytes(&b->log, actor, 1, WLOG_DATA, body);
	put_end(&b->log, actor, 1, END_CLEAN);
}

static inline void put_answers(struct bench *b, const char *head,
			       const char *was, const char *is)
{
	put_answer(b, "u1", head, was);
	put_answer(b, "c1", head, is);
}

/* All causes except the credential's, a line each: id, headline and first
 * example. To be freed. */
static inline char *told(struct bench *b)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	char *text;

	settled(b, "");
	for (size_t i = 0; i < b->report.cause_count; i++) {
		const struct cause *c = &b->report.causes[i];
		const struct cause_example *e = &c->examples[0];

		if (strcmp(c->kind, "credential-replaced") == 0)
			continue;
		buf_addf(&out, "%s | %s", c->id, c->headline);
		if (c->example_count > 0)
			buf_addf(&out, " | %s > %s", e->sent ? e->sent : "-",
				 e->got ? e->got : "-");
		buf_add_byte(&out, '\n');
	}
	text = xstrdup(buf_str(&out));
	buf_clear(&out);
	return text;
}

static inline void assert_told(struct bench *b, const char *wanted)
{
	char *text = told(b);

	assert_string_equal(text, wanted);
	free(text);
}

#endif
