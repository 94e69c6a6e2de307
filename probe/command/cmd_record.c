/* ccprobe record: stores what a client sends, without its private parts. */
#include <stdio.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/connect.h"
#include "probe/command/rows.h"
#include "probe/record/record.h"
#include "probe/suite/say.h"

struct record_options {
	bool help, keep_text, answers;
	struct connect_options connect;
	const char *upstream, *out, *listen;
};

#define AT(member) offsetof(struct record_options, member)

static const struct option_row rows[] = {
	{ "out", OPTION_TEXT, AT(out), "FOLDER",
	  "where requests are stored, as 01.http, 02.http, ...; a new folder, "
	  "or an empty one" },
	{ "upstream", OPTION_TEXT, AT(upstream), "URL",
	  "the provider that answers (default: a built-in one, as in ccmock)" },
	{ "listen", OPTION_TEXT, AT(listen), "ADDR:PORT",
	  "where to listen for the client (default: any free port of "
	  "127.0.0.1)" },
	{ "answers", OPTION_FLAG, AT(answers), NULL,
	  "store answers, too, with their timing, as a script for ccmock" },
	{ "keep-text", OPTION_FLAG, AT(keep_text), NULL,
	  "keep all but credentials, for your own use: the files say so, and "
	  "ccprobe lint refuses them" },
	{ "insecure", OPTION_FLAG, AT(connect.insecure), NULL,
	  "accept any certificate of the upstream" },
	{ "ca-file", OPTION_TEXT, AT(connect.ca_file), "PEM",
	  "authorities to trust besides the system's" },
	{ "client-cert", OPTION_TEXT, AT(connect.client_cert), "PEM",
	  "the certificate to show to an upstream that asks for one" },
	{ "client-key", OPTION_TEXT, AT(connect.client_key), "PEM",
	  "its key, without a passphrase (else it is in the file of "
	  "--client-cert)" },
	ROW_HELP(AT(help)),
	{ .name = NULL },
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe record %s\n%s\n\nTexts become filler of the "
	       "same length, and credentials and ids are replaced, before "
	       "anything\nis written; docs/record.md says what stays. Exit "
	       "status: 0 after Ctrl-C, 2 usage, 3 it\ncould not start, or a "
	       "file could not be written.\n\n%s",
	       cmd_record.usage, cmd_record.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

static int record(const struct record_options *o,
		  const struct option_list *rest, struct fail *f)
{
	struct record_config config = {
		.upstream = o->upstream,
		.folder = o->out,
		.address = o->listen ? o->listen : "127.0.0.1:0",
		.keep_text = o->keep_text,
		.answers = o->answers,
	};

	if (rest->count > 0)
		return fail_set(f, FAIL_USAGE,
				"'%s' is no option; the folder is named with "
				"--out",
				rest->list[0]);
	if (!o->out || *o->out == '\0')
		return fail_set(f, FAIL_USAGE,
				"give --out FOLDER, where requests are stored");
	if (!o->upstream && connect_first_tls(&o->connect))
		return fail_set(f, FAIL_USAGE, "%s goes with --upstream",
				connect_first_tls(&o->connect));
	if (connect_tls(&config.tls, &o->connect, f) < 0)
		return -1;
	return record_run(&config, f);
}

static int record_main(int argc, char **argv)
{
	struct record_options o = { .help = false };
	struct option_list rest = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &rest, &f) == 0) {
		if (o.help)
			status = help();
		else if (record(&o, &rest, &f) == 0)
			status = EXIT_CONFORMS;
		else if (f.code != FAIL_USAGE)
			status = EXIT_UNDECIDED;
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&rest);
	return status;
}

const struct command cmd_record = {
	.name = "record",
	.usage = "[options] --out FOLDER",
	.brief = "store what a client sends as fixtures, without private data",
	.rows = rows,
	.takes = TAKES_NOTHING,
	.run = record_main,
};
