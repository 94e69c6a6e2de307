/*
 * Masks what the text of an error repeats of the request: the model, a beta, a
 * value, the beginning of the prompt, or all that was refused. The next request has
 * other words there, though it fails in the same way. Names of fields stay,
 * because they are what the failure is about.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "probe/bisect/trial.h"

/* of the body; more of it is not compared */
#define BODY_LIMIT ((size_t)1024 * 1024)
#define PIECE 24 /* bytes: so much text is not the same by chance */
#define QUOTED_PIECE 8

struct masking {
	struct span body, model, betas;
	struct buf *out;
};

static bool is_in(const struct masking *m, struct span piece)
{
	return span_find(m->body, piece) != SIZE_MAX;
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) ||
	       (c != '\0' && strchr("_-./:@", c)) || (unsigned char)c >= 0x80;
}

/* A string of the body that is not the name of a member. */
static bool is_value(const struct masking *m, struct span text)
{
	struct span rest = m->body;
	size_t at;

	while ((at = span_find(rest, text)) != SIZE_MAX) {
		struct span after = span_skip(rest, at + text.len);
		bool begins = at > 0 && rest.at[at - 1] == '"';

		if (begins && after.len > 0 && after.at[0] == '"') {
			after = span_skip(after, 1);
			while (after.len > 0 &&
			       isspace((unsigned char)after.at[0]))
				after = span_skip(after, 1);
			if (after.len == 0 || after.at[0] != ':')
				return true;
		}
		rest = span_skip(rest, at + 1);
	}
	return false;
}

static struct span without_dots(struct span s)
{
	while (s.len > 0 && s.at[s.len - 1] == '.')
		s.len--;
	if (span_ends(s, "\xe2\x80\xa6"))
		s.len -= 3;
	return s;
}

/* Masks a quoted value, or the quoted beginning of one: 'a value', "the
 * beginning of a te...". */
static size_t take_quoted(const struct masking *m, struct span text)
{
	struct span in = span_skip(text, 1), start;
	size_t len;

	if (!strchr("'\"`", text.at[0]))
		return 0;
	len = span_find_byte(in, text.at[0]);
	if (len == SIZE_MAX || len == 0)
		return 0;
	in = span_first(in, len);
	start = without_dots(in);
	if (!is_value(m, in) &&
	    (start.len < QUOTED_PIECE ||
	     span_find_byte(start, ' ') == SIZE_MAX || !is_in(m, start)))
		return 0;
	(void)buf_add_byte(m->out, text.at[0]);
	(void)buf_add_byte(m->out, 'Q');
	(void)buf_add_byte(m->out, text.at[0]);
	return len + 2;
}

static size_t value_length(struct span text)
{
	size_t depth = 0, n = 0;
	char quote = '\0';

	for (; n < text.len; n++) {
		char c = text.at[n];

		if (quote != '\0') {
			if (c == '\\')
				n++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (strchr("[{(", c)) {
			depth++;
		} else if (strchr("]}),", c)) {
			if (depth == 0)
				break;
			depth -= c != ',';
		}
	}
	return n < text.len ? n : text.len;
}

/* Closing brackets and quotes after the value belong to it if the text ends
 * with them: a long value was cut off there. */
static size_t with_closing(struct span text, size_t n)
{
	size_t end = n;

	while (end < text.len && strchr("]}) '\".", text.at[end]))
		end++;
	return end == text.len ? end : n;
}

static size_t input_length(struct span text)
{
	static const char front[] = ", input_type=";
	size_t end = span_find(text, span_of(front));

	/* pydantic shows only the two ends of a long value, which then is no
	 * JSON. */
	if (end != SIZE_MAX)
		return end;
	return with_closing(text, value_length(text));
}

/* Masks the input that pydantic repeats. */
static size_t take_input(const struct masking *m, struct span text)
{
	static const char *const fronts[] = { "'input': ", "\"input\": ",
					      "\"input\":", "input_value=" };

	for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
		size_t len = strlen(fronts[i]);

		if (!span_starts(text, fronts[i]))
			continue;
		(void)buf_addf(m->out, "%sQ", fronts[i]);
		return len + input_length(span_skip(text, len));
	}
	return 0;
}

static size_t take_model(const struct masking *m, struct span text)
{
	size_t len = m->model.len;

	if (len == 0 || !span_equal(span_first(text, len), m->model) ||
	    (text.len > len && text.at[len] != '.' &&
	     is_word_byte(text.at[len])))
		return 0;
	(void)buf_add_byte(m->out, 'Q');
	return len;
}

static size_t take_words(const struct masking *m, struct span text)
{
	size_t len = PIECE;

	if (text.len < len || !is_in(m, span_first(text, len)))
		return 0;
	while (len < text.len && is_in(m, span_first(text, len + 1)))
		len++;
	if (span_find_byte(span_first(text, len), ' ') == SIZE_MAX &&
	    span_find_byte(span_first(text, len), '"') == SIZE_MAX)
		return 0;
	(void)buf_add_byte(m->out, 'Q');
	return len;
}

/* The length of the beta at the front, in letters of any case; 0: none. */
static size_t beta_length(const struct masking *m, struct span text)
{
	struct span rest = m->betas, beta;

	while (rest.len > 0 && span_split(&rest, ',', &beta)) {
		beta = span_trim(beta);
		if (beta.len > 0 && beta.len <= text.len &&
		    strncasecmp(text.at, beta.at, beta.len) == 0 &&
		    (text.len == beta.len || !is_word_byte(text.at[beta.len]) ||
		     text.at[beta.len] == '.' || text.at[beta.len] == ':'))
			return beta.len;
	}
	return 0;
}

/* Masks a beta that was sent, and a list of them as one: the next request has
 * others, and one check refuses them all. */
static size_t take_betas(const struct masking *m, struct span text)
{
	size_t n = beta_length(m, text), next = n;

	if (n == 0)
		return 0;
	while (next < text.len && strchr("`'\", ", text.at[next])) {
		size_t more = beta_length(m, span_skip(text, ++next));

		next += more;
		n = more > 0 ? next : n;
	}
	(void)buf_add_byte(m->out, 'Q');
	return n;
}

static size_t take_any(const struct masking *m, struct span text, bool begins)
{
	size_t n = take_quoted(m, text);

	if (n == 0 && begins)
		n = take_model(m, text);
	if (n == 0 && begins)
		n = take_betas(m, text);
	if (n == 0)
		n = take_input(m, text);
	if (n == 0 && begins)
		n = take_words(m, text);
	return n;
}

void quote_mask(struct span text, struct span sent_body, const char *betas,
		struct buf *out)
{
	struct masking m = { .body = span_first(sent_body, BODY_LIMIT),
			     .betas = span_of(betas ? betas : ""),
			     .out = out };
	struct jval root, model;
	bool begins = true;

	if (jscan(sent_body, &root, NULL) == 0 &&
	    jscan_member(root, "model", &model) && model.type == J_STRING)
		m.model = span_make(model.text.at + 1, model.text.len - 2);
	while (text.len > 0) {
		size_t n = take_any(&m, text, begins);

		if (n == 0) {
			(void)buf_add_byte(out, text.at[0]);
			n = 1;
		}
		begins = !is_word_byte(text.at[n - 1]);
		text = span_skip(text, n);
	}
}
