/* Reads one case file: makes its id, and a case for each row of `each`. */
#include "probe/suite/casefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"

/* ---- the id ---- */

/* "x/cases/errors/status.json" is errors/status. */
static int id_of(const char *name, char **out, struct fail *f)
{
	const char *from = name, *at;
	size_t len;

	for (at = strstr(name, "cases/"); at; at = strstr(at + 1, "cases/"))
		if (at == name || at[-1] == '/')
			from = at + 6;
	len = strlen(from);
	if (len < 6 || strcmp(from + len - 5, ".json") != 0)
		return fail_set(f, FAIL_CASE, "%s: a case is a .json file",
				name);
	if (strchr(from, '/') == NULL)
		return fail_set(
			f, FAIL_CASE,
			"%s: a case has to be in the folder of its area", name);
	*out = xmemdup(from, len - 5);
	return 0;
}

static bool is_id_text(const char *id)
{
	return *id != '\0' && strspn(id, "abcdefghijklmnopqrstuvwxyz"
					 "0123456789._-") == strlen(id);
}

static void put_id(struct casefile *c, const char *id, const char *row)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&text, id);
	if (row != NULL)
		buf_addf(&text, "/%s", row);
	c->id = buf_take(&text, NULL);
	c->area = span_dup(
		span_first(span_of(id), span_find_byte(span_of(id), '/')));
}

/* ---- one file ---- */

struct filing {
	struct casebook *book;
	const struct json *j; /* the file before it is expanded */
	const char *id;
	const struct casebook_values *values;
	struct fail *f;
};

static void add_case(struct casebook *book, struct casefile *c)
{
	book->list = mem_room(book->list, book->count, &book->cap,
			      sizeof(*book->list));
	book->list[book->count++] = c;
}

static void name_row(struct fail *f, const char *row)
{
	size_t len = strlen(f->text);

	snprintf(f->text + len, sizeof(f->text) - len, " (in row '%s')", row);
}

/* Expands the file for this row and this client, and reads it as JSON. */
static int open_row(struct filing *g, struct jval row, const char *client,
		    struct expansion *x, struct json **out)
{
	struct casebook_values values = *g->values;

	json_free(*out);
	*out = NULL;
	expansion_clear(x);
	values.client = client;
	if (casefile_expand(x, g->j, row, &values, g->f) < 0)
		return -1;
	return json_parse(out, g->j->name, buf_span(&x->text), g->f);
}

static int read_row(struct filing *g, struct jval row, struct expansion *x,
		    struct reader *r, struct json **j)
{
	const char *client = g->book->client;

	r->j = *j;
	if (casefile_read_client(r, g->book, &client) < 0)
		return -1;
	if (client != g->book->client && open_row(g, row, client, x, j) < 0)
		return -1;
	r->j = *j;
	return casefile_read_case(r);
}

/* Reads the case of one row; `row` NULL: the file has no rows. */
static int file_row(struct filing *g, const cJSON *row, const char *row_id)
{
	struct jval raw = { .text = { NULL, 0 } };
	struct casefile *c = xcalloc(1, sizeof(*c));
	struct expansion x = { .count = 0 };
	struct json *j = NULL;
	struct reader r = { .root = casebook_root(g->book), .c = c, .f = g->f };
	int rc = -1;

	if (row != NULL)
		raw = json_raw(g->j, row);
	c->path = xstrdup(g->j->name);
	put_id(c, g->id, row_id);
	casefile_take_keys(c, g->values, g->book->weak);
	if (open_row(g, raw, g->book->client, &x, &j) < 0)
		goto out;
	if (read_row(g, raw, &x, &r, &j) < 0) {
		expansion_place(&x, g->j, g->f);
		if (row != NULL && x.count > 0 && g->f != NULL)
			name_row(g->f, row_id);
		goto out;
	}
	add_case(g->book, c);
	c = NULL;
	rc = 0;
out:
	casefile_free(c);
	json_free(j);
	expansion_clear(&x);
	return rc;
}

