"""A made-up ministry's file, for machines without the real one: `python -m tests.benchmarks.data_file FOLDER`."""

import csv
import os
import sys
from pathlib import Path

ROWS = 215_371  # as many as the real one has
REGIONS, SCHOOLS = "regions.csv", "schools.csv"


def main(folder: Path) -> None:
    """Write regions.csv and schools.csv into the folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    import django

    django.setup()
    from directory.regions import indonesia
    from tests.benchmarks import data_names, data_places

    country = data_places.Country(ROWS)
    with (folder / REGIONS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("kode", "nama", "lat", "lng"))
        for _, row in indonesia.rows("indonesia"):
            writer.writerow((row["code"], row["name"], row["latitude"], row["longitude"]))
        for code, name, _, _, latitude, longitude in data_places.regions(country.districts):
            writer.writerow((code, name, latitude, longitude))
    names = data_names.Names(data_names.vocabulary(data_names.distinct(ROWS)), part="file")
    throws = data_names.dice("points of the file")
    with (folder / SCHOOLS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        codes = ("kode_provinsi", "kode_kab_kota", "kode_kecamatan")
        writer.writerow(("npsn", "nama", "bentuk", "status", "alamat", *codes, "lat", "lng"))
        for number in range(ROWS):
            district, school = country.district(number), names.school()
            writer.writerow(
                (
                    10_000_000 + number * 7919 % 90_000_000,
                    school.name,
                    school.form.upper(),
                    "N" if school.ownership == "state" else "S",
                    names.address(names.place()),
                    district.code[:2],
                    district.code[:5],
                    district.code,
                    f"{district.latitude + throws.gauss(0, 0.03):.7f}",
                    f"{district.longitude + throws.gauss(0, 0.03):.7f}",
                )
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
