/* Tests of probe/child: child programs, their output, their end, and what they
 * leave behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/child/process.h"
#include "probe/child/terminal.h"
#include "wire/bytes/buf.h"

enum { GUARD_S = 20 };

struct bench {
	struct loop *loop;
	struct process *process;
	struct loop_timer guard;
	struct buf pieces;
	int outputs, exits;
	bool guarded;
};

static void on_guard(void *arg)
{
	struct bench *b = arg;

	b->guarded = true;
	loop_stop(b->loop);
}

static void on_output(void *arg)
{
	struct bench *b = arg;

	b->outputs++;
	loop_stop(b->loop);
}

static void on_exit_seen(void *arg)
{
	struct bench *b = arg;

	b->exits++;
	loop_stop(b->loop);
}

static void on_piece(void *arg, struct span bytes)
{
	struct bench *b = arg;

	buf_add_span(&b->pieces, bytes);
}

static const struct process_handler handler = { .on_output = on_output,
						.on_exit = on_exit_seen,
						.on_piece = on_piece };
static const struct process_handler plain = { .on_output = on_output,
					      .on_exit = on_exit_seen };

static char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" },
				     (char[]){ "WORD=wombat" }, NULL };

#define UNTIL(b, condition) \
	while (!(condition)) { \
		loop_run((b)->loop); \
		if ((b)->guarded) \
			fail_msg("it did not happen"); \
	}

static int begin(struct bench *b, const char *script,
		 struct process_config config, const struct process_handler *h,
		 struct fail *f)
{
	char *text = strdup(script);
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, text, NULL };
	int rc;

	config.argv = argv;
	config.environment = environment;
	config.path = "/nowhere:/usr/bin:/bin";
	if (config.folder == NULL)
		config.folder = "/";
	rc = process_start(&b->process, b->loop, &config, h, b, f);
	free(text);
	return rc;
}

static void start(struct bench *b, const char *script,
		  struct process_config config)
{
	struct fail f = FAIL_INIT;

	if (begin(b, script, config, &handler, &f) < 0)
		fail_msg("%s", f.text);
}

static void stop(struct bench *b)
{
	process_stop(b->process);
	b->process = NULL;
	/* Not a single child stays. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	buf_init(&b->pieces, BUF_NO_LIMIT);
	assert_int_equal(loop_new(&b->loop, NULL), 0);
	loop_timer_set(b->loop, &b->guard, loop_now() + GUARD_S * TICK_S,
		       on_guard, b);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	process_stop(b->process);
	loop_timer_clear(b->loop, &b->guard);
	loop_free(b->loop);
	buf_clear(&b->pieces);
	free(b);
	return 0;
}

static void assert_span(struct span s, const char *wanted)
{
	char *text = span_dup(s);

	assert_string_equal(text, wanted);
	free(text);
}

/* Runs a script to its end. */
static void play(struct bench *b, const char *script,
		 struct process_config config)
{
	buf_reset(&b->pieces);
	b->exits = 0;
	start(b, script, config);
	assert_string_equal(process_ending(b->process), "");
	assert_false(process_succeeded(b->process));
	UNTIL(b, b->exits > 0);
}

static size_t descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(all) != NULL)
		n++;
	closedir(all);
	return n;
}

static void t_ends(void **state)
{
	static const struct {
		const char *script, *ending;
	} rows[] = {
		{ "exit 0", "exited with status 0" },
		{ "exit 7", "exited with status 7" },
		{ "kill -KILL $$", "was ended by signal 9" },
		/* What we ignore or block is as usual for it. */
		{ "kill -PIPE $$; exit 3", "was ended by signal 13" },
		{ "ulimit -c 0; kill -XFSZ $$; exit 3",
		  "was ended by signal 25" },
		{ "kill -TERM $$; exit 3", "was ended by signal 15" },
	};
	struct bench *b = *state;
	size_t before = descriptors();
	sigset_t term, was;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigprocmask(SIG_BLOCK, &term, &was);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		play(b, rows[i].script,
		     (struct process_config){ .apart = i % 2 });
		assert_string_equal(process_ending(b->process), rows[i].ending);
		assert_int_equal(process_succeeded(b->process), i == 0);
		assert_span(process_output(b->process), "");
		stop(b);
		assert_int_equal(descriptors(), before);
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
}

