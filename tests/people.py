"""People, members and keys for tests, and clients that carry their credentials."""

import itertools
import uuid
from collections.abc import Collection
from typing import Any

from django.test import Client

from directory import actors, clock, ids
from directory.models import Entry
from partners.accounts import acting, api_keys, memberships
from partners.models import ApiKey, Membership, Moderator, User

_numbers = itertools.count(1)
PASSWORD = "hujan-di-bulan-juni"


def user(name: str = "", *, is_confirmed: bool = True, **fields: Any) -> User:
    """A person with an account; with `password=` one who can sign in."""
    number = next(_numbers)
    password = fields.pop("password", None)
    made = User.objects.create_user(fields.pop("email", f"{name or 'orang'}-{number}@contoh.example"), password)
    for field, value in {"name": name, "confirmed_at": clock.now() if is_confirmed else None, **fields}.items():
        setattr(made, field, value)
    made.save()
    return made


def member(entry: Entry, *roles: str, of: User | None = None) -> User:
    """A person who acts for an entry in these roles, in all when none is named.

    Whoever is alone does everything, so before the first with fewer roles there comes an admin.
    """
    if roles and not Membership.objects.current().filter(entry=entry).exists():
        member(entry)
    person = of or user("anggota")
    memberships.begin(
        user=person.pk, entry=entry.pk, roles=roles or memberships.ALL_ROLES, by=actors.SYSTEM, now=clock.now()
    )
    return person


def moderator(region: str | None = None) -> User:
    """A moderator of a region, or of the country."""
    person = user("moderator", is_staff=True)
    Moderator.objects.create(user=person, region_id=region, created_at=clock.now())
    return person


def actor(person: User, entry: Entry | None = None) -> actors.Actor:
    """The person as the domain knows them, acting for the entry."""
    return acting.of_user(person, acting_entry=ids.encode(entry.kind, entry.pk) if entry else "")


def token(person: User, *, scopes: Collection[str] = actors.SCOPES) -> str:
    """The text of a new personal token."""
    by = acting.of_user(User.objects.get(pk=person.pk))
    return _made(kind="personal", by=by, scopes=scopes)


def entry_key(entry: Entry, *, scopes: Collection[str] = api_keys.ENTRY_SCOPES, by: User | None = None) -> str:
    """The text of a new key of an entry."""
    person = by or member(entry)
    return _made(kind="entry", by=actor(person, entry), scopes=scopes, entry=entry.pk)


def developer_key(person: User | None = None) -> str:
    """The text of a new developer key."""
    return _made(kind="developer", by=acting.of_user(person or user()), scopes=api_keys.DEVELOPER_SCOPES)


def _made(*, kind: str, by: actors.Actor, scopes: Collection[str], entry: uuid.UUID | None = None) -> str:
    _, text = api_keys.create(kind=kind, name="uji", scopes=scopes, by=by, now=clock.now(), entry=entry)
    return text


class Caller(Client):
    """A client that sends JSON, as programs do."""

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().post(path, {} if data is None else data, content_type, **extra)

    def patch(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().patch(path, {} if data is None else data, content_type, **extra)

    def put(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().put(path, {} if data is None else data, content_type, **extra)

    def delete(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().delete(path, {} if data is None else data, content_type, **extra)


def client(text: str = "", *, acting_for: Entry | None = None) -> Caller:
    """A client that sends a key, and names the entry it acts for."""
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    if acting_for is not None:
        headers["Acting-Entry"] = ids.encode(acting_for.kind, acting_for.pk)
    return Caller(headers=headers)


def as_person(person: User, *, acting_for: Entry | None = None) -> Caller:
    """A client of a person's token."""
    return client(token(person), acting_for=acting_for)


__all__ = ["ApiKey", "Membership", "actor", "as_person", "client", "developer_key", "entry_key", "member", "user"]
