"""How many entries have each value of a facet; answers without a query are kept under what they were made from."""

from django.db import models


class KeptFacets(models.Model):
    """The answer to one question, and the mark of the journal that it was made under."""

    asked = models.TextField(primary_key=True)
    answer = models.JSONField()
    horizon = models.BigIntegerField()  # every event below it had ended when the answer was made ...
    events = models.IntegerField()  # ... and so many at or above it were there: one more, and the answer is old

    def __str__(self) -> str:
        return self.asked
