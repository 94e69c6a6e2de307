/*
 * The only place where the library's words come in. They are for people and
 * differ from one version to the next, so nothing may be decided by them. A
 * test replaces this file to show that nothing is.
 */
#include "net/fetch_private.h"

const char *fetch_words(const struct fetch *ft, CURLcode result,
			const char *otherwise)
{
	if (*ft->error != '\0')
		return ft->error;
	return otherwise ? otherwise : curl_easy_strerror(result);
}
