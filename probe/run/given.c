/* Reads the values of options that several commands take. */
#include "probe/run/given.h"

#include <ctype.h>
#include <string.h>

int given_word(const struct word *words, const char *option, const char *text,
	       int *out, struct fail *f)
{
	struct buf known = BUF_INIT(200);

	for (; words->name; words++) {
		if (strcmp(words->name, text) == 0) {
			*out = words->value;
			buf_clear(&known);
			return 0;
		}
		buf_addf(&known, "%s%s", known.len > 0 ? ", " : "",
			 words->name);
	}
	fail_set(f, FAIL_USAGE, "--%s: '%s' is not one of: %s", option, text,
		 buf_str(&known));
	buf_clear(&known);
	return -1;
}

int given_auth(enum auth_form *out, const char *text, struct fail *f)
{
	static const struct word words[] = { { "bearer", AUTH_BEARER },
					     { "x-api-key", AUTH_API_KEY },
					     { "both", AUTH_BOTH },
					     { .name = NULL } };
	int value;

	if (given_word(words, "auth", text, &value, f) < 0)
		return -1;
	*out = (enum auth_form)value;
	return 0;
}

/* Is it the name of a header field, a token of HTTP? */
static bool is_name(struct span name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++)
		if (!isalnum((unsigned char)name.at[i]) &&
		    memchr(marks, name.at[i], strlen(marks)) == NULL)
			return false;
	return name.len > 0;
}

int given_headers(struct headers *to, const struct option_list *texts,
		  struct fail *f)
{
	for (size_t i = 0; i < texts->count; i++) {
		struct span rest = span_of(texts->list[i]), name;

		span_split(&rest, ':', &name);
		if (!rest.at || !is_name(name) ||
		    headers_add(to, name, span_trim(rest)) < 0)
			return fail_set(f, FAIL_USAGE,
					"--header: '%.*s...' is not NAME: "
					"VALUE",
					SPAN_ARG(span_first(name, 16)));
	}
	return 0;
}

/* Checks the letter of "b=127.0.0.1:8474": providers are listed in order, from
 * b. */
static int check_letter(const char *text, size_t count, struct fail *f)
{
	char letter = (char)('a' + count);

	if (count == ACTOR_PROVIDERS)
		return fail_set(f, FAIL_USAGE,
				"--provider-listen: the last provider is %c",
				letter - 1);
	if (text[0] == letter && text[1] == '=')
		return 0;
	return fail_set(f, FAIL_USAGE,
			"--provider-listen: '%s' should be %c=ADDR:PORT", text,
			letter);
}

int given_mocks(struct address *out, size_t *count, const char *first,
		const char *const *more, const struct option_list *listed,
		struct fail *f)
{
	*count = 1;
	if (address_read(&out[0], first, f) < 0)
		return -1;
	if (more && more[0] && listed->count > 0)
		return fail_set(f, FAIL_USAGE,
				"--provider-listen: not with this target, "
				"which lists its providers itself");
	for (; more && *more; more++)
		if (address_read(&out[(*count)++], *more, f) < 0)
			return -1;
	for (size_t i = 0; i < listed->count; i++) {
		const char *text = listed->list[i];

		if (check_letter(text, *count, f) < 0 ||
		    address_read(&out[(*count)++], text + 2, f) < 0)
			return -1;
	}
	return 0;
}
