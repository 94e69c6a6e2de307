/* Findings on the way to the gateway: names, connections, TLS, proxies. */
#include "probe/finding_private.h"

const struct finding_kind finding_network[] = {
	{ "DR-NO-NAME", SEVERITY_ERROR, BLAME_NETWORK,
	  "the host name {1} is not known",
	  "The name of the base URL could not be resolved on this machine. It "
	  "may be misspelt, or known only inside a network (VPN) or to the "
	  "resolver of a proxy.",
	  "correct the host in ANTHROPIC_BASE_URL, or join the network that "
	  "knows {1}" },
	{ .code = NULL },
};
