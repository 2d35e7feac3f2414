"""Numbers by which the world knows an entry: one table of schemes says how each is checked, written and resolved."""

import re
import uuid
from collections.abc import Callable
from typing import NamedTuple

import stdnum.exceptions
from django.db import models
from django.db.models import Q
from stdnum import isil, isni

from directory import errors, ids, journal, triggers


class Scheme(NamedTuple):
    """One kind of identifier; `clean` gives the normal form or raises ValueError."""

    name: str
    label: str
    clean: Callable[[str], str]
    resolver: str = ""  # the address that shows it, with {value}


def _pattern(expression: str) -> Callable[[str], str]:
    compiled = re.compile(expression, re.ASCII)

    def clean(value: str) -> str:
        value = value.strip()
        if not compiled.fullmatch(value):
            raise ValueError(value)
        return value

    return clean


def _stdnum(validate: Callable[[str], str]) -> Callable[[str], str]:
    def clean(value: str) -> str:
        try:
            return validate(value)
        except stdnum.exceptions.ValidationError as error:
            raise ValueError(value) from error

    return clean


def _orcid(value: str) -> str:
    digits = isni.validate(value)  # an ORCID is an ISNI of a reserved range, written in four groups
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


NPSN = re.compile(r"[0-9]{8}|[PK][0-9]{7}", re.ASCII)
SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            "npsn",
            "NPSN",
            _pattern(NPSN.pattern),
            "https://referensi.data.kemdikbud.go.id/pendidikan/npsn/{value}",
        ),
        Scheme("npp", "Nomor Pokok Perpustakaan", _pattern(r"[0-9]{7}[A-Z][0-9]{7}")),
        Scheme(
            "dapodik_id",
            "Dapodik",
            lambda value: _pattern(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")(value.upper()),
        ),
        Scheme("isbn_prefix", "ISBN", _pattern(r"978-(602|623|634|979)-[0-9]{1,6}")),
        Scheme("ikapi", "IKAPI", _pattern(r"[0-9]{1,4}/[A-Z]{2,4}/[0-9]{4}")),
        Scheme("isni", "ISNI", _stdnum(isni.validate), "https://isni.org/isni/{value}"),
        Scheme("orcid", "ORCID", _stdnum(_orcid), "https://orcid.org/{value}"),
        Scheme("viaf", "VIAF", _pattern(r"[1-9][0-9]{0,21}"), "https://viaf.org/viaf/{value}"),
        Scheme("isil", "ISIL", _stdnum(isil.validate)),
        Scheme("ror", "ROR", _pattern(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}"), "https://ror.org/{value}"),
        Scheme("wikidata", "Wikidata", _pattern(r"Q[1-9][0-9]*"), "https://www.wikidata.org/wiki/{value}"),
        Scheme("nib", "Nomor Induk Berusaha", _pattern(r"[0-9]{13}")),
    )
}


def clean(scheme: str, value: str) -> str:
    """The normal form of an identifier; Invalid `unknown_scheme` or `invalid_identifier`."""
    if scheme not in SCHEMES:
        raise errors.Invalid("unknown_scheme", value=scheme)
    try:
        return SCHEMES[scheme].clean(value)
    except ValueError:
        raise errors.Invalid("invalid_identifier", scheme=scheme, value=value) from None


def from_path(reference: str) -> tuple[str, str]:
    """Scheme and normal value of `scheme:value` as it stands in a path, where '-' is written for '/'."""
    scheme, _, value = reference.partition(":")
    if scheme == "ikapi":
        value = value.replace("-", "/")
    return scheme, clean(scheme, value)


def entry_of(reference: str) -> uuid.UUID | None:
    """The key of the entry, of any status, that an id or `scheme:value` names; None where it names none."""
    try:
        if ":" not in reference:
            name, key = ids.decode(reference)
            return key if name in ids.ENTRIES else None
        scheme, value = from_path(reference)
    except errors.Invalid:
        return None
    held = Identifier.objects.filter(scheme=scheme, value=value, retired_at=None)
    return held.values_list("entry", flat=True).first()


class Identifier(journal.Row):
    """A number of an entry in a scheme; retired, not deleted, when it no longer holds."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("directory.Entry", on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=[(scheme.name, scheme.label) for scheme in SCHEMES.values()])
    value = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "scheme", "value", condition=Q(retired_at=None), name="identifier_once_while_not_retired"
            ),
            models.CheckConstraint(condition=Q(scheme__in=list(SCHEMES)), name="identifier_scheme_known"),
            models.CheckConstraint(
                condition=~Q(scheme="npsn") | Q(value__regex=rf"^({NPSN.pattern})$"),
                name="identifier_npsn_form",
            ),
        ]
        triggers = triggers.child()

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
