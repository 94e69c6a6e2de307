/* ccprobe: finds the command and runs it. */
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/guide/guide.h"
#include "wire/bytes/near.h"
#include "wire/json/json.h"

static const struct command *const commands[] = {
	&cmd_run,    &cmd_list,   &cmd_lint,    &cmd_explain,
	&cmd_judge,  &cmd_replay, &cmd_compare, &cmd_doctor,
	&cmd_bisect, &cmd_init,   &cmd_record,  &cmd_drift,
	&cmd_bench,  &cmd_matrix, &cmd_merge,   NULL,
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int print(struct buf *text, FILE *to, int status)
{
	fputs(buf_str(text), to);
	buf_clear(text);
	return status;
}

static int alone(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	guide_first(&text);
	return print(&text, stderr, EXIT_USAGE);
}

static int unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0]) + 1] = {
		NULL
	};
	const char *nearest;
	size_t n = 0;

	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	names[n] = "help";
	nearest = near_word(name, names);
	fprintf(stderr, "ccprobe: no command '%s'", name);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?\n", nearest);
	else
		fputs("; `ccprobe help` lists them\n", stderr);
	return EXIT_USAGE;
}

/* `ccprobe help`, `ccprobe help COMMAND`, and the forms of the manual, such as
 * `ccprobe help --man`, which the installation asks for. */
static int help(int argc, char **argv)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	static char more[] = "--help";
	const struct command *c;

	if (argc < 1 || strcmp(argv[0], "--help") == 0) {
		guide_commands(commands, &text);
		return print(&text, stdout, EXIT_CONFORMS);
	}
	if (guide_manual(commands, argv[0], &text))
		return print(&text, stdout, EXIT_CONFORMS);
	c = find(argv[0]);
	return c ? c->run(2, (char *[]){ argv[0], more, NULL })
		 : unknown(argv[0]);
}

static int version(int argc, char **argv)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool verbose = argc > 0 && (strcmp(argv[0], "-v") == 0 ||
				    strcmp(argv[0], "--verbose") == 0);

	guide_version(verbose, &text);
	return print(&text, stdout, EXIT_CONFORMS);
}

/* The reader of stdout has gone, as in `ccprobe list | head`. */
static bool has_enough(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* If the disk is full, the exit status must not be that of a success. */
static int finish(int status)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || has_enough())
		return status;
	fputs("ccprobe: the output could not be written to stdout\n", stderr);
	return EXIT_UNDECIDED;
}

/* A few cases send and log tens of megabytes. Blocks of this size go back to
 * the system when they are freed; by default the C library raises the limit and
 * keeps them. */
enum { GIVEN_BACK = 1024 * 1024 };

int main(int argc, char **argv)
{
	const struct command *c;

	(void)mallopt(M_MMAP_THRESHOLD, GIVEN_BACK);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* write() then fails with EFBIG */
	if (argc < 2)
		return alone();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return finish(help(argc - 2, argv + 2));
	if (strcmp(argv[1], "--version") == 0)
		return finish(version(argc - 2, argv + 2));
	c = find(argv[1]);
	return c ? finish(c->run(argc - 1, argv + 1)) : unknown(argv[1]);
}
