/* Findings in what Claude Code would read on this machine. */
#include "probe/finding_private.h"

const struct finding_kind finding_settings[] = {
	{ "DR-NO-CREDENTIAL", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "no credential is configured",
	  "No variable, settings file, helper or saved login gives a "
	  "credential. Claude Code would ask for a login, or send requests "
	  "that the gateway answers with 401.",
	  "set ANTHROPIC_AUTH_TOKEN (sent as Authorization: Bearer) or "
	  "ANTHROPIC_API_KEY (sent as x-api-key), in the shell or in the env "
	  "block of ~/.claude/settings.json" },
	{ .code = NULL },
};
