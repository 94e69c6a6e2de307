#!/usr/bin/env python3
"""The SDK of Responses against a provider: responses.py URL. A line for each thing tried."""
import json
import sys
from typing import Literal

import openai
import pydantic
from openai.types.responses import Response, ResponseStreamEvent

KEY = "sk-responses-secret"
MODEL = "gpt-mock"
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key=KEY, max_retries=0)
responses = client.responses
EVENTS = pydantic.TypeAdapter(ResponseStreamEvent)
RATES = {
    "type": "function",
    "name": "rates",
    "description": "Tells the rate of a currency.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {
            "currency": {"type": "string", "enum": ["EUR", "USD"]},
            "days": {"type": "integer", "minimum": 2},
        },
        "required": ["currency", "days"],
    },
}


class Order(pydantic.BaseModel):
    kind: Literal["book", "pen"]
    count: int
    note: str | None


def checked(r):
    """The SDK believes what it gets; its types do not."""
    Response.model_validate(r.model_dump(by_alias=True), strict=False)
    return r


def said(prompt, **more):
    return checked(responses.create(model=MODEL, input=prompt, **more))


def scripted(answer, **more):
    return said("hello", extra_headers={"x-answer": answer}, **more)


def streamed(prompt="hello", answer=None, **more):
    """All events, each of which is one that the SDK's types know."""
    headers = {"x-answer": answer} if answer else None
    events = list(
        responses.create(model=MODEL, input=prompt, stream=True, extra_headers=headers, **more)
    )
    for e in events:
        EVENTS.validate_python(e.model_dump(by_alias=True))
    assert [e.sequence_number for e in events] == list(range(len(events))), events
    return events


def of_type(events, kind):
    return [e for e in events if e.type == "response." + kind]


def calls_of(r):
    return [(c.name, json.loads(c.arguments)) for c in r.output if c.type == "function_call"]


def text():
    r = said("hello")
    assert r.output_text == "You said: hello", r
    assert r.status == "completed" and r.error is None and r.incomplete_details is None, r
    assert r.object == "response" and r.model == MODEL and r.id.startswith("resp_"), r
    assert r.output[0].content[0].annotations == [], r


def usage():
    r = said("hello")
    longer = said("hello " * 100)
    assert r.usage.total_tokens == r.usage.input_tokens + r.usage.output_tokens, r.usage
    assert longer.usage.input_tokens > r.usage.input_tokens + 100, longer.usage
    u = scripted("all").usage
    assert u.input_tokens == 16 and u.output_tokens == 30, u
    assert u.input_tokens_details.cached_tokens == 4, u
    assert u.output_tokens_details.reasoning_tokens == 9, u


def told_of_the_request():
    r = said("hi", instructions="Be brief.", tools=[RATES], temperature=0.5, store=False,
             max_output_tokens=40)
    assert r.instructions == "Be brief." and r.temperature == 0.5, r
    assert r.tools[0].name == "rates" and r.max_output_tokens == 40, r


def limit():
    r = said("hello there, this is a longer prompt, and goes on, and on, and on, and on, "
             "and on, and on, and on", max_output_tokens=16)
    assert r.status == "incomplete", r
    assert r.incomplete_details.reason == "max_output_tokens", r
    assert r.usage.output_tokens == 16, r.usage


def stream():
    events = streamed()
    names = [e.type for e in events]
    assert names[:3] == ["response.created", "response.in_progress",
                         "response.output_item.added"], names
    assert names[-1] == "response.completed", names
    pieces = [e.delta for e in of_type(events, "output_text.delta")]
    assert "".join(pieces) == "You said: hello" and len(pieces) > 3, pieces
    assert of_type(events, "output_text.done")[0].text == "You said: hello", events
    assert events[-1].response.output_text == "You said: hello", events[-1]
    assert events[-1].response.usage.output_tokens > 0, events[-1]


def stream_helper():
    with responses.stream(model=MODEL, input="hello") as events:
        seen = [e.type for e in events]
        r = events.get_final_response()
    assert r.output_text == "You said: hello", r
    assert "response.output_text.delta" in seen, seen


