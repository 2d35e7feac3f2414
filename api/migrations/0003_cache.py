"""The table of Django's database cache (django/core/cache/backends/db.py): counts and used codes of pages."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0002_writing")]

    operations = [
        # As `createcachetable` makes it, but unlogged: a crash may empty it.
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE api_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX api_cache_expires ON api_cache (expires);
            """,
            "DROP TABLE api_cache",
        ),
    ]
