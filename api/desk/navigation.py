"""What stands in the desk's side bar: the queue, and the lists of rows to read."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

_LISTS = (
    ("Entri", "list_alt", "directory_entry"),
    ("Keanggotaan", "group", "partners_membership"),
    ("Kunci API", "key", "partners_apikey"),
    ("Jurnal", "history", "directory_event"),
    ("Surat", "mail", "partners_letter"),
)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of links."""
    if not request.user.is_authenticated:
        return []
    rows = [
        {"title": title, "icon": icon, "link": reverse_lazy(f"desk:{name}_changelist")} for title, icon, name in _LISTS
    ]
    queue = {"title": "Antrean", "icon": "inbox", "link": reverse_lazy("desk:index")}
    account = {"title": "Akun saya", "icon": "person", "link": reverse_lazy("account_home")}
    return [{"items": [queue, account]}, {"title": "Baca saja", "separator": True, "items": rows}]
