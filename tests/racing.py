"""Several who act at the same moment, each in a thread and a connection of its own."""

import threading
from collections.abc import Callable

from django.db import DatabaseError, connection

from directory import errors


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What each came to, in the order given: "done", the code of its refusal, or the name of a database error."""
    gate = threading.Barrier(len(calls))
    told = [""] * len(calls)

    def run(number: int) -> None:
        try:
            gate.wait(20)
            calls[number]()
            told[number] = "done"
        except errors.DomainError as refusal:
            told[number] = refusal.code
        except DatabaseError as error:
            told[number] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told
