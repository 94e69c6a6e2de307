// What `micro` compares an index with: simdjson, which also reads a text once
// and keeps what it found. One parser for all texts, as an index keeps its
// memory.
#include <simdjson.h>

extern "C" int bench_simdjson(const char *text, size_t len);

int bench_simdjson(const char *text, size_t len)
{
	static simdjson::dom::parser parser;
	simdjson::dom::element root;

	// The text has the room after it that simdjson asks for.
	return parser.parse(text, len, false).get(root) == simdjson::SUCCESS
		       ? 0
		       : -1;
}