static void t_output(void **state)
{
	static const char script[] = "echo one; echo two >&2; echo three";
	struct bench *b = *state;

	play(b, script, (struct process_config){ .apart = true });
	assert_span(process_output(b->process), "one\nthree\n");
	assert_span(process_errors(b->process), "two\n");
	assert_string_equal(buf_str(&b->pieces), "one\nthree\n");
	stop(b);
	play(b, script, (struct process_config){ .apart = false });
	assert_span(process_output(b->process), "one\ntwo\nthree\n");
	assert_span(process_errors(b->process), "");
	assert_string_equal(buf_str(&b->pieces), "one\ntwo\nthree\n");
	stop(b);
	/* It comes while the program runs. */
	start(b, "echo ready; exec sleep 600", (struct process_config){ 0 });
	b->outputs = 0;
	UNTIL(b, b->outputs > 0);
	assert_span(process_output(b->process), "ready\n");
	assert_string_equal(process_ending(b->process), "");
	stop(b);
	/* Nobody needs the pieces. */
	b->exits = 0;
	assert_int_equal(
		begin(b, script, (struct process_config){ 0 }, &plain, NULL),
		0);
	UNTIL(b, b->exits > 0);
	assert_span(process_output(b->process), "one\ntwo\nthree\n");
	stop(b);
}

/* Of much, the beginning and the end are kept. */
static void t_much(void **state)
{
	enum { FRONT = 16 * 1024, KEPT = 64 * 1024, BACK = 32 * 1024 };
	static const char dots[] = "\n...\n";
	struct bench *b = *state;
	struct buf all = BUF_INIT(BUF_NO_LIMIT);
	struct span out, tail;

	for (unsigned i = 1; i <= 40000; i++)
		buf_addf(&all, "%u\n", i);
	play(b, "seq 1 40000", (struct process_config){ 0 });
	out = process_output(b->process);
	assert_true(out.len <= KEPT);
	assert_true(out.len >= FRONT + strlen(dots) + BACK);
	assert_memory_equal(out.at, all.at, FRONT);
	tail = span_skip(out, FRONT);
	assert_memory_equal(tail.at, dots, strlen(dots));
	tail = span_skip(tail, strlen(dots));
	assert_memory_equal(tail.at, all.at + all.len - tail.len, tail.len);
	assert_int_equal(b->pieces.len, all.len);
	assert_memory_equal(b->pieces.at, all.at, all.len);
	stop(b);
	play(b, "head -c 65536 /dev/zero", (struct process_config){ 0 });
	assert_int_equal(process_output(b->process).len, KEPT);
	assert_int_equal(span_find_byte(process_output(b->process), '.'),
			 SIZE_MAX);
	stop(b);
	buf_clear(&all);
}

/* What a program starts with. */
static void t_surroundings(void **state)
{
	static const struct {
		const char *script, *output;
	} rows[] = {
		{ "echo $WORD; env | grep -c HOME", "wombat\n0\n" },
		{ "pwd", "/tmp\n" },
		{ "readlink /proc/self/fd/0; cat", "/dev/null\n" },
		{ "for n in 3 57; do [ -e /proc/$$/fd/$n ] && echo $n; done",
		  "" },
		{ "cut -d' ' -f5 /proc/$$/stat | grep -x $$ | wc -l", "1\n" },
	};
	struct bench *b = *state;
	int three = fcntl(3, F_GETFD), one = open("/dev/null", O_RDONLY);

	/* Ours that stay open in what we start. */
	assert_true(three >= 0 && one >= 0);
	fcntl(3, F_SETFD, 0);
	assert_int_equal(dup2(one, 57), 57);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		play(b, rows[i].script,
		     (struct process_config){ .folder = "/tmp" });
		assert_span(process_output(b->process), rows[i].output);
		stop(b);
	}
	fcntl(3, F_SETFD, three);
	close(57);
	close(one);
}

