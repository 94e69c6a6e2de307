/* Finding the way to a server. */
#include "probe/bisect/way.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/judge/curl.h"
#include "probe/settings/settings.h"
#include "wire/bytes/mem.h"

static char *absolute(const char *path)
{
	return path != NULL ? realpath(path, NULL) : NULL;
}

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
		w->ca_file = absolute(s->ca_file);
		w->client_cert = absolute(s->client_cert);
		w->client_key = absolute(s->client_key);
		if (s->client_key_password != NULL)
			w->client_key_password =
				xstrdup(s->client_key_password);
		w->any_certificate = s->any_certificate;
		settings_free(s);
	}
	findings_clear(&found);
}

static void put(char **to, char *text)
{
	free(*to);
	*to = text;
}

static void use_given(struct way *w, const struct way_given *given)
{
	const struct fetch_tls *tls = &given->tls;

	if (given->proxy != NULL) {
		free(w->proxy);
		free(w->proxy_source);
		w->proxy = xstrdup(given->proxy);
		w->proxy_source = xstrdup("--proxy");
	}
	w->any_certificate = w->any_certificate || tls->any_certificate;
	if (tls->ca_file != NULL)
		put(&w->ca_file, absolute(tls->ca_file));
	if (tls->client_cert == NULL)
		return;
	put(&w->client_cert, absolute(tls->client_cert));
	put(&w->client_key, absolute(tls->client_key));
	put(&w->client_key_password, NULL);
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

	if (w->any_certificate)
		buf_add_text(&text, " --insecure");
	add_file(&text, "--cacert", w->ca_file);
	add_file(&text, "--cert", w->client_cert);
	add_file(&text, "--key", w->client_key);
	/* One with a password has to be in curl's own environment. */
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
	if (w.client_key_password != NULL)
		sample_secret(sample, w.client_key_password);
	w.curl = curl_options(&w);
	*out = w;
}

struct fetch_tls way_tls(const struct way *w)
{
	return (struct fetch_tls){
		.any_certificate = w->any_certificate,
		.ca_file = w->ca_file,
		.client_cert = w->client_cert,
		.client_key = w->client_key,
		.client_key_password = w->client_key_password,
	};
}

void way_clear(struct way *w)
{
	free(w->proxy);
	free(w->proxy_source);
	free(w->ca_file);
	free(w->client_cert);
	free(w->client_key);
	free(w->client_key_password);
	free(w->curl);
	*w = (struct way){ .proxy = NULL };
}
