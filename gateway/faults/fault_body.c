/* Faults of request bodies as a whole: printing again, fields, limits. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/faults/faults.h"
#include "wire/bytes/mem.h"

/* Prints the parsed body again, as a gateway with typed structs does. */
static void print_again(const cJSON *root, struct span from, struct buf *to)
{
	char *text = root ? cJSON_PrintUnformatted(root) : NULL;

	if (text)
		buf_add_text(to, text);
	else
		buf_add_span(to, from);
	free(text);
}

static void reprints(struct span from, struct buf *to)
{
	cJSON *root = cJSON_ParseWithLength(from.at, from.len);

	print_again(root, from, to);
	cJSON_Delete(root);
}

/* ---- the same document with other bytes ---- */

static int order_of(const void *a, const void *b)
{
	const struct jval *x = a, *y = b;

	return jscan_string_order(x[0], y[0]);
}

static void write_sorted(struct jval v, struct buf *to);

static void write_sorted_object(struct jval v, struct buf *to)
{
	size_t count = jscan_count(v), n = 0;
	struct jval(*members)[2] = xcalloc(count + 1, sizeof(*members));
	struct jiter it = jscan_iter(v);

	while (n < count && jscan_next(&it, &members[n][0], &members[n][1]))
		n++;
	qsort(members, n, sizeof(*members), order_of);
	buf_add_byte(to, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_byte(to, ',');
		buf_add_span(to, members[i][0].text);
		buf_add_byte(to, ':');
		write_sorted(members[i][1], to);
	}
	buf_add_byte(to, '}');
	free(members);
}

static void write_sorted(struct jval v, struct buf *to)
{
	struct jiter it = jscan_iter(v);
	struct jval item;
	bool comma = false;

	if (v.type == J_OBJECT) {
		write_sorted_object(v, to);
	} else if (v.type != J_ARRAY) {
		buf_add_span(to, v.text);
	} else {
		buf_add_byte(to, '[');
		while (jscan_next(&it, NULL, &item)) {
			if (comma)
				buf_add_byte(to, ',');
			comma = true;
			write_sorted(item, to);
		}
		buf_add_byte(to, ']');
	}
}

static void sorts_keys(struct span from, struct buf *to)
{
	struct jval root;

	if (jscan(from, &root, NULL) < 0)
		buf_add_span(to, from);
	else
		write_sorted(root, to);
}

/* Copies `from` with every `what` replaced. */
static void replace_all(struct span from, const char *what, const char *with,
			struct buf *to)
{
	size_t at;

	for (at = span_find(from, span_of(what)); at != SIZE_MAX;
	     at = span_find(from, span_of(what))) {
		buf_add_span(to, span_first(from, at));
		buf_add_text(to, with);
		from = span_skip(from, at + strlen(what));
	}
	buf_add_span(to, from);
}

static unsigned code_point(struct span s, size_t len)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned c = (unsigned char)s.at[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s.at[i] & 0x3f);
	return c;
}

static void escapes_unicode(struct span from, struct buf *to)
{
	while (from.len > 0) {
		size_t len = span_utf8_step(from);
		unsigned c = len > 1 ? code_point(from, len) : 0;

		if (len <= 1)
			buf_add(to, from.at, 1);
		else if (c < 0x10000)
			buf_addf(to, "\\u%04x", c);
		else
			buf_addf(to, "\\u%04x\\u%04x",
				 0xd800 + ((c - 0x10000) >> 10),
				 0xdc00 + ((c - 0x10000) & 0x3ff));
		from = span_skip(from, len > 0 ? len : 1);
	}
}

/* As a database with three-byte characters does. */
static void drops_astral(struct span from, struct buf *to)
{
	while (from.len > 0) {
		size_t len = span_utf8_step(from);

		if (len == 4)
			buf_add_byte(to, '?');
		else
			buf_add(to, from.at, len > 0 ? len : 1);
		from = span_skip(from, len > 0 ? len : 1);
	}
}

static void replaces_separators(struct span from, struct buf *to)
{
	struct buf half = BUF_INIT(BUF_NO_LIMIT);

	replace_all(from, "\xe2\x80\xa8", "\\n", &half);
	replace_all(buf_span(&half), "\xe2\x80\xa9", "\\n", to);
	buf_clear(&half);
}

