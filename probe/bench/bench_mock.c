/* The provider that answers directly and through the gateway: a ccmock in a
 * process of its own, so that it does not wait for the streams we read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/bench/bench_private.h"
#include "probe/child/process.h"
#include "probe/suite/place.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define LISTENING "listening on http://"
#define START_WITHIN (10 * TICK_S)

static const struct answer_row {
	const char *word;
	unsigned pieces; /* events of text */
	unsigned pace_ms;
} answers[] = {
	[BENCH_BURST] = { "bench-burst", 20, 0 },
	[BENCH_STEPS] = { "bench-steps", 20, BENCH_STEPS_MS },
	[BENCH_PACED] = { "bench-paced", 5, 0 } /* its pace is configured */,
	[BENCH_LONG] = { "bench-long", BENCH_LONG_EVENTS, 0 },
};

enum { ANSWERS = sizeof(answers) / sizeof(answers[0]) };

struct bench_mock {
	struct loop *loop;
	struct process *process;
	struct loop_timer deadline;
	struct address at;
	char *folder; /* holds its script */
	int lock; /* of the folder; -1: none */
	bool listens;
};

unsigned bench_pieces(enum bench_answer answer)
{
	return answers[answer].pieces;
}

void bench_word(uint64_t mark, enum bench_answer answer, struct buf *out)
{
	buf_addf(out, "[probe-%016llx] %s", (unsigned long long)mark,
		 answers[answer].word);
}

/* ---- the script ---- */

static void add_event(const char *name, const char *members, struct buf *out)
{
	buf_addf(out, "event: %s\ndata: {\"type\":\"%s\"%s%s}\n\n", name, name,
		 *members ? "," : "", members);
}

static void add_stream(uint64_t mark, const struct answer_row *row,
		       unsigned pace_ms, struct buf *out)
{
	char begin[400];

	snprintf(begin, sizeof(begin),
		 "\"message\":{\"id\":\"msg_%016llx\",\"type\":\"message\","
		 "\"role\":\"assistant\",\"model\":\"claude-opus-5-5\","
		 "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
		 "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}",
		 (unsigned long long)mark);
	if (pace_ms > 0)
		buf_addf(out, ": @pace %u\n", pace_ms);
	add_event("message_start", begin, out);
	add_event("content_block_start",
		  "\"index\":0,\"content_block\":{\"type\":\"text\","
		  "\"text\":\"\"}",
		  out);
	buf_addf(out, ": @repeat %u\n", row->pieces);
	snprintf(begin, sizeof(begin),
		 "\"index\":0,\"delta\":{\"type\":\"text_delta\","
		 "\"text\":\"bench %016llx \"}",
		 (unsigned long long)mark);
	add_event("content_block_delta", begin, out);
	add_event("content_block_stop", "\"index\":0", out);
	add_event("message_delta",
		  "\"delta\":{\"stop_reason\":\"end_turn\","
		  "\"stop_sequence\":null},\"usage\":{\"output_tokens\":9}",
		  out);
	add_event("message_stop", "", out);
}

/* The same answer, which ccmock writes in the format that the gateway asks
 * for. */
static void add_said(uint64_t mark, const struct answer_row *row,
		     unsigned pace_ms, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), piece = BUF_INIT(80);

	buf_addf(&piece, "%016llx ", (unsigned long long)mark);
	for (unsigned i = 0; i < row->pieces; i++)
		buf_add_span(&text, buf_span(&piece));
	buf_add_text(out, "\"say\": [{ \"text\": ");
	jscan_quote(out, buf_span(&text));
	buf_addf(out, " }], \"form\": { \"piece\": %zu", piece.len);
	if (pace_ms > 0)
		buf_addf(out, ", \"pace\": %u", pace_ms);
	buf_add_text(out, " }");
	buf_clear(&text);
	buf_clear(&piece);
}

static void add_rule(const char *prefix, const char *when, uint64_t mark,
		     enum bench_answer answer, const char *reply,
		     struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	bench_word(mark, answer, &text);
	buf_addf(out, "\"%s%s\": { \"when\": { %s\"has\": ", prefix,
		 answers[answer].word + 6, when);
	jscan_quote(out, buf_span(&text));
	buf_addf(out, " }, \"reply\": { %s } }", reply);
	buf_clear(&text);
}

/* Two rules for each answer. Ready events cost ccmock less than those that it
 * has to write: they are for /v1/messages, the others for all other formats. */
