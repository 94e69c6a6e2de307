#include "formats/vendor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/pattern.h"
#include "wire/bytes/span.h"

/* The first pattern that fits decides; bases of any kind may stand first. */
static const struct {
	const char *path, *name;
} vendors[] = {
	{ "*/v1/messages", "the Messages API" },
	{ "*/openai/deployments/*/chat/completions",
	  "chat completions of Azure OpenAI" },
	{ "*/chat/completions", "OpenAI's chat completions" },
	{ "*/responses", "OpenAI's Responses" },
	{ "*/v1/completions", "OpenAI's completions of text" },
	{ "*/model/*/converse", "Bedrock's Converse" },
	{ "*/model/*/converse-stream", "Bedrock's Converse" },
	{ "*/model/*/invoke", "Bedrock's InvokeModel" },
	{ "*/model/*/invoke-with-response-stream", "Bedrock's InvokeModel" },
	{ "*:rawPredict", "Vertex AI's rawPredict" },
	{ "*:streamRawPredict", "Vertex AI's rawPredict" },
	{ "*:generateContent", "Gemini's generateContent" },
	{ "*:streamGenerateContent", "Gemini's generateContent" },
	{ "*:predict", "Vertex AI's predict" },
	{ "*/api/chat", "Ollama's chat" },
	{ "*/api/generate", "Ollama's generate" },
	{ "*/v2/chat", "Cohere's chat" },
	{ "*/v1/chat", "Cohere's chat" },
	{ "*/v1/complete", "Anthropic's completions of text" },
	{ "*/serving-endpoints/*/invocations",
	  "Databricks' serving endpoints" },
	{ "*/endpoints/*/invocations", "SageMaker's endpoints" },
	{ "*/ml/v1/text/chat*", "watsonx.ai's chat" },
};

const char *vendor_of(const char *target)
{
	struct span path = span_of(target);
	const char *name = NULL;
	char *text;

	text = span_dup(span_first(path, strcspn(target, "?")));
	for (size_t i = 0; !name && i < sizeof(vendors) / sizeof(vendors[0]);
	     i++)
		if (pattern_glob(vendors[i].path, text))
			name = vendors[i].name;
	free(text);
	return name;
}

void vendor_tell(const char *target, struct buf *out)
{
	const char *name = vendor_of(target);

	if (name)
		buf_addf(out, "that is %s, which the mock does not speak",
			 name);
	else
		buf_add_text(out, "that is no API that ccprobe knows");
}
