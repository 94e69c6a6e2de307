"""ccmock from Python: a scriptable provider of the Messages API and of others.

    with Mock() as mock:
        client = anthropic.Anthropic(base_url=mock.url, api_key="any")
        ...
        assert mock.requests()[0].json["model"] == "claude-sonnet-5"

With pytest there is a fixture, ``ccmock`` (ccprobe.pytest_plugin).
"""

from ccprobe.mock import Mock, MockError, Request, program

__all__ = ["Mock", "MockError", "Request", "program"]
