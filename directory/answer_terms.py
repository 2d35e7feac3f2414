"""The code lists of what people say about entries and what is answered: suggestions and flags."""

from directory.terms import Term, terms

ANSWERS: dict[str, tuple[Term, ...]] = {
    "suggestion_status": terms(
        ("open", "Terbuka", "Open"),
        ("accepted", "Diterima", "Accepted"),
        ("accepted_in_part", "Diterima sebagian", "Accepted in part"),
        ("declined", "Ditolak", "Declined"),
        ("withdrawn", "Ditarik kembali", "Withdrawn"),
        ("lapsed", "Gugur karena tidak dijawab", "Lapsed without an answer"),
    ),
    "decline_reason": terms(
        ("not_correct", "Tidak benar", "Not correct"),
        ("not_verifiable", "Tidak dapat diperiksa", "Cannot be verified"),
        ("outdated", "Sudah tidak berlaku", "No longer holds"),
        ("duplicate", "Sudah disarankan orang lain", "Suggested by somebody else already"),
        ("not_public", "Bukan untuk umum", "Not for the public"),
        ("abuse", "Iseng atau penyalahgunaan", "Abuse"),
        ("other", "Lainnya", "Other"),
    ),
    "flag_reason": terms(
        ("wrong", "Keterangan salah atau menyesatkan", "Wrong or misleading"),
        ("not_real", "Tidak pernah ada", "It does not exist"),
        ("impersonation", "Mengaku sebagai pihak lain", "Pretends to be somebody else"),
        ("personal_data", "Memuat data pribadi", "Holds personal data"),
        ("offensive", "Tidak pantas", "Offensive"),
        ("spam", "Iklan atau spam", "Advertising or spam"),
        ("other", "Lainnya", "Other"),
    ),
    "flag_status": terms(
        ("open", "Terbuka", "Open"),
        ("upheld", "Dibenarkan", "Upheld"),
        ("dismissed", "Ditolak", "Dismissed"),
        ("lapsed", "Gugur karena tidak dijawab", "Lapsed without an answer"),
    ),
}
