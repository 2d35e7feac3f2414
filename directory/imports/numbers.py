"""The ids of the ministry's database that a file gives its schools: added, replaced, or reported as in conflict."""

import datetime

from directory.imports import matching, origins, report, staging

# Of two entries that want the same id, the first row of the file gets it; an id that somebody retired stays retired.
_IDS = """
SELECT target.line, target.entry_id, staged.dapodik_id AS value, CASE
    WHEN EXISTS (SELECT FROM directory_identifier AS other WHERE other.scheme = 'dapodik_id'
        AND other.value = staged.dapodik_id AND other.retired_at IS NULL) THEN 'id_taken'
    WHEN row_number() OVER (PARTITION BY staged.dapodik_id ORDER BY target.line) > 1 THEN 'id_taken'
    WHEN EXISTS (SELECT FROM directory_identifier AS old WHERE old.scheme = 'dapodik_id'
        AND old.value = staged.dapodik_id AND old.entry_id = target.entry_id) THEN 'id_retired'
    WHEN NOT coalesce((
        SELECT bool_and({may_write}) FROM directory_identifier AS present
        LEFT JOIN directory_event AS said
            ON said.id = coalesce((present.sources ->> 'value')::uuid, present.first_event_id)
        LEFT JOIN directory_source AS its ON its.id = said.source_id
        WHERE present.entry_id = target.entry_id AND present.scheme = 'dapodik_id' AND present.retired_at IS NULL
    ), true) THEN 'kept_stronger_value'
    END AS code
FROM (
    SELECT line, entry_id FROM import_match WHERE {usable} UNION ALL SELECT line, entry_id FROM import_new
) AS target
JOIN import_school AS staged USING (line)
LEFT JOIN directory_identifier AS same ON same.scheme = 'dapodik_id' AND same.value = staged.dapodik_id
    AND same.entry_id = target.entry_id AND same.retired_at IS NULL
WHERE staged.dapodik_id IS NOT NULL AND same.id IS NULL
"""


def judge(origin: origins.Origin) -> None:
    """Make import_id: (line, entry_id, value, code) of every id that its entry does not have; no code: write it."""
    staging.make(
        "import_id",
        _IDS.format(may_write=matching.MAY_WRITE.format(silent="false"), usable=matching.USABLE),
        {"source": origin.id, "rank": origin.rank, "date": origin.date},
    )


def tell(problems: report.Report, *, headers: dict[str, str]) -> None:
    """Report the ids that are not written."""
    refused = "SELECT line, code, value FROM import_id WHERE code IS NOT NULL ORDER BY line"
    for line, code, value in staging.copy_out(refused):
        problems.add(int(line), headers["dapodik_id"], code, value)


def write(now: datetime.datetime) -> None:
    """Retire the ids that are replaced, at `now`, and add the new ones."""
    staging.execute(
        """UPDATE directory_identifier AS present SET retired_at = %(now)s FROM import_id
        WHERE import_id.code IS NULL AND present.entry_id = import_id.entry_id AND present.scheme = 'dapodik_id'
        AND present.retired_at IS NULL""",
        {"now": now},
    )
    staging.execute(
        """INSERT INTO directory_identifier (entry_id, scheme, value)
        SELECT entry_id, 'dapodik_id', value FROM import_id WHERE code IS NULL ORDER BY line"""
    )
