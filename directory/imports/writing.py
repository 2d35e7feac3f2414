"""The writes of an import of schools: new entries, changed values, ids; each table in one statement."""

import datetime

from directory.imports import matching, numbers, staging

# After so many new rows the statistics are far off: without new ones a COMMIT of 215,000 took over ten minutes.
ANALYZE_FROM = 500

_NEW_ENTRIES = """
INSERT INTO directory_entry (id, kind, name, name_key, region_id, address, postal_code, latitude, longitude,
    location_accuracy)
SELECT entry_id, 'school', name, name_key, region_id, address, postal_code, latitude, longitude, location_accuracy
FROM import_new JOIN import_school USING (line) ORDER BY line
"""
_NEW_NUMBERS = """
INSERT INTO directory_identifier (entry_id, scheme, value)
SELECT entry_id, 'npsn', npsn FROM import_new JOIN import_school USING (line) ORDER BY line
"""
# A matched entry without its school's row gets one too.
_NEW_SCHOOLS = """
INSERT INTO directory_school (entry_id, form, ownership, ministry)
SELECT target.entry_id, staged.form, staged.ownership, staged.ministry
FROM (
    SELECT line, entry_id FROM import_new
    UNION ALL SELECT line, entry_id FROM import_candidate
    WHERE NOT EXISTS (SELECT FROM directory_school AS school WHERE school.entry_id = import_candidate.entry_id)
) AS target JOIN import_school AS staged USING (line) ORDER BY line
"""
_CHANGED = """
SELECT line FROM import_verdict WHERE allowed UNION SELECT line FROM import_id WHERE code IS NULL
UNION SELECT line FROM import_candidate
WHERE NOT EXISTS (SELECT FROM directory_school AS school WHERE school.entry_id = import_candidate.entry_id)
"""


def changed_count() -> int:
    """How many rows of the file change an entry that was there; asked before the writes."""
    return staging.count(f"({_CHANGED}) AS changed", "line NOT IN (SELECT line FROM import_new)")


def new_entries() -> int:
    """Write the entries, schools and numbers of the schools that are new; returns how many."""
    made = _written("directory_entry", _NEW_ENTRIES)
    _written("directory_school", _NEW_SCHOOLS)
    _written("directory_identifier", _NEW_NUMBERS)
    return made


def changes(fields: tuple[matching.Field, ...], *, now: datetime.datetime) -> None:
    """Write the allowed differences and the ids."""
    for table, key in matching.KEYS.items():
        own = [field for field in fields if field.table == table]
        staging.execute(
            f"""UPDATE {table} AS live SET {", ".join(_assignments(own))}
            FROM (
                SELECT line, entry_id, array_agg(field) AS fields FROM import_verdict
                WHERE allowed AND field = ANY(%(own)s) GROUP BY line, entry_id
            ) AS chosen JOIN import_school AS staged USING (line)
            WHERE live.{key} = chosen.entry_id""",
            {"own": [field.name for field in own]},
        )
    numbers.write(now)


def _assignments(fields: list[matching.Field]) -> list[str]:
    return [
        f"{column} = CASE WHEN '{field.name}' = ANY(chosen.fields) THEN staged.{column} ELSE live.{column} END"
        for field in fields
        for column in (*field.columns, *field.derived)
    ]


def _written(table: str, sql: str) -> int:
    rows = staging.execute(sql)
    if rows >= ANALYZE_FROM:
        staging.execute(f"ANALYZE {table}")
    return rows
