"""What a mail address says about a claim: it is the institution's own, a school's, an educator's, or nothing."""

import re
from typing import Any
from urllib.parse import urlsplit

from directory import journal
from directory.entries.contacts import Contact
from directory.entries.entries import Entry

# Accounts that a ministry gives to staff. Pupils have addresses under belajar.id too (`@sd.belajar.id`), and so have
# foundations, consultants and partners (`@mitra.belajar.id`): only the domains of schools' staff and of offices count,
# as the ministry lists them: those of education units and of regional governments at
# https://pusatinformasi.raporpendidikan.dikdasmen.go.id/hc/id/articles/35537202250393, those of others at
# https://pusatinformasi.belajar.id/hc/id/articles/5524023126553 (both read in November 2026). Of the ministries' own
# domains the bare ones, and that of madrasahs, whose teachers have no belajar.id.
EDUCATION = (
    re.compile(r"(guru|admin)\.[a-z]+\.belajar\.id|pendidik\.kesetaraan\.belajar\.id|(dinas|dikbud)\.belajar\.id"),
    re.compile(r"(kemdikbud|kemendikdasmen|(madrasah\.)?kemenag)\.go\.id"),
)
SCHOOLS = re.compile(r"([a-z0-9-]+\.)+sch\.id")  # the registry gives these names to schools alone
# Whoever has a page there has no say over the domain's mail.
SHARED = (
    "belajar.id",
    "blogspot.com",
    "bit.ly",
    "canva.site",
    "facebook.com",
    "github.io",
    "gmail.com",
    "gmx.com",
    "google.com",
    "hotmail.com",
    "icloud.com",
    "instagram.com",
    "kemdikbud.go.id",
    "kemenag.go.id",
    "kemendikdasmen.go.id",
    "linktr.ee",
    "live.com",
    "mail.com",
    "ning.com",
    "outlook.co.id",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "rocketmail.com",
    "tiktok.com",
    "twitter.com",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "yahoo.com",
    "yahoo.co.id",
    "yandex.com",
    "ymail.com",
    "youtube.com",
    "zoho.com",
)


def domain_of(address: str) -> str:
    """What stands behind the `@`, in small letters."""
    return address.rpartition("@")[2].lower()


def is_educators(address: str) -> bool:
    """Whether a ministry gave the address to a teacher, an administrator or an office."""
    return any(pattern.fullmatch(domain_of(address)) for pattern in EDUCATION)


def kind_of(address: str, entry: Entry) -> str | None:
    """The kind of evidence that a code to the address would be: None when it would say nothing about the entry.

    Two accounts could else prove a school that they made up: one writes the address, the other claims.
    """
    is_known = any(row.value.lower() == address.lower() for row in contacts_of(entry))
    if is_known or domain_of(address) == website_of(entry) != "":
        return "institutional_mail"
    if entry.kind == "school" and SCHOOLS.fullmatch(domain_of(address)):
        return "school_domain"
    return "education_account" if is_educators(address) else None


def contacts_of(entry: Entry) -> list[Contact]:
    """The mail addresses that a source knows of the entry: whoever reads them is the institution. A query for each."""
    rows = Contact.objects.filter(entry=entry, kind="email").order_by("pk")
    return [row for row in rows if _is_from_source(row, "value")]


def website_of(entry: Entry) -> str:
    """The domain of the website that a source knows, where the entry has it for itself; else empty. One query."""
    host = (urlsplit(entry.website).hostname or "").lower().removeprefix("www.")
    is_shared = any(host == name or host.endswith("." + name) for name in SHARED)
    return host if host and not is_shared and _is_from_source(entry, "website") else ""


def _is_from_source(row: Any, field: str) -> bool:
    """Whether an import wrote the value. What a person wrote proves nothing, also where a moderator accepted it."""
    event = journal.Event.objects.filter(pk=row.sources.get(field, row.first_event_id)).first()
    return event is not None and (event.source_id is not None or event.actor_kind == "command")
