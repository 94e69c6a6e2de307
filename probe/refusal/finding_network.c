/* Findings on the way to the gateway: names, connections, TLS, proxies, and
 * whether the base URL leads to the API. */
#include "probe/refusal/finding_private.h"

#define SET_URL "set ANTHROPIC_BASE_URL={1}"
#define TRUST_CA \
	"export NODE_EXTRA_CA_CERTS=/path/to/authority.pem with the " \
	"authority that has signed it, before Claude Code is started"

const struct finding_kind finding_network[] = {
	/* ---- name and connection ---- */
	{ "DR-BAD-URL", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "no request can be sent: {1}",
	  "The base URL or the URL of the proxy is not one that requests can "
	  "be sent to. A base URL begins with http:// or https://, and holds "
	  "no user name, password or query.",
	  "correct ANTHROPIC_BASE_URL (or HTTPS_PROXY, HTTP_PROXY)" },
	{ "DR-NO-NAME", SEVERITY_ERROR, BLAME_NETWORK,
	  "the host name {1} is not known",
	  "The name of the base URL could not be resolved on this machine. It "
	  "may be misspelt, or known only inside a network (VPN) or to the "
	  "resolver of a proxy.",
	  "{2}" },
	{ "DR-REFUSED", SEVERITY_ERROR, BLAME_NETWORK, "nobody listens at {1}",
	  "The host is there and refuses the connection: no program listens "
	  "on that port, or a firewall says so. Claude Code shows \"Unable to "
	  "connect\" and retries for minutes.",
	  "start the gateway, or correct host and port in ANTHROPIC_BASE_URL" },
	{ "DR-TIMEOUT-CONNECT", SEVERITY_ERROR, BLAME_NETWORK,
	  "{1} does not take connections: no reply in time",
	  "Packets to the host are not answered. A firewall drops them, the "
	  "address is of a network that this machine is not in (VPN), or a "
	  "proxy is needed that is not configured.",
	  "join the network (VPN), or set HTTPS_PROXY to the proxy that leads "
	  "there" },
	{ "DR-UNREACHABLE", SEVERITY_ERROR, BLAME_NETWORK,
	  "{1} cannot be reached: {2}",
	  "The system knows no way to the address of the base URL: there is no "
	  "network, no route, or no IPv6.",
	  "join the network that leads to it (VPN), or correct the host in "
	  "ANTHROPIC_BASE_URL" },

	/* ---- TLS ---- */
	{ "DR-TLS-EXPIRED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway's certificate has expired on {1}",
	  "Claude Code refuses a server whose certificate, or one of those "
	  "that signed it, is out of date. It sends nothing.",
	  "renew the gateway's certificate (and check this machine's clock)" },
	{ "DR-TLS-NOT-YET", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway's certificate is not valid yet",
	  "Its first day has not come yet by the clock of this machine, which "
	  "is usually wrong in such a case.",
	  "set this machine's clock; if it is right, the gateway needs "
	  "another certificate" },
	{ "DR-TLS-NAME", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the certificate is for {2}, not for {1}",
	  "The names in the server's certificate do not include the host of "
	  "the base URL, so Claude Code does not talk to it.",
	  "use the host name that the certificate has in ANTHROPIC_BASE_URL, "
	  "or give the gateway a certificate for {1}" },
	{ "DR-TLS-SELF-SIGNED", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway's certificate is signed by itself ({1})",
	  "Nobody vouches for it, so Claude Code refuses it, unless it is told "
	  "to trust this one.",
	  "export NODE_EXTRA_CA_CERTS=/path/to/certificate.pem with exactly "
	  "this certificate, before Claude Code is started" },
	{ "DR-TLS-UNKNOWN-ISSUER", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway's certificate is signed by an unknown authority ({1})",
	  "A company's own authority (or a proxy that looks into TLS) has "
	  "signed it, or the gateway does not send the certificates between "
	  "its own and a known authority.",
	  TRUST_CA },
	{ "DR-TLS-EXPIRES-SOON", SEVERITY_WARNING, BLAME_GATEWAY,
	  "the gateway's certificate expires on {1}, in {2} days",
	  "From that day on Claude Code will refuse the gateway.",
	  "renew the gateway's certificate" },
	{ "DR-TLS-PLAIN-PORT", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the base URL says https, and the server speaks plain HTTP",
	  "The TLS handshake failed, and the same port answers plain HTTP.",
	  SET_URL },
	{ "DR-TLS-CA-FILE", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the file of extra authorities cannot be used: {1}",
	  "NODE_EXTRA_CA_CERTS or --ca-file names a file that holds no "
	  "certificate in PEM form, or cannot be read. Claude Code only warns, "
	  "and then does not trust what the file should have held.",
	  "name a readable PEM file in NODE_EXTRA_CA_CERTS (or --ca-file)" },
	{ "DR-TLS-NO-ROOTS", SEVERITY_WARNING, BLAME_CLIENT_CONFIG,
	  "this machine has no list of authorities, so the gateway's "
	  "certificate cannot be checked here",
	  "Claude Code brings authorities of its own and trusts the system's "
	  "beside them; ccprobe has none but the system's. Sessions may well "
	  "work, unless the gateway's authority is one of a company.",
	  "install this machine's authorities (the package ca-certificates), "
	  "or name a file of them: --ca-file FILE" },
	{ "DR-TLS-FAILS", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the TLS handshake with {1} fails: {2}",
	  "The server was reached and no secure connection came about: it "
	  "speaks another protocol on this port, an old version of TLS, wants "
	  "a client certificate, or hangs up on this host name.",
	  "check that ANTHROPIC_BASE_URL names the port that speaks TLS, and "
	  "the gateway's TLS settings; if it wants a client certificate, name "
	  "one in CLAUDE_CODE_CLIENT_CERT and its key in "
	  "CLAUDE_CODE_CLIENT_KEY" },
	{ "DR-PLAIN-TO-TLS", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the base URL says http, and the server speaks TLS",
	  "The port answers a TLS handshake, and no plain request. The "
	  "credential has gone out unencrypted.",
	  SET_URL },

	/* ---- proxies ---- */
	{ "DR-PROXY-LOOPBACK", SEVERITY_WARNING, BLAME_CLIENT_CONFIG,
	  "{1} is on this machine, but requests go through a proxy",
	  "A proxy variable is set and NO_PROXY does not list this host, so "
	  "requests go to the proxy. Usually the proxy then looks for the "
	  "gateway on the proxy's machine, where there is none.",
	  "set NO_PROXY=localhost,127.0.0.1,::1 or unset the proxy ({2})" },
	{ "DR-PROXY-UNREACHABLE", SEVERITY_ERROR, BLAME_NETWORK,
	  "the proxy {1} cannot be reached",
	  "A proxy variable sends all requests through a proxy that does not "
	  "take connections.",
	  "correct the proxy's address, or unset it, or name the gateway's "
	  "host in NO_PROXY; the proxy is set by {2}" },
	{ "DR-PROXY-REFUSES", SEVERITY_ERROR, BLAME_NETWORK,
	  "the proxy {1} refuses with status {2}",
	  "The proxy wants a user name and password (407, 401), or does not "
	  "allow the gateway's host (403).",
	  "put user and password into the proxy's URL "
	  "(http://USER:PASSWORD@HOST:PORT), ask its owner to allow the host, "
	  "or name it in NO_PROXY; the proxy is set by {3}" },
	{ "DR-PROXY-FAILS", SEVERITY_ERROR, BLAME_NETWORK,
	  "the proxy {1} does not get through: status {2}",
	  "The proxy was reached, and could not connect to the gateway itself.",
	  "check from the proxy's network that the gateway is there, or name "
	  "its host in NO_PROXY; the proxy is set by {3}" },

	/* ---- where the base URL leads ---- */
	{ "DR-NOT-HTTP", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "what listens there does not speak HTTP/1.1: {1}",
	  "The server took the connection and answered with something that is "
	  "no HTTP answer. It may be another service, or speak HTTP/2 only.",
	  "correct the port in ANTHROPIC_BASE_URL" },
	{ "DR-REDIRECT", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the gateway redirects to {2} (status {3})",
	  "A redirect loses the body or the credential, makes streaming fail "
	  "and each request slower; the list of models is not read over one.",
	  SET_URL },
	{ "DR-REDIRECT-AWAY", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway redirects to {1}, which is not the API (status {2})",
	  "Requests are sent on to another page, usually a login. A program "
	  "cannot log in there.",
	  "use the address that is meant for programs in ANTHROPIC_BASE_URL, "
	  "or have /v1/ excepted from the login" },
	{ "DR-REDIRECT-SELF", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway redirects /v1/messages to {1} (status {2})",
	  "The gateway knows the request under another spelling of its path "
	  "and redirects, by which the body or the credential can be lost.",
	  "let the gateway answer at /v1/messages itself, without a redirect" },
	{ "DR-V1-TWICE", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the base URL ends in {2}, which Claude Code adds by itself",
	  "Claude Code appends /v1/messages to the base URL, so the request "
	  "went to /v1/v1/messages. Base URLs of OpenAI clients end in /v1, "
	  "this one does not.",
	  SET_URL },
	{ "DR-PREFIX-MISSING", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the base URL lacks {2}: the API is at {1}",
	  "There is nothing at /v1/messages, and an answer of the API below a "
	  "prefix.",
	  SET_URL },
	{ "DR-PREFIX-WRONG", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the path {2} of the base URL leads nowhere: the API is at {1}",
	  "There is nothing below this path, and an answer of the API at the "
	  "root of the same server.",
	  SET_URL },
	{ "DR-QUERY-REFUSED", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway does not know /v1/messages?beta=true",
	  "Claude Code always sends this query. The gateway compares the whole "
	  "target with its paths; without the query it answers.",
	  "let the gateway route by the path alone and pass the query on" },
	{ "DR-TRAILING-SLASH", SEVERITY_NOTE, BLAME_CLIENT_CONFIG,
	  "the base URL ends in a slash, and //v1/messages is not answered",
	  "Claude Code takes the slash off. A client that puts the base URL "
	  "and the path together as they are sends two slashes, which this "
	  "gateway does not take for one.",
	  SET_URL },
	{ "DR-OPENAI-ONLY", SEVERITY_ERROR, BLAME_GATEWAY,
	  "the gateway has {1} and no /v1/messages",
	  "It speaks OpenAI's API only. Claude Code speaks Anthropic's.",
	  "use a base URL of this provider that is meant for Claude Code or "
	  "the Anthropic API, or a gateway in between that translates" },
	{ "DR-NO-SUCH-PATH", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "there is no {1} on this server (status {2})",
	  "The server answers and does not know the Messages API at this path, "
	  "nor at those that are usual.",
	  "take the base URL from the gateway's documentation, without "
	  "/v1/messages at its end" },
	{ "DR-HTML", SEVERITY_ERROR, BLAME_CLIENT_CONFIG,
	  "the base URL leads to a page for people: {1}",
	  "The answer is a web page, such as a login page, a captive portal or "
	  "the gateway's own console, and no answer of the API. With status "
	  "200 Claude Code shows an empty or malformed response.",
	  "correct ANTHROPIC_BASE_URL, or log in to the network; a login in "
	  "front of the gateway must except /v1/" },
	{ .code = NULL },
};
