/* Finds the model that a session asks for first. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

#define OPUS_VARIABLE "ANTHROPIC_DEFAULT_OPUS_MODEL"
#define BIG_WINDOW "[1m]" /* for the client alone, not sent */

/* Aliases that the client translates, and the variable that sets their meaning;
 * NULL: none. */
static const struct {
	const char *name, *variable;
} aliases[] = {
	{ "sonnet", "ANTHROPIC_DEFAULT_SONNET_MODEL" },
	{ "opusplan", "ANTHROPIC_DEFAULT_SONNET_MODEL" },
	{ "opus", OPUS_VARIABLE },
	{ "best", OPUS_VARIABLE },
	{ "haiku", "ANTHROPIC_DEFAULT_HAIKU_MODEL" },
	{ "fable", "ANTHROPIC_DEFAULT_FABLE_MODEL" },
	{ "default", NULL },
};

static void cut_window(char *model)
{
	size_t len = strlen(model), mark = strlen(BIG_WINDOW);

	if (len > mark && strcasecmp(model + len - mark, BIG_WINDOW) == 0)
		model[len - mark] = '\0';
}

/* Where the model is chosen: a variable, or the setting "model"; NULL:
 * nowhere. */
static const struct setting *chosen(const struct settings *s)
{
	const struct setting *x = values_find(s, "ANTHROPIC_MODEL");

	if (!x || !*x->value)
		x = values_find(s, "model");
	return x && *x->value ? x : NULL;
}

/* Without a choice the client takes Opus, or Sonnet for an OAuth token or a
 * login without a plan. */
static const char *default_variable(const struct reading *r)
{
	const struct settings *s = r->s;
	const char *by =
		s->credential_count > 0 ? s->credentials[0].variable : "";
	bool is_sonnet = strcmp(by, "CLAUDE_CODE_OAUTH_TOKEN") == 0 ||
			 (strcmp(by, "login") == 0 && !r->login.has_plan);

	return is_sonnet ? "ANTHROPIC_DEFAULT_SONNET_MODEL" : OPUS_VARIABLE;
}

static const char *variable_of(const char *model)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(model, aliases[i].name) == 0)
			return aliases[i].variable;
	return NULL;
}

bool settings_is_model_alias(const char *model)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(model, aliases[i].name) == 0)
			return true;
	return false;
}

#define NO_REMAP "CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP"
#define NEWEST_OPUS "claude-opus-5-5"

/* Measured with 2.1.332. Other old models are sent under their own name. */
const char *model_instead(const struct settings *s, const char *model)
{
	static const char *const retired[] = {
		"claude-opus-4-20250514",
		"claude-opus-4-1-20250805",
		"claude-opus-4-0",
		"claude-opus-4-1",
	};
	const char *own = values_text(s, OPUS_VARIABLE);

	for (size_t i = 0; i < sizeof(retired) / sizeof(retired[0]); i++)
		if (strcasecmp(model, retired[i]) == 0 &&
		    !values_is_true(values_text(s, NO_REMAP)))
			return *own ? own : NEWEST_OPUS;
	return NULL;
}

static void set(struct settings *s, char *model, const char *source)
{
	free(s->model);
	free(s->model_source);
	s->model = model;
	s->model_source = xstrdup(source);
	cut_window(s->model);
}

static void use_variable(struct settings *s, const char *variable)
{
	const struct setting *x = variable ? values_find(s, variable) : NULL;

	if (x && *x->value)
		set(s, values_trimmed(x->value), x->source);
}

/* Replaces a retired model, if it was chosen by its own name and not by an
 * alias. */
static void use_newer(struct settings *s)
{
	const char *newer = model_instead(s, s->model);
	char *source;

	if (!newer)
		return;
	source = xstrdup(s->model_source);
	set(s, xstrdup(newer), source);
	free(source);
}

/* modelOverrides replaces ids that begin with claude-; the last file that has
 * the id counts. */
static void use_override(struct reading *r)
{
	struct jval map, to;

	if (!r->s->model || strncmp(r->s->model, "claude-", 7) != 0)
		return;
	for (size_t i = r->source_count; i-- > 0;) {
		const struct source *x = &r->sources[i];
		char *model, *where;

		if (!source_member(x->root, "modelOverrides", &map) ||
		    !source_member(map, r->s->model, &to) ||
		    (model = source_string(to)) == NULL)
			continue;
		where = source_place(x, to);
		set(r->s, model, where);
		free(where);
		return;
	}
}

void model_resolve(struct reading *r)
{
	const struct setting *x = chosen(r->s);

	if (x) {
		set(r->s, values_trimmed(x->value), x->source);
		if (variable_of(r->s->model))
			use_variable(r->s, variable_of(r->s->model));
		else
			use_newer(r->s);
	} else {
		use_variable(r->s, default_variable(r));
	}
	use_override(r);
}
