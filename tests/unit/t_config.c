/* gateway/config: files, defaults, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/config_file.h"

static size_t read_text(struct config *c, const char *text, struct mistakes *m)
{
	*m = (struct mistakes){ .count = 0 };
	config_file_read(c, "gw.json", span_of(text), m);
	return m->count;
}

/* The mistakes of a file, the first of `count` ones. */
static void expect_mistakes(const char *text, size_t count,
			    const char *const *messages)
{
	struct mistakes m;
	struct config c;

	config_init(&c);
	assert_int_equal(read_text(&c, text, &m), count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(m.list[i].text, messages[i]);
	config_clear(&c);
}

static void expect_fail(const char *text, const char *message)
{
	expect_mistakes(text, 1, &message);
}

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define CERTIFICATE \
	"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"

static void write_file(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	assert_true(fputs(text, to) >= 0);
	assert_int_equal(fclose(to), 0);
}

static void t_whole(void **state)
{
	struct mistakes f;
	struct config c;

	(void)state;
	setenv("T_CONFIG_KEY", "from-env", 1);
	write_file("t_config.pem", CERTIFICATE);
	config_init(&c);
	assert_int_equal(
		read_text(
			&c,
			"{ \"listen\": \"[::1]:9000\", \"workers\": 3,\n"
			"  \"head_ms\": 4, \"drain_ms\": 5, \"health\": "
			"\"/up\", \"log\": \"json\",\n"
			"  \"body_limit\": 1000,\n"
			"  \"upstream\": { \"url\": \"https://host/base//\",\n"
			"    \"key\": \"env:T_CONFIG_KEY\", \"auth\": "
			"\"bearer\",\n"
			"    \"connect_ms\": 1, \"head_ms\": 2, \"idle_ms\": "
			"3,\n"
			"    \"ca_file\": \"t_config.pem\" },\n"
			"  \"keys\": [\"one\", { \"name\": \"ann\", \"key\": "
			"\"two\" }] }",
			&f),
		0);
	assert_string_equal(c.listen.host, "::1");
	assert_int_equal(c.listen.port, 9000);
	assert_string_equal(c.upstream.url, "https://host/base");
	assert_string_equal(c.upstream.key, "from-env");
	assert_int_equal(c.upstream.scheme, KEY_BEARER);
	assert_int_equal(c.upstream.connect_ms, 1);
	assert_int_equal(c.upstream.head_ms, 2);
	assert_int_equal(c.upstream.idle_ms, 3);
	assert_string_equal(c.upstream.ca_file, "t_config.pem");
	assert_int_equal(c.keys_count, 2);
	assert_string_equal(c.keys[0].value, "one");
	assert_null(c.keys[0].name);
	assert_string_equal(c.keys[1].value, "two");
	assert_string_equal(c.keys[1].name, "ann");
	assert_int_equal(c.workers, 3);
	assert_int_equal(c.body_limit, 1000);
	assert_int_equal(c.client_head_ms, 4);
	assert_int_equal(c.drain_ms, 5);
	assert_string_equal(c.health, "/up");
	assert_int_equal(c.log, ACCESS_JSON);
	config_lacks(&c, &f);
	assert_int_equal(f.count, 0);
	config_clear(&c);
	unlink("t_config.pem");
}

static void t_defaults(void **state)
{
	struct mistakes f;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(read_text(&c, "{}", &f), 0);
	assert_int_equal(c.upstream.connect_ms, 10000);
	assert_string_equal(c.listen.host, "127.0.0.1");
	assert_int_equal(c.listen.port, 8080);
	assert_int_equal(c.client_head_ms, 10000);
	assert_int_equal(c.drain_ms, 30000);
	assert_string_equal(c.health, "/healthz");
	assert_int_equal(c.log, ACCESS_OFF);
	assert_null(c.tls_cert);
	assert_int_equal(c.body_limit, 33554432);
	assert_int_equal(c.upstream.head_ms, 600000);
	assert_int_equal(c.upstream.idle_ms, 600000);
	assert_int_equal(c.workers, 1);
	assert_int_equal(c.upstream.scheme, KEY_API_KEY);
	config_clear(&c);
}

static void t_places(void **state)
{
	(void)state;
	unsetenv("T_CONFIG_NONE");
	expect_fail("{\n  \"listen\": \"nowhere:1\" }",
		    "gw.json:2:13: 'nowhere:1' is not ADDR:PORT, such as "
		    "127.0.0.1:8473 or [::1]:0");
	expect_fail("{ \"upstream\": { \"url\": \"ftp://x\" } }",
		    "gw.json:1:24: the upstream is not an http:// or https:// "
		    "URL");
	expect_fail("{ \"upstream\": { \"auth\": \"basic\" } }",
		    "gw.json:1:25: the upstream's auth is 'x-api-key', "
		    "'bearer', 'sigv4' or 'client', not 'basic'");
	expect_fail("{ \"keys\": [\"a\",\n \"env:T_CONFIG_NONE\"] }",
		    "gw.json:2:2: the variable T_CONFIG_NONE is not set");
	expect_fail("{ \"keys\": [\"env:\"] }",
		    "gw.json:1:12: the name is missing: write env:NAME");
	expect_fail("{\n\"keys\": [] }",
		    "gw.json:2:9: no client key is in it; leave 'keys' out "
		    "if --key gives the keys");
	expect_fail("{ \"keys\": [\"\"] }", "gw.json:1:12: the key is empty");
	expect_fail("{ \"keys\": [1] }", "gw.json:1:12: a key must be a "
					 "string, or an object with 'name' "
					 "and 'key'");
	expect_fail("[]", "gw.json:1:1: this is not an object");
}

/* A NUL in a key would cut it short. */
static void t_nul(void **state)
{
	static const char *const messages[] = {
		"gw.json:1:12: a key may not contain \\u0000",
		"gw.json:2:9: key 'key' may not contain \\u0000",
		"gw.json:3:10: key 'name' may not contain \\u0000",
	};
	static const char *const members[] = { "url", "key", "auth",
					       "ca_file" };
	static const char *const tops[] = { "listen", "health", "log",
					    "tls_cert", "tls_key" };
	char text[200], message[200];

	(void)state;
	expect_mistakes("{ \"keys\": [\"abc\\u0000def12345\",\n"
			"{\"key\": \"abc\\u0000\"},\n"
			"{\"name\": \"a\\u0000\", \"key\": \"def12345\"}] }",
			3, messages);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		snprintf(text, sizeof(text),
			 "{\"upstream\": {\n\"%s\":\"a\\u0000b\"}}",
			 members[i]);
		snprintf(message, sizeof(message),
			 "gw.json:2:%zu: key '%s' may not contain \\u0000",
			 strlen(members[i]) + 4, members[i]);
		expect_fail(text, message);
	}
	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		snprintf(text, sizeof(text), "{\n\"%s\":\"a\\u0000b\"}",
			 tops[i]);
		snprintf(message, sizeof(message),
			 "gw.json:2:%zu: key '%s' may not contain \\u0000",
			 strlen(tops[i]) + 4, tops[i]);
		expect_fail(text, message);
	}
}

