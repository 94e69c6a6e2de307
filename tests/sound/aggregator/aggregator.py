#!/usr/bin/env python3
"""A gateway of its own making with several providers, keys with limits and a
count of what they spend: it shares no line with ccgate, and takes other
freedoms. The cases of failover/, budgets/, usage/ and model-routing/ must find
nothing in it.

    aggregator.py --provider LETTER=URL ... --upstream-key KEY --key NAME=KEY ... [--freedom NAME] ...

Its first line is "listening on http://127.0.0.1:PORT".

What it does otherwise than ccgate in any case: who has failed is asked last
even by the sessions that are there; a minute's requests are a bucket that fills
up again; wishes are read in the body's member `provider`, and taken out of it.
"""
import argparse
import asyncio
import collections
import datetime
import json
import random
import time
import urllib.parse
import uuid

FREEDOMS = {
    "early-heads": "does not wait for the first event of a stream",
    "forgets-sessions": "asks any provider in each turn",
    "header": "reads wishes in the field x-wishes",
    "in-turn": "asks one provider after the other in turn",
    "latest": "knows of each provider the last answer only",
    "own-words": "says itself that all providers have failed",
    "payment": "says 402 when a budget is spent, and nothing of it before",
    "permission": "says 403 for what a key may not ask",
    "three-failures": "takes a provider for ill after three failures in a row",
}

SICK = 30
OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-4-5"
# Input, output, cache read, written for five minutes and for an hour: dollars for a million.
PRICES = {OPUS: (4, 20, 0.2, 5, 8), HAIKU: (1, 5, 0.1, 1.25, 2)}

TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error",
         403: "permission_error", 404: "not_found_error"}

# What goes no further than one connection, and what is each side's own.
HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
       "content-length", "host", "expect"}
NOT_UP = {"authorization", "x-api-key", "cookie", "accept-encoding", "x-wishes"}


class Refused(Exception):
    """What the gateway answers by itself."""

    def __init__(self, status, message, kind=None, fields=()):
        super().__init__(message)
        self.status, self.message, self.fields = status, message, list(fields)
        self.kind = kind or TYPES.get(status, "api_error")


class Failed(Exception):
    """The provider gave no answer that could be passed on."""


# ---- providers ----

class Provider:
    def __init__(self, name, url, price=1.0, keeps_nothing=False):
        at = urllib.parse.urlsplit(url)
        self.name, self.host, self.port = name, at.hostname, at.port
        self.price, self.keeps_nothing = price, keeps_nothing
        self.failures, self.failed = 0, float("-inf")
        self.begins, self.paces = collections.deque(maxlen=5), collections.deque(maxlen=5)

    def fails(self):
        self.failures += 1
        self.failed = time.monotonic()

    def is_sick(self, least):
        return self.failures >= least and time.monotonic() - self.failed < SICK

    def latency(self):
        return sum(self.begins) / len(self.begins) if self.begins else 0.0

    def pace(self):
        return sum(self.paces) / len(self.paces) if self.paces else float("inf")


class Model:
    """What a name of the gateway's own stands for."""

    def __init__(self, served, providers="ab", order="", sort=None, fallbacks=True, private=False, named=None):
        self.served, self.providers = served, list(providers)
        self.order, self.sort, self.fallbacks, self.private = list(order), sort, fallbacks, private
        self.named = named or {}  # what a provider calls it instead


