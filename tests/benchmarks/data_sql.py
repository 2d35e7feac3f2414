"""The statements that turn made-up names into rows of every directory table, one part of the data at a time."""

from directory import ids

PART = 20_000  # entries of one transaction
# What Python makes of each entry; all else hangs on `n` (its number in the whole) by dice that always fall alike.
MADE = (
    "n",
    "id",
    "kind",
    "name",
    "name_key",
    "region_id",
    "address",
    "latitude",
    "longitude",
    "form",
    "ownership",
    "other_name",
    "other_key",
)
STAGING = """
CREATE TEMP TABLE IF NOT EXISTS made (
    n bigint, id uuid, kind text, name text, name_key text, region_id text, address text, latitude double precision,
    longitude double precision, form text, ownership text, other_name text, other_key text
);
CREATE OR REPLACE FUNCTION pg_temp.dice(n bigint, throw integer, sides integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT (abs(hashint8extended(n, throw) / 2) % sides)::integer $$;
CREATE OR REPLACE FUNCTION pg_temp.npsn(n bigint, form text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE form WHEN 'pkbm' THEN 'P' || lpad(n::text, 7, '0') WHEN 'lkp' THEN 'K' || lpad(n::text, 7, '0')
    ELSE (10000000 + n * 7919 % 90000000)::text END $$;
CREATE OR REPLACE FUNCTION pg_temp.domain(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT 'mitra-' || n || '.example.org' $$;
"""
REGIONS = """
INSERT INTO directory_region (code, name, name_key, level, parent_id, latitude, longitude, postal_code, time_zone)
SELECT code, name, name_key, level, parent_id, latitude, longitude, '', '' FROM made_region ORDER BY level, code
"""
# Each statement tells the triggers of all its rows at once, so there is one for each table.
ROWS = {
    "directory_entry": """
INSERT INTO directory_entry (id, kind, status, name, name_key, region_id, address, postal_code, latitude, longitude,
    location_accuracy, website, description_id, languages, merged_into_id, trust_level, verified_at, last_confirmed_at)
SELECT id, kind, status, name, name_key, region_id, address,
    CASE WHEN kind <> 'author' AND pg_temp.dice(n, 1, 10) < 6 THEN (10000 + pg_temp.dice(n, 2, 89999))::text
        ELSE '' END,
    latitude, longitude,
    CASE WHEN latitude IS NULL THEN '' WHEN kind = 'author' THEN 'region' WHEN n % 61 = 7 THEN 'low' ELSE 'point' END,
    CASE WHEN pg_temp.dice(n, 3, 10) < 4 THEN 'https://' || pg_temp.domain(n) || '/' ELSE '' END,
    CASE WHEN pg_temp.dice(n, 4, 20) < 3 THEN 'Data uji yang direka untuk mengukur kecepatan: ' || name
        || ' di ' || address || ', buka pada hari kerja pukul 07.00 sampai dengan 14.00.' ELSE '' END,
    CASE WHEN pg_temp.dice(n, 5, 10) < 3 THEN ARRAY['id'] ELSE ARRAY[]::text[] END,
    CASE WHEN status = 'merged' THEN before END,
    CASE WHEN n % 89 = 1 THEN 'verified' WHEN n % 37 = 2 THEN 'claimed' ELSE 'listed' END,
    CASE WHEN n % 89 = 1 THEN timestamptz '2025-01-01 03:00Z' + pg_temp.dice(n, 6, 500) * interval '1 day' END,
    CASE WHEN n % 37 = 2 THEN timestamptz '2025-06-01 03:00Z' + pg_temp.dice(n, 7, 300) * interval '1 day' END
FROM (
    SELECT *, CASE WHEN n % 331 = 5 AND kind = 'school' AND lag(kind) OVER (ORDER BY n) = 'school' THEN 'merged'
        WHEN n % 397 = 7 THEN 'hidden' WHEN n % 67 = 3 THEN 'closed' ELSE 'active' END AS status,
        lag(id) OVER (ORDER BY n) AS before
    FROM made
) AS named ORDER BY n
""",
    "directory_school": """
INSERT INTO directory_school (entry_id, form, ownership, ministry, accreditation, pupils, class_groups)
SELECT id, form, ownership, CASE WHEN form IN ('mi', 'mts', 'ma', 'ra') THEN 'kemenag' ELSE 'kemendikdasmen' END,
    (ARRAY['a', 'a', 'a', 'b', 'b', 'b', 'b', 'c', 'belum', ''])[1 + pg_temp.dice(n, 10, 10)],
    pupils, 1 + pupils / 26
FROM made, LATERAL (SELECT 12 + pg_temp.dice(n, 11, 300) + pg_temp.dice(n, 12, 90) ^ 2 / 30) AS counted (amount),
    LATERAL (SELECT amount::integer) AS whole (pupils)
WHERE kind = 'school' ORDER BY n
""",
    "directory_publisher": """
INSERT INTO directory_publisher (entry_id, founded_year, book_levels, subjects)
SELECT id, 1950 + pg_temp.dice(n, 13, 70), ARRAY['b1', 'c'], ARRAY[100 * pg_temp.dice(n, 14, 10)]
FROM made WHERE kind = 'publisher' ORDER BY n
""",
    "directory_author": """
INSERT INTO directory_author (entry_id, roles, book_levels)
SELECT id, ARRAY[(ARRAY['writer', 'illustrator', 'translator', 'editor', 'storyteller'])[1 + pg_temp.dice(n, 15, 5)]],
    ARRAY['c', 'd'] FROM made WHERE kind = 'author' ORDER BY n
""",
    "directory_vendor": """
INSERT INTO directory_vendor (entry_id, founded_year, services)
SELECT id, 1990 + pg_temp.dice(n, 16, 33), ARRAY['installation', 'training'] FROM made
WHERE kind = 'vendor' ORDER BY n
""",
    "directory_organisation": """
INSERT INTO directory_organisation (entry_id, type)
SELECT id,
    (ARRAY['foundation', 'community_library', 'bookshop', 'association', 'university', 'government_office'])
    [1 + pg_temp.dice(n, 17, 6)] FROM made WHERE kind = 'organisation' ORDER BY n
""",
    "directory_library": """
INSERT INTO directory_library (entry_id, exists, type, titles, copies, librarians, has_internet, opac_url,
    accreditation)
SELECT id, exists, CASE exists WHEN 'yes' THEN 'library' ELSE '' END,
    CASE exists WHEN 'yes' THEN 200 + pg_temp.dice(n, 20, 3000) END,
    CASE exists WHEN 'yes' THEN 3200 + pg_temp.dice(n, 21, 9000) END,
    CASE exists WHEN 'yes' THEN pg_temp.dice(n, 22, 3) END,
    CASE exists WHEN 'yes' THEN pg_temp.dice(n, 23, 2) = 0 END,
    CASE WHEN exists = 'yes' AND pg_temp.dice(n, 24, 5) = 0 THEN 'https://opac.' || pg_temp.domain(n) || '/'
        ELSE '' END,
    CASE WHEN exists = 'yes' AND pg_temp.dice(n, 25, 3) = 0 THEN (ARRAY['a', 'b', 'c'])[1 + n % 3] ELSE '' END
FROM made, LATERAL (SELECT (ARRAY['yes', 'yes', 'yes', 'no', 'unknown'])[1 + pg_temp.dice(n, 26, 5)]) AS told (exists)
WHERE kind = 'school' AND pg_temp.dice(n, 27, 10) < 6 OR kind = 'organisation' AND n % 3 = 0 ORDER BY n
""",
    "directory_identifier": """
INSERT INTO directory_identifier (entry_id, scheme, value)
SELECT id, scheme, value FROM (
    SELECT n, id, 'npsn' AS scheme, pg_temp.npsn(n, form) AS value FROM made WHERE kind = 'school'
    UNION ALL SELECT n, id, 'isbn_prefix', '978-634-' || lpad((n / 100)::text, 6, '0') FROM made
    WHERE kind = 'publisher'
    UNION ALL SELECT n, id, 'wikidata', 'Q' || 900000000 + n FROM made WHERE n % 41 = 0
) AS numbers ORDER BY n, scheme
""",
    "directory_entryname": """
INSERT INTO directory_entryname (entry_id, value, name_key, type)
SELECT id, other_name, other_key,
    CASE WHEN kind = 'author' THEN 'pen_name' WHEN n % 2 = 0 THEN 'former' ELSE 'alias' END
FROM made WHERE other_name IS NOT NULL ORDER BY n
""",
    "directory_contact": """
INSERT INTO directory_contact (entry_id, kind, value, label, visibility)
SELECT id, told.kind, told.value, told.label, told.visibility FROM made CROSS JOIN LATERAL (VALUES
    ('email', 'info@' || pg_temp.domain(n), '', 'public', pg_temp.dice(n, 30, 20) < 9),
    ('website', 'https://' || pg_temp.domain(n) || '/kontak', '', 'public', pg_temp.dice(n, 31, 20) < 8),
    ('phone', '+62000' || lpad(n::text, 7, '0'), 'Tata usaha',
        (ARRAY['public', 'public', 'signed_in', 'members_only'])[1 + pg_temp.dice(n, 32, 4)],
        pg_temp.dice(n, 33, 20) < 6),
    ('email', 'pustakawan@' || pg_temp.domain(n), 'Perpustakaan', 'counterparties', pg_temp.dice(n, 34, 20) < 2)
) AS told (kind, value, label, visibility, is_there) WHERE is_there AND made.kind <> 'author' ORDER BY n
""",
    "directory_relation": """
INSERT INTO directory_relation (entry_id, type, target_id)
SELECT id, CASE kind WHEN 'publisher' THEN 'imprint_of' WHEN 'organisation' THEN 'foundation_of' ELSE 'branch_of' END,
    before
FROM (SELECT *, lag(id) OVER (PARTITION BY kind = 'publisher' ORDER BY n) AS before FROM made) AS near
WHERE before IS NOT NULL
    AND (kind = 'publisher' AND n % 3 = 0 OR kind = 'organisation' AND n % 2 = 0 OR kind = 'school' AND n % 103 = 11)
ORDER BY n
""",
    "directory_installation": """
INSERT INTO directory_installation (library_id, product_id, product_version, hosting, from_date, from_precision,
    until_date, until_precision, evidence, stated_by)
SELECT made.id, products[1 + pg_temp.dice(n, 39, 17) * pg_temp.dice(n, 40 + turn, 18)],
    turn || '.0', 'self_hosted',
    make_date(2012 + 4 * turn, 1 + pg_temp.dice(n, 41, 12), 1), 'month',
    CASE WHEN turn = 1 AND n % 2 = 0 THEN make_date(2020, 1, 1) END,
    CASE WHEN turn = 1 AND n % 2 = 0 THEN 'year' ELSE '' END,
    'Pernyataan (rekaan)', (ARRAY['school', 'vendor', 'source'])[1 + pg_temp.dice(n, 42, 3)]
FROM made CROSS JOIN generate_series(1, 2) AS turn,
    (SELECT array_agg(id ORDER BY id) AS products FROM directory_product) AS known
WHERE kind = 'school' AND n % 20 = 3 AND turn <= 1 + (n / 20) % 2 ORDER BY n, turn
""",
}
PRODUCTS = """
INSERT INTO directory_product (id, name, name_key, website, licence, latest_version, hosting, standards, price_model)
SELECT ('01930000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Pustaka Uji ' || n, 'pustaka uji ' || n,
    'https://produk-' || n || '.example.org/', 'MIT', '2.0', ARRAY['self_hosted'], ARRAY['marc21', 'sru'], 'free'
FROM generate_series(1, 300) AS n
"""
# What a second source put right: rows of a later version, kept history and a field's own source.
CORRECTED = {
    "directory_entry": """
UPDATE directory_entry AS entry SET address = entry.address || ' (pindah)',
    website = 'https://' || pg_temp.domain(n) || '/baru/'
FROM made WHERE entry.id = made.id AND made.kind <> 'author' AND n % 53 = 9
""",
    "directory_school": """
UPDATE directory_school AS school SET pupils = pupils + 7 FROM made WHERE school.entry_id = made.id AND n % 71 = 9
""",
}