static void t_terminal(void **state)
{
	struct bench *b = *state;
	struct span out;

	start(b,
	      "stty -echo -onlcr; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && "
	      "stty size && echo real >/dev/tty && read x && echo got $x; "
	      "exit 4",
	      (struct process_config){ .terminal = true });
	UNTIL(b, span_find(process_output(b->process), span_of("real")) !=
			 SIZE_MAX);
	process_type(b->process, span_of("some words\n"));
	b->exits = 0;
	UNTIL(b, b->exits > 0);
	out = process_output(b->process);
	assert_span(out, "50 150\nreal\ngot some words\n");
	assert_string_equal(process_ending(b->process), "exited with status 4");
	assert_int_equal(b->pieces.len, out.len);
	stop(b);
}

/* ---- what cannot be started ---- */

static void t_find(void **state)
{
	static const struct {
		const char *program, *path, *found;
	} rows[] = {
		{ "sh", "/nowhere:/bin", "/bin/sh" },
		{ "sh", "/bin:/usr/bin", "/bin/sh" },
		{ "sh", "/nowhere:/etc", NULL },
		{ "sh", "", NULL },
		{ "/bin/sh", "/nowhere", "/bin/sh" },
		{ "/bin/no-such-program", "/bin", NULL },
		{ "/etc/passwd", "/bin", NULL },
		{ "passwd", "/etc", NULL },
		{ "bin", ":/nowhere:", NULL },
		{ "tool", "d", "d/tool" },
		{ "tool", ":d", "d/tool" },
	};
	char folder[] = "/tmp/process-XXXXXX";
	char *was = getcwd(NULL, 0), *found;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(symlink("/bin/sh", "d/tool"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		found = process_find(rows[i].program, rows[i].path);
		if (rows[i].found == NULL)
			assert_null(found);
		else
			assert_string_equal(found, rows[i].found);
		free(found);
	}
	unlink("d/tool");
	rmdir("d");
	assert_int_equal(chdir(was), 0);
	rmdir(folder);
	free(was);
}

static void t_refused(void **state)
{
	char folder[] = "/tmp/process-XXXXXX";
	char *argv[] = { (char[]){ "no-such-program" }, NULL };
	struct process_config config = { .argv = argv,
					 .environment = environment,
					 .path = "/bin",
					 .folder = "/" };
	struct bench *b = *state;
	struct fail f = FAIL_INIT;
	size_t before = descriptors();
	char path[64], wanted[128];
	int fd;

	assert_int_equal(
		process_start(&b->process, b->loop, &config, &handler, b, &f),
		-1);
	assert_string_equal(f.text, "no-such-program: no such program");
	assert_int_equal(f.code, FAIL_SYSTEM);

	f = (struct fail)FAIL_INIT;
	assert_int_equal(begin(b, "exit 0",
			       (struct process_config){ .folder = "/nowhere" },
			       &handler, &f),
			 -1);
	assert_non_null(strstr(f.text, "/sh does not start: No such file"));
	assert_int_equal(f.code, FAIL_SYSTEM);

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/tool", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0700);
	assert_int_equal(write(fd, "\177nonsense", 9), 9);
	close(fd);
	argv[0] = path;
	f = (struct fail)FAIL_INIT;
	assert_int_equal(
		process_start(&b->process, b->loop, &config, &handler, b, &f),
		-1);
	snprintf(wanted, sizeof(wanted), "%s does not start: Exec format error",
		 path);
	assert_string_equal(f.text, wanted);
	unlink(path);
	rmdir(folder);
	assert_null(b->process);
	assert_int_equal(descriptors(), before);
	stop(b);
}

/* With too few descriptors nothing is started, and nothing stays. */
static void t_scarce(void **state)
{
	static const struct process_config rows[] = { { .apart = false },
						      { .apart = true },
						      { .terminal = true } };
	struct bench *b = *state;
	size_t before = descriptors();
	struct rlimit was, few;
	int ends[2];

	getrlimit(RLIMIT_NOFILE, &was);
	few = was;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned failures = 0;
		int rc;

		for (few.rlim_cur = 3;; few.rlim_cur++) {
			struct fail f = FAIL_INIT;

			setrlimit(RLIMIT_NOFILE, &few);
			rc = begin(b, "exit 0", rows[i], &handler, &f);
			setrlimit(RLIMIT_NOFILE, &was);
			if (rc == 0)
				break;
			assert_int_equal(rc, -1);
			assert_int_equal(f.code, FAIL_SYSTEM);
			assert_non_null(
				strstr(f.text, ": Too many open files"));
			assert_null(b->process);
			assert_int_equal(descriptors(), before);
			assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
			failures++;
		}
		assert_true(failures > 3);
		stop(b);
	}
	for (few.rlim_cur = 3;; few.rlim_cur++) {
		struct fail f = FAIL_INIT;
		int rc;

		setrlimit(RLIMIT_NOFILE, &few);
		rc = terminal_open(ends, &f);
		setrlimit(RLIMIT_NOFILE, &was);
		if (rc == 0)
			break;
		assert_int_equal(rc, -1);
		assert_string_equal(f.text, "no terminal: Too many open files");
		assert_int_equal(descriptors(), before);
	}
	assert_true(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(ends[1], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(ends[0], F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
	close(ends[0]);
	close(ends[1]);
}

/* ---- ending it ---- */

static int watch_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(fd >= 0);
	return fd;
}

static void assert_over(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, GUARD_S * 1000), 1);
	close(fd);
}

