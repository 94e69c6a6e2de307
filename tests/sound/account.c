/* The gateway's account with its provider: learns from answers, and refuses
 * requests. */
#include "tests/sound/account.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/sound/body.h"
#include "tests/sound/freedom.h"

enum { COOL_MS = 10000 };

static int64_t tick_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void account_init(struct account *a)
{
	*a = (struct account){ 0 };
	pthread_mutex_init(&a->lock, NULL);
}

void account_take(struct account *a, unsigned freedoms, uint64_t tokens,
		  struct refusal *no)
{
	int64_t cool_ms;

	pthread_mutex_lock(&a->lock);
	cool_ms = a->cool_until - tick_ms();
	if ((freedoms & FREEDOM_COOL_DOWN) && cool_ms > 0) {
		refusal_set(no, 503, "the provider's account is cooling down");
		no->retry_after = (int)(cool_ms / 1000) + 1;
	}
	if ((freedoms & FREEDOM_LIMIT_AWARE) && time(NULL) < a->known_until &&
	    a->promised + tokens > a->remaining) {
		refusal_set(no, 429,
			    "max_tokens is more than the account has left");
		no->retry_after = (int)(a->known_until - time(NULL)) + 1;
	}
	if (!no->status)
		a->promised += tokens;
	pthread_mutex_unlock(&a->lock);
}

void account_give(struct account *a, uint64_t tokens)
{
	pthread_mutex_lock(&a->lock);
	a->promised -= tokens;
	pthread_mutex_unlock(&a->lock);
}

/* The text of one of a family's fields. */
static const char *limit_of(const struct head *answer, const char *family,
			    const char *what)
{
	char name[80];

	snprintf(name, sizeof(name), "anthropic-ratelimit-%s-%s", family, what);
	return head_find(answer, name);
}

/* Learns how many tokens of a family are left, if that is the lowest number so
 * far. */
static void learn(struct account *a, const struct head *answer,
		  const char *family, bool *any)
{
	const char *remaining = limit_of(answer, family, "remaining");
	const char *reset = limit_of(answer, family, "reset");
	struct tm at = { 0 };
	uint64_t left;

	if (!remaining || !reset || !body_number(remaining, &left) ||
	    !strptime(reset, "%Y-%m-%dT%H:%M:%SZ", &at))
		return;
	if (*any && left >= a->remaining)
		return;
	a->remaining = left;
	a->known_until = timegm(&at);
	*any = true;
}

void account_saw(struct account *a, const struct head *answer)
{
	const char *status = answer->word[1];
	bool any = false;

	pthread_mutex_lock(&a->lock);
	if (strcmp(status, "429") == 0 || strcmp(status, "529") == 0)
		a->cool_until = tick_ms() + COOL_MS;
	learn(a, answer, "output-tokens", &any);
	learn(a, answer, "tokens", &any);
	pthread_mutex_unlock(&a->lock);
}