MODELS = {
    OPUS: Model(OPUS),
    HAIKU: Model(HAIKU),
    "claude-haiku-4-5-20251001": Model("claude-haiku-4-5-20251001"),
    "claude-sonnet-4-6": Model("claude-sonnet-4-6"),
    "claude-ccprobe-unpriced": Model("claude-ccprobe-unpriced"),
    "claude-ccprobe-alias": Model(HAIKU),
    "claude-ccprobe-dead": Model(OPUS, ["dead", "a"], order=["dead"]),
    "claude-ccprobe-rests": Model(OPUS, "cd"),
    "claude-ccprobe-well": Model(OPUS, "gh"),
    "claude-ccprobe-first-h": Model(OPUS, "gh", order="h"),
    "claude-ccprobe-measured": Model(OPUS, "ef"),
    "claude-ccprobe-only-e": Model(OPUS, "e"),
    "claude-ccprobe-only-f": Model(OPUS, "f"),
    "claude-ccprobe-fastest": Model(OPUS, "ef", sort="throughput"),
    "claude-ccprobe-soonest": Model(OPUS, "ef", sort="latency"),
    "claude-ccprobe-only-b": Model(OPUS, "b"),
    "claude-ccprobe-not-b": Model(OPUS, "a"),
    "claude-ccprobe-stays-a": Model(OPUS, "ab", order="a", fallbacks=False),
    "claude-ccprobe-private": Model(OPUS, "ab", private=True),
    "claude-ccprobe-free": Model(OPUS, ["free", "a", "b"], named={"a": "dear", "b": "dear"}),
}
SUFFIXES = {":nitro": "throughput", ":floor": "price", ":free": "free", "[1m]": None}


def read_model(name):
    """The model that a client's name means, and the sort that the name asks for."""
    sort = None
    for suffix, meant in SUFFIXES.items():
        if name.endswith(suffix):
            name, sort = name[:-len(suffix)], meant
    plain = name.removeprefix("~").removeprefix("anthropic/")
    if name.startswith("~"):
        plain = {"claude-opus-latest": OPUS, "claude-haiku-latest": HAIKU}.get(plain, plain)
    if plain not in MODELS:
        raise Refused(404, "there is no model " + plain)
    return plain, MODELS[plain], sort


# ---- keys ----

class Key:
    def __init__(self, name, value):
        self.name, self.value = name, value
        self.spent, self.under_way = 0.0, 0
        self.tokens, self.filled = 3.0, time.monotonic()
        self.budget = {"spent": 1.0, "brink": 1.0, "budget": 10.0, "weekly": 1.0, "monthly": 1.0, "total": 1.0}.get(name)
        self.period = {"weekly": "week", "monthly": "month", "total": None}.get(name, "day")
        self.models = [HAIKU] if name == "narrow" else None
        self.only = ["b"] if name == "bound" else None

    def may_list(self, model):
        return self.models is None or model in self.models

    def take_place(self):
        """One request under way, and three a minute: one more each twenty seconds."""
        now = time.monotonic()
        self.tokens = min(3.0, self.tokens + (now - self.filled) / 20)
        self.filled = now
        if self.name == "single" and self.under_way > 0:
            raise Refused(429, "another request of this key is under way", "rate_limit_error", [("retry-after", "1")])
        if self.name == "rated":
            if self.tokens < 1:
                wait = int((1 - self.tokens) * 20) + 1
                raise Refused(429, "this key may send 3 requests a minute", "rate_limit_error",
                              [("retry-after", str(wait))])
            self.tokens -= 1
        self.under_way += 1


