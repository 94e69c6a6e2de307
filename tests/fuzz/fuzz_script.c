/*
 * Any bytes: they are refused with a place, or they are a script whose steps
 * lie in the text in order and keep every limit.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "mockupstream/script.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_send(const struct script *s, const struct script_step *step,
		       const char **at)
{
	size_t last = 0;

	assert(step->bytes.len > 0);
	assert(step->bytes.at >= *at);
	assert(step->bytes.at + step->bytes.len <= s->text + s->len);
	assert(step->repeat >= 1 && step->repeat <= SCRIPT_REPEAT_LIMIT);
	assert(step->ms <= SCRIPT_WAIT_LIMIT_MS);
	for (size_t i = 0; i < step->sizes_count; i++) {
		assert(step->sizes[i] > last);
		last = step->sizes[i];
	}
	assert(last < step->bytes.len);
	*at = step->bytes.at + step->bytes.len;
}

static void check_script(const struct script *s)
{
	const char *at = s->text;
	unsigned line = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct script_step *step = &s->steps[i];

		assert(step->line >= line);
		line = step->line;
		if (step->op == SCRIPT_SEND)
			check_send(s, step, &at);
		if (step->op == SCRIPT_HOLD || step->op == SCRIPT_MARK)
			assert(step->name && step->name[0] != '\0');
		if (step->op == SCRIPT_WAIT)
			assert(step->ms <= SCRIPT_WAIT_LIMIT_MS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct fail f = FAIL_INIT;
	struct script *s = NULL;

	if (script_read(&s, "fuzz", span_make(bytes, len), &f) < 0) {
		assert(strncmp(f.text, "fuzz:", 5) == 0);
		assert(s == NULL);
		return 0;
	}
	check_script(s);
	script_free(s);
	return 0;
}
