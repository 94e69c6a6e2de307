#!/usr/bin/env python3
"""The clients for Bedrock and Vertex AI of Anthropic's SDK against a provider: cloud.py URL."""
import sys

import anthropic

url = sys.argv[1]
bedrock = anthropic.AnthropicBedrock(
    base_url=url, aws_region="us-east-1", aws_access_key="AKIDEXAMPLE", aws_secret_key="made-up", max_retries=0
)
vertex = anthropic.AnthropicVertex(
    base_url=url + "/v1", region="us-east5", project_id="project-1", access_token="AKIDEXAMPLE", max_retries=0
)
BEDROCK = (bedrock, "us.anthropic.claude-opus-5-5", "msg_bdrk_")
VERTEX = (vertex, "claude-opus-5-5", "msg_vrtx_")
DATED = (vertex, "claude-haiku-4-5@20251001", "msg_vrtx_")


def said(prompt):
    return dict(max_tokens=400, messages=[{"role": "user", "content": prompt}])


def message(client, model, front):
    m = client.messages.create(model=model, **said("hello there"))
    assert m.content[0].text == "You said: hello there" and m.id.startswith(front), m


def stream(client, model, front):
    with client.messages.stream(model=model, **said("hello there")) as s:
        m = s.get_final_message()
    assert m.content[0].text == "You said: hello there" and m.id.startswith(front), m
    assert m.usage.output_tokens > 1, m


def refused(kind, status, words, what):
    try:
        what()
    except anthropic.APIStatusError as e:
        assert isinstance(e, kind) and e.status_code == status and words in str(e), e
        return
    raise AssertionError(f"no {kind.__name__}")


def errors(client, model, front):
    google = client is vertex
    for prompt, kind, status, words in (
        ("answer 429", anthropic.RateLimitError, 429, "Too many requests"),
        ("answer 403", anthropic.PermissionDeniedError, 403, "You may not"),
        ("answer 500", anthropic.InternalServerError, 500, "It broke"),
        ("answer 529", anthropic.InternalServerError, 529 if google else 503, "Later"),
        ("answer long", anthropic.BadRequestError, 400, "too long"),
    ):
        refused(kind, status, words, lambda: client.messages.create(model=model, **said(prompt)))
        refused(
            kind, status, words,
            lambda: list(client.messages.create(model=model, stream=True, **said(prompt))),
        )


def no_model(client, model, front):
    status = 404 if client is vertex else 400
    kind = anthropic.NotFoundError if client is vertex else anthropic.BadRequestError
    refused(kind, status, "model", lambda: client.messages.create(model="no-such-model", **said("x")))


def tokens(client, model, front):
    counted = client.messages.count_tokens(model=model, messages=said("hello there")["messages"])
    assert counted.input_tokens > 1, counted


THINGS = [
    (message, BEDROCK), (stream, BEDROCK), (errors, BEDROCK), (no_model, BEDROCK),
    (message, VERTEX), (message, DATED), (stream, VERTEX), (errors, VERTEX), (no_model, VERTEX),
    (tokens, VERTEX),
]
for thing, whom in THINGS:
    name = f"{thing.__name__}:{whom[1]}"
    try:
        thing(*whom)
        print("ok", name)
    except Exception as e:
        words = f"{type(e).__name__}: {e}".replace("\n", " ")
        print("failed", name, words[:600])
