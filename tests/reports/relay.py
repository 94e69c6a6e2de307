#!/usr/bin/python3
"""A relay in front of a provider, with one fault for each public report.

    relay.py UPSTREAM          prints "listening on http://127.0.0.1:PORT"

The first part of a request's path names the fault: /FAULT/v1/messages. A
fault refuses a request, changes it on its way, or changes the answer. What no
fault is about goes through as it is. `sound` changes nothing.
"""
import http.client
import http.server
import itertools
import json
import sys
import threading
import urllib.parse

HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive", "accept-encoding"}
FAULTS = {}


class Answer(Exception):
    """What the client gets; raised where a fault answers by itself."""

    def __init__(self, status, body, headers=None):
        self.status = status
        self.headers = headers or [("content-type", "application/json")]
        self.body = body if isinstance(body, bytes) else body.encode()
        self.frames = None  # of a stream: bytes, as they come

    def type(self):
        return next((v for k, v in self.headers if k.lower() == "content-type"), "")


class Ask:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = target.partition("?")
        self.read = None

    def get(self, name):
        return next((v for k, v in self.headers if k.lower() == name), None)

    def drop(self, name):
        self.headers = [(k, v) for k, v in self.headers if k.lower() != name]

    @property
    def json(self):
        """The body, where it is a request for a message; {} otherwise."""
        if self.read is None:
            self.read = json.loads(self.body) if self.is_message() and self.body else {}
        return self.read

    def is_message(self):
        return self.method == "POST" and self.path == "/v1/messages"

    def write(self):
        self.body = json.dumps(self.json, separators=(",", ":"), ensure_ascii=False).encode()

    def blocks(self, kind=None):
        for message in self.json.get("messages", []):
            if isinstance(message.get("content"), list):
                for block in message["content"]:
                    if kind is None or block.get("type") == kind:
                        yield message, block

    def results_with(self, kind):
        """Blocks of this type inside tool results."""
        for _, result in self.blocks("tool_result"):
            if isinstance(result.get("content"), list):
                yield from (b for b in result["content"] if b.get("type") == kind)

    def betas(self):
        return [b.strip() for b in (self.get("anthropic-beta") or "").split(",") if b.strip()]

    def has(self, key):
        return key in self.json


# ---- how faults are written ----

def api_error(status, text, kind="invalid_request_error"):
    return Answer(status, json.dumps({"type": "error", "error": {"type": kind, "message": text}}))


def openai_error(status, text, **more):
    return Answer(status, json.dumps({"error": dict({"message": text, "type": "invalid_request_error"}, **more)}))


def fault(name):
    """A function of the request, which may raise an Answer, and which gives
    what is to be done to the provider's answer, or nothing."""
    def add(function):
        assert name not in FAULTS, name
        FAULTS[name] = function
        return function
    return add


def refuse(name, when, answer):
    """answer: of the request, or of what `when` gave."""
    def play(ask):
        found = when(ask) if ask.is_message() else None
        if found:
            raise answer(found)
    fault(name)(play)


def event(frame):
    """[name, data] of an event of a stream, or None."""
    lines = dict(line.split(": ", 1) for line in frame.decode().split("\n") if ": " in line and line[0] != ":")
    return [lines.get("event", ""), json.loads(lines["data"])] if "data" in lines else None


def streamed(change):
    """An answer's change that is made in its events, as they come: a generator
    over [name, data]."""
    def play(answer):
        if answer.frames:
            read = (event(frame) for frame in answer.frames)
            answer.frames = (f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
                             for name, data in change(e for e in read if e))
    return play


def each_event(change):
    """The same for the data of one event; False: the event is left out."""
    return streamed(lambda es: (e for e in es if change(e[1]) is not False))


def in_message(change):
    """An answer's change that is made in a message that is one JSON object."""
    def play(answer):
        if answer.status == 200 and answer.type().startswith("application/json"):
            message = json.loads(answer.body)
            if message.get("type") == "message":
                change(message)
                answer.body = json.dumps(message).encode()
    return play


def both(*changes):
    def play(answer):
        for change in changes:
            change(answer)
    return play


def deep(value, key):
    """The path of the first member of this name in a schema, or None."""
    if isinstance(value, dict):
        if key in value:
            return []
        rest = value.items()
    elif isinstance(value, list):
        rest = enumerate(value)
    else:
        return None
    for name, inner in rest:
        found = deep(inner, key)
        if found is not None:
            return [name] + found
    return None


