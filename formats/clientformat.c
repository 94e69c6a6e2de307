/* The table of formats that the client speaks. */
#include "formats/clientformat.h"

#include <stddef.h>
#include <string.h>

static const struct clientformat rows[] = {
	{ FORMAT_MESSAGES, "messages", "Claude Code", "the Messages API", "",
	  "requests", "plain", "/v1/messages", "ANTHROPIC_BASE_URL",
	  "without /v1 at the\n"
	  "end, but with any prefix that the gateway has in front of /v1" },
	{ FORMAT_BEDROCK, "bedrock", "Claude Code in Bedrock mode",
	  "Bedrock's API", "/bedrock", "cloud", "bedrock",
	  "/model/ID/invoke-with-response-stream", "ANTHROPIC_BEDROCK_BASE_URL",
	  "without /model\n"
	  "at the end, but with any prefix that the gateway has in front of "
	  "it" },
	{ FORMAT_VERTEX, "vertex", "Claude Code in Vertex mode",
	  "Vertex AI's API", "/vertex/v1", "cloud", "vertex",
	  "/projects/P/locations/R/publishers/anthropic/models/"
	  "ID:streamRawPredict",
	  "ANTHROPIC_VERTEX_BASE_URL",
	  "with the /v1 that\n"
	  "stands in front of /projects, and whatever prefix the gateway has" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const struct clientformat *clientformat_of(enum format format)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].format == format)
			return &rows[i];
	return &rows[0];
}

enum format clientformat_from(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].format;
	return FORMAT_UNKNOWN;
}

void clientformat_rebase(enum format format, char *target)
{
	const char *base = clientformat_of(format)->recorded;
	size_t len = strlen(base);

	if (strncmp(target, base, len) == 0 && target[len] == '/')
		memmove(target, target + len, strlen(target + len) + 1);
}
