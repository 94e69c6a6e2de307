/* Finds out how a server is reached. */
#include "probe/bisect/way.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/judge/curl.h"
#include "probe/settings/settings.h"
#include "wire/bytes/mem.h"

/* Makes a path absolute; NULL if there is no such file. */
static void make_absolute(char **path)
{
	char *was = *path;

	*path = was != NULL ? realpath(was, NULL) : NULL;
	free(was);
}

/* Findings about the settings are dropped: `ccprobe doctor` reports them. */
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
		w->tls = s->tls;
		s->tls = (struct tls_files){ .ca_file = NULL };
		settings_free(s);
	}
	findings_clear(&found);
}

static void use_given(struct way *w, const struct way_given *given)
{
	if (given->proxy != NULL) {
		free(w->proxy);
		free(w->proxy_source);
		w->proxy = xstrdup(given->proxy);
		w->proxy_source = xstrdup("--proxy");
	}
	tls_files_over(&w->tls, &given->tls);
	make_absolute(&w->tls.ca_file);
	make_absolute(&w->tls.client_cert);
	make_absolute(&w->tls.client_key);
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

static void add_file(struct buf *out, const char *option, const char *path)
{
	if (path == NULL)
		return;
	buf_addf(out, " %s ", option);
	curl_quote(span_of(path), out);
}

static char *curl_options(const struct way *w)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (w->tls.any_certificate)
		buf_add_text(&text, " --insecure");
	add_file(&text, "--cacert", w->tls.ca_file);
	add_file(&text, "--cert", w->tls.client_cert);
	add_file(&text, "--key", w->tls.client_key);
	/* A proxy with a password must come from curl's own environment. */
	if (w->proxy != NULL && strchr(w->proxy, '@') == NULL) {
		buf_add_text(&text, " --proxy ");
		curl_quote(span_of(w->proxy), &text);
	}
	return text.len > 0 ? buf_take(&text, NULL) : xstrdup("");
}

void way_read(struct way *out, const struct way_given *given,
	      struct sample *sample)
{
	struct way w = { .proxy = NULL };

	read_settings(&w, sample->base_url);
	use_given(&w, given);
	if (w.proxy != NULL)
		keep_password(w.proxy, sample);
	if (w.tls.client_key_password != NULL)
		sample_secret(sample, w.tls.client_key_password);
	w.curl = curl_options(&w);
	*out = w;
}

void way_clear(struct way *w)
{
	free(w->proxy);
	free(w->proxy_source);
	tls_files_clear(&w->tls);
	free(w->curl);
	*w = (struct way){ .proxy = NULL };
}
