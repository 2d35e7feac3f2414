"""How alike two entries are, and where to look for such pairs: by names in one place, never each with each."""

import datetime
import uuid

from django.db import connection
from django.db.models import F, UUIDField, Value

from directory import filters, journal
from directory.entries.entries import Entry

# Of the score; a part that is not known for both is left out, and the others weigh more.
WEIGHTS = {"name": 0.5, "place": 0.3, "form": 0.1, "identifier": 0.1}
CONFLICT = 0.9  # the score of two that claim one number is never lower
# One degree is at least 110 km: a box of one kilometre to each side, at Indonesia's latitudes.
BOX = 0.0091
LIKE = 0.75  # trigrams of a name that may be another spelling of its neighbour's
MOST = 200  # of one name in a regency, or of neighbours in a square kilometre; more say nothing

# Pairs worth a score. A name is shared by many: the regency, a kilometre, or no known region at all makes a pair of it.
# A like name counts within a kilometre, and with the same short words: SD Negeri 1 and SD Negeri 2 stand side by side,
# SLB B and SLB C in one yard, SMP beside SMA, and schools XXII and XXIII of a suburb.
_SHORT = (
    "ARRAY(SELECT word FROM regexp_split_to_table({name}, ' ') AS word"
    " WHERE length(word) <= 3 OR word ~ '^([ivxlc]+|[0-9]+)$' ORDER BY word)"
)
_NEAR = f"""(
    other.region_id IS NULL OR changed.region_id IS NULL OR left(other.region_id, 5) = left(changed.region_id, 5)
    OR abs(other.latitude - changed.latitude) < {BOX} AND abs(other.longitude - changed.longitude) < {BOX}
)"""
_PAIRS = """
changed AS MATERIALIZED (
    SELECT id, kind, name_key, region_id, latitude, longitude FROM directory_entry
    WHERE id = ANY (%(keys)s) AND status IN ('active', 'closed')
), called AS MATERIALIZED (
    SELECT id, name_key FROM changed
    UNION SELECT entry_id, other.name_key FROM directory_entryname other JOIN changed ON changed.id = other.entry_id
        WHERE other.type <> 'acronym'
), namesakes AS MATERIALIZED (
    SELECT changed.id, other.id AS other FROM called JOIN changed USING (id), LATERAL (
        SELECT id FROM directory_entry AS other WHERE name_key = called.name_key AND {near} LIMIT {most}
    ) AS other
    UNION ALL
    SELECT changed.id, other.id FROM called JOIN changed USING (id), LATERAL (
        SELECT other.id FROM directory_entryname AS name JOIN directory_entry AS other ON other.id = name.entry_id
        WHERE name.name_key = called.name_key AND name.type <> 'acronym' AND {near} LIMIT {most}
    ) AS other
), neighbours AS MATERIALIZED (
    SELECT changed.id, other.id AS other FROM changed
    JOIN LATERAL (
        SELECT id, name_key FROM directory_entry AS near
        WHERE point(near.longitude, near.latitude) <@ box(
            point(changed.longitude - {box}, changed.latitude - {box}),
            point(changed.longitude + {box}, changed.latitude + {box})
        )
        LIMIT {most}
    ) AS other ON other.id <> changed.id
        AND similarity(other.name_key, changed.name_key) >= {like} AND {short_other} = {short_changed}
    WHERE changed.latitude IS NOT NULL
), pairs AS (
    SELECT least(id, other) AS first, greatest(id, other) AS second, bool_or(is_namesake) AS is_namesake
    FROM (SELECT *, true AS is_namesake FROM namesakes UNION ALL SELECT *, false FROM neighbours) AS found
    WHERE id <> other GROUP BY 1, 2
)"""
_ONE_PAIR = "pairs AS (SELECT %(first)s::uuid AS first, %(second)s::uuid AS second, false AS is_namesake)"

