/*
 * Tools that the API runs by itself: its web search, its fetch, and its search
 * for deferred tools. Their results are made up, on hosts of example.com.
 */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "wire/bytes/base64.h"

enum { WORDS_LIMIT = 200, HOST_LIMIT_BYTES = 300 };

#define PAGE "https://%s/page-about-it"
#define CITED "This page of ccmock was written for a test."

static const char *const fronts[] = {
	"\"web_search_",       "\"web_fetch_",  "\"code_execution_",
	"\"tool_search_tool_", "\"mcp_toolset", "\"advisor_",
};

static bool type_starts(struct jval tool, const char *front)
{
	struct jval type;

	return jscan_member(tool, "type", &type) &&
	       span_starts(type.text, front);
}

bool anthropic_server_tools_has(struct jval tool)
{
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (type_starts(tool, fronts[i]))
			return true;
	return false;
}

/* Finds the tool of this kind; *alone: the request has no other tools. */
static bool find_tool(const struct anthropic_ask *a, const char *front,
		      struct jval *out, bool *alone)
{
	struct jval tools, key, tool;
	struct jiter it;
	bool found = false;

	*alone = false;
	if (!jscan_member(a->root, "tools", &tools))
		return false;
	it = jscan_iter(tools);
	while (tools.type == J_ARRAY && jscan_next(&it, &key, &tool))
		if (!found && type_starts(tool, front)) {
			*out = tool;
			found = true;
		}
	*alone = found && jscan_count(tools) == 1;
	return found;
}

/* ---- blocks ---- */

static void name_id(struct said_block *b, uint64_t number, size_t nth)
{
	buf_addf(&b->id, "srvtoolu_01Mock%012llu%c", (unsigned long long)number,
		 (char)('a' + (int)(nth % 26)));
}

/* Adds the call {"KEY": words}; its id is also that of the result. */
static void add_use(struct said *out, const char *name, const char *key,
		    struct span words, uint64_t number, struct buf *id)
{
	size_t nth = out->count;
	struct said_block *b = said_add(out, SAID_SERVER_TOOL);

	name_id(b, number, nth);
	buf_add_span(id, buf_span(&b->id));
	buf_add_text(&b->name, name);
	buf_addf(&b->text, "{\"%s\":", key);
	jscan_quote(&b->text, words);
	buf_add_byte(&b->text, '}');
}

/* Appends bytes as if only the API could read them; the client sends them back
 * in the history. */
static void add_secret(struct buf *to, const char *of)
{
	base64_encode(span_of(of), to);
}

/* The first host that the tool may visit. */
static void host_of(struct jval tool, struct buf *host)
{
	struct jval list, key, item;
	struct jiter it;

	if (jscan_member(tool, "allowed_domains", &list)) {
		it = jscan_iter(list);
		if (list.type == J_ARRAY && jscan_next(&it, &key, &item) &&
		    item.type == J_STRING && jscan_string(item, host) == 0 &&
		    host->len > 0)
			return;
	}
	buf_reset(host);
	buf_add_text(host, "example.com");
}

static void add_search(struct said *out, struct jval tool, struct span words,
		       uint64_t number)
{
	struct buf id = BUF_INIT(64), host = BUF_INIT(HOST_LIMIT_BYTES),
		   url = BUF_INIT(2 * HOST_LIMIT_BYTES);
	struct said_block *b;

	host_of(tool, &host);
	buf_addf(&url, PAGE, buf_str(&host));
	add_use(out, "web_search", "query", words, number, &id);
	b = said_add(out, SAID_WHOLE);
	buf_addf(&b->text,
		 "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"%s\","
		 "\"content\":[{\"type\":\"web_search_result\",\"title\":"
		 "\"A page about it\",\"url\":",
		 buf_str(&id));
	jscan_quote(&b->text, buf_span(&url));
	buf_add_text(&b->text, ",\"encrypted_content\":\"");
	add_secret(&b->text, "ccmock: " CITED);
	buf_add_text(&b->text, "\",\"page_age\":\"3 days ago\"}]}");

	b = said_add(out, SAID_TEXT);
	buf_add_text(&b->text, "A search for ");
	buf_add_span(&b->text, words);
	buf_add_text(&b->text, " found one page.\n");
	buf_addf(&b->citation,
		 "{\"type\":\"web_search_result_location\",\"cited_text\":"
		 "\"" CITED "\",\"title\":\"A page about it\",\"url\":");
	jscan_quote(&b->citation, buf_span(&url));
	buf_add_text(&b->citation, ",\"encrypted_index\":\"");
	add_secret(&b->citation, "ccmock: 1");
	buf_add_text(&b->citation, "\"}");
	out->searches++;
	buf_clear(&id);
	buf_clear(&host);
	buf_clear(&url);
}

