/* Stand-ins, numbered in the order in which the values were met. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"
#include "wire/scrub/scrub_private.h"

void scrub_names_clear(struct scrub_names *n)
{
	free(n->list);
	*n = (struct scrub_names){ .list = NULL };
}

static struct scrub_name *place_of(const struct scrub_names *n, uint64_t hash)
{
	size_t i = hash & (n->cap - 1);

	while (n->list[i].hash != 0 && n->list[i].hash != hash)
		i = (i + 1) & (n->cap - 1);
	return &n->list[i];
}

static void grow(struct scrub_names *n)
{
	struct scrub_names wide = *n;

	if (n->cap > 0 && n->count * 2 < n->cap)
		return;
	wide.cap = n->cap > 0 ? n->cap * 2 : 64;
	wide.list = xcalloc(wide.cap, sizeof(*wide.list));
	for (size_t i = 0; i < n->cap; i++)
		if (n->list[i].hash != 0)
			*place_of(&wide, n->list[i].hash) = n->list[i];
	free(n->list);
	*n = wide;
}

/* The row of a value; one that is new has no number yet. NULL: there are too
 * many. */
static struct scrub_name *row_of(struct scrub_names *n, const char *kind,
				 struct span value)
{
	uint64_t hash =
		hash_bytes(hash_bytes(HASH_START, span_of(kind)), value);
	struct scrub_name *row;

	hash = hash != 0 ? hash : 1;
	grow(n);
	row = place_of(n, hash);
	if (row->hash != 0)
		return row;
	if (n->count >= SCRUB_NAMES_LIMIT) {
		n->full = true;
		return NULL;
	}
	n->count++;
	*row = (struct scrub_name){ .hash = hash };
	return row;
}

/* ---- ids ---- */

/* What vendors put in front of their ids. */
static const char *const prefixes[] = {
	"agent",    "batch",     "bdrk",     "call",  "chatcmpl", "compl",
	"conv",     "container", "cse",      "file",  "fc",       "gen",
	"mcptoolu", "msg",       "msgbatch", "org",   "req",      "resp",
	"rs",       "run",       "session",  "skill", "srvtoolu", "task",
	"thread",   "toolu",     "user",     "vrtx",  "wrkspc",
};

static size_t prefix_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && islower((unsigned char)s.at[n]))
		n++;
	if (n == s.len || (s.at[n] != '_' && s.at[n] != '-'))
		return 0;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (span_is(span_first(s, n), prefixes[i]))
			return n + 1;
	return 0;
}

static bool is_uuid(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.at[i] != '-' : !isxdigit((unsigned char)s.at[i]))
			return false;
	}
	return s.len == 36;
}

bool scrub_names_is_id(struct span s)
{
	return is_uuid(s) || prefix_at(s) > 0;
}

/* Writes a number, right-aligned and filled up with zeros; of one that is too
 * long, its last digits. */
static void number(char *at, size_t len, uint64_t n)
{
	for (; len > 0; len--, n /= 10)
		at[len - 1] = (char)('0' + n % 10);
}

static bool is_hex(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isxdigit((unsigned char)s.at[i]))
			return false;
	return true;
}

/* An id has only visible ASCII. */
static bool is_visible(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] <= ' ' || s.at[i] > '~')
			return false;
	return true;
}

/* "0" and "17" count something and name nothing. */
static bool is_count(struct span s)
{
	uint64_t n;

	return s.len <= 3 && span_u64(s, 999, &n);
}

/* How many bytes at the front tell what kind of id it is. */
static size_t kind_at(struct span s)
{
	size_t skip = 0, n;

	while ((n = prefix_at(span_skip(s, skip))) > 0)
		skip += n;
	if (skip == 0 && s.len == 17 && s.at[0] == 'a' && is_hex(s))
		return 1; /* of an agent */
	return skip;
}

/* The next number of a kind of id. Each kind is counted by itself, so that the
 * ids of one kind do not change the stand-ins of another. */
static unsigned next_of(struct scrub_names *n, struct span kind)
{
	struct scrub_name *row = row_of(n, "kind", kind);

	return row != NULL ? ++row->number : 1;
}

static void stand_in(struct scrub_names *n, char *at, size_t len, bool session)
{
	static const char form[] = "00000000-0000-4000-9000-";
	struct span s = span_make(at, len);
	bool uuid = is_uuid(s);
	size_t kind = kind_at(s);
	struct scrub_name *row = row_of(n, "id", s);
	struct scrub_name mine =
		row != NULL ? *row : (struct scrub_name){ .number = 1 };

	if (mine.number == 0) {
		mine.session = session;
		mine.number = next_of(n, session ? span_of("session of one")
					 : uuid  ? span_of("UUID of any")
						 : span_first(s, kind));
		*place_of(n, mine.hash) = mine;
	}
	if (uuid) {
		memcpy(at, form, strlen(form));
		if (mine.session)
			at[19] = '8';
		number(at + 24, 12, mine.number - mine.session);
		return;
	}
	number(at + kind, len - kind, mine.number);
}

void scrub_names_id(struct scrub_names *n, char *at, size_t len, bool session)
{
	struct span s = span_make(at, len);

	if (len == 0 || is_count(s))
		return;
	if (is_visible(s))
		stand_in(n, at, len, session);
	else
		scrub_text(at, len);
}

/* ---- names ---- */

/* Changes the end of the n-th name that got the same filler, so that each is
 * different. */
static void vary(char *at, size_t len, unsigned n)
{
	for (size_t i = len; i > 0 && n > 0; i--) {
		if (!islower((unsigned char)at[i - 1]))
			continue;
		at[i - 1] = (char)('a' + (at[i - 1] - 'a' + n) % 26);
		n /= 26;
	}
}

void scrub_names_key(struct scrub_names *n, char *at, size_t len)
{
	struct scrub_name *row = row_of(n, "key", span_make(at, len)), *shape;
	unsigned mine = row != NULL ? row->number : 0;
	uint64_t hash = row != NULL ? row->hash : 0;

	for (size_t i = 0, k = 0; i < len;) {
		if (isalnum((unsigned char)at[i]) || at[i] == '%')
			at[i] = scrub_letters_filler(k++);
		i += scrub_letters(at + i, span_make(at + i, len - i));
	}
	if (mine == 0 && hash != 0) {
		shape = row_of(n, "shape", span_make(at, len));
		mine = shape != NULL ? ++shape->number : 1;
		if (n->list != NULL)
			place_of(n, hash)->number = mine;
	}
	vary(at, len, mine > 0 ? mine - 1 : 0);
}

/* ---- base64 ---- */

/* The next pseudo-random number (xorshift): the same on every machine, since
 * the number of the value is its seed. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The last letter before the padding is 'A': its bits that stand for no byte
 * have to be 0. */
void scrub_names_blob(struct scrub_names *n, char *at, size_t len, size_t keep)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789";
	struct scrub_name *row = row_of(n, "blob", span_make(at, len));
	uint64_t state;
	size_t end = len;

	if (row != NULL && row->number == 0)
		row->number = ++n->blobs;
	state = UINT64_C(0x9e3779b97f4a7c15) * (row != NULL ? row->number : 1);
	while (end > 0 && len - end < 2 && at[end - 1] == '=')
		end--;
	for (size_t i = keep < end ? keep : end; i < end; i++)
		at[i] = letters[(next(&state) >> 11) % (sizeof(letters) - 1)];
	if (end > keep)
		at[end - 1] = 'A';
}
