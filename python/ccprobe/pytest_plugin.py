"""pytest: the fixture ``ccmock`` is a provider for one test, without the rules and requests of
other tests. ``@pytest.mark.ccmock(RULES)`` gives it rules; ``ccmock_start`` starts more mocks, with
options. A failing test shows the requests that were sent."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from ccprobe.mock import Mock, MockError

_KEY = pytest.StashKey["list[Mock]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("ccmock_program", "the path of ccmock", default="")
    parser.addini("ccmock_options", "options that the fixture starts ccmock with", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ccmock(rules): the rules that the fixture ccmock answers by")


def _begin(config: pytest.Config, *options: str) -> Mock:
    try:
        return Mock(*options, program_path=config.getini("ccmock_program") or None).start()
    except MockError as why:
        words = str(why)
    pytest.fail(words if words.startswith("ccmock: ") else f"ccmock: {words}", pytrace=False)


def _arm(mock: Mock, marker: pytest.Mark) -> None:
    try:
        mock.script(marker.args[0])
    except MockError as why:
        words = str(why)
    else:
        return
    pytest.fail(f"@pytest.mark.ccmock: {words}", pytrace=False)


@pytest.fixture(scope="session")
def ccmock_server(pytestconfig: pytest.Config) -> Iterator[Mock]:
    """The process that all tests share; tests use ``ccmock`` instead."""
    mock = _begin(pytestconfig, *pytestconfig.getini("ccmock_options"))
    yield mock
    mock.stop()


def _show_if_it_fails(node: pytest.Item, mock: Mock) -> None:
    node.stash.setdefault(_KEY, []).append(mock)


@pytest.fixture
def ccmock(ccmock_server: Mock, request: pytest.FixtureRequest) -> Mock:
    """A provider at ``ccmock.url``: believable without rules, scripted with them."""
    marker = request.node.get_closest_marker("ccmock")
    if marker is not None and marker.args:
        _arm(ccmock_server, marker)
    else:
        ccmock_server.reset()
    _show_if_it_fails(request.node, ccmock_server)
    return ccmock_server


@pytest.fixture
def ccmock_start(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Callable[..., Mock]]:
    """Starts one more, with options: ``ccmock_start("--strict")``; it ends with the test."""
    started: list[Mock] = []

    def start(*options: str) -> Mock:
        mock = _begin(pytestconfig, *options)
        started.append(mock)
        _show_if_it_fails(request.node, mock)
        return mock

    yield start
    for mock in started:
        mock.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    for mock in item.stash.get(_KEY, []):
        try:
            lines = [f"{number}. {one}" for number, one in enumerate(mock.requests(), 1)]
        except MockError as why:
            lines = [str(why)]
        report.sections.append((f"requests that ccmock got at {mock.url}", "\n".join(lines) or "none"))
