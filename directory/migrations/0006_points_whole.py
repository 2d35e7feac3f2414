"""A point is whole or absent: a check that comes to NULL passes, so half a point did."""

from django.db import migrations, models
from django.db.models import Q

IS_WHOLE = Q(latitude__isnull=False, longitude__isnull=False)
RANGE = {"latitude__range": (-90, 90), "longitude__range": (-180, 180)}


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_api_and_feed")]
    operations = [
        migrations.RemoveConstraint("region", "region_point_whole"),
        migrations.AddConstraint(
            "region",
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | IS_WHOLE & Q(**RANGE), name="region_point_whole"
            ),
        ),
        migrations.RemoveConstraint("entry", "entry_point_whole"),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None, location_accuracy="")
                | IS_WHOLE & Q(**RANGE, location_accuracy__gt=""),
                name="entry_point_whole",
            ),
        ),
    ]
