"""What the builder's processes do: make a part of the entries and write it, or keep the bodies of some entries."""

import datetime
import functools
import json
import uuid
from collections.abc import Iterator

from django.db import connection, transaction

from api import bodies
from directory import actors, journal, text
from directory import ids as public
from directory.entries import entries, sources
from directory.regions import indonesia
from directory.search import cells, words
from tests.benchmarks import data_names, data_places, data_sql

START = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
BUILDER = actors.command("benchmarks")
NEVER_MEETING = 5  # entries with both of two frequent words ("negeri", "kristen") that meet in no other
SOURCES = {
    name: uuid.UUID(f"01930000-0000-7000-8000-{number:012x}") for number, name in enumerate(("daftar", "ralat"), 1)
}


def begin() -> None:
    """Write what stands under all parts: regions, sources, products."""
    with transaction.atomic():
        indonesia.load(by=BUILDER, now=START)
        journal.record("regions.imported", by=BUILDER, now=START)
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE made_region ON COMMIT DROP AS SELECT * FROM directory_region WITH NO DATA"
            )
            columns = "code, name, name_key, level, parent_id, latitude, longitude"
            with cursor.copy(f"COPY made_region ({columns}) FROM STDIN") as copy:
                for code, name, *rest in data_places.regions(data_places.districts()):
                    copy.write_row((code, name, text.normalise(name), *rest))
            cursor.execute(data_sql.REGIONS)
            cursor.execute("ANALYZE directory_region")
    with transaction.atomic():
        journal.record("sources.described", by=BUILDER, now=START)
        for rank, (name, key) in enumerate(SOURCES.items(), start=100):
            sources.Source.objects.create(id=key, name=f"rekaan-{name}", title=f"Data uji: {name}", rank=rank)
        with connection.cursor() as cursor:
            cursor.execute(data_sql.PRODUCTS)


def fill(size: int, part: int) -> int:
    """Write one part of the entries with all their rows; returns how many entries."""
    now = START + datetime.timedelta(hours=part)
    with connection.cursor() as cursor:
        cursor.execute(data_sql.STAGING)
        cursor.execute("TRUNCATE made")
        with cursor.copy(f"COPY made ({', '.join(data_sql.MADE)}) FROM STDIN") as copy:
            for line in lines(size, part):
                copy.write(line)
        cursor.execute("ANALYZE made")
        for source, statements in (("daftar", data_sql.ROWS), ("ralat", data_sql.CORRECTED)):
            with transaction.atomic():
                journal.record("source.imported", by=BUILDER, now=now, source=SOURCES[source])
                for statement in statements.values():
                    cursor.execute(statement)
            now += datetime.timedelta(days=30)
        cursor.execute("SELECT count(*) FROM made")
        return int(cursor.fetchone()[0])


@functools.cache
def _ground(size: int) -> tuple[list[str], data_places.Country]:
    return data_names.vocabulary(data_names.distinct(size)), data_places.Country(size)


def lines(size: int, part: int) -> Iterator[str]:
    """The entries of a part as lines for COPY; the columns are those of data_sql.MADE."""
    known, country = _ground(size)
    names, throws = data_names.Names(known, part=f"{size} {part}"), data_names.dice(f"points {size} {part}")
    never = list(data_names.never_meeting(NEVER_MEETING))
    district = country.districts[0]
    for number in range(part * data_sql.PART, min(size, (part + 1) * data_sql.PART)):
        there = country.district(number)
        if there is not district:
            names.elsewhere()
            district = there
        kind, form, ownership = kind_of(number), "", ""
        if kind != "school":
            name = names.others(kind)
        elif number % (size // NEVER_MEETING) == size // NEVER_MEETING // 200 * 100:
            name, form, ownership = never[number // (size // NEVER_MEETING)], "sd", "state"
        else:
            name, form, ownership = names.school()
        code, latitude, longitude = _point(district, kind=kind, throws=throws, number=number)
        other = names.place() if throws.random() < 0.12 else ""
        if other and form:
            other = f"{form} {other}"
        address = "" if kind == "author" else names.address(names.place())
        yield (
            "\t".join(
                (
                    str(number),
                    identity(number, throws.getrandbits(74)),
                    kind,
                    name,
                    text.normalise(name),
                    code,
                    address,
                    latitude,
                    longitude,
                    form,
                    ownership,
                    other.upper() or "\\N",
                    text.normalise(other) or "\\N",
                )
            )
            + "\n"
        )


def kind_of(number: int) -> str:
    """The kind of the entry `number`: 95 of 100 are schools, and one in a thousand is a vendor."""
    place = number % 100
    if place < 95:
        return "school"
    if place < 98:
        return "publisher" if place == 95 else "author"
    return "vendor" if number % 1000 == 99 else "organisation"


def identity(number: int, random: int) -> str:
    """A version 7 id: later numbers have later ids, some seconds apart."""
    moment = int(START.timestamp() * 1000) + number * 4_000
    return str(uuid.UUID(int=moment << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1))


def _point(
    district: data_places.District, *, kind: str, throws: "data_names.random.Random", number: int
) -> tuple[str, str, str]:
    """Region code, latitude and longitude as COPY reads them; a person stands at the regency's centre."""
    if kind == "author":
        return district.code[:5], f"{district.latitude:.1f}", f"{district.longitude:.1f}"
    code = (
        f"{district.code}.{1001 + number % len(district.villages)}"
        if district.villages and number % 2
        else district.code
    )
    if throws.random() < 0.03:
        return code, "\\N", "\\N"
    return code, f"{district.latitude + throws.gauss(0, 0.03):.6f}", f"{district.longitude + throws.gauss(0, 0.03):.6f}"


def behind() -> list[uuid.UUID]:
    """The visible entries whose body is missing or of other serializers: West Java's first, then by their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM directory_entry entry WHERE status = ANY (%s) AND NOT EXISTS (SELECT FROM api_keptbody kept"
            " WHERE kept.entry_id = entry.id AND kept.version = entry.version AND kept.shape = %s)"
            " ORDER BY region_id LIKE '32%%' DESC, id",
            [list(entries.SEEN), bodies.shape()],
        )
        return [key for (key,) in cursor.fetchall()]


def keep(ids: list[uuid.UUID]) -> int:
    """Keep the bodies of entries, as the server's own worker does; returns how many."""
    with transaction.atomic():
        return bodies.keep(ids)


def keep_fillers(ids: list[uuid.UUID]) -> int:
    """Give entries the bodies of others of their kind, with their own ids; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(data_sql.FILLERS, {"ids": ids, "prefixes": json.dumps(public.PREFIXES), "shape": bodies.shape()})
        return int(cursor.rowcount)


def settle() -> None:
    """Count the words of all entries, and put the facets' changes into their sums, as the worker does."""
    words.rebuild()
    cells.fold()
