"""What rooms above say of a collaboration: sessions set, disputes that live. Their models are known by name."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from partners.collaborations.terms import AgreedLine


def sessions() -> QuerySet[Any]:
    """The open sessions of the collaboration of an outer query."""
    rows = AgreedLine._meta.apps.get_model("partners", "Session").objects
    open_ones = rows.filter(is_final=False).exclude(status="cancelled")
    return open_ones.filter(agreed_line__collaboration=OuterRef("pk"))


def has_session(row: Any) -> bool:
    """Whether a session of it is set to a time, or stated and not final."""
    return _has(row, "has_session", sessions())


def disputed() -> QuerySet[Any]:
    """The lines in a live dispute of the collaboration of an outer query."""
    lines = AgreedLine._meta.apps.get_model("partners", "DisputeLine")
    return lines.objects.filter(is_live=True, line__agreed_line__collaboration=OuterRef("pk"))


def is_disputed(row: Any) -> bool:
    """Whether a line of it is in a live dispute."""
    return _has(row, "has_dispute", disputed())


def _has(row: Any, name: str, found: QuerySet[Any]) -> bool:
    if name not in row.__dict__:
        setattr(row, name, type(row).objects.filter(Exists(found), pk=row.pk).exists())
    return bool(getattr(row, name))
