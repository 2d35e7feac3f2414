"""What a question of a mail is made of: the page behind a link with its buttons, and what they do."""

import datetime
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from directory import actors, errors
from partners import wording


class Change(NamedTuple):
    """One member on the page: what it is called, and its value until now and then, in words."""

    name: str
    label: str
    before: str
    after: str


class Page(NamedTuple):
    """What the page behind a link shows, in the language of the page."""

    title: str
    text: str
    answers: Mapping[str, wording.Words]  # code -> the button; none where nothing can be answered any more
    changes: tuple[Change, ...] = ()
    answered: wording.Words | None = None  # how, where it was: a link answers once


class Question(NamedTuple):
    """What can be asked about objects of one type."""

    ask: Callable[[uuid.UUID, actors.Actor], Page]
    answer: Callable[[uuid.UUID, str, actors.Actor, datetime.datetime], object]


def chosen(answers: Collection[str], code: str) -> None:
    """Raise Invalid when a code is none of the answers."""
    if code not in answers:
        raise errors.Invalid("invalid_choice", value=code, allowed=", ".join(answers))


def done(vocabulary: str, status: str) -> wording.Words:
    """That a question was answered already, and how."""
    return wording.joined("Sudah dijawab: {}.", "Answered already: {}.", vocabulary, status)


def changes(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The members of `after`, of an entry of the kind, side by side with what they were."""
    return tuple(
        Change(name, str(wording.member(name)), *(wording.value(kind, name, one) for one in (before[name], value)))
        for name, value in after.items()
    )


def seen(rows: "QuerySet[Any]", key: uuid.UUID) -> Any:
    """The row of a key; Missing."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise errors.Missing("not_found")
    return row
