/* Targets: starts, watches and stops the program. */
#include "probe/run/target_private.h"

#include <arpa/inet.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define RETRY_MS 20
#define CONNECT_MS 50

/* Folders in which distributions install servers; a user's PATH may lack
 * them. */
#define SERVERS_PATH ":/usr/local/sbin:/usr/sbin:/sbin"

/* ---- waiting until it listens ---- */

static void give_up(struct target *t, const char *what)
{
	target_give_up(t, what, target_output(t));
}

static bool accepts(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct pollfd pfd = { .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	to.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pfd.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (pfd.fd < 0)
		return false;
	if (connect(pfd.fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
	    (poll(&pfd, 1, CONNECT_MS) < 1 ||
	     getsockopt(pfd.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0))
		error = 1;
	close(pfd.fd);
	return error == 0;
}

static bool announced(struct target *t)
{
	static const char words[] = "listening on ";
	struct span out = target_output(t);
	size_t at = span_find(out, span_of(words));
	struct span url = span_skip(out, at == SIZE_MAX ? out.len : at);
	size_t end = span_find_byte(url, '\n');

	if (end == SIZE_MAX)
		return false;
	url = span_trim(span_skip(span_first(url, end), sizeof(words) - 1));
	if (!span_starts(url, "http") || url.len >= sizeof(t->url))
		return false;
	snprintf(t->url, sizeof(t->url), "%.*s", SPAN_ARG(url));
	return true;
}

static void look(void *arg)
{
	struct target *t = arg;
	char text[64];

	if (t->deadline == 0 || t->values[TARGET_URL].value)
		return;
	if (strcmp(t->file.listen, "announced") == 0 ? announced(t)
						     : accepts(t->port)) {
		t->values[TARGET_URL].value = t->url;
		target_sign_in(t);
	} else if (loop_now() >= t->deadline) {
		snprintf(text, sizeof(text), "was not ready after %u ms",
			 (unsigned)t->file.ready_ms);
		give_up(t, text);
	} else {
		loop_timer_set(t->loop, &t->retry,
			       loop_now() + RETRY_MS * TICK_MS, look, t);
	}
}

static void on_output(void *arg)
{
	struct target *t = arg;

	if (strcmp(t->file.listen, "announced") == 0)
		look(t);
}

static void on_exit_seen(void *arg)
{
	struct target *t = arg;

	if (t->deadline != 0)
		give_up(t, process_ending(t->process));
}

static const struct process_handler process_handler = { on_output, on_exit_seen,
							NULL };

/* ---- starting ---- */

static int pick_port(char *port, size_t size, struct fail *f)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = -1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&at, &len) == 0) {
		snprintf(port, size, "%u", ntohs(at.sin_port));
		rc = 0;
	} else {
		fail_errno(f, FAIL_SYSTEM, "no free port");
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

static int write_file(struct target *t, const cJSON *item, struct fail *f)
{
	struct fail inner = FAIL_INIT;
	struct buf b = BUF_INIT(TARGET_FILE_LIMIT);
	char path[PATH_MAX];
	char *text = NULL;
	size_t len;
	int rc = -1;

	snprintf(path, sizeof(path), "%s/%s", t->here, item->valuestring);
	if (scratch_read(&text, &len, path, TARGET_FILE_LIMIT, f) < 0)
		goto out;
	if (fill(&b, span_make(text, len), t->values, &inner) < 0) {
		fail_set(f, inner.code, "%s: %s", path, inner.text);
		goto out;
	}
	rc = scratch_write(t->scratch, item->string, buf_span(&b), f);
out:
	free(text);
	buf_clear(&b);
	return rc;
}

static int write_files(struct target *t, struct fail *f)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, t->file.files) {
		if (write_file(t, item, f) < 0)
			return -1;
	}
	return 0;
}

static int find_required(const struct target *t, struct fail *f)
{
	const cJSON *program, *install;
	char *name, *found;

	if (!t->file.requires)
		return 0;
	program = cJSON_GetObjectItemCaseSensitive(t->file.requires, "program");
	install = cJSON_GetObjectItemCaseSensitive(t->file.requires, "install");
	if (target_fill_text(&name, program->valuestring, t->values, f) < 0)
		return -1;
	found = process_find(name, t->path);
	if (!found)
		fail_set(f, FAIL_SYSTEM,
			 "target %s needs %s, which is not installed: %s",
			 t->name, name, install->valuestring);
	free(name);
	free(found);
	return found ? 0 : -1;
}

static int launch(struct target *t, struct fail *f)
{
	if (find_required(t, f) < 0 ||
	    pick_port(t->port, sizeof(t->port), f) < 0 ||
	    scratch_own(&t->scratch, &t->scratch_lock, f) < 0)
		return -1;
	t->values[TARGET_SCRATCH].value = t->scratch;
	snprintf(t->url, sizeof(t->url), "http://127.0.0.1:%s%s", t->port,
		 t->file.path);
	if (write_files(t, f) < 0)
		return -1;
	return target_run(t, t->file.start, false, &t->process,
			  &process_handler, f);
}

static void tell_later(void *arg)
{
	target_tell(arg);
}

void target_start(struct target *t, struct loop *l,
		  const struct target_place *place, target_ready_fn *ready,
		  void *arg)
{
	const char *path = getenv("PATH");
	struct buf b = BUF_INIT(64 * 1024);
	loop_timer_fn *next = tell_later;

	t->loop = l;
	t->ready = ready;
	t->arg = arg;
	t->fail = (struct fail)FAIL_INIT;
	buf_addf(&b, "%s%s", path ? path : "/usr/bin:/bin", SERVERS_PATH);
	t->path = buf_take(&b, NULL);
	target_fill_init(t, place);
	/* Without a program (the target "direct") clients talk to the mock
	 * itself. */
	snprintf(t->url, sizeof(t->url), "%s", t->mocks[TARGET_MOCK_URL].value);
	t->deadline = loop_now() + t->file.ready_ms * TICK_MS;
	if (t->file.start && launch(t, &t->fail) == 0)
		next = look;
	loop_timer_set(l, &t->retry, loop_now(), next, t);
}

void target_stop(struct target *t)
{
	if (!t->loop)
		return;
	loop_timer_clear(t->loop, &t->retry);
	t->deadline = 0;
	process_stop(t->signing);
	t->signing = NULL;
	process_stop(t->process);
	t->process = NULL;
	scratch_free(t->scratch);
	if (t->scratch)
		close(t->scratch_lock);
	t->scratch = NULL;
	free(t->path);
	t->path = NULL;
	free(t->installs);
	t->installs = NULL;
	free(t->key);
	t->key = NULL;
	headers_clear(&t->headers);
	t->loop = NULL;
}
