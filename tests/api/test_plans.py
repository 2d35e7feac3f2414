"""What the hot requests read at 60,000 entries: the plan of every statement that they really send.

With fewer rows the planner is right to read whole tables. They take some seconds to write, so one test asks for all; a
transaction left open between tests would hold back the feeds that the other workers' tests wait for.
"""

import json

import pytest
from django.db import connection

from api import bodies
from api.stack import profiles
from directory import ids
from directory.models import Entry, Product
from tests import factories
from tests.api import statements

NUMBER = 60_000
BIG = 2_000  # rows: to read a smaller table whole is no fault
MOST_READ = NUMBER // 10  # rows of entries for a page of 50, which a filter that few match needs

_REGIONS = """
INSERT INTO directory_region (code, name, name_key, level, parent_id, postal_code, time_zone)
SELECT code, 'Wilayah ' || code, 'wilayah ' || replace(code, '.', ' '), level,
    nullif(left(code, length(code) - cut), ''), '', ''
FROM (
    SELECT (10 + p)::text AS code, 1 AS level, 2 AS cut FROM generate_series(1, 30) p
    UNION ALL SELECT format('%s.%s', 10 + p, 10 + r), 2, 3 FROM generate_series(1, 30) p, generate_series(1, 15) r
    UNION ALL SELECT format('%s.%s.%s', 10 + p, 10 + r, 10 + d), 3, 3
    FROM generate_series(1, 30) p, generate_series(1, 15) r, generate_series(1, 10) d
    UNION ALL SELECT format('%s.%s.%s.%s', 10 + p, 10 + r, 10 + d, 1000 + v), 4, 5
    FROM generate_series(1, 30) p, generate_series(1, 15) r, generate_series(1, 10) d, generate_series(1, 4) v
) AS made ORDER BY level
"""
_ENTRIES = """
INSERT INTO directory_entry
    (kind, status, name, name_key, region_id, latitude, longitude, location_accuracy, created_at, updated_at)
SELECT
    CASE WHEN n % 100 < 95 THEN 'school' WHEN n % 100 < 97 THEN 'publisher' WHEN n % 100 = 97 THEN 'vendor'
        WHEN n % 100 = 98 THEN 'organisation' ELSE 'author' END,
    CASE WHEN n % 50 = 0 THEN 'closed' ELSE 'active' END, initcap(name), name,
    left(format('%s.%s.%s', 11 + place / 150, 11 + place / 10 % 15, 11 + place % 10),
        CASE WHEN n % 100 = 99 THEN 5 ELSE 8 END),
    -8 + (n % 200) / 50.0, 100 + (n % 997) / 30.0, CASE WHEN n % 100 = 99 THEN 'region' ELSE 'point' END,
    '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second',
    '2026-02-01T00:00:00Z'::timestamptz + n * 7 % 60000 * interval '1 second'
FROM (
    SELECT n, place, (ARRAY['sd negeri', 'smp negeri', 'mi', 'sma'])[dice % 4 + 1] || ' ' || dice % 90 || ' '
        || (ARRAY['mekar', 'harapan', 'jaya', 'cendekia', 'bakti'])[dice % 5 + 1] || ' '
        || translate(to_hex(n / 3), '0123456789abcdef', 'bcdfghjklmnpqrst') AS name
    FROM generate_series(1, %(number)s) AS n, LATERAL (SELECT abs(hashint4(n)) / 2) AS thrown (dice),
        -- In the order of regions, as the ministry's lists are: a region's entries are neighbours in the order of ids.
        LATERAL (SELECT (n - 1) * 4500 / %(number)s) AS counted (place)
) AS named
"""
_BELOW = [
    """INSERT INTO directory_school (entry_id, form, ownership) SELECT id,
        (ARRAY['sd', 'smp', 'mi', 'sma'])[1 + abs(hashtext(id::text)) % 4],
        (ARRAY['state', 'private'])[1 + abs(hashtext(id::text)) / 4 % 2]
    FROM directory_entry WHERE kind = 'school'""",
    "INSERT INTO directory_author (entry_id) SELECT id FROM directory_entry WHERE kind = 'author'",
    "INSERT INTO directory_vendor (entry_id) SELECT id FROM directory_entry WHERE kind = 'vendor'",
    "INSERT INTO directory_publisher (entry_id) SELECT id FROM directory_entry WHERE kind = 'publisher'",
    "INSERT INTO directory_organisation (entry_id, type) SELECT id, 'bookshop' FROM directory_entry"
    " WHERE kind = 'organisation'",
    """INSERT INTO directory_identifier (entry_id, scheme, value) SELECT id, 'npsn',
        (20000000 + row_number() OVER (ORDER BY id))::text FROM directory_entry WHERE kind = 'school'""",
    """INSERT INTO directory_library (entry_id, exists) SELECT entry_id, 'yes' FROM directory_school
    WHERE abs(hashtext(entry_id::text)) % 3 = 0""",
    """INSERT INTO directory_contact (entry_id, kind, value, visibility) SELECT entry_id, 'email',
        entry_id || '@sekolah.example', 'public' FROM directory_school WHERE abs(hashtext(entry_id::text)) % 2 = 0""",
    """INSERT INTO directory_product (name, name_key, vendor_id) SELECT 'Produk ' || n, 'produk ' || n,
        (SELECT id FROM directory_entry WHERE kind = 'vendor' LIMIT 1) FROM generate_series(1, 300) n""",
    """INSERT INTO directory_installation (library_id, product_id, stated_by)
    SELECT school.entry_id, product.id, 'vendor' FROM
        (SELECT entry_id, row_number() OVER () AS place FROM directory_school LIMIT 20000) AS school
        JOIN (SELECT id, row_number() OVER () AS place FROM directory_product) AS product
        ON product.place = 1 + school.place % 300""",
]