def tool():
    r = said('do [tool:rates {"currency": "USD", "days": 3}]', tools=[RATES])
    assert calls_of(r) == [("rates", {"currency": "USD", "days": 3})], r
    assert r.status == "completed", r


def chosen_tool():
    for choice in ("required", {"type": "function", "name": "rates"}):
        r = said("hi", tools=[RATES], tool_choice=choice)
        assert calls_of(r) == [("rates", {"currency": "EUR", "days": 2})], r
    assert not calls_of(said('do [tool:rates {"days": 2}]', tools=[RATES], tool_choice="none"))


def parallel_calls():
    both = 'do [tools: rates {"days": 2}; rates {"days": 3}]'
    assert [c[1]["days"] for c in calls_of(said(both, tools=[RATES]))] == [2, 3]
    one = said(both, tools=[RATES], parallel_tool_calls=False)
    assert [c[1]["days"] for c in calls_of(one)] == [2], one


def results():
    """Two calls, one after the other; all items go back as they came."""
    items = [{"role": "user", "content": 'do [tool:rates {"days": 2}] and [tool:rates {"days": 3}]'}]
    asked = []
    for _ in range(3):
        r = checked(responses.create(model=MODEL, input=items, tools=[RATES], store=False,
                                     reasoning={"effort": "low", "summary": "auto"},
                                     include=["reasoning.encrypted_content"]))
        items += r.output
        for c in r.output:
            if c.type == "function_call":
                asked.append(json.loads(c.arguments)["days"])
                items.append({"type": "function_call_output", "call_id": c.call_id, "output": "1.1"})
    assert asked == [2, 3], asked
    assert r.output_text.startswith("You said: do"), r


def each_kind_of_item():
    r = scripted("all")
    kinds = [i.type for i in r.output]
    assert kinds == ["reasoning", "message", "function_call", "function_call"], kinds
    assert [s.text for s in r.output[0].summary] == ["First.", "Second."], r
    assert r.output[0].encrypted_content == "U2lnbmVk", r
    assert [p.type for p in r.output[1].content] == ["output_text", "refusal"], r
    assert calls_of(r) == [("a", {"n": 1}), ("b", {"n": 2})], r
    assert r.output[2].call_id == "call_a" and r.output[3].call_id != "call_a", r


def streamed_items():
    events = streamed(answer="all")
    added = [e.item.type for e in of_type(events, "output_item.added")]
    assert added == ["reasoning", "message", "function_call", "function_call"], added
    parts = of_type(events, "reasoning_summary_part.added")
    assert [e.summary_index for e in parts] == [0, 1], parts
    done = of_type(events, "reasoning_summary_text.done")
    assert [e.text for e in done] == ["First.", "Second."], done
    assert of_type(events, "refusal.done")[0].refusal == "Not there.", events
    args = [json.loads(e.arguments) for e in of_type(events, "function_call_arguments.done")]
    assert args == [{"n": 1}, {"n": 2}], args
    whole = scripted("all")
    r = events[-1].response
    assert r.output_text == whole.output_text and calls_of(r) == calls_of(whole), r


def each_form_of_calls():
    for answer, deltas in (("interleaved", True), ("added", False), ("done", False), ("item", False)):
        events = streamed(answer=answer)
        got = {}
        for e in of_type(events, "function_call_arguments.delta"):
            got[e.output_index] = got.get(e.output_index, "") + e.delta
        assert bool(got) == deltas, (answer, got)
        assert all(json.loads(text) for text in got.values()), (answer, got)
        assert calls_of(events[-1].response)[0] == ("a", {"n": 1}), (answer, events[-1])
    order = [e.output_index for e in of_type(streamed(answer="interleaved"), "function_call_arguments.delta")]
    assert order[:4] == [0, 1, 0, 1], order


def reasoning():
    r = said("hello", reasoning={"effort": "low"})
    assert r.output[0].type == "reasoning" and r.output[0].summary == [], r
    assert r.output[0].encrypted_content, r
    r = said("hello", reasoning={"effort": "low", "summary": "auto"})
    assert r.output[0].summary[0].text and r.usage.output_tokens_details.reasoning_tokens, r
    r = said("hello", reasoning={"effort": "none"})
    assert r.output[0].type == "message", r


