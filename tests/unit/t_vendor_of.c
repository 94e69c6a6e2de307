/* formats/vendor: whose API it is, by the path of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "formats/vendor.h"

static void t_paths(void **state)
{
	static const struct {
		const char *target, *name;
	} rows[] = {
		{ "/v1/messages", "the Messages API" },
		{ "/anthropic/v1/messages?beta=true", "the Messages API" },
		/* The first that fits: Azure's path ends as OpenAI's does. */
		{ "/openai/deployments/gpt/chat/completions?api-version=1",
		  "chat completions of Azure OpenAI" },
		{ "/v1/chat/completions", "OpenAI's chat completions" },
		{ "/v1/responses", "OpenAI's Responses" },
		{ "/v1/completions", "OpenAI's completions of text" },
		{ "/model/a.b:0/converse", "Bedrock's Converse" },
		{ "/model/a.b:0/converse-stream", "Bedrock's Converse" },
		{ "/model/a.b:0/invoke", "Bedrock's InvokeModel" },
		{ "/model/a.b:0/invoke-with-response-stream",
		  "Bedrock's InvokeModel" },
		{ "/v1/projects/p/models/m:rawPredict",
		  "Vertex AI's rawPredict" },
		{ "/v1/projects/p/models/m:streamRawPredict",
		  "Vertex AI's rawPredict" },
		{ "/v1beta/models/m:generateContent",
		  "Gemini's generateContent" },
		{ "/v1beta/models/m:streamGenerateContent?alt=sse",
		  "Gemini's generateContent" },
		{ "/v1/models/m:predict", "Vertex AI's predict" },
		{ "/api/chat", "Ollama's chat" },
		{ "/api/generate", "Ollama's generate" },
		{ "/v2/chat", "Cohere's chat" },
		{ "/v1/chat", "Cohere's chat" },
		{ "/v1/complete", "Anthropic's completions of text" },
		{ "/serving-endpoints/e/invocations",
		  "Databricks' serving endpoints" },
		{ "/endpoints/e/invocations", "SageMaker's endpoints" },
		{ "/ml/v1/text/chat_stream", "watsonx.ai's chat" },
		{ "/v1/models", NULL },
		{ "/?path=/v1/messages", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = vendor_of(rows[i].target);

		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
}

static void t_told(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	vendor_tell("/v1/completions", &out);
	assert_string_equal(
		buf_str(&out),
		"that is OpenAI's completions of text, which the mock does "
		"not speak");
	buf_reset(&out);
	vendor_tell("/v1/models", &out);
	assert_string_equal(buf_str(&out), "that is no API that ccprobe knows");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "vendor: whose API a path is of", t_paths, NULL, NULL, NULL },
		{ "vendor: what is told of a path", t_told, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("vendor_of", tests, NULL, NULL);
}
