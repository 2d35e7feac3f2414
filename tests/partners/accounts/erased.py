"""A person with a row of everything, and a search of the whole database for what tells who that is."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection

from directory import actors, clock, ids
from directory.entries import contacts, editing
from partners import mail
from partners.accounts import consents, invitations, professionals
from partners.models import Moderator, User
from partners.trust import claim_moves, flags, proofs, suggestions
from tests import factories, people
from tests.partners.trust import pictures

EMAIL, NAME = "ratna-penanda@contoh.example", "Ratna Penanda"
# Every text, list of texts, JSON and byte string of every table; a view shows what tables hold.
_COLUMNS = """
SELECT columns.table_name, columns.column_name, columns.data_type FROM information_schema.columns AS columns
JOIN information_schema.tables AS tables USING (table_schema, table_name)
WHERE columns.table_schema = 'public' AND tables.table_type = 'BASE TABLE'
    AND columns.data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'ARRAY', 'bytea', 'tsvector',
        'USER-DEFINED')
"""


def person() -> User:
    """Ratna: author, member, moderator, professional, with keys, letters and invitations of every kind."""
    ratna = people.user("", email=EMAIL, password=people.PASSWORD)
    User.objects.filter(pk=ratna.pk).update(name=NAME)
    ratna.refresh_from_db()
    school, author, shared = factories.entry(name="SD Satu"), factories.entry("author", name=NAME), factories.entry()
    with factories.recorded():
        factories.EntryName.objects.create(entry=author, type="pen_name", value=f"{NAME} Pena")
        factories.Identifier.objects.create(entry=author, scheme="orcid", value="0000-0002-1825-0097")
    for entry in (school, author, shared):
        people.member(entry, of=ratna)
    people.member(shared)
    now = clock.now()
    for entry, value, label in ((author, EMAIL, NAME), (school, EMAIL, "TU"), (shared, "tu@sd.example", f"Bu {NAME}")):
        by = people.actor(ratna, entry)
        row = contacts.add(entry.pk, {"kind": "email", "value": value, "label": label}, by=by, now=now)
        contacts.change(entry.pk, row.pk, {"visibility": "signed_in"}, version=None, by=by, now=now)
    by = people.actor(ratna, school)
    invitations.invite(entry=school.pk, email="lain@contoh.example", roles=["viewer"], by=by, now=now)
    other = people.member(school)
    invitations.invite(entry=school.pk, email=EMAIL, roles=["viewer"], by=people.actor(other, school), now=now)
    mail.put(to=EMAIL.upper(), subject=f"Halo {NAME}", text="...", now=now)
    mail.put(to="lain@contoh.example", subject="Undangan", text=f"{NAME} ({EMAIL}) mengundang Anda.", now=now)
    suggestions.suggest(
        author.pk, {"website": "https://penanda.example"}, reason=f"Situs {NAME}", by=actors.ANONYMOUS, now=now
    )
    suggestions.suggest(
        shared.pk, {"address": "Jl. Melati"}, reason=f"Saya {NAME}", contact=EMAIL, by=actors.ANONYMOUS, now=now
    )
    flags.flag(ids.encode("school", shared.pk), reason="wrong", note=f"Kata {NAME}", by=by, now=now)
    claimed = claim_moves.open(factories.entry().pk, statement=f"Saya {NAME}", by=by, now=now)
    proofs.upload_letter(claimed.pk, name="surat.pdf", content=pictures.pdf() + NAME.encode(), by=by, now=now)
    other_by = people.actor(people.moderator())
    editing.close(shared.pk, reason=f"Kata {NAME}, {EMAIL}", by=other_by, now=now)
    people.entry_key(school, by=ratna)
    people.developer_key(ratna)
    Moderator.objects.create(user=ratna, created_at=now)
    EmailAddress.objects.create(user=ratna, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=ratna, type="totp", data={"secret": f"{NAME}"})
    professionals.publish(
        {"name": NAME, "role": "librarian", "attainments": [{"type": "training", "title": f"Pelatihan {NAME}"}]},
        text_version=consents.PURPOSES["professional_public"].version,
        how="api",
        by=people.actor(ratna, school),
        now=now,
    )
    return ratna


def found(*markers: str) -> set[str]:
    """The columns of the database in which one of the texts stands, in any case."""
    places = set()
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, type in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if type == "bytea" else f'"{column}"::text'
            for marker in markers:
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {text} ILIKE %s)', [f"%{marker}%"])
                if cursor.fetchone()[0]:
                    places.add(f"{table}.{column}")
    return places
