/* The request whose answers the tests of probe/refusal read. */
#ifndef TESTS_UNIT_REFUSAL_KIT_H
#define TESTS_UNIT_REFUSAL_KIT_H

/* A made-up key, which must not be in anything printed. */
#define KIT_KEY "sk-test-5ecre7-0123456789abcdefghij"

/* The body of the request, with `more` members in front. */
#define KIT_BODY KIT_BODY_WITH("")
#define KIT_BODY_WITH(more) \
	"{" more \
	"\"model\":\"claude-opus-5-5\",\"max_tokens\":64,\"stream\":true," \
	"\"system\":[{\"type\":\"text\",\"text\":\"a\"}," \
	"{\"type\":\"text\",\"text\":\"b\"}]," \
	"\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"}," \
	"\"context_management\":{\"edits\":[]}," \
	"\"output_config\":{\"effort\":\"medium\"}," \
	"\"tools\":[{\"name\":\"Bash\",\"input_schema\":{}}," \
	"{\"name\":\"Read\",\"input_schema\":{}}," \
	"{\"name\":\"mcp__x__y\",\"input_schema\":{\"type\":\"object\"," \
	"\"properties\":{\"q\":{\"type\":\"string\",\"format\":\"uri\"}}}," \
	"\"defer_loading\":true}]," \
	"\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}," \
	"{\"role\":\"system\",\"content\":\"s\"}," \
	"{\"role\":\"assistant\",\"content\":[" \
	"{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"c2ln\"}," \
	"{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"Read\"," \
	"\"input\":{}}]}," \
	"{\"role\":\"user\",\"content\":[" \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\"," \
	"\"content\":[{\"type\":\"text\",\"text\":\"r\"}]}]}]}"

#define KIT_BETAS \
	"claude-code-20250219,context-management-2025-06-27," \
	"thinking-token-count-2026-05-13"

#endif
