/* What a soak asks for, and the answers that it expects. */
#include <stdio.h>
#include <string.h>

#include "probe/bench/soak_private.h"

const struct soak_kind soak_kinds[SOAK_KINDS] = {
	{ "text", 0, 40, 0, SOAK_WHOLE, 40, false },
	{ "large", 1, 40, 0, SOAK_WHOLE, 20, false },
	{ "huge", 2, 10, 0, SOAK_WHOLE, 1, false },
	{ "long", 0, 400, 0, SOAK_WHOLE, 5, false },
	{ "paced", 0, 20, 5, SOAK_WHOLE, 10, false },
	{ "fresh", 0, 40, 0, SOAK_WHOLE, 8, true },
	{ "leaves", 0, 100, 5, SOAK_LEAVES, 8, false },
	{ "cut", 0, 40, 0, SOAK_CUT, 5, false },
	{ "refused", 0, 0, 0, SOAK_REFUSED, 3, false },
};

/* Fills `out` with pieces of equal length, and returns this length. Each piece
 * has its number, so that a lost or doubled one is noticed. */
static unsigned add_text(const struct soak_item *item, unsigned variant,
			 uint64_t mark, struct buf *out)
{
	char piece[80] = "";

	for (unsigned i = 0; i < item->kind->pieces; i++) {
		snprintf(piece, sizeof(piece), "%s %u %05u %016llx ",
			 item->kind->name, variant, i,
			 (unsigned long long)mark);
		buf_add_text(out, piece);
	}
	return (unsigned)strlen(piece);
}

static void add_said(const struct soak_item *item, unsigned piece,
		     struct buf *out)
{
	if (item->kind->act == SOAK_REFUSED) {
		buf_add_text(out, "\"say\": [{ \"error\": "
				  "\"invalid_request_error\", \"message\": "
				  "\"refused on purpose\" }]");
		return;
	}
	buf_add_text(out, "\"say\": [{ \"text\": ");
	jscan_quote(out, buf_span(&item->text));
	buf_addf(out,
		 " }%s], \"form\": { \"id\": \"msg_soak\", "
		 "\"piece\": %u",
		 item->kind->act == SOAK_CUT ? ", { \"cut\": \"rst\" }" : "",
		 piece);
	if (item->kind->pace_ms > 0)
		buf_addf(out, ", \"pace\": %u", item->kind->pace_ms);
	buf_add_text(out, " }");
}

void soak_make(struct soak *s, uint64_t mark, struct buf *rules)
{
	for (unsigned i = 0; i < SOAK_ITEMS; i++) {
		struct soak_item *item = &s->items[i];
		unsigned variant = i % SOAK_VARIANTS, piece;

		item->kind = &soak_kinds[i / SOAK_VARIANTS];
		buf_init(&item->word, BUF_NO_LIMIT);
		buf_init(&item->text, BUF_NO_LIMIT);
		buf_init(&item->request, BUF_NO_LIMIT);
		buf_addf(&item->word, "[probe-%016llx] soak-%s-%u",
			 (unsigned long long)mark, item->kind->name, variant);
		piece = add_text(item, variant, mark, &item->text);
		buf_addf(rules, "%s\"%s-%u\": { \"when\": { \"has\": ",
			 i > 0 ? ", " : "", item->kind->name, variant);
		jscan_quote(rules, buf_span(&item->word));
		buf_add_text(rules, " }, \"reply\": { ");
		add_said(item, piece, rules);
		buf_add_text(rules, " } }");
	}
	s->dice = mark;
}

void soak_clear(struct soak *s)
{
	for (unsigned i = 0; i < SOAK_ITEMS; i++) {
		buf_clear(&s->items[i].word);
		buf_clear(&s->items[i].text);
		buf_clear(&s->items[i].request);
	}
}
