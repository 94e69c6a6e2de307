/*
 * Child programs: started by fork and exec, with a pipe for their output and a
 * pidfd for their end.
 */
#include "probe/child/process.h"

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

#include "probe/child/terminal.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

#define OUTPUT_LIMIT ((size_t)64 * 1024)
#define OUTPUT_KEPT (OUTPUT_LIMIT / 2) /* of the end, if there is more */
#define STOP_MS 2000

struct process_stream { /* the reading end of a pipe */
	struct process *process;
	int fd;
	struct loop_io io;
	struct buf kept;
};

struct process {
	struct loop *loop;
	const struct process_handler *handler;
	void *arg;
	pid_t pid;
	int pidfd;
	pid_t watcher; /* ends the process group when we die; -1: none */
	int alive; /* a pipe that closes with us, which the watcher waits for */
	struct loop_io exit_io;
	struct process_stream out, err; /* err: only if stderr is kept apart */
	char ending[64];
	bool succeeded;
};

/* ---- the child, between fork and exec ---- */

static void child_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
}

/* `ends` become its stdout and stderr. */
static void child_run(const struct process_config *config, const char *program,
		      pid_t parent, const int *ends, int error)
{
	int nothing = config->terminal
			      ? ends[0]
			      : open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (!config->terminal || terminal_take(nothing) < 0)
		setpgid(0, 0);
	child_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The parent may have died before prctl(). */
	if (getppid() == parent && nothing >= 0 && dup2(nothing, 0) >= 0 &&
	    dup2(ends[0], 1) >= 0 && dup2(ends[1], 2) >= 0 &&
	    close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0 &&
	    chdir(config->folder) == 0)
		execve(program, config->argv, config->environment);
	if (write(error, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- the watcher ---- */

/*
 * The kernel ends the child when we die, but not what the child has started. So
 * another process, the watcher, waits for the end of a pipe that is open as
 * long as we live, and then kills the whole group. It keeps nothing else open.
 */
static void watch_group(int alive, pid_t group)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	char byte;

	if (dup2(alive, 3) < 0 || dup2(nothing, 0) < 0 ||
	    dup2(nothing, 1) < 0 || dup2(nothing, 2) < 0 ||
	    close_range(4, UINT_MAX, 0) < 0)
		_exit(1);
	while (read(3, &byte, 1) < 0 && errno == EINTR)
		;
	kill(-group, SIGKILL);
	_exit(0);
}

static int watcher_start(struct process *p, struct fail *f)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_errno(f, FAIL_SYSTEM, "no pipe");
	p->watcher = fork();
	if (p->watcher == 0)
		watch_group(ends[0], p->pid);
	close(ends[0]);
	p->alive = ends[1];
	if (p->watcher < 0)
		return fail_errno(f, FAIL_SYSTEM, "no new process");
	/* A signal for all of ours must not end it. */
	setpgid(p->watcher, p->watcher);
	return 0;
}

/* Call this before the group's number can go to another process. */
static void watcher_stop(struct process *p)
{
	if (p->watcher > 0) {
		kill(p->watcher, SIGKILL);
		waitpid(p->watcher, NULL, 0);
	}
	if (p->alive >= 0)
		close(p->alive);
}

/* ---- events of the loop ---- */

static void keep(struct buf *kept, const char *bytes, size_t len)
{
	if (kept->len + len > OUTPUT_LIMIT) {
		size_t from = OUTPUT_LIMIT / 4;

		/* The beginning shows how the program started, the end why it
		 * ended. */
		buf_splice(kept, from, kept->len - from - OUTPUT_KEPT,
			   "\n...\n", 5);
	}
	buf_add(kept, bytes, len);
}

/* False at the end of the output. */
static bool read_stream(struct process_stream *s)
{
	struct process *p = s->process;
	char bytes[4096];
	ssize_t n;

	for (;;) {
		n = read(s->fd, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		keep(&s->kept, bytes, (size_t)n);
		if (p->handler->on_piece != NULL && s == &p->out)
			p->handler->on_piece(p->arg,
					     span_make(bytes, (size_t)n));
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void on_output(void *arg, uint32_t events)
{
	struct process_stream *s = arg;

	(void)events;
	if (!read_stream(s))
		loop_unwatch(s->process->loop, &s->io);
	s->process->handler->on_output(s->process->arg);
}

static void set_ending(struct process *p, const siginfo_t *info)
{
	p->succeeded = info->si_code == CLD_EXITED && info->si_status == 0;
	if (info->si_code == CLD_EXITED)
		snprintf(p->ending, sizeof(p->ending), "exited with status %d",
			 info->si_status);
	else
		snprintf(p->ending, sizeof(p->ending), "was ended by signal %d",
			 info->si_status);
}

/* The child stays a zombie until process_stop(), so that no other process gets
 * the number of its group. */
static void on_exit_seen(void *arg, uint32_t events)
{
	struct process *p = arg;
	siginfo_t info = { .si_pid = 0 };

	(void)events;
	loop_unwatch(p->loop, &p->exit_io);
	if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT | WNOHANG) < 0)
		return;
	set_ending(p, &info);
	read_stream(&p->out);
	if (p->err.fd >= 0)
		read_stream(&p->err);
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
	int rc = loop_watch(p->loop, &p->out.io, p->out.fd, EPOLLIN, on_output,
			    &p->out, f);

	if (rc == 0 && p->err.fd >= 0)
		rc = loop_watch(p->loop, &p->err.io, p->err.fd, EPOLLIN,
				on_output, &p->err, f);
	return rc == 0 ? loop_watch(p->loop, &p->exit_io, p->pidfd, EPOLLIN,
				    on_exit_seen, p, f)
		       : rc;
}

/* Forks. Returns 0, or -1 with what exec() reported. */
static int spawn(struct process *p, const struct process_config *config,
		 const char *program, const int *ends, struct fail *f)
{
	int error[2], code = 0;
	pid_t parent = getpid();

	if (pipe2(error, O_CLOEXEC) < 0)
		return fail_errno(f, FAIL_SYSTEM, "no pipe");
	p->pid = fork();
	if (p->pid == 0)
		child_run(config, program, parent, ends, error[1]);
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

/* Opens a pipe. Returns the child's end, or -1. */
static int stream_open(struct process_stream *s, struct fail *f)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_errno(f, FAIL_SYSTEM, "no pipe");
	s->fd = ends[0];
	fcntl(s->fd, F_SETFL, O_NONBLOCK);
	return ends[1];
}

static int stream_open_terminal(struct process_stream *s, struct fail *f)
{
	int ends[2], rc = terminal_open(ends, f);

	if (rc < 0)
		return rc;
	s->fd = ends[0];
	return ends[1];
}

static void stream_init(struct process_stream *s, struct process *p)
{
	s->process = p;
	s->fd = -1;
	buf_init(&s->kept, OUTPUT_LIMIT);
}

static void stream_clear(struct process_stream *s)
{
	loop_unwatch(s->process->loop, &s->io);
	if (s->fd >= 0)
		close(s->fd);
	buf_clear(&s->kept);
}

/* Starts the child. We close its ends of the pipes, so that only the child has
 * them. */
static int spawn_with_pipes(struct process *p,
			    const struct process_config *config,
			    const char *program, struct fail *f)
{
	int ends[2], rc = -1;

	ends[0] = config->terminal ? stream_open_terminal(&p->out, f)
				   : stream_open(&p->out, f);
	ends[1] = config->apart ? stream_open(&p->err, f) : ends[0];
	if (ends[0] >= 0 && ends[1] >= 0)
		rc = spawn(p, config, program, ends, f);
	if (ends[1] >= 0 && ends[1] != ends[0])
		close(ends[1]);
	if (ends[0] >= 0)
		close(ends[0]);
	return rc;
}

int process_start(struct process **out, struct loop *l,
		  const struct process_config *config,
		  const struct process_handler *handler, void *arg,
		  struct fail *f)
{
	struct process *p = xcalloc(1, sizeof(*p));
	char *program = process_find(config->argv[0], config->path);
	int rc = -1;

	p->loop = l;
	p->handler = handler;
	p->arg = arg;
	p->pid = p->pidfd = p->watcher = p->alive = -1;
	stream_init(&p->out, p);
	stream_init(&p->err, p);
	if (!program) {
		fail_set(f, FAIL_SYSTEM, "%s: no such program",
			 config->argv[0]);
		goto out;
	}
	if (spawn_with_pipes(p, config, program, f) < 0)
		goto out;
	if (watcher_start(p, f) < 0)
		goto out;
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
	free(program);
	process_stop(p);
	return rc;
}

/* ---- output and end ---- */

struct span process_output(const struct process *p)
{
	return buf_span(&p->out.kept);
}

struct span process_errors(const struct process *p)
{
	return buf_span(&p->err.kept);
}

const char *process_ending(const struct process *p)
{
	return p->ending;
}

bool process_succeeded(const struct process *p)
{
	return p->succeeded;
}

void process_type(struct process *p, struct span keys)
{
	(void)put_bytes(p->out.fd, keys);
}

pid_t process_group(const struct process *p)
{
	return p->pid;
}

void process_signal(struct process *p, int signo)
{
	if (*p->ending == '\0')
		kill(-p->pid, signo);
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
	if (p->pid > 0) {
		kill(-p->pid, SIGTERM);
		wait_end(p);
		kill(-p->pid, SIGKILL);
		watcher_stop(p);
		waitpid(p->pid, NULL, 0);
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	stream_clear(&p->out);
	stream_clear(&p->err);
	free(p);
}