static void t_unknown_key(void **state)
{
	(void)state;
	expect_fail("{ \"worker\": 1 }",
		    "gw.json:1:3: unknown key 'worker'; did you mean "
		    "'workers'?");
}

static void t_urls(void **state)
{
	static const char *const bad[] = {
		"",
		"host",
		"http://",
		"http:///x",
		"http://u:p@host",
		"https://host?x",
		"https://host#x",
		"http://a b",
		"http://a\tb",
		"http://a@b",
		"https:///",
		"http://host:99999",
		"http://host:0",
		"https://host:00/x",
		"http://[::1",
		"http://ho\r\nst/",
		"http://host/a\r\nb",
		"http://ho\x01st",
	};
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(provider_set_url(&c.upstream, bad[i], NULL),
				 -1);
		assert_null(c.upstream.url);
	}
	assert_int_equal(provider_set_url(&c.upstream, "http://?", &f), -1);
	assert_string_equal(f.text, "the upstream URL is not just a host, a "
				    "port and a path");
	assert_int_equal(provider_set_url(&c.upstream, "https://h", NULL), 0);
	assert_string_equal(c.upstream.url, "https://h");
	assert_int_equal(provider_set_url(&c.upstream, "http://[::1]:8/", NULL),
			 0);
	assert_string_equal(c.upstream.url, "http://[::1]:8");
	config_clear(&c);
}

