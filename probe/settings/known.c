/* The table of names that matter: the client's variables, members of its
 * settings files, and names that people set by mistake. */
#include "probe/settings/settings_private.h"

#include <ctype.h>
#include <stdlib.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"

#define SLIP (KNOWN_URL | KNOWN_SLIP)

static const struct known known[] = {
	{ "ANTHROPIC_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_AUTH_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_API_KEY", KNOWN_SECRET },
	{ "CLAUDE_CODE_OAUTH_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_CUSTOM_HEADERS", KNOWN_HEADERS },
	{ "ANTHROPIC_MODEL", 0 },
	{ "ANTHROPIC_SMALL_FAST_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_HAIKU_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_SONNET_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_OPUS_MODEL", 0 },
	{ "ANTHROPIC_DEFAULT_FABLE_MODEL", 0 },
	{ "ANTHROPIC_CUSTOM_MODEL_OPTION", 0 },
	{ "CLAUDE_CODE_SUBAGENT_MODEL", 0 },
	{ "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY", 0 },
	{ "CLAUDE_CODE_GATEWAY_MODEL_DISCOVERY_TIMEOUT_MS", 0 },
	{ "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS", 0 },
	{ "CLAUDE_CODE_DISABLE_THINKING", 0 },
	{ "DISABLE_INTERLEAVED_THINKING", 0 },
	{ "DISABLE_PROMPT_CACHING", 0 },
	{ "ENABLE_TOOL_SEARCH", 0 },
	{ "CLAUDE_CODE_EFFORT_LEVEL", 0 },
	{ "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", 0 },
	{ "CLAUDE_CODE_MAX_OUTPUT_TOKENS", 0 },
	{ "CLAUDE_CODE_MAX_CONTEXT_TOKENS", 0 },
	{ "CLAUDE_CODE_AUTO_COMPACT_WINDOW", 0 },
	{ "MAX_THINKING_TOKENS", 0 },
	{ "API_TIMEOUT_MS", 0 },
	{ "CLAUDE_CODE_USE_BEDROCK", 0 },
	{ "CLAUDE_CODE_USE_VERTEX", 0 },
	{ "CLAUDE_CODE_USE_FOUNDRY", 0 },
	{ "CLAUDE_CODE_USE_ANTHROPIC_AWS", 0 },
	{ "CLAUDE_CODE_USE_MANTLE", 0 },
	{ "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD", 0 },
	{ "CLAUDE_CODE_USE_GATEWAY", 0 },
	{ "CLAUDE_CODE_SKIP_BEDROCK_AUTH", 0 },
	{ "CLAUDE_CODE_SKIP_VERTEX_AUTH", 0 },
	{ "AWS_BEARER_TOKEN_BEDROCK", KNOWN_SECRET },
	{ "ANTHROPIC_BEDROCK_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_VERTEX_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_FOUNDRY_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_AWS_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_BEDROCK_MANTLE_BASE_URL", KNOWN_URL },
	{ "ANTHROPIC_GOOGLE_CLOUD_BASE_URL", KNOWN_URL },
	{ "CLAUDE_CODE_AUTO_MODE_SERVER", 0 },
	{ "CLAUDE_CODE_DISABLE_STRUCTURED_OUTPUTS", 0 },
	{ "CLAUDE_CODE_NONSTREAMING_TIMEOUT_RETRIES", 0 },
	{ "CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP", 0 },
	{ "CLAUDE_CODE_DISABLE_1M_CONTEXT", 0 },
	{ "CLAUDE_CONFIG_DIR", 0 },
	{ "https_proxy", KNOWN_URL },
	{ "HTTPS_PROXY", KNOWN_URL },
	{ "http_proxy", KNOWN_URL },
	{ "HTTP_PROXY", KNOWN_URL },
	{ "all_proxy", KNOWN_URL },
	{ "ALL_PROXY", KNOWN_URL },
	{ "no_proxy", 0 },
	{ "NO_PROXY", 0 },
	{ "NODE_EXTRA_CA_CERTS", 0 },
	{ "NODE_TLS_REJECT_UNAUTHORIZED", 0 },
	{ "CLAUDE_CODE_CERT_STORE", 0 },
	{ "SSL_CERT_FILE", 0 },
	{ "CLAUDE_CODE_CLIENT_CERT", 0 },
	{ "CLAUDE_CODE_CLIENT_KEY", 0 },
	{ "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", KNOWN_SECRET },
	{ "apiKeyHelper", KNOWN_KEY | KNOWN_SECRET },
	{ "model", KNOWN_KEY },
	{ "forceLoginMethod", KNOWN_KEY },
	{ "forceLoginOrgUUID", KNOWN_KEY },
	{ "allowedProviders", KNOWN_KEY },
	/* The client does not read these; a key in one of them is a mistake. */
	{ "OPENROUTER_API_KEY", KNOWN_SECRET },
	{ "ANTHROPIC_KEY", KNOWN_SECRET },
	{ "ANTHROPIC_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_API_TOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_AUTH_KEY", KNOWN_SECRET },
	{ "ANTHROPIC_AUTHTOKEN", KNOWN_SECRET },
	{ "ANTHROPIC_APIKEY", KNOWN_SECRET },
	{ "ANTROPIC_AUTH_TOKEN", KNOWN_SECRET },
	{ "ANTROPIC_API_KEY", KNOWN_SECRET },
	{ "CLAUDE_AUTH_TOKEN", KNOWN_SECRET },
	{ "CLAUDE_API_KEY", KNOWN_SECRET },
	{ "CLAUDE_CODE_API_KEY", KNOWN_SECRET },
	{ "LITELLM_API_KEY", KNOWN_SECRET },
	{ "LITELLM_MASTER_KEY", KNOWN_SECRET },
	/* Nor these; a base URL in one of them is a mistake. */
	{ "ANTHROPIC_API_BASE", SLIP },
	{ "ANTHROPIC_BASEURL", SLIP },
	{ "ANTHROPIC_URL", SLIP },
	{ "ANTHROPIC_API_URL", SLIP },
	{ "ANTHROPIC_API_BASE_URL", SLIP },
	{ "ANTHROPIC_BASE", SLIP },
	{ "ANTHROPIC_ENDPOINT", SLIP },
	{ "ANTHROPIC_API_ENDPOINT", SLIP },
	{ "ANTHROPIC_HOST", SLIP },
	{ "ANTHROPIC_API_HOST", SLIP },
	{ "ANTHROPIC_GATEWAY_URL", SLIP },
	{ "ANTHROPIC_PROXY_URL", SLIP },
	{ "CLAUDE_BASE_URL", SLIP },
	{ "CLAUDE_API_BASE", SLIP },
	{ "CLAUDE_CODE_BASE_URL", SLIP },
	{ "anthropic_base_url", SLIP },
	{ "OPENAI_BASE_URL", SLIP | KNOWN_OTHERS },
	{ "OPENAI_API_BASE", SLIP | KNOWN_OTHERS },
	{ "LITELLM_BASE_URL", SLIP | KNOWN_OTHERS },
	{ "LITELLM_PROXY_URL", SLIP | KNOWN_OTHERS },
	{ "OPENROUTER_BASE_URL", SLIP | KNOWN_OTHERS },
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

_Static_assert(KNOWN_COUNT <= KNOWN_LIMIT, "raise the limit");

/* Any name that looks like a misspelt ANTHROPIC_BASE_URL. */
static const struct known misspelt = { "ANTHROPIC_BASE_URL, misspelt", SLIP };

static bool is_misspelt(struct span name)
{
	static const char *const words[] = { "ANTHROPIC_BASE_URL", NULL };
	char *text;
	bool is;

	for (size_t i = 0; i < name.len; i++)
		if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '_')
			return false;
	text = span_dup(name);
	is = near_word(text, words) != NULL;
	free(text);
	return is;
}

const struct known *known_find(struct span name)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (span_is(name, known[i].name))
			return &known[i];
	return is_misspelt(name) ? &misspelt : NULL;
}

const struct known *known_nth(size_t n)
{
	return n < KNOWN_COUNT ? &known[n] : NULL;
}

size_t known_index(const struct known *k)
{
	return k == &misspelt ? KNOWN_LIMIT : (size_t)(k - known);
}