/* Replaces lone halves only: a whole pair of escapes stays. */
static void replaces_surrogates(struct span from, struct buf *to)
{
	while (from.len > 0) {
		size_t len = 1;

		if (span_starts(from, "\\ud8") &&
		    !span_starts(span_skip(from, 6), "\\ud")) {
			buf_add_text(to, "\xef\xbf\xbd");
			len = 6;
		} else {
			buf_add(to, from.at, 1);
		}
		from = span_skip(from, len);
	}
}

static void drops_nul(struct span from, struct buf *to)
{
	replace_all(from, "\\u0000", "", to);
}

static void unescapes_slashes(struct span from, struct buf *to)
{
	replace_all(from, "\\/", "/", to);
}

static void normalizes_newlines(struct span from, struct buf *to)
{
	replace_all(from, "\\r\\n", "\\n", to);
}

static bool is_number(struct span rest)
{
	return rest.len > 0 &&
	       ((rest.at[0] >= '0' && rest.at[0] <= '9') || rest.at[0] == '-');
}

static size_t number_len(struct span rest)
{
	size_t n = 0;

	while (n < rest.len && strchr("0123456789+-.eE", rest.at[n]))
		n++;
	return n;
}

/* Reads every number as a double and prints it; strings are skipped. */
static void floats(struct span from, struct buf *to)
{
	bool in_string = false;

	while (from.len > 0) {
		size_t len = 1;
		char text[64];

		if (in_string && from.at[0] == '\\' && from.len > 1) {
			len = 2;
		} else if (from.at[0] == '"') {
			in_string = !in_string;
		} else if (!in_string && is_number(from)) {
			len = number_len(from);
			snprintf(text, sizeof(text), "%.*s",
				 (int)(len < 60 ? len : 60), from.at);
			buf_addf(to, "%.16g", strtod(text, NULL));
			from = span_skip(from, len);
			continue;
		}
		buf_add_span(to, span_first(from, len));
		from = span_skip(from, len);
	}
}

/* ---- fields ---- */

static const char *const known_members[] = {
	"\"model\"",          "\"messages\"",
	"\"system\"",         "\"max_tokens\"",
	"\"temperature\"",    "\"stream\"",
	"\"metadata\"",       "\"tools\"",
	"\"tool_choice\"",    "\"thinking\"",
	"\"output_config\"",  "\"context_management\"",
	"\"top_p\"",          "\"top_k\"",
	"\"stop_sequences\"", NULL,
};

static bool is_known_member(struct span key)
{
	for (size_t i = 0; known_members[i]; i++)
		if (span_is(key, known_members[i]))
			return true;
	return false;
}

static void drops_unknown_field(struct span from, struct buf *to)
{
	fault_pick_members(from, is_known_member, to);
}

/* ---- refusing ---- */

static bool too_large(struct relay *r, size_t limit, int status)
{
	if (buf_span(&r->body).len <= limit)
		return false;
	fault_answer(r, status, "text/html", fault_html);
	return true;
}

static bool limit_1mb(struct relay *r, struct slot *s)
{
	(void)s;
	return too_large(r, 1024 * 1024, 413);
}

static bool limit_10mb(struct relay *r, struct slot *s)
{
	(void)s;
	return too_large(r, 10 * 1024 * 1024, 413);
}

static bool limit_30mb(struct relay *r, struct slot *s)
{
	(void)s;
	return too_large(r, 30 * 1024 * 1024, 413);
}

static void page_413(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 413)
		fault_become(reply, 413, "text/html", fault_html);
}

static void size_400(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 413)
		reply->status = 400;
}

static bool firewall(struct relay *r, struct slot *s)
{
	static const char *const signs[] = { "<script>", "OR 1=1",
					     "../../etc/passwd",
					     "${jndi:", NULL };

	(void)s;
	for (size_t i = 0; signs[i]; i++) {
		if (span_find(buf_span(&r->body), span_of(signs[i])) ==
		    SIZE_MAX)
			continue;
		fault_answer(r, 403, "text/html", fault_html);
		return true;
	}
	return false;
}

static bool checks_json(struct relay *r, struct slot *s)
{
	struct jval root;

	(void)s;
	if (buf_span(&r->body).len == 0 ||
	    jscan(buf_span(&r->body), &root, NULL) == 0)
		return false;
	reply_error(r, 500, "unexpected token in JSON");
	return true;
}