def next_begin(period):
    """When a period ends that is under way; None: it never does."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    days = {"day": 1, "week": 7 - today.weekday(), "month": (today.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)}
    if period is None:
        return None
    day = days["month"] if period == "month" else today + datetime.timedelta(days=days[period])
    return datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc)


def prefixed(**fields):
    return [("anthropic-ratelimit-unified-" + name.replace("_", "-"), value) for name, value in fields.items()]


def over_budget(key, payment):
    reset = next_begin(key.period)
    if payment:
        raise Refused(402, f"This key has spent its ${key.budget:g} of this {key.period or 'key, in total'}.")
    if reset is None:
        raise Refused(429, f"All {key.budget:.2f} dollars of this key are spent.", "billing_error", [
            ("x-should-retry", "false"), *prefixed(status="rejected", overage_disabled_reason="org_spend_cap_reached")])
    message = (f"The budget of {key.budget:.2f} dollars a {key.period} is spent until {reset:%d %B %H:%M} UTC; "
               "ask whoever gave you the key.")
    seconds = str(int(reset.timestamp()))
    raise Refused(429, message, "billing_error", [
        ("retry-after", str(max(1, int(reset.timestamp() - time.time())))), ("x-should-retry", "false"),
        *prefixed(status="rejected", reset=seconds, overage_reset=seconds, overage_period={"day": "daily"}.get(key.period, f"{key.period}ly"),
                  overage_disabled_reason="org_spend_cap_reached")])


def standing(key):
    """What a key is told of its budget with each answer."""
    reset = next_begin(key.period)
    used, seconds = key.spent / key.budget, str(int(reset.timestamp())) if reset else None
    passed = [t for t in ("0.75", "0.95") if used >= float(t)]
    fields = prefixed(status="allowed_warning" if passed else "allowed", representative_claim="overage",
                      overage_status="allowed_warning" if passed else "allowed",
                      overage_utilization=f"{min(0.99, used):.2f}",
                      **({"reset": seconds, "overage_reset": seconds} if seconds else {}))
    return fields + (prefixed(overage_surpassed_threshold=passed[-1]) if passed else [])


# ---- what was used ----

class Meter:
    """Reads the tokens off an answer that passes."""

    def __init__(self, is_stream):
        self.is_stream, self.rest, self.usage = is_stream, b"", {}

    def take(self, data):
        self.rest += data
        while self.is_stream and b"\n" in self.rest:
            line, self.rest = self.rest.split(b"\n", 1)
            if line.startswith(b"data:"):
                self.read(line[5:])

    def end(self):
        if not self.is_stream:
            self.read(self.rest)

    def read(self, text):
        try:
            said = json.loads(text)
        except ValueError:
            return
        if isinstance(said, dict):
            self.usage.update(said.get("message", said).get("usage") or {})

    def cost(self, model):
        prices = PRICES.get(model, (0,) * 5)
        written = self.usage.get("cache_creation") or {
            "ephemeral_5m_input_tokens": self.usage.get("cache_creation_input_tokens") or 0}
        counts = (self.usage.get("input_tokens"), self.usage.get("output_tokens"), self.usage.get("cache_read_input_tokens"),
                  written.get("ephemeral_5m_input_tokens"), written.get("ephemeral_1h_input_tokens"))
        return sum((n or 0) * p for n, p in zip(counts, prices)) / 1e6


# ---- bytes ----

def members(body):
    """Name, and the span of the value, of each member of a JSON object."""
    decoder, text = json.JSONDecoder(), body
    at = text.index("{") + 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "}":
            return
        start = at
        name, at = decoder.raw_decode(text, at)
        at = text.index(":", at) + 1
        while text[at] in " \t\r\n":
            at += 1
        _, end = decoder.raw_decode(text, at)
        yield name, start, at, end
        at = end


def with_model(body, model):
    """The body with another model in its place, and without wishes; all else stays."""
    text = body.decode("utf-8")
    for name, start, at, end in reversed(list(members(text))):
        if name == "model":
            text = text[:at] + json.dumps(model) + text[end:]
        elif name == "provider":
            front = text[:start].rstrip()
            text = front[:-1] + text[end:] if front.endswith(",") else front + text[end:].lstrip().removeprefix(",")
    return text.encode("utf-8")


async def read_head(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    return first.split(" ", 2), [tuple(part.strip() for part in line.split(":", 1)) for line in lines]


def field(fields, name):
    return next((value for n, value in fields if n.lower() == name), None)


async def pieces(reader, fields):
    """The pieces of a body as they come. Failed: it broke off."""
    length = field(fields, "content-length")
    try:
        if "chunked" in (field(fields, "transfer-encoding") or ""):
            while size := int((await reader.readline()).split(b";")[0], 16):
                yield await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        elif length is not None:
            left = int(length)
            while left > 0:
                if not (data := await reader.read(min(left, 1 << 16))):
                    raise Failed("cut")
                left -= len(data)
                yield data
        else:
            while data := await reader.read(1 << 16):
                yield data
    except (OSError, ValueError, asyncio.IncompleteReadError) as e:
        raise Failed("cut") from e


class Answer:
    """A provider's answer, from its head on."""

    def __init__(self, provider, reader, writer, status, reason, fields):
        self.provider, self.writer = provider, writer
        self.status, self.reason, self.fields = status, reason, fields
        self.is_stream = status == 200 and (field(fields, "content-type") or "").startswith("text/event-stream")
        self.body, self.held, self.ended = pieces(reader, fields), b"", False

    async def hold_first(self):
        """Until the first event is there: an error in its place is a failure."""
        while b"\n\n" not in self.held and b"\r\n\r\n" not in self.held:
            data = await anext(self.body, None)
            if data is None:
                raise Failed("no event")
            self.held += data
        if self.held.lstrip().startswith(b"event: error") and b"invalid_request_error" not in self.held:
            raise Failed("error event")

    def close(self):
        self.writer.close()


