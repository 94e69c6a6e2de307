/* Reads the model, the session and the wishes of a request. */
#include "gateway/pool/wanted.h"

#include "gateway/pool/pool_read.h"
#include "wire/json/jscan.h"

enum { NAME_LIMIT = 4096 };

void wanted_clear(struct wanted *a)
{
	buf_clear(&a->model);
	buf_clear(&a->asked);
}

/* ---- the session ---- */

static uint64_t session_of(const struct headers *h, struct jval root,
			   struct span model)
{
	const char *id = headers_get(h, "x-claude-code-session-id");
	struct buf user = BUF_INIT(NAME_LIMIT);
	uint64_t session = 0;
	struct jval v;

	if (id && id[0])
		return sticky_session(span_of(id), model);
	v = jscan_get(jscan_get(root, "metadata"), "user_id");
	if (v.type == J_STRING && jscan_string(v, &user) == 0 && user.len > 0)
		session = sticky_session(buf_span(&user), model);
	buf_clear(&user);
	return session;
}

/* ---- the model ---- */

static int find_model(struct wanted *a, struct jval root, struct buf *name,
		      struct fail *why)
{
	struct jiter it = jscan_iter(root);
	struct jval key, value;
	size_t count = 0;

	while (jscan_next(&it, &key, &value)) {
		if (!jscan_string_is(key, "model"))
			continue;
		if (count++ > 0)
			return fail_set(why, FAIL_USAGE,
					"model: it is given more than once");
		if (value.type != J_STRING || jscan_string(value, name) < 0)
			return 0;
		a->spelt = value.text;
	}
	return 0;
}

/* The plain name of a model in the path, where clients of the clouds put the
 * cloud's name for it. */
static int path_model(const struct pool *p, const struct route *route,
		      struct buf *name)
{
	struct buf theirs = BUF_INIT(NAME_LIMIT);
	struct fail f = FAIL_INIT;

	bridge_name_decode(route->cloud.model, &theirs);
	if (bridge_model_plain(buf_span(&theirs), name, &f) < 0)
		buf_add_span(name, buf_span(&theirs));
	buf_cut(name, names_undated(&p->names, buf_span(name)).len);
	buf_clear(&theirs);
	return 0;
}

static int read_model(struct wanted *a, const struct pool *p,
		      const struct route *route, struct jval root, int *status,
		      struct fail *why)
{
	int rc = route->cloud.model.len > 0
			 ? path_model(p, route, &a->asked)
			 : find_model(a, root, &a->asked, why);

	if (rc < 0 || a->asked.len == 0 ||
	    names_read(&p->names, buf_span(&a->asked), &a->model, &a->wish) ==
		    0)
		return rc;
	*status = 404;
	return fail_set(why, FAIL_USAGE,
			"model: %.200s: this gateway knows no model of that "
			"family",
			buf_str(&a->asked));
}

/* ---- the whole ---- */

int wanted_read(struct wanted *a, const struct pool *p,
		const struct wish *of_key, const struct route *route,
		const struct headers *h, struct span body, int *status,
		struct fail *why)
{
	const char *words = headers_get(h, POOL_ASKS);
	struct wish own = WISH_INIT;
	struct jval root = { .type = J_NULL, .text = SPAN_EMPTY };

	*a = (struct wanted){ .wish = p->wish };
	if (of_key)
		wish_add(&a->wish, of_key);
	buf_init(&a->model, NAME_LIMIT);
	buf_init(&a->asked, NAME_LIMIT);
	*status = 400;
	if (jscan(body, &root, NULL) < 0 || root.type != J_OBJECT)
		root = (struct jval){ .type = J_NULL, .text = SPAN_EMPTY };
	if (read_model(a, p, route, root, status, why) < 0)
		return -1;
	a->streams = route->cloud.call == BRIDGE_STREAM ||
		     jscan_get(root, "stream").type == J_TRUE;
	a->session = session_of(h, root, buf_span(&a->model));
	if (!words)
		return 0;
	if (pool_ask_wish(p, words, &own, why) < 0)
		return -1;
	wish_add(&a->wish, &own);
	a->moves = own.ordered > 0;
	return 0;
}

void wanted_rename(const struct wanted *a, struct span body, struct span model,
		   struct buf *out)
{
	size_t at = (size_t)(a->spelt.at - body.at);

	buf_add_span(out, span_first(body, at));
	jscan_quote(out, model);
	buf_add_span(out, span_skip(body, at + a->spelt.len));
}