# A public id (directory/ids.py) in SQL: 26 times five bits.
_LETTERS = " || ".join(
    f"substr('{ids.ALPHABET}', 1 + substring(bits FROM {5 * place + 1} FOR 5)::bit(5)::integer, 1)"
    for place in range(26)
)
# A body begins with its id: {"id":"sch_01h..."; prefixes are of one length.
FILLERS = f"""
WITH sample AS MATERIALIZED (
    SELECT kind, body, shape, row_number() OVER (PARTITION BY kind ORDER BY entry.id) - 1 AS place
    FROM (SELECT * FROM api_keptbody WHERE shape = %(shape)s LIMIT 5000) AS kept
    JOIN directory_entry AS entry ON entry.id = kept.entry_id
)
INSERT INTO api_keptbody (entry_id, version, shape, body)
SELECT entry.id, version, shape,
    overlay(body PLACING convert_to((%(prefixes)s::jsonb ->> entry.kind) || '_' || {_LETTERS}, 'UTF8') FROM 8 FOR 30)
FROM directory_entry AS entry
JOIN sample ON sample.kind = entry.kind
    AND place = abs(hashtext(entry.id::text)) %% CASE entry.kind WHEN 'school' THEN 50 ELSE 4 END,
    LATERAL (SELECT B'00' || ('x' || replace(entry.id::text, '-', ''))::bit(128)) AS read (bits)
WHERE entry.id = ANY (%(ids)s)
ON CONFLICT (entry_id) DO UPDATE SET version = excluded.version, shape = excluded.shape, body = excluded.body
"""
