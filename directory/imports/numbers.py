"""The ids of the ministry's database that a file gives its schools: added, replaced, or reported as in conflict."""

import datetime

from directory.imports import matching, origins, report, staging

# Of two entries that want the same id, the first row of the file gets it; an id that somebody retired stays retired.
_IDS = """
WITH target AS (
    SELECT line, entry_id FROM import_match WHERE {usable} UNION ALL SELECT line, entry_id FROM import_new
), present AS (
    SELECT id.entry_id, bool_and({may_write}) AS may_write FROM directory_identifier AS id
    LEFT JOIN directory_event AS said ON said.id = coalesce((id.sources ->> 'value')::uuid, id.first_event_id)
    LEFT JOIN directory_source AS its ON its.id = said.source_id
    WHERE id.scheme = 'dapodik_id' AND id.retired_at IS NULL GROUP BY id.entry_id
), retired AS (
    SELECT DISTINCT entry_id, value FROM directory_identifier WHERE scheme = 'dapodik_id' AND retired_at IS NOT NULL
)
SELECT target.line, target.entry_id, staged.dapodik_id AS value, CASE
    WHEN other.id IS NOT NULL THEN 'id_taken'
    WHEN row_number() OVER (PARTITION BY staged.dapodik_id ORDER BY target.line) > 1 THEN 'id_taken'
    WHEN retired.value IS NOT NULL THEN 'id_retired'
    WHEN NOT present.may_write THEN 'kept_stronger_value'
    END AS code
FROM target JOIN import_school AS staged USING (line)
LEFT JOIN directory_identifier AS other
    ON other.scheme = 'dapodik_id' AND other.value = staged.dapodik_id AND other.retired_at IS NULL
LEFT JOIN present ON present.entry_id = target.entry_id
LEFT JOIN retired ON retired.entry_id = target.entry_id AND retired.value = staged.dapodik_id
WHERE staged.dapodik_id IS NOT NULL AND other.entry_id IS DISTINCT FROM target.entry_id
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
