"""In which region each staged school lies, and whether its point lies near that region."""

from directory.imports import report, staging

# A point is far from its regency when it lies beyond the regency's farthest district by more than this. Measured
# on 213,506 schools of 2019: 213 are, and none of them lies within 25 km of its own district. A fixed distance
# fits no archipelago: 150 km (99.5 % of all schools are nearer) marks 398 that stand beside their own district.
MARGIN_KM = 30
REACH_KM = 150  # of a regency whose districts are not known

_EARTH_RADIUS_KM = 6371.0088
_LENGTHS = {"province": 2, "regency": 5, "district": 8}  # of the codes: 33, 33.73, 33.73.04


def _distance(one: str, other: str) -> str:
    """SQL of the great-circle distance in km between the points of two aliases (haversine), NULL without one."""
    return (
        f"{2 * _EARTH_RADIUS_KM} * asin(sqrt(sind(({one}.latitude - {other}.latitude) / 2) ^ 2"
        f" + cosd({one}.latitude) * cosd({other}.latitude) * sind(({one}.longitude - {other}.longitude) / 2) ^ 2))"
    )


_KEMENDAGRI = "SELECT level, code AS given, code FROM directory_region WHERE level <= 3"
# A code that no region has still says, by its beginning, in which regency and province it would lie.
_ABOVE = {
    "kemendagri": {"regency": "left({code}, 5)", "province": "left({code}, 2)"},
    "dapodik": {"regency": "left({code}, 4) || '00'", "province": "left({code}, 2) || '0000'"},
}
_OTHER_SCHEME = """
SELECT region.level, other.code AS given, region.code
FROM directory_regioncode AS other JOIN directory_region AS region ON region.code = other.region_id
WHERE other.scheme = %(scheme)s AND region.level <= 3
"""

# A district counts only inside the regency that the row names; without one, or with an unknown one, by itself.
_PLACED = """
WITH reach AS (
    SELECT regency.code, regency.latitude, regency.longitude,
        coalesce(max({to_district}) + {margin_km}, {reach_km}) AS km
    FROM directory_region AS regency
    LEFT JOIN directory_region AS district ON district.parent_id = regency.code
    WHERE regency.level = 2
    GROUP BY regency.code
), placed AS (
    SELECT staged.*, province.code AS province_id, regency.code AS regency_id, district.code AS district_id,
        coalesce(
            CASE WHEN regency.code IS NULL OR starts_with(district.code, regency.code || '.') THEN district.code END,
            regency.code, province.code
        ) AS region_id
    FROM import_row AS staged
    LEFT JOIN import_region AS province ON province.level = 1 AND province.given = {province}
    LEFT JOIN import_region AS regency ON regency.level = 2 AND regency.given = {regency}
    LEFT JOIN import_region AS district ON district.level = 3 AND district.given = staged.district_code
    WHERE staged.code IS NULL
)
SELECT placed.*, reach.km AS reach_km, {to_regency} AS distance_km,
    CASE WHEN placed.latitude IS NULL THEN '' WHEN {to_regency} > reach.km THEN 'low' ELSE 'point' END
        AS location_accuracy
FROM placed LEFT JOIN reach ON reach.code = left(placed.region_id, 5)
"""


def place(scheme: str) -> int:
    """Make import_school from the good rows of import_row, with region_id and location_accuracy; returns its rows."""
    regions = _KEMENDAGRI if scheme == "kemendagri" else _OTHER_SCHEME
    staging.make("import_region", regions, {"scheme": scheme} if scheme != "kemendagri" else None)
    above = _ABOVE[scheme]
    finest = "coalesce(nullif(staged.regency_code, ''), staged.district_code)"
    placed = _PLACED.format(
        to_district=_distance("regency", "district"),
        to_regency=_distance("placed", "reach"),
        margin_km=MARGIN_KM,
        reach_km=REACH_KM,
        regency=f"coalesce(nullif(staged.regency_code, ''), {above['regency'].format(code='staged.district_code')})",
        province=f"coalesce(nullif(staged.province_code, ''), {above['province'].format(code=finest)})",
    )
    return staging.make("import_school", placed)


def tell(problems: report.Report, *, headers: dict[str, str]) -> None:
    """Report codes that no region has, districts of another regency, rows without a district and far points.

    `headers` gives the file's own name of each field that it has.
    """
    for field, header in headers.items():
        level = field.removesuffix("_code")
        if level in _LENGTHS:
            # A code above one that is known would say nothing more.
            unknown = f"""SELECT line, {field} FROM import_school
            WHERE {level}_id IS NULL AND {field} <> '' AND coalesce(length(region_id), 0) < {_LENGTHS[level]}
            ORDER BY line"""
            for line, code in staging.copy_out(unknown):
                problems.add(int(line), header, "unknown_region", code)
    district = headers.get("district_code", "")
    for line, code, value in staging.copy_out(_DISTRICT_PROBLEMS) if district else ():
        problems.add(int(line), district, code, value)
    for line, distance in staging.copy_out(_FAR):
        problems.add(int(line), headers["latitude"], "far_from_regency", f"{distance} km")


_DISTRICT_PROBLEMS = """
SELECT line, CASE district_code WHEN '' THEN 'no_district' ELSE 'district_of_another_regency' END, district_code
FROM import_school
WHERE district_code = '' OR district_id IS NOT NULL AND district_id IS DISTINCT FROM region_id
ORDER BY line
"""
_FAR = "SELECT line, round(distance_km) FROM import_school WHERE location_accuracy = 'low' ORDER BY line"
