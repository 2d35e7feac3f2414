"""What stands around a claim in tests: schools, neighbours, rivals."""

import dataclasses
import types

from directory import clock
from partners.trust import claim_moves
from tests import factories, people

ADDRESS = "tu@sduji.example"  # of the school, and nobody sees it


def school(**fields):
    """A school as a source lists it, with a contact that nobody sees and a website."""
    given = {"name": "SD Uji", "region_id": "32.71", "website": "https://www.sduji.sch.id/beranda", **fields}
    return factories.entry(contacts=[{"kind": "email", "value": ADDRESS}], **given)


def claim(entry, person):
    """A person's open claim to an entry: its key, the row, the actor."""
    by = people.actor(person)
    row = claim_moves.open(entry.pk, by=by, now=clock.now())
    return types.SimpleNamespace(key=row.pk, row=row, by=by, school=entry, person=person)


def rival(entry, name="budi"):
    """Somebody else's open claim to the same entry."""
    return claim(entry, people.user(name))


def verified_member(name="Sekolah tetangga", region="32.71"):
    """Somebody who acts for a verified school."""
    neighbour = factories.entry(name=name, region_id=region, trust_level="verified", verified_at=clock.now())
    return people.actor(people.member(neighbour), neighbour)


def without(by, scope):
    """The same actor with a credential that lacks a scope."""
    return dataclasses.replace(by, scopes=by.scopes - {scope})
