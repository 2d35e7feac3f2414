"""The SQL that finds entries and counts them, as an engineer with these tables and indexes would write it by hand."""

from typing import Any

from tests.benchmarks.peers import documents, typeids

LISTED = "entry.kind = 'school' AND entry.status = 'active'"

# Names before places, short names first: every hit is ranked, then the first are taken.
SEARCH = """
SELECT entry.id FROM directory_searchdocument document JOIN directory_entry entry ON entry.id = document.entry_id
WHERE document.words @@ to_tsquery('simple', $1) AND {condition}
ORDER BY document.name_words @@ to_tsquery('simple', $1) DESC, document.score DESC, entry.id LIMIT {limit}
"""

# Each word itself where the vocabulary has it, else its nearest neighbour there.
MEND = """
SELECT coalesce(
    (SELECT word FROM directory_word WHERE word = typed.word),
    (
        SELECT word FROM directory_word
        WHERE length(word) BETWEEN length(typed.word) - 2 AND length(typed.word) + 2
            AND levenshtein_less_equal(word, typed.word, 2) <= 2
        ORDER BY levenshtein_less_equal(word, typed.word, 2), entries DESC, word LIMIT 1
    ),
    typed.word
)
FROM unnest({words}::text[]) WITH ORDINALITY AS typed (word, place) ORDER BY place
"""

SUGGESTIONS = """
SELECT entry.id, entry.kind, entry.name, npsn.value AS npsn, entry.region_id AS region,
    concat_ws(', ', entry.name, district.name, regency.name) AS label
FROM unnest($1::uuid[]) WITH ORDINALITY AS page (id, place) JOIN directory_entry entry USING (id)
LEFT JOIN directory_identifier npsn
    ON npsn.entry_id = entry.id AND npsn.scheme = 'npsn' AND npsn.retired_at IS NULL
LEFT JOIN directory_region regency ON regency.code = left(entry.region_id, 5) AND regency.level = 2
LEFT JOIN directory_region district ON district.code = left(entry.region_id, 8) AND district.level = 3
ORDER BY page.place
"""
SUGGESTED = f"entry.status IN {documents.SEEN}"

_FACETS = {
    "province": "coalesce(left(entry.region_id, 2), 'unknown')",
    "form": "school.form",
    "ownership": "coalesce(nullif(school.ownership, ''), 'unknown')",
}
_SEARCHED = """
JOIN directory_searchdocument document ON document.entry_id = entry.id
    AND document.words @@ to_tsquery('simple', $1)
"""

EVENT = """
INSERT INTO directory_event (
    id, position, type, at, actor_kind, actor_reference, acting_entry_id, source_id, reason, request_id,
    subject_type, subject_id, status_before, status_after
)
SELECT id, journal_open(id, $1), 'website.changed', $1, 'anonymous', '', NULL, NULL, '', '', 'school', $2, '', ''
FROM (SELECT uuidv7() AS id) AS made
"""
WEBSITE = "UPDATE directory_contact SET value = $2 WHERE entry_id = $1 AND kind = 'website'"
VERSION = "SELECT version FROM directory_entry WHERE id = $1"


def facets(names: list[str], *, is_searched: bool) -> str:
    """All facets in one reading of the tables: which one a row counts, its value, the number."""
    values = ", ".join(f"{_FACETS[name]} AS {name}" for name in names)
    sets = ", ".join(f"({name})" for name in names)
    return f"""
        SELECT GROUPING({", ".join(names)}) AS others, coalesce({", ".join(names)}) AS value, count(*) AS number
        FROM (
            SELECT {values} FROM directory_entry entry JOIN directory_school school ON school.entry_id = entry.id
            {_SEARCHED if is_searched else ""} WHERE {LISTED}
        ) AS counted
        GROUP BY GROUPING SETS ({sets})
    """


def arranged(counted: list[tuple[str, int]]) -> dict[str, Any]:
    """The values of one facet as they are shown: most first, what is unknown last."""
    ordered = sorted(counted, key=lambda row: (row[0] == "unknown", -row[1], row[0]))
    return {"buckets": [{"value": value, "count": number} for value, number in ordered], "approximate": False}


def suggestion(row: Any) -> dict[str, Any]:
    """One row of SUGGESTIONS as it is shown."""
    key = typeids.encode(typeids.PREFIXES[row["kind"]], row["id"])
    return {"id": key, "object": "completion"} | {
        name: row[name] for name in ("kind", "name", "label", "npsn", "region")
    }