def reasoning_text():
    r = scripted("raw")
    assert r.output[0].content[0].text == "Aloud." and r.output[0].summary == [], r
    assert r.output[0].encrypted_content is None, r
    r = scripted("raw", include=["reasoning.encrypted_content"])
    assert r.output[0].encrypted_content, r
    events = streamed(answer="raw")
    assert of_type(events, "reasoning_text.done")[0].text == "Aloud.", events


def parse():
    r = responses.parse(model=MODEL, input="an order", text_format=Order)
    assert isinstance(r.output_parsed, Order) and r.output_parsed.kind == "book", r


def ends():
    rows = [("incomplete", "incomplete", "max_output_tokens"),
            ("filtered", "incomplete", "content_filter"),
            ("cancelled", "cancelled", None)]
    for answer, status, reason in rows:
        r = scripted(answer)
        assert r.status == status, r
        assert (r.incomplete_details and r.incomplete_details.reason) == reason, r
    last = streamed(answer="incomplete")[-1]
    assert last.type == "response.incomplete" and last.response.output_text == "Half", last


def failed():
    r = scripted("failed")
    assert r.status == "failed" and r.error.code == "server_error", r
    assert r.error.message == "It broke", r
    last = streamed(answer="failed")[-1]
    assert last.type == "response.failed", last
    assert last.response.error.message == "It broke", last


def error_in_a_stream():
    last = streamed(answer="event")[-1]
    assert last.type == "error" and last.message == "It broke", last
    try:
        streamed(answer="nested")
    except openai.APIError as e:
        assert "It broke" in e.message, e
    else:
        raise AssertionError("the stream was taken for whole")


def no_end():
    events = streamed(answer="unended")
    assert events[-1].type == "response.output_item.done", events[-1]
    assert not of_type(events, "completed"), events


def counted():
    n = responses.input_tokens.count(model=MODEL, input="hello")
    assert n.input_tokens == said("hello").usage.input_tokens, n
    assert n.object == "response.input_tokens", n


def refused(kind, run, code, words=""):
    """run() is refused with an exception of just this class."""
    try:
        run()
    except openai.APIStatusError as e:
        assert type(e) is kind and e.code == code, (type(e), e.code, e.body)
        assert e.request_id and words in e.message, (e.request_id, e.message)
        return e
    raise AssertionError("it was answered")


def nothing_is_stored():
    refused(openai.BadRequestError, lambda: said("x", previous_response_id="resp_1"),
            "previous_response_not_found", "resp_1")
    refused(openai.NotFoundError, lambda: responses.retrieve("resp_1"), None, "resp_1")
    refused(openai.NotFoundError, lambda: responses.cancel("resp_1"), None, "resp_1")


def bad_requests():
    refused(openai.NotFoundError, lambda: responses.create(model="no-such-model", input="x"),
            "model_not_found")
    refused(openai.BadRequestError, lambda: said("x", max_output_tokens=0),
            "integer_below_min_value")
    other = client.with_options(api_key="wrong").responses
    refused(openai.AuthenticationError, lambda: other.create(model=MODEL, input="x"),
            "invalid_api_key")


def broken_provider():
    for more in ({}, {"stream": True}):
        run = lambda answer: responses.create(
            model=MODEL, input="x", extra_headers={"x-answer": answer}, **more)
        refused(openai.RateLimitError, lambda: run("429"), "rate_limit_exceeded")
        refused(openai.InternalServerError, lambda: run("500"), None)
        e = refused(openai.BadRequestError, lambda: run("overflow"), "context_length_exceeded")
        assert e.param == "input", e.body


THINGS = [
    text, usage, told_of_the_request, limit, stream, stream_helper,
    tool, chosen_tool, parallel_calls, results, each_kind_of_item, streamed_items,
    each_form_of_calls, reasoning, reasoning_text, parse,
    ends, failed, error_in_a_stream, no_end, counted,
    nothing_is_stored, bad_requests, broken_provider,
]
for thing in THINGS:
    try:
        thing()
        print("ok", thing.__name__)
    except Exception as e:
        words = f"{type(e).__name__}: {e}".replace("\n", " ")
        print("failed", thing.__name__, words[:600])
