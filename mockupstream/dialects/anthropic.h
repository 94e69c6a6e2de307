/*
 * The answers of ccmock without a script: a believable first-party provider,
 * which echoes the prompt and calls the tools that the prompt asks for.
 *
 *	[tool:NAME {"json": ...}]
 *
 * in the newest user text that has such markers makes the provider call tool
 * NAME, if the request declares it; several are called one after another, the
 * n-th once n - 1 tool results have come back. After the last result, and
 * without markers, it says "You said: " and the last words of the prompt.
 * "[tools: NAME {...}; NAME {...}]" calls them in one turn. A tool that is not
 * loaded yet is searched for first. "[search: words]" and "[fetch: URL]" use
 * tools that the API itself runs; "[redacted-thinking]" gives redacted
 * thinking. tool_choice, formats, stop_sequences and max_tokens are obeyed.
 */
#ifndef MOCK_DIALECTS_ANTHROPIC_H
#define MOCK_DIALECTS_ANTHROPIC_H

#include "mockupstream/rules.h"
#include "net/loop.h"
#include "wire/prompt/prompt.h"

struct anthropic_thread;

/* The provider of a mock. Zero-initialised accepts any credential. */
struct anthropic {
	const char *key; /* the one credential accepted; NULL: any */
	/* "NAME,NAME": all models that exist; NULL: every name exists that does
	 * not contain no-such-model */
	const char *models;
	struct anthropic_thread *threads; /* the newest first */
	struct prompt_cache cache; /* of all runs and accounts */
};

#define ANTHROPIC_MODELS_LIMIT 64

/* Fails unless `names` can be a list of models; FAIL_USAGE says what is
 * wrong. */
int anthropic_models_check(const char *names, struct fail *f);

struct anthropic_request {
	const struct http_head *head;
	struct span path; /* of head->target */
	struct span body;
	/* the body, checked; NULL: not read yet, or not JSON */
	const struct jval *json;
	bool too_large;
	uint64_t number; /* unique in the process; ids are made from it */
	/* each run, and each credential in it, has a prompt cache of its own */
	uint64_t run;
	tick_t now;
	bool strict; /* refuse what the real API refuses: strict.h */
	/* its verdicts, if the request asks for them */
	enum safeguards safeguards;
	enum threads threads; /* what it does with threads */
	enum vendor vendor; /* of chat completions */
	/* the account of the credential; NULL: not known */
	const char *account;
};

/* Forgets the threads that it holds. */
void anthropic_clear(struct anthropic *a);

/* Fills a reply (zero-initialised) that is yours to clear. */
void anthropic_answer(struct anthropic *a, const struct anthropic_request *r,
		      struct reply *out);

/* {"type":"error","error":{"type","message"},"request_id"} */
void anthropic_error(struct reply *out, uint64_t number, int status,
		     const char *type, const char *fmt, ...) ATTR_PRINTF(5, 6);

/* Adds request-id, organization and rate limits where they are missing. */
void anthropic_headers(struct headers *h, uint64_t number);

#endif
