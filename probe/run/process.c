/*
 * Children: fork, exec, a pipe for what they print and a pidfd for their end.
 */
#include "probe/run/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"

#define OUTPUT_LIMIT ((size_t)64 * 1024)
#define OUTPUT_KEPT (OUTPUT_LIMIT / 2) /* of the end, when it overflows */
#define STOP_MS 2000

struct process {
	struct loop *loop;
	const struct process_handler *handler;
	void *arg;
	pid_t pid;
	int pidfd, out;
	struct loop_io exit_io, out_io;
	struct buf output;
	char ending[64];
};

/* ---- the child, between fork and exec ---- */

static void child_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void child_run(const struct process_config *config, const char *program,
		      pid_t parent, int out, int error)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	child_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The parent may have died before the line above. */
	if (getppid() == parent && nothing >= 0 && dup2(nothing, 0) >= 0 &&
	    dup2(out, 1) >= 0 && dup2(out, 2) >= 0 &&
	    close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0 &&
	    chdir(config->folder) == 0)
		execve(program, config->argv, config->environment);
	if (write(error, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- what the loop tells ---- */

static void keep(struct process *p, const char *bytes, size_t len)
{
	if (p->output.len + len > OUTPUT_LIMIT) {
		size_t from = OUTPUT_LIMIT / 4;

		/* The beginning tells how it started, the end why it ended. */
		buf_splice(&p->output, from, p->output.len - from - OUTPUT_KEPT,
			   "\n...\n", 5);
	}
	buf_add(&p->output, bytes, len);
}

/* False at the end of the output. */
static bool read_output(struct process *p)
{
	char bytes[4096];
	ssize_t n;

	for (;;) {
		n = read(p->out, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		keep(p, bytes, (size_t)n);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void on_output(void *arg, uint32_t events)
{
	struct process *p = arg;

	(void)events;
	if (!read_output(p))
		loop_unwatch(p->loop, &p->out_io);
	p->handler->on_output(p->arg);
}

static void set_ending(struct process *p, const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		snprintf(p->ending, sizeof(p->ending), "exited with status %d",
			 info->si_status);
	else
		snprintf(p->ending, sizeof(p->ending), "was ended by signal %d",
			 info->si_status);
}

/* The child stays a zombie until process_stop, so that its group's number
 * cannot become somebody else's. */
static void on_exit_seen(void *arg, uint32_t events)
{
	struct process *p = arg;
	siginfo_t info = { .si_pid = 0 };

	(void)events;
	loop_unwatch(p->loop, &p->exit_io);
	if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT | WNOHANG) < 0)
		return;
	set_ending(p, &info);
	read_output(p);
	p->handler->on_exit(p->arg);
}

/* ---- starting ---- */

static bool is_program(const char *path)
{
	return access(path, X_OK) == 0;
}

char *process_find(const char *program, const char *path)
{
	struct span rest = span_of(path), part;
	struct buf full = BUF_INIT(PATH_MAX);

	if (strchr(program, '/'))
		return is_program(program) ? xstrdup(program) : NULL;
	while (span_split(&rest, ':', &part)) {
		buf_reset(&full);
		buf_add_span(&full, part);
		buf_add_byte(&full, '/');
		buf_add_text(&full, program);
		if (part.len > 0 && is_program(buf_str(&full)))
			return buf_take(&full, NULL);
	}
	buf_clear(&full);
	return NULL;
}

static int watch(struct process *p, struct fail *f)
{
	if (loop_watch(p->loop, &p->out_io, p->out, EPOLLIN, on_output, p, f) <
	    0)
		return -1;
	return loop_watch(p->loop, &p->exit_io, p->pidfd, EPOLLIN, on_exit_seen,
			  p, f);
}

/* Forks; returns what exec said, 0 if it went well. */
static int spawn(struct process *p, const struct process_config *config,
		 const char *program, int out, struct fail *f)
{
	int error[2], code = 0;
	pid_t parent = getpid();

	if (pipe2(error, O_CLOEXEC) < 0)
		return fail_errno(f, FAIL_SYSTEM, "no pipe");
	p->pid = fork();
	if (p->pid == 0)
		child_run(config, program, parent, out, error[1]);
	close(error[1]);
	if (p->pid < 0)
		fail_errno(f, FAIL_SYSTEM, "no new process");
	else if (read(error[0], &code, sizeof(code)) > 0) {
		errno = code;
		fail_errno(f, FAIL_SYSTEM, "%s does not start", program);
	}
	close(error[0]);
	return p->pid < 0 || code != 0 ? -1 : 0;
}

int process_start(struct process **out, struct loop *l,
		  const struct process_config *config,
		  const struct process_handler *handler, void *arg,
		  struct fail *f)
{
	struct process *p = xcalloc(1, sizeof(*p));
	char *program = process_find(config->argv[0], config->path);
	int pipes[2] = { -1, -1 };
	int rc = -1;

	p->loop = l;
	p->handler = handler;
	p->arg = arg;
	p->pid = p->pidfd = p->out = -1;
	buf_init(&p->output, OUTPUT_LIMIT);
	if (!program) {
		fail_set(f, FAIL_SYSTEM, "%s: no such program",
			 config->argv[0]);
		goto out;
	}
	if (pipe2(pipes, O_CLOEXEC) < 0) {
		fail_errno(f, FAIL_SYSTEM, "no pipe");
		goto out;
	}
	p->out = pipes[0];
	fcntl(p->out, F_SETFL, O_NONBLOCK);
	if (spawn(p, config, program, pipes[1], f) < 0)
		goto out;
	setpgid(p->pid, p->pid);
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd < 0) {
		fail_errno(f, FAIL_SYSTEM, "no pidfd");
		goto out;
	}
	if (watch(p, f) < 0)
		goto out;
	*out = p;
	p = NULL;
	rc = 0;
out:
	if (pipes[1] >= 0)
		close(pipes[1]);
	free(program);
	process_stop(p);
	return rc;
}

/* ---- what became of it ---- */

struct span process_output(const struct process *p)
{
	return buf_span(&p->output);
}

const char *process_ending(const struct process *p)
{
	return p->ending;
}

static void wait_end(const struct process *p)
{
	struct pollfd pfd = { .fd = p->pidfd, .events = POLLIN };

	if (p->pidfd >= 0)
		poll(&pfd, 1, STOP_MS);
}

void process_stop(struct process *p)
{
	if (!p)
		return;
	loop_unwatch(p->loop, &p->exit_io);
	loop_unwatch(p->loop, &p->out_io);
	if (p->pid > 0) {
		kill(-p->pid, SIGTERM);
		wait_end(p);
		kill(-p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	if (p->out >= 0)
		close(p->out);
	buf_clear(&p->output);
	free(p);
}
