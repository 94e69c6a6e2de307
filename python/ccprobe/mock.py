"""Starts a ccmock, scripts its answers, and reads the requests that were sent to it."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Optional, Union

Script = Union[Mapping[str, Any], str, "os.PathLike[str]"]


class MockError(Exception):
    """ccmock cannot be started, or refuses a script or a command."""


def program(name: str = "ccmock") -> str:
    """The path of a program of ccprobe: the variable of its name in capitals (``CCMOCK``) if it
    is set, else the program in this package, else the one on the PATH."""
    told = os.environ.get(name.upper())
    packed = Path(__file__).parent / "bin" / name
    found = told or (str(packed) if os.access(packed, os.X_OK) else shutil.which(name))
    if found and os.path.isdir(found):
        inside = [os.path.join(found, part, name) for part in ("", "build")]
        meant = next((path for path in inside if os.access(path, os.X_OK)), f"build/{name}")
        raise MockError(f"{name.upper()} is a folder, {found}; set it to the program, {meant}")
    if not found or not os.access(found, os.X_OK):
        raise MockError(
            f"{name} was not found: {found or 'it is not on the PATH'}; "
            f"build ccprobe and set {name.upper()} to build/{name}"
        )
    return found


class Headers(Mapping[str, str]):
    """Header fields by name, in any case; the values of a repeated name are joined by commas."""

    def __init__(self, fields: Sequence[Sequence[str]]) -> None:
        self.fields = [(name, value) for name, value in fields]

    def __getitem__(self, name: str) -> str:
        found = [value for key, value in self.fields if key.lower() == name.lower()]
        if not found:
            raise KeyError(name)
        return ", ".join(found)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key.lower() for key, _ in self.fields))

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self.fields})

    def __repr__(self) -> str:
        return f"Headers({self.fields!r})"


@dataclass
class Request:
    """A request as it arrived, and the answer so far. Credentials are masked; the same
    credential always has the same digits."""

    rule: str
    """The name of the rule that answered; "u1" without a script."""
    method: str
    target: str
    headers: Headers
    body: bytes = b""
    status: Optional[int] = None
    """The status of the answer; None: no answer yet."""
    answer: bytes = b""
    end: Optional[str] = None
    """"clean", "cancelled" if the client hung up, ...; None: it has not ended."""

    @property
    def path(self) -> str:
        return self.target.split("?", 1)[0]

    @property
    def json(self) -> Any:
        """The body as JSON; ValueError if it is no JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The events of a streamed answer, as JSON."""
        lines = self.answer.decode("utf-8", "replace").splitlines()
        return [json.loads(line[5:]) for line in lines if line.startswith("data:")]

    def at(self, pointer: str) -> Any:
        """The value in the body at a JSON pointer; KeyError if there is none."""
        value: Any = self.json
        for word in pointer.split("/")[1:]:
            word = word.replace("~1", "/").replace("~0", "~")
            try:
                value = value[int(word)] if isinstance(value, list) else value[word]
            except (LookupError, TypeError, ValueError):
                raise KeyError(pointer) from None
        return value

    def _refusal(self) -> str:
        """The rule that refused, and what it said: " (rule busy): Overloaded"."""
        if self.status is None or self.status < 400:
            return ""
        rule = "no rule" if self.rule == "u0" else f"rule {self.rule}"
        words = _message(self.answer)
        if len(words) > 300:
            words = words[:300] + "..."
        return f" ({rule}): {words}" if words else f" ({rule})"

    def __str__(self) -> str:
        end = "" if self.end == "clean" and self._refusal() else f", {self.end or 'open'}"
        size = f"{len(self.body)} bytes"
        return f"{self.method} {self.target} ({size}) -> {self.status or 'no answer'}{end}{self._refusal()}"


@dataclass
class _Wanted:
    path: Optional[str]
    has: Optional[str]
    at: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, request: Request) -> bool:
        if self.path is not None and request.path != self.path:
            return False
        if self.has is not None and self.has.encode() not in request.body:
            return False
        for pointer, value in self.at.items():
            try:
                if request.at(pointer) != value:
                    return False
            except (KeyError, ValueError):
                return False
        return True

    def __str__(self) -> str:
        words = [f"path {self.path}"] if self.path is not None else []
        words += [f"{self.has!r} in the body"] if self.has is not None else []
        words += [f"{pointer} {value!r}" for pointer, value in self.at.items()]
        return " with " + ", ".join(words) if words else ""


class Mock:
    """A ccmock process on free ports of 127.0.0.1. ``options`` are added to its command line:
    ``Mock("--strict", "--models", "claude-sonnet-5")``."""

    def __init__(self, *options: str, program_path: Optional[str] = None) -> None:
        self._options = options
        self._program = program_path
        self._process: Optional[subprocess.Popen[str]] = None
        self._errors: Optional[IO[str]] = None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.url = ""
        self.control_url = ""

    # ---- start and stop ----

    def start(self) -> "Mock":
        command = [self._program or program(), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", *self._options]
        self._errors = tempfile.TemporaryFile("w+")
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors, text=True
            )
        except OSError as why:
            self._errors.close()
            self._errors = None
            words = "it is a folder, not a program" if os.path.isdir(command[0]) else why.strerror
            raise MockError(f"{command[0]}: {words}") from None
        self.url = self._announced("listening on ")
        self.control_url = self._announced("control on ")
        return self

    def _announced(self, words: str) -> str:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if line.startswith(words):
            return line[len(words) :].strip()
        self.stop()
        raise MockError(self._last_words or "ccmock ended before it listened")

    _last_words = ""

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        if self._errors is not None:
            self._errors.seek(0)
            self._last_words = self._errors.read().strip()
            self._errors.close()
            self._errors = None

    def __enter__(self) -> "Mock":
        return self.start()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that make Claude Code, or a program with an SDK, use this mock."""
        return {"ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_AUTH_TOKEN": "any", "ANTHROPIC_API_KEY": ""}

    # ---- its answers ----

    def _ask(self, method: str, path: str, body: Optional[bytes] = None) -> bytes:
        request = urllib.request.Request(self.control_url + path, data=body, method=method)
        try:
            with self._opener.open(request, timeout=30) as answer:
                text: bytes = answer.read()
                return text
        except urllib.error.HTTPError as why:
            text = why.read()
            raise MockError(_message(text) or text.decode("utf-8", "replace").strip()) from None
        except urllib.error.URLError as why:
            raise MockError(f"ccmock does not answer at {self.control_url}: {why.reason}") from None

    def script(self, rules: Script) -> None:
        """Replaces the rules: ``{"first": {"reply": {...}}}`` (docs/ccmock.md, "Scripts"), or the path
        of a file with rules. Earlier requests are forgotten."""
        if isinstance(rules, Mapping):
            text = json.dumps(rules if "upstream" in rules else {"upstream": dict(rules)}).encode()
            place = ""
        else:
            text = _rules_of(rules)
            place = f"{os.fspath(rules)}:"
        self.reset()
        try:
            self._ask("POST", "/arm", text)
        except MockError as why:
            # The place counts in the text that was sent, which nobody sees unless it is a file.
            words = re.sub(r"^body:((?:\d+:)* )", lambda found: place and place + found[1], str(why))
        else:
            return
        raise MockError(words)

    def reset(self) -> None:
        """Removes rules and requests, as at the start. Open answers are ended."""
        self._ask("POST", "/reset")

    def release(self, hold: str) -> None:
        """Lets answers that wait at ``: @hold NAME`` go on; ``hold`` is "RULE.NAME"."""
        self._ask("POST", "/release?hold=" + urllib.parse.quote(hold))

    # ---- the requests ----

    def journal(self) -> list[dict[str, Any]]:
        """Everything that happened, as entries of the journal (docs/ccmock.md)."""
        return [json.loads(line) for line in self._ask("GET", "/journal").splitlines() if line]

    def requests(self, path: Optional[str] = None) -> list[Request]:
        """The requests so far, in order; with ``path`` only those to this path."""
        found: dict[tuple[str, int], Request] = {}
        for entry in self.journal():
            key = (entry["actor"], entry.get("exchange", 0))
            if entry["kind"] == "request":
                found[key] = Request(
                    entry["actor"], entry.get("method", ""), entry.get("target", ""), Headers(entry.get("headers", []))
                )
            elif key in found:
                _take(found[key], entry)
        return [one for one in found.values() if path is None or one.path == path]

    def wait_for(self, count: int, path: Optional[str] = None, timeout: float = 10) -> list[Request]:
        """Waits until ``count`` requests have come and their answers have ended."""
        until = time.monotonic() + timeout
        while True:
            found = self.requests(path)
            if len([one for one in found if one.end is not None]) >= count:
                return found
            if time.monotonic() > until:
                raise AssertionError(f"{count} requests did not end within {timeout:g} s; there are:\n{_list(found)}")
            time.sleep(0.02)

    def assert_requests(
        self,
        count: Optional[int] = None,
        *,
        path: Optional[str] = None,
        has: Optional[str] = None,
        at: Optional[Mapping[str, Any]] = None,
    ) -> list[Request]:
        """Returns the requests to ``path`` that have the text ``has`` in the body and, by JSON pointer,
        the values of ``at``. Fails unless there are ``count`` of them; without ``count``, if there are none."""
        wanted = _Wanted(path, has, at or {})
        everything = self.requests()
        found = [one for one in everything if wanted.fits(one)]
        if len(found) != count if count is not None else not found:
            number = "at least one request" if count is None else f"{count} request{'' if count == 1 else 's'}"
            raise AssertionError(f"wanted {number}{wanted}, got {len(found)} of these:\n{_list(everything)}")
        return found


def _rules_of(path: Union[str, "os.PathLike[str]"]) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as why:
        words = f"the file with rules {os.fspath(path)!r} cannot be read: {why.strerror}"
    if not os.path.isabs(path):
        words += f"; its path is taken from {os.getcwd()}"
    raise MockError(words)


def _message(answer: bytes) -> str:
    """The message of an error in JSON, in one line; "" if there is none."""
    try:
        value: Any = json.loads(answer)
    except ValueError:
        return ""
    for key in ("error", "message"):
        if isinstance(value, dict):
            value = value.get(key, value)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _bytes(value: Any) -> bytes:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return str(value).encode()


def _take(request: Request, entry: Mapping[str, Any]) -> None:
    kind = entry["kind"]
    if kind == "body":
        request.body += _bytes(entry.get("bytes", ""))
    elif kind == "response":
        request.status = entry.get("status")
    elif kind == "data":
        request.answer += _bytes(entry.get("bytes", ""))
    elif kind == "end":
        request.end = entry.get("end", "clean")


def _list(requests: Sequence[Request]) -> str:
    return "\n".join(f"  {number}. {one}" for number, one in enumerate(requests, 1)) or "  none"
