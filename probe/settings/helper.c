/* Runs apiKeyHelper, a command whose output is the credential, as the client
 * runs it, but with limits. Its stderr is thrown away. */
#include "probe/settings/settings_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/loop.h"
#include "wire/bytes/mem.h"

#define OUTPUT_LIMIT 65536
#define KEY_LIMIT 16384 /* the limit of the client */
#define RUN_MS 30000

static int child(int to, const char *folder, const char *command, char **env)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command,
			 NULL };
	int none = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t nothing;

	sigemptyset(&nothing);
	sigprocmask(SIG_SETMASK, &nothing, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (none < 0 || dup2(none, STDIN_FILENO) < 0 ||
	    dup2(none, STDERR_FILENO) < 0 || dup2(to, STDOUT_FILENO) < 0 ||
	    chdir(folder) < 0)
		return 127;
	execve(argv[0], argv, env);
	return 127;
}

/* Reads until the end of the output. False: the limit or the deadline came
 * first. */
static bool drain(int fd, struct buf *out)
{
	tick_t until = loop_now() + RUN_MS * TICK_MS;
	char bytes[4096];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		tick_t now = loop_now();
		ssize_t n;

		if (now >= until ||
		    poll(&p, 1, (int)((until - now) / TICK_MS) + 1) == 0)
			return false;
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0)
			return true;
		if (n > 0 && buf_add(out, bytes, (size_t)n) < 0)
			return false;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static int wait_for(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* Runs the command; returns its exit status, or -1 with a reason in *why. */
static int run(const struct reading *r, const char *command, struct buf *out,
	       const char **why)
{
	char **env = values_environment(r);
	int ends[2], status;
	bool ended;
	pid_t pid;

	*why = "could not be started";
	if (pipe2(ends, O_CLOEXEC) < 0) {
		free(env);
		return -1;
	}
	pid = fork();
	if (pid == 0)
		_exit(child(ends[1], r->place->folder, command, env));
	close(ends[1]);
	free(env);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	setpgid(pid, pid);
	ended = drain(ends[0], out);
	close(ends[0]);
	if (!ended)
		kill(-pid, SIGKILL);
	status = wait_for(pid);
	*why = ended                  ? "was ended by a signal"
	       : out->len > KEY_LIMIT ? "printed more than 16384 bytes"
				      : "was not done after 30 s";
	return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Why the text cannot be a key; NULL: it can. */
static const char *unusable(const char *key)
{
	for (const char *p = key; *p; p++) {
		if (*p == '\n' || *p == '\r')
			return "holds a line break";
		if (*p == ' ' || *p == '\t')
			return "holds a blank";
		if (*p < ' ' || *p > '~')
			return "holds a byte that is no printable ASCII";
	}
	if (strlen(key) > KEY_LIMIT)
		return "is longer than 16384 bytes";
	return NULL;
}

static void judge(struct reading *r, const char *where, int status,
		  const char *why, const struct buf *out)
{
	char *key = values_trimmed(buf_str(out));
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *bad = unusable(key);

	if (status > 0)
		buf_addf(&text, "exited with status %d", status);
	else if (status < 0)
		buf_add_text(&text, why);
	else if (!*key)
		buf_add_text(&text, "printed nothing");
	if (text.len > 0)
		settings_finding(r, "DR-HELPER-FAILED", where, buf_str(&text),
				 NULL);
	else if (bad)
		settings_finding(r, "DR-HELPER-OUTPUT", where, bad, NULL);
	else
		r->helper_key = key;
	if (r->helper_key != key)
		free(key);
	buf_clear(&text);
}

void helper_run(struct reading *r)
{
	const struct setting *x = values_find(r->s, "apiKeyHelper");
	struct buf out = BUF_INIT(OUTPUT_LIMIT);
	const char *why;
	int status;

	if (!x || !*x->value || r->place->given_key)
		return;
	r->s->helper_waits = !r->place->run_helper;
	if (r->s->helper_waits)
		return;
	status = run(r, x->value, &out, &why);
	judge(r, x->source, status, why, &out);
	buf_clear(&out);
}
