"""Links of mails: each opens one question to one person for some time, without signing in; the link alone proves it.

What a link may do is read anew when it is opened: who is no longer a member or a moderator finds nothing behind it.
"""

import datetime
import uuid
from typing import NamedTuple

from django.conf import settings
from django.core import signing

from directory import actors, errors, ids
from directory.entries.entries import Entry
from partners.accounts import acting
from partners.accounts.users import User

_SIGNER = signing.Signer(salt="partners.trust.links")
LASTS = datetime.timedelta(days=60)
FOR_MODERATORS = datetime.timedelta(days=14)  # the next letter comes in a week, and a mailbox is no bunch of keys


class Link(NamedTuple):
    """What a link opens: the question `about` of an object, to a person, who may act for an entry."""

    about: str  # a name of questions.QUESTIONS
    subject: uuid.UUID
    user: uuid.UUID
    entry: uuid.UUID | None = None


def address(link: Link, *, now: datetime.datetime) -> str:
    """Where the link leads; the logs leave out what follows `/links/`."""
    lasts = LASTS if link.entry else FOR_MODERATORS
    until = int((now + lasts).timestamp())
    entry = link.entry.hex if link.entry else ""
    token = _SIGNER.sign_object([link.about, link.subject.hex, link.user.hex, entry, until])
    return f"{settings.PUBLIC_URL}/links/{token}"


def opened(token: str, *, now: datetime.datetime) -> Link:
    """The link of a token; Missing when it was not made here, or is too old."""
    try:
        about, subject, user, entry, until = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        raise errors.Missing("not_found") from None
    if now.timestamp() > until:
        raise errors.Missing("not_found")
    return Link(about, uuid.UUID(subject), uuid.UUID(user), uuid.UUID(entry) if entry else None)


def actor(link: Link) -> actors.Actor:
    """Who the link was sent to, with the rights of now; Missing when the right is gone."""
    user = User.objects.filter(pk=link.user, is_active=True).first()
    entry = Entry.objects.survivor(link.entry) if link.entry else None  # what was merged since is answered for there
    if user is None or (link.entry and entry is None):
        raise errors.Missing("not_found")
    try:
        return acting.of_user(user, acting_entry=ids.encode(entry.kind, entry.pk) if entry else "")
    except errors.Forbidden:
        raise errors.Missing("not_found") from None
