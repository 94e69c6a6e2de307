/* ccprobe drift: shows what changed on the wire between two releases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/rows.h"
#include "probe/drift/drift.h"
#include "probe/run/given.h"
#include "probe/suite/clients.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"

enum told_as { AS_TEXT, AS_MARKDOWN, AS_JSON };

struct drift_options {
	bool help, fail, no_cases;
	const char *format, *suite;
};

static const struct option_row rows[] = {
	{ "format", OPTION_TEXT, offsetof(struct drift_options, format),
	  "FORMAT", "text (default), markdown or json" },
	{ "fail", OPTION_FLAG, offsetof(struct drift_options, fail), NULL,
	  "exit status 1 if anything but prose changed" },
	{ "no-cases", OPTION_FLAG, offsetof(struct drift_options, no_cases),
	  NULL, "leave out the cases that a change touches" },
	ROW_SUITE(offsetof(struct drift_options, suite)),
	ROW_HELP(offsetof(struct drift_options, help)),
	{ .name = NULL },
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe drift %s\n%s\n\nCompares the recordings of "
	       "fixtures/requests/. Changes of prose are counted, but "
	       "not\nshown. Exit status: 0 done, 1 with --fail if something "
	       "changed, 2 usage or a faulty recording,\n3 a release has no "
	       "recordings.\n\n%s",
	       cmd_drift.usage, cmd_drift.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static bool is_recorded(const struct clients *clients, const char *version)
{
	for (size_t i = 0; i < clients->count; i++)
		if (strcmp(clients->list[i], version) == 0)
			return true;
	return false;
}

/* A release without recordings has an exit status of its own, so that a script
 * can wait for them. */
static int check_release(const struct clients *clients, const char *version,
			 struct fail *f)
{
	struct buf known = BUF_INIT(BUF_NO_LIMIT);

	if (!client_is_version(version))
		return fail_set(
			f, FAIL_USAGE,
			"'%s' is not a release; a release is three numbers, "
			"as 2.1.332",
			version);
	if (is_recorded(clients, version))
		return 0;
	for (size_t i = 0; i < clients->count; i++)
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", clients->list[i]);
	fail_set(f, FAIL_SYSTEM,
		 "no requests of '%s' are recorded; there are: %s. "
		 "fixtures/record-client %s records them",
		 version, clients->count > 0 ? buf_str(&known) : "none",
		 version);
	buf_clear(&known);
	return -1;
}

static int check_releases(const struct option_list *given, const char *root,
			  struct fail *f)
{
	struct clients clients = { .list = NULL };
	int rc = clients_read(&clients, root, f);

	for (size_t i = 0; rc == 0 && i < given->count; i++)
		rc = check_release(&clients, given->list[i], f);
	clients_clear(&clients);
	return rc;
}

static int tell(const struct drift_options *o, int format,
		const struct option_list *given, const char *root,
		struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int status = EXIT_USAGE;
	struct drift d;

	if (drift_read(&d, root, given->list[0], given->list[1], f) == 0 &&
	    (o->no_cases || drift_cases(&d, root, f) == 0)) {
		if (format == AS_JSON)
			drift_json(&d, &text);
		else
			drift_write(&d, format == AS_MARKDOWN, &text);
		say_text(stdout, &text);
		status = o->fail && d.count > 0 ? EXIT_FAILS : EXIT_CONFORMS;
	}
	drift_clear(&d);
	buf_clear(&text);
	return status;
}

static int drift(const struct drift_options *o, const struct option_list *given,
		 struct fail *f)
{
	static const struct word formats[] = {
		{ "text", AS_TEXT },
		{ "markdown", AS_MARKDOWN },
		{ "json", AS_JSON },
		{ NULL, 0 },
	};
	int format = AS_TEXT, status = EXIT_USAGE;
	char *root;

	if (given->count != 2) {
		fail_set(f, FAIL_USAGE,
			 "two releases are needed: ccprobe drift OLD NEW");
		return EXIT_USAGE;
	}
	if (o->format &&
	    given_word(formats, "format", o->format, &format, f) < 0)
		return EXIT_USAGE;
	if (place_find(&root, o->suite, f) == 0 &&
	    check_releases(given, root, f) == 0)
		status = tell(o, format, given, root, f);
	else if (f->code == FAIL_SYSTEM)
		status = EXIT_UNDECIDED;
	free(root);
	return status;
}

static int drift_main(int argc, char **argv)
{
	struct drift_options o = { .help = false };
	struct option_list given = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &given, &f) == 0)
		status = o.help ? help() : drift(&o, &given, &f);
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&given);
	return status;
}

const struct command cmd_drift = {
	.name = "drift",
	.usage = "[options] OLD NEW",
	.brief = "what changed on the wire between two recorded releases",
	.rows = rows,
	.takes = TAKES_NOTHING,
	.run = drift_main,
};
