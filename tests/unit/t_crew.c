/* gateway/crew: workers on one port, and what signals do. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/crew.h"

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static struct options options = { .workers = OPTIONS_NO_NUMBER,
				  .drain_ms = OPTIONS_NO_NUMBER };

static struct config *config_of(uint32_t workers, uint16_t port)
{
	struct config *c = config_new();

	assert_int_equal(address_read(&c->listen, "127.0.0.1:0", NULL), 0);
	c->listen.port = port;
	c->workers = workers;
	return c;
}

/* A signal lets them end; everything is closed and freed. */
static void t_ends(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT };
	size_t before = open_files();

	(void)state;
	for (uint32_t workers = 1; workers <= 3; workers += 2)
		for (size_t i = 0; i < 2; i++) {
			struct config *c = config_of(workers, 0);
			struct crew *crew = NULL;

			assert_int_equal(crew_new(&crew, &options, c, NULL), 0);
			assert_true(crew_port(crew) > 0);
			assert_int_equal(crew_admin_port(crew), 0);
			/* It is pending: nobody else takes it. */
			kill(getpid(), signals[i]);
			assert_int_equal(crew_run(crew, NULL), 0);
			crew_free(crew);
			assert_int_equal(atomic_load(&c->holders), 1);
			config_drop(c);
			assert_int_equal(open_files(), before);
		}
	crew_free(NULL);
}

/* Another program has the port, whether it would be shared or not. */
static void t_taken(void **state)
{
	struct config *c = config_of(1, 0);
	struct crew *first = NULL;
	size_t before;

	(void)state;
	assert_int_equal(crew_new(&first, &options, c, NULL), 0);
	before = open_files();
	for (uint32_t workers = 1; workers <= 2; workers++) {
		struct config *other = config_of(workers, crew_port(first));
		struct crew *second = NULL;
		struct fail f = FAIL_INIT;

		assert_int_equal(crew_new(&second, &options, other, &f), -1);
		assert_null(second);
		assert_non_null(strstr(f.text, "the port is taken"));
		assert_int_equal(atomic_load(&other->holders), 1);
		config_drop(other);
		assert_int_equal(open_files(), before);
	}
	crew_free(first);
	config_drop(c);
}

/* With a ledger: its page, and nothing left open. */
static void t_ledger(void **state)
{
	size_t before = open_files();
	struct config *c = config_of(2, 0);
	struct crew *crew = NULL;

	(void)state;
	c->ledger.path = strdup("t_crew.db");
	c->ledger.has_admin = true;
	assert_int_equal(address_read(&c->ledger.admin, "127.0.0.1:0", NULL),
			 0);
	config_add_key(c, "ann", "key-of-ann", NULL);
	assert_int_equal(crew_new(&crew, &options, c, NULL), 0);
	assert_true(crew_admin_port(crew) > 0);
	assert_non_null(c->keys[0].purse);
	assert_int_equal(access("t_crew.db", F_OK), 0);
	kill(getpid(), SIGTERM);
	assert_int_equal(crew_run(crew, NULL), 0);
	crew_free(crew);
	config_drop(c);
	assert_int_equal(open_files(), before);
	unlink("t_crew.db");
	unlink("t_crew.db.spool");
	unlink("t_crew.db.lock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "crew: a signal ends all, and nothing is left open", t_ends,
		  NULL, NULL, NULL },
		{ "crew: a port that is taken", t_taken, NULL, NULL, NULL },
		{ "crew: a ledger and its page", t_ledger, NULL, NULL, NULL },
	};
	char folder[] = "/tmp/t_crew.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests_name("crew", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
