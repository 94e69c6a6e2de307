/* Reads steps of live cases: sessions of the real client, and what the user
 * does. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"

struct run_fields {
	const char *run, *prompt, *mode, *key;
	const cJSON *arguments, *environment, *files;
	bool terminal;
};

struct user_fields {
	const char *type, *keys, *signal, *with;
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

bool casefile_is_live_step(const cJSON *node)
{
	return member(node, "run") != NULL || member(node, "type") != NULL ||
	       member(node, "signal") != NULL;
}

static void texts_free(char **list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

void casefile_live_free(struct live_start *l)
{
	if (l == NULL)
		return;
	free(l->prompt);
	free(l->key);
	free(l->mode);
	texts_free(l->arguments, l->argument_count);
	texts_free(l->variables, l->variable_count);
	for (size_t i = 0; i < l->file_count; i++) {
		free(l->files[i].name);
		free(l->files[i].bytes);
	}
	free(l->files);
	free(l);
}

/* ---- how a session begins ---- */

/* An argument may be repeated, as in `--allowedTools A --disallowedTools A`. */
static int read_arguments(struct reader *r, const cJSON *list,
			  struct live_start *l)
{
	const cJSON *node;

	l->arguments = xcalloc((size_t)cJSON_GetArraySize(list) + 1,
			       sizeof(*l->arguments));
	cJSON_ArrayForEach(node, list) {
		if (!cJSON_IsString(node))
			return json_fail(r->j, node, r->f,
					 "an argument must be a text");
		l->arguments[l->argument_count++] = xstrdup(node->valuestring);
	}
	return 0;
}

/* null removes a variable that the session would have. */
static int read_environment(struct reader *r, const cJSON *object,
			    struct live_start *l)
{
	const cJSON *node;

	l->variables = xcalloc((size_t)cJSON_GetArraySize(object) + 1,
			       sizeof(*l->variables));
	cJSON_ArrayForEach(node, object) {
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		if (strpbrk(node->string, "= \n") != NULL ||
		    *node->string == '\0' ||
		    (!cJSON_IsString(node) && !cJSON_IsNull(node)))
			return json_fail(
				r->j, node, r->f,
				"a variable must have a name, and be a text "
				"or null");
		buf_add_text(&text, node->string);
		if (cJSON_IsString(node))
			buf_addf(&text, "=%s", node->valuestring);
		l->variables[l->variable_count++] = buf_take(&text, NULL);
	}
	return 0;
}

static bool is_inside(const char *name)
{
	return *name != '\0' && *name != '/' && strstr(name, "..") == NULL;
}

static int read_file(struct reader *r, const cJSON *node, struct live_file *out)
{
	const cJSON *from = cJSON_IsObject(node) ? member(node, "from") : NULL;

	if (!is_inside(node->string))
		return json_fail(
			r->j, node, r->f,
			"a file has to be inside the session's folder");
	out->name = xstrdup(node->string);
	out->is_text = cJSON_IsString(node);
	if (out->is_text) {
		out->bytes = casefile_read_string(r->j, node, &out->len);
		return 0;
	}
	if (!cJSON_IsString(from) || cJSON_GetArraySize(node) != 1)
		return json_fail(r->j, node, r->f,
				 "a file must be a text, or "
				 "{ \"from\": \"fixtures/...\" }");
	return casefile_read_fixture(r, from, &out->bytes, &out->len);
}

static int read_files(struct reader *r, const cJSON *object,
		      struct live_start *l)
{
	const cJSON *node;

	l->files = xcalloc((size_t)cJSON_GetArraySize(object) + 1,
			   sizeof(*l->files));
	cJSON_ArrayForEach(node, object)
		if (read_file(r, node, &l->files[l->file_count++]) < 0)
			return -1;
	return 0;
}

