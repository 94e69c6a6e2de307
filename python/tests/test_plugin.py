"""What the plugin gives to a test."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from ccprobe import Mock, MockError, program

BUSY = {"first": {"times": "once", "reply": {"status": 529, "text": "later"}}, "rest": {"reply": {"provider": True}}}
SLOW = "event: ping\ndata: {}\n\n: @hold here\nevent: ping\ndata: {}\n\n: @end\n"


def post(url: str, prompt: str, stream: bool = False) -> tuple[int, str]:
    body = {"model": "claude-sonnet-5", "max_tokens": 50, "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    fields = {"x-api-key": "sk-a-key-of-this-test-0001", "anthropic-version": "2023-06-01"}
    request = urllib.request.Request(url + "/v1/messages?beta=true", json.dumps(body).encode(), fields)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as why:
        return why.code, why.read().decode()


def test_answers_and_tells(ccmock: Mock) -> None:
    status, text = post(ccmock.url, "a wombat", stream=True)
    assert status == 200 and "message_stop" in text
    (one,) = ccmock.wait_for(1)
    assert (one.method, one.path, one.status, one.end) == ("POST", "/v1/messages", 200, "clean")
    assert one.json["messages"][0]["content"] == "a wombat"
    assert one.at("/messages/0/role") == "user"
    assert "wombat" in "".join(event.get("delta", {}).get("text", "") for event in one.events)
    assert one.events[0]["type"] == "message_start" and one.events[-1]["type"] == "message_stop"
    assert one.headers["Anthropic-Version"] == "2023-06-01"
    assert one.headers["x-api-key"].startswith("<credential, ")
    assert ccmock.port > 0 and ccmock.env["ANTHROPIC_BASE_URL"] == ccmock.url


def test_nothing_is_left_of_the_test_before(ccmock: Mock) -> None:
    assert ccmock.requests() == []


@pytest.mark.ccmock(BUSY)
def test_rules(ccmock: Mock) -> None:
    assert [post(ccmock.url, "x")[0], post(ccmock.url, "x")[0]] == [529, 200]
    assert [one.rule for one in ccmock.requests()] == ["first", "rest"]


def test_rules_are_left_behind(ccmock: Mock) -> None:
    assert post(ccmock.url, "x")[0] == 200


def test_script_of_a_file(ccmock: Mock, tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"upstream": {"u1": {"reply": {"status": 418, "text": "tea"}}}}))
    ccmock.script(path)
    assert post(ccmock.url, "x") == (418, "tea")


def test_wrong_script(ccmock: Mock, tmp_path: Path) -> None:
    wrong: dict[str, object] = {"busy": {"repply": {}}}
    words = "unknown key 'repply'; did you mean 'reply'? (rule 'busy')"
    with pytest.raises(MockError) as told:
        ccmock.script(wrong)
    assert str(told.value) == words
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"upstream": wrong}))
    with pytest.raises(MockError) as told:
        ccmock.script(path)
    assert str(told.value) == f"{path}:1:24: {words}"
    with pytest.raises(MockError, match="'nowhere.json' cannot be read: No such file or directory; its path is taken from /"):
        ccmock.script("nowhere.json")
    with pytest.raises(MockError, match="has no hold 'u1.here'"):
        ccmock.release("u1.here")


@pytest.mark.ccmock({"busy": {"when": {"has": "wombat"}, "reply": {"say": [{"error": "overloaded_error"}]}}})
def test_a_refusal_says_why(ccmock: Mock) -> None:
    assert post(ccmock.url, "wombat")[0] == 529
    assert post(ccmock.url, "x")[0] == 500
    ends = [str(one).split(" bytes) -> ")[1] for one in ccmock.wait_for(2)]
    assert ends == ["529 (rule busy): Overloaded", "500 (no rule): ccmock: no rule answers this request"]


@pytest.mark.ccmock({"busy": {"reply": {"status": 503, "text": "later", "end": "fin"}}})
def test_a_refusal_that_says_nothing(ccmock: Mock) -> None:
    with pytest.raises(http.client.IncompleteRead):
        post(ccmock.url, "x")
    assert str(ccmock.wait_for(1)[0]).endswith(" -> 503, cut (rule busy)")


def test_hold(ccmock: Mock) -> None:
    ccmock.script({"u1": {"reply": {"events": SLOW}}})
    with socket.create_connection(("127.0.0.1", ccmock.port), timeout=20) as peer:
        peer.sendall(b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        text = peer.recv(4096)
        while b"ping" not in text:
            text += peer.recv(4096)
        assert ccmock.requests()[0].end is None
        ccmock.release("u1.here")
        while piece := peer.recv(4096):
            text += piece
    assert text.count(b"event: ping") == 2
    ccmock.wait_for(1)


def test_assertions(ccmock: Mock) -> None:
    post(ccmock.url, "first")
    post(ccmock.url, "second")
    ccmock.assert_requests(2)
    ccmock.assert_requests(1, has="second", path="/v1/messages", at={"/model": "claude-sonnet-5"})
    ccmock.assert_requests(0, path="/v1/models")
    ccmock.assert_requests(0, at={"/messages/7": 1})
    with pytest.raises(AssertionError, match=r"wanted 1 request with 'third' in the body, got 0 of these:\n  1. POST /v1/messages"):
        ccmock.assert_requests(1, has="third")
    with pytest.raises(AssertionError, match="wanted at least one request with path /x"):
        ccmock.assert_requests(path="/x")
    with pytest.raises(AssertionError, match="3 requests did not end within 0.1 s"):
        ccmock.wait_for(3, timeout=0.1)
    with pytest.raises(KeyError):
        ccmock.requests()[0].at("/nothing/here")


def test_options(ccmock: Mock, ccmock_start: Callable[..., Mock]) -> None:
    strict = ccmock_start("--strict", "--models", "claude-opus-5-5")
    assert strict.url != ccmock.url
    assert post(strict.url, "x")[0] == 404
    assert len(strict.requests()) == 1 and ccmock.requests() == []


def test_wrong_option() -> None:
    with pytest.raises(MockError) as told:
        Mock("--strikt").start()
    assert str(told.value) == "ccmock: unknown option --strikt; did you mean --strict?"


def test_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMOCK", "/nowhere/ccmock")
    with pytest.raises(MockError, match="set CCMOCK to build/ccmock"):
        program()


def test_program_that_is_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CCMOCK", str(tmp_path))
    with pytest.raises(MockError, match=f"CCMOCK is a folder, {tmp_path}; set it to the program, build/ccmock"):
        program()
    (tmp_path / "ccmock").touch(0o755)
    with pytest.raises(MockError, match=f"set it to the program, {tmp_path}/ccmock"):
        program()
    with pytest.raises(MockError, match=f"^{tmp_path}: it is a folder, not a program$"):
        Mock(program_path=str(tmp_path)).start()


def test_a_failure_shows_requests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import urllib.request

        def test_it(ccmock):
            urllib.request.urlopen(ccmock.url + "/v1/models").read()
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*requests that ccmock got at http://127.0.0.1:*", "1. GET /v1/models*"])


def test_where_there_is_none(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nccmock_program = /nowhere/ccmock\n")
    pytester.makepyfile("def test_it(ccmock): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ccmock: /nowhere/ccmock: No such file*"])


def test_mistakes_are_told_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.ccmock({"busy": {"repply": {}}})
        def test_rules(ccmock): pass

        @pytest.mark.ccmock("nowhere.json")
        def test_file(ccmock): pass

        def test_option(ccmock_start): ccmock_start("--strikt")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rN")
    result.assert_outcomes(errors=2, failed=1)
    lines = [line for line in result.outlines if "ccmock" in line]
    assert lines == [
        "@pytest.mark.ccmock: unknown key 'repply'; did you mean 'reply'? (rule 'busy')",
        "@pytest.mark.ccmock: the file with rules 'nowhere.json' cannot be read: "
        f"No such file or directory; its path is taken from {pytester.path}",
        "ccmock: unknown option --strikt; did you mean --strict?",
    ]
    result.stdout.no_fnmatch_line("*MockError*")
