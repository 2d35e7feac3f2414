"""The catalogue of refusals: every code with its status and its sentence in Indonesian and English."""

from typing import NamedTuple

from api import catalogue_collaboration, catalogue_people, catalogue_threads


class Problem(NamedTuple):
    """One code: its HTTP status and its sentence; {names} are filled from the refusal."""

    status: int
    id: str
    en: str


CATALOGUE: dict[str, Problem] = {
    "validation_error": Problem(400, "Permintaan tidak valid.", "The request is not valid."),
    "unknown_parameter": Problem(400, "Parameter {value} tidak dikenal.", "There is no parameter {value}."),
    "required_parameter": Problem(400, "Parameter {value} wajib diisi.", "The parameter {value} is required."),
    "repeated_parameter": Problem(
        400, "Parameter {value} diberikan lebih dari sekali.", "The parameter {value} is given more than once."
    ),
    "invalid_text": Problem(
        400,
        "Teks memuat karakter yang tidak diizinkan atau bukan UTF-8.",
        "The text holds characters that are not allowed or is not UTF-8.",
    ),
    "invalid_choice": Problem(400, "{value} bukan pilihan. Pilihan: {allowed}.", "{value} is no choice: {allowed}."),
    "invalid_datetime": Problem(
        400,
        "{value} bukan tanggal atau waktu RFC 3339, misalnya 2026-01-31T10:00:00Z.",
        "{value} is no RFC 3339 date or time such as 2026-01-31T10:00:00Z.",
    ),
    "invalid_date": Problem(400, "{value} bukan tanggal YYYY-MM-DD.", "{value} is no date of the form YYYY-MM-DD."),
    "invalid_number": Problem(400, "{value} bukan angka dalam {allowed}.", "{value} is no number in {allowed}."),
    "invalid_coordinates": Problem(
        400,
        "{value} bukan koordinat. near=lintang,bujur dan bbox=barat,selatan,timur,utara.",
        "{value} are no coordinates. near=latitude,longitude and bbox=west,south,east,north.",
    ),
    "choose_place": Problem(
        400, "Ada beberapa tempat bernama {value}: pilih satu.", "There are several places called {value}: choose one."
    ),
    "ambiguous_region_code": Problem(
        400,
        "Kode {value} berarti lain di skema lain. Tulis bertitik (32.71) atau bps:{value}.",
        "The code {value} means different regions in different schemes. Write 32.71 or bps:{value}.",
    ),
    "invalid_cursor": Problem(
        400,
        "Kursor tidak berlaku untuk permintaan ini. Mulai lagi tanpa cursor.",
        "The cursor does not belong to this request. Start again without one.",
    ),
    "query_too_long": Problem(
        400, "Pencarian paling panjang {most} karakter.", "A search has at most {most} characters."
    ),
    "too_many_values": Problem(400, "Paling banyak {most} nilai.", "At most {most} values."),
    "invalid_id": Problem(400, "{value} bukan id.", "{value} is no id."),
    "unknown_scheme": Problem(400, "Skema {value} tidak dikenal.", "There is no scheme {value}."),
    "invalid_identifier": Problem(400, "{value} bukan {scheme} yang sah.", "{value} is no valid {scheme}."),
    "parameter_not_for_format": Problem(
        400,
        "Parameter {value} tidak berlaku untuk format {format}.",
        "The parameter {value} means nothing in the format {format}.",
    ),
    "unknown_host": Problem(
        400, "Layanan ini tidak melayani nama host itu.", "The service does not answer under this host name."
    ),
    "invalid_credentials": Problem(
        401, "Kredensial tidak dikenal atau tidak berlaku.", "The credentials are unknown or no longer valid."
    ),
    "not_found": Problem(404, "Tidak ditemukan.", "Not found."),
    "method_not_allowed": Problem(405, "Metode tidak tersedia di sini.", "The method is not available here."),
    "not_acceptable": Problem(
        406, "Format itu tidak tersedia. Format: {allowed}.", "That format is not available. Formats: {allowed}."
    ),
    # --- what is sent ---
    "invalid_json": Problem(
        400,
        "Isi permintaan bukan JSON yang sah (UTF-8, paling dalam 32 tingkat).",
        "The body is no valid JSON (UTF-8, at most 32 levels deep).",
    ),
    "duplicate_member": Problem(
        400, "Satu anggota objek JSON muncul dua kali.", "A member of a JSON object comes twice."
    ),
    "unknown_field": Problem(400, "Anggota {value} tidak dikenal.", "There is no member {value}."),
    "required_member": Problem(400, "Anggota {value} wajib diisi.", "The member {value} is required."),
    "null_member": Problem(400, "{value} tidak boleh null.", "{value} must not be null."),
    "blank_member": Problem(400, "{value} tidak boleh kosong.", "{value} must not be empty."),
    "too_long": Problem(400, "{value} terlalu panjang.", "{value} is too long."),
    "too_short": Problem(400, "{value} terlalu pendek.", "{value} is too short."),
    "out_of_range": Problem(400, "{value} di luar batas.", "{value} is out of range."),
    "unknown_choice": Problem(400, "{value} bukan salah satu pilihan.", "{value} is none of the choices."),
    "invalid_value": Problem(400, "{value} tidak sah.", "{value} is not valid."),
    "same_entry": Problem(400, "Sebutkan dua entri yang berbeda.", "Name two different entries."),
    "unknown_entry": Problem(400, "Entri itu tidak dikenal.", "There is no such entry."),
    "not_of_entry": Problem(400, "{value} bukan milik entri ini.", "{value} is not of this entry."),
    "nothing_to_split": Problem(
        400, "Sebutkan apa yang menjadi milik entri baru.", "Name what belongs to the new entry."
    ),
    "rule_broken": Problem(400, "Nilai-nilai ini melanggar aturan {value}.", "These values break the rule {value}."),
    "invalid_isbn": Problem(400, "Bukan ISBN: digit ceknya salah.", "This is no ISBN: its check digit is wrong."),
    "invalid_phone": Problem(
        400, "{value} bukan nomor telepon Indonesia atau E.164.", "{value} is no Indonesian or E.164 telephone number."
    ),
    "invalid_if_match": Problem(400, "If-Match harus ETag dari objek ini.", "If-Match must be an ETag of this object."),
    "invalid_idempotency_key": Problem(
        400,
        "Idempotency-Key terdiri atas 1 sampai {most} karakter ASCII.",
        "An Idempotency-Key has 1 to {most} ASCII characters.",
    ),
    "expires_out_of_range": Problem(
        400, "Masa berlaku paling lama {most} hari ke depan.", "It expires in the future, within {most} days."
    ),
    "nothing_to_change": Problem(
        400, "Saran ini tidak mengubah apa pun.", "The suggestion changes nothing: the entry says so already."
    ),
    "unknown_object": Problem(400, "{value} tidak ditemukan.", "There is no {value}."),
    "only_entries_are_hidden": Problem(
        400, "Hanya entri yang dapat disembunyikan di sini.", "Only entries can be hidden here."
    ),
    "acting_entry_required": Problem(
        400,
        "Sebutkan entri yang Anda wakili di header Acting-Entry.",
        "Name the entry you act for in the header Acting-Entry.",
    ),
    "person_has_no_exact_place": Problem(
        400,
        "Tempat seorang penulis paling rinci kabupaten/kota; alamat dan koordinat tidak disimpan.",
        "An author's place is the regency at most; no address and no coordinates are kept.",
    ),
    "not_institutional": Problem(
        400,
        "{value} bukan surel lembaga ini (kontak atau domain situsnya), bukan surel sch.id, dan bukan akun pendidikan.",
        "{value} is no address of this institution (a contact, its website's domain), of sch.id or of an education "
        "account.",
    ),
    "invalid_multipart": Problem(
        400,
        "Kirim satu berkas sebagai multipart/form-data, di bagian bernama file.",
        "Send one file as multipart/form-data, in a part called file.",
    ),
    "invalid_file": Problem(
        400,
        "Berkas harus PDF, PNG, JPEG atau WebP, dengan akhiran nama yang sesuai.",
        "The file must be a PDF, PNG, JPEG or WebP whose name ends as its type does.",
    ),
    "image_too_large": Problem(400, "Gambar lebih dari 40 megapiksel.", "The picture has more than 40 megapixels."),
    "invalid_link": Problem(
        400, "Tautan ini tidak berlaku, atau tidak lagi.", "This link is not valid, or not any more."
    ),
    "precision_needed": Problem(
        400,
        "{value} dan ketelitiannya (hari, bulan, tahun) diisi bersama.",
        "{value} and its precision (day, month, year) come together.",
    ),
    "not_first_day": Problem(
        400,
        "{value} bukan hari pertama: dengan ketelitian {precision} tulis hari pertamanya.",
        "{value} is not a first day: with the precision {precision} give the first day of it.",
    ),
    "dates_not_in_order": Problem(
        400, "Akhir {value} tidak sesudah awalnya.", "The end {value} is not after the beginning."
    ),
    # --- who may ---
    "sign_in_needed": Problem(
        401, "Untuk ini diperlukan kredensial.", "This needs a credential: Authorization: Bearer."
    ),
    "missing_scope": Problem(403, "Kredensial ini tidak mencakup {value}.", "This credential lacks the scope {value}."),
    "person_needed": Problem(
        403, "Ini hanya dapat dilakukan seseorang, bukan kunci.", "Only a person can do this, no key."
    ),
    "role_needed": Problem(
        403, "Untuk ini diperlukan salah satu peran: {allowed}.", "This needs one of the roles: {allowed}."
    ),
    "not_a_member": Problem(403, "Anda tidak dapat bertindak untuk entri itu.", "You cannot act for that entry."),
    "confirm_email_first": Problem(
        403, "Konfirmasikan alamat surel Anda lebih dahulu.", "Confirm your e-mail address first."
    ),
    "review_needed": Problem(
        403,
        "Perubahan {value} diperiksa moderator: kirim lewat /suggestions.",
        "A change of {value} is reviewed by a moderator: send it to /suggestions.",
    ),
    # --- the state of things ---
    "last_admin": Problem(409, "Entri harus selalu punya seorang admin.", "An entry must always have an admin."),
    "too_many_keys": Problem(409, "Paling banyak {most} kunci.", "At most {most} keys."),
    "too_many_claims": Problem(409, "Paling banyak {most} klaim terbuka.", "At most {most} open claims."),
    "too_many_codes": Problem(
        409, "Paling banyak {most} kode sehari. Coba lagi besok.", "At most {most} codes a day. Try again tomorrow."
    ),
    "too_many_files": Problem(409, "Paling banyak {most} berkas.", "At most {most} files."),
    "wrong_code": Problem(409, "Kode itu salah.", "That code is wrong."),
    "code_expired": Problem(
        409, "Tidak ada kode yang berlaku. Mintalah kode baru.", "No code is good now. Ask for a new one."
    ),
    "code_locked": Problem(
        409,
        "Kode terkunci setelah {most} kali salah. Mintalah kode baru.",
        "The code is locked after {most} wrong tries. Ask for a new one.",
    ),
    "no_education_account": Problem(
        409,
        "Alamat surel Anda bukan akun pendidikan resmi yang sudah dikonfirmasi.",
        "Your e-mail address is no confirmed account of official education.",
    ),
    "too_many_suggestions": Problem(
        409,
        "Entri ini sudah punya {most} saran yang belum dijawab.",
        "The entry already has {most} suggestions that nobody has answered.",
    ),
    "too_many_invitations": Problem(
        409,
        "Paling banyak {most} undangan sekaligus atau dalam sehari.",
        "At most {most} invitations at once or in a day.",
    ),
    "removed_by_library": Problem(
        409,
        "Perpustakaan telah menghapus pernyataan ini; hanya perpustakaan itu yang dapat menyatakannya lagi.",
        "The library has removed this statement; only the library can state it again.",
    ),
    "too_many_waiting": Problem(
        409,
        "Sudah {most} pernyataan menunggu jawaban perpustakaan ini.",
        "{most} statements already wait for this library's answer.",
    ),
    "identifier_taken": Problem(
        409,
        "{scheme} {value} sudah dipakai entri lain. Bila keduanya sudah ada, kami mencatatnya sebagai kemungkinan"
        " duplikat.",
        "{scheme} {value} belongs to another entry. Where both exist already, they are noted as a possible duplicate.",
    ),
    "wrong_state": Problem(
        409, "Tidak dapat dilakukan selama berstatus {value}.", "This cannot be done while it is {value}."
    ),
    "wrong_kind": Problem(409, "Entri itu berjenis {value}.", "That entry is of the kind {value}."),
    "undecided_claim": Problem(
        409,
        "Entri itu dipegang lewat klaim yang belum diputuskan: putuskan klaim itu lebih dahulu.",
        "That entry is held by a claim that nobody has decided: decide it first.",
    ),
    "undo_contradicted": Problem(
        409,
        "Ini tidak dapat dibatalkan lagi: yang terjadi sesudahnya bertentangan.",
        "This can no longer be undone: what happened since contradicts it.",
    ),
    "changed_since": Problem(409, "{value} sudah berubah sesudah itu.", "{value} has changed since."),
    "already_exists": Problem(409, "Ini sudah ada.", "This exists already."),
    "idempotency_in_flight": Problem(
        409,
        "Permintaan dengan Idempotency-Key ini sedang dikerjakan.",
        "A request with this Idempotency-Key is being worked on.",
    ),
    "version_changed": Problem(
        412, "Objek ini sudah berubah sejak Anda membacanya.", "The object has changed since you read it."
    ),
    "file_too_large": Problem(413, "Berkas lebih dari 10 MiB.", "The file is larger than 10 MiB."),
    "body_too_large": Problem(413, "Isi permintaan lebih dari 1 MiB.", "The body is larger than 1 MiB."),
    "unsupported_media_type": Problem(
        415,
        "Jenis isi ini tidak diterima di sini; kebanyakan operasi menerima application/json.",
        "A body of this type is not taken here; most operations take application/json.",
    ),
    "idempotency_key_reused": Problem(
        422,
        "Idempotency-Key ini sudah dipakai untuk isi lain.",
        "This Idempotency-Key was used with another body.",
    ),
    "if_match_required": Problem(
        428, "Sertakan If-Match dengan ETag yang Anda baca.", "Send If-Match with the ETag you read."
    ),
    "too_many_requests": Problem(
        429, "Terlalu banyak permintaan. Tunggu sebentar.", "Too many requests. Wait a little."
    ),
    "internal_error": Problem(
        500, "Terjadi kesalahan di pihak kami. Sebutkan request_id saat melapor.", "Our fault. Report the request_id."
    ),
    "unavailable": Problem(503, "Layanan sedang tidak tersedia.", "The service is not available at the moment."),
    **{code: Problem(*said) for code, said in catalogue_people.CODES.items()},
    **{code: Problem(*said) for code, said in catalogue_collaboration.CODES.items()},
    **{code: Problem(*said) for code, said in catalogue_threads.CODES.items()},
}
