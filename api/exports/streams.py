"""A whole filtered set as one answer in constant memory: short reads by position, sent as they come."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from rest_framework import exceptions

from api import conditional, pagination
from api.exports import connections
from directory import clock

log = logging.getLogger(__name__)
BATCH = 1000  # rows of one read: about 1.5 MB of bodies, and short enough for the web's statement timeout
PIECE = 64 * 1024  # bytes handed to the server at a time
Lines = Callable[[Sequence[bytes]], bytes]

# A stream holds its thread for as long as the reader takes, so one thread of each process is left to all others.
_slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS - 1))


class Busy(exceptions.APIException):
    """As many streams run as this process has threads for."""

    status_code = 503


def documents(view: Any) -> Iterator[Sequence[bytes]]:
    """All documents of a list in batches, in the order asked for, else by key.

    No snapshot is held, as a slow reader would hold it for hours: what changes meanwhile may come in its newer state.
    """
    after = None
    while True:
        batch = view.rows(pagination.ordered(view.selected(), view.order, after=after)[:BATCH], view.order)
        yield view.shaped(view.taken_along([row.document for row in batch if row.document is not None]))
        if len(batch) < BATCH:
            return
        after = batch[-1].place


def answer(view: Any, lines: Lines, *, head: bytes, content_type: str, suffix: str) -> StreamingHttpResponse:
    """The download of a list; `lines` turns documents into bytes, `head` stands before the first."""
    request = view.request._request
    pieces = map(lines, documents(view))
    if request.method == "HEAD":
        body: Any = ()
    else:
        body = Stream(_cut(head + next(pieces), pieces), request)
    response = StreamingHttpResponse(body, content_type=content_type)
    name = f"{view.basename}-{clock.now():%Y-%m-%d}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = conditional.FRESH
    return response


def _cut(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from _pieces(first)
    for block in rest:
        yield from _pieces(block)


def _pieces(block: bytes) -> Iterator[bytes]:
    for start in range(0, len(block), PIECE):
        yield block[start : start + PIECE]


class Stream:
    """The pieces of a body, with its place among those that run; an error cuts the connection."""

    def __init__(self, pieces: Iterator[bytes], request: HttpRequest) -> None:
        self._slots = _slots
        self._is_running = self._slots.acquire(blocking=False)
        if not self._is_running:
            raise Busy
        self._pieces, self._request, self._sent = pieces, request, 0
        self._carried: dict[Any, int] | None = None

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        if self._carried is None:
            self._carried = connections.carried()
        try:
            piece = next(self._pieces)
        except StopIteration:
            self.close()
            raise
        except Exception:
            log.exception("a download broke off", extra={"request": self._request})
            self.close()
            # The server would end the answer as if it were whole.
            connections.cut(since=self._carried, sent=self._sent)
            raise
        self._sent += len(piece)
        return piece

    def close(self) -> None:
        """Leave the place to the next; also when the reader went away before the end."""
        if self._is_running:
            self._is_running = False
            self._slots.release()

    __del__ = close
