"""Everybody who can ask, and one of everything they can ask for: what the authorisation matrix is made of."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from api import bodies
from directory import actors, clock, ids, journal
from directory.entries import duplicates
from directory.models import Contact, Entry, Installation, Product
from partners.accounts import api_keys, consents, invitations, memberships, professionals
from partners.agreements import signing
from partners.collaborations import blocks, threads
from partners.fulfilment import destinations, disputing, holding, planning, shipping
from partners.fulfilment.planning import Wanted
from partners.models import AgreedLine, ApiKey, Delivery, Invitation, Membership, Professional, TermLine
from partners.offers import attaching, moves
from partners.offers import writing as proposal_writing
from partners.trust import claim_moves, flags, proofs, suggestions
from tests import factories, people
from tests.partners.collaborations import making
from tests.partners.trust import pictures

HERE, ELSEWHERE = "32.71", "33.74"
MARKER = "rahasia-quoxilu"  # stands in what only the members of the own entries may read; no id is spelt so
RANDOM = "01kf3cb0s3f8q8r2d1kq8m8n8p"
SECRET_OF_THE_DOCUMENT = "x7sQm2fJw1bN0pYc4hTt8vLk6zRa9dGe"
# Of offers and needs also a draft of the own entry, and what it has by its own number.
ALSO = ("draft", "numbered")
WHICH = ("own", "foreign", "public", "hidden", "deleted", "random")
ROLES = ("viewer", "editor", "approver", "receiver", "admin")


def build() -> SimpleNamespace:
    """The world: of each kind of entry one that the members act for, one of others, one of nobody, and what is gone."""
    cast = SimpleNamespace(entries={}, objects={}, people={}, keys={}, below={})
    factories.region(HERE, "Kota Bogor")
    factories.region(ELSEWHERE, "Kota Semarang")
    for kind in ids.ENTRIES:
        cast.entries[kind] = _entries(kind)
        cast.objects[f"{kind}s"] = {which: _id(row) for which, row in cast.entries[kind].items()}
        cast.objects[f"{kind}s"]["random"] = f"{ids.PREFIXES[kind]}_{RANDOM}"
    cast.objects["entries"] = cast.objects["schools"]
    _people(cast)
    _software(cast)
    _of_members(cast)
    _claims(cast)
    _said(cast)
    _duplicates(cast)
    _contacts(cast)
    _professionals(cast)
    _threads(cast)
    _proposals(cast)
    _fulfilment(cast)
    _settled()
    return cast


def _settled() -> None:
    """As after a minute: bodies are kept and the use of keys is noted, so no request does either by the way."""
    bodies.keep(list(Entry.objects.values_list("pk", flat=True)))
    ApiKey.objects.update(last_used_at=clock.now() + datetime.timedelta(hours=1))


def _entries(kind: str) -> dict[str, Entry]:
    named = {which: f"{kind} {which}" for which in WHICH if which != "random"}
    place = {"own": HERE, "foreign": ELSEWHERE, "public": HERE, "hidden": HERE, "deleted": HERE}
    made = {which: factories.entry(kind, name=name, region_id=place[which]) for which, name in named.items()}
    with factories.recorded():
        Entry.objects.filter(pk=made["hidden"].pk).update(status="hidden")
        Entry.objects.filter(pk=made["deleted"].pk).update(status="merged", merged_into=made["hidden"])
    return made


def _people(cast: SimpleNamespace) -> None:
    first = people.user(f"{MARKER}-pendiri")
    for kind in ids.ENTRIES:
        people.member(cast.entries[kind]["own"], of=first)
    with factories.recorded():
        for kind in ids.ENTRIES:
            for visibility in ("signed_in", "counterparties", "members_only"):
                value = f"{MARKER if visibility != 'signed_in' else 'masuk'}-{visibility}@contoh.example"
                Contact.objects.create(
                    entry=cast.entries[kind]["own"], kind="email", value=value, visibility=visibility
                )
    for role in ROLES:
        cast.people[role] = people.user(f"{MARKER}-{role}")
    cast.people["foreign admin"] = people.user("lain")
    cast.people["suspended"] = people.user("ditangguhkan")
    cast.people["suspended member"] = people.user("anggota-ditangguhkan")
    cast.people["unconfirmed"] = people.user("baru")
    cast.people["moderator here"] = people.moderator(HERE)
    cast.people["moderator elsewhere"] = people.moderator(ELSEWHERE)
    cast.people["staff"] = people.user("staf", is_staff=True)
    for kind in ids.ENTRIES:
        own, foreign = cast.entries[kind]["own"], cast.entries[kind]["foreign"]
        for name in (*ROLES, "suspended", "suspended member"):
            people.member(own, *((name,) if name in ROLES else ()), of=cast.people[name])
        people.member(foreign, of=cast.people["foreign admin"])
    cast.tokens = {name: people.token(person) for name, person in cast.people.items()}
    for name in ("suspended", "unconfirmed"):
        changes: dict[str, Any] = {"is_active": False} if name == "suspended" else {"confirmed_at": None}
        type(first).objects.filter(pk=cast.people[name].pk).update(**changes)
    Membership.objects.filter(user=cast.people["suspended member"]).update(suspended_at=clock.now())
    cast.first = first
    for kind in ids.ENTRIES:
        cast.keys[kind] = _keys(cast, kind)
    cast.developer = people.developer_key()


def _keys(cast: SimpleNamespace, kind: str) -> dict[str, str]:
    own, foreign = cast.entries[kind]["own"], cast.entries[kind]["foreign"]
    made = {f"key {scope}": people.entry_key(own, scopes=[scope], by=cast.first) for scope in api_keys.ENTRY_SCOPES}
    made["foreign key"] = people.entry_key(foreign, by=cast.people["foreign admin"])
    for name, change in (("expired key", "expires_at"), ("revoked key", "revoked_at")):
        made[name] = people.entry_key(own, by=cast.first)
        public = made[name].split("_")[2]
        ApiKey.objects.filter(public=public).update(**{change: clock.now() - datetime.timedelta(seconds=1)})
    return made


def _software(cast: SimpleNamespace) -> None:
    made, libraries = {}, cast.entries["school"]
    with factories.recorded():
        for which, vendor in cast.entries["vendor"].items():
            made[which] = Product.objects.create(name=f"Produk {which}", vendor=vendor)
        stated = {}
        for which in ("own", "foreign", "public", "hidden"):
            stated[which] = Installation.objects.create(
                product=made["own"], library=libraries[which], stated_by="school"
            )
        stated["deleted"] = Installation.objects.create(
            product=made["own"],
            library=libraries["own"],
            stated_by="school",
            status="removed",
            removed_at=clock.now(),
        )
    cast.objects["products"] = {which: ids.encode("product", row.pk) for which, row in made.items()}
    cast.objects["products"]["random"] = f"prd_{RANDOM}"
    cast.objects["installations"] = {which: ids.encode("installation", row.pk) for which, row in stated.items()}
    cast.objects["installations"]["random"] = f"ins_{RANDOM}"


def _of_members(cast: SimpleNamespace) -> None:
    """Keys, memberships and invitations: those of the school that is acted for, and of the others."""
    own, foreign = cast.entries["school"]["own"], cast.entries["school"]["foreign"]
    key = {"own": own, "foreign": foreign}
    rows: dict[str, dict[str, Any]] = {"api-keys": {}, "memberships": {}, "invitations": {}}
    for which, entry in key.items():
        by = people.actor(cast.first if which == "own" else cast.people["foreign admin"], entry)
        made, named = {"by": by, "now": clock.now()}, MARKER if which == "own" else "lain"
        rows["api-keys"][which], _ = api_keys.create(
            kind="entry",
            name=f"{MARKER}-{which}" if which == "own" else which,
            scopes=["entries:read"],
            entry=entry.pk,
            **made,
        )
        rows["memberships"][which] = memberships.begin(
            user=people.user(which).pk, entry=entry.pk, roles=["viewer"], **made
        )
        rows["invitations"][which], _ = invitations.invite(
            entry=entry.pk, email=f"{named}@contoh.example", roles=["viewer"], **made
        )
    gone = {"by": people.actor(cast.first, own), "now": clock.now()}
    rows["api-keys"]["deleted"], _ = api_keys.create(
        kind="entry", name="ended", scopes=["entries:read"], entry=own.pk, **gone
    )
    api_keys.revoke(rows["api-keys"]["deleted"].pk, **gone)
    rows["memberships"]["deleted"] = memberships.begin(
        user=people.user("bekas").pk, entry=own.pk, roles=["viewer"], **gone
    )
    memberships.end(rows["memberships"]["deleted"].pk, **gone)
    rows["invitations"]["deleted"], _ = invitations.invite(
        entry=own.pk, email="batal@contoh.example", roles=["viewer"], **gone
    )
    invitations.withdraw(rows["invitations"]["deleted"].pk, **gone)
    for name, object_name in (("api-keys", "api_key"), ("memberships", "membership"), ("invitations", "invitation")):
        found = {which: ids.encode(object_name, row.pk) for which, row in rows[name].items()}
        cast.objects[name] = {**found, "random": f"{ids.PREFIXES[object_name]}_{RANDOM}"}


def _claims(cast: SimpleNamespace) -> None:
    """Of a member to another school, of a stranger elsewhere, and one that was withdrawn."""
    viewer, stranger = (people.actor(one) for one in (cast.people["viewer"], people.user("penggugat")))
    made = {
        "own": (cast.entries["school"]["public"], viewer),
        "foreign": (cast.entries["publisher"]["foreign"], stranger),
        "deleted": (cast.entries["vendor"]["public"], viewer),
    }
    rows = {
        which: claim_moves.open(entry.pk, statement=f"{MARKER}-{which}", by=by, now=clock.now())
        for which, (entry, by) in made.items()
    }
    letter = pictures.pdf() + f"% {MARKER}\n%%EOF".encode()
    proofs.upload_letter(rows["own"].pk, name="surat.pdf", content=letter, by=viewer, now=clock.now())
    claim_moves.withdraw(rows["deleted"].pk, by=viewer, now=clock.now())
    found = {which: ids.encode("claim", row.pk) for which, row in rows.items()}
    cast.objects["claims"] = {**found, "random": f"clm_{RANDOM}"}


def _said(cast: SimpleNamespace) -> None:
    """Suggestions and flags: about the school that is acted for, that of others, and one of nobody."""
    suggested, flagged = {}, {}
    for which in ("own", "foreign", "public", "deleted"):
        entry = cast.entries["school"]["own" if which == "deleted" else which]
        values, reason = {"address": f"Jl. {which}"}, f"{MARKER}-{which}" if which == "own" else which
        made, secret = suggestions.suggest(entry.pk, values, reason=reason, by=actors.ANONYMOUS, now=clock.now())
        suggested[which] = ids.encode("suggestion", made.pk)
        if which == "own":
            cast.secret = secret
        if which == "deleted":
            suggestions.withdraw(made.pk, secret=secret, by=actors.ANONYMOUS, now=clock.now())
            continue
        raised = flags.flag(_id(entry), reason="wrong", note=MARKER, by=actors.ANONYMOUS, now=clock.now())
        flagged[which] = ids.encode("flag", raised.pk)
    cast.objects["suggestions"] = {**suggested, "random": f"sug_{RANDOM}"}
    cast.objects["flags"] = {**flagged, "random": f"flg_{RANDOM}"}


def _duplicates(cast: SimpleNamespace) -> None:
    """A pair here, one elsewhere, and one that was dismissed."""
    twin = factories.entry(name="school foreign twin", region_id=ELSEWHERE)
    pairs = {
        "own": (cast.entries["school"]["own"], cast.entries["school"]["public"]),
        "foreign": (cast.entries["school"]["foreign"], twin),
        "deleted": (cast.entries["vendor"]["own"], cast.entries["vendor"]["public"]),
    }
    found = {}
    for which, pair in pairs.items():
        duplicates.remember(pair[0].pk, pair[1].pk, now=clock.now())
        row = duplicates.Duplicate.objects.get(first=min(one.pk for one in pair))
        found[which] = ids.encode("duplicate", row.pk)
    duplicates.dismiss(row.pk, by=factories.TESTER, now=clock.now())
    cast.objects["duplicates"] = {**found, "random": f"dup_{RANDOM}"}


def _contacts(cast: SimpleNamespace) -> None:
    """What stands below an entry: of the own and the foreign one what its members keep, else what is public."""
    below: dict[str, dict[str, str]] = {}
    for kind, found in cast.entries.items():
        named = {"random": f"con_{RANDOM}"}
        for which, entry in found.items():
            visibility = "members_only" if which in ("own", "foreign") else "public"
            with factories.recorded():
                row = Contact.objects.create(
                    entry=entry,
                    kind="phone",
                    value="+62217654321",
                    label=MARKER * (which == "own"),
                    visibility=visibility,
                )
            named[which] = ids.encode("contact", row.pk)
        below[f"{kind}s"] = named
    cast.below["contacts"] = {**below, "entries": below["schools"]}


def _professionals(cast: SimpleNamespace) -> None:
    """One who names the own school, one of the foreign one, one of none, one withdrawn, and one erased."""
    made: dict[str, Professional] = {}
    version = consents.PURPOSES[professionals.PURPOSE].version
    for which in ("own", "foreign", "public", "hidden", "deleted"):
        school = cast.entries["school"][which].pk if which in ("own", "foreign") else None
        values = {
            "name": f"Pustakawan {which}",
            "role": "librarian",
            "school": school,
            "region": ELSEWHERE if which == "foreign" else HERE,
            "attainments": [{"type": "training", "title": "Klasifikasi"}],
        }
        by = people.actor(people.user("pustakawan"))
        about = {"how": "api", "by": by, "now": clock.now()}
        made[which], _ = professionals.publish(values, text_version=version, **about)
        if which == "hidden":
            professionals.withdraw(**about)
        if which == "deleted":
            professionals.erase(by.person)
    cast.objects["professionals"] = {which: ids.encode("professional", row.pk) for which, row in made.items()}
    cast.objects["professionals"]["random"] = f"pro_{RANDOM}"
    cast.attained = ids.encode("attainment", made["own"].attainments.get().pk)


def _threads(cast: SimpleNamespace) -> None:
    """Requests between the own entries and between others, a draft of the others, with what was written in them."""
    entries = cast.entries
    made = {
        "own": (entries["school"]["own"], entries["publisher"]["own"], "accepted"),
        "foreign": (entries["school"]["foreign"], entries["vendor"]["foreign"], "accepted"),
        "hidden": (entries["publisher"]["foreign"], entries["school"]["own"], "draft"),
        # What the own entry has to answer, and what it has said no to.
        "public": (entries["publisher"]["foreign"], entries["school"]["own"], "pending"),
        "deleted": (entries["publisher"]["foreign"], entries["school"]["own"], "declined"),
    }
    rows = {
        which: making.collaboration(
            *between,
            subject=MARKER if which == "own" else "lain",
            message=MARKER * (which != "foreign"),
            line="Kancil",
            joins_waitlist=True,
        )
        for which, between in made.items()
    }
    cast.objects["collaboration-requests"] = {
        **{which: ids.encode("collaboration", row.pk) for which, row in rows.items()},
        "random": f"col_{RANDOM}",
    }
    invited = {
        which: making.collaboration(
            made[which][0],
            entries["vendor"]["public"],
            letter_code=f"{which:2>12}".upper(),
            due_at=clock.now() + datetime.timedelta(days=30),
        )
        for which in ("own", "foreign")
    }
    cast.objects["/v1/collaboration-requests/{}/letter"] = {
        **{which: ids.encode("collaboration", row.pk) for which, row in invited.items()},
        "random": f"col_{RANDOM}",
    }
    written, files, blocked = {}, {}, {}
    for which in ("own", "foreign"):
        person = cast.first if which == "own" else cast.people["foreign admin"]
        by = people.actor(person, made[which][0])
        text = f"{MARKER} {which}" if which == "own" else which
        message = threads.post(rows[which].pk, text, by=by, now=clock.now())
        content = pictures.pdf() + f"% {text}\n%%EOF".encode()
        file = threads.attach(message.pk, name=f"{text}.pdf", content=content, by=by, now=clock.now())
        written[which] = ids.encode("message", message.pk)
        files[which] = ids.encode("message_file", file.pk)
        row = blocks.put(cast.entries["vendor"]["public"].pk, "block", by=by, now=clock.now())
        blocked[which] = ids.encode("block", row.pk)
        if which == "own":
            cast.event = ids.encode("event", message.event_id)
    _delivered(cast, rows)
    cast.objects["messages"] = {**written, "random": f"msg_{RANDOM}"}
    cast.below["files"] = {"messages": {**files, "random": f"mfl_{RANDOM}"}}
    cast.objects["blocks"] = {**blocked, "random": f"blk_{RANDOM}"}


def _delivered(cast: SimpleNamespace, rows: dict[str, Any]) -> None:
    """What the viewer of the own entries and the admin of the others are told."""
    told = {}
    for which, name in (("own", "viewer"), ("foreign", "foreign admin")):
        row, now = rows[which], clock.now()
        event = journal.Event.objects.filter(subject_type="collaboration", subject_id=str(row.pk)).earliest("pk")
        about = {"event": event, "user": cast.people[name], "entry_id": row.initiator_id}
        made = Delivery.objects.create(**about, created_at=now, due_at=now, channel="in_app")
        told[which] = ids.encode("notification", made.pk)
    cast.objects["notifications"] = {**told, "random": f"ntf_{RANDOM}"}


def _proposals(cast: SimpleNamespace) -> None:
    """Offers and needs: of the own school one open, one draft, one closed; of others; and one that was taken down."""
    members = {"foreign": cast.people["foreign admin"], "public": people.user("lain")}
    people.member(cast.entries["school"]["public"], of=members["public"])
    staff = people.actor(people.moderator())
    for direction in ("offer", "need"):
        made, files = {}, {}
        for which in ("own", "foreign", "public", "hidden", "deleted", "draft"):
            owner = which if which in members else "own"
            by = people.actor(members.get(owner, cast.first), cast.entries["school"][owner])
            about = {"by": by, "now": clock.now()}
            secret = f"{MARKER}-{which}-1" if owner == "own" else ""
            values = {
                "kind": "book_donation",
                "title": secret if which in ("draft", "hidden") else f"Buku {which}",
                "external_id": secret,
                "lines": [{"title": "Kancil", "quantity": 5, "external_id": secret, "unit_value": 1000}],
            }
            row = proposal_writing.create(direction, values, entry=cast.entries["school"][owner].pk, **about)
            made[which] = ids.encode(direction, row.pk)
            content = pictures.png() + (secret.encode() if which in ("draft", "hidden") else b"")
            file = attaching.attach(direction, row.pk, name="rak.png", content=content, **about)
            files[which] = ids.encode("attachment", file.pk)
            if which == "draft":
                continue
            moves.publish(direction, row.pk, **about)
            moves.approve(direction, row.pk, by=staff, now=clock.now())
            if which == "hidden":
                moves.take_down(direction, row.pk, reason=MARKER, by=staff, now=clock.now())
            if which == "deleted":
                moves.close(direction, row.pk, reason=MARKER, **about)
        cast.below.setdefault("attachments", {})[f"{direction}s"] = {
            **files,
            "numbered": files["own"],
            "random": f"fil_{RANDOM}",
        }
        numbered = {"numbered": f"external:{MARKER}-own-1"}  # as long as an id
        cast.objects[f"{direction}s"] = {**made, **numbered, "random": f"{ids.PREFIXES[direction]}_{RANDOM}"}


def _fulfilment(cast: SimpleNamespace) -> None:
    """Shipments that the own entry sends and receives, sessions and a deed of its requests, and those of others."""
    of = cast.entries
    own, publisher = of["school"]["own"], of["publisher"]["own"]
    sends, now = people.actor(cast.first, own), clock.now()
    elsewhere = people.actor(cast.people["foreign admin"], of["vendor"]["foreign"])
    mine = _agreed_line(own, publisher, initiator_gives=True)
    theirs = _agreed_line(of["school"]["foreign"], of["vendor"]["foreign"])
    incoming = _agreed_line(own, of["vendor"]["foreign"])
    made = {
        "own": planning.plan([Wanted(mine.pk, 1)], {"note": MARKER}, by=sends, now=now),
        "foreign": planning.plan([Wanted(theirs.pk, 1)], {}, by=elsewhere, now=now),
        "public": planning.plan([Wanted(incoming.pk, 1)], {"note": MARKER}, by=elsewhere, now=now),
        "deleted": planning.plan([Wanted(mine.pk, 1)], {"note": MARKER}, by=sends, now=now),
    }
    for which in ("foreign", "public"):
        shipping.dispatch(made[which].pk, by=elsewhere, now=now)
    shipping.cancel(made["deleted"].pk, by=sends, now=now)
    cast.objects["shipments"] = {which: ids.encode("shipment", row.pk) for which, row in made.items()}
    cast.objects["shipments"]["random"] = f"shp_{RANDOM}"
    cast.agreed = ids.encode("agreed_line", mine.pk)
    cast.objects["traces"] = {
        "own": cast.agreed,
        "foreign": ids.encode("agreed_line", theirs.pk),
        "random": f"agl_{RANDOM}",
    }
    told = {"recipient_name": MARKER, "address": f"Jalan {MARKER}"}
    destinations.give(mine.collaboration_id, told, by=people.actor(cast.first, publisher), now=now)
    _sessions(cast)
    _disputes(cast)
    _deeds(cast)


def _sessions(cast: SimpleNamespace) -> None:
    begins = clock.now() - datetime.timedelta(days=1)
    times = {"starts_at": begins, "ends_at": begins + datetime.timedelta(hours=1)}
    made, attended = {}, {}
    for which in ("own", "foreign"):
        school = cast.entries["school"][which]
        by = people.actor(cast.first if which == "own" else cast.people["foreign admin"], school)
        line = _agreed_line(school, cast.entries["vendor"][which], unit="session", kind="training")
        note = MARKER if which == "own" else which
        made[which] = holding.schedule(line.pk, {**times, "note": note}, by=by, now=clock.now())
        holding.set_attendees(made[which].pk, [note], by=by, now=clock.now())
        holding.hold(made[which].pk, by=by, now=clock.now())
        attended[which] = ids.encode("attendee", made[which].attendees.get().pk)
        if which == "own":
            cast.to_schedule = ids.encode("agreed_line", line.pk)
    cast.objects["sessions"] = {which: ids.encode("session", row.pk) for which, row in made.items()}
    cast.objects["sessions"]["random"] = f"ses_{RANDOM}"
    cast.below["attendees"] = {"sessions": {**attended, "random": f"atd_{RANDOM}"}}


def _disputes(cast: SimpleNamespace) -> None:
    """What the own school has to answer, what others have, and a parcel of its own that should long be there."""
    of, made = cast.entries, {}
    between = {
        "own": (of["school"]["own"], of["publisher"]["own"]),
        "foreign": (of["vendor"]["foreign"], of["school"]["foreign"]),
        "-": (of["school"]["own"], of["publisher"]["own"]),
    }
    for which, (sender, receiver) in between.items():
        person, now = cast.people["foreign admin"] if which == "foreign" else cast.first, clock.now()
        sends, counts = people.actor(person, sender), people.actor(person, receiver)
        line = _agreed_line(sender, receiver, initiator_gives=True)
        way = {"expected_on": (now - datetime.timedelta(days=2)).date()}
        parcel = shipping.dispatch(planning.plan([Wanted(line.pk, 1)], way, by=sends, now=now).pk, by=sends, now=now)
        lines = [one.pk for one in parcel.lines.all()]
        if which == "-":
            named = [ids.encode("shipment_line", key) for key in lines]
            cast.to_dispute = {"shipment": ids.encode("shipment", parcel.pk), "lines": named}
            continue
        about = {"kind": "not_arrived", "lines": lines, "resolution": "lost", "by": counts, "now": now}
        made[which] = disputing.open(parcel.pk, text=MARKER if which == "own" else which, **about)
    cast.objects["disputes"] = {which: ids.encode("dispute", row.pk) for which, row in made.items()}
    cast.objects["disputes"]["random"] = f"dsp_{RANDOM}"


def _deeds(cast: SimpleNamespace) -> None:
    made = {}
    for which in ("own", "foreign"):
        between = (cast.entries["school"][which], cast.entries["publisher"][which])
        row = making.collaboration(*between, "accepted", needs_signature=True)
        with factories.recorded("collaboration.accepted", subject=("collaboration", row.pk)) as event:
            text = f"{MARKER if which == 'own' else which}\n"
            made[which] = signing.make(row.pk, revision=1, kind=row.kind, text=text, event=event)
    cast.objects["agreements"] = {which: ids.encode("agreement", row.pk) for which, row in made.items()}
    cast.objects["agreements"]["random"] = f"agr_{RANDOM}"
    cast.objects["verify"] = {"own": made["own"].sha256, "random": "0" * 64}


def _agreed_line(one: Entry, other: Entry, *, unit: str = "copy", **fields: Any) -> AgreedLine:
    """Two units that were agreed on between two entries; what is in words only has no stock."""
    row = making.collaboration(one, other, "active", line="Kancil", unit=unit, **fields)
    line = TermLine.objects.get(terms__collaboration=row)
    made: AgreedLine = AgreedLine.objects.create(collaboration=row, term_line=line, quantity=2, reserved=2)
    return made


def _id(row: Entry) -> str:
    return ids.encode(row.kind, row.pk)


def callers(cast: SimpleNamespace, *, kind: str) -> dict[str, Callable[[], people.Caller]]:
    """Name -> a maker of that caller's client; whoever is a member acts for the entry of the kind."""
    own, foreign = cast.entries[kind]["own"], cast.entries[kind]["foreign"]
    found: dict[str, Callable[[], people.Caller]] = {"anonymous": people.client}
    for name, text in cast.tokens.items():
        acting_for = {"foreign admin": foreign}.get(name, own if name in ROLES else None)
        found[name] = lambda text=text, acting_for=acting_for: people.client(text, acting_for=acting_for)
    for name, text in cast.keys[kind].items():
        found[name] = lambda text=text: people.client(text)
    found["developer key"] = lambda: people.client(cast.developer)
    return found


