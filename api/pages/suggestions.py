"""What others propose to change of an entry, for its editors: take it over, a part of it, or say why not."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from api.pages import page
from directory import clock, errors, ids, vocabularies
from directory import permissions as rules
from directory.entries import members
from partners import permissions, wording
from partners.trust import asking, suggestions
from partners.trust.suggestions import Suggestion
from partners.wording import chosen


class Suggestions(page.Page):
    """The open ones of an entry, the oldest first."""

    template = "pages/suggestions.html"
    actions = ("accept", "decline")

    def rows(self) -> "QuerySet[Suggestion]":
        """Those that the reader may see here."""
        rules.require(permissions.RULES["see_suggestions"], by=self.actor)
        return Suggestion.objects.visible_to(self.actor).filter(entry=self.entry).open().select_related("entry")

    def context(self) -> dict[str, Any]:
        """The suggestions with their differences, and whether they can be answered."""
        return {
            "entry": self.entry,
            "entry_id": ids.encode(self.entry.kind, self.entry.pk),
            "suggestions": [self._shown(row) for row in self.rows().order_by("created_at", "pk")],
            "why": [(one.code, chosen(one.id, one.en)) for one in vocabularies.VOCABULARIES["decline_reason"]],
        }

    def _shown(self, row: Suggestion) -> dict[str, Any]:
        refused = suggestions.refusals(row, by=self.actor)
        return {
            "id": ids.encode("suggestion", row.pk),
            "row": row,
            "changes": asking.changes(row.entry.kind, row.before, row.changes),
            "moved": wording.called(members.moved_on(row.entry, row.before)),
            "can": {action for action, code in refused.items() if code is None},
        }

    def accept(self) -> HttpResponse:
        """Take over what was chosen."""
        names = self.request.POST.getlist("fields")
        if not names:
            raise errors.Invalid("nothing_to_change")
        row = suggestions.accept(self._key(), fields=names, by=self.actor, now=clock.now())
        taken = wording.called(row.accepted)
        return self.done(f"Diterima: {taken.id}.", f"Taken over: {taken.en}.")

    def decline(self) -> HttpResponse:
        """Leave the entry as it is."""
        reason, note = self.given_code("reason", "decline_reason"), self.given("note")
        suggestions.decline(self._key(), reason=reason, note=note, by=self.actor, now=clock.now())
        return self.done("Saran ditolak.", "The suggestion is declined.")

    def _key(self) -> Any:
        """One of this entry: the page's address says which."""
        key = self.key_of("id", of="suggestion")
        if not Suggestion.objects.visible_to(self.actor).filter(pk=key, entry=self.entry).exists():
            raise errors.Missing("not_found")
        return key
