/* Subjects of a session of the real client: what its user gets. */
#include <string.h>

#include "probe/look/subject_private.h"

/* ---- entries of the log ---- */

static bool is_user(const struct subject_asked *a, const struct wlog_entry *e,
		    const char *what)
{
	return e->run == a->view->run && e->kind == WLOG_USER &&
	       e->text != NULL && strcmp(e->text, what) == 0 &&
	       strcmp(e->actor, a->actor) == 0;
}

/* The last entry of this name, or NULL. */
static const struct wlog_entry *find(const struct subject_asked *a,
				     const char *what)
{
	const struct wlog *log = a->view->log;

	for (size_t i = log->count; i > 0; i--)
		if (is_user(a, &log->list[i - 1], what))
			return &log->list[i - 1];
	return NULL;
}

static void get_bytes(const struct subject_asked *a, const char *what,
		      const char *missing, struct value *v)
{
	const struct wlog_entry *e = find(a, what);

	if (e != NULL)
		value_bytes(v, span_make(e->len > 0 ? e->bytes : "", e->len));
	else
		value_absent(v, missing);
}

/* Why a session has no exit status. */
static const char *why_no_exit(const struct subject_asked *a)
{
	if (find(a, WLOG_USER_HUNG) != NULL)
		return "it hung, and was ended";
	if (find(a, WLOG_USER_ENDED) != NULL)
		return "a signal ended it";
	return "it had not ended";
}

void subject_get_exit(const struct subject_asked *a, struct value *v)
{
	const struct wlog_entry *e = find(a, WLOG_USER_EXIT);
	uint64_t status;

	if (e != NULL && span_u64(span_make(e->bytes, e->len), 255, &status))
		value_number(v, (size_t)status);
	else
		value_absent(v, why_no_exit(a));
}

void subject_get_stdout(const struct subject_asked *a, struct value *v)
{
	get_bytes(a, WLOG_USER_STDOUT, "the session had not ended", v);
}

void subject_get_stderr(const struct subject_asked *a, struct value *v)
{
	get_bytes(a, WLOG_USER_STDERR, "the session had not ended", v);
}

void subject_get_file(const struct subject_asked *a, struct value *v)
{
	struct buf what = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&what, WLOG_USER_FILE "%s", a->argument);
	get_bytes(a, buf_str(&what), "there is no such file", v);
	buf_clear(&what);
}

/* ---- what a terminal shows ---- */

/* The length of an escape sequence that begins s, with its ESC; 0: it is not
 * complete. */
static size_t escape_len(struct span s)
{
	size_t i = 2;

	if (s.len < 2)
		return 0;
	if (s.at[1] == '[') {
		while (i < s.len && (s.at[i] < '@' || s.at[i] > '~'))
			i++;
		return i < s.len ? i + 1 : 0;
	}
	if (strchr("()*+#%", s.at[1]) != NULL) /* selects a character set */
		return s.len > 2 ? 3 : 0;
	if (s.at[1] != ']')
		return 2;
	while (i < s.len && s.at[i] != '\a' && s.at[i] != '\033')
		i++;
	if (i == s.len)
		return 0;
	return s.at[i] == '\a' ? i + 1 : i;
}

/* Programs move the cursor instead of writing blanks. */
static void add_move(struct span escape, struct buf *out)
{
	char last = escape.at[escape.len - 1];

	if (escape.at[1] != '[')
		return;
	if (last == 'C' || last == 'G')
		buf_add_byte(out, ' ');
	else if (last == 'H' || last == 'B' || last == 'E')
		buf_add_byte(out, '\n');
}

/* Adds text without escape sequences, and drops control characters. */
static void add_plain(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= ' ' || s.at[i] == '\n' ||
		    s.at[i] == '\t')
			buf_add_byte(out, s.at[i]);
}

static void add_shown(struct span s, struct buf *out)
{
	while (s.len > 0) {
		size_t plain = span_find_byte(s, '\033'), len;

		if (plain == SIZE_MAX)
			plain = s.len;
		add_plain(span_first(s, plain), out);
		s = span_skip(s, plain);
		if (s.len == 0)
			break;
		len = escape_len(s);
		if (len == 0)
			break;
		add_move(span_first(s, len), out);
		s = span_skip(s, len);
	}
}

static void get_shown(const struct subject_asked *a, bool all, struct value *v)
{
	const struct wlog *log = a->view->log;
	struct buf raw = BUF_INIT(VIEW_BODY_LIMIT);

	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (is_user(a, e, WLOG_USER_TYPED) && !all)
			buf_reset(&raw);
		else if (is_user(a, e, WLOG_USER_SHOWN))
			buf_add(&raw, e->bytes, e->len);
	}
	add_shown(buf_span(&raw), &v->own);
	buf_clear(&raw);
	value_own(v);
}

void subject_get_screen(const struct subject_asked *a, struct value *v)
{
	get_shown(a, false, v);
}

void subject_get_terminal(const struct subject_asked *a, struct value *v)
{
	get_shown(a, true, v);
}