static int read_run(struct reader *r, const cJSON *node, struct step *out)
{
	static const struct json_field run_members[] = {
		{ "run", JSON_TEXT, offsetof(struct run_fields, run),
		  JSON_REQUIRED },
		{ "prompt", JSON_TEXT, offsetof(struct run_fields, prompt),
		  JSON_NOT_EMPTY },
		{ "mode", JSON_TEXT, offsetof(struct run_fields, mode),
		  JSON_NOT_EMPTY },
		{ "key", JSON_TEXT, offsetof(struct run_fields, key),
		  JSON_NOT_EMPTY },
		{ "arguments", JSON_ARRAY,
		  offsetof(struct run_fields, arguments), 0 },
		{ "environment", JSON_OBJECT,
		  offsetof(struct run_fields, environment), 0 },
		{ "files", JSON_OBJECT, offsetof(struct run_fields, files), 0 },
		{ "terminal", JSON_BOOL, offsetof(struct run_fields, terminal),
		  0 },
		{ .key = NULL },
	};
	struct run_fields q = { .run = NULL };
	struct live_start *l = xcalloc(1, sizeof(*l));

	out->kind = STEP_RUN;
	out->live = l;
	if (json_read(r->j, node, run_members, &q, r->f) < 0)
		return -1;
	if (casefile_name_client(r, member(node, "run"), q.run) < 0 ||
	    casefile_add_sent(r, member(node, "run"), q.run) < 0)
		return -1;
	if (q.prompt == NULL && !q.terminal)
		return json_fail(r->j, node, r->f,
				 "a session without a 'terminal' needs a "
				 "'prompt'");
	out->actor = xstrdup(q.run);
	l->prompt = q.prompt != NULL ? xstrdup(q.prompt) : NULL;
	if (q.key != NULL &&
	    casefile_read_key(r, member(node, "key"), &l->key) < 0)
		return -1;
	l->mode = q.mode != NULL ? xstrdup(q.mode) : NULL;
	l->terminal = q.terminal;
	if (q.arguments != NULL && read_arguments(r, q.arguments, l) < 0)
		return -1;
	if (q.environment != NULL && read_environment(r, q.environment, l) < 0)
		return -1;
	return q.files != NULL ? read_files(r, q.files, l) : 0;
}

/* ---- what the user does ---- */

static int signal_of(const char *name)
{
	if (strcmp(name, "INT") == 0)
		return SIGINT;
	return strcmp(name, "TERM") == 0 ? SIGTERM : 0;
}

/* The session that a step before this one began. */
static const struct live_start *session_of(const struct reader *r,
					   const char *actor)
{
	for (size_t i = 0; i < r->c->step_count; i++)
		if (r->c->steps[i].kind == STEP_RUN &&
		    r->c->steps[i].actor != NULL &&
		    strcmp(r->c->steps[i].actor, actor) == 0)
			return r->c->steps[i].live;
	return NULL;
}

static int read_user(struct reader *r, const cJSON *node, struct step *out)
{
	static const struct json_field user_members[] = {
		{ "type", JSON_TEXT, offsetof(struct user_fields, type), 0 },
		{ "keys", JSON_TEXT, offsetof(struct user_fields, keys),
		  JSON_NOT_EMPTY },
		{ "signal", JSON_TEXT, offsetof(struct user_fields, signal),
		  0 },
		{ "with", JSON_TEXT, offsetof(struct user_fields, with), 0 },
		{ .key = NULL },
	};
	struct user_fields q = { .type = NULL };
	const struct live_start *l;
	const char *actor;

	if (json_read(r->j, node, user_members, &q, r->f) < 0)
		return -1;
	if ((q.type != NULL) == (q.signal != NULL) ||
	    (q.type != NULL) != (q.keys != NULL) ||
	    (q.signal != NULL) != (q.with != NULL))
		return json_fail(r->j, node, r->f,
				 "'type' goes with 'keys', 'signal' with "
				 "'with'");
	actor = q.type != NULL ? q.type : q.signal;
	l = session_of(r, actor);
	if (l == NULL)
		return json_fail(r->j, node, r->f,
				 "no step before this runs '%s'", actor);
	if (q.type != NULL && !l->terminal)
		return json_fail(r->j, node, r->f, "'%s' has no terminal",
				 actor);
	out->kind = q.type != NULL ? STEP_TYPE : STEP_SIGNAL;
	out->actor = xstrdup(actor);
	out->keys = q.keys != NULL ? xstrdup(q.keys) : NULL;
	out->signal = q.with != NULL ? signal_of(q.with) : 0;
	if (q.with != NULL && out->signal == 0)
		return json_fail(r->j, member(node, "with"), r->f,
				 "'with' is INT or TERM");
	return 0;
}

int casefile_read_live_step(struct reader *r, const cJSON *node,
			    struct step *out)
{
	return member(node, "run") != NULL ? read_run(r, node, out)
					   : read_user(r, node, out);
}
