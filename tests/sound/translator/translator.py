#!/usr/bin/env python3
"""A gateway of its own making that translates the Messages API into OpenAI's
chat completions: it shares no line with ccgate, and takes other freedoms. The
cases of translation/ must find nothing in it, and something with each fault.

    translator.py --upstream URL --upstream-key KEY --key KEY [--fault NAME]
    translator.py --list-faults

Its first line is "listening on http://127.0.0.1:PORT".

What it does otherwise than ccgate: one system message in place of several, the
system's texts among the turns as a user's, content always as parts, tool ids
made anew, thoughts left out, tokens counted by words.
"""
import argparse
import http.client
import http.server
import json
import re
import sys
import urllib.parse
import uuid

FAULTS = {
    "no-system": "leaves the system prompt out",
    "no-history": "sends the user's newest message only",
    "text-first": "sends a turn's text before its results",
    "one-result": "sends the first of several results only",
    "mixed-results": "gives every result the id of the first call",
    "no-images": "leaves images out",
    "no-tools": "sends no tools",
    "empty-inputs": "sends earlier calls without input",
    "bare-schemas": "sends schemas as they are",
    "own-names": "does not change names back",
    "long-names": "does not change names",
    "auto-choice": "lets the model choose",
    "no-format": "does not ask for structured output",
    "old-limit": "says max_tokens",
    "extra-fields": "sends fields of the Messages API",
    "whole-stream": "sends the answer when it is over",
    "torn-calls": "begins a call with each piece",
    "last-call": "mixes the inputs of parallel calls",
    "end-turn": "ends every answer with end_turn",
    "no-usage": "tells no tokens",
    "thoughts": "writes thoughts into the text",
    "clean-errors": "ends a stream well after an error in it",
    "clean-cuts": "ends a stream well that was cut",
    "all-500": "tells every refusal as a 500",
    "constant-count": "counts every request alike",
}

TYPES = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
         404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error"}
STOPS = {"length": "max_tokens", "content_filter": "refusal", "tool_calls": "tool_use"}
PLAIN_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


class Refused(Exception):
    """What has no place in the other format."""


