"""The ladder of evidence as a claimant meets it: which rungs an entry offers to this person, and why not the others."""

from typing import NamedTuple

from django.db.models.functions import Left

from directory.entries import entries
from directory.entries.entries import Entry
from partners import wording
from partners.accounts.memberships import Membership
from partners.accounts.users import User
from partners.trust import addresses, evidence, proofs
from partners.trust.claims import Claim
from partners.trust.evidence import Evidence
from partners.wording import Words


class Rung(NamedTuple):
    """One kind of evidence: what there is to do, or why it cannot be had here."""

    kind: str
    way: str  # address, code, file, account, others; "" where the rung is closed
    said: Words

    @property
    def label(self) -> Words:
        """What it is called."""
        return wording.term("evidence_kind", self.kind)

    @property
    def is_decisive(self) -> bool:
        """Whether it proves the claim at once, without anybody's decision."""
        return self.kind in evidence.DECISIVE


def of(entry: Entry, person: User, claim: Claim | None = None) -> list[Rung]:
    """Every rung, the quickest first; of a claim also with what it has used up. Some queries."""
    return [
        _institutional_mail(entry),
        _letter_code(claim),
        _assignment_letter(claim),
        _school_domain(entry),
        _education_account(person),
        _vouch(entry, person),
    ]


def _institutional_mail(entry: Entry) -> Rung:
    known, domain = addresses.contacts_of(entry), addresses.website_of(entry)
    shown = [row.value for row in known if row.visibility == "public"] + ([f"...@{domain}"] if domain else [])
    if not known and not domain:
        said = Words(
            "Belum ada sumber data yang mencatat surel atau situs web lembaga ini.",
            "No data source knows an e-mail address or a website of this institution.",
        )
        return Rung("institutional_mail", "", said)
    told = ", ".join(shown)
    said = Words(
        f"Kami kirim kode ke surel lembaga yang tercatat ({told or 'tidak ditampilkan'})."
        " Minta kodenya kepada yang membacanya.",
        f"We send a code to the institution's address on record ({told or 'which is not shown'})."
        " Ask for it where that mail is read.",
    )
    return Rung("institutional_mail", "address", said)


def _letter_code(claim: Claim | None) -> Rung:
    waits = claim and Evidence.objects.filter(claim=claim.pk, kind="letter_code", state="waiting").exists()
    if waits:
        return Rung(
            "letter_code",
            "code",
            Words(
                "Ketik kode dari surat yang datang ke sekolah.", "Type the code of the letter that came to the school."
            ),
        )
    return Rung(
        "letter_code",
        "",
        Words(
            "Moderator wilayah dapat mengirim surat berisi kode ke alamat lembaga; belum ada surat yang dikirim.",
            "A moderator of the region can send a letter with a code to the institution; none has been sent yet.",
        ),
    )


def _assignment_letter(claim: Claim | None) -> Rung:
    used = Evidence.objects.filter(claim=claim.pk, kind="assignment_letter").count() if claim else 0
    if used >= proofs.MOST_FILES:
        said = Words(f"Sudah {used} berkas diserahkan.", f"{used} files were handed in already.")
        return Rung("assignment_letter", "", said)
    return Rung(
        "assignment_letter",
        "file",
        Words(
            "Foto surat tugas dengan cap, atau PDF; paling besar 10 MB. Tutupi NIK dan yang tidak perlu."
            " Moderator memeriksanya.",
            "A photo of your letter of assignment with its stamp, or a PDF; 10 MB at most. Cover your identity number"
            " and what nobody needs. A moderator looks at it.",
        ),
    )


def _school_domain(entry: Entry) -> Rung:
    if entry.kind != "school":
        return Rung("school_domain", "", Words("Hanya untuk sekolah.", "For schools only."))
    return Rung(
        "school_domain",
        "address",
        Words(
            "Kami kirim kode ke surel Anda yang berakhiran .sch.id. Moderator memutuskan.",
            "We send a code to your address that ends in .sch.id. A moderator decides.",
        ),
    )


def _education_account(person: User) -> Rung:
    if person.confirmed_at and addresses.is_educators(person.email):
        said = Words(f"Alamat Anda {person.email} adalah akun pendidikan.", f"Your address {person.email} is one.")
        return Rung("education_account", "account", said)
    return Rung(
        "education_account",
        "address",
        Words(
            "Kami kirim kode ke akun Anda di guru....belajar.id, admin....belajar.id, kemenag.go.id atau kementerian."
            " Moderator memutuskan.",
            "We send a code to your account at guru....belajar.id, admin....belajar.id, kemenag.go.id or a ministry."
            " A moderator decides.",
        ),
    )


def _vouch(entry: Entry, person: User) -> Rung:
    regency = (entry.region_id or "")[: entries.REGENCY]
    count = _verified_members(regency, person) if len(regency) == entries.REGENCY else 0
    if count < evidence.VOUCHES:
        return Rung(
            "vouch",
            "",
            Words(
                f"Di kabupaten/kota ini baru {count} anggota terverifikasi; diperlukan {evidence.VOUCHES}.",
                f"This regency has {count} verified members so far; {evidence.VOUCHES} are needed.",
            ),
        )
    return Rung(
        "vouch",
        "others",
        Words(
            f"Minta {evidence.VOUCHES} rekan dari entri terverifikasi di kabupaten/kota ini membuka alamat klaim Anda.",
            f"Ask {evidence.VOUCHES} colleagues of verified entries in this regency to open the address of your claim.",
        ),
    )


def _verified_members(regency: str, person: User) -> int:
    near = Entry.objects.annotate(regency=Left("region_id", entries.REGENCY)).filter(regency=regency)
    acting = Membership.objects.acting().filter(entry__in=near.filter(trust_level="verified"))
    return acting.exclude(user=person.pk).values("user").distinct().count()
