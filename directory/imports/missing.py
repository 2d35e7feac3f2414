"""Schools that an earlier file of the same source had and the new one has not: told, never closed."""

from directory.imports import origins, report, staging

# A source has had a school when one of its imports made the entry or set a value of it. The file must cover the
# school's regency: a file of one province says nothing about the others.
_LISTED = """
SELECT DISTINCT npsn.entry_id FROM import_row
JOIN directory_identifier AS npsn
    ON npsn.scheme = 'npsn' AND npsn.value = import_row.npsn AND npsn.retired_at IS NULL
UNION ALL SELECT entry_id FROM import_known
"""
_MISSING = """
WITH covered AS (
    SELECT left(region_id, 5) AS code FROM import_school WHERE length(region_id) >= 5
    UNION SELECT left(region_id, 5) FROM import_known JOIN directory_entry AS entry ON entry.id = import_known.entry_id
    WHERE length(region_id) >= 5
), ours AS (
    SELECT id FROM directory_event WHERE source_id = %(source)s AND type = 'source.imported'
)
SELECT npsn.value, entry.name FROM directory_entry AS entry
JOIN directory_identifier AS npsn ON npsn.entry_id = entry.id AND npsn.scheme = 'npsn' AND npsn.retired_at IS NULL
WHERE entry.kind = 'school' AND entry.status IN ('active', 'hidden')
    AND left(entry.region_id, 5) IN (SELECT code FROM covered)
    AND NOT EXISTS (SELECT FROM import_listed WHERE import_listed.entry_id = entry.id)
    AND (entry.first_event_id IN (SELECT id FROM ours) OR entry.event_id IN (SELECT id FROM ours)
        OR EXISTS (SELECT FROM jsonb_each_text(entry.sources) AS told WHERE told.value::uuid IN (SELECT id FROM ours)))
ORDER BY npsn.value
"""


def tell(problems: report.Report, *, headers: dict[str, str], origin: origins.Origin) -> None:
    """Report each active school of this source that the file leaves out, by number and name."""
    staging.make("import_listed", _LISTED)
    for npsn, name in staging.copy_out(_MISSING, {"source": origin.id}):
        problems.add(None, headers["npsn"], "missing_school", f"{npsn} {name}")