static bool is_over(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static pid_t number_in(struct span s)
{
	char *text = span_dup(s);
	pid_t pid = (pid_t)strtol(text, NULL, 10);

	free(text);
	return pid;
}

static void t_signals(void **state)
{
	struct bench *b = *state;

	start(b,
	      "trap 'echo caught; exit 5' USR1; echo ready; sleep 600 & wait",
	      (struct process_config){ 0 });
	UNTIL(b, process_output(b->process).len > 0);
	assert_int_equal(getpgid(process_group(b->process)),
			 process_group(b->process));
	process_signal(b->process, SIGUSR1);
	UNTIL(b, b->exits > 0);
	assert_non_null(strstr(buf_str(&b->pieces), "caught"));
	assert_string_equal(process_ending(b->process), "exited with status 5");
	stop(b);
}

/* It is asked to end; what takes no notice is ended. */
static void t_stop(void **state)
{
	struct bench *b = *state;
	char path[] = "/tmp/process-XXXXXX", script[200];
	struct stat st;
	int fd = mkstemp(path), child;

	snprintf(script, sizeof(script),
		 "trap 'echo end >%s; exit 0' TERM; echo ready; sleep 600 & "
		 "wait",
		 path);
	start(b, script, (struct process_config){ 0 });
	UNTIL(b, process_output(b->process).len > 0);
	stop(b);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4);
	unlink(path);
	close(fd);

	start(b, "(trap '' TERM; exec sh -c 'echo $$; exec sleep 600') & wait",
	      (struct process_config){ 0 });
	UNTIL(b, span_find_byte(process_output(b->process), '\n') != SIZE_MAX);
	child = watch_of(number_in(process_output(b->process)));
	stop(b);
	assert_over(child);

	/* Also what a program has left behind; but not by a signal for it. */
	b->exits = 0;
	start(b, "sleep 600 >/dev/null 2>&1 & echo $!",
	      (struct process_config){ 0 });
	UNTIL(b, b->exits > 0);
	child = watch_of(number_in(process_output(b->process)));
	process_signal(b->process, SIGKILL);
	assert_false(is_over(child));
	stop(b);
	assert_over(child);
}

/* In another process: starts a program that starts another, tells their numbers
 * through `to`, and waits for its own end. */
static void be_killed(struct bench *b, int to)
{
	struct span said;

	setpgid(0, 0);
	alarm(GUARD_S);
	if (loop_new(&b->loop, NULL) < 0)
		_exit(1);
	start(b, "sleep 600 & echo $!; exec sleep 600",
	      (struct process_config){ 0 });
	UNTIL(b, span_find_byte(process_output(b->process), '\n') != SIZE_MAX);
	said = process_output(b->process);
	/* From here on these are open in nobody's hands but ours. */
	dup2(to, 1);
	dup2(to, 2);
	if (write(to, said.at, said.len) < 0 ||
	    dprintf(to, "%d\n", (int)process_group(b->process)) < 0)
		_exit(1);
	for (;;)
		pause();
}

