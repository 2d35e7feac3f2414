"""Words that more than one page shows, in both languages: roles, scopes, kinds of entries."""

from directory import vocabularies
from partners.wording import Words, chosen

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

# Refusals whose sentence speaks of the API.
REFUSALS = {
    "review_needed": Words(
        "Perubahan ini diperiksa moderator dahulu; saran ini sudah sampai kepadanya.",
        "A moderator looks at this change first, and has got the suggestion.",
    )
}
_STATES = ("claim_status", "suggestion_status", "status")


def state(code: str) -> str:
    """What a state that stands in a refusal is called; the code where it is no code list's."""
    known = (one for name in _STATES for one in vocabularies.VOCABULARIES[name] if one.code == code)
    return next((chosen(one.id, one.en).lower() for one in known), code)


def role(code: str) -> str:
    """The short name of a role."""
    return str(ROLES[code]).partition(":")[0]


def scope(code: str) -> str:
    """What a scope allows; its code where there are no words for it yet."""
    thing, _, deed = code.partition(":")
    return f"{_THINGS[thing]}: {_DEEDS[deed]}" if thing in _THINGS and deed in _DEEDS else code
