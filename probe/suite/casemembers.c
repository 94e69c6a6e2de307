/* Reads the members of one case from the expanded JSON. */
#include <stdlib.h>
#include <string.h>

#include "probe/look/subject.h"
#include "probe/suite/casefile_private.h"
#include "probe/suite/claims.h"
#include "formats/clientformat.h"
#include "wire/bytes/mem.h"
#include "wire/json/jwalk.h"

#define LIMIT_MS 8000
/* Starting the client takes long, most of all beside others */
#define LIVE_LIMIT_MS 30000
#define CASE_CLAIMS_LIMIT 64

struct case_fields {
	const char *title, *why, *fix, *seen, *reason, *client_format;
	const cJSON *provider, *guards, *level, *effect, *needs, *upstream,
		*steps, *checks;
	bool slow, exclusive, once, black_box;
	uint32_t limit_ms, provider_count;
};

#define AT(member) offsetof(struct case_fields, member)

static const struct json_field fields[] = {
	{ "title", JSON_TEXT, AT(title), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "why", JSON_TEXT, AT(why), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "fix", JSON_TEXT, AT(fix), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "guards", JSON_ARRAY, AT(guards), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "level", JSON_ANY, AT(level), JSON_REQUIRED },
	{ "effect", JSON_ANY, AT(effect), JSON_REQUIRED },
	{ "effect_reason", JSON_TEXT, AT(reason), JSON_NOT_EMPTY },
	{ "seen", JSON_TEXT, AT(seen), JSON_NOT_EMPTY },
	{ "needs", JSON_ARRAY, AT(needs), 0 },
	{ "client", JSON_IGNORE, 0, 0 },
	{ "slow", JSON_BOOL, AT(slow), 0 },
	{ "exclusive", JSON_BOOL, AT(exclusive), 0 },
	{ "once", JSON_BOOL, AT(once), 0 },
	{ "black_box", JSON_BOOL, AT(black_box), 0 },
	{ "client_format", JSON_TEXT, AT(client_format), JSON_NOT_EMPTY },
	{ "provider", JSON_ANY, AT(provider), 0 },
	{ "providers", JSON_U32, AT(provider_count), 0 },
	{ "limit_ms", JSON_U32, AT(limit_ms), 0 },
	{ "each", JSON_IGNORE, 0, 0 },
	{ "upstream", JSON_OBJECT, AT(upstream), 0 },
	{ "steps", JSON_ARRAY, AT(steps), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "checks", JSON_ARRAY, AT(checks), JSON_REQUIRED | JSON_NOT_EMPTY },
	{ .key = NULL },
};

/* ---- one case ---- */

static bool is_live(const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].kind == STEP_RUN)
			return true;
	return false;
}

/* Does a request lack the mark? The mock cannot tell its run then, so the case
 * runs in the lane. */
static bool needs_lane(const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].request != NULL && !c->steps[i].request->marked)
			return true;
	return false;
}

static char *file_of(struct span text, const char *root)
{
	char *path = span_dup(text), *file = NULL;

	if (clients_recording(&file, root, path, NULL) < 0)
		return path;
	free(path);
	return file;
}

/* Every text of the case that names a fixture. */
static void collect_files(struct casefile *c, const struct json *j,
			  const char *folder)
{
	struct jval root;
	struct jwalk walk;
	struct jstop stop;
	size_t cap = 0;

	if (jscan(span_make(j->text, j->len), &root, NULL) < 0)
		return;
	jwalk_init(&walk, root);
	while (jwalk_next(&walk, &stop)) {
		struct jval v;

		if (strncmp(stop.at, "\"fixtures/", 10) != 0)
			continue;
		v = jscan_value(stop.at, j->text + j->len);
		c->files = mem_room(c->files, c->file_count, &cap,
				    sizeof(*c->files));
		c->files[c->file_count++] = file_of(
			span_make(v.text.at + 1, v.text.len - 2), folder);
	}
}

/* ---- black boxes ---- */

static int fail_black_box(struct reader *r, const char *actor)
{
	return json_fail(
		r->j, cJSON_GetObjectItemCaseSensitive(r->j->root, "black_box"),
		r->f,
		"a black-box case can only use the client's side; '%s' is on "
		"the mock's",
		actor);
}

static int check_black_subject(struct reader *r, const struct subject *s)
{
	if (s == NULL || *subject_actor(s) == 'c')
		return 0;
	return fail_black_box(r, subject_text(s));
}

