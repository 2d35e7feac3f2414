"""Which staged school is which entry, where they differ, and which differences this source may write."""

from typing import NamedTuple

from directory.imports import origins, report, staging


class Field(NamedTuple):
    """One fact of a school; `stored` (alias live) and `staged` name its row in the directory and in the file."""

    name: str  # as in the file's header table
    table: str
    columns: tuple[str, ...]  # compared, and judged by who set them
    silent: str  # SQL: the file says nothing, or less than what is stored
    unset: str  # SQL: nothing is stored
    shown: str  # SQL: what the file says, for the report
    derived: tuple[str, ...] = ()  # written along


ENTRY, SCHOOL = "directory_entry", "directory_school"
FIELDS = (
    Field("name", ENTRY, ("name",), "false", "false", "staged.name", derived=("name_key",)),
    Field(
        "region",
        ENTRY,
        ("region_id",),
        "staged.region_id IS NULL OR starts_with(live.region_id, staged.region_id || '.')",
        "live.region_id IS NULL",
        "staged.region_id",
    ),
    Field("address", ENTRY, ("address",), "staged.address = ''", "live.address = ''", "staged.address"),
    Field(
        "postal_code", ENTRY, ("postal_code",), "staged.postal_code = ''", "live.postal_code = ''", "staged.postal_code"
    ),
    Field(
        "latitude",
        ENTRY,
        ("latitude", "longitude", "location_accuracy"),
        "staged.latitude IS NULL",
        "live.latitude IS NULL",
        "concat_ws(' ', staged.latitude, staged.longitude, staged.location_accuracy)",
    ),
    Field("form", SCHOOL, ("form",), "false", "false", "staged.form"),
    Field("ministry", SCHOOL, ("ministry",), "false", "live.ministry = ''", "staged.ministry"),
    Field("ownership", SCHOOL, ("ownership",), "staged.ownership = ''", "live.ownership = ''", "staged.ownership"),
)
KEYS = {ENTRY: "id", SCHOOL: "entry_id"}

# After a merge an entry may have two numbers: the one it always had speaks first.
_MATCH = """
SELECT staged.line, entry.id AS entry_id, entry.kind, entry.status,
    row_number() OVER (PARTITION BY entry.id ORDER BY npsn.sources ? 'entry_id', npsn.id) AS turn
FROM import_school AS staged
JOIN directory_identifier AS npsn
    ON npsn.scheme = 'npsn' AND npsn.value = staged.npsn AND npsn.retired_at IS NULL
JOIN directory_entry AS entry ON entry.id = npsn.entry_id
"""
USABLE = "import_match.kind = 'school' AND import_match.status <> 'merged' AND import_match.turn = 1"
_NEW = """
SELECT uuidv7() AS entry_id, staged.line FROM import_school AS staged
WHERE NOT EXISTS (SELECT FROM import_match WHERE import_match.line = staged.line) ORDER BY staged.line
"""

# Whether this source may write over a value: `said` is the event that set it, `its` that event's source. Of two
# sources of one rank the newer wins; of two of one day the first, or else they would take turns for ever.
MAY_WRITE = """
coalesce(said.source_id = %(source)s OR NOT {silent} AND (
    its.rank < %(rank)s OR its.rank = %(rank)s AND NOT coalesce(its.date >= %(date)s::date, false)), false)
"""


def present(headers: dict[str, str]) -> tuple[Field, ...]:
    """The facts that a file with these fields tells."""
    told = set(headers) | {"ministry"} | ({"region"} if any(name.endswith("_code") for name in headers) else set())
    return tuple(field for field in FIELDS if field.name in told)


