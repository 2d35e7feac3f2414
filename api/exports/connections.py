"""The TCP connections of this web process, to cut one whose answer broke off: the server cannot be told to."""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

# What the server may still hold of an answer when a piece of it fails: its own buffer and a piece or two.
UNSENT = 1024 * 1024
_NOT_SENT, _SENT = 144, 200  # offsets in Linux' struct tcp_info of tcpi_notsent_bytes (u32) and tcpi_bytes_sent (u64)
_OWN_FILES = Path("/proc/self/fd")


def carried() -> dict[Any, int]:
    """The bytes that each connection of this process has carried to its reader since it was made."""
    return {one.getpeername(): _bytes(one) for one in _open()}


def cut(*, since: dict[Any, int], sent: int) -> None:
    """Cut the connection that has carried `sent` bytes more than it had in `since`.

    Granian ends an answer whose iterator raises like a whole one, and hands WSGI nothing that names its connection.
    So it is found by what it carried. Two answers of one process that are alike in this are both cut; both readers
    see that they got less than all.
    """
    least = max(1, sent - UNSENT)
    for one in _open():
        if _bytes(one) - since.get(one.getpeername(), 0) >= least:
            one.shutdown(socket.SHUT_RDWR)


def _open() -> Iterator[socket.socket]:
    """Yield the connections that readers made to this server."""
    for file in _OWN_FILES.iterdir() if _OWN_FILES.is_dir() else ():
        with contextlib.suppress(OSError), _socket(int(file.name)) as one:
            is_tcp = one.type == socket.SOCK_STREAM and one.family in (socket.AF_INET, socket.AF_INET6)
            if is_tcp and one.getsockname()[1] == settings.PORT and one.getpeername():
                yield one


def _socket(number: int) -> socket.socket:
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _bytes(one: socket.socket) -> int:
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    sent: int = struct.unpack_from("=Q", info, _SENT)[0]
    not_sent: int = struct.unpack_from("=I", info, _NOT_SENT)[0]
    return sent + not_sent