# ---- the gateway ----

class Gateway:
    def __init__(self, options):
        self.free = set(options.freedom)
        self.upstream_key = options.upstream_key
        self.providers = {name: Provider(name, url) for name, url in (p.split("=", 1) for p in options.provider)}
        self.providers["b"].price, self.providers["b"].keeps_nothing = 0.9, True
        self.providers["h"].price, self.providers["e"].price = 0.9, 3.0
        self.providers["dead"] = Provider("dead", "http://127.0.0.1:1")
        at = self.providers["a"]
        self.providers["free"] = Provider("free", f"http://{at.host}:{at.port}", price=0.0)
        if "latest" in self.free:
            for p in self.providers.values():
                p.begins, p.paces = collections.deque(maxlen=1), collections.deque(maxlen=1)
        self.keys = {value: Key(name, value) for name, value in (k.split("=", 1) for k in options.key)}
        self.sessions, self.turn = {}, 0

    # -- who is asked --

    def wish_of(self, said, fields):
        if "header" in self.free:
            return json.loads(field(fields, "x-wishes") or "{}")
        return said.get("provider") or {}

    def may(self, name, model, is_free, key, wish):
        p = self.providers[name]
        if (key.only and name not in key.only) or name not in wish.get("only", [name]) or name in wish.get("ignore", []):
            return False
        if (model.private or wish.get("data_collection") == "deny") and not p.keeps_nothing:
            return False
        return p.price == 0 or not is_free

    def choose(self, model, suffix, key, wish, session):
        """The names of those to ask, the first first."""
        least = 3 if "three-failures" in self.free else 1
        sort = wish.get("sort") or suffix or model.sort
        order = wish.get("order") or model.order
        some = [n for n in model.providers if self.may(n, model, suffix == "free", key, wish)]
        if order and not (wish.get("allow_fallbacks", True) and model.fallbacks):
            some = [n for n in some if n in order]
        # A lot, in which the inverse square of the price is the weight.
        some.sort(key=lambda n: random.random() ** max(1e-9, self.providers[n].price ** 2), reverse=True)
        if "in-turn" in self.free:
            self.turn += 1
            some = sorted(some)
            some = some[self.turn % len(some):] + some[:self.turn % len(some)] if some else some
        best = {"throughput": lambda p: -p.pace(), "latency": Provider.latency, "price": lambda p: p.price}.get(sort)
        kept = self.sessions.get(session) if "forgets-sessions" not in self.free else None

        def rank(n):
            p = self.providers[n]
            return (p.is_sick(least), n != kept, order.index(n) if n in order else len(order), best(p) if best else 0)
        return sorted(some, key=rank)

    # -- one provider after the other --

    async def ask(self, provider, method, target, fields, body):
        try:
            reader, writer = await asyncio.open_connection(provider.host, provider.port)
        except OSError as e:
            raise Failed("no connection") from e
        try:
            lines = [f"{method} {target} HTTP/1.1", f"host: {provider.host}:{provider.port}",
                     f"x-api-key: {self.upstream_key}", "connection: close", f"content-length: {len(body)}"]
            lines += [f"{n}: {v}" for n, v in fields if n.lower() not in HOP | NOT_UP]
            writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
            await writer.drain()
            (_, status, *reason), got = await read_head(reader)
            answer = Answer(provider, reader, writer, int(status), reason[0] if reason else "", got)
            if answer.is_stream and "early-heads" not in self.free:
                await answer.hold_first()
            return answer
        except (OSError, ValueError, asyncio.IncompleteReadError) as e:
            writer.close()
            raise Failed("no answer") from e
        except BaseException:
            writer.close()
            raise

    async def cascade(self, names, method, target, fields, body_for):
        last = None
        for place, name in enumerate(names):
            provider, began = self.providers[name], time.monotonic()
            if last:
                last.close()
                last = None
            try:
                last = await self.ask(provider, method, target, fields, body_for(name))
            except Failed:
                provider.fails()
                continue
            if last.status in (408, 429) or last.status >= 500:
                provider.fails()
                continue
            provider.failures = 0
            if last.status == 200:
                provider.begins.append(time.monotonic() - began)
            return last
        if last and not ("own-words" in self.free and last.status >= 500):
            return last
        if last:
            last.close()
        raise Refused(502, "no provider has answered")

    # -- what the client is told --

    async def send_own(self, writer, status, said, fields=()):
        body = json.dumps(said).encode()
        lines = [f"HTTP/1.1 {status} Own", "content-type: application/json", f"content-length: {len(body)}",
                 f"request-id: req_{uuid.uuid4().hex}", *[f"{n}: {v}" for n, v in fields]]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    async def relay(self, answer, key, writer, meter, warns):
        own = ("anthropic-ratelimit-",) if key.budget else ()
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [f"{n}: {v}" for n, v in answer.fields
                  if n.lower() not in HOP | {"set-cookie"} and not n.lower().startswith(own or ("\0",))]
        if warns:
            lines += [f"{n}: {v}" for n, v in standing(key)]
        writer.write("\r\n".join(lines + ["transfer-encoding: chunked"]).encode("latin-1") + b"\r\n\r\n")
        began, size = time.monotonic(), 0
        held, answer.held = answer.held, b""
        while True:
            if held:
                meter.take(held)
                writer.write(f"{len(held):x}\r\n".encode() + held + b"\r\n")
                await writer.drain()
                size += len(held)
            held = await anext(answer.body, None)
            if held is None:
                break
        meter.end()
        if answer.is_stream and answer.status == 200:
            answer.provider.paces.append(size / max(1e-4, time.monotonic() - began))

    async def message(self, method, target, fields, body, key, writer):
        said = json.loads(body)
        name, model, suffix = read_model(said["model"])
        counts = target.startswith("/v1/messages/count_tokens")
        forbidden = 403 if "permission" in self.free else None
        if not key.may_list(name):
            raise Refused(forbidden or 404, f"model: {name} is not among those of this key")
        if key.budget and not counts:
            if model.served not in PRICES:
                raise Refused(forbidden or 400, f"{name} has no price, and this key has a budget")
            if key.spent >= key.budget:
                over_budget(key, "payment" in self.free)
        session = (key.name, field(fields, "x-claude-code-session-id"), name)
        names = self.choose(model, suffix, key, self.wish_of(said, fields), session)
        if not names:
            raise Refused(404, f"no provider may serve {name} here")
        key.take_place()
        meter = None
        try:
            answer = await self.cascade(names, method, target, fields,
                                        lambda n: with_model(body, model.named.get(n, model.served)))
            meter = Meter(answer.is_stream)
            if answer.status == 200:
                self.sessions[session] = answer.provider.name
            try:
                warns = key.budget and answer.status == 200 and "payment" not in self.free
                await self.relay(answer, key, writer, meter, warns)
            except Failed:
                answer.provider.fails()
                raise
            finally:
                answer.close()
        finally:
            key.under_way -= 1
            if meter and not counts and answer.status == 200:
                meter.end()
                key.spent += meter.cost(model.served)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    # -- what the gateway knows by itself --

    def listed(self, key, query):
        entries = [{"type": "model", "id": name, "display_name": name.replace("-", " ").title(),
                    "created_at": "2026-01-01T00:00:00Z"} for name in sorted(MODELS) if key.may_list(name)]
        limit = int(query.get("limit", ["20"])[0])
        ids = [e["id"] for e in entries]
        after = query.get("after_id", [None])[0]
        rest = entries[ids.index(after) + 1:] if after in ids else entries
        page = rest[:limit]
        return {"data": page, "has_more": len(rest) > limit, "first_id": page[0]["id"] if page else None,
                "last_id": page[-1]["id"] if page else None}

    def own(self, path, query, key):
        if path == "/v1/models":
            return self.listed(key, query)
        if path == "/api/v1/auth/key":
            return {"data": {"label": key.name, "usage": round(key.spent, 9), "limit": key.budget}}
        if path == "/api/v1/credits":
            return {"data": {"total_credits": key.budget or 0, "total_usage": round(key.spent, 9)}}
        if path == "/api/oauth/usage" and key.budget:
            percent = int(100 * key.spent / key.budget)
            return {"limits": [{"type": "spend", "percent": percent, "resets_at": next_begin("day").isoformat()}],
                    "extra_usage": {"is_enabled": True, "monthly_limit": int(key.budget * 100),
                                    "used_credits": int(key.spent * 100), "utilization": percent}}
        raise Refused(404, "there is nothing at " + path)

    def key_of(self, fields):
        for value in ((field(fields, "authorization") or "").removeprefix("Bearer "), field(fields, "x-api-key")):
            if value in self.keys and self.keys[value].name != "expired":
                return self.keys[value]
        raise Refused(401, "this gateway does not know the key, or it has expired")

    async def answer(self, method, target, fields, body, writer):
        url = urllib.parse.urlsplit(target)
        try:
            if method == "HEAD":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                return
            key = self.key_of(fields)
            if method == "POST" and url.path in ("/v1/messages", "/v1/messages/count_tokens"):
                await self.message(method, target, fields, body, key, writer)
            else:
                await self.send_own(writer, 200, self.own(url.path, urllib.parse.parse_qs(url.query), key))
        except Refused as no:
            await self.send_own(writer, no.status, {"type": "error", "error": {"type": no.kind, "message": no.message}},
                                no.fields)

    async def visit(self, reader, writer):
        try:
            while True:
                (method, target, _), fields = await read_head(reader)
                body = b"".join([data async for data in pieces(reader, fields + [("content-length", "0")])])
                work = asyncio.create_task(self.answer(method, target, fields, body, writer))
                left = asyncio.create_task(reader.read(1)) # nobody sends the next request before the answer
                await asyncio.wait({work, left}, return_when=asyncio.FIRST_COMPLETED)
                if not work.done():
                    work.cancel()
                left.cancel()
                await work
        except (Failed, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass # the client has gone, or must see that the answer broke off
        finally:
            writer.close()


async def run(options):
    gateway = Gateway(options)
    server = await asyncio.start_server(gateway.visit, "127.0.0.1", 0, limit=1 << 20)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", action="append", required=True, metavar="LETTER=URL")
    parser.add_argument("--upstream-key", required=True)
    parser.add_argument("--key", action="append", required=True, metavar="NAME=KEY")
    parser.add_argument("--freedom", action="append", default=[], choices=sorted(FREEDOMS))
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
