/*
 * ccgate's configuration: any bytes are read, every mistake in them has its
 * place, and none tells a key. One without mistakes that lacks nothing can be
 * used as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/config_file.h"
#include "tests/fuzz/kit.h"

#define NAME "fuzz.json"
#define VARIABLE "CCPROBE_FUZZ_KEY"
#define KEY "fuzz-5ecre7-0123456789abcdefghij"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(const char *key)
{
	kit_require(key && *key, "an empty key");
	for (; *key; key++)
		kit_require(*key > ' ' && *key < 0x7f,
			    "a key that no header field can hold");
}

static void check_upstream(struct config *c)
{
	char *was = strdup(c->upstream.url);

	kit_require(was[0] && was[strlen(was) - 1] != '/',
		    "an upstream with a slash at its end");
	kit_require(provider_set_url(&c->upstream, was, NULL) == 0 &&
			    strcmp(c->upstream.url, was) == 0,
		    "an upstream that is not taken twice");
	free(was);
}

static void check_whole(struct config *c)
{
	check_key(c->upstream.key);
	check_upstream(c);
	kit_require(c->keys_count > 0, "an open gateway");
	for (size_t i = 0; i < c->keys_count; i++)
		if (c->keys[i].value) /* else its hash is known */
			check_key(c->keys[i].value);
	kit_require(c->workers >= 1 && c->workers <= CONFIG_WORKERS_LIMIT,
		    "too many workers");
	kit_require(c->body_limit >= 1 && c->body_limit <= CONFIG_BODY_LIMIT,
		    "too large a limit of bodies");
	kit_require(memchr(c->listen.host, '\0', sizeof(c->listen.host)) !=
			    NULL,
		    "an address without an end");
	kit_require(!c->health || c->health[0] == '/', "a path without a '/'");
	kit_require((c->tls_cert == NULL) == (c->tls_key == NULL),
		    "half a certificate");
}

static void check_mistakes(const struct mistakes *m)
{
	for (size_t i = 0; i < m->count && i < MISTAKES_LIMIT; i++) {
		kit_failed(&m->list[i], NAME);
		kit_require(m->list[i].line > 0, "a mistake without a place");
		kit_require(!strstr(m->list[i].text, KEY), "a key is told");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mistakes wrong = { .count = 0 }, lacks = { .count = 0 };
	struct span text = span_make(data, size);
	struct config c;

	if (span_find(text, span_of(KEY)) != SIZE_MAX)
		return 0; /* then it may be told from there */
	setenv(VARIABLE, KEY, 1);
	config_init(&c);
	config_file_read(&c, NAME, text, &wrong);
	check_mistakes(&wrong);
	config_lacks(&c, &lacks);
	if (wrong.count == 0 && lacks.count == 0)
		check_whole(&c);
	config_clear(&c);
	return 0;
}