def tool_with(ask, key):
    """(number of the tool, path in its schema, its name) of a keyword, or None."""
    for n, tool in enumerate(ask.json.get("tools", [])):
        at = deep(tool.get("input_schema"), key)
        if at is not None:
            return n, at, tool["name"]
    return None


fault("sound")(lambda ask: None)

# ---- the address, and the key ----


@fault("v1-twice")
def v1_twice(ask):
    if ask.path.startswith("/v1/v1/"):
        raise Answer(404, '{"detail":"Not Found"}')


@fault("prefix-missing")
def prefix_missing(ask):
    if not ask.path.startswith("/api/"):
        raise Answer(404, f'{{"error":"Not Found","path":"{ask.path}"}}')
    ask.path = ask.path[4:]


@fault("openai-only")
def openai_only(ask):
    if ask.path != "/v1/chat/completions":
        raise openai_error(404, f"Invalid URL ({ask.method} {ask.path})")
    raise openai_error(400, "you must provide a model parameter")


@fault("query")
def query(ask):
    if ask.query:
        raise Answer(404, '{"error":"invalid_path"}')


@fault("api-key-only")
def api_key_only(ask):
    if not ask.get("x-api-key"):
        raise api_error(401, "missing x-api-key", "authentication_error")


@fault("bearer-upstream")
def bearer_upstream(ask):
    raise openai_error(401, "litellm.AuthenticationError: AnthropicException - invalid bearer token",
                       type="auth_error", code="401")


@fault("model-forbidden")
def model_forbidden(ask):
    model = ask.json.get("model")
    if model:
        raise openai_error(401, f"key not allowed to access model. This key can only access models=['small']. "
                                f"Tried to access {model}", type="key_model_access_denied", code="401")


@fault("html")
def html(ask):
    raise Answer(200, "<!doctype html><html><head><title>Console</title></head><body>Log in</body></html>",
                 [("content-type", "text/html")])


refuse("client-only",
       lambda ask: not (isinstance(ask.json.get("system"), list) and ask.has("metadata")),
       lambda _: Answer(403, json.dumps({"error": {"type": "client_validation_error",
                                                   "message": "only requests of Claude Code are accepted here"}})))
refuse("no-thinking", lambda ask: not ask.has("thinking"),
       lambda _: api_error(400, "Unsupported value: reasoning.effort 'none' is not supported with this model"))

# ---- fields, betas, headers ----

refuse("context-management", lambda ask: ask.has("context_management"),
       lambda _: api_error(400, "context_management: Extra inputs are not permitted"))
refuse("any-beta", lambda ask: ask.betas(), lambda _: api_error(400, "invalid beta flag"))
refuse("few-betas",
       lambda ask: [b for b in ask.betas() if not b.startswith(("claude-code", "interleaved", "context-", "effort",
                                                                "advanced-tool"))],
       lambda _: api_error(400, "invalid beta flag"))
refuse("effort-pair", lambda ask: ask.has("output_config"),
       lambda _: api_error(400, "output_config: Extra inputs are not permitted"))
refuse("defer-loading",
       lambda ask: next((f"tools.{n}.custom" for n, t in enumerate(ask.json.get("tools", [])) if "defer_loading" in t),
                        None),
       lambda at: api_error(400, f"{at}.defer_loading: Extra inputs are not permitted"))
refuse("metadata", lambda ask: ask.has("metadata"),
       lambda _: openai_error(400, "Unrecognized request argument supplied: metadata"))
