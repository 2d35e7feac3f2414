"""Words that more than one page shows, in both languages: roles, scopes, kinds of entries."""

from typing import NamedTuple

from api.templatetags.pages import chosen


class Words(NamedTuple):
    """What something is called, and what it means."""

    id: str
    en: str

    def __str__(self) -> str:
        return chosen(self.id, self.en)


ROLES = {
    "viewer": Words("Pembaca: melihat yang tidak umum", "Viewer: sees what is not public"),
    "editor": Words("Penyunting: mengubah data", "Editor: changes the data"),
    "approver": Words("Penanggung jawab: menerbitkan dan menyetujui", "Approver: publishes and agrees"),
    "receiver": Words("Penerima: mencatat barang yang datang", "Receiver: confirms goods"),
    "admin": Words("Admin: anggota dan kunci", "Admin: members and keys"),
}
KINDS = {
    "school": Words("Sekolah", "School"),
    "publisher": Words("Penerbit", "Publisher"),
    "author": Words("Penulis", "Author"),
    "vendor": Words("Pengembang perangkat lunak", "Software vendor"),
    "organisation": Words("Organisasi", "Organisation"),
}
_THINGS = {
    "entries": Words("data entri", "entries"),
    "members": Words("anggota", "members"),
    "keys": Words("kunci", "keys"),
    "claims": Words("klaim", "claims"),
    "suggestions": Words("saran perubahan", "suggestions"),
    "profile": Words("profil saya", "my profile"),
    "moderation": Words("moderasi", "moderation"),
}
_DEEDS = {"read": Words("baca", "read"), "write": Words("tulis", "write")}


def role(code: str) -> str:
    """The short name of a role."""
    return str(ROLES[code]).partition(":")[0]


def scope(code: str) -> str:
    """What a scope allows; its code where there are no words for it yet."""
    thing, _, deed = code.partition(":")
    return f"{_THINGS[thing]}: {_DEEDS[deed]}" if thing in _THINGS and deed in _DEEDS else code