static void add_rules(uint64_t mark, enum bench_answer answer, unsigned pace_ms,
		      struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct buf reply = BUF_INIT(BUF_NO_LIMIT);

	if (answer != BENCH_PACED)
		pace_ms = answers[answer].pace_ms;
	add_stream(mark, &answers[answer], pace_ms, &text);
	buf_add_text(&reply, "\"events\": ");
	jscan_quote(&reply, buf_span(&text));
	add_rule("", "\"path\": \"/v1/messages\", ", mark, answer,
		 buf_str(&reply), out);
	buf_add_text(out, ", ");
	buf_reset(&reply);
	add_said(mark, &answers[answer], pace_ms, &reply);
	add_rule("said-", "", mark, answer, buf_str(&reply), out);
	buf_clear(&text);
	buf_clear(&reply);
}

static int write_script(struct bench_mock *m, const struct bench_script *script,
			struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	buf_add_text(&text, "{ \"upstream\": { ");
	for (int i = 0; i < ANSWERS; i++) {
		buf_add_text(&text, i > 0 ? ", " : "");
		add_rules(script->mark, (enum bench_answer)i, script->pace_ms,
			  &text);
	}
	if (script->rules.len > 0) {
		buf_add_text(&text, ", ");
		buf_add_span(&text, script->rules);
	}
	buf_add_text(&text, " } }\n");
	rc = scratch_own(&m->folder, &m->lock, f) < 0
		     ? -1
		     : scratch_write(m->folder, "bench.json", buf_span(&text),
				     f);
	buf_clear(&text);
	return rc;
}

/* ---- the program ---- */

static void on_output(void *arg)
{
	struct bench_mock *m = arg;
	struct span text = process_output(m->process);
	size_t at = span_find(text, span_of(LISTENING)), end;
	struct fail ignored = FAIL_INIT;
	char *address;

	text = at == SIZE_MAX ? SPAN_EMPTY
			      : span_skip(text, at + strlen(LISTENING));
	end = span_find_byte(text, '\n');
	if (m->listens || end == SIZE_MAX)
		return;
	address = span_dup(span_first(text, end));
	m->listens = address_read(&m->at, address, &ignored) == 0;
	free(address);
	loop_stop(m->loop);
}

static void give_up(void *arg)
{
	struct bench_mock *m = arg;

	loop_stop(m->loop);
}

static const struct process_handler handler = { on_output, give_up, NULL };

static int start_program(struct bench_mock *m, const char *bin, char **argv,
			 struct fail *f)
{
	char *const environment[] = { NULL };
	struct process_config config = { .argv = argv,
					 .environment = environment,
					 .path = bin,
					 .folder = m->folder };

	return process_start(&m->process, m->loop, &config, &handler, m, f);
}

static char *inside(const char *folder, const char *name)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	size_t len;

	buf_addf(&path, "%s/%s", folder, name);
	return buf_take(&path, &len);
}

static int start(struct bench_mock *m, const struct address *at, struct fail *f)
{
	char *bin = place_programs(), where[ADDRESS_TEXT_LEN];
	char *program = inside(bin, "ccmock");
	char *script = inside(m->folder, "bench.json");
	char listen[] = "--listen";
	char *argv[] = { program, listen, where, script, NULL };
	int rc;

	address_write(at, where);
	rc = start_program(m, bin, argv, f);
	if (rc == 0) {
		loop_timer_set(m->loop, &m->deadline, loop_now() + START_WITHIN,
			       give_up, m);
		loop_run(m->loop);
	}
	loop_timer_clear(m->loop, &m->deadline);
	free(program);
	free(script);
	free(bin);
	return rc;
}

int bench_mock_start(struct bench_mock **out, struct loop *l,
		     const struct address *at,
		     const struct bench_script *script, struct fail *f)
{
	struct bench_mock *m = xcalloc(1, sizeof(*m));
	struct span said;

	m->loop = l;
	m->lock = -1;
	*out = m;
	if (write_script(m, script, f) < 0 || start(m, at, f) < 0)
		goto failed;
	if (m->listens)
		return 0;
	said = process_output(m->process);
	fail_set(f, FAIL_SYSTEM, "ccmock does not start: %.*s",
		 SPAN_ARG(span_trim(said)));
failed:
	bench_mock_stop(m);
	*out = NULL;
	return -1;
}

const struct address *bench_mock_address(const struct bench_mock *m)
{
	return &m->at;
}

void bench_mock_stop(struct bench_mock *m)
{
	if (!m)
		return;
	process_stop(m->process);
	scratch_free(m->folder);
	if (m->lock >= 0)
		(void)close(m->lock);
	free(m);
}