/* Reads two numbers that be_killed() tells. */
static void hear(int from, pid_t *child, pid_t *program)
{
	char text[64], *next;
	size_t len = 0, lines = 0;

	while (lines < 2 && len < sizeof(text) - 1) {
		assert_int_equal(read(from, text + len, 1), 1);
		lines += text[len++] == '\n';
	}
	text[len] = '\0';
	*child = (pid_t)strtol(text, &next, 10);
	*program = (pid_t)strtol(next, NULL, 10);
}

/* The other child of a process than this one. */
static pid_t other_child(pid_t parent, pid_t one)
{
	char path[64], text[64] = "", *next;
	int fd;
	pid_t first;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent,
		 (int)parent);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	first = (pid_t)strtol(text, &next, 10);
	return first != one ? first : (pid_t)strtol(next, NULL, 10);
}

/* Not even SIGKILL for all of ours leaves anything running, and if that which
 * watches was ended before, the program ends all the same. */
static void t_killed(void **state)
{
	struct bench *b = *state;
	pid_t pid, child, program, watcher;
	int ends[2], fds[2];
	char byte;

	for (int watched = 0; watched < 2; watched++) {
		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (pid == 0)
			be_killed(b, ends[1]);
		close(ends[1]);
		hear(ends[0], &child, &program);
		fds[0] = watch_of(child);
		fds[1] = watch_of(program);
		if (!watched) {
			watcher = other_child(pid, program);
			assert_true(watcher > 0);
			assert_int_equal(kill(watcher, SIGKILL), 0);
		}
		assert_false(is_over(fds[0]));
		assert_false(is_over(fds[1]));
		kill(-pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_over(fds[1]);
		if (!watched)
			kill(child, SIGKILL);
		assert_over(fds[0]);
		/* And nobody else has what it had. */
		assert_int_equal(read(ends[0], &byte, 1), 0);
		close(ends[0]);
	}
}

/* In another process: starts a program while these are its input and output, and
 * then has others. */
static void let_go(struct bench *b, int pipes[3][2])
{
	int nothing = open("/dev/null", O_RDWR);

	alarm(GUARD_S);
	if (nothing < 0 || loop_new(&b->loop, NULL) < 0)
		_exit(1);
	for (int i = 0; i < 3; i++) {
		dup2(pipes[i][i > 0], i);
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	start(b, "exec sleep 600", (struct process_config){ 0 });
	for (int i = 0; i < 3; i++)
		dup2(nothing, i);
	for (;;)
		pause();
}

/* Neither the program nor what watches it holds our input and output. */
static void t_let_go(void **state)
{
	struct bench *b = *state;
	int pipes[3][2];
	pid_t pid;

	for (int i = 0; i < 3; i++)
		assert_int_equal(pipe(pipes[i]), 0);
	pid = fork();
	if (pid == 0)
		let_go(b, pipes);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = { .fd = pipes[i][i == 0], .events = 0 };

		close(pipes[i][i > 0]);
		assert_int_equal(poll(&p, 1, GUARD_S * 1000), 1);
		assert_true(p.revents & (POLLHUP | POLLERR));
		close(p.fd);
	}
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* What waits for our end keeps nothing of ours open. */
static void t_held(void **state)
{
	struct bench *b = *state;
	struct pollfd p;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	start(b, "exec sleep 600", (struct process_config){ 0 });
	close(ends[1]);
	p = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	assert_int_equal(poll(&p, 1, GUARD_S * 1000), 1);
	assert_true(p.revents & POLLHUP);
	close(ends[0]);
	stop(b);
	process_stop(NULL);
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"process: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("how it ended", t_ends),
		EACH("output", t_output),
		EACH("much output", t_much),
		EACH("what it starts with", t_surroundings),
		EACH("a terminal", t_terminal),
		EACH("a program is found", t_find),
		EACH("what does not start", t_refused),
		EACH("too few descriptors", t_scarce),
		EACH("a signal", t_signals),
		EACH("it is stopped", t_stop),
		EACH("we are killed", t_killed),
		EACH("its input and output are let go", t_let_go),
		EACH("nothing else is held open", t_held),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
