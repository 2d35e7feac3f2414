"""What stands in the desk's side bar: the queue, and the lists of rows that this moderator may read."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

_LISTS = (
    ("Entri", "list_alt", "directory_entry", False),
    ("Keanggotaan", "group", "partners_membership", False),
    ("Kunci API", "key", "partners_apikey", False),
    ("Jurnal", "history", "directory_event", True),
    ("Surat", "mail", "partners_letter", True),
)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of links; the journal and letters tell of every region, so they are the country's moderators'."""
    from api.desk import site  # settings name this module before the apps are there

    if not request.user.is_authenticated:
        return []
    is_of_country = "" in site.actor_of(request).regions
    rows = [
        {"title": title, "icon": icon, "link": reverse_lazy(f"desk:{name}_changelist")}
        for title, icon, name, is_for_country in _LISTS
        if is_of_country or not is_for_country
    ]
    queue = {"title": "Antrean", "icon": "inbox", "link": reverse_lazy("desk:index")}
    account = {"title": "Akun saya", "icon": "person", "link": reverse_lazy("account_home")}
    return [{"items": [queue, account]}, {"title": "Baca saja", "separator": True, "items": rows}]