@pytest.fixture
def large(db):
    """The large directory."""
    with factories.recorded(settle=False), connection.cursor() as cursor:
        for statement in (_REGIONS, _ENTRIES.replace("%", "%%").replace("%%(number)s", "%(number)s"), *_BELOW):
            cursor.execute(statement, {"number": NUMBER} if "(number)s" in statement else None)
            # A foreign key's check keeps the plan made when the table was empty, until the table is analysed.
            cursor.execute("ANALYZE directory_region, directory_entry, directory_school, directory_product")
        cursor.execute(
            "INSERT INTO api_keptbody (entry_id, version, shape, body) SELECT id, version, %s, %s FROM directory_entry",
            [bodies.shape(), b'{"object":"school","filler":"%s"}' % (b"x" * 700)],
        )
        cursor.execute("ANALYZE")
        for name, value in profiles.PLANS["web"].items():
            cursor.execute(f"SET LOCAL {name} = {value}")


@pytest.fixture
def every_answer_is_checked():
    """Not here: the kept bodies are fillers."""


HOT = [
    "/v1/schools",
    "/v1/entries",
    "/v1/entries?kind=author",
    "/v1/entries?kind=publisher,vendor",
    "/v1/schools?sort=name",
    "/v1/schools?sort=-name",
    "/v1/schools?sort=-updated_at",
    "/v1/entries?sort=updated_at",
    "/v1/schools?sort=-created_at",
    "/v1/schools?region=11",
    "/v1/schools?region=11.11",
    "/v1/schools?region=25.18&form=smp",
    "/v1/schools?region=25&form=smp",
    "/v1/schools?region=11.11.11",
    "/v1/schools?region=11,12.12,13.13.13",
    "/v1/schools?region=11.11&sort=name",
    "/v1/schools?form=sd",
    "/v1/schools?form=sd,mi&ownership=private",
    "/v1/schools?form=sd&region=11.11",
    "/v1/schools?status=closed",
    "/v1/schools?updated_since=2999-01-01",
    "/v1/schools?library_exists=yes",
    "/v1/schools?library_exists=unknown",
    "/v1/schools?near=-6.6,106.8",
    "/v1/schools?near=-6.6,106.8&radius_km=5",
    "/v1/schools?near=-6.6,106.8&form=sd",
    "/v1/schools?bbox=106.7,-6.7,106.9,-6.5",
    "/v1/authors",
    "/v1/vendors?sort=name",
    "/v1/organisations?region=11",
    "/v1/schools/npsn:20000777",
    "/v1/schools/{school}",
    "/v1/entries/{school}",
    "/v1/schools/{school}/installations",
    "/v1/products",
    "/v1/products/{product}",
    "/v1/products/{product}/libraries",
    "/v1/schools?q=20000777",
    "/v1/schools?q=200007",
    "/v1/schools?q=mekar+hjk",
    "/v1/schools?q=sd+negeri",
    "/v1/schools?q=sd+negeri+mekar&region=11",
    "/v1/schools?q=mekra+jaya",
    "/v1/suggest?q=sd+neg",
    "/v1/suggest?q=mekar+h",
    "/v1/suggest?q=20000",
    "/v1/suggest?q=sd%20n&region=11.11",
    "/v1/changes?limit=50",
    "/v1/changes?region=11.11",
    "/v1/changes?kind=author",
    "/v1/regions",
    "/v1/regions?parent=11.11",
    "/v1/regions?within=11&level=district",
    "/v1/regions?level=province",
    "/v1/regions?name=wilayah+11",
    "/v1/regions?sort=name",
    "/v1/regions/11.11.11",
]
# The second page and a page deep inside cost what the first does.
DEEP = ["/v1/schools", "/v1/schools?sort=name", "/v1/schools?sort=-updated_at", "/v1/schools?region=11", "/v1/regions"]


def plans(found):
    """The nodes of the plans of what was read, as (statement, node)."""
    for sql, params in found:
        if sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql if params else sql.replace('%', '%%')}",
                    params or [],
                )
                (plan,) = cursor.fetchone()
            whole = plan if isinstance(plan, list) else json.loads(plan)
            for node in nodes(whole[0]["Plan"]):
                yield sql, node


def nodes(plan):
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def read_rows(node):
    removed = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])


def test_hot_requests_and_deep_pages_read_no_large_table_whole(client, large):
    school = Entry.objects.filter(kind="school").values_list("pk", flat=True)[777]
    product = Product.objects.values_list("pk", flat=True)[77]
    known = {"school": ids.encode("school", school), "product": ids.encode("product", product)}
    paths = [*(path.format(**known) for path in HOT), *(deep(client, path) for path in DEEP)]

    faults = [fault for path in paths for fault in judged(client, path)]

    assert faults == []


def deep(client, path):
    """The address of the page behind the first thousand."""
    joint, cursor = "&" if "?" in path else "?", ""
    for _ in range(5):
        cursor = client.get(f"{path}{joint}limit=200&cursor={cursor}").json()["next_cursor"]
    return f"{path}{joint}cursor={cursor}"


def judged(client, path):
    """What the statements of a request read too much of."""
    with statements.sent() as found:
        response = client.get(path)
    assert response.status_code == 200, response.content
    assert found
    read = 0
    for sql, node in plans(found):
        if "Scan" in node["Node Type"] and "Relation Name" in node:
            table, rows = node["Relation Name"], read_rows(node)
            if node["Node Type"] == "Seq Scan" and rows >= BIG:
                yield f"{path} reads all of {table}: {sql}"
            read += rows if table in ("directory_entry", "directory_school") else 0
    if read > MOST_READ:
        yield f"{path} reads {read} rows of entries: {[sql for sql, _ in found]}"
