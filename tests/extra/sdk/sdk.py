#!/usr/bin/env python3
"""The Python SDK against a provider: sdk.py URL. A line for each thing tried."""
import sys

import anthropic
import pydantic

client = anthropic.Anthropic(base_url=sys.argv[1], api_key="any", max_retries=0)
MODEL = "claude-opus-5-5"
RATES = {
    "name": "rates",
    "description": "Tells the rate of a currency.",
    "input_schema": {
        "type": "object",
        "properties": {
            "currency": {"type": "string", "enum": ["EUR", "USD"]},
            "days": {"type": "integer", "minimum": 2},
        },
        "required": ["currency", "days"],
    },
}


class Line(pydantic.BaseModel):
    name: str
    count: int


class Order(pydantic.BaseModel):
    lines: list[Line]
    note: str | None
    paid: bool


def said(prompt, **more):
    more.setdefault("max_tokens", 400)
    return client.messages.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], **more
    )


def message():
    m = said("hello")
    assert m.content[0].text == "You said: hello", m
    assert m.stop_reason == "end_turn", m


def max_tokens():
    m = said("hello there", max_tokens=3)
    assert m.stop_reason == "max_tokens" and m.usage.output_tokens == 3, m


def stop_sequences():
    m = said("one END two", stop_sequences=["END"])
    assert m.stop_reason == "stop_sequence" and m.stop_sequence == "END", m
    assert m.content[0].text == "You said: one ", m


def stream():
    with client.messages.stream(
        model=MODEL,
        max_tokens=400,
        thinking={"type": "adaptive"},
        messages=[{"role": "user", "content": "hello"}],
    ) as events:
        text = "".join(events.text_stream)
        m = events.get_final_message()
    assert text == "You said: hello", text
    assert [b.type for b in m.content] == ["thinking", "text"], m
    assert m.usage.output_tokens_details.thinking_tokens > 0, m


def chosen_tool():
    m = said("hi", tools=[RATES], tool_choice={"type": "tool", "name": "rates"})
    use = m.content[0]
    assert use.type == "tool_use" and use.input == {"currency": "EUR", "days": 2}, m


def two_tools():
    m = said('do [tools: rates {"days": 1}; rates {"days": 2}]', tools=[RATES])
    assert [b.input["days"] for b in m.content] == [1, 2], m
    assert len({b.id for b in m.content}) == 2, m


def tool_runner():
    called = []

    @anthropic.beta_tool
    def add(left: int, right: int) -> str:
        """Adds two numbers."""
        called.append((left, right))
        return str(left + right)

    m = client.beta.messages.tool_runner(
        model=MODEL,
        max_tokens=400,
        tools=[add],
        messages=[
            {
                "role": "user",
                "content": 'do [tool:add {"left": 1, "right": 2}] '
                'and [tool:add {"left": 3, "right": 4}]',
            }
        ],
    ).until_done()
    assert called == [(1, 2), (3, 4)], called
    assert m.stop_reason == "end_turn", m


def parse():
    m = client.messages.parse(
        model=MODEL,
        max_tokens=400,
        output_format=Order,
        messages=[{"role": "user", "content": "an order"}],
    )
    assert isinstance(m.parsed_output, Order) and m.parsed_output.lines, m


def web_search():
    m = said(
        "look [search: red cars]",
        tools=[{"type": "web_search_20250305", "name": "web_search"}],
    )
    kinds = [b.type for b in m.content]
    assert kinds == ["server_tool_use", "web_search_tool_result", "text", "text"], m
    assert m.content[2].citations[0].url.startswith("https://example.com/"), m
    assert m.usage.server_tool_use.web_search_requests == 1, m
    again = client.messages.create(
        model=MODEL,
        max_tokens=400,
        tools=[{"type": "web_search_20250305", "name": "web_search"}],
        messages=[
            {"role": "user", "content": "look [search: red cars]"},
            {"role": "assistant", "content": m.content},
            {"role": "user", "content": "thanks"},
        ],
    )
    assert again.stop_reason == "end_turn", again


def count_tokens():
    n = client.messages.count_tokens(
        model=MODEL, messages=[{"role": "user", "content": "hello"}]
    )
    assert n.input_tokens > 0, n


def models():
    ids = [m.id for m in client.models.list(limit=2)]
    assert MODEL in ids and "claude-fable-5-2" in ids and len(ids) > 2, ids
    assert client.models.retrieve(MODEL).display_name == "Claude Opus 5.5"


def errors():
    try:
        client.messages.create(
            model="no-such-model", max_tokens=9, messages=[{"role": "user", "content": "x"}]
        )
    except anthropic.NotFoundError as e:
        assert e.request_id and "no-such-model" in str(e), e
    else:
        raise AssertionError("no-such-model was answered")
    try:
        client.messages.create(model=MODEL, max_tokens=9, messages=[])
    except anthropic.BadRequestError as e:
        assert "at least one message" in str(e), e
    else:
        raise AssertionError("no message was answered")


def thread():
    """The provider holds the conversation; another key's client sends all of it."""
    held = client.beta.messages.thread(model=MODEL, max_tokens=400, tools=[RATES])
    first = held.send({"role": "user", "content": "do [tool:rates {}] now"})
    result = {
        "type": "tool_result",
        "tool_use_id": first.content[0].id,
        "content": "1.1",
    }
    assert held.previous_message_id == first.id, held.previous_message_id
    second = held.send({"role": "user", "content": [result]})
    assert second.content[0].text.startswith("You said: do "), second
    # A turn of a thread that is not held any more is refused ...
    try:
        client.beta.messages.create(
            model=MODEL,
            max_tokens=400,
            betas=["message-threads-2026-08-12"],
            thread={"type": "continue", "previous_message_id": first.id},
            messages=[{"role": "user", "content": [result]}],
        )
    except anthropic.BadRequestError as e:
        assert e.body["error"]["details"]["error_code"] == "thread_already_continued", e
    else:
        raise AssertionError("an answer was gone on with twice")
    # ... and with another key the helper begins anew, with all of it.
    with held.stream(
        {"role": "user", "content": "bye"}, extra_headers={"x-api-key": "other"}
    ) as events:
        assert "".join(events.text_stream) == "You said: bye"
    assert len(held.messages) == 6, held.messages


def not_served():
    try:
        client.messages.batches.list()
    except anthropic.NotFoundError as e:
        assert "ccmock does not serve /v1/messages/batches" in str(e), e
    else:
        raise AssertionError("batches were answered")


for thing in (
    message, max_tokens, stop_sequences, stream, chosen_tool, two_tools, tool_runner,
    parse, web_search, count_tokens, models, errors, thread, not_served,
):
    try:
        thing()
        print("ok", thing.__name__)
    except Exception as e:  # the next thing is tried, too
        print("failed", thing.__name__, repr(e)[:600].replace("\n", " "))
