/* A client's connection. */
#include "tests/sound/serve.h"

#include <string.h>
#include <strings.h>

#include "tests/sound/fields.h"
#include "tests/sound/freedom.h"
#include "tests/sound/member.h"

enum { NAME_MOST = 100 };

static const struct route {
	const char *method,
		*path; /* a path that ends in a slash wants a name */
} routes[] = {
	{ "POST", "/v1/messages" },
	{ "POST", "/v1/messages/count_tokens" },
	{ "GET", "/v1/models" },
	{ "GET", "/v1/models/" },
	{ NULL, NULL },
};

/* The models of a gateway with a closed list. */
static const char *const models[] = { "claude-opus-5-5",
				      "claude-opus-4-8",
				      "claude-sonnet-4-6",
				      "claude-sonnet-4-5-20250929",
				      "claude-sonnet-4-20250514",
				      "claude-haiku-4-5",
				      "claude-haiku-4-5-20251001",
				      "claude-3-5-haiku-20241022",
				      NULL };

/* Is it a request that only opens the connection? */
static bool is_warm_up(const struct request *r)
{
	return strcmp(r->method, "HEAD") == 0 &&
	       (strcmp(r->path.at, "/") == 0 ||
		strcmp(r->path.at, "/api/hello") == 0);
}

static bool has_path(const struct route *route, const char *path)
{
	size_t len = strlen(route->path);

	if (route->path[len - 1] != '/')
		return strcmp(path, route->path) == 0;
	return strncmp(path, route->path, len) == 0 && path[len] &&
	       path[len] != '.' && !strchr(path + len, '/');
}

static bool has_method(const struct route *route, const char *method)
{
	return strcmp(method, route->method) == 0 ||
	       (strcmp(method, "HEAD") == 0 &&
		strcmp(route->method, "GET") == 0);
}

static void check_route(const struct request *r, struct refusal *no)
{
	const struct route *route = routes;

	while (route->path && !has_path(route, r->path.at))
		route++;
	if (!route->path) {
		refusal_set(no, 404, "there is no such route");
	} else if (!has_method(route, r->method)) {
		refusal_set(no, 405, "this route has another method");
		no->allow = route->method;
	}
}

static bool is_good_key(const struct sound *s, const struct head_field *f)
{
	if (head_same(f->name, "x-api-key"))
		return !(s->freedoms & FREEDOM_BEARER_ONLY) &&
		       strcmp(f->value, s->key) == 0;
	return head_same(f->name, "authorization") &&
	       !(s->freedoms & FREEDOM_X_API_KEY_ONLY) &&
	       head_starts(f->value, "Bearer ") &&
	       strcmp(f->value + strlen("Bearer "), s->key) == 0;
}

static void check_key(const struct sound *s, const struct request *r,
		      struct refusal *no)
{
	for (size_t i = 0; i < r->head.count; i++)
		if (is_good_key(s, &r->head.fields[i]))
			return;
	refusal_set(no, 401, "a key of this gateway is needed");
}

static void check_coding(const struct sound *s, const struct request *r,
			 struct refusal *no)
{
	if (!head_find(&r->head, "content-encoding"))
		return;
	if (s->freedoms & FREEDOM_NO_CODING_400)
		refusal_set(no, 400, "compressed requests are not read here");
	if (s->freedoms & FREEDOM_NO_CODING_415)
		refusal_set(no, 415, "compressed requests are not read here");
}

/* Can the name be put into a message without escapes? */
static bool is_plain_name(const struct bytes *json, const struct member *m)
{
	for (size_t i = 0; i < m->len; i++)
		if ((unsigned char)json->at[m->at + i] < 0x20)
			return false;
	return m->len <= NAME_MOST;
}

/* Refuses models that are not on the list; a model that is no text is left to
 * the provider. */
static void check_model(const struct sound *s, const struct request *r,
			struct refusal *no)
{
	int status = s->freedoms & FREEDOM_MODELS_404 ? 404 : 400;
	struct member m;

	if (!(s->freedoms & (FREEDOM_MODELS_404 | FREEDOM_MODELS_400)) ||
	    !member_find(&m, &r->body, "model") || r->body.at[m.at] != '"')
		return;
	for (const char *const *known = models; *known; known++)
		if (member_is(&m, &r->body, *known))
			return;
	if (is_plain_name(&r->body, &m))
		refusal_set(no, status, "model: %.*s is not served here",
			    (int)m.len - 2, r->body.at + m.at + 1);
	else
		refusal_set(no, status, "this model is not served here");
}

static void check_safeguards(const struct sound *s, const struct request *r,
			     struct refusal *no)
{
	struct member m;

	if ((s->freedoms & FREEDOM_NO_SAFEGUARDS) &&
	    member_find(&m, &r->body, "safeguards"))
		refusal_set(no, 400, "safeguards are not carried here");
}

static void check_threads(const struct sound *s, const struct request *r,
			  struct refusal *no)
{
	struct member m;

	if ((s->freedoms & FREEDOM_NO_THREADS) &&
	    member_find(&m, &r->body, "thread"))
		refusal_set(no, 400,
			    "capability_rejected: beta_header:"
			    "message-threads-2026-08-12");
}

static enum relay_end greet(const struct conn *client, const struct request *r)
{
	struct bytes all = { 0 };
	bool sent;

	bytes_format(&all, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n%s\r\n",
		     r->closes ? "connection: close\r\n" : "");
	sent = conn_send(client, all.at, all.len);
	bytes_clear(&all);
	if (!sent)
		return RELAY_LEFT;
	return r->closes ? RELAY_LAST : RELAY_WHOLE;
}

static enum relay_end refuse(const struct sound *s, const struct conn *client,
			     const struct request *r, struct refusal *no)
{
	if (r->closes || (s->freedoms & FREEDOM_NO_CHUNKS))
		no->closes = true;
	if (!refusal_send(no, client, r->method, fields_id_name(s)))
		return RELAY_LEFT;
	return no->closes ? RELAY_LAST : RELAY_WHOLE;
}

static enum relay_end answer(struct sound *s, struct conn *client,
			     struct request *r)
{
	struct refusal no = { 0 };
	enum relay_end end = RELAY_REFUSED;
	bool warm_up;

	if (!request_read(r, client, s->freedoms, &no))
		return RELAY_LEFT;
	warm_up = !no.status && is_warm_up(r);
	if (!no.status && !warm_up) {
		check_route(r, &no);
		check_key(s, r, &no);
		check_coding(s, r, &no);
	}
	if (!request_body(r, client, &no))
		return RELAY_LEFT;
	check_model(s, r, &no);
	check_safeguards(s, r, &no);
	check_threads(s, r, &no);
	if (!no.status)
		end = warm_up ? greet(client, r) : relay_run(s, client, r, &no);
	return end == RELAY_REFUSED ? refuse(s, client, r, &no) : end;
}

void serve_client(struct sound *s, int fd)
{
	struct conn client = { .fd = fd };
	enum relay_end end = RELAY_WHOLE;

	conn_plain(fd);
	while (end == RELAY_WHOLE) {
		struct request r = { 0 };

		end = answer(s, &client, &r);
		request_clear(&r);
	}
	if (end == RELAY_RESET)
		conn_reset(&client);
	else if (end == RELAY_LAST)
		conn_part(&client);
	else
		conn_close(&client);
}
