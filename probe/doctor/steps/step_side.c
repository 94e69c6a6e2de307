/*
 * Requests that Claude Code makes besides the conversation: for the title of a
 * session, whose answer must be JSON, and for a web search.
 */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define STREAM ",\"stream\":true"

/* ---- structured output ---- */

#define FORMAT_BETA "structured-outputs-2025-12-15"
#define NO_FORMAT "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS"
#define NO_BETAS "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS"

enum { TITLE_TOKENS = 60, SEARCH_TOKENS = 100 };

/* As the client asks for a title, without its long instructions. */
#define FORMAT \
	STREAM ",\"tools\":[],\"system\":[{\"type\":\"text\",\"text\":" \
	       "\"Give the session a title of three words.\"}]," \
	       "\"output_config\":{\"format\":{\"type\":\"json_schema\"," \
	       "\"schema\":{\"type\":\"object\",\"properties\":{\"title\":{" \
	       "\"type\":\"string\"}},\"required\":[\"title\"]," \
	       "\"additionalProperties\":false}}}"
#define TITLE_PROMPT "<session>\nMend the tests of the parser\n</session>"

bool step_format_applies(const struct doctor *d, struct buf *why)
{
	const struct settings *s = d->config->settings;

	if (!settings_has(s, NO_FORMAT, "1") && !settings_has(s, NO_BETAS, "1"))
		return true;
	buf_add_text(why, "not done: the settings switch it off");
	return false;
}

static void make_format(const struct doctor *d, struct doctor_call *c,
			struct buf *betas)
{
	buf_addf(betas, "%s%s" FORMAT_BETA, d->client_betas,
		 *d->client_betas ? "," : "");
	c->betas = buf_str(betas);
	doctor_small(d, c, TITLE_TOKENS, TITLE_PROMPT, FORMAT);
}

static void add_text_of(const struct look *s, struct buf *out)
{
	for (size_t i = 0; i < s->x->block_count; i++)
		if (strcmp(s->x->blocks[i].type, "text") == 0)
			buf_add(out, s->x->blocks[i].text,
				s->x->blocks[i].text_len);
}

static bool is_title(struct span text)
{
	struct jval root, title;

	return jscan(text, &root, NULL) == 0 && root.type == J_OBJECT &&
	       jscan_member(root, "title", &title) && title.type == J_STRING;
}

/* A refusal, or an answer that was cut short, says nothing about the format. */
static bool is_whole(const struct look *s)
{
	return s->x->stop_reason && strcmp(s->x->stop_reason, "end_turn") == 0;
}

static void judge_format(struct doctor *d, const struct doctor_call *c,
			 struct step_result *out)
{
	struct buf text = BUF_INIT(TEXT_LIMIT);
	struct look s;

	look_of(&s, c);
	add_text_of(&s, &text);
	if (is_title(buf_span(&text))) {
		buf_add_text(&out->text, "JSON that fits the schema");
	} else if (!is_whole(&s) || text.len == 0) {
		buf_add_text(&out->text, "accepted; the answer is not whole, "
					 "so its form could not be seen");
	} else {
		buf_add_text(&out->text,
			     "accepted, but the answer is not in this format");
		step_finding(d, out, "DR-FORMAT-LOST", c, buf_str(&text), NULL,
			     NULL);
	}
	look_clear(&s);
	buf_clear(&text);
}

/* Whether the request itself is the reason for the refusal. */
static bool is_refused(const struct doctor_call *c)
{
	int status = c->got.head.status;

	return status >= 400 && status < 500 && status != 401 &&
	       !step_is_busy(c);
}

static void judge_refused(struct doctor *d, const struct doctor_call *c,
			  const char *code, struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);

	if (!is_refused(c)) {
		step_failed(d, c, out);
		return;
	}
	step_outcome(c, &what);
	step_finding(d, out, code, c, buf_str(&what), NULL, NULL);
	buf_addf(&out->text, "refused: %s", buf_str(&what));
	buf_clear(&what);
}

void step_format(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf betas = BUF_INIT(TEXT_LIMIT);

	make_format(d, &c, &betas);
	if (step_ask(d, &c, out)) {
		if (step_is_good(&c))
			judge_format(d, &c, out);
		else
			judge_refused(d, &c, "DR-FORMAT-REFUSED", out);
	}
	buf_clear(&betas);
	doctor_call_clear(&c);
}

/* ---- a search ---- */

/* A model follows the sentence, ccmock the marker. */
#define SEARCH_PROMPT \
	"Perform a web search for the query: Messages API " \
	"[search: Messages API]"
#define SEARCH \
	STREAM ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":" \
	       "\"web_search\",\"max_uses\":1}],\"tool_choice\":{\"type\":" \
	       "\"auto\"}"

static bool has_bytes(const struct asked *got, const char *text)
{
	return span_find(buf_span(&got->body), span_of(text)) != SIZE_MAX;
}

/* The request is cancelled when a search begins, so at most one is paid for. */
static bool has_begun(void *arg, const struct asked *so_far)
{
	(void)arg;
	return so_far->head.status == 200 &&
	       (has_bytes(so_far, "server_tool_use") ||
		has_bytes(so_far, "\"tool_use\""));
}

/* A search call that the client is asked to make itself, which it cannot. */
static bool is_handed_back(const struct doctor_call *c)
{
	struct look s;
	bool found;

	look_of(&s, c);
	found = look_block(&s, "tool_use") != NULL;
	look_clear(&s);
	return found;
}

static void judge_search(struct doctor *d, const struct doctor_call *c,
			 struct step_result *out)
{
	if (is_handed_back(c)) {
		buf_add_text(&out->text, "the search is handed back to the "
					 "client");
		step_finding(d, out, "DR-SEARCH-HANDED-BACK", c, NULL, NULL,
			     NULL);
	} else if (has_bytes(&c->got, "server_tool_use")) {
		buf_add_text(&out->text, "it is made");
	} else {
		buf_add_text(&out->text,
			     "accepted; the model made no search, so it could "
			     "not be seen whether one would work");
	}
}

void step_search(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .enough = has_begun };

	doctor_small(d, &c, SEARCH_TOKENS, SEARCH_PROMPT, SEARCH);
	if (step_ask(d, &c, out)) {
		if (step_is_taken(&c))
			judge_search(d, &c, out);
		else
			judge_refused(d, &c, "DR-SEARCH-REFUSED", out);
	}
	doctor_call_clear(&c);
}