class Translation:
    """One request, and what is needed to read its answer."""

    def __init__(self, fault):
        self.fault = fault
        self.names = {}  # what the provider gets -> the client's

    def name(self, own):
        if PLAIN_NAME.match(own) or self.fault == "long-names":
            return own
        short = re.sub(r"[^a-zA-Z0-9_-]", "-", own)[:50] + "-%d" % len(self.names)
        for given, known in self.names.items():
            if known == own:
                return given
        self.names[short] = own
        return short

    def own_name(self, given):
        return given if self.fault == "own-names" else self.names.get(given, given)

    # ---- the request ----

    def parts(self, blocks):
        out = []
        for block in blocks:
            kind = block.get("type")
            if kind == "text":
                out.append({"type": "text", "text": block["text"]})
            elif kind == "image" and self.fault != "no-images":
                source = block["source"]
                url = source.get("url") or f"data:{source['media_type']};base64,{source['data']}"
                out.append({"type": "image_url", "image_url": {"url": url}})
            elif kind == "document" and block["source"]["type"] == "text":
                out.append({"type": "text", "text": block["source"]["data"]})
            elif kind not in ("image", "tool_result"):
                raise Refused(f"messages: a block of type '{kind}' is not supported")
        return out

    def user(self, content):
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        results, rest = [], []
        for block in blocks:
            if block.get("type") != "tool_result":
                rest.append(block)
                continue
            inner = block.get("content") or ""
            inner = [{"type": "text", "text": inner}] if isinstance(inner, str) else inner
            text = "\n".join(b.get("text") or b.get("tool_name", "") for b in inner if b["type"] in ("text", "tool_reference"))
            rest += [b for b in inner if b["type"] not in ("text", "tool_reference")]
            results.append({"role": "tool", "tool_call_id": block["tool_use_id"], "content": text or "(nothing)"})
        if self.fault == "one-result":
            results = results[:1]
        if self.fault == "mixed-results":
            for result in results[1:]:
                result["tool_call_id"] = results[0]["tool_call_id"]
        parts = self.parts(rest)
        message = [{"role": "user", "content": parts}] if parts else []
        return message + results if self.fault == "text-first" else results + message

    def assistant(self, content):
        if isinstance(content, str):
            return [{"role": "assistant", "content": content}]
        text = "".join(b["text"] for b in content if b["type"] == "text")
        calls = [{"id": b["id"], "type": "function", "function": {
            "name": self.name(b["name"]),
            "arguments": "{}" if self.fault == "empty-inputs" else json.dumps(b["input"])}}
            for b in content if b["type"] == "tool_use"]
        if not text and not calls:
            return []
        message = {"role": "assistant", "content": text or None}
        if calls:
            message["tool_calls"] = calls
        return [message]

    def messages(self, body):
        system = body.get("system") or []
        system = [{"text": system}] if isinstance(system, str) else system
        text = "\n\n".join(b["text"] for b in system if not b["text"].startswith("x-anthropic-billing-header"))
        turns = []
        given = body.get("messages") or []
        if not given:
            raise Refused("messages: at least one message is required")
        if self.fault == "no-history":
            given = [m for m in given if m["role"] == "user"][-1:]
        for message in given:
            if "role" not in message:
                raise Refused("messages.0.role: Field required")
            if message["role"] == "assistant":
                turns += self.assistant(message["content"])
            else:
                turns += self.user(message["content"])
        if text and self.fault != "no-system":
            turns.insert(0, {"role": "system", "content": text})
        return turns

    def schema(self, schema):
        if self.fault == "bare-schemas" or not isinstance(schema, dict):
            return schema
        out = {k: v for k, v in schema.items()}
        if out.get("type") == "array":
            out["items"] = self.schema(out.get("items", {}))
        for key in ("properties", "$defs", "definitions"):
            if isinstance(out.get(key), dict):
                out[key] = {k: self.schema(v) for k, v in out[key].items()}
        try:  # what only JavaScript reads is refused by the provider
            re.compile(out.get("pattern", ""))
        except re.error:
            del out["pattern"]
        if isinstance(out.get("required"), list):
            out["required"] = list(dict.fromkeys(out["required"]))
        for key in ("anyOf", "oneOf", "allOf"):
            if isinstance(out.get(key), list):
                out[key] = [self.schema(s) for s in out[key]]
        return out

    def tools(self, body, out):
        tools = []
        for tool in body.get("tools") or []:
            if tool.get("type", "custom") != "custom":
                raise Refused(f"tools: '{tool['type']}' is not supported")
            schema = dict(tool.get("input_schema") or {})
            schema["type"] = "object"
            schema.setdefault("properties", {})
            tools.append({"type": "function", "function": {
                "name": self.name(tool["name"]), "description": tool.get("description", ""),
                "parameters": self.schema(schema)}})
        if not tools or self.fault == "no-tools":
            return
        out["tools"] = tools
        choice = body.get("tool_choice") or {}
        if choice.get("type") in ("auto", "any", "none"):
            out["tool_choice"] = "required" if choice["type"] == "any" else choice["type"]
        elif choice.get("type") == "tool":
            out["tool_choice"] = {"type": "function", "function": {"name": self.name(choice["name"])}}
        if choice.get("disable_parallel_tool_use"):
            out["parallel_tool_calls"] = False
        if self.fault == "auto-choice":
            out["tool_choice"] = "auto"

    def request(self, body):
        if "thread" in body:
            raise Refused("capability_rejected: beta_header:message-threads-2026-08-12: thread is not supported")
        most = body["max_tokens"]
        if not isinstance(most, int) or most < 1:
            raise Refused("max_tokens: a number from 1 on is wanted")
        out = {"model": body["model"], "messages": self.messages(body)}
        out["max_tokens" if self.fault == "old-limit" else "max_completion_tokens"] = most
        self.tools(body, out)
        for key in ("temperature", "top_p"):
            if key in body:
                out[key] = body[key]
        if body.get("stop_sequences"):
            out["stop"] = body["stop_sequences"][:4]
        config = body.get("output_config") or {}
        if config.get("effort") and (body.get("thinking") or {}).get("type") != "disabled":
            out["reasoning_effort"] = config["effort"]
        if config.get("format") and self.fault != "no-format":
            out["response_format"] = {"type": "json_schema", "json_schema": {
                "name": "output", "schema": config["format"]["schema"]}}
        if body.get("stream"):
            out["stream"] = True
            out["stream_options"] = {"include_usage": True}
        if self.fault == "extra-fields":
            out["thinking"] = {"type": "adaptive"}
        return out


def tokens_of(body):
    return len(json.dumps([body.get(k) for k in ("system", "messages", "tools")])) // 3


def usage_of(usage, tokens, output):
    """The client's form of it: what was read from a cache is no new input."""
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return {"input_tokens": usage.get("prompt_tokens", tokens) - cached, "cache_read_input_tokens": cached,
            "output_tokens": output}