refuse("max-tokens-limit", lambda ask: ask.json.get("max_tokens", 0) > 8192,
       lambda _: openai_error(400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"))
refuse("max-tokens-name", lambda ask: ask.has("max_tokens"),
       lambda _: openai_error(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                                   "'max_completion_tokens' instead.", param="max_tokens", code="unsupported_parameter"))
refuse("cache-markers",
       lambda ask: next((b for b in ask.json["system"] if b.get("cache_control")), None)
       if isinstance(ask.json.get("system"), list) else None,
       lambda _: Answer(403, json.dumps({"message": "You invoked an unsupported model or your request "
                                               "did not allow prompt caching"})))
refuse("effort-of-model", lambda ask: ask.json.get("output_config", {}).get("effort"),
       lambda effort: openai_error(400, f'output_config.effort "{effort}" was provided, but this model does not '
                                        'support reasoning effort', code="invalid_reasoning_effort"))
refuse("effort-values", lambda ask: ask.json.get("thinking", {}).get("type") == "adaptive",
       lambda _: openai_error(400, "`reasoning_effort` must be one of `none` or `default`"))
refuse("disabled-and-effort",
       lambda ask: ask.json.get("thinking", {}).get("type") == "disabled" and ask.has("output_config"),
       lambda _: openai_error(400, "thinking options type cannot be disabled when reasoning_effort is set"))
refuse("disabled", lambda ask: ask.json.get("thinking", {}).get("type") == "disabled",
       lambda _: openai_error(400, "invalid thinking: only type=enabled is allowed for this model"))
refuse("format", lambda ask: ask.json.get("output_config", {}).get("format"),
       lambda _: api_error(400, "output_config.format: Extra inputs are not permitted"))


@fault("no-version")
def no_version(ask):
    if ask.is_message():
        raise api_error(400, "anthropic-version: header is required")


@fault("drops-thinking")
def drops_thinking(ask):
    if ask.has("thinking"):
        del ask.json["thinking"]
        ask.write()


# ---- messages ----

def system_at(ask):
    return next((str(n) for n, m in enumerate(ask.json.get("messages", [])) if m.get("role") == "system"), None)


refuse("system-role-422", system_at, lambda at: Answer(422, json.dumps({"detail": [
    {"type": "literal_error", "loc": ["body", "messages", int(at), "role"],
     "msg": "Input should be 'user' or 'assistant'", "input": "system"}]})))
refuse("system-role-zod", system_at, lambda at: api_error(
    400, f"request.messages.{at}.role: Invalid discriminator value. Expected 'user' | 'assistant'"))
refuse("system-role-word", system_at, lambda at: openai_error(
    400, 'Unexpected role "system" after role "user"'))
refuse("system-first", system_at, lambda at: Answer(500, json.dumps({"error": {
    "code": 500, "type": "server_error",
    "message": "\n------------\nWhile executing CallExpression at line 85, column 32 in source:\n"
               "Error: Jinja Exception: System message must be at the beginning."}})))
refuse("images-in-results", lambda ask: next(ask.results_with("image"), None),
       lambda _: api_error(400, "Only text tool_result blocks are supported when tool_result.content is an array."))
refuse("channel-words", lambda ask: "Sumdol orsit" in json.dumps(ask.json.get("system", "")),
       lambda _: openai_error(400, "illegal call from a channel that is not approved", code=11128))


@fault("history-lost")
def history_lost(ask):
    if len(ask.json.get("messages", [])) > 2 and not any(ask.blocks("tool_result")):
        ask.json["messages"] = [m for m in ask.json["messages"] if m["role"] == "user"][-1:]
        ask.write()


def follows_results(ask):
    for message in ask.json.get("messages", []):
        kinds = [b.get("type") for b in message["content"]] if isinstance(message.get("content"), list) else []
        if "tool_result" in kinds and kinds[-1] == "text":
            return True
    return False


refuse("text-after-results", follows_results, lambda _: openai_error(
    400, "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
         "'tool_call_id'. The following tool_call_ids did not have response messages: call_1"))

# ---- thinking in the history ----


@fault("strips-thinking")
def strips_thinking(ask):
    for message in ask.json.get("messages", []):
        if isinstance(message.get("content"), list):
            message["content"] = [b for b in message["content"] if b.get("type") != "thinking"]
    if ask.is_message():
        ask.write()


def calls(ask):
    return [b for m, b in ask.blocks("tool_use") if m.get("role") == "assistant"]


refuse("reasoning-content", calls, lambda _: openai_error(
    400, "Error from provider (DeepSeek): the `reasoning_content` in the thinking mode must be passed back to the API."))
refuse("reasoning-missing", calls, lambda _: openai_error(
    400, "[deepseek/deepseek-reasoner] [400]: Missing reasoning_content field in the assistant message at message "
         "index 2 (reset after 30s)"))
refuse("thought-signature", calls, lambda b: Answer(400, json.dumps({"error": {
    "code": 400, "status": "INVALID_ARGUMENT",
    "message": f"Function call `{b[0].get('name')}` in the 2. content block is missing a `thought_signature`"}})))


@fault("rewrites-thinking")
def rewrites_thinking(ask):
    if any(ask.blocks("thinking")):
        for _, block in ask.blocks("thinking"):
            block["thinking"] = block["thinking"].strip() + " "
        ask.write()


@fault("no-signature")
def no_signature(ask):
    def unsigned(message):
        for block in message["content"]:
            block.pop("signature", None)
    return both(in_message(unsigned), each_event(lambda d: d.get("delta", {}).get("type") != "signature_delta"))


# ---- tools ----

refuse("tools-unsupported", lambda ask: ask.json.get("tools"),
       lambda _: Answer(400, '{"error":"registry.example/library/small:0.8b does not support tools"}'))
refuse("tools-template", lambda ask: ask.json.get("tools"), lambda _: Answer(500, json.dumps({"error": {
    "code": 500, "type": "server_error",
    "message": "Unable to generate parser for this template. Automatic parser generation failed"}})))
refuse("schema-pattern", lambda ask: tool_with(ask, "pattern"), lambda at: openai_error(
    400, f"Invalid schema for function '{at[2]}': In context={tuple(at[1])}, 'pattern' is not a supported regular "
         "expression", param=f"tools[{at[0]}].function.parameters", code="invalid_function_parameters"))
refuse("schema-gemini", lambda ask: tool_with(ask, "exclusiveMinimum"), lambda at: Answer(400, json.dumps({"error": {
    "code": 400, "status": "INVALID_ARGUMENT",
    "message": f"Invalid JSON payload received. Unknown name \"exclusiveMinimum\" at "
               f"'tools[0].function_declarations[{at[0]}].parameters.properties[1].value': Cannot find field."}})))
refuse("long-names",
       lambda ask: next((f"tools.{n}.custom" for n, t in enumerate(ask.json.get("tools", []))
                         if len(t.get("name", "")) > 64), None),
       lambda at: api_error(400, f"{at}.name: String should have at most 64 characters"))


def server_tool(ask):
    return next((n for n, t in enumerate(ask.json.get("tools", [])) if str(t.get("type", "")).startswith("web_search")),
                None)


refuse("web-search-nested", lambda ask: None if server_tool(ask) is None else "it", lambda _: Answer(400, json.dumps({
    "error": {"type": "provider_error", "message": "every provider failed", "attempts": [
        {"provider": "a", "status": 400, "details": json.dumps({"error": {
            "message": "Invalid type for 'tools[0].function.name': expected a string, but got null",
            "param": "tools[0].function.name", "code": "invalid_type"}})}]}})))
refuse("web-search-choice", lambda ask: None if server_tool(ask) is None else "it", lambda _: openai_error(
    400, "litellm.BadRequestError: OpenAIException - Invalid value for 'tool_choice': 'tool_choice' is only allowed "
         "when 'tools' are specified.", param="tool_choice"))


@fault("input-lost")
def input_lost(ask):
    return each_event(lambda d: d.get("delta", {}).get("type") != "input_json_delta")


@fault("stop-reason")
def stop_reason(ask):
    def ended(data):
        if data.get("type") == "message_delta":
            data["delta"]["stop_reason"] = "end_turn"
    return each_event(ended)


@fault("call-as-text")
def call_as_text(ask):
    def spoken(data):
        if data.get("content_block", {}).get("type") == "tool_use":
            data["content_block"] = {"type": "text", "text": ""}
        if data.get("delta", {}).get("type") == "input_json_delta":
            data["delta"] = {"type": "text_delta", "text": data["delta"]["partial_json"]}
        if data.get("type") == "message_delta":
            data["delta"]["stop_reason"] = "end_turn"
    return each_event(spoken)


@fault("calls-share-index")
def calls_share_index(ask):
    """The second call of a turn comes under the number of the first."""
    def shared(es):
        first = None
        for name, data in es:
            if data.get("content_block", {}).get("type") == "tool_use" and first is None:
                first = data["index"]
            if first is not None and data.get("index", -1) > first:
                if data["type"] != "content_block_delta":
                    continue
                data["index"] = first
            yield name, data
    return streamed(shared)


# ---- streams ----

@fault("no-usage")
def no_usage(ask):
    def plain(data):
        data.pop("usage", None)
        data.get("message", {}).pop("usage", None)
    return both(in_message(lambda m: m.pop("usage", None)), each_event(plain))


@fault("no-input-tokens")
def no_input_tokens(ask):
    def zero(data):
        for usage in (data.get("usage"), data.get("message", {}).get("usage")):
            if usage:
                usage.update({k: 0 for k in usage if "input" in k and isinstance(usage[k], int)})
    return each_event(zero)


@fault("block-open")
def block_open(ask):
    return each_event(lambda d: d["type"] != "content_block_stop")


@fault("start-late")
def start_late(ask):
    """message_start comes after the first block has begun."""
    def late(es):
        first = next(es)
        for name, data in es:
            yield name, data
            if name == "content_block_start":
                yield first
                break
        yield from es
    return streamed(late)


@fault("no-stop")
def no_stop(ask):
    return each_event(lambda d: d["type"] not in ("message_stop", "message_delta"))


@fault("done")
def done(ask):
    def play(answer):
        if answer.frames:
            answer.frames = itertools.chain(answer.frames, [b"data: [DONE]\n\n"])
    return play


@fault("stream-type")
def stream_type(ask):
    def play(answer):
        if answer.frames:
            answer.headers = [(k, v) for k, v in answer.headers if k.lower() != "content-type"]
            answer.headers.append(("content-type", "text/plain"))
    return play


@fault("error-first")
def error_first(ask):
    if ask.json.get("stream"):
        raise Answer(200, 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":'
                          '"the account is being checked"}}\n\n', [("content-type", "text/event-stream")])


@fault("not-streamed")
def not_streamed(ask):
    if ask.json.get("stream"):
        ask.json["stream"] = False
        ask.write()


# ---- sizes, limits, caching ----

@fault("limit-2mb")
def limit_2mb(ask):
    if len(ask.body) > 2 * 1024 * 1024:
        raise Answer(413, "Failed to buffer the request body: length limit exceeded",
                     [("content-type", "text/plain")])


@fault("limit-nginx")
def limit_nginx(ask):
    if len(ask.body) > 1024 * 1024:
        raise Answer(413, "<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request "
                          "Entity Too Large</h1></center><hr><center>openresty</center></body></html>",
                     [("content-type", "text/html"), ("server", "openresty")])


def overflows(ask):
    return len(ask.body) > 30000


refuse("overflow-502", overflows, lambda _: openai_error(
    502, "upstream error: your input exceeds the context window of this model. Please adjust your input and try "
         "again.", type="upstream_error", code="context_length_exceeded"))
refuse("overflow-400", overflows, lambda _: openai_error(
    400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 12093 tokens.",
    code="context_length_exceeded"))


@fault("no-cache")
def no_cache(ask):
    def strip(value):
        if isinstance(value, dict):
            value.pop("cache_control", None)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            strip(inner)
    if "cache_control" in ask.body.decode(errors="replace"):
        strip(ask.json)
        ask.write()


@fault("bare-429")
def bare_429(ask):
    raise api_error(429, "Number of requests has exceeded your limit", "rate_limit_error")


# ---- the relay ----

class Relay(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream = None
    own = threading.local()

    def log_message(self, *args):
        pass

    def ask_upstream(self, ask):
        if not hasattr(self.own, "connection"):
            self.own.connection = http.client.HTTPConnection(self.upstream)
        c = self.own.connection
        target = ask.path + ("?" + ask.query if ask.query else "")
        c.putrequest(ask.method, target, skip_accept_encoding=True)
        for name, value in ask.headers:
            if name.lower() not in HOP:
                c.putheader(name, value)
        c.putheader("content-length", str(len(ask.body)))
        c.endheaders(ask.body)
        got = c.getresponse()
        kept = [(k, v) for k, v in got.getheaders() if k.lower() not in HOP]
        own = Answer(got.status, b"", kept)
        if own.type().startswith("text/event-stream"):
            own.frames = self.frames(got)
        else:
            own.body = got.read()
        return own

    def frames(self, got):
        frame = b""
        while line := got.readline():
            frame += line
            if line == b"\n":
                yield frame
                frame = b""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        _, name, *rest = self.path.split("/", 2)
        if name not in FAULTS or not rest:
            return Answer(404, '{"error":"there is no such fault"}')
        ask = Ask(self.command, "/" + rest[0], list(self.headers.items()), body)
        try:
            change = FAULTS[name](ask)
            got = self.ask_upstream(ask)
            if change:
                change(got)
            return got
        except Answer as own:
            return own

    def play(self):
        got = self.answer()
        self.send_response_only(got.status)
        for name, value in got.headers:
            self.send_header(name, value)
        if got.frames:
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self.pass_on(got.frames)
            return
        self.send_header("content-length", str(len(got.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(got.body)

    def pass_on(self, frames):
        """A client that hangs up leaves an answer that nobody reads to its end."""
        try:
            for frame in frames:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.own.connection.close()
            self.close_connection = True

    do_GET = do_POST = do_HEAD = play


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client may hang up
            super().handle_error(request, client_address)


def main():
    Relay.upstream = urllib.parse.urlsplit(sys.argv[1]).netloc
    server = Server(("127.0.0.1", 0), Relay)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