/* A URL that no request could use is a mistake of the file, with its place. */
static void t_url_places(void **state)
{
	static const char *const urls[] = { "http://host:99999",
					    "http://host:0", "http://[::1",
					    "http://ho\\r\\nst/" };

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		char text[200], message[200];
		struct mistakes m;
		struct config c;

		snprintf(text, sizeof(text),
			 "{ \"upstream\": {\n\"url\": \"%s\" } }", urls[i]);
		snprintf(message, sizeof(message),
			 "gw.json:2:8: '%s' is not a usable URL: ", urls[i]);
		config_init(&c);
		assert_int_equal(read_text(&c, text, &m), 1);
		assert_true(span_starts(span_of(m.list[0].text), message));
		assert_null(c.upstream.url);
		config_clear(&c);
	}
}

static void t_schemes(void **state)
{
	struct fail f = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(provider_set_scheme(&c.upstream, "bearer", &f), 0);
	assert_int_equal(c.upstream.scheme, KEY_BEARER);
	assert_int_equal(provider_set_scheme(&c.upstream, "x-api-key", &f), 0);
	assert_int_equal(c.upstream.scheme, KEY_API_KEY);
	assert_int_equal(provider_set_scheme(&c.upstream, "x-api-keys", &f),
			 -1);
	assert_int_equal(f.code, FAIL_USAGE);
	config_clear(&c);
}

/* A provider of another format: what it is like, and how it is asked. */
static void t_formats(void **state)
{
	static const struct {
		const char *members, *limit_field;
		enum provider_format format;
		enum key_scheme scheme;
		int64_t most_tokens;
		bool reasoning;
	} rows[] = {
		{ "", NULL, PROVIDER_MESSAGES, KEY_API_KEY, 0, false },
		{ "\"format\":\"messages\"", NULL, PROVIDER_MESSAGES,
		  KEY_API_KEY, 0, false },
		{ "\"format\":\"messages\",\"auth\":\"bearer\"", NULL,
		  PROVIDER_MESSAGES, KEY_BEARER, 0, false },
		{ "\"format\":\"openai-chat\"", NULL, PROVIDER_CHAT, KEY_BEARER,
		  0, false },
		{ "\"format\":\"openai-responses\"", NULL, PROVIDER_RESPONSES,
		  KEY_BEARER, 0, false },
		{ "\"format\":\"openai-chat\",\"limit_field\":\"max_tokens\","
		  "\"most_tokens\":1,\"reasoning\":true",
		  "max_tokens", PROVIDER_CHAT, KEY_BEARER, 1, true },
		{ "\"limit_field\":\"max_completion_tokens\"",
		  "max_completion_tokens", PROVIDER_MESSAGES, KEY_API_KEY, 0,
		  false },
	};
	static const char *const wrong[][2] = {
		{ "\"format\":\"gemini\"",
		  "gw.json:1:23: the upstream's format is 'messages', "
		  "'openai-chat', 'openai-responses', 'bedrock' or 'vertex', "
		  "not 'gemini'" },
		{ "\"limit_field\":\"tokens\"",
		  "gw.json:1:28: the limit's field is 'max_completion_tokens' "
		  "or 'max_tokens', not 'tokens'" },
	};
	struct mistakes f;
	struct config c;
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "{\"upstream\":{%s}}",
			 rows[i].members);
		config_init(&c);
		assert_int_equal(read_text(&c, text, &f), 0);
		assert_int_equal(c.upstream.format, rows[i].format);
		assert_int_equal(c.upstream.scheme, rows[i].scheme);
		assert_int_equal(c.upstream.translate.most_tokens,
				 rows[i].most_tokens);
		assert_int_equal(c.upstream.translate.reasoning,
				 rows[i].reasoning);
		if (rows[i].limit_field)
			assert_string_equal(c.upstream.translate.limit_field,
					    rows[i].limit_field);
		else
			assert_null(c.upstream.translate.limit_field);
		config_clear(&c);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "{\"upstream\":{%s}}",
			 wrong[i][0]);
		config_init(&c);
		read_text(&c, text, &f);
		assert_int_equal(f.count, 1);
		assert_string_equal(f.list[0].text, wrong[i][1]);
		config_clear(&c);
	}
}

static void expect_lack(const struct config *c, size_t count,
			const char *message)
{
	struct mistakes m = { .count = 0 };

	config_lacks(c, &m);
	assert_int_equal(m.count, count);
	if (count > 0)
		assert_string_equal(m.list[0].text, message);
}