static bool has_citations(struct jval tool)
{
	struct jval citations, enabled;

	return jscan_member(tool, "citations", &citations) &&
	       jscan_member(citations, "enabled", &enabled) &&
	       enabled.type == J_TRUE;
}

static void add_fetch(struct said *out, struct jval tool, struct span url,
		      uint64_t number)
{
	struct buf id = BUF_INIT(64);
	struct said_block *b;

	add_use(out, "web_fetch", "url", url, number, &id);
	b = said_add(out, SAID_WHOLE);
	buf_addf(&b->text,
		 "{\"type\":\"web_fetch_tool_result\",\"tool_use_id\":\"%s\","
		 "\"content\":{\"type\":\"web_fetch_result\",\"url\":",
		 buf_str(&id));
	jscan_quote(&b->text, url);
	buf_addf(&b->text,
		 ",\"retrieved_at\":\"2026-01-01T00:00:00Z\",\"content\":"
		 "{\"type\":\"document\",\"title\":\"A page\",\"citations\":"
		 "{\"enabled\":%s},\"source\":{\"type\":\"text\","
		 "\"media_type\":\"text/plain\",\"data\":\"" CITED "\"}}}}",
		 has_citations(tool) ? "true" : "false");
	b = said_add(out, SAID_TEXT);
	buf_add_text(&b->text, "The page says that it was written for a "
			       "test.\n");
	if (has_citations(tool))
		buf_addf(&b->citation,
			 "{\"type\":\"char_location\",\"cited_text\":\"" CITED
			 "\",\"document_index\":0,\"document_title\":"
			 "\"A page\",\"start_char_index\":0,"
			 "\"end_char_index\":%zu,\"file_id\":null}",
			 strlen(CITED));
	out->fetches++;
	buf_clear(&id);
}

/* ---- what is looked up ---- */

/*
 * The words that the prompt has for a tool: those of its marker or, if the tool
 * is chosen or the only one, the prompt's first words. false: none.
 */
static bool words_of(const struct anthropic_ask *a, const char *front,
		     bool chosen, struct span *words)
{
	struct span prompt = span_trim(buf_span(&a->prompt));

	if (!a->fresh)
		return false;
	if (anthropic_marks_words(buf_span(&a->prompt), front, words)) {
		*words = span_utf8_first(*words, WORDS_LIMIT);
		return true;
	}
	*words = span_utf8_first(prompt, WORDS_LIMIT);
	return chosen && prompt.len > 0;
}

void anthropic_server_tools_say(const struct anthropic_ask *a,
				struct span chosen, uint64_t number,
				struct said *out)
{
	struct jval tool;
	struct span words;
	bool alone;

	if (find_tool(a, "\"web_search_", &tool, &alone) &&
	    words_of(a, "[search:", alone || span_is(chosen, "web_search"),
		     &words))
		add_search(out, tool, words, number);
	if (find_tool(a, "\"web_fetch_", &tool, &alone) &&
	    words_of(a, "[fetch:", span_is(chosen, "web_fetch"), &words))
		add_fetch(out, tool,
			  span_starts(words, "http") ? words
						     : span_of("https://"
							       "example.com/"),
			  number);
}

void anthropic_server_tools_find(const struct anthropic_ask *a,
				 const struct tool_call *call, uint64_t number,
				 struct said *out)
{
	struct buf id = BUF_INIT(64);
	struct said_block *b;
	bool regex = type_starts(a->search_tool, "\"tool_search_tool_regex");

	add_use(out, regex ? "tool_search_tool_regex" : "tool_search_tool_bm25",
		regex ? "pattern" : "query", call->name, number, &id);
	b = said_add(out, SAID_WHOLE);
	buf_addf(&b->text,
		 "{\"type\":\"tool_search_tool_result\",\"tool_use_id\":"
		 "\"%s\",\"content\":{\"type\":"
		 "\"tool_search_tool_search_result\",\"tool_references\":["
		 "{\"type\":\"tool_reference\",\"tool_name\":",
		 buf_str(&id));
	jscan_quote(&b->text, call->name);
	buf_add_text(&b->text, "}]}}");
	buf_clear(&id);
}
