#!/usr/bin/env python3
"""boto3 against a provider: bedrock.py URL. A line for each thing tried."""
import json
import sys

import boto3
import botocore
from botocore.config import Config

KEY = "AKIDEXAMPLE"
MODEL = "us.anthropic.claude-opus-5-5"
OWN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef"
HOW = dict(
    region_name="us-east-1",
    endpoint_url=sys.argv[1],
    aws_secret_access_key="made-up",
    config=Config(retries={"max_attempts": 0}),
)
runtime = boto3.client("bedrock-runtime", aws_access_key_id=KEY, **HOW)
control = boto3.client("bedrock", aws_access_key_id=KEY, **HOW)
RATES = {
    "name": "rates",
    "input_schema": {"type": "object", "properties": {"currency": {"type": "string"}}},
}


def body(prompt, **more):
    messages = [{"role": "user", "content": prompt}]
    asked = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 400, "messages": messages}
    return json.dumps(asked | more)


def invoke(prompt, model=MODEL, client=runtime, **more):
    r = client.invoke_model(modelId=model, body=body(prompt, **more))
    assert r["contentType"] == "application/json", r
    return json.loads(r["body"].read())


def events(prompt, model=MODEL, **more):
    r = runtime.invoke_model_with_response_stream(modelId=model, body=body(prompt, **more))
    assert r["contentType"] == "application/json", r
    for event in r["body"]:
        yield json.loads(event["chunk"]["bytes"])


def refused(name, status, words, what):
    try:
        what()
    except botocore.exceptions.ClientError as e:
        told = e.response
        assert told["Error"]["Code"] == name, told
        assert words in told["Error"]["Message"], told
        assert told["ResponseMetadata"]["HTTPStatusCode"] == status, told
        return e
    raise AssertionError(f"no {name}")


# ---- answers ----


def message():
    m = invoke("hello there")
    assert m["content"] == [{"type": "text", "text": "You said: hello there"}], m
    assert m["id"].startswith("msg_bdrk_") and m["model"] == "claude-opus-5-5", m


def own_profile():
    assert invoke("hello", model=OWN)["stop_reason"] == "end_turn"


def counts_in_the_head():
    r = runtime.invoke_model(modelId=MODEL, body=body("hello there"))
    usage = json.loads(r["body"].read())["usage"]
    head = r["ResponseMetadata"]["HTTPHeaders"]
    assert int(head["x-amzn-bedrock-input-token-count"]) == usage["input_tokens"], head
    assert int(head["x-amzn-bedrock-output-token-count"]) == usage["output_tokens"], head


def tool():
    m = invoke('[tool:rates {"currency": "EUR"}]', tools=[RATES])
    assert m["stop_reason"] == "tool_use" and m["content"][0]["input"] == {"currency": "EUR"}, m


def stream():
    got = list(events("hello there"))
    text = "".join(e["delta"]["text"] for e in got if e["type"] == "content_block_delta")
    assert text == "You said: hello there", got
    assert got[0]["type"] == "message_start" and got[-1]["type"] == "message_stop", got
    metrics = got[-1]["amazon-bedrock-invocationMetrics"]
    assert metrics["outputTokenCount"] == got[-2]["usage"]["output_tokens"], got
    assert metrics["inputTokenCount"] == got[0]["message"]["usage"]["input_tokens"], got


def streamed_tool():
    got = list(events('[tool:rates {"currency": "EUR"}]', model=OWN, tools=[RATES]))
    deltas = [e["delta"] for e in got if e["type"] == "content_block_delta"]
    given = "".join(d["partial_json"] for d in deltas)
    assert json.loads(given) == {"currency": "EUR"}, got


def thinking():
    more = {"thinking": {"type": "adaptive"}, "anthropic_beta": ["interleaved-thinking-2025-05-14"]}
    kinds = [e["content_block"]["type"] for e in events("hello", **more) if "content_block" in e]
    assert kinds == ["thinking", "text"], kinds


