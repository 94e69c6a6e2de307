#include "formats/vendor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/pattern.h"
#include "wire/bytes/span.h"

/* The first pattern that fits decides; bases of any kind may stand first. */
static const struct {
	const char *path, *name;
	bool is_spoken; /* by the mock */
} vendors[] = {
	{ "*/v1/messages", "the Messages API", true },
	{ "*/openai/deployments/*/chat/completions",
	  "chat completions of Azure OpenAI", false },
	{ "*/chat/completions", "OpenAI's chat completions", true },
	{ "*/responses", "OpenAI's Responses", true },
	{ "*/v1/completions", "OpenAI's completions of text", false },
	{ "*/model/*/converse", "Bedrock's Converse", false },
	{ "*/model/*/converse-stream", "Bedrock's Converse", false },
	{ "*/model/*/invoke", "Bedrock's InvokeModel", true },
	{ "*/model/*/invoke-with-response-stream", "Bedrock's InvokeModel",
	  true },
	{ "*/model/*/count-tokens", "Bedrock's CountTokens", true },
	{ "*/inference-profiles", "Bedrock's inference profiles", true },
	{ "*/inference-profiles/*", "Bedrock's inference profiles", true },
	{ "*:rawPredict", "Vertex AI's rawPredict", true },
	{ "*:streamRawPredict", "Vertex AI's rawPredict", true },
	{ "*:generateContent", "Gemini's generateContent", false },
	{ "*:streamGenerateContent", "Gemini's generateContent", false },
	{ "*:predict", "Vertex AI's predict", false },
	{ "*/api/chat", "Ollama's chat", false },
	{ "*/api/generate", "Ollama's generate", false },
	{ "*/v2/chat", "Cohere's chat", false },
	{ "*/v1/chat", "Cohere's chat", false },
	{ "*/v1/complete", "Anthropic's completions of text", false },
	{ "*/serving-endpoints/*/invocations", "Databricks' serving endpoints",
	  false },
	{ "*/endpoints/*/invocations", "SageMaker's endpoints", false },
	{ "*/ml/v1/text/chat*", "watsonx.ai's chat", false },
};

enum { VENDORS = sizeof(vendors) / sizeof(vendors[0]) };

/* VENDORS: none. */
static size_t find(const char *target)
{
	struct span path = span_of(target);
	char *text = span_dup(span_first(path, strcspn(target, "?")));
	size_t i = 0;

	while (i < VENDORS && !pattern_glob(vendors[i].path, text))
		i++;
	free(text);
	return i;
}

const char *vendor_of(const char *target)
{
	size_t i = find(target);

	return i < VENDORS ? vendors[i].name : NULL;
}

void vendor_tell(const char *target, struct buf *out)
{
	size_t i = find(target);

	if (i < VENDORS)
		buf_addf(out, "that is %s%s", vendors[i].name,
			 vendors[i].is_spoken
				 ? ""
				 : ", which the mock does not speak");
	else
		buf_add_text(out, "that is no API that ccprobe knows");
}
