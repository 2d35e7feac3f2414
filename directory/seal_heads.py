"""Heads of the seal, kept in a file outside the database: who cuts the chain off there does not reach them here."""

import datetime
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from directory.seal import SealLink

log = logging.getLogger(__name__)
EVERY = datetime.timedelta(hours=1)


def last() -> str:
    """The head of the chain, "" where nothing is sealed."""
    return str(SealLink.objects.order_by("number").last() or "")


def remember(*, now: datetime.datetime) -> bool:
    """Add the head to the file, at most one an hour; whether it did. Who cannot write it seals all the same."""
    head = last()
    if not settings.SEAL_HEADS or not head:
        return False
    file = Path(settings.SEAL_HEADS)
    try:
        if file.exists() and now.timestamp() - file.stat().st_mtime < EVERY.total_seconds():
            return False
        with file.open("a") as written:
            written.write(f"{head} {now:%Y-%m-%dT%H:%M:%SZ}\n")
    except OSError as error:
        log.warning("the head of the seal is not kept", extra={"fields": {"error": str(error)}})
        return False
    return True


def faults() -> Iterator[str]:
    """For each head in the file that is not in the chain a sentence that says so."""
    file = Path(settings.SEAL_HEADS)
    kept = file.read_text().splitlines() if settings.SEAL_HEADS and file.exists() else []
    links = {str(link.number): str(link) for link in SealLink.objects.iterator(chunk_size=5_000)} if kept else {}
    for line in kept:
        head, _, at = line.partition(" ")
        found = links.get(head.partition(":")[0])
        if found is None:
            yield f"The link {head} of {at} is gone: the end of the chain was cut off, or it is another database."
        elif found != head:
            yield f"Link {head.partition(':')[0]} has another digest than at {at}."
