#!/usr/bin/env python3
"""The SDK of chat completions against a provider: chat.py URL. A line for each thing tried."""
import json
import sys
from typing import Literal

import openai
import pydantic

KEY = "sk-chat-secret"
MODEL = "gpt-mock"
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key=KEY, max_retries=0)
chat = client.chat.completions
RATES = {
    "type": "function",
    "function": {
        "name": "rates",
        "description": "Tells the rate of a currency.",
        "parameters": {
            "type": "object",
            "properties": {
                "currency": {"type": "string", "enum": ["EUR", "USD"]},
                "days": {"type": "integer", "minimum": 2},
            },
            "required": ["currency", "days"],
        },
    },
}


class Line(pydantic.BaseModel):
    name: str
    count: int


class Order(pydantic.BaseModel):
    kind: Literal["book", "pen"]
    lines: list[Line]
    note: str | None


class Add(pydantic.BaseModel):
    left: int
    right: int


def user(prompt):
    return [{"role": "user", "content": prompt}]


def said(prompt, **more):
    return chat.create(model=MODEL, messages=user(prompt), **more)


def calls_of(completion):
    """(id, name, input) of each call of the first choice"""
    calls = completion.choices[0].message.tool_calls or []
    return [
        (c.id, c.function.name, json.loads(c.function.arguments)) for c in calls
    ]


def message():
    m = said("hello")
    assert m.choices[0].message.content == "You said: hello", m
    assert m.choices[0].message.role == "assistant", m
    assert m.choices[0].finish_reason == "stop", m
    assert m.object == "chat.completion" and m.model == MODEL, m


def usage():
    m = said("hello")
    longer = said("hello " * 100)
    assert m.usage.prompt_tokens > 0 and m.usage.completion_tokens > 0, m.usage
    assert m.usage.total_tokens == m.usage.prompt_tokens + m.usage.completion_tokens
    assert longer.usage.prompt_tokens > m.usage.prompt_tokens + 100, longer.usage
    assert m.usage.prompt_tokens_details.cached_tokens == 0, m.usage


def max_tokens():
    m = said("hello there", max_completion_tokens=3)
    assert m.choices[0].finish_reason == "length", m
    assert m.usage.completion_tokens == 3, m.usage


def stop():
    m = said("one END two", stop=["END"])
    assert m.choices[0].message.content == "You said: one ", m
    assert m.choices[0].finish_reason == "stop", m


def stream():
    chunks = list(said("hello", stream=True))
    assert all(c.object == "chat.completion.chunk" for c in chunks), chunks
    assert len({c.id for c in chunks}) == 1, chunks
    assert all(len(c.choices) == 1 and c.usage is None for c in chunks), chunks
    text = [c.choices[0].delta.content or "" for c in chunks]
    assert "".join(text) == "You said: hello" and len(text) > 3, text
    assert chunks[-1].choices[0].finish_reason == "stop", chunks[-1]


def stream_usage():
    chunks = list(said("hello", stream=True, stream_options={"include_usage": True}))
    assert all(c.usage is None for c in chunks[:-1]), chunks
    assert chunks[-1].choices == [], chunks[-1]
    assert chunks[-1].usage == said("hello").usage, chunks[-1]


def stream_helper():
    seen = []
    with chat.stream(model=MODEL, messages=user("hello")) as events:
        for event in events:
            seen.append(event.type)
        m = events.get_final_completion()
    assert m.choices[0].message.content == "You said: hello", m
    assert "content.delta" in seen and "content.done" in seen, seen


def tool():
    m = said('do [tool:rates {"currency": "USD", "days": 3}]', tools=[RATES])
    assert m.choices[0].finish_reason == "tool_calls", m
    assert m.choices[0].message.content is None, m
    assert [c[1:] for c in calls_of(m)] == [("rates", {"currency": "USD", "days": 3})], m


def chosen_tool():
    named = {"type": "function", "function": {"name": "rates"}}
    for choice in ("required", named):
        m = said("hi", tools=[RATES], tool_choice=choice)
        assert calls_of(m)[0][2] == {"currency": "EUR", "days": 2}, m
    m = said('do [tool:rates {"days": 2}]', tools=[RATES], tool_choice="none")
    assert not calls_of(m) and m.choices[0].finish_reason == "stop", m


def streamed_tool():
    prompt = user('do [tool:rates {"currency": "USD", "days": 3}]')
    with chat.stream(model=MODEL, messages=prompt, tools=[RATES]) as events:
        pieces = [e for e in events if e.type == "tool_calls.function.arguments.delta"]
        m = events.get_final_completion()
    assert len(pieces) > 3, pieces
    assert m.choices[0].finish_reason == "tool_calls", m
    assert calls_of(m)[0][1:] == ("rates", {"currency": "USD", "days": 3}), m