static int check_black_expect(struct reader *r, const struct expect *e)
{
	if (check_black_subject(r, e->subject) < 0)
		return -1;
	return check_black_subject(r, e->of);
}

/* Do the rules only configure the mock's own provider, without a script? */
static bool is_provider(const struct rules *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t n = 0; n < r->list[i].reply_count; n++)
			if (r->list[i].replies[n].kind != REPLY_PROVIDER)
				return false;
	return true;
}

/* A black-box case runs without a mock, so nothing can play rules or see the
 * provider's side. */
static int check_black_box(struct reader *r)
{
	const struct casefile *c = r->c;

	if (c->upstream != NULL && !is_provider(c->upstream))
		return fail_black_box(r, "upstream");
	for (size_t i = 0; i < c->step_count; i++) {
		const struct step *s = &c->steps[i];

		if (s->kind == STEP_AWAIT && *s->actor != 'c')
			return fail_black_box(r, s->actor);
		if (s->kind == STEP_UNTIL &&
		    check_black_expect(r, s->expect) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->check_count; i++)
		if (check_black_expect(r, &c->checks[i].expect) < 0)
			return -1;
	return 0;
}

static int read_client_format(struct reader *r, const char *name)
{
	r->c->client_format = name ? clientformat_from(name) : FORMAT_MESSAGES;
	if (r->c->client_format != FORMAT_UNKNOWN)
		return 0;
	return json_fail(
		r->j,
		cJSON_GetObjectItemCaseSensitive(r->j->root, "client_format"),
		r->f, "key 'client_format' must be " CLIENTFORMAT_NAMES);
}

static int add_provider(struct reader *r, const cJSON *word)
{
	enum format format = cJSON_IsString(word)
				     ? format_from(word->valuestring)
				     : FORMAT_UNKNOWN;

	if (format == FORMAT_UNKNOWN)
		return json_fail(r->j, word, r->f,
				 "key 'provider' must be 'messages', "
				 "'openai-chat', 'openai-responses', "
				 "'bedrock', 'vertex', a list of these, or "
				 "'any'");
	r->c->providers |= 1U << format;
	return 0;
}

/* By default a black-box case is for any provider, other cases for one that
 * speaks the client's format. */
static int read_provider(struct reader *r, const struct case_fields *q)
{
	const cJSON *word;

	r->c->black_box = q->black_box;
	r->c->providers = q->black_box ? 0 : 1U << r->c->client_format;
	if (!q->provider)
		return 0;
	r->c->providers = 0;
	if (cJSON_IsString(q->provider) &&
	    strcmp(q->provider->valuestring, "any") == 0)
		return 0;
	if (!cJSON_IsArray(q->provider) || cJSON_GetArraySize(q->provider) == 0)
		return add_provider(r, q->provider);
	cJSON_ArrayForEach(word, q->provider)
		if (add_provider(r, word) < 0)
			return -1;
	return 0;
}

static int read_claims(struct reader *r, const cJSON *list)
{
	const char *words[CASE_CLAIMS_LIMIT] = { NULL };

	for (size_t i = 0; claims[i].name != NULL; i++)
		words[i] = claims[i].name;
	return casefile_read_words(r, list, "claim", words, &r->c->needs,
				   &r->c->need_count);
}

/* How many providers the case needs: what `providers` says, or the last letter
 * that the case uses. */
static int read_provider_count(struct reader *r, const struct case_fields *q)
{
	const struct rules *rules = r->c->upstream;

	r->c->provider_count = q->provider_count;
	r->counts_providers = q->provider_count == 0;
	for (size_t i = 0; rules != NULL && i < rules->count; i++)
		casefile_take_provider(r, rules->list[i].provider);
	if (q->provider_count <= ACTOR_PROVIDERS)
		return 0;
	return json_fail(
		r->j, cJSON_GetObjectItemCaseSensitive(r->j->root, "providers"),
		r->f, "there are %d providers at most", ACTOR_PROVIDERS);
}

static int fill_case(struct reader *r, const struct case_fields *q)
{
	struct casefile *c = r->c;

	c->title = xstrdup(q->title);
	c->why = xstrdup(q->why);
	c->fix = xstrdup(q->fix);
	c->effect_seen = q->seen != NULL ? xstrdup(q->seen) : NULL;
	c->effect_reason = q->reason != NULL ? xstrdup(q->reason) : NULL;
	c->slow = q->slow;
	c->once = q->once;
	c->limit_ms = q->limit_ms;
	if (c->limit_ms == 0)
		return json_fail(r->j,
				 cJSON_GetObjectItemCaseSensitive(r->j->root,
								  "limit_ms"),
				 r->f, "key 'limit_ms' must be at least 1");
	if (casefile_read_words(r, q->guards, "guard", NULL, &c->guards,
				&c->guard_count) < 0 ||
	    casefile_read_level(r, q->level, &c->level) < 0 ||
	    casefile_read_effect(r, q->effect, &c->effect) < 0)
		return -1;
	if (read_client_format(r, q->client_format) < 0 ||
	    (q->needs != NULL && read_claims(r, q->needs) < 0))
		return -1;
	if (q->upstream != NULL &&
	    rules_read(&c->upstream, r->j, q->upstream, r->root, r->f) < 0)
		return -1;
	if (read_provider_count(r, q) < 0)
		return -1;
	if (casefile_read_steps(r, q->steps) < 0 ||
	    casefile_read_checks(r, q->checks) < 0)
		return -1;
	if (q->black_box && check_black_box(r) < 0)
		return -1;
	if (read_provider(r, q) < 0)
		return -1;
	c->live = is_live(c);
	if (c->live && !cJSON_HasObjectItem(r->j->root, "limit_ms"))
		c->limit_ms = LIVE_LIMIT_MS;
	c->strain = strain_of(c->upstream);
	c->exclusive = q->exclusive || needs_lane(c);
	collect_files(c, r->j, r->root);
	return 0;
}

/* ---- the member `client`, and choosing the client ---- */

const char *casebook_root(const struct casebook *book)
{
	return book->root != NULL ? book->root : ".";
}

int casebook_find_clients(struct casebook *book, const char *wanted,
			  struct fail *f)
{
	if (book->client != NULL)
		return 0;
	clients_clear(&book->clients);
	if (clients_read(&book->clients, casebook_root(book), f) < 0)
		return -1;
	return clients_choose(&book->client, &book->clients, wanted, f);
}

static int read_bound(struct reader *r, const cJSON *node, const char *text,
		      char **out)
{
	if (text == NULL)
		return 0;
	if (!client_is_version(text))
		return json_fail(r->j, node, r->f,
				 "'%s' is no version, such as 2.1.329", text);
	*out = xstrdup(text);
	return 0;
}

static int read_range(struct reader *r, const cJSON *node,
		      struct client_range *out)
{
	static const struct json_field bounds[] = {
		{ "min", JSON_TEXT, offsetof(struct client_range, min), 0 },
		{ "max", JSON_TEXT, offsetof(struct client_range, max), 0 },
		{ .key = NULL },
	};
	struct client_range given = { .min = NULL };

	if (json_read(r->j, node, bounds, &given, r->f) < 0 ||
	    read_bound(r, node, given.min, &out->min) < 0 ||
	    read_bound(r, node, given.max, &out->max) < 0)
		return -1;
	if (out->min != NULL && out->max != NULL &&
	    client_compare(out->min, out->max) > 0)
		return json_fail(r->j, node, r->f,
				 "the oldest client (min) is newer than the "
				 "newest (max)");
	return 0;
}

static void put_not_for(struct casefile *c, const char *chosen)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, "needs ");
	client_range_write(&c->client, &text);
	buf_addf(&text, "; %s is chosen", chosen);
	c->not_for = buf_take(&text, NULL);
}

int casefile_read_client(struct reader *r, const struct casebook *book,
			 const char **version)
{
	const cJSON *node =
		cJSON_GetObjectItemCaseSensitive(r->j->root, "client");

	if (node == NULL)
		return 0;
	if (read_range(r, node, &r->c->client) < 0)
		return -1;
	if (*version == NULL || client_fits(&r->c->client, *version))
		return 0;
	put_not_for(r->c, *version);
	*version = clients_newest(&book->clients, &r->c->client);
	if (*version == NULL)
		return json_fail(r->j, node, r->f,
				 "no requests of such a client are recorded");
	return 0;
}

int casefile_read_case(struct reader *r)
{
	struct case_fields q = { .limit_ms = LIMIT_MS };
	int rc = -1;

	if (json_read(r->j, r->j->root, fields, &q, r->f) == 0)
		rc = fill_case(r, &q);
	for (size_t i = 0; i < r->sent_count; i++)
		free(r->sent[i]);
	return rc;
}
