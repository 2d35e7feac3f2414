"""What is the same of two answers: all but what counts requests or names one."""

from collections.abc import Mapping

OF_ONE_REQUEST = ("RateLimit", "X-Request-Id", "Date")


def headers(found: Mapping[str, str], *, also: tuple[str, ...] = ()) -> dict[str, str]:
    """The headers without those of one request."""
    return {name: text for name, text in found.items() if name not in (*OF_ONE_REQUEST, *also)}
