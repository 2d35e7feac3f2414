-- Two roles: `owner` holds the schema and migrates it, `app` reads and writes rows and can do no more.
-- Run in template1, so that every database made later (the tests make many) grants the same.
DO $$ BEGIN
    CREATE ROLE owner LOGIN CREATEDB;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN
    CREATE ROLE app LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- MAINTAIN lets an import ANALYZE what it has just written.
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO app;
