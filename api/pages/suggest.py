"""Suggest a change of an entry, without an account, in a form that shows what it says now."""

import functools
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from api import language
from api.pages import entry, fields
from api.v1 import inputs, kinds
from directory import clock, errors
from directory.entries import editing, members
from directory.regions import filters as region_filters
from directory.regions.regions import Region
from partners.trust import suggestions
from partners.wording import chosen

SHAPES = {viewset.kind: viewset.input_class for viewset in kinds.VIEWSETS}  # type: ignore[attr-defined]
MOST_PLACES = 30


class Suggest(entry.OfEntry):
    """The form; what is sent of it are the members that were changed."""

    template = "pages/suggest.html"
    actions = open_actions = ("suggest",)
    is_outdated = False  # what was left as it stood is no longer what the entry says: the form begins anew
    places: tuple[Region, ...] = ()  # that a typed name may mean

    @functools.cached_property
    def shape(self) -> inputs.Input:
        """What an entry of the kind can be given; of a person no exact place."""
        shape: inputs.Input = SHAPES[self.row.kind]()
        for name in editing.NO_PERSONS_PLACE if self.row.kind == "author" else ():
            del shape.fields[name]
        return shape

    @functools.cached_property
    def held(self) -> dict[str, Any]:
        """What the entry says now; a region by its name."""
        held = members.held(self.row, members.of_kind(self.row.kind))
        return {**held, "region": self.row.region.name if self.row.region else ""}

    def context(self) -> dict[str, Any]:
        """The fields, as they were typed where a form was sent."""
        sent = self.request.POST if self.request.method == "POST" and not self.is_outdated else None
        shown = fields.of(self.shape, self.held, sent)
        return {
            **super().context(),
            "fields": [field for field in shown if "." not in field.name],
            "library": [field for field in shown if "." in field.name],
            "places": [(one.code, ", ".join(above.name for above in reversed(one.lineage()))) for one in self.places],
            "sent": self.request.POST,
        }

    def suggest(self) -> HttpResponse:
        """Propose what was changed, and go to the page that tells how it stands."""
        reason, contact = self.given("reason"), self.request.POST.get("contact", "") and self.given_email("contact")
        if not reason:
            raise errors.Invalid("blank_member", value=chosen("alasan", "reason"))
        if self.given("version") != str(self.row.version):
            self.is_outdated = True
            raise errors.DomainError("version_changed")
        values, _ = fields.changed(self.shape, self.held, self.request.POST)
        if "region" in values:
            values["region"] = self._region(values["region"])
        proposed = inputs.checked(
            type(self.shape), values, lang=language.of(self.request), partial=True, pointer="#/changes"
        )
        self.count_hourly("suggestions")
        _, secret = suggestions.suggest(
            self.row.pk, proposed, reason=reason, contact=contact, by=self.actor, now=clock.now()
        )
        return HttpResponseRedirect(reverse("suggestion_status", args=[secret]))

    def _region(self, typed: str | None) -> str | None:
        """The code of a typed place: a code, the one place of that name, or the one chosen of several."""
        if not typed or typed[0].isdigit() or ":" in typed:
            return typed
        named = region_filters.Name(max_length=100).filter(Region.objects.all(), typed)
        found = tuple(named.select_related("parent__parent__parent").order_by("level", "code")[:MOST_PLACES])
        chosen_code = self.request.POST.get("place", "")
        if chosen_code in {one.code for one in found}:
            return chosen_code
        if len(found) == 1:
            return found[0].code
        self.places = found
        raise errors.Invalid("unknown_region" if not found else "choose_place", pointer="#/region", value=typed)
