"""Which rows of a source's earlier files stand in the directory just so: met again, they are not read anew.

A list that comes again differs in few rows from the one before. A row is passed over when its line is the same to the
last byte, nothing was told of it, and the entry has not changed since (its version says so). The line's hash is keyed
by all else that the outcome hangs on, so that another header, other regions or other code know no row of before.
"""

import array
import bisect
import functools
import hashlib
import struct
import sys
import uuid
from pathlib import Path

from django.db import connection, models

from directory import text, vocabularies
from directory.entries import identifiers
from directory.imports import files, matching, report, staging
from directory.regions import regions


class SeenRow(models.Model):
    """One row of a source's file that the entry agreed with, to the letter, when it had `version`."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("directory.Source", on_delete=models.CASCADE, related_name="+")
    # Without a constraint or an index: a row whose entry is gone, or of another version, means nothing.
    entry = models.ForeignKey(
        "directory.Entry", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    version = models.BigIntegerField()
    npsn_number = models.IntegerField()
    digest = models.UUIDField()

    def __str__(self) -> str:
        return f"row of {self.entry_id} at version {self.version}"


_KNOWN = """
SELECT string_agg(substring(uuid_send(digest) FOR 8), '' ORDER BY digest),
    string_agg(substring(uuid_send(digest) FROM 9), '' ORDER BY digest),
    string_agg(int8send(seen.id), '' ORDER BY digest), string_agg(int4send(npsn_number), '' ORDER BY digest)
FROM directory_seenrow AS seen
JOIN directory_entry AS entry ON entry.id = seen.entry_id AND entry.version = seen.version
WHERE source_id = %s
"""
# What became of a row that agrees now: it made its school, or met it, and nothing that it says was refused. A school
# with two numbers is left out: which of its rows speaks depends on what else is in the file.
_KEEP = f"""
INSERT INTO directory_seenrow (source_id, entry_id, version, npsn_number, digest)
SELECT %(source)s, entry.id, entry.version, npsn_number, digest
FROM (
    SELECT line, entry_id FROM import_new UNION ALL SELECT line, entry_id FROM import_match WHERE {matching.USABLE}
) AS target JOIN import_school USING (line) JOIN directory_entry AS entry ON entry.id = target.entry_id
WHERE digest IS NOT NULL AND line NOT IN (SELECT line FROM import_told)
    AND line NOT IN (SELECT line FROM import_verdict WHERE NOT allowed)
    AND entry.id NOT IN (
        SELECT entry_id FROM directory_identifier WHERE scheme = 'npsn' AND retired_at IS NULL
        GROUP BY entry_id HAVING count(*) > 1
    )
ORDER BY line
"""


_HALVES = struct.Struct(">QQ").unpack


class Numbers:
    """The NPSN that a file has had so far."""

    def __init__(self) -> None:
        self._bits = bytearray(15_000_000)  # one bit for every possible one: memory does not grow with the file

    @staticmethod
    def of(npsn: str) -> int:
        """The place of an NPSN: 8 digits are their own number; P and K with 7 digits follow."""
        if npsn[0] in "PK":
            return {"P": 100_000_000, "K": 110_000_000}[npsn[0]] + int(npsn[1:])
        return int(npsn)

    def first(self, number: int) -> bool:
        """Whether the number was not met before; from now on it was."""
        byte, bit = number >> 3, 1 << (number & 7)
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True


class Known:
    """The rows of earlier files of a source that may be passed over, as long as their NPSN was not met before."""

    def __init__(self, source: uuid.UUID, *, key: bytes) -> None:
        self.numbers = Numbers()
        self._key = key
        self._high, self._low, self._ids = (array.array("Q") for _ in range(3))
        self._npsn = array.array("i")
        self._met = array.array("q")
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [source])
            found = cursor.fetchone()
        for column, packed in zip((self._high, self._low, self._ids, self._npsn), found, strict=True):
            column.frombytes(packed or b"")
            if sys.byteorder == "little":
                column.byteswap()  # PostgreSQL sends the highest byte first

    def digest(self, line: str) -> bytes:
        """The 16 bytes by which a line is known again."""
        return hashlib.blake2b(line.encode(errors="surrogateescape"), digest_size=16, person=self._key).digest()

    def takes(self, line: str) -> bool:
        """Whether the row on this line may be passed over; if so its NPSN counts as met."""
        high, low = _HALVES(self.digest(line))
        place = bisect.bisect_left(self._high, high)
        if (
            place == len(self._high)
            or self._high[place] != high
            or self._low[place] != low
            or not self.numbers.first(self._npsn[place])
        ):
            return False
        self._met.append(self._ids[place])
        return True

    def stage(self) -> None:
        """Make import_known: (seen_id, entry_id) of the rows that were passed over."""
        staging.execute("CREATE TEMP TABLE import_met (seen_id bigint)")
        staging.copy_in("import_met", ("seen_id",), ((key,) for key in self._met))
        staging.make(
            "import_known",
            "SELECT seen_id, entry_id FROM import_met JOIN directory_seenrow AS seen ON seen.id = seen_id",
        )


def key(table: files.Table, *, scheme: str) -> bytes:
    """16 bytes of all that the outcome of a row hangs on besides its line and its entry: columns, regions, our code."""
    with connection.cursor() as cursor:
        # Whatever is changed of a region, its codes too, raises its version.
        cursor.execute("SELECT count(*), sum(version), max(changed_position) FROM directory_region")
        ground = (*cursor.fetchone(), scheme, table.delimiter, *table.header)
    return hashlib.blake2b(repr(ground).encode() + _code(), digest_size=16).digest()


@functools.cache
def _code() -> bytes:
    modules = (Path(str(module.__file__)) for module in (text, vocabularies, identifiers, regions))
    digest = hashlib.blake2b()
    for file in (*sorted(Path(__file__).parent.glob("*.py")), *modules):
        digest.update(file.read_bytes())
    return digest.digest()


def keep(source: uuid.UUID, *, problems: report.Report) -> None:
    """Remember the rows that agree now, and forget those that did and no longer stand in the file."""
    staging.execute("CREATE TEMP TABLE import_told (line integer)")
    staging.copy_in("import_told", ("line",), ((line,) for line in problems.lines))
    for table in ("import_told", "directory_seenrow"):
        staging.execute(f"ANALYZE {table}")
    staging.execute(
        "DELETE FROM directory_seenrow WHERE source_id = %(source)s AND id NOT IN (SELECT seen_id FROM import_known)",
        {"source": source},
    )
    staging.execute(_KEEP, {"source": source})
