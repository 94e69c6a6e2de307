/* Regular expressions by PCRE2, with limits, and globs. */
#include "wire/bytes/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/*
 * People write the patterns but anyone may send the subject: a match that
 * backtracks without end gives up within a second or so. PCRE2 counts steps
 * anew at each place where a match may begin, and a run of x* as one step;
 * so the bytes passed over are counted too, by a callout before each item.
 */
#define PASSED_LIMIT ((uint64_t)1 << 32)
#define PASSED_AN_ITEM 64 /* what the callout itself costs, in bytes */
#define STEPS_LIMIT 10000000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT_KIB (64 * 1024)
#define PATTERN_LIMIT_BYTES (64 * 1024)
#define SUBJECT_LIMIT_BYTES ((size_t)64 * 1024 * 1024)

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static int fail_compile(int code, size_t offset, struct fail *f)
{
	PCRE2_UCHAR why[128] = "";

	pcre2_get_error_message(code, why, sizeof(why));
	return fail_set(f, FAIL_CASE, "pattern, offset %zu: %s", offset,
			(const char *)why);
}

int pattern_new(struct pattern **out, const char *text, struct fail *f)
{
	struct pattern *p;
	pcre2_code *code;
	struct span s = span_of(text);
	size_t offset;
	int why;

	if (s.len > PATTERN_LIMIT_BYTES)
		return fail_set(f, FAIL_CASE, "pattern: longer than %d bytes",
				PATTERN_LIMIT_BYTES);
	code = pcre2_compile((PCRE2_SPTR)s.at, s.len,
			     PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
				     PCRE2_AUTO_CALLOUT,
			     &why, &offset, NULL);
	if (code == NULL)
		return fail_compile(why, offset, f);
	p = xcalloc(1, sizeof(*p));
	p->code = code;
	p->limits = pcre2_match_context_create(NULL);
	if (p->limits == NULL)
		abort(); /* out of memory, as in mem.c */
	pcre2_set_match_limit(p->limits, STEPS_LIMIT);
	pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(p->limits, HEAP_LIMIT_KIB);
	*out = p;
	return 0;
}

void pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_code_free(p->code);
	free(p);
}

struct progress {
	size_t at;
	uint64_t passed;
};

static int on_item(pcre2_callout_block *block, void *data)
{
	struct progress *p = data;
	size_t at = block->current_position;

	p->passed += PASSED_AN_ITEM + (at > p->at ? at - p->at : p->at - at);
	p->at = at;
	return p->passed > PASSED_LIMIT ? PCRE2_ERROR_CALLOUT : 0;
}

int pattern_match(const struct pattern *p, struct span subject)
{
	struct progress progress = { .at = 0, .passed = 0 };
	pcre2_match_context *context;
	pcre2_match_data *found;
	int rc = PCRE2_ERROR_NOMEMORY;

	if (subject.len > SUBJECT_LIMIT_BYTES)
		return -1;
	if (subject.len == 0)
		subject = SPAN_EMPTY; /* at may be NULL */
	context = pcre2_match_context_copy(p->limits);
	found = pcre2_match_data_create(1, NULL);
	if (context != NULL && found != NULL) {
		pcre2_set_callout(context, on_item, &progress);
		rc = pcre2_match(p->code, (PCRE2_SPTR)subject.at, subject.len,
				 0, 0, found, context);
	}
	pcre2_match_data_free(found);
	pcre2_match_context_free(context);
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	return rc >= 0 ? 1 : -1;
}

/* Only the last '*' is ever tried again, so this is at worst a product of the
 * two lengths. */
bool pattern_glob(const char *glob, const char *text)
{
	const char *star = NULL, *resume = text;

	while (*text != '\0') {
		if (*glob == '*') {
			star = ++glob;
			resume = text;
		} else if (*glob == '?' || *glob == *text) {
			glob++;
			text++;
		} else if (star != NULL) {
			glob = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

bool pattern_names(const char *pattern, const char *path)
{
	size_t len = strlen(pattern);

	if (pattern_glob(pattern, path))
		return true;
	while (len > 0 && pattern[len - 1] == '/')
		len--;
	return len > 0 && strncmp(path, pattern, len) == 0 && path[len] == '/';
}