def match(fields: tuple[Field, ...]) -> None:
    """Make import_match, import_new and, locked until the transaction ends, import_candidate: what differs at all."""
    staging.know(ENTRY, SCHOOL, "directory_identifier")
    staging.make("import_match", _MATCH)
    staging.make("import_new", _NEW)
    differing = " OR ".join(
        f"({_row('live' if table == ENTRY else 'school', fields, table)})"
        f" IS DISTINCT FROM ({_row('staged', fields, table)})"
        for table in KEYS
    )
    staging.make(
        "import_candidate",
        f"""SELECT line, import_match.entry_id FROM import_match JOIN import_school AS staged USING (line)
        JOIN directory_entry AS live ON live.id = import_match.entry_id
        LEFT JOIN directory_school AS school ON school.entry_id = import_match.entry_id
        WHERE {USABLE} AND ({differing})""",
    )
    for table, key in KEYS.items():
        staging.execute(f"SELECT FROM {table} WHERE {key} IN (SELECT entry_id FROM import_candidate) FOR UPDATE")


def _row(alias: str, fields: tuple[Field, ...], table: str) -> str:
    return ", ".join(f"{alias}.{column}" for field in fields if field.table == table for column in field.columns)


def judge(fields: tuple[Field, ...], *, origin: origins.Origin) -> None:
    """Make import_verdict: (line, entry_id, field, allowed, silent, shown) of every difference of the candidates."""
    staging.make("import_difference", " UNION ALL ".join(_differences(table, fields) for table in KEYS))
    staging.make(
        "import_verdict",
        f"""SELECT line, entry_id, field, min(shown) AS shown, bool_or(silent) AS silent,
            bool_and(unset OR {MAY_WRITE.format(silent="silent")}) AS allowed
        FROM import_difference
        LEFT JOIN directory_event AS said ON said.id = import_difference.event_id
        LEFT JOIN directory_source AS its ON its.id = said.source_id
        GROUP BY line, entry_id, field""",
        {"source": origin.id, "rank": origin.rank, "date": origin.date},
    )


def _differences(table: str, fields: tuple[Field, ...]) -> str:
    values = ", ".join(
        f"('{field.name}', '{column}', ({_row('live', (field,), table)}) IS DISTINCT FROM"
        f" ({_row('staged', (field,), table)}), {field.unset}, {field.silent}, {field.shown})"
        for field in fields
        if field.table == table
        for column in field.columns
    )
    return f"""
    SELECT line, candidate.entry_id, field, shown, coalesce(silent, false) AS silent,
        unset AND NOT live.sources ? told.column AS unset,
        coalesce((live.sources ->> told.column)::uuid, live.first_event_id) AS event_id
    FROM import_candidate AS candidate JOIN import_school AS staged USING (line)
    JOIN {table} AS live ON live.{KEYS[table]} = candidate.entry_id
    CROSS JOIN LATERAL (VALUES {values}) AS told (field, "column", differs, unset, silent, shown)
    WHERE told.differs
    """


def tell(problems: report.Report, *, headers: dict[str, str]) -> None:
    """Report matches that are left alone, closed schools that are still listed and values that stay."""
    for line, code, npsn in staging.copy_out(_LEFT_ALONE):
        problems.add(int(line), headers["npsn"], code, npsn)
    for line, npsn in staging.copy_out(_RETIRED):
        problems.add(int(line), headers["npsn"], "retired_npsn", npsn)
    kept = "SELECT line, field, shown FROM import_verdict WHERE NOT allowed AND NOT silent ORDER BY line, field"
    for line, field, shown in staging.copy_out(kept):
        problems.add(int(line), headers.get(field, field), "kept_stronger_value", shown)


_LEFT_ALONE = """
SELECT line, code, npsn FROM (
    SELECT import_match.*, npsn, CASE
        WHEN kind <> 'school' THEN 'npsn_of_another_kind'
        WHEN status = 'merged' THEN 'merged_school'
        WHEN turn > 1 THEN 'second_npsn'
        WHEN status = 'closed' THEN 'closed_school'
    END AS code
    FROM import_match JOIN import_school USING (line)
) AS told WHERE code IS NOT NULL ORDER BY line
"""
_RETIRED = """
SELECT DISTINCT line, npsn FROM import_new JOIN import_school USING (line)
JOIN directory_identifier AS old ON old.scheme = 'npsn' AND old.value = npsn ORDER BY line
"""
