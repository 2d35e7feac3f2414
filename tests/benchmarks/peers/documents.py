"""The JSON document of a school, built by PostgreSQL from the tables for the peer that passes it through.

Only the public ids are put in by Python: in SQL two of them take 120 microseconds, a third of the whole statement.
"""

import functools
from collections.abc import Mapping
from typing import Any

from tests.benchmarks.peers import typeids

# Every scheme in the order in which identifiers are shown, with the page of its registry before and after the value.
SCHEMES = {
    "npsn": "https://referensi.data.kemdikbud.go.id/pendidikan/npsn/",
    "npp": None,
    "dapodik_id": None,
    "isbn_prefix": None,
    "ikapi": None,
    "isni": "https://isni.org/isni/",
    "orcid": "https://orcid.org/",
    "viaf": "https://viaf.org/viaf/",
    "isil": None,
    "ror": "https://ror.org/",
    "wikidata": "https://www.wikidata.org/wiki/",
    "nib": None,
}
_RESOLVERS = " ".join(f"WHEN '{name}' THEN '{address}'" for name, address in SCHEMES.items() if address)
_LEVEL = "(ARRAY['province', 'regency', 'district', 'village'])[{0}.level]"
SEEN = "('active', 'closed')"


def _moment(column: str) -> str:
    """RFC 3339 with microseconds where there are any, as Python writes it."""
    written = f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    return f"replace({written}, '.000000Z', 'Z')"


# The members that SQL writes; the lists in them are read by index, entry by entry.
_MEMBERS = f"""
    'school' AS object,
    entry.version,
    entry.status,
    entry.name,
    (
        SELECT json_agg(name ORDER BY place)
        FROM (
            SELECT json_build_object('value', entry.name, 'type', 'official', 'language', '') AS name, 0 AS place
            UNION ALL
            SELECT json_build_object('value', value, 'type', type, 'language', language), id
            FROM directory_entryname WHERE entry_id = entry.id
        ) AS one
    ) AS names,
    coalesce((
        SELECT json_agg(
            json_build_object(
                'scheme', scheme, 'value', value, 'url', CASE scheme {_RESOLVERS} END || value
            ) ORDER BY array_position('{{{",".join(SCHEMES)}}}', scheme), value
        )
        FROM directory_identifier WHERE entry_id = entry.id AND retired_at IS NULL
    ), '[]') AS identifiers,
    CASE WHEN region.code IS NOT NULL THEN json_build_object(
        'code', region.code, 'name', region.name, 'level', {_LEVEL.format("region")},
        'path', (
            SELECT json_agg(
                json_build_object('code', above.code, 'name', above.name, 'level', {_LEVEL.format("above")})
                ORDER BY above.level
            )
            FROM directory_region above
            WHERE above.code IN (left(region.code, 2), left(region.code, 5), left(region.code, 8), region.code)
        )
    ) END AS region,
    entry.address,
    entry.postal_code,
    entry.latitude,
    entry.longitude,
    entry.location_accuracy,
    entry.website,
    entry.description_id,
    entry.description_en,
    entry.languages,
    coalesce((
        SELECT json_agg(json_build_object('kind', kind, 'value', value, 'label', label) ORDER BY id)
        FROM directory_contact WHERE entry_id = entry.id AND visibility = 'public'
    ), '[]') AS contacts,
    coalesce((
        SELECT json_agg(json_build_object(
            'type', relation.type,
            'entry', {typeids.sql("target.kind", "target.id")}
        ) ORDER BY relation.id)
        FROM directory_relation relation JOIN directory_entry target ON target.id = relation.target_id
        WHERE relation.entry_id = entry.id
    ), '[]') AS relations,
    json_build_object(
        'claimed', entry.trust_level <> 'listed',
        'level', entry.trust_level,
        'checked_what', entry.checked_what,
        'verified_at', {_moment("entry.verified_at")},
        'last_confirmed_at', {_moment("entry.last_confirmed_at")},
        'stale', entry.is_stale
    ) AS trust,
    {_moment("entry.created_at")} AS created_at,
    {_moment("entry.updated_at")} AS updated_at,
    school.form,
    school.ownership,
    school.ministry,
    school.accreditation,
    school.pupils,
    school.class_groups,
    json_build_object(
        'exists', coalesce(library.exists, 'unknown'),
        'type', coalesce(library.type, ''),
        'name', coalesce(library.name, ''),
        'npp', coalesce(library.npp, ''),
        'titles', library.titles,
        'copies', library.copies,
        'room_area_m2', library.room_area_m2,
        'opening_hours_per_week', library.opening_hours_per_week,
        'librarians', library.librarians,
        'teacher_librarians', library.teacher_librarians,
        'library_staff', library.library_staff,
        'has_internet', library.has_internet,
        'opac_url', coalesce(library.opac_url, ''),
        'accreditation', coalesce(library.accreditation, ''),
        'accreditation_year', library.accreditation_year,
        'accreditation_valid_until', library.accreditation_valid_until
    ) AS library
"""
COLUMNS = f"""entry.id, event.source_id, {_moment("event.at")} AS recorded_at, row_to_json(document)::text AS members"""
JOINED = f"""
JOIN directory_school school ON school.entry_id = entry.id
JOIN directory_event event ON event.id = entry.first_event_id
LEFT JOIN directory_library library ON library.entry_id = entry.id
LEFT JOIN directory_region region ON region.code = entry.region_id
CROSS JOIN LATERAL (SELECT {_MEMBERS}) AS document
"""


def written(row: Mapping[str, Any]) -> bytes:
    """The document of a row of COLUMNS."""
    source = f'"{_source(row["source_id"])}"' if row["source_id"] else "null"
    provenance = f'{{"source":{source},"recorded_at":"{row["recorded_at"]}"}}'
    key = typeids.encode("sch", row["id"])
    return f'{{"id":"{key}","provenance":{provenance},{row["members"][1:]}'.encode()


@functools.cache
def _source(key: Any) -> str:
    return typeids.encode("src", key)
