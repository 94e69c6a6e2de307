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
		bool is_spoken; /* by the mock */
	} rows[] = {
		{ "/v1/messages", "the Messages API", true },
		{ "/anthropic/v1/messages?beta=true", "the Messages API",
		  true },
		/* The first that fits: Azure's path ends as OpenAI's does. */
		{ "/openai/deployments/gpt/chat/completions?api-version=1",
		  "chat completions of Azure OpenAI", false },
		{ "/v1/chat/completions", "OpenAI's chat completions", true },
		{ "/v1/responses", "OpenAI's Responses", true },
		{ "/v1/completions", "OpenAI's completions of text", false },
		{ "/model/a.b:0/converse", "Bedrock's Converse", false },
		{ "/model/a.b:0/converse-stream", "Bedrock's Converse", false },
		{ "/model/a.b:0/invoke", "Bedrock's InvokeModel", true },
		{ "/model/a.b:0/invoke-with-response-stream",
		  "Bedrock's InvokeModel", true },
		{ "/v1/projects/p/models/m:rawPredict",
		  "Vertex AI's rawPredict", true },
		{ "/v1/projects/p/models/m:streamRawPredict",
		  "Vertex AI's rawPredict", true },
		{ "/v1beta/models/m:generateContent",
		  "Gemini's generateContent", false },
		{ "/v1beta/models/m:streamGenerateContent?alt=sse",
		  "Gemini's generateContent", false },
		{ "/v1/models/m:predict", "Vertex AI's predict", false },
		{ "/api/chat", "Ollama's chat", false },
		{ "/api/generate", "Ollama's generate", false },
		{ "/v2/chat", "Cohere's chat", false },
		{ "/v1/chat", "Cohere's chat", false },
		{ "/v1/complete", "Anthropic's completions of text", false },
		{ "/serving-endpoints/e/invocations",
		  "Databricks' serving endpoints", false },
		{ "/endpoints/e/invocations", "SageMaker's endpoints", false },
		{ "/ml/v1/text/chat_stream", "watsonx.ai's chat", false },
		{ "/model/a.b:0/count-tokens", "Bedrock's CountTokens", true },
		{ "/inference-profiles", "Bedrock's inference profiles", true },
		{ "/inference-profiles/us.a", "Bedrock's inference profiles",
		  true },
		{ "/v1/models", NULL, false },
		{ "/?path=/v1/messages", NULL, false },
		{ "", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = vendor_of(rows[i].target);
		struct buf told = BUF_INIT(1000);

		vendor_tell(rows[i].target, &told);
		assert_int_equal(span_ends(buf_span(&told),
					   ", which the mock does not speak"),
				 rows[i].name && !rows[i].is_spoken);
		buf_clear(&told);
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
