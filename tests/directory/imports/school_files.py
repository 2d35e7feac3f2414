"""Files of schools for tests of their import: rows, a run of the command, and what it may leave behind."""

import csv
import io

from django.core.management import call_command
from django.utils.timezone import datetime

from directory.models import Entry, Event, History, Identifier, QuarantinedRow, School, Source
from tests import factories

HEADER = "npsn,nama,bentuk,status,alamat,kode_provinsi,kode_kab_kota,kode_kecamatan,lat,lng"
ROW = "20106343,SD NEGERI 1 SUKAMAJU,SD,N,Jl. Melati 1,33,33.73,33.73.04,-7.33,110.5"
OTHER = "20106344,SMP SWASTA 2,SMP,S,Jl. Mawar 2,33,33.73,33.73.04,-7.34,110.51"
SOURCE_A = {"source": "a", "source_title": "A", "source_date": datetime(2020, 1, 1).date()}
SOURCE_B = {"source": "b", "source_title": "B", "source_date": datetime(2021, 1, 1).date()}


class Import:
    """Runs the command on lines of text and keeps what it said and reported."""

    def __init__(self, folder):
        self.path = folder / "schools.csv"
        self.report_path = folder / "report.csv"

    def __call__(self, *lines, header=HEADER, content=None, **options):
        self.path.write_bytes(content if content is not None else "\n".join([header, *lines]).encode())
        said = io.StringIO()
        call_command(
            "import_schools",
            str(self.path),
            stdout=said,
            **{"region_scheme": "kemendagri", "report": self.report_path, **SOURCE_A, **options},
        )
        self.said = said.getvalue()
        return [(row["line"], row["column"], row["code"], row["value"]) for row in self.report()]

    def report(self):
        with self.report_path.open(newline="") as file:
            return list(csv.DictReader(file))

    def codes(self):
        return [row["code"] for row in self.report()]


def traces():
    """What an import may leave behind: rows, versions, places in the feed, history and events."""
    return (
        list(Entry.objects.order_by("id").values()),
        list(School.objects.order_by("entry_id").values()),
        list(Identifier.objects.order_by("id").values()),
        list(Source.objects.values()),
        list(QuarantinedRow.objects.values()),
        History.objects.count(),
        Event.objects.count(),
    )


def school(npsn="20106343"):
    return Entry.objects.select_related("school").get(identifiers__value=npsn, identifiers__scheme="npsn")


def set_by_person(npsn="20106343", **fields):
    with factories.recorded("entry.edited"):
        Entry.objects.filter(pk=school(npsn).pk).update(**fields)