static int row_id(struct filing *g, const cJSON *each, const cJSON *row,
		  const char **out)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(row, "id");
	const cJSON *other;

	if (!cJSON_IsObject(row))
		return json_fail(g->j, row, g->f, "a row must be an object");
	if (!cJSON_IsString(id))
		return json_fail(g->j, row, g->f,
				 "a row needs an 'id', a text");
	if (!is_id_text(id->valuestring))
		return json_fail(g->j, id, g->f,
				 "the id of a row is made of a-z, 0-9, '.', "
				 "'_' and '-'");
	for (other = each->child; other != row; other = other->next)
		if (strcmp(cJSON_GetObjectItemCaseSensitive(other, "id")
				   ->valuestring,
			   id->valuestring) == 0)
			return json_fail(g->j, id, g->f, "a second row '%s'",
					 id->valuestring);
	*out = id->valuestring;
	return 0;
}

/* Fails if a member of the row is used by no ${each.NAME}. */
static int check_used(struct filing *g, const cJSON *row)
{
	struct buf word = BUF_INIT(BUF_NO_LIMIT);
	const cJSON *m;
	int rc = 0;

	cJSON_ArrayForEach(m, row) {
		if (rc < 0 || strcmp(m->string, "id") == 0)
			continue;
		buf_reset(&word);
		buf_addf(&word, "${each.%s}", m->string);
		if (strstr(g->j->text, buf_str(&word)) == NULL)
			rc = json_fail(g->j, m, g->f,
				       "nothing in the case names %s",
				       buf_str(&word));
	}
	buf_clear(&word);
	return rc;
}

static int file_rows(struct filing *g, const cJSON *each)
{
	const cJSON *row;
	const char *id;

	if (!cJSON_IsArray(each) || each->child == NULL)
		return json_fail(g->j, each, g->f,
				 "'each' must be a list of rows");
	if (cJSON_GetArraySize(each) > CASE_EACH_LIMIT)
		return json_fail(g->j, each, g->f, "more than %d rows",
				 CASE_EACH_LIMIT);
	cJSON_ArrayForEach(row, each)
		if (row_id(g, each, row, &id) < 0 || check_used(g, row) < 0)
			return -1;
	cJSON_ArrayForEach(row, each)
		if (row_id(g, each, row, &id) < 0 || file_row(g, row, id) < 0)
			return -1;
	return 0;
}

int casefile_parse(struct casebook *book, const char *name, struct span text,
		   const struct casebook_values *values, struct fail *f)
{
	static const struct casebook_values none = CASEBOOK_VALUES_INIT;
	struct filing g = { .book = book, .f = f };
	size_t before = book->count;
	struct json *j = NULL;
	const cJSON *each;
	char *id = NULL;
	int rc = -1;

	g.values = values != NULL ? values : &none;
	if (casebook_find_clients(book, g.values->client, f) < 0 ||
	    id_of(name, &id, f) < 0 || json_parse(&j, name, text, f) < 0)
		goto out;
	g.j = j;
	g.id = id;
	each = cJSON_GetObjectItemCaseSensitive(j->root, "each");
	rc = each != NULL ? file_rows(&g, each) : file_row(&g, NULL, NULL);
out:
	while (rc < 0 && book->count > before)
		casefile_free(book->list[--book->count]);
	json_free(j);
	free(id);
	return rc;
}

static void words_free(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(words[i]);
	free(words);
}

static void step_clear(struct step *s)
{
	free(s->actor);
	request_free(s->request);
	if (s->expect != NULL)
		expect_clear(s->expect);
	free(s->expect);
	free(s->hold);
	free(s->note);
	free(s->keys);
	casefile_live_free(s->live);
}

void casefile_free(struct casefile *c)
{
	if (c == NULL)
		return;
	free(c->id);
	free(c->area);
	free(c->path);
	free(c->title);
	free(c->why);
	free(c->fix);
	free(c->effect_seen);
	free(c->effect_reason);
	client_range_clear(&c->client);
	free(c->not_for);
	for (size_t i = 0; i < CASE_KEYS; i++)
		free(c->weak[i]);
	words_free(c->guards, c->guard_count);
	words_free(c->needs, c->need_count);
	words_free(c->files, c->file_count);
	rules_free(c->upstream);
	for (size_t i = 0; i < c->step_count; i++)
		step_clear(&c->steps[i]);
	free(c->steps);
	for (size_t i = 0; i < c->check_count; i++) {
		free(c->checks[i].name);
		expect_clear(&c->checks[i].expect);
		if (c->checks[i].when != NULL)
			expect_clear(c->checks[i].when);
		free(c->checks[i].when);
	}
	free(c->checks);
	secrets_clear(&c->secrets);
	free(c);
}
