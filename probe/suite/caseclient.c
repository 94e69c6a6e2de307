/* The member `client` of a case, and the client that a book is read for. */
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"

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
		{ NULL, JSON_IGNORE, 0, 0 },
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