const struct fault faults_of_bodies[] = {
	{ .name = "reprints-json",
	  .about = "parses the body into doubles and strings and prints it "
		   "again",
	  .body = reprints },
	{ .name = "sorts-keys",
	  .about = "sorts the members of every object",
	  .body = sorts_keys },
	{ .name = "escapes-unicode",
	  .about = "writes everything but ASCII as \\u escapes",
	  .body = escapes_unicode },
	{ .name = "drops-astral",
	  .about = "replaces characters of four bytes by '?'",
	  .body = drops_astral },
	{ .name = "replaces-line-separators",
	  .about = "turns U+2028 and U+2029 into newlines",
	  .body = replaces_separators },
	{ .name = "replaces-surrogates",
	  .about = "replaces half a surrogate pair by U+FFFD",
	  .body = replaces_surrogates },
	{ .name = "drops-nul",
	  .about = "removes \\u0000 from strings",
	  .body = drops_nul },
	{ .name = "unescapes-slashes",
	  .about = "writes \\/ as /",
	  .body = unescapes_slashes },
	{ .name = "normalizes-newlines",
	  .about = "turns CRLF inside strings into LF",
	  .body = normalizes_newlines },
	{ .name = "floats",
	  .about = "takes every number through a double",
	  .body = floats },
	{ .name = "drops-unknown-field",
	  .about = "drops top-level members it does not know",
	  .body = drops_unknown_field },
	{ .name = "drops-context-management",
	  .about = "drops context_management and keeps its beta header",
	  .body_edit = { .path = "/context_management" } },
	{ .name = "drops-output-config",
	  .about = "drops output_config",
	  .body_edit = { .path = "/output_config" } },
	{ .name = "drops-thinking-config",
	  .about = "drops the thinking setting",
	  .body_edit = { .path = "/thinking" } },
	{ .name = "sets-thinking-budget",
	  .about = "turns every thinking setting into a fixed budget",
	  .body_edit = { .path = "/thinking",
			 .with = "{\"type\":\"enabled\","
				 "\"budget_tokens\":4096}" } },
	{ .name = "drops-tool-choice",
	  .about = "drops tool_choice",
	  .body_edit = { .path = "/tool_choice" } },
	{ .name = "drops-stop-sequences",
	  .about = "drops stop_sequences",
	  .body_edit = { .path = "/stop_sequences" } },
	{ .name = "drops-service-tier",
	  .about = "drops service_tier",
	  .body_edit = { .path = "/service_tier" } },
	{ .name = "drops-stream",
	  .about = "always asks for one JSON answer",
	  .body_edit = { .path = "/stream" } },
	{ .name = "forces-stream",
	  .about = "always asks for a stream",
	  .body_edit = { .path = "", .last = "\"stream\":true" } },
	{ .name = "clamps-max-tokens",
	  .about = "limits max_tokens to 8192",
	  .body_edit = { .path = "/max_tokens", .with = "8192" } },
	{ .name = "renames-max-tokens",
	  .about = "sends max_tokens under another provider's name",
	  .body_edit = { .path = "/max_tokens",
			 .key = "\"max_completion_tokens\"" } },
	{ .name = "adds-temperature",
	  .about = "adds a temperature",
	  .body_edit = { .path = "", .last = "\"temperature\":0.7" } },
	{ .name = "adds-user",
	  .about = "adds a member of its own for bookkeeping",
	  .body_edit = { .path = "", .last = "\"user\":\"gateway\"" } },
	{ .name = "model-renamed",
	  .about = "asks the provider for another model than the client named",
	  .body_edit = { .path = "/model",
			 .with = "\"claude-3-haiku-20240307\"" } },
	{ .name = "replaces-metadata",
	  .about = "puts a user id of its own into metadata",
	  .body_edit = { .path = "/metadata/user_id",
			 .with = "\"gateway-user\"" } },
	{ .name = "drops-metadata",
	  .about = "drops metadata",
	  .body_edit = { .path = "/metadata" } },
	{ .name = "limit-1mb",
	  .about = "refuses bodies over 1 MB with a web page",
	  .ready = limit_1mb },
	{ .name = "limit-10mb",
	  .about = "refuses bodies over 10 MB with a web page",
	  .ready = limit_10mb },
	{ .name = "limit-30mb",
	  .about = "refuses bodies over 30 MB with a web page",
	  .ready = limit_30mb },
	{ .name = "too-large-html",
	  .about = "answers a body that is too large with a web page",
	  .local = page_413 },
	{ .name = "too-large-400",
	  .about = "answers a body that is too large with 400",
	  .local = size_400 },
	{ .name = "waf",
	  .about = "refuses prompts that look like attacks",
	  .ready = firewall },
	{ .name = "bad-json-500",
	  .about = "fails at a body that is not JSON",
	  .ready = checks_json },
	{ .name = NULL },
};