static void t_complete(void **state)
{
	struct fail f = FAIL_INIT, other = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	expect_lack(&c, 3,
		    "no upstream is given: say --upstream URL, or "
		    "\"upstream\" in the --config file");
	provider_set_url(&c.upstream, "http://h", NULL);
	expect_lack(&c, 2, "no key for the upstream is given");
	assert_int_equal(provider_set_key(&c.upstream, "a b", &f), -1);
	assert_string_equal(f.text, "the key has spaces or characters that are "
				    "not ASCII");
	assert_int_equal(provider_set_key(&c.upstream, "ab", NULL), 0);
	expect_lack(&c, 1,
		    "no client key is given; an open gateway would spend the "
		    "upstream key for everyone");
	assert_int_equal(config_add_key(&c, NULL, "a\r\nb", &other), -1);
	assert_string_equal(other.text, "the key has spaces or characters that "
					"are not ASCII");
	assert_int_equal(config_add_key(&c, NULL, "", NULL), -1);
	assert_int_equal(config_add_key(&c, NULL, "\x7f", NULL), -1);
	assert_int_equal(config_add_key(&c, NULL, "a\xff", NULL), -1);
	assert_int_equal(config_add_key(&c, NULL, "a ", NULL), -1);
	expect_lack(&c, 1,
		    "no client key is given; an open gateway would spend the "
		    "upstream key for everyone");
	assert_int_equal(config_add_key(&c, NULL, "!cd~", NULL), 0);
	expect_lack(&c, 0, NULL);
	config_clear(&c);
}

static void t_bounds(void **state)
{
	struct fail f = FAIL_INIT, other = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(config_set_workers(&c, 0, &f), -1);
	assert_string_equal(f.text, "workers: from 1 to 256");
	assert_int_equal(config_set_workers(&c, 257, NULL), -1);
	assert_int_equal(config_set_workers(&c, 1, NULL), 0);
	assert_int_equal(config_set_body_limit(&c, 1, NULL), 0);
	assert_int_equal(c.body_limit, 1);
	assert_int_equal(config_set_workers(&c, 256, NULL), 0);
	assert_int_equal(c.workers, 256);
	assert_int_equal(config_set_body_limit(&c, 0, &other), -1);
	assert_string_equal(other.text,
			    "body_limit: from 1 to 1073741824 bytes");
	assert_int_equal(config_set_body_limit(&c, 1073741825, NULL), -1);
	assert_int_equal(config_set_body_limit(&c, 1073741824, NULL), 0);
	assert_int_equal(c.body_limit, 1073741824);
	config_clear(&c);
	expect_fail("{\n\"workers\": 0 }",
		    "gw.json:2:12: workers: from 1 to 256");
	expect_fail("{\n\"body_limit\": 0 }",
		    "gw.json:2:15: body_limit: from 1 to 1073741824 bytes");
}

/* All mistakes of a file are told at once. */
static void t_every_mistake(void **state)
{
	static const char *const messages[] = {
		"gw.json:1:3: unknown key 'lissten'; did you mean 'listen'?",
		"gw.json:2:14: key 'workers' must be a whole number from 0 to "
		"4294967295",
		"gw.json:3:9: the log must be 'off', 'text' or 'json', not "
		"'xml'",
		"gw.json:4:15: key 'url' must be a string",
		"gw.json:4:29: key 'head_ms' must be a whole number from 0 to "
		"4294967295",
		"gw.json:5:12: the key has spaces or characters that are not "
		"ASCII",
		"gw.json:5:19: key 'key' is missing",
	};

	(void)state;
	expect_mistakes("{ \"lissten\": 1,\n"
			"  \"workers\": \"2\",\n"
			" \"log\": \"xml\", \"upstream\": {\n"
			"       \"url\": 1, \"head_ms\": -1 },\n"
			"  \"keys\": [\"a b\", {}] }",
			7, messages);
	expect_mistakes(
		"{ \"lissten\": 1,\n \"a\" }", 1,
		(const char *const[]){ "gw.json:2:6: ':' should be here" });
}

/* A pipe that nobody writes to must not block the reader. */
static void t_pipes(void **state)
{
	struct mistakes m = { .count = 0 };
	struct config c;

	(void)state;
	unlink("t_config.pipe");
	assert_int_equal(mkfifo("t_config.pipe", 0600), 0);
	expect_fail("{ \"upstream\": { \"ca_file\": \"t_config.pipe\" } }",
		    "gw.json:1:28: t_config.pipe: not a regular file");
	expect_fail("{ \"tls_cert\": \"t_config.pipe\", \"tls_key\": \"k\" }",
		    "gw.json:1:15: t_config.pipe: not a regular file");
	config_init(&c);
	config_file_load(&c, "t_config.pipe", &m);
	assert_int_equal(m.count, 1);
	assert_string_equal(m.list[0].text,
			    "t_config.pipe: not a regular file");
	config_clear(&c);
	unlink("t_config.pipe");
}

