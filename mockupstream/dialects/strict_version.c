/*
 * Checks what a version of the API accepts. 2026-10-21 has dropped some
 * members: the three that steer sampling, a document directly in an assistant's
 * message, and citations on a user's text.
 */
#include "mockupstream/dialects/strict_private.h"

#define NEWEST "2026-10-21"

static const char *const versions[] = { "2023-01-01", "2023-06-01", NEWEST };

static bool is_known(const char *version)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (span_is(span_of(version), versions[i]))
			return true;
	return false;
}

static int check_sampling(struct strict *s, struct jval root)
{
	static const char *const gone[] = { "temperature", "top_p", "top_k" };
	struct jval v;

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (jscan_member(root, gone[i], &v) && v.type != J_NULL)
			return strict_refuse(
				s, "%s: Extra inputs are not permitted",
				gone[i]);
	return 0;
}

static int check_block(struct strict *s, bool is_user, struct jval block,
		       size_t message, size_t n)
{
	struct jval citations;

	if (!is_user && strict_type_is(block, "document"))
		return strict_refuse(s,
				     "messages.%zu.content.%zu: Input tag "
				     "'document' found using 'type' does not "
				     "match any of the expected tags",
				     message, n);
	if (is_user && strict_type_is(block, "text") &&
	    jscan_member(block, "citations", &citations) &&
	    citations.type == J_ARRAY && jscan_count(citations) > 0)
		return strict_refuse(s,
				     "messages.%zu.content.%zu.text.citations: "
				     "Extra inputs are not permitted",
				     message, n);
	return 0;
}

static int check_message(struct strict *s, struct jval message, size_t n)
{
	struct jval role, content, key, block;
	struct jiter it;
	size_t k = 0;

	if (message.type != J_OBJECT || !jscan_member(message, "role", &role) ||
	    !jscan_member(message, "content", &content) ||
	    content.type != J_ARRAY || !strict_is_word(role, "user assistant"))
		return 0;
	it = jscan_iter(content);
	for (; jscan_next(&it, &key, &block); k++)
		if (check_block(s, strict_is_word(role, "user"), block, n, k) <
		    0)
			return -1;
	return 0;
}

int strict_check_version(struct strict *s, struct jval root)
{
	const char *version = headers_get(s->headers, "anthropic-version");
	struct jval messages, key, message;
	struct jiter it;
	size_t n = 0;

	if (!version)
		return 0;
	if (!is_known(version))
		return strict_refuse(s,
				     "anthropic-version: \"%.100s\" is not a "
				     "valid version",
				     version);
	if (!span_is(span_of(version), NEWEST))
		return 0;
	if (check_sampling(s, root) < 0)
		return -1;
	if (!jscan_member(root, "messages", &messages) ||
	    messages.type != J_ARRAY)
		return 0;
	it = jscan_iter(messages);
	while (jscan_next(&it, &key, &message))
		if (check_message(s, message, n++) < 0)
			return -1;
	return 0;
}