def is_overflow(error):
    return error.get("code") == "context_length_exceeded" or "maximum context length" in str(error.get("message"))


def new_id():
    return "msg_" + uuid.uuid4().hex


class Stream:
    """Chunks in, events out. A call goes out when it is whole."""

    def __init__(self, translation, model, tokens, send):
        self.t, self.send, self.tokens = translation, send, tokens
        self.index, self.text_open, self.calls = 0, False, {}
        self.finish, self.usage, self.failed, self.places = None, {}, False, {}
        self.send("message_start", {"message": {
            "id": new_id(), "type": "message", "role": "assistant", "model": model, "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": tokens, "output_tokens": 0}}})

    def start(self, block):
        self.send("content_block_start", {"index": self.index, "content_block": block})

    def delta(self, delta):
        self.send("content_block_delta", {"index": self.index, "delta": delta})

    def stop(self):
        self.send("content_block_stop", {"index": self.index})
        self.index += 1

    def text(self, text):
        if not text:
            return
        if not self.text_open:
            self.start({"type": "text", "text": ""})
            self.text_open = True
        self.delta({"type": "text_delta", "text": text})

    def place(self, piece):
        """Which call it belongs to, in order of their beginnings: some vendors number every call 0."""
        index, name = piece.get("index", len(self.calls)), (piece.get("function") or {}).get("name")
        at = self.places.get(index)
        if at is None or (name and piece.get("id") not in (None, "", self.calls[at]["id"])):
            at = self.places[index] = len(self.calls)
        return at

    def piece(self, piece):
        at = self.place(piece)
        if self.t.fault == "torn-calls":
            at = len(self.calls)
        if self.t.fault == "last-call":
            at = 0
        call = self.calls.setdefault(at, {"id": piece.get("id"), "name": "", "arguments": ""})
        function = piece.get("function") or {}
        call["name"] = call["name"] or function.get("name") or ""
        call["arguments"] += function.get("arguments") or ""

    def chunk(self, chunk):
        if chunk.get("error"):
            self.failed = True
            if self.t.fault != "clean-errors":
                front = "prompt is too long: " if is_overflow(chunk["error"]) else ""
                self.send("error", {"error": {"type": "api_error", "message": front + str(chunk["error"].get("message", ""))}})
            return
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices") or []:
            if choice.get("index", 0) != 0:
                continue
            delta = choice.get("delta") or {}
            if self.t.fault == "thoughts":
                self.text(delta.get("reasoning_content"))
            self.text(delta.get("content"))
            self.text(delta.get("refusal"))
            for piece in delta.get("tool_calls") or []:
                self.piece(piece)
            self.finish = choice.get("finish_reason") or self.finish

    def end(self):
        if self.text_open:
            self.stop()
        for at, call in sorted(self.calls.items()):
            self.start({"type": "tool_use", "id": "toolu_%d" % at, "name": self.t.own_name(call["name"]), "input": {}})
            self.delta({"type": "input_json_delta", "partial_json": call["arguments"] or "{}"})
            self.stop()
        reason = "tool_use" if self.calls else STOPS.get(self.finish, "end_turn")
        if self.t.fault == "end-turn":
            reason = "end_turn"
        tokens = 0 if self.t.fault == "no-usage" else self.usage.get("completion_tokens", 1)
        self.send("message_delta", {"delta": {"stop_reason": reason, "stop_sequence": None},
                                    "usage": usage_of(self.usage, self.tokens, tokens)})
        self.send("message_stop", {})


