/* ccprobe: finds the command and runs it. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
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

static int help(FILE *to)
{
	fputs("usage: ccprobe COMMAND [...]\n"
	      "Does a gateway serve Claude Code as the Anthropic API "
	      "would?\n\n",
	      to);
	for (size_t i = 0; commands[i]; i++)
		fprintf(to, "  %-10s %s\n", commands[i]->name,
			commands[i]->brief);
	fputs("\n`ccprobe COMMAND --help` tells more. `ccprobe run` alone "
	      "grades the bundled gateway.\n",
	      to);
	return to == stdout ? EXIT_CONFORMS : EXIT_USAGE;
}

static int unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])] = { NULL };
	const char *nearest;

	for (size_t i = 0; commands[i]; i++)
		names[i] = commands[i]->name;
	nearest = near_word(name, names);
	fprintf(stderr, "ccprobe: no command '%s'", name);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?\n", nearest);
	else
		fputs("; `ccprobe --help` lists them\n", stderr);
	return EXIT_USAGE;
}

/* As with `ccprobe list | head`, which has enough and is gone. */
static bool has_enough(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* A full disk must not look like success. */
static int finish(int status)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || has_enough())
		return status;
	fputs("ccprobe: stdout does not take what is written\n", stderr);
	return EXIT_UNDECIDED;
}

int main(int argc, char **argv)
{
	const struct command *c;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* write() tells it */
	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return finish(help(stdout));
	if (strcmp(argv[1], "--version") == 0) {
		puts("ccprobe " CCPROBE_VERSION);
		return finish(EXIT_CONFORMS);
	}
	c = find(argv[1]);
	return c ? finish(c->run(argc - 1, argv + 1)) : unknown(argv[1]);
}
