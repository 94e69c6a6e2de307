/* Compares two releases, scenario by scenario. */
#include "probe/drift/drift.h"

#include <stdlib.h>
#include <string.h>

#include "probe/drift/drift_private.h"

static void compare_all(struct drift *d, struct drift_differences *all,
			const struct drift_release *old,
			const struct drift_release *new)
{
	size_t i = 0, k = 0;

	while (i < old->count || k < new->count) {
		int order = i == old->count   ? 1
			    : k == new->count ? -1
					      : strcmp(old->list[i].name,
						       new->list[k].name);

		if (order < 0)
			drift_list_add(&d->only_old,
				       span_of(old->list[i].name));
		else if (order > 0)
			drift_list_add(&d->only_new,
				       span_of(new->list[k].name));
		else
			drift_list_add(&d->compared,
				       span_of(new->list[k].name));
		if (order == 0)
			drift_compare(d, all, &old->list[i], &new->list[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

int drift_read(struct drift *out, const char *root, const char *old,
	       const char *new, struct fail *f)
{
	struct drift_release was = { .list = NULL }, is = { .list = NULL };
	struct drift_differences all = { .list = NULL };
	int rc = -1;

	*out = (struct drift){ .old = old, .new = new };
	if (drift_release_read(&was, root, old, f) == 0 &&
	    drift_release_read(&is, root, new, f) == 0) {
		compare_all(out, &all, &was, &is);
		drift_change_all(out, &all);
		rc = 0;
	}
	drift_differences_clear(&all);
	drift_release_clear(&was);
	drift_release_clear(&is);
	return rc;
}

void drift_clear(struct drift *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->changes[i].what);
		free(d->changes[i].was);
		free(d->changes[i].now);
		drift_list_clear(&d->changes[i].in);
		drift_list_clear(&d->changes[i].with);
		drift_list_clear(&d->changes[i].cases);
	}
	free(d->changes);
	drift_list_clear(&d->compared);
	drift_list_clear(&d->only_old);
	drift_list_clear(&d->only_new);
	*d = (struct drift){ .old = NULL };
}
