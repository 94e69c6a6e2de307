/* Wishes of a request: their place, and their members. */
#include "probe/suite/keys/wishes.h"

#include <stddef.h>

int wishes_read(struct wishes *out, const struct json *j, const cJSON *object,
		struct fail *f)
{
	static const struct json_field places[] = {
		{ "header", JSON_TEXT, offsetof(struct wishes, header),
		  JSON_NOT_EMPTY },
		{ "member", JSON_TEXT, offsetof(struct wishes, member),
		  JSON_NOT_EMPTY },
		{ .key = NULL },
	};

	*out = (struct wishes){ .header = NULL };
	if (!object)
		return 0;
	if (json_read(j, object, places, out, f) < 0)
		return -1;
	if (!out->header == !out->member)
		return json_fail(j, object, f,
				 "wishes are read in a 'header' or in a "
				 "'member' of the body");
	return 0;
}

struct wish_members {
	const cJSON *only, *ignore, *order;
	const char *sort, *data_collection;
	bool allow_fallbacks;
};

#define AT(member) offsetof(struct wish_members, member)

static const struct json_field wish_fields[] = {
	{ "only", JSON_ARRAY, AT(only), 0 },
	{ "ignore", JSON_ARRAY, AT(ignore), 0 },
	{ "order", JSON_ARRAY, AT(order), 0 },
	{ "sort", JSON_TEXT, AT(sort), JSON_NOT_EMPTY },
	{ "allow_fallbacks", JSON_BOOL, AT(allow_fallbacks), 0 },
	{ "data_collection", JSON_TEXT, AT(data_collection), JSON_NOT_EMPTY },
	{ .key = NULL },
};

#undef AT

int wishes_check(const struct json *j, const cJSON *object, struct fail *f)
{
	struct wish_members m = { .sort = NULL };

	return json_read(j, object, wish_fields, &m, f);
}