/* A file that cannot be used is told when it is read, not by a request. */
#define LOCKED \
	"t_config.pem and t_config.key: the key is protected by a " \
	"passphrase; " \
	"give one that is not (openssl pkey -in KEY -out PLAIN)"

static void t_files(void **state)
{
	static const char *const no_pem[] = { "",
					      BEGIN END,
					      BEGIN "\nAAA=\n" END,
					      BEGIN "\nMAA\n" END,
					      END "\nMAA=\n" BEGIN,
					      BEGIN "\nMAA=\n",
					      BEGIN "\nLAA=\n" END };
	struct fail no_pair = FAIL_INIT, locked = FAIL_INIT;
	struct fail f = FAIL_INIT, other = FAIL_INIT;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(provider_set_ca_file(&c.upstream, "t_config.none", &f),
			 -1);
	assert_string_equal(f.text, "t_config.none: No such file or directory");
	write_file("t_config.pem", "-----BEGIN CERTIFICATE-----\nMAA\n");
	assert_int_equal(
		provider_set_ca_file(&c.upstream, "t_config.pem", &other), -1);
	assert_string_equal(other.text,
			    "t_config.pem: no certificate is in it (PEM text, "
			    "-----BEGIN CERTIFICATE-----)");
	write_file("t_config.pem", "-----BEGIN CERTIFICATE-----\n*A==\n"
				   "-----END CERTIFICATE-----\n");
	assert_int_equal(
		provider_set_ca_file(&c.upstream, "t_config.pem", NULL), -1);
	assert_null(c.upstream.ca_file);
	for (size_t i = 0; i < sizeof(no_pem) / sizeof(no_pem[0]); i++) {
		write_file("t_config.pem", no_pem[i]);
		assert_int_equal(
			provider_set_ca_file(&c.upstream, "t_config.pem", NULL),
			-1);
	}
	assert_null(c.upstream.ca_file);
	write_file("t_config.pem", BEGIN " M\tA\r\nA=\n" END);
	assert_int_equal(
		provider_set_ca_file(&c.upstream, "t_config.pem", NULL), 0);
	write_file("t_config.pem", BEGIN "MA==" END);
	assert_int_equal(
		provider_set_ca_file(&c.upstream, "t_config.pem", NULL), 0);
	write_file("t_config.pem", "words\n" CERTIFICATE);
	assert_int_equal(
		provider_set_ca_file(&c.upstream, "t_config.pem", NULL), 0);
	assert_int_equal(config_set_certificate(&c, "t_config.pem",
						"t_config.none", NULL),
			 -1);
	write_file("t_config.key", "no key");
	assert_int_equal(config_set_certificate(&c, "t_config.pem",
						"t_config.key", &no_pair),
			 -1);
	assert_string_equal(no_pair.text,
			    "t_config.pem and t_config.key: the certificate is "
			    "not PEM text that belongs to the key");
	write_file("t_config.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
	assert_int_equal(config_set_certificate(&c, "t_config.pem",
						"t_config.key", &locked),
			 -1);
	assert_string_equal(locked.text, LOCKED);
	write_file("t_config.key", "Proc-Type: 4,ENCRYPTED\n");
	locked = (struct fail)FAIL_INIT;
	assert_int_equal(config_set_certificate(&c, "t_config.pem",
						"t_config.key", &locked),
			 -1);
	assert_string_equal(locked.text, LOCKED);
	unlink("t_config.key");
	assert_null(c.tls_cert);
	assert_null(c.tls_key);
	config_clear(&c);
	unlink("t_config.pem");
	expect_fail("{ \"tls_cert\": \"t_config.none\" }",
		    "gw.json:1:15: tls_cert and tls_key go together");
	expect_fail("{\n\"tls_key\": \"k\", \"tls_cert\": \"t_config.none\" }",
		    "gw.json:2:29: t_config.none: No such file or directory");
	expect_fail("{ \"upstream\": { \"ca_file\": \"t_config.none\" } }",
		    "gw.json:1:28: t_config.none: No such file or directory");
}

static void t_health(void **state)
{
	static const char *const bad[] = {
		"healthz", "/",         "/v1/models",   "/v1/x",
		"//x",     "/x?y",      "/v1/messages", "/api/hello",
		"/a b",    "/a\x1b[0m", "/%2f",         "/x//y",
	};
	struct config c;

	(void)state;
	config_init(&c);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (config_set_health(&c, bad[i], NULL) == 0)
			fail_msg("'%s' is taken", bad[i]);
	assert_string_equal(c.health, "/healthz");
	assert_int_equal(config_set_health(&c, "/-/live.1", NULL), 0);
	assert_string_equal(c.health, "/-/live.1");
	assert_int_equal(config_set_health(&c, "", NULL), 0);
	assert_null(c.health);
	config_clear(&c);
}

/* As many keys as there may be, and one more. */
static void t_many_keys(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct mistakes m;
	struct config c;

	(void)state;
	buf_add_text(&text, "{\"keys\":[");
	for (int i = 0; i < 10000; i++)
		buf_addf(&text, "%s\"k%d\"", i > 0 ? "," : "", i);
	buf_add_text(&text, "]}");
	config_init(&c);
	assert_int_equal(read_text(&c, buf_str(&text), &m), 0);
	assert_int_equal(c.keys_count, 10000);
	config_clear(&c);
	buf_cut(&text, text.len - 2);
	buf_add_text(&text, ",\"more\"]}");
	expect_fail(buf_str(&text), "gw.json:1:9: more than 10000 keys");
	buf_clear(&text);
}

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* A key's value, or the hash of one; and what all keys share. */
static void t_keys(void **state)
{
	struct mistakes m;
	struct config c;

	(void)state;
	config_init(&c);
	assert_int_equal(
		read_text(&c,
			  "{ \"over_budget\": 402, \"fronts\": \"vertex, "
			  "messages\", \"log\": \"text\", \"keys\": [ "
			  "{ \"name\": \"h\", \"sha256\": \"" HASH "\" },"
			  "{ \"key\": \"open-key-1\" } ] }",
			  &m),
		0);
	assert_int_equal(c.keys_count, 2);
	assert_string_equal(c.keys[0].name, "h");
	assert_null(c.keys[0].value);
	assert_ptr_equal(client_key_find(c.keys, 2, span_of("abc")),
			 &c.keys[0]);
	assert_true(secrets_has(&c.secrets, "open-key-1"));
	assert_false(c.limited);
	assert_int_equal(c.over_budget, 402);
	assert_int_equal(c.log, ACCESS_TEXT);
	assert_true(config_serves(&c, BRIDGE_NONE));
	assert_true(config_serves(&c, BRIDGE_VERTEX));
	assert_false(config_serves(&c, BRIDGE_BEDROCK));
	config_clear(&c);
	expect_fail("{ \"keys\": [{ \"sha256\": \"" HASH "\", \"key\": "
		    "\"k\" }] }",
		    "gw.json:1:12: a key must have 'key' or 'sha256', not "
		    "both");
	expect_fail("{ \"keys\": [{ \"sha256\": \"00\" }] }",
		    "gw.json:1:12: the sha256 of a key has 64 hexadecimal "
		    "digits: printf %s \"$KEY\" | sha256sum");
	expect_fail("{ \"keys\": [{ \"key\": \"env:T_CONFIG_NONE\", "
		    "\"rpm\": 100001 }] }",
		    "gw.json:1:12: the variable T_CONFIG_NONE is not set");
	for (int status = 401; status <= 430; status++) {
		config_init(&c);
		assert_int_equal(
			config_set_over_budget(&c, (uint32_t)status, NULL),
			status == 402 || status == 429 ? 0 : -1);
		config_clear(&c);
	}
	expect_fail("{\n\"over_budget\": 403 }",
		    "gw.json:2:16: over_budget is 429 or 402");
	expect_fail("{\n\"fronts\": \"messages,other\" }",
		    "gw.json:2:11: fronts are 'messages', 'bedrock' and "
		    "'vertex' with commas between them, not 'messages,other'");
}

/* What one provider and its clients need. */
static void t_lacks(void **state)
{
	static const struct {
		const char *members; /* of the upstream */
		const char *others; /* of the file */
		const char *lacks; /* NULL: nothing */
	} rows[] = {
		{ "\"key\":\"u\"", ",\"keys\":[\"k\"]", NULL },
		{ "\"auth\":\"client\"", "", NULL },
		{ "\"key\":\"u\",\"auth\":\"sigv4\",\"key_id\":\"i\"",
		  ",\"keys\":[\"k\"]",
		  "only Bedrock takes signed requests: say "
		  "--upstream-format bedrock" },
		{ "\"key\":\"u\",\"auth\":\"sigv4\",\"format\":\"bedrock\"",
		  ",\"keys\":[\"k\"]",
		  "a key that signs needs its id: say --upstream-key-id ID, "
		  "or \"key_id\" in the file's \"upstream\"" },
		{ "\"auth\":\"client\",\"format\":\"openai-chat\"", "",
		  "a client's own credential is good for its own format only, "
		  "and this one is translated: give the upstream's key" },
		{ "\"key\":\"u\",\"format\":\"openai-chat\"",
		  ",\"keys\":[\"k\"],\"fronts\":\"bedrock\"",
		  "no client is served: the provider takes requests of none of "
		  "the fronts; say --fronts messages, or \"fronts\" in the "
		  "--config file" },
		{ "\"key\":\"u\",\"format\":\"vertex\"", ",\"keys\":[\"k\"]",
		  "requests of the Messages API need a project of Vertex: say "
		  "--upstream-project ID, or --fronts vertex" },
		{ "\"key\":\"u\",\"format\":\"vertex\"",
		  ",\"keys\":[\"k\"],\"fronts\":\"vertex\"", NULL },
		{ "\"key\":\"u\",\"format\":\"vertex\",\"project\":\"p\"",
		  ",\"keys\":[\"k\"]", NULL },
		{ "\"key\":\"u\"",
		  ",\"keys\":[\"k\",{\"key\":\"l\",\"budget\":{\"day\":1}}]",
		  "a key has a budget, and there is no ledger to keep what it "
		  "spends: give \"ledger\" with a \"path\"" },
		{ "\"key\":\"u\"",
		  ",\"keys\":[{\"key\":\"l\",\"budget\":{\"day\":1}},\"k\"],"
		  "\"ledger\":{\"path\":\"x\"}",
		  "a key has a budget, and nothing has a price: give "
		  "\"prices\" in \"ledger\"" },
		{ "\"key\":\"u\"",
		  ",\"keys\":[\"k\"],\"ledger\":{\"path\":\"x\"}", NULL },
		{ "\"key\":\"u\"", ",\"keys\":[{\"key\":\"k\",\"rpm\":1}]",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mistakes m;
		struct config c;
		char text[300];

		snprintf(text, sizeof(text),
			 "{\"upstream\":{\"url\":\"http://h\",%s}%s}",
			 rows[i].members, rows[i].others);
		config_init(&c);
		assert_int_equal(read_text(&c, text, &m), 0);
		config_lacks(&c, &m);
		if (m.count != (rows[i].lacks ? 1 : 0) ||
		    (m.count > 0 && strcmp(m.list[0].text, rows[i].lacks) != 0))
			fail_msg("%s: %zu %s", text, m.count, m.list[0].text);
		assert_int_equal(config_counts(&c), i >= 9);
		config_clear(&c);
	}
}

/* What is wrong with a key's limits, each with its place. */
static void t_limits(void **state)
{
	static const struct {
		const char *member, *place, *message;
	} rows[] = {
		{ "models", "[]", "a key's models are from 1 to 1000 names" },
		{ "models", "[1]",
		  "a model must be a name, or the beginning of names and "
		  "'*'" },
		{ "models", "[\"\"]",
		  "a model must be a name, or the beginning of names and "
		  "'*'" },
		{ "models", "[\"a\\u0000\"]",
		  "a model must be a name, or the beginning of names and "
		  "'*'" },
		{ "rpm", "100001", "requests in a minute are 100000 at most" },
		{ "expires", "\"soon\"",
		  "a time must be \"2026-12-31T18:00:00Z\", or a day, "
		  "\"2026-12-31\", in UTC" },
	};
	static const char *const budgets[] = { "\"1\"", "-1", "0",
					       "0.0000000001", "1000000001" };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	char message[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool item = rows[i].place[0] == '[' && rows[i].place[1] != ']';

		buf_addf(&text, "{\"keys\":[{\"key\":\"k\",\n\"%s\":%s}]}",
			 rows[i].member, rows[i].place);
		snprintf(message, sizeof(message), "gw.json:2:%zu: %s",
			 strlen(rows[i].member) + 4 + (item ? 1 : 0),
			 rows[i].message);
		expect_fail(buf_str(&text), message);
		buf_reset(&text);
	}
	for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		buf_addf(&text,
			 "{\"keys\":[{\"key\":\"k\",\"budget\":{\n"
			 "\"week\":%s}}]}",
			 budgets[i]);
		expect_fail(buf_str(&text),
			    "gw.json:2:8: a budget must be a number of dollars "
			    "above 0");
		buf_reset(&text);
	}
	buf_clear(&text);
}

/* What a key may have at most. */
static void t_most(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct client_key *k;
	struct mistakes m;
	struct config c;

	(void)state;
	buf_add_text(&text, "{\"keys\":[{\"key\":\"k\",\"rpm\":100000,"
			    "\"streams\":7,\"expires\":\"2026-11-30\","
			    "\"budget\":{\"day\":1e-9,\"week\":2,"
			    "\"month\":3,\"total\":1000000000},"
			    "\"models\":[\"m\"");
	for (int i = 1; i < 1000; i++)
		buf_add_text(&text, ",\"m\"");
	config_init(&c);
	buf_add_text(&text, "]}]}");
	assert_int_equal(read_text(&c, buf_str(&text), &m), 0);
	k = &c.keys[0];
	assert_true(c.limited);
	assert_int_equal(k->a_minute, 100000);
	assert_int_equal(k->streams, 7);
	assert_int_equal(k->expires, 1795996800);
	assert_int_equal(k->models_count, 1000);
	assert_string_equal(k->models[999], "m");
	assert_int_equal(k->budget.limit[BUDGET_DAY], 1);
	assert_int_equal(k->budget.limit[BUDGET_WEEK], 2 * MONEY_DOLLAR);
	assert_int_equal(k->budget.limit[BUDGET_MONTH], 3 * MONEY_DOLLAR);
	assert_int_equal(k->budget.limit[BUDGET_TOTAL], MONEY_MOST);
	config_clear(&c);
	buf_replace(&text, "[\"m\"", "[\"m\",\"m\"");
	expect_mistakes(buf_str(&text), 1,
			(const char *const[]){
				"gw.json:1:138: a key's models are from 1 to "
				"1000 names" });
	buf_clear(&text);
}

static void t_held(void **state)
{
	struct config *c = config_new();

	(void)state;
	assert_ptr_equal(config_hold(c), c);
	config_drop(c);
	assert_string_equal(c->health, "/healthz");
	config_drop(c);
	config_drop(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "config: every member is read", t_whole, NULL, NULL, NULL },
		{ "config: an empty file leaves the defaults", t_defaults, NULL,
		  NULL, NULL },
		{ "config: a message names line and column", t_places, NULL,
		  NULL, NULL },
		{ "config: no string is cut at a NUL", t_nul, NULL, NULL,
		  NULL },
		{ "config: a named pipe is not waited for", t_pipes, NULL, NULL,
		  NULL },
		{ "config: an unknown member is refused", t_unknown_key, NULL,
		  NULL, NULL },
		{ "config: an upstream that cannot work has its place",
		  t_url_places, NULL, NULL, NULL },
		{ "config: the upstream is a bare http or https URL", t_urls,
		  NULL, NULL, NULL },
		{ "config: upstream and keys must be there", t_complete, NULL,
		  NULL, NULL },
		{ "config: what a provider of another format is like",
		  t_formats, NULL, NULL, NULL },
		{ "config: a key is shown in one of two ways", t_schemes, NULL,
		  NULL, NULL },
		{ "config: numbers have bounds", t_bounds, NULL, NULL, NULL },
		{ "config: every mistake is told, with its place",
		  t_every_mistake, NULL, NULL, NULL },
		{ "config: files that are named are looked at", t_files, NULL,
		  NULL, NULL },
		{ "config: the health path is nobody else's", t_health, NULL,
		  NULL, NULL },
		{ "config: keys, their hashes, and what all share", t_keys,
		  NULL, NULL, NULL },
		{ "config: what one provider needs", t_lacks, NULL, NULL,
		  NULL },
		{ "config: what is wrong with a key's limits", t_limits, NULL,
		  NULL, NULL },
		{ "config: what a key may have at most", t_most, NULL, NULL,
		  NULL },
		{ "config: how many keys there may be", t_many_keys, NULL, NULL,
		  NULL },
		{ "config: it is there as long as somebody holds it", t_held,
		  NULL, NULL, NULL },
	};

	char folder[] = "/tmp/t_config.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
	unlink("t_config.pem");
	rmdir(folder);
	return failed;
}
