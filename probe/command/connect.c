/* Reads the options that say how to reach the gateway. */
#include "probe/command/connect.h"

#include <stddef.h>

#define PROJECT "ccprobe.json: "

/* A certificate and its key come from the same place: options or file. */
void connect_of_project(struct connect_options *o, const struct project *j)
{
	o->insecure = o->insecure || j->insecure;
	if (o->ca_file == NULL) {
		o->ca_file = j->ca_file;
		o->ca_of_project = true;
	}
	if (o->client_cert == NULL && o->client_key == NULL) {
		o->client_cert = j->client_cert;
		o->client_key = j->client_key;
		o->client_of_project = true;
	}
	if (o->rate == NULL) {
		o->rate = j->rate;
		o->rate_of_project = true;
	}
}

int connect_tls(struct fetch_tls *out, const struct connect_options *o,
		struct fail *f)
{
	struct fetch_tls_names names = {
		.ca_file = o->ca_of_project ? PROJECT "ca_file" : "--ca-file",
		.client_cert = o->client_of_project ? PROJECT "client_cert"
						    : "--client-cert",
		.client_key = o->client_of_project ? PROJECT "client_key"
						   : "--client-key",
	};
	struct fetch_tls tls = {
		.any_certificate = o->insecure,
		.ca_file = o->ca_file,
		.client_cert = o->client_cert,
		.client_key = o->client_key,
	};

	if (fetch_check_tls(&tls, &names, f) < 0)
		return -1;
	*out = tls;
	return 0;
}

int connect_rate(struct rate *out, const struct connect_options *o,
		 struct fail *f)
{
	*out = (struct rate){ .interval = 0 };
	if (o->rate == NULL)
		return 0;
	return rate_read(out, o->rate_of_project ? PROJECT "rate" : "--rate",
			 o->rate, f);
}

const char *connect_first_tls(const struct connect_options *o)
{
	if (o->insecure)
		return "--insecure";
	if (o->ca_file != NULL)
		return "--ca-file";
	if (o->client_cert != NULL)
		return "--client-cert";
	return o->client_key != NULL ? "--client-key" : NULL;
}
