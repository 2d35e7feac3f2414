"""The first page of the desk: one list of what waits for this moderator, by kind and region, a page at a time."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from directory import actors, ids, vocabularies
from directory.regions.regions import Region
from partners.fulfilment import reviews as disputes
from partners.offers import reviews
from partners.trust import waiting

SHOWN = 25
KINDS = {**waiting.KINDS, **reviews.KINDS, **disputes.KINDS}
_PAGES = {"duplicate": "pair", **dict.fromkeys(reviews.KINDS, "proposal")}  # the rest are called as the thing is


class Choice(NamedTuple):
    """A kind to look at alone, or all of them."""

    code: str
    label: str
    count: int


def label(vocabulary: str, code: str) -> str:
    """The Indonesian label of a code."""
    return next((term.id for term in vocabularies.VOCABULARIES[vocabulary] if term.code == code), code)


def shown(by: actors.Actor, sent: QueryDict) -> dict[str, Any]:
    """What the page says; what it is asked for and does not know is left out."""
    kind = sent.get("kind", "") if sent.get("kind") in KINDS else ""
    region = Region.objects.filter(code=sent.get("region", "")[:13].replace("\x00", "")).first()
    start = min(int(sent.get("start", "")), waiting.MOST) if sent.get("start", "").isdecimal() else 0
    code = region.code if region else ""
    kinds = {kind: KINDS[kind]} if kind else KINDS
    items = waiting.page(by, kinds=kinds, region=code, start=start, size=SHOWN + 1)
    counts = waiting.counts(by, kinds=KINDS, region=code)
    told = [Choice(about, one.label, counts[about]) for about, one in KINDS.items()]
    return {
        "items": [(KINDS[item.about].label, item, _address(item)) for item in items[:SHOWN]],
        "kinds": [Choice("", "Semua", sum(counts.values())), *told],
        "kind": kind,
        "region": code,
        "regions": _regions(by, region),
        "start": start,
        "earlier": max(start - SHOWN, 0),
        "later": start + SHOWN if len(items) > SHOWN else None,
    }


def _regions(by: actors.Actor, chosen: Region | None) -> "QuerySet[Region]":
    """Those to narrow the list to: what the moderator has, below what is chosen, and what stands above that."""
    above = Q(code__in=[one.code for one in chosen.lineage()] if chosen else [])
    below = Q(parent=chosen) if chosen else Q(code__in=by.regions) | Q(parent__in=by.regions)
    return Region.objects.filter(above | below | (Q(level=1) if "" in by.regions else Q(pk__in=[]))).order_by("code")


def _address(item: waiting.Item) -> str:
    return reverse(f"desk:{_PAGES.get(item.about, item.about)}", args=[ids.encode(item.about, item.key)])
