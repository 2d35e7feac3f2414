"""Which column of a file is which field: the names that ministries, portals and people give to the same thing."""

from collections.abc import Iterable, Mapping

from directory.imports import files

# field -> the headers that mean it, besides the field's own name; all in lower case
ALIASES: dict[str, tuple[str, ...]] = {
    # schools
    "npsn": ("no_npsn", "nomor_npsn"),
    "name": ("nama", "sekolah", "nama_sekolah", "nama_satuan_pendidikan"),
    "form": ("bentuk", "bentuk_pendidikan", "jenjang"),
    "ownership": ("status", "status_sekolah"),
    "address": ("alamat", "alamat_jalan", "alamat_sekolah"),
    "postal_code": ("kodepos", "kode_pos"),
    "latitude": ("lat", "lintang"),
    "longitude": ("lng", "lon", "long", "bujur"),
    "dapodik_id": ("id", "id_sekolah", "sekolah_id"),
    "province_code": ("kode_prop", "kode_propinsi", "kode_provinsi", "kode_prov"),
    "regency_code": ("kode_kab_kota", "kode_kab", "kode_kabupaten", "kode_kabupaten_kota"),
    "district_code": ("kode_kec", "kode_kecamatan"),
    # regions
    "code": ("kode", "kode_wilayah", "kode_kemendagri"),
    "level": ("tingkat",),
    "parent_code": ("kode_induk", "induk"),
    "area_km2": ("luas_km2", "luas"),
    "population": ("penduduk", "jumlah_penduduk"),
}


def match(
    header: list[str],
    *,
    required: Iterable[str],
    optional: Iterable[str] = (),
    aliases: Mapping[str, tuple[str, ...]] = ALIASES,
) -> dict[str, int]:
    """The position of each field in the file, in any order; columns that nobody asked for are left aside.

    `header` is in lower case (files.Table.header). Raises files.Refused for a required field
    without a column and for a field with two.
    """
    places: dict[str, int] = {}
    required = tuple(required)
    for field in (*required, *optional):
        found = [header.index(name) for name in (field, *aliases.get(field, ())) if name in header]
        if len(found) > 1:
            names = ", ".join(header[place] for place in found)
            raise files.Refused(f"The columns {names} all mean {field}: leave one of them.")
        if found:
            places[field] = found[0]
    missing = [field for field in required if field not in places]
    if missing:
        raise files.Refused(_missing(missing, header, aliases))
    return places


def _missing(fields: list[str], header: list[str], aliases: Mapping[str, tuple[str, ...]]) -> str:
    wanted = "; ".join(" or ".join((field, *aliases.get(field, ()))) for field in fields)
    return f"A column is missing: {wanted}. The file has: {', '.join(name or '(no name)' for name in header)}."
