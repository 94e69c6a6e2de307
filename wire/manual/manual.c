/* Writes the form of the manual that is asked for. */
#include "wire/manual/manual.h"

#include <string.h>

#include "wire/manual/manual_private.h"

bool manual_write(const struct manual *m, const char *form, struct buf *out)
{
	static const struct {
		const char *name;
		void (*write)(const struct manual *m, struct buf *out);
	} forms[] = {
		{ "--man", manual_man_write },
		{ "--bash", manual_bash_write },
		{ "--zsh", manual_zsh_write },
		{ "--fish", manual_fish_write },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(form, forms[i].name) != 0)
			continue;
		forms[i].write(m, out);
		return true;
	}
	return false;
}
