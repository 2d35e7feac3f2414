"""What the query parameters of offers and needs do, where other lists do not take them or they mean something else."""

from typing import Any

LISTS = ("offers", "needs", "entry-offers", "entry-needs")
_FILES = ("offer-attachment", "need-attachment")
EXAMPLES_OF_VIEWS: dict[tuple[str, str], Any] = {
    **{(basename, "q"): "kancil" for basename in LISTS},
    **{(basename, "level"): ["b1"] for basename in LISTS},
    **{(basename, "format"): "file" for basename in _FILES},
}


def texts(region_codes: str) -> dict[str, tuple[str, Any]]:
    """Name -> what it does, and an example; `region_codes` says how a region is named."""
    return {
        "subject": ("Only those with a line of one of these subjects.", ["reading"]),
        "language": ("Only those with a line in one of these languages.", ["id", "jv"]),
        "book_format": ("Only those with a line in one of these formats.", ["braille"]),
        "reaches": (
            f"Only what is for this region, by itself, by one above it, or because it is for all: {region_codes}.",
            "32.71",
        ),
        "is_available": (
            "`true`: only what is open and has something left, of what the other filters ask for; `false`: the others.",
            True,
        ),
        "deadline_from": ("Only what has a deadline, on this day or later.", "2026-12-01"),
        "deadline_until": ("Only what has a deadline, on this day or earlier.", "2027-03-31"),
        "entry": ("Only those of this entry, by id.", None),
        "external_id": ("Only that of the entry you act for with this number in your own system.", None),
    }


def texts_of_views(region_codes: str) -> dict[tuple[str, str], str]:
    """What parameters that other lists take too do here."""
    told = {
        "q": "Words of the title, the description or the lines, all of them; the last one may be half-typed.",
        "kind": "Only those of these kinds of collaboration.",
        "status": "Only those of these statuses, as far as you may see them. Left out, lists show open ones only.",
        "level": "Only those with a line of one of these book levels. What is asked of lines one line must meet.",
        "region": f"Only those of entries in one of these regions or below it: {region_codes}.",
        "near": "`latitude,longitude`: only those of entries with coordinates, the nearest first unless `sort` "
        "says otherwise; distances are told from there.",
        "sort": "The order: names of members, `-` before one for descending; the id settles what is equal. What "
        "has no such day comes after all that have one. `distance` (with `near`) stands alone and is the default "
        "there.",
        "updated_since": "Only what changed at or after this moment.",
    }
    return {
        **{(basename, name): text for basename in LISTS for name, text in told.items()},
        **{(basename, "format"): "There is one: `file`, the bytes as they were sent." for basename in _FILES},
        ("need-templates", "form"): "Only templates for schools of these forms.",
    }