class Gateway(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    options = None

    def log_message(self, *args):
        pass

    # ---- answers ----

    def reply(self, status, value, headers=()):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("request-id", "req_translator")
        self.send_header("content-length", str(len(data)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, message, headers=()):
        self.reply(status, {"type": "error", "error": {
            "type": TYPES.get(status, "api_error"), "message": message}, "request_id": "req_translator"}, headers)

    def write(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def event(self, name, value):
        self.pending += f"event: {name}\ndata: {json.dumps({'type': name, **value})}\n\n".encode()

    def flush(self):
        if self.pending:
            self.write(self.pending)
        self.pending = b""

    # ---- what the provider says ----

    def ask(self, body):
        at = urllib.parse.urlsplit(self.options.upstream)
        upstream = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
        upstream.request("POST", at.path + "/v1/chat/completions", json.dumps(body), {
            "authorization": "Bearer " + self.options.upstream_key, "content-type": "application/json"})
        return upstream, upstream.getresponse()

    def pass_error(self, status, data, again):
        try:
            error = json.loads(data)["error"]
            message = error["message"]
        except (ValueError, KeyError, TypeError):
            error, message = {}, data.decode("utf-8", "replace")
        if is_overflow(error):
            status, message = 400, "prompt is too long: " + message
        self.refuse(500 if self.options.fault == "all-500" else status, message, [("retry-after", again)] if again else [])

    def stream(self, translation, body, upstream, answer):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("request-id", "req_translator")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.pending = b""
        stream, done = Stream(translation, body["model"], tokens_of(body), self.event), False
        self.flush()
        try:
            for line in answer:
                if not line.startswith(b"data:"):
                    continue
                data = line[5:].strip()
                if data == b"[DONE]":
                    done = True
                    break
                stream.chunk(json.loads(data))
                if self.options.fault != "whole-stream":
                    self.flush()
        except (http.client.HTTPException, OSError, ValueError):
            pass
        fault = self.options.fault
        whole = (done or stream.finish) and not stream.failed
        if whole or (stream.failed and fault == "clean-errors") or (not stream.failed and fault == "clean-cuts"):
            stream.end()
        self.flush()
        if whole or stream.failed or fault == "clean-cuts":
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True
        upstream.close()

    def whole(self, translation, model, data):
        value = json.loads(data)
        choice, content = value["choices"][0], []
        said = choice["message"].get("content") or choice["message"].get("refusal")
        if said:
            content.append({"type": "text", "text": said})
        for at, call in enumerate(choice["message"].get("tool_calls") or []):
            content.append({"type": "tool_use", "id": "toolu_%d" % at,
                            "name": translation.own_name(call["function"]["name"]),
                            "input": json.loads(call["function"]["arguments"] or "{}")})
        usage = value.get("usage") or {}
        stop = "tool_use" if any(b["type"] == "tool_use" for b in content) else STOPS.get(choice.get("finish_reason"), "end_turn")
        self.reply(200, {"id": new_id(), "type": "message", "role": "assistant", "model": model,
                         "content": content, "stop_reason": stop, "stop_sequence": None,
                         "usage": usage_of(usage, 1, usage.get("completion_tokens", 1))})

    # ---- routes ----

    def authorized(self):
        key = self.headers.get("x-api-key") or (self.headers.get("authorization") or "").removeprefix("Bearer ")
        return key == self.options.key

    def count(self, body):
        if not body.get("messages"):
            return self.refuse(400, "messages: at least one message is required")
        self.reply(200, {"input_tokens": 7 if self.options.fault == "constant-count" else tokens_of(body)})

    def message(self, body):
        translation = Translation(self.options.fault)
        try:
            asked = translation.request(body)
        except Refused as why:
            return self.refuse(400, str(why))
        except (KeyError, TypeError, AttributeError) as why:
            return self.refuse(400, f"the request lacks {why}")
        try:
            upstream, answer = self.ask(asked)
        except OSError:
            return self.refuse(502, "the provider cannot be reached")
        if answer.status != 200:
            return self.pass_error(answer.status, answer.read(), answer.headers.get("retry-after"))
        if body.get("stream"):
            return self.stream(translation, body, upstream, answer)
        return self.whole(translation, body["model"], answer.read())

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.split("?")[0]
        if path not in ("/v1/messages", "/v1/messages/count_tokens"):
            return self.refuse(404, "there is nothing at this path")
        if not self.authorized():
            return self.refuse(401, "invalid x-api-key")
        try:
            body = json.loads(data)
        except ValueError:
            return self.refuse(400, "the request body is not valid JSON")
        return self.count(body) if path.endswith("count_tokens") else self.message(body)

    def do_GET(self):
        known = self.path.startswith("/v1/messages")
        self.refuse(405 if known else 404, "there is nothing at this path")

    def do_DELETE(self):
        self.refuse(405, "this path takes no DELETE")

    do_PUT = do_PATCH = do_DELETE

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()


def main():
    parser = argparse.ArgumentParser()
    for name in ("upstream", "upstream-key", "key", "fault"):
        parser.add_argument("--" + name)
    parser.add_argument("--list-faults", action="store_true")
    Gateway.options = parser.parse_args()
    if Gateway.options.list_faults:
        print("\n".join(FAULTS))
        return
    if Gateway.options.fault and Gateway.options.fault not in FAULTS:
        sys.exit(f"no fault '{Gateway.options.fault}'")
    http.server.ThreadingHTTPServer.request_queue_size = 128
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    print("listening on http://127.0.0.1:%d" % server.server_port, flush=True)
    server.serve_forever()


main()