_PARTS = """
, known AS (
    SELECT pairs.first, pairs.second, pairs.is_namesake,
        similarity(one.name_key, other.name_key) AS likeness,
        left(one.region_id, 5) = left(other.region_id, 5) AS in_regency,
        CASE WHEN length(one.region_id) >= 8 AND length(other.region_id) >= 8
            THEN left(one.region_id, 8) = left(other.region_id, 8) END AS in_district,
        111.2 * sqrt(power(one.latitude - other.latitude, 2)
            + power((one.longitude - other.longitude) * cos(radians(one.latitude)), 2)) AS km,
        a.form = b.form AS has_form,
        CASE WHEN EXISTS (
            SELECT FROM directory_identifier x JOIN directory_identifier y ON y.scheme = x.scheme AND y.value <> x.value
            WHERE x.entry_id = pairs.first AND y.entry_id = pairs.second
                AND x.retired_at IS NULL AND y.retired_at IS NULL
        ) THEN 0 END AS number
    FROM pairs
    JOIN directory_entry one ON one.id = pairs.first AND one.status IN ('active', 'closed')
    JOIN directory_entry other ON other.id = pairs.second AND other.status IN ('active', 'closed')
        AND other.kind = one.kind
    LEFT JOIN directory_school a ON a.entry_id = pairs.first
    LEFT JOIN directory_school b ON b.entry_id = pairs.second
), measured AS (
    SELECT first, second, in_regency, in_district, km, has_form::int AS form,
        CASE WHEN is_namesake THEN 1.0 ELSE likeness END AS name,
        CASE WHEN km <= 1 THEN greatest(1 - km / 2, CASE WHEN in_district THEN 0.9 END)
            WHEN in_district THEN CASE WHEN km > 10 THEN 0.7 ELSE 1.0 END
            WHEN in_regency THEN CASE WHEN in_district IS NULL THEN 0.5 ELSE 0.2 END
            WHEN in_regency IS NULL THEN 0.5 ELSE 0.0 END AS place,
        {number} AS identifier
    FROM known
), scored AS (
    SELECT *, least(1, greatest({least_score}, ({sum}) / ({weight}))) AS score FROM measured
)
"""
_INSERT = """
INSERT INTO directory_duplicate AS kept (id, first_id, second_id, score, parts, status, found_at)
SELECT uuidv7(), first, second, round(score::numeric, 3), jsonb_strip_nulls(jsonb_build_object(
    'name', round(name::numeric, 3), 'place', round(place::numeric, 3), 'district', in_district::int,
    'regency', in_regency::int, 'km', round(km::numeric, 2), 'form', form, 'identifier', identifier
)), 'open', %(now)s
FROM scored WHERE score >= %(least)s ORDER BY first, second
ON CONFLICT (first_id, second_id) DO UPDATE SET
"""
_SEEN_AGAIN = """
    score = greatest(excluded.score, CASE WHEN kept.parts ->> 'identifier' = '1' THEN kept.score END),
    parts = excluded.parts
        || CASE WHEN kept.parts ->> 'identifier' = '1' THEN '{"identifier": 1}'::jsonb ELSE '{}'::jsonb END
WHERE kept.status = 'open' AND kept.parts IS DISTINCT FROM excluded.parts
"""
_NEWS = """
    score = excluded.score, parts = excluded.parts, status = 'open', found_at = excluded.found_at,
    decided_at = NULL, event_id = NULL
WHERE kept.status = 'open' OR kept.status = 'dismissed' AND kept.parts ->> 'identifier' IS DISTINCT FROM '1'
"""
# What is no longer alike: one of the two was renamed, moved, hidden. What a number spoke for stays for a person.
_FORGET = """
)
DELETE FROM directory_duplicate AS kept
WHERE (first_id = ANY (%(keys)s) OR second_id = ANY (%(keys)s)) AND status = 'open'
    AND parts ->> 'identifier' IS DISTINCT FROM '1'
    AND NOT EXISTS (
        SELECT FROM scored WHERE score >= %(least)s AND scored.first = kept.first_id AND scored.second = kept.second_id
    )
"""


def _parts(*, number: str, least_score: float) -> str:
    return _PARTS.format(
        number=number,
        least_score=least_score,
        sum=" + ".join(f"{weight} * coalesce({part}, 0)" for part, weight in WEIGHTS.items()),
        weight=" + ".join(f"CASE WHEN {part} IS NULL THEN 0 ELSE {weight} END" for part, weight in WEIGHTS.items()),
    )


_LOOK = (
    "WITH "
    + _PAIRS.format(
        near=_NEAR,
        most=MOST,
        box=BOX,
        like=LIKE,
        short_other=_SHORT.format(name="other.name_key"),
        short_changed=_SHORT.format(name="changed.name_key"),
    )
    + _parts(number="number", least_score=0)
)
_NOTE = "WITH " + _ONE_PAIR + _parts(number="1", least_score=CONFLICT)


def changed_since(position: int, key: uuid.UUID, *, limit: int) -> list[tuple[int, uuid.UUID]]:
    """The entries that changed after a place in the order of changes, each with its own place."""
    place = Value(position), Value(key, output_field=UUIDField())
    later = filters.RowComparison(F("changed_position"), F("pk"), *place, operator=">")
    rows = Entry.objects.filter(later).filter(journal.settled()).order_by("changed_position", "pk")
    return list(rows.values_list("changed_position", "pk")[:limit])


def find(keys: list[uuid.UUID], *, least: float, now: datetime.datetime) -> None:
    """Keep the pairs of these entries that are alike enough, and forget the open ones that no longer are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK + ", written AS (" + _INSERT + _SEEN_AGAIN + _FORGET, {"keys": keys, "least": least, "now": now}
        )


def note_conflict(first: uuid.UUID, second: uuid.UUID, *, now: datetime.datetime) -> None:
    """Keep the pair of two entries that claim one number, if both are listed and of one kind."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE + _INSERT + _NEWS, {"first": first, "second": second, "least": 0, "now": now})
