"""Keys of programs: those of an entry, to its admins, and a person's own tokens and developer keys."""

import datetime
import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from api.pages import page, wording
from directory import clock, errors, ids
from directory import permissions as rules
from partners import permissions
from partners.accounts import api_keys
from partners.accounts.api_keys import ApiKey

LASTS = {"personal": (7, 30), "developer": (90, 365, 730), "entry": (90, 365, 730)}  # days to choose from
LONGEST_NAME = 100


class _Keys(page.Page):
    """A list of keys; a new one's text is on the page that makes it, and never again."""

    kinds: tuple[str, ...]
    actions = ("create", "roll", "revoke")

    def rows(self) -> QuerySet[ApiKey]:
        """The keys of this page that are in force."""
        return ApiKey.objects.visible_to(self.actor).in_force(clock.now()).filter(kind__in=self.kinds)

    def of_entry(self) -> uuid.UUID | None:
        """The entry that a new key is for."""
        return None

    def context(self) -> dict[str, Any]:
        """The keys, and what can be chosen for a new one."""
        return {
            "keys": [self._shown(row) for row in self.rows().order_by("-created_at", "-pk")],
            "choices": [
                {
                    "kind": kind,
                    "lasts": LASTS[kind],
                    "scopes": [(code, wording.scope(code)) for code in api_keys.scopes_of(kind)],
                }
                for kind in self.kinds
            ],
        }

    def _shown(self, row: ApiKey) -> dict[str, Any]:
        scopes = [wording.scope(code) for code in row.scopes]
        return {"id": ids.encode("api_key", row.pk), "row": row, "scopes": scopes}

    def create(self) -> HttpResponse:
        """Make a key."""
        asked, now = self.request.POST, clock.now()
        kind, name = asked.get("kind", ""), " ".join(asked.get("name", "").split())
        if kind not in self.kinds:
            raise errors.Invalid("unknown_choice", value=kind[:20])
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise errors.Invalid("invalid_value", value=name[:40] or "-")
        days = asked.get("days", "")
        if days not in {str(one) for one in LASTS[kind]}:
            raise errors.Invalid("unknown_choice", value=days[:20])
        row, text = api_keys.create(
            kind=kind,
            name=name,
            scopes=asked.getlist("scopes"),
            expires_at=now + datetime.timedelta(days=int(days)),
            entry=self.of_entry(),
            by=self.actor,
            now=now,
        )
        return self.show(status=201, made=row, text=text)

    def roll(self) -> HttpResponse:
        """Give a key a new secret; the old one opens for another day."""
        row, text = api_keys.roll(self._key(), by=self.actor, now=clock.now())
        return self.show(made=row, text=text)

    def revoke(self) -> HttpResponse:
        """End a key at once."""
        api_keys.revoke(self._key(), by=self.actor, now=clock.now())
        return self.done("Kunci dicabut.", "The key is revoked.")

    def _key(self) -> uuid.UUID:
        key = self.key_of("id", of="api_key")
        if not self.rows().filter(pk=key).exists():
            raise errors.Missing("not_found")
        return key


class EntryKeys(_Keys):
    """The keys of an entry."""

    template, kinds = "pages/keys.html", ("entry",)

    def rows(self) -> QuerySet[ApiKey]:
        """Those of the entry of the address."""
        rules.require(permissions.RULES["see_keys"], by=self.actor, entry=self.entry.pk)
        return super().rows().filter(entry=self.entry)

    def of_entry(self) -> uuid.UUID:
        """The entry of the address."""
        return self.entry.pk

    def context(self) -> dict[str, Any]:
        """With the entry."""
        return {**super().context(), "entry": self.entry}


class Tokens(_Keys):
    """A person's own tokens and developer keys."""

    template, kinds = "pages/tokens.html", ("personal", "developer")
