/* What the parts of target share: target.c (the file), target_start.c (the
 * program while it runs), target_fill.c (what is filled in). */
#ifndef PROBE_RUN_TARGET_PRIVATE_H
#define PROBE_RUN_TARGET_PRIVATE_H

#include "probe/run/fill.h"
#include "probe/run/process.h"
#include "probe/run/target.h"

#define TARGET_FILE_LIMIT ((size_t)1024 * 1024)

struct target_file { /* borrowed from the JSON */
	const char *title, *auth, *listen;
	const cJSON *claims, *start, *requires, *files, *environment, *headers;
	uint32_t ready_ms;
};

struct target {
	char *name, *here; /* here: its folder, absolute */
	struct json *json;
	struct target_file file;
	/* while it runs */
	struct loop *loop;
	struct process *process;
	char *scratch, *path;
	char port[8], mock_port[8], url[256];
	struct buf mock_url;
	struct headers headers; /* filled in */
	struct loop_timer retry;
	tick_t deadline;
	target_ready_fn *ready;
	void *arg;
	struct fail fail; /* why it did not start, told on the loop */
};

/* `root`/build/targets, or $CCPROBE_TARGETS_DIR; absolute, yours to free. */
char *target_installs(const char *root);

/* `text`, filled in; yours to free. */
int target_fill_text(char **out, const char *text,
		     const struct fill_value *values, struct fail *f);

int target_fill_headers(struct target *t, const struct fill_value *values,
			struct fail *f);

#endif
