"""Searching needs no trigrams of names, and every change of an entry paid for them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_points_whole")]
    operations = [migrations.RemoveIndex(model_name="entry", name="entry_name_trigrams")]