def tokens():
    counted = runtime.count_tokens(
        modelId="anthropic.claude-opus-5-5", input={"invokeModel": {"body": body("hello there")}}
    )
    assert counted["inputTokens"] == invoke("hello there")["usage"]["input_tokens"], counted


def profiles():
    got = control.list_inference_profiles(typeEquals="SYSTEM_DEFINED")
    ids = [p["inferenceProfileId"] for p in got["inferenceProfileSummaries"]]
    assert MODEL in ids and "us.anthropic.claude-haiku-4-5-20251001-v1:0" in ids, ids
    pages = control.get_paginator("list_inference_profiles").paginate(
        PaginationConfig={"PageSize": 2}
    )
    assert [p["inferenceProfileId"] for x in pages for p in x["inferenceProfileSummaries"]] == ids


def one_profile():
    for asked, kind in ((MODEL, "SYSTEM_DEFINED"), (OWN, "APPLICATION")):
        got = control.get_inference_profile(inferenceProfileIdentifier=asked)
        assert got["type"] == kind and got["status"] == "ACTIVE", got
        assert got["models"][0]["modelArn"].endswith("/anthropic.claude-opus-5-5"), got


# ---- errors ----


def errors():
    for words, name, status, message in (
        ("answer 429", "ThrottlingException", 429, "Too many requests"),
        ("answer 403", "AccessDeniedException", 403, "You may not"),
        ("answer 404", "ResourceNotFoundException", 404, "It is not there"),
        ("answer long", "ValidationException", 400, "Input is too long for requested model."),
        ("answer 500", "InternalServerException", 500, "It broke"),
        ("answer 529", "ServiceUnavailableException", 503, "Later"),
        ("answer 504", "ModelTimeoutException", 408, "Too late"),
        ("answer 424", "ModelErrorException", 424, "The model failed"),
    ):
        e = refused(name, status, message, lambda: invoke(words))
        assert type(e).__name__ == name, e
    refused(
        "ModelStreamErrorException", 424, "The model failed", lambda: list(events("answer 424"))
    )


def bad_requests():
    invalid = "The provided model identifier is invalid."
    refused("ValidationException", 400, invalid, lambda: invoke("x", model="no-such-model"))
    refused(
        "ValidationException", 400, "max_tokens: Field required",
        lambda: runtime.invoke_model(
            modelId=MODEL, body='{"anthropic_version":"bedrock-2023-05-31","messages":[{"role":"user","content":"x"}]}'
        ),
    )
    refused(
        "ResourceNotFoundException",
        404,
        "not found",
        lambda: control.get_inference_profile(
            inferenceProfileIdentifier="us.anthropic.no-such-model"
        ),
    )


def other_key():
    other = boto3.client("bedrock-runtime", aws_access_key_id="AKIDOTHER", **HOW)
    refused("UnrecognizedClientException", 403, "security token", lambda: invoke("x", client=other))


def errors_in_a_stream():
    for words, name, message in (
        ("breaks 429", "throttlingException", "Slower"),
        ("breaks 529", "serviceUnavailableException", "Later"),
        ("breaks 500", "internalServerException", "It broke"),
        ("breaks 403", "modelStreamErrorException", "No more"),
    ):
        got = []
        try:
            for event in events(words):
                got.append(event)
        except botocore.exceptions.EventStreamError as e:
            assert e.response["Error"]["Code"] == name, e
            assert e.response["Error"]["Message"] == message, e
        else:
            raise AssertionError(f"no {name} in the stream")
        assert any("content_block" in e for e in got), got


def cut_stream():
    got = []
    try:
        for event in events("cut here"):
            got.append(event)
    except Exception as e:
        assert got and "prematurely" in str(e), e
    else:
        raise AssertionError("the stream was taken for whole")


THINGS = [
    message, own_profile, counts_in_the_head, tool, stream, streamed_tool, thinking, tokens, profiles,
    one_profile, errors, bad_requests, other_key, errors_in_a_stream, cut_stream,
]
for thing in THINGS:
    try:
        thing()
        print("ok", thing.__name__)
    except Exception as e:
        words = f"{type(e).__name__}: {e}".replace("\n", " ")
        print("failed", thing.__name__, words[:600])
