"""The source that a file is imported as: an existing one, or a new one that the operator describes."""

import datetime
import re
import uuid
from typing import Any, NamedTuple

import uuid_utils.compat

from directory.entries import sources
from directory.imports import files

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


class Origin(NamedTuple):
    """A source with what it will say of itself once the import is kept."""

    id: uuid.UUID
    rank: int
    date: datetime.date | None
    known: sources.Source | None
    values: dict[str, Any]  # the fields of Source that the operator gave, or that are new

    def differs(self, *, rows: int) -> bool:
        """Whether the source's row has to be written."""
        values = {**self.values, "rows": rows}
        return self.known is None or any(getattr(self.known, field) != value for field, value in values.items())

    def keep(self, *, rows: int) -> None:
        """Write the source's row, with the rows its file has; inside a recorded transaction."""
        values = {**self.values, "rows": rows}
        if self.known is None:
            sources.Source.objects.create(id=self.id, **values)
        else:
            sources.Source.objects.filter(pk=self.id).update(**values)


def find(name: str, *, given: dict[str, Any]) -> Origin:
    """The source `name`; `given` holds fields of Source, None where the operator said nothing.

    Raises files.Refused for a name that is no slug, a new source without a title, a rank that is not
    below a person's, and a file older than the one the source was last taken from.
    """
    if not _NAME.fullmatch(name):
        raise files.Refused(f"The source name {name!r} must be lower-case letters, digits and hyphens.")
    values = {field: value for field, value in given.items() if value is not None}
    if not 0 <= values.get("rank", 0) < sources.PERSON_RANK:
        raise files.Refused(f"The rank must be from 0 to {sources.PERSON_RANK - 1}: a person's word ranks higher.")
    known = sources.Source.objects.filter(name=name).first()
    if known is None:
        if "title" not in values:
            raise files.Refused(f"The source {name} is new: say what it is with --source-title.")
        values = {"name": name, "rank": 100, "date": None, **values}
        return Origin(uuid_utils.compat.uuid7(), values["rank"], values["date"], None, values)
    date = values.get("date", known.date)
    if known.date and date and date < known.date:
        raise files.Refused(f"The file is of {date}, but {name} was already imported as of {known.date}.")
    return Origin(known.pk, values.get("rank", known.rank), date, known, values)
