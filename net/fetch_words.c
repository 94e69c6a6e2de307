/*
 * The only way by which the library's words come in. They are for a person and
 * differ from one version to the next: nothing may be decided by them, which a
 * test shows that puts others in their place.
 */
#include "net/fetch_private.h"

const char *fetch_words(const struct fetch *ft, CURLcode result,
			const char *otherwise)
{
	if (*ft->error != '\0')
		return ft->error;
	return otherwise ? otherwise : curl_easy_strerror(result);
}
