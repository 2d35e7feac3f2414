"""Suggestions while somebody types: a few entries, each with the district and regency that tell namesakes apart."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from directory import actors, statements
from directory.entries.entries import REGENCY, Entry
from directory.search import matching, query, ranking, typed

MOST = 20
# The next letter comes soon: less is ranked, and mended only as far as one reading of the vocabulary goes.
MOST_RANKED = 100
STEPS = 1
SMALLEST = 3  # letters or digits typed before anything is suggested


class Suggestion(NamedTuple):
    """One entry as shown under the field that is typed in; what is not known is empty."""

    id: uuid.UUID
    kind: str
    name: str
    npsn: str
    region: str  # the code of its most exact region
    district: str
    regency: str
    province: str


_LABELS = """
SELECT entry.id, entry.kind, entry.name, coalesce(npsn.value, ''), coalesce(entry.region_id, ''),
    coalesce(district.name, ''), coalesce(regency.name, ''), coalesce(province.name, '')
FROM unnest(%s::uuid[]) WITH ORDINALITY AS hit (id, place)
JOIN directory_entry entry USING (id)
LEFT JOIN directory_identifier npsn
    ON npsn.entry_id = entry.id AND npsn.scheme = 'npsn' AND npsn.retired_at IS NULL
LEFT JOIN directory_region province ON province.code = left(entry.region_id, 2) AND province.level = 1
LEFT JOIN directory_region regency ON regency.code = left(entry.region_id, 5) AND regency.level = 2
LEFT JOIN directory_region district ON district.code = left(entry.region_id, 8) AND district.level = 3
ORDER BY hit.place
"""


def suggest(q: str, *, kinds: Sequence[str] = (), region: str = "", limit: int = 10) -> list[Suggestion]:
    """At most `limit` (20 at most) public entries for what has been typed so far, the likeliest first.

    Nothing below three letters or digits. `region` is a Kemendagri code. Raises Invalid `query_too_long`.
    """
    if sum(character.isalnum() for character in q) < SMALLEST:
        return []
    entries = Entry.objects.visible_to(actors.ANONYMOUS)
    if kinds:
        entries = entries.filter(kind__in=kinds)
    if region:
        entries = entries.within(region)
    among = "few" if len(region) >= REGENCY else "many" if kinds or region else "all"
    hits = _hits(entries, typed.understand(q), limit=min(limit, MOST), among=among)
    rows = [Suggestion(*row) for row in statements.prepared(_LABELS, [[hit.id for hit in hits]])]
    return list({row.id: row for row in rows}.values())  # each once, were it to have two numbers in use


def _hits(entries: QuerySet[Entry], start: typed.Typed, *, limit: int, among: str) -> list[ranking.Hit]:
    """The best of what was typed as it stands, of what is meant by it when nothing holds that."""
    if not start.words:
        return query.page(entries, query.Query(identifier=start.identifier), limit=limit).hits
    for terms in start.tries:
        hits = ranking.first(
            entries,
            matching.tsquery(terms),
            terms=terms,
            limit=limit,
            most_ranked=MOST_RANKED,
            among=among,
        )
        if hits:
            return hits
    return query.page(entries, query.mended(start, steps=STEPS), limit=limit, most_ranked=MOST_RANKED).hits
