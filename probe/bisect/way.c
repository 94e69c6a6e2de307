/* Finding the way to a server. */
#include "probe/bisect/way.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/judge/curl.h"
#include "probe/settings/settings.h"
#include "wire/bytes/mem.h"

/* What is wrong with the settings is doctor's to tell. */
static void read_settings(struct way *w, const char *url)
{
	const char *home = getenv("HOME");
	struct findings found = { .list = NULL };
	struct settings *s = NULL;
	char folder[PATH_MAX];
	struct settings_place place = {
		.home = home && *home ? home : "/",
		.folder = folder,
		.environment = environ,
		.given_url = url,
	};

	if (getcwd(folder, sizeof(folder)) != NULL &&
	    settings_read(&s, &place, &found, NULL) == 0) {
		if (s->proxy != NULL) {
			w->proxy = xstrdup(s->proxy);
			w->proxy_source = xstrdup(s->proxy_source);
		}
		if (s->ca_file != NULL)
			w->ca_file = realpath(s->ca_file, NULL);
		w->any_certificate = s->any_certificate;
		settings_free(s);
	}
	findings_clear(&found);
}

static int use_given(struct way *w, const struct way_given *given,
		     struct fail *f)
{
	if (given->proxy != NULL) {
		free(w->proxy);
		free(w->proxy_source);
		w->proxy = xstrdup(given->proxy);
		w->proxy_source = xstrdup("--proxy");
	}
	if (given->insecure)
		w->any_certificate = true;
	if (given->ca_file == NULL)
		return 0;
	free(w->ca_file);
	w->ca_file = realpath(given->ca_file, NULL);
	if (w->ca_file == NULL || access(w->ca_file, R_OK) != 0)
		return fail_errno(f, FAIL_USAGE, "--ca-file: %s",
				  given->ca_file);
	return 0;
}

/* "user:password" of "http://user:password@host:port". */
static void keep_password(const char *proxy, struct sample *sample)
{
	const char *from = strstr(proxy, "://");
	const char *at;
	char *user;

	from = from != NULL ? from + 3 : proxy;
	at = strrchr(from, '@');
	if (at == NULL)
		return;
	user = xmemdup(from, (size_t)(at - from));
	sample_secret(sample, user);
	if (strchr(user, ':') != NULL)
		sample_secret(sample, strchr(user, ':') + 1);
	free(user);
}

static char *curl_options(const struct way *w)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (w->any_certificate)
		buf_add_text(&text, " --insecure");
	if (w->ca_file != NULL) {
		buf_add_text(&text, " --cacert ");
		curl_quote(span_of(w->ca_file), &text);
	}
	/* One with a password has to be in curl's own environment. */
	if (w->proxy != NULL && strchr(w->proxy, '@') == NULL) {
		buf_add_text(&text, " --proxy ");
		curl_quote(span_of(w->proxy), &text);
	}
	return text.len > 0 ? buf_take(&text, NULL) : xstrdup("");
}

int way_read(struct way *out, const struct way_given *given,
	     struct sample *sample, struct fail *f)
{
	struct way w = { .proxy = NULL };

	read_settings(&w, sample->base_url);
	if (use_given(&w, given, f) < 0) {
		way_clear(&w);
		return -1;
	}
	if (w.proxy != NULL)
		keep_password(w.proxy, sample);
	w.curl = curl_options(&w);
	*out = w;
	return 0;
}

void way_clear(struct way *w)
{
	free(w->proxy);
	free(w->proxy_source);
	free(w->ca_file);
	free(w->curl);
	*w = (struct way){ .proxy = NULL };
}
