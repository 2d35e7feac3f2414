"""What the lists of rows call their columns and filters: Indonesian, whatever the members are called."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

COLUMNS = {  # as the desk calls them
    "actor_kind": "Pelaku",
    "actor_reference": "Id pelaku",
    "at": "Waktu",
    "created_at": "Dibuat",
    "due_at": "Jatuh tempo",
    "ended_at": "Berakhir",
    "entry": "Entri",
    "expires_at": "Berlaku sampai",
    "kind": "Jenis",
    "last_used_at": "Terakhir dipakai",
    "name": "Nama",
    "public": "Bagian yang terlihat",
    "reason": "Alasan",
    "region": "Wilayah",
    "request_id": "Id permintaan",
    "revoked_at": "Dicabut",
    "roles": "Peran",
    "scopes": "Cakupan",
    "sent_at": "Terkirim",
    "status": "Status",
    "status_after": "Status sesudah",
    "status_before": "Status sebelum",
    "subject": "Perihal",
    "subject_id": "Id hal",
    "subject_type": "Hal",
    "suspended_at": "Ditangguhkan",
    "to": "Kepada",
    "tries": "Percobaan",
    "trust_level": "Kepercayaan",
    "type": "Kejadian",
    "updated_at": "Diubah",
    "user": "Orang",
}


def columns(*names: str) -> tuple[Callable[[Any], Any], ...]:
    """Columns of these members under their Indonesian names."""
    return tuple(_column(name) for name in names)


def _column(name: str) -> Callable[[Any], Any]:
    @admin.display(description=COLUMNS[name], ordering=name)
    def shown(row: Any) -> Any:
        named = getattr(row, f"get_{name}_display", None)
        return named() if named else getattr(row, name)

    return shown


def chosen_by(name: str) -> tuple[str, type[admin.FieldListFilter]]:
    """A filter by a member with choices, under its Indonesian name."""

    class Chosen(admin.ChoicesFieldListFilter):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.title = COLUMNS[name]

    return name, Chosen