QUERIES: dict[str, dict[str, str]] = {"/v1/suggest": {"q": "school own"}}
# Members that a shape takes without declaring them: the kind's own decides.
ALSO_TAKEN: dict[str, set[str]] = {}
# Writing operations that need no account.
OPEN_TO_ANYONE: set[str] = {
    "/v1/entries/{}/suggestions",
    "/v1/flags",
    "/v1/suggestions/{}/status",
    "/v1/suggestions/{}/withdraw",
}


def filled(body: Any, cast: SimpleNamespace, route: Any) -> Any:
    """The example of what is sent, with ids of this world in place of those of the document."""
    if route.path == "/v1/professionals/{}/confirm":
        return {"attainments": [cast.attained]}
    if route.path == "/v1/collaboration-requests":
        entry = cast.objects["publishers"]["public"]
        told = {"kind": "author_visit", "initiator_gives": False, "subject": "Bercerita"}
        return {**told, "entry": entry, "lines": [{"title": "Sesi", "quantity": 1, "unit": "session"}], "submit": True}
    if route.path == "/v1/disputes":
        return {**body, **cast.to_dispute}
    if route.path == "/v1/collaboration-requests/{}/accept":
        return {"revision": 1}
    if route.resource == "collaboration-requests" and isinstance(body, dict) and "offer_line" in body:
        return {"title": "Malin Kundang", "quantity": 1}
    if route.method == "PUT" and route.resource in ("offers", "needs"):
        return {name: one for name, one in body.items() if name != "external_id"}
    if isinstance(body, dict):
        return {name: filled(one, cast, route) for name, one in body.items()}
    if isinstance(body, list):
        return [filled(one, cast, route) for one in body]
    if body == "npsn:20106343":
        return cast.objects[f"{route.kind}s"]["public"]
    if route.path == "/v1/flags" and body == f"sch_{RANDOM}":
        return cast.objects["schools"]["public"]
    if body == f"evt_{RANDOM}":
        return cast.event
    if body == f"agl_{RANDOM}":
        return cast.to_schedule if route.resource == "sessions" else cast.agreed
    if body == SECRET_OF_THE_DOCUMENT:
        return cast.secret
    return cast.objects["products"]["own"] if body == f"prd_{RANDOM}" else body


__all__ = ["ApiKey", "Invitation", "build", "callers", "filled"]
