/*
 * `measured FILE COMMAND...` runs the command, writes its peak memory in
 * megabytes into FILE, and ends with its status.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t child;
	FILE *to;

	if (argc < 3)
		return 2;
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) < 0)
		return 2;
	to = fopen(argv[1], "w");
	if (!to)
		return 2;
	fprintf(to, "%ld\n", used.ru_maxrss / 1024);
	fclose(to);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
