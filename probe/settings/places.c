/* Reads the settings files in order of weight, the weakest first. */
#include "probe/settings/settings_private.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/bytes/mem.h"

#define MANAGED_FOLDER "/etc/claude-code"
#define PARENTS_LIMIT 256

static bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static char *joined(const char *folder, const char *name)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

static void add(struct reading *r, enum source_kind kind, const char *folder,
		const char *name)
{
	char *path = joined(folder, name);

	source_add(r, kind, path);
	free(path);
}

/* The nearest folder with a .git, from the project's folder upwards; NULL:
 * none. */
static char *tree_of(const char *folder)
{
	char *at = xstrdup(folder);

	for (int i = 0; i < PARENTS_LIMIT && *at; i++) {
		char *git = joined(at, ".git");
		bool found = file_exists(git);
		char *slash = strrchr(at, '/');

		free(git);
		if (found)
			return at;
		if (!slash)
			break;
		*slash = '\0';
	}
	free(at);
	return NULL;
}

/* The folder of the main working tree if `tree` is a linked one (its .git is a
 * file), else `tree`. */
static char *main_tree(const char *tree)
{
	char *git = joined(tree, ".git"), *text = NULL, *end;
	struct span to = SPAN_EMPTY;
	size_t len;

	if (source_text(git, &text, &len, NULL) > 0)
		to = span_make(text, len);
	free(git);
	end = text ? strstr(text, "/.git/worktrees/") : NULL;
	to = end && span_starts(to, "gitdir: /")
		     ? span_make(text + 8, (size_t)(end - text) - 8)
		     : span_of(tree);
	git = span_dup(to);
	free(text);
	return git;
}

/* CLAUDE_CONFIG_DIR may name another folder than ~/.claude. */
static void find_config(struct reading *r)
{
	const char *given = values_text(r->s, "CLAUDE_CONFIG_DIR");

	if (!*given)
		r->config = joined(r->place->home, ".claude");
	else if (*given == '/')
		r->config = xstrdup(given);
	else
		r->config = joined(r->place->folder, given);
}

static void find_state(struct reading *r)
{
	bool given = *values_text(r->s, "CLAUDE_CONFIG_DIR") != '\0';

	r->state = joined(r->config, ".config.json");
	if (file_exists(r->state))
		return;
	free(r->state);
	r->state = joined(given ? r->config : r->place->home, ".claude.json");
}

/* ---- managed ---- */

static int is_json_name(const struct dirent *e)
{
	struct span name = span_of(e->d_name);

	return name.len > 0 && name.at[0] != '.' && span_ends(name, ".json");
}

/* In C order of their names, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_managed(struct reading *r)
{
	const char *folder =
		r->place->managed ? r->place->managed : MANAGED_FOLDER;
	char *below = joined(folder, "managed-settings.d");
	struct dirent **list;
	int n;

	add(r, SOURCE_MANAGED, folder, "managed-settings.json");
	n = scandir(below, &list, is_json_name, by_name);
	for (int i = 0; i < n; i++) {
		add(r, SOURCE_MANAGED, below, list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	free(below);
}

/* The user's file may set CLAUDE_CONFIG_DIR. Then the file in that folder is
 * read too; of the first file only the variables count. */
static void add_user(struct reading *r)
{
	char *before = r->config;

	add(r, SOURCE_USER, r->config, "settings.json");
	find_config(r);
	if (strcmp(before, r->config) != 0) {
		values_drop_keys(r->s);
		add(r, SOURCE_USER, r->config, "settings.json");
	}
	free(before);
}

/* The file at the root of the working tree overrides the one in the folder. */
static void add_local(struct reading *r)
{
	const char *folder = r->place->folder;
	char *root = r->tree ? main_tree(r->tree) : NULL;

	add(r, SOURCE_LOCAL, folder, ".claude/settings.local.json");
	if (root && strcmp(root, folder) != 0 &&
	    strcmp(root, r->place->home) != 0)
		add(r, SOURCE_LOCAL, root, ".claude/settings.local.json");
	free(root);
}

void places_read(struct reading *r)
{
	values_of_environment(r);
	find_config(r);
	find_state(r);
	source_add(r, SOURCE_STATE, r->state);
	add_user(r);
	r->tree = tree_of(r->place->folder);
	add(r, SOURCE_PROJECT, r->place->folder, ".claude/settings.json");
	add_local(r);
	add_managed(r);
}
