"""The first page: find an entry as people type it, by the search of /v1."""

import functools
import hashlib
from typing import Any
from urllib.parse import urlencode

from api import pagination
from api.pages import page
from api.v1 import kinds
from directory import errors, ids, vocabularies
from directory.entries.entries import Entry
from directory.search import query
from partners import wording

PAGE = 20


class Find(page.Page):
    """A field to type into; every entry that is found leads to its page."""

    template = "pages/find.html"
    is_open = True

    def context(self) -> dict[str, Any]:
        """What was asked, and what was found."""
        kind_choices = [(one.code, wording.chosen(one.id, one.en)) for one in vocabularies.VOCABULARIES["kind"]]
        return {"q": self._q, "kind": self._kind, "kinds": kind_choices, **(self._found() if self._q.strip() else {})}

    @property
    def _q(self) -> str:
        return self.request.GET.get("q", "")

    @functools.cached_property
    def _kind(self) -> str:
        kind = self.request.GET.get("kind", "")
        return kind if kind in ids.ENTRIES else ""

    def _found(self) -> dict[str, Any]:
        if any(one in page.UNFIT for one in self._q):
            raise errors.Invalid("invalid_text")
        asked = query.parse(self._q)
        mark = hashlib.blake2s(f"{self._kind} {self._q}".encode(), digest_size=6).hexdigest()
        after = pagination.decode_marked(self.request.GET.get("cursor", ""), mark)
        rows = Entry.objects.listed().filter(status="active", **({"kind": self._kind} if self._kind else {}))
        hits, corrected = query.page(rows, asked, limit=PAGE + 1, after=after)
        shown = [hit.id for hit in hits[:PAGE]]
        seen = kinds.prepared(Entry.objects.listed()).in_bulk(shown)
        more = {"q": self._q, "kind": self._kind}
        if len(hits) > PAGE:
            more["cursor"] = pagination.encode([mark, *hits[PAGE - 1].key])
        return {
            "found": [summary(seen[key]) for key in shown if key in seen],
            "corrected": corrected,
            "more": f"?{urlencode(more)}" if "cursor" in more else "",
        }


def summary(row: Entry) -> dict[str, Any]:
    """An entry as lists of pages show it, told apart from those of the same name by its place and number."""
    numbers = [one.value for one in row.identifiers.all() if one.scheme == "npsn" and one.retired_at is None]
    return {
        "id": ids.encode(row.kind, row.pk),
        "name": row.name,
        "kind": wording.term("kind", row.kind),
        "place": ", ".join(one.name for one in reversed(row.region.lineage())) if row.region else "",
        "npsn": numbers[0] if numbers else "",
        "address": row.address,
        "trust": wording.term("trust_level", row.trust_level),
        "is_verified": row.trust_level == "verified",
    }
