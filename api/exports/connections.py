"""The TCP connections of this web process, to cut one whose answer broke off: the server cannot be told to."""

import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

# What the server may still hold of an answer whose reader is slow: its own buffer and a piece or two.
UNSENT = 1024 * 1024
TRIES, PAUSE_SECONDS = 40, 0.05
_NOT_SENT, _SENT = 144, 200  # offsets in Linux' struct tcp_info of tcpi_notsent_bytes (u32) and tcpi_bytes_sent (u64)
_OWN_FILES = Path("/proc/self/fd")  # on a system without it nothing is found, so nothing is cut


class Connection(NamedTuple):
    """A connection that a reader made, and the bytes that it has carried to the reader since."""

    socket: socket.socket
    reader: Any
    carried: int


def carried() -> dict[Any, int]:
    """What each connection has carried to its reader so far."""
    return {one.reader: one.carried for one in _open()}


def cut(*, since: dict[Any, int], sent: int) -> None:
    """Cut the connection that has carried `sent` bytes more than it had in `since`.

    Granian ends an answer whose iterator raises like a whole one, and hands WSGI nothing that names its connection.
    So it is found by what it carried. Two answers of one process that are alike in this are both cut; both readers
    see that they got less than all.
    """
    for _ in range(TRIES if since else 0):
        if _cut(since, least=sent):
            return
        time.sleep(PAUSE_SECONDS)  # the server has yet to pass on the last pieces
    _cut(since, least=max(1, sent - UNSENT))


def _cut(since: dict[Any, int], *, least: int) -> bool:
    is_found = False
    for one in _open():
        if one.carried - since.get(one.reader, 0) >= least:
            is_found = True
            with contextlib.suppress(OSError):  # the reader was quicker
                one.socket.shutdown(socket.SHUT_RDWR)
    return is_found


def _open() -> Iterator[Connection]:
    for file in _OWN_FILES.iterdir() if _OWN_FILES.is_dir() else ():
        with contextlib.suppress(OSError), _socket(int(file.name)) as one:
            is_tcp = one.type == socket.SOCK_STREAM and one.family in (socket.AF_INET, socket.AF_INET6)
            if is_tcp and one.getsockname()[1] == settings.PORT:
                yield Connection(one, one.getpeername(), _carried(one))


def _socket(number: int) -> socket.socket:
    """A second handle on an open file of this process; OSError when it is no socket."""
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _carried(one: socket.socket) -> int:
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    sent: int = struct.unpack_from("=Q", info, _SENT)[0]
    not_sent: int = struct.unpack_from("=I", info, _NOT_SENT)[0]
    return sent + not_sent
