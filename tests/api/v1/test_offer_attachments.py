"""Photos and documents of offers and needs: what is taken, how it is handed out, and who may remove it."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from directory import ids
from partners.models import Attachment
from tests import people
from tests.api.v1.test_offers import BOOKS, address, draft, member, offer, publisher
from tests.partners.trust import pictures, test_files

__all__ = ["draft", "member", "offer", "publisher"]
pytestmark = pytest.mark.django_db


def upload(client: Any, made: dict[str, Any], content: bytes, name: str = "rak.png") -> Any:
    body = pictures.form(content, filename=name)
    return client.generic("POST", f"{address(made)}/attachments", body, content_type=pictures.FORM)


def zipped() -> bytes:
    """A hundred megabytes of nothing in a few kilobytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(20 << 20))
    return packed.getvalue()


EICAR_LIKE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-LOOKALIKE-TEST-FILE!$H+H*"
# Name -> bytes, and whether it is refused; what is taken is what it says it is, whatever hangs on it.
PATHOLOGICAL: dict[str, tuple[bytes, int]] = {
    "bomb.png": (zipped(), 400),
    "empty.png": (b"", 400),
    "text.png": (EICAR_LIKE, 400),
    "page.png": (b"<html><script>alert(1)</script></html>", 400),
    "page.html": (b"<!doctype html><script>alert(1)</script>", 400),
    "vector.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 400),
    "vector.png": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", 400),
    "rak.png.exe": (pictures.png(), 400),
    "rak.exe": (b"MZ" + bytes(100), 400),
    "rak.jpg": (pictures.png(), 400),
    "rak.pdf": (pictures.png(), 400),
    "cut.png": (pictures.png()[:20], 400),
    "cut.pdf": (pictures.pdf()[:-8], 400),
    "hundred.png": (pictures.png_begun(10_000, 10_000), 400),
    "wide.png": (pictures.png_begun(2**31 - 1, 1), 400),
    "heavy.png": (pictures.png() + bytes((10 << 20) + 1 - len(pictures.png())), 413),
    "macro.docm": (zipped(), 400),
    "script.pdf": (b"<script>%PDF-1.7 %%EOF", 400),
    "frameless.jpg": (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9" + bytes(20), 400),
    "rak\u202egnp.exe": (pictures.png(), 400),
    "polyglot.png": (pictures.png() + zipped(), 201),
    "polyglot.pdf": (pictures.pdf()[:-6] + b"<script>alert(1)</script>\n%%EOF\n", 201),
    "../../etc/rak.png": (pictures.png() + EICAR_LIKE, 201),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_an_odd_file_is_refused_or_only_ever_saved(member: Any, offer: dict[str, Any], api: Any, name: str) -> None:
    content, status = PATHOLOGICAL[name]
    response = upload(member, offer, content, name)
    assert response.status_code == status, response.content
    assert Attachment.objects.count() == (status == 201)
    if status == 201:
        made = response.json()
        assert "/" not in made["name"]
        _is_only_saved(api.get(made["href"]), content)


def _is_only_saved(response: Any, content: bytes) -> None:
    assert response.status_code == 200
    # Of a photo nothing but the picture is kept, so what hid behind it is gone.
    is_picture = content.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF"))
    assert response.content[:4] == content[:4] if is_picture else response.content == content
    assert not is_picture or (EICAR_LIKE not in response.content and zipped() not in response.content)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith('attachment; filename="fil_')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", [*test_files.BAD, *test_files.HUGE])
def test_what_no_room_takes_is_not_taken_here(member: Any, draft: dict[str, Any], name: str) -> None:
    assert upload(member, draft, {**test_files.BAD, **test_files.HUGE}[name], name).status_code == 400


def test_a_photo_is_shown_with_the_offer_and_removed_again(member: Any, offer: dict[str, Any], api: Any) -> None:
    response = upload(member, offer, pictures.jpeg(), "rak buku.JPG")
    made = response.json()
    assert (response.status_code, response["Location"]) == (201, made["href"])
    stored = len(api.get(made["href"]).content)
    assert (made["name"], made["type"], made["size_bytes"]) == ("rak buku.JPG", "jpeg", stored)
    shown = api.get(address(offer)).json()
    assert (shown["attachments"], shown["version"]) == ([made], offer["version"] + 1)
    assert api.get("/v1/offers").json()["data"][0]["attachments"] == [made]
    _is_only_saved(api.get(made["href"]), pictures.jpeg())

    assert people.as_person(people.user()).delete(made["href"]).status_code == 403
    assert member.delete(made["href"]).status_code == 204
    assert api.get(made["href"]).status_code == 404
    assert not Attachment.objects.exists()
    assert member.delete(made["href"]).status_code == 404


def test_files_are_seen_by_whoever_sees_what_they_belong_to(
    member: Any, draft: dict[str, Any], offer: dict[str, Any], api: Any
) -> None:
    other = member.post("/v1/needs", {**BOOKS}).json()
    made = upload(member, other, pictures.png()).json()
    assert member.get(made["href"]).status_code == 200
    assert api.get(made["href"]).status_code == 404
    foreign = made["href"].replace(other["id"], "ned_01kf3cb0s3f8q8r2d1kq8m8n8p")
    assert member.get(foreign).status_code == 404
    assert member.get(f"{address(offer)}/attachments/{made['id']}").status_code == 404


def test_ten_are_enough_and_what_has_ended_gets_none(member: Any, offer: dict[str, Any]) -> None:
    for number in range(10):
        assert upload(member, offer, pictures.png(number + 1, 1)).status_code == 201
    refused = upload(member, offer, pictures.png(20, 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_files")
    member.post(f"{address(offer)}/close")
    first = Attachment.objects.order_by("pk")[0]
    gone = member.delete(f"{address(offer)}/attachments/{ids.encode('attachment', first.pk)}")
    assert (gone.status_code, gone.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("who", "status"),
    [(people.client, 401), (lambda: people.as_person(people.user()), 403)],
)
def test_others_add_nothing(offer: dict[str, Any], who: Any, status: int) -> None:
    assert upload(who(), offer, pictures.png()).status_code == status