BOTH = 'do [tools: rates {"days": 2}; rates {"days": 3}]'


def parallel_calls():
    m = said(BOTH, tools=[RATES])
    assert [c[2] for c in calls_of(m)] == [{"days": 2}, {"days": 3}], m
    assert len({c[0] for c in calls_of(m)}) == 2, m
    one = said(BOTH, tools=[RATES], parallel_tool_calls=False)
    assert [c[2] for c in calls_of(one)] == [{"days": 2}], one


def streamed_parallel_calls():
    with chat.stream(model=MODEL, messages=user(BOTH), tools=[RATES]) as events:
        m = events.get_final_completion()
    assert [c[2] for c in calls_of(m)] == [{"days": 2}, {"days": 3}], m
    assert len({c[0] for c in calls_of(m)}) == 2, m


def results():
    """Two calls, one after the other: each result brings the next turn."""
    turns = user('do [tool:rates {"days": 2}] and [tool:rates {"days": 3}]')
    asked = []
    for _ in range(3):
        m = chat.create(model=MODEL, messages=turns, tools=[RATES])
        turns = turns + [m.choices[0].message]
        for id, _name, value in calls_of(m):
            asked.append(value["days"])
            turns.append({"role": "tool", "tool_call_id": id, "content": "1.1"})
    assert asked == [2, 3], asked
    assert m.choices[0].message.content.startswith("You said: do"), m


def parse():
    m = chat.parse(model=MODEL, messages=user("an order"), response_format=Order)
    order = m.choices[0].message.parsed
    assert isinstance(order, Order) and order.kind == "book" and order.lines, m


def streamed_parse():
    with chat.stream(
        model=MODEL, messages=user("an order"), response_format=Order
    ) as events:
        m = events.get_final_completion()
    assert isinstance(m.choices[0].message.parsed, Order), m


def parsed_tool():
    m = chat.parse(
        model=MODEL,
        messages=user('do [tool:Add {"left": 1, "right": 2}]'),
        tools=[openai.pydantic_function_tool(Add)],
    )
    call = m.choices[0].message.tool_calls[0]
    assert call.function.parsed_arguments == Add(left=1, right=2), m


def models():
    ids = [m.id for m in client.models.list()]
    assert MODEL in ids, ids


def refused(kind, run, *codes):
    """run() is refused with an exception of just this class, and one of these codes."""
    try:
        run()
    except openai.APIStatusError as e:
        assert type(e) is kind and e.code in codes, (type(e), e.code, e.body)
        assert e.request_id and e.message, (e.request_id, e.message)
        return e
    raise AssertionError("it was answered")


def scripted(status, **more):
    return lambda: said("hello", extra_headers={"x-answer": str(status)}, **more)


def bad_requests():
    e = refused(
        openai.BadRequestError,
        lambda: chat.create(model=MODEL, messages=[]),
        None,
        "empty_array",
    )
    assert e.type == "invalid_request_error", e.body
    refused(
        openai.NotFoundError,
        lambda: chat.create(model="no-such-model", messages=user("x")),
        "model_not_found",
    )


def bad_key():
    other = client.with_options(api_key="wrong").chat.completions
    refused(
        openai.AuthenticationError,
        lambda: other.create(model=MODEL, messages=user("x")),
        "invalid_api_key",
    )


def limits():
    e = refused(openai.RateLimitError, scripted(429), "rate_limit_exceeded")
    assert e.response.headers["retry-after-ms"] == "1", e.response.headers
    refused(openai.RateLimitError, scripted(429, stream=True), "rate_limit_exceeded")


def broken_provider():
    refused(openai.InternalServerError, scripted(500), "server_error")
    refused(openai.InternalServerError, scripted(500, stream=True), "server_error")


def tried_again():
    again = client.with_options(max_retries=1).chat.completions
    m = again.create(model=MODEL, messages=user("hello"), extra_headers={"x-answer": "busy"})
    assert m.choices[0].message.content == "You said: hello", m


def error_in_a_stream():
    try:
        list(scripted("broken", stream=True)())
    except openai.APIError as e:
        assert "could not be finished" in e.message, e
    else:
        raise AssertionError("the stream was taken for whole")


THINGS = [
    message, usage, max_tokens, stop, stream, stream_usage, stream_helper,
    tool, chosen_tool, streamed_tool, parallel_calls, streamed_parallel_calls, results,
    parse, streamed_parse, parsed_tool, models,
    bad_requests, bad_key, limits, broken_provider, tried_again, error_in_a_stream,
]
for thing in THINGS:
    try:
        thing()
        print("ok", thing.__name__)
    except Exception as e:
        words = f"{type(e).__name__}: {e}".replace("\n", " ")
        print("failed", thing.__name__, words[:600])
