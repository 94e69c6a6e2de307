/* Reads usage from /proc/PID/stat, /proc/PID/task/TID/schedstat,
 * /proc/PID/status and /proc/PID/fd. */
#include "probe/bench/usage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/load.h"

enum { FILE_LIMIT_BYTES = 64 * 1024 };

static bool read_proc(struct buf *text, const char *path)
{
	buf_reset(text);
	return load_file(text, path, FILE_LIMIT_BYTES, NULL) == 0;
}

/* The process group is the third field after the name, which ends at the last
 * ")". */
static pid_t group_in(const char *stat)
{
	const char *end = strrchr(stat, ')');
	int group = -1;

	if (!end || sscanf(end + 1, " %*c %*d %d", &group) != 1)
		return -1;
	return (pid_t)group;
}

/* The first number of a thread's schedstat is its processor time in ns. */
static tick_t cpu_of(const char *process, struct buf *text)
{
	char path[64];
	struct dirent *entry;
	tick_t sum = 0;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%.10s/task", process);
	threads = opendir(path);
	while (threads && (entry = readdir(threads))) {
		snprintf(path, sizeof(path), "/proc/%.10s/task/%.10s/schedstat",
			 process, entry->d_name);
		if (entry->d_name[0] != '.' && read_proc(text, path))
			sum += strtoll(buf_str(text), NULL, 10);
	}
	if (threads)
		(void)closedir(threads);
	return sum;
}

static size_t memory_of(const char *process, struct buf *text)
{
	static const char field[] = "RssAnon:";
	const char *at;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.10s/status", process);
	at = read_proc(text, path) ? strstr(buf_str(text), field) : NULL;
	return at ? strtoul(at + strlen(field), NULL, 10) : 0;
}

static size_t descriptors_of(const char *process)
{
	char path[64];
	struct dirent *entry;
	size_t count = 0;
	DIR *open;

	snprintf(path, sizeof(path), "/proc/%.10s/fd", process);
	open = opendir(path);
	while (open && (entry = readdir(open)))
		count += entry->d_name[0] != '.';
	if (open)
		(void)closedir(open);
	return count;
}

static bool is_number(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name);
}

bool usage_read(pid_t group, struct usage *out)
{
	struct buf text = BUF_INIT(FILE_LIMIT_BYTES);
	DIR *all = opendir("/proc");
	struct dirent *entry;
	bool found = false;
	char path[64];

	*out = (struct usage){ .cpu = 0 };
	while (all && (entry = readdir(all))) {
		snprintf(path, sizeof(path), "/proc/%.10s/stat", entry->d_name);
		if (!is_number(entry->d_name) || !read_proc(&text, path) ||
		    group_in(buf_str(&text)) != group)
			continue;
		found = true;
		out->cpu += cpu_of(entry->d_name, &text);
		out->memory_kb += memory_of(entry->d_name, &text);
		out->descriptors += descriptors_of(entry->d_name);
	}
	if (all)
		(void)closedir(all);
	buf_clear(&text);
	return found;
}
