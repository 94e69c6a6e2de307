/* Replaces secrets by words, and words by secrets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bisect/sample.h"
#include "wire/bytes/mem.h"

void sample_secret(struct sample *g, const char *value)
{
	struct buf quoted = BUF_INIT(BUF_NO_LIMIT);

	secrets_add(&g->secrets, value);
	jscan_quote(&quoted, span_of(value));
	buf_cut(&quoted, quoted.len - 1);
	buf_drop(&quoted, 1);
	if (strcmp(buf_str(&quoted), value) != 0)
		secrets_add(&g->secrets, buf_str(&quoted));
	buf_clear(&quoted);
}

static const struct sample_slot *slot_of(const struct sample *g,
					 const char *word)
{
	for (size_t i = 0; i < g->slot_count; i++)
		if (strcmp(g->slots[i].word, word) == 0)
			return &g->slots[i];
	return NULL;
}

int sample_slot(struct sample *g, const char *word, const char *value,
		struct fail *f)
{
	if (slot_of(g, word) != NULL)
		return 0;
	if (g->slot_count == SAMPLE_SLOTS_LIMIT)
		return fail_set(f, FAIL_CASE,
				"%s: more than %d headers with a secret",
				g->source, SAMPLE_SLOTS_LIMIT);
	g->slots[g->slot_count++] =
		(struct sample_slot){ xstrdup(word), xstrdup(value) };
	sample_secret(g, value);
	return 0;
}

int sample_word(struct sample *g, const char *value, char **out, struct fail *f)
{
	char word[64];

	for (size_t i = 0; i < g->slot_count; i++)
		if (strcmp(g->slots[i].value, value) == 0) {
			*out = xstrdup(g->slots[i].word);
			return 0;
		}
	if (slot_of(g, SAMPLE_CREDENTIAL) == NULL)
		snprintf(word, sizeof(word), "%s", SAMPLE_CREDENTIAL);
	else
		snprintf(word, sizeof(word), "{{credential-%zu}}",
			 g->slot_count + 1);
	if (sample_slot(g, word, value, f) < 0)
		return -1;
	*out = xstrdup(word);
	return 0;
}

void sample_fill_text(const struct sample *g, struct buf *text)
{
	for (size_t k = 0; k < g->slot_count; k++)
		(void)buf_replace(text, g->slots[k].word, g->slots[k].value);
}

int sample_fill(const struct sample *g, const struct headers *from,
		struct headers *to, struct fail *f)
{
	struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	int rc = 0;

	for (size_t i = 0; i < from->count && rc == 0; i++) {
		buf_reset(&value);
		buf_add_text(&value, from->list[i].value);
		sample_fill_text(g, &value);
		(void)buf_replace(&value, "{{host}}", g->host);
		if (headers_add_text(to, from->list[i].name, buf_str(&value)))
			rc = fail_set(f, FAIL_LIMIT,
				      "header '%s' does not fit into a request",
				      from->list[i].name);
	}
	buf_clear(&value);
	return rc;
}

void sample_empty(const struct sample *g, struct buf *text)
{
	for (size_t i = 0; i < g->slot_count; i++)
		if (strlen(g->slots[i].value) >= 6)
			(void)buf_replace(text, g->slots[i].value,
					  g->slots[i].word);
}

unsigned sample_digest(const struct sample *g)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < g->slot_count; i++)
		for (const char *c = g->slots[i].value; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT32_C(16777619);
	return (hash >> 16 ^ hash) & 0xffff;
}
