/* Reads what `/login` stored on the disk: an OAuth token or an API key. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* Of a key's end, which the client stores with the answer */
#define APPROVED_BYTES 20

static bool has_scope(struct jval oauth, const char *scope)
{
	struct jval list, key, item;
	struct jiter it;

	if (!source_member(oauth, "scopes", &list) || list.type != J_ARRAY)
		return false;
	it = jscan_iter(list);
	while (jscan_next(&it, &key, &item))
		if (item.type == J_STRING && jscan_string_is(item, scope))
			return true;
	return false;
}

static void take_token(struct login *l, const struct source *x)
{
	struct jval oauth, token, plan;

	if (!source_member(x->root, "claudeAiOauth", &oauth) ||
	    !source_member(oauth, "accessToken", &token) ||
	    !has_scope(oauth, "user:inference"))
		return;
	l->token = source_string(token);
	if (!l->token || !*l->token)
		return;
	l->token_source = source_place(x, token);
	l->has_plan = source_member(oauth, "subscriptionType", &plan) &&
		      plan.type == J_STRING;
}

static void read_credentials(struct reading *r)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct source x = { .kind = SOURCE_STATE };
	size_t len;

	buf_addf(&path, "%s/.credentials.json", r->config);
	x.shown = source_shown(r->place, buf_str(&path));
	if (source_text(buf_str(&path), &x.text, &len, NULL) > 0) {
		x.json = span_make(x.text, len);
		if (jscan(x.json, &x.root, NULL) == 0)
			take_token(&r->login, &x);
	}
	source_clear(&x);
	buf_clear(&path);
}

static const struct source *state_of(const struct reading *r)
{
	for (size_t i = 0; i < r->source_count; i++)
		if (r->sources[i].kind == SOURCE_STATE)
			return &r->sources[i];
	return NULL;
}

void login_read(struct reading *r)
{
	const struct source *x = state_of(r);
	struct jval key, answers, list;

	read_credentials(r);
	if (!x)
		return;
	if (source_member(x->root, "primaryApiKey", &key) &&
	    (r->login.key = source_string(key)) != NULL)
		r->login.key_source = source_place(x, key);
	if (source_member(x->root, "customApiKeyResponses", &answers) &&
	    source_member(answers, "rejected", &list))
		r->login.rejected = list;
}

bool login_rejects(const struct login *l, const char *key)
{
	size_t len = strlen(key);
	const char *end =
		len > APPROVED_BYTES ? key + len - APPROVED_BYTES : key;
	struct jval name, item;
	struct jiter it;

	if (!*key || l->rejected.type != J_ARRAY)
		return false;
	it = jscan_iter(l->rejected);
	while (jscan_next(&it, &name, &item))
		if (jscan_string_is(item, end))
			return true;
	return false;
}

void login_clear(struct login *l)
{
	free(l->token);
	free(l->token_source);
	free(l->key);
	free(l->key_source);
}
