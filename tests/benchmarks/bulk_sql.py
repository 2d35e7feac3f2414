"""The import of schools as a plain SQL script: what a good database administrator would write for psql.

It writes the same rows to the same tables as `manage.py import_schools`: entries, schools, numbers and, by the
triggers that both have, the words of search. It does without what the import promises beyond that: no history and no
provenance (the journal's triggers are switched off in its database), no event, no report, no quarantine, nobody's
stronger value kept, no point checked against its region. Rows that the tables' own constraints refuse are left out,
of two with one NPSN the first counts, and the normal form of names is plain: lower case without punctuation.
"""

# Before the clock starts, as owner: the script needs no right to do it each time.
WITHOUT_JOURNAL = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tgrelid::regclass AS of_table, tgname FROM pg_trigger WHERE NOT tgisinternal
        AND tgname LIKE 'pgtrigger\\_%' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.of_table, found.tgname);
    END LOOP;
END $$
"""
# As the import does: inverted indexes are built after the rows of a first load.
_INDEXES = """
SELECT format('DROP INDEX %%I', relname) AS drop, indexdef FROM pg_class JOIN pg_am ON pg_am.oid = relam
JOIN pg_indexes ON indexname = relname WHERE amname = 'gin' AND tablename = 'directory_searchdocument'
"""
# psql takes its command from one line only.
_COLUMNS = "staging (npsn, nama, bentuk, status, alamat, kode_provinsi, kode_kab_kota, kode_kecamatan, lat, lng)"
SCRIPT = rf"""
\set ON_ERROR_STOP on
SET maintenance_work_mem = '256MB';
BEGIN;
CREATE TEMP TABLE staging (line serial, npsn text, nama text, bentuk text, status text, alamat text, kode_provinsi text,
    kode_kab_kota text, kode_kecamatan text, lat double precision, lng double precision) ON COMMIT DROP;
\copy {_COLUMNS} FROM '%(file)s' CSV HEADER
ANALYZE staging;
CREATE TEMP TABLE school ON COMMIT DROP AS
SELECT coalesce(known.entry_id, uuidv7()) AS id, known.entry_id IS NULL AS is_new, line, npsn,
    btrim(nama) AS name, btrim(regexp_replace(lower(nama), '[^a-z0-9]+', ' ', 'g')) AS name_key,
    CASE lower(bentuk) WHEN 'smlb' THEN 'smalb' ELSE lower(bentuk) END AS form,
    CASE status WHEN 'N' THEN 'state' WHEN 'S' THEN 'private' ELSE '' END AS ownership,
    coalesce(btrim(alamat), '') AS address, coalesce(district.code, regency.code, province.code) AS region_id,
    lat AS latitude, lng AS longitude, CASE WHEN lat IS NULL THEN '' ELSE 'point' END AS location_accuracy
FROM (SELECT DISTINCT ON (npsn) * FROM staging WHERE npsn ~ '^([0-9]{{8}}|[PK][0-9]{{7}})$' ORDER BY npsn, line) AS one
LEFT JOIN directory_region AS district ON district.code = kode_kecamatan
LEFT JOIN directory_region AS regency ON regency.code = kode_kab_kota
LEFT JOIN directory_region AS province ON province.code = kode_provinsi
LEFT JOIN directory_identifier AS known ON known.scheme = 'npsn' AND known.value = npsn AND known.retired_at IS NULL
ORDER BY line;
ANALYZE school;
-- the columns of the journal have defaults that read the event of the transaction
SELECT journal_open(uuidv7(), now());
SELECT NOT EXISTS (SELECT FROM directory_entry) AS is_first \gset
\if :is_first
    CREATE TEMP TABLE aside ON COMMIT DROP AS {_INDEXES.strip()};
    SELECT drop FROM aside \gexec
\else
    UPDATE directory_entry AS live SET name = school.name, name_key = school.name_key, region_id = school.region_id,
        address = school.address, latitude = school.latitude, longitude = school.longitude,
        location_accuracy = school.location_accuracy, updated_at = now()
    FROM school WHERE live.id = school.id%(entry_differs)s;
    UPDATE directory_school AS live SET form = school.form, ownership = school.ownership, ministry = 'kemendikdasmen'
    FROM school WHERE live.entry_id = school.id%(school_differs)s;
\endif
INSERT INTO directory_entry (id, kind, name, name_key, region_id, address, latitude, longitude, location_accuracy)
SELECT id, 'school', name, name_key, region_id, address, latitude, longitude, location_accuracy
FROM school WHERE is_new ORDER BY line;
ANALYZE directory_entry;
INSERT INTO directory_school (entry_id, form, ownership, ministry)
SELECT id, form, ownership, 'kemendikdasmen' FROM school WHERE is_new ORDER BY line;
INSERT INTO directory_identifier (entry_id, scheme, value)
SELECT id, 'npsn', npsn FROM school WHERE is_new ORDER BY line;
ANALYZE directory_school, directory_identifier;
\if :is_first
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT indexdef FROM aside \gexec
\endif
COMMIT;
"""
DIFFERS = {
    "entry_differs": """ AND (live.name, live.region_id, live.address, live.latitude, live.longitude)
        IS DISTINCT FROM (school.name, school.region_id, school.address, school.latitude, school.longitude)""",
    "school_differs": " AND (live.form, live.ownership) IS DISTINCT FROM (school.form, school.ownership)",
}
ALWAYS = dict.fromkeys(DIFFERS, "")
