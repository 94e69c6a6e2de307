/* Opens pseudo-terminals for child programs. */
#include "probe/child/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int terminal_open(int ends[2], struct fail *f)
{
	struct winsize size = { .ws_row = TERMINAL_ROWS,
				.ws_col = TERMINAL_COLUMNS };
	char name[128];

	ends[1] = -1;
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0 &&
	    ptsname_r(ends[0], name, sizeof(name)) == 0 &&
	    ioctl(ends[0], TIOCSWINSZ, &size) == 0)
		ends[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ends[1] >= 0)
		return 0;
	fail_errno(f, FAIL_SYSTEM, "no terminal");
	close(ends[0]);
	return -1;
}

int terminal_take(int end)
{
	return setsid() < 0 ? -1 : ioctl(end, TIOCSCTTY, 0);
}
