"""One of everything that a moderator of Kota Bogor can meet at the desk, with words as long as people write them."""

import types

from directory import actors, clock, ids
from directory.entries import duplicates, merging
from directory.entries.duplicates import Duplicate
from directory.models import Event, Installation, Product, Region
from partners import mail
from partners.models import ApiKey, Evidence, EvidenceFile, Letter, Membership
from partners.trust import claim_moves, flags, suggestions
from tests import factories, people

LONG = "https://perpustakaan.sdn-pasirmulya-kota-bogor.sch.id/katalog/daring/halaman-yang-panjang-sekali?tahun=2026"


def made() -> types.SimpleNamespace:
    """The rows, by what they are called."""
    if not Region.objects.filter(code="32.71").exists():
        factories.region("33", "Jawa Tengah")
        factories.region("32.71", "Kota Bogor")
    now = clock.now()
    one = factories.entry(
        name="SD Negeri Pasirmulya Satu", region_id="32.71", identifiers={"npsn": "20000001"}, website=LONG
    )
    other = factories.entry(
        name="SDN Pasirmulya 1 Kecamatan Bogor Barat Kota Bogor",
        region_id="32.71",
        identifiers={"npsn": "20000002"},
        names=[{"type": "alias", "value": "SD Pasirmulya"}],
    )
    with factories.recorded():
        running = Installation.objects.create(
            library=other, product=Product.objects.create(name="SLiMS"), stated_by="school"
        )
    duplicates.remember(one.pk, other.pk, now=now)
    claimant = people.user("sari", email="sari.dewi.lestari.purnamasari@sdn-pasirmulya-kota-bogor.sch.id")
    claim = claim_moves.open(
        one.pk, statement=f"Saya guru pustakawan, lihat {LONG}", by=people.actor(claimant), now=now
    )
    letter = Evidence.objects.create(claim=claim, kind="assignment_letter", state="given", what="pdf", created_at=now)
    EvidenceFile.objects.create(evidence=letter, type="pdf", sha256="", content=b"%PDF-1.4 surat")
    suggestion, _ = suggestions.suggest(
        one.pk, {"address": "Jl. Pasirmulya 1", "website": f"{LONG}&baru=1"}, reason="Pindah", by=actors.ANONYMOUS,
        now=now,
    )  # fmt: skip
    flag = flags.flag(
        ids.encode("school", one.pk), reason="wrong", note=f"Sudah tutup: {LONG}", by=actors.ANONYMOUS, now=now
    )
    gone = factories.entry(name="SD Pasirmulya Lama", region_id="32.71")
    merging.merge(gone.pk, into=one.pk, by=factories.TESTER, now=now)
    people.member(other)
    people.entry_key(other)
    mail.put(to=claimant.email, subject="Kode untuk klaim Anda atas SD Negeri Pasirmulya Satu", text="rahasia", now=now)
    return types.SimpleNamespace(
        one=one, other=other, gone=gone, running=running, claim=claim, suggestion=suggestion, flag=flag,
        pair=Duplicate.objects.get(), key=ApiKey.objects.get(), membership=Membership.objects.first(),
        event=Event.objects.order_by("pk").last(), letter=Letter.objects.order_by("pk").last(),
    )  # fmt: skip
