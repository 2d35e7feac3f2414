"""Demo publishers and authors: houses with imprints, people with pen names and no private address in public."""

import random

from directory import vocabularies
from directory.demo import drafts, names
from directory.demo.drafts import Draft

HEADS = ("Pustaka", "Penerbit", "Media", "Cakrawala", "Griya Buku", "Lentera")
TAILS = (
    "Gramatika",
    "Anak Ceria",
    "Samudra Kata",
    "Aksara Timur",
    "Rimba Ilmu",
    "Lontar Muda",
    "Bintang Pena",
    "Kata Hati",
    "Tinta Emas",
    "Nusa Cerita",
)
PEN_NAMES = ("Embun", "Senja", "Lintang", "Kunang", "Awan", "Rinai", "Kelana", "Bulan", "Angin", "Samudra")
AUTHORS = 120


def publishers() -> list[Draft]:
    """60 publishers; some are imprints of others, one succeeds a closed one."""
    throws = names.dice("publishers")
    places = drafts.regencies()
    made = []
    for number, (head, tail) in enumerate((head, tail) for head in HEADS for tail in TAILS):
        publisher = Draft(
            f"{head} {tail}",
            "publisher",
            entry={
                **drafts.centre(_place(places, throws)),
                "address": f"Jl. {throws.choice(names.STREETS)} No. {throws.randint(1, 90)}",
                "website": f"https://{_slug(f'{head} {tail}')}.example.org/",
                "description_id": "Data demo: penerbit rekaan.",
                "description_en": "Demo data: a made-up publisher.",
                "languages": ["id", "en"] if throws.random() < 0.3 else ["id"],
            },
            kind_row={
                "founded_year": throws.randint(1965, 2021),
                "book_levels": _some("book_level", throws),
                "subjects": sorted(throws.sample(range(0, 1000, 100), throws.randint(1, 4))),
            },
            # The ISBN agency has opened no registrants in 978-634-5, and IKAPI has no branch DEMO.
            identifiers=[("isbn_prefix", f"978-634-5{number:05d}")],
        )
        if throws.random() < 0.7:
            publisher.identifiers.append(("ikapi", f"{9001 + number}/DEMO/{throws.randint(2005, 2024)}"))
        _contact(publisher, "redaksi", number=100_000 + number, throws=throws)
        made.append(publisher)
    for place in range(24, 60, 6):
        made[place].relations.append(("imprint_of", made[place // 8]))
    made[59].entry["status"] = "closed"
    made[10].relations.append(("successor_of", made[59]))
    made[10].names.append(("former", made[59].name))
    return made


def authors(houses: list[Draft]) -> list[Draft]:
    """120 authors, each at the centre of a regency; their addresses are for others than the public."""
    throws = names.dice("authors")
    places = drafts.regencies()
    taken: set[str] = set()
    made: list[Draft] = []
    while len(made) < AUTHORS:
        name = names.person(throws)
        if name in taken:
            continue
        taken.add(name)
        author = Draft(
            name,
            "author",
            entry={
                **drafts.centre(_place(places, throws)),
                "description_id": "Data demo: orang rekaan.",
                "description_en": "Demo data: a made-up person.",
                "languages": throws.choice((["id"], ["id"], ["id", "en"], ["id", "jv"], ["id", "su"])),
            },
            kind_row={"roles": _some("author_role", throws), "book_levels": _some("book_level", throws)},
        )
        address = f"rahasia-{len(made):03d}@penulis.example.org"
        author.contacts.append(("email", address, throws.choice(("counterparties", "members_only"))))
        if throws.random() < 0.5:
            author.contacts.append(("whatsapp", drafts.phone(200_000 + len(made)), "members_only"))
        if throws.random() < 0.25:
            pen_name = f"{throws.choice(PEN_NAMES)} {throws.choice(names.LAST)}"
            author.names.append(("pen_name", pen_name))
        if throws.random() < 0.6:
            author.relations.append(("published_by", throws.choice(houses[:59])))
        made.append(author)
    made[-1].entry["status"], made[-1].merged_into = "merged", made[-2]  # listed twice
    made[-3].entry["status"] = "hidden"
    return made


def _place(places: list[drafts.Regency], throws: random.Random) -> drafts.Regency:
    """Two thirds on Java, as in the trade."""
    java = [place for place in places if place.code[:2] in ("31", "32", "33", "34", "35", "36")]
    return throws.choice(java if throws.random() < 0.66 else places)


def _some(vocabulary: str, throws: random.Random) -> list[str]:
    """One to three codes in the order of their vocabulary."""
    codes = vocabularies.codes(vocabulary)
    drawn = set(throws.sample(codes, throws.randint(1, 3)))
    return [code for code in codes if code in drawn]


def _slug(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _contact(partner: Draft, desk: str, *, number: int, throws: random.Random) -> None:
    domain = f"{_slug(partner.name)}.example.org"
    partner.contacts.append(("email", f"halo@{domain}", "public"))
    partner.contacts.append(("email", f"{desk}.rahasia@{domain}", throws.choice(("signed_in", "counterparties"))))
    if throws.random() < 0.6:
        partner.contacts.append(("phone", drafts.phone(number), throws.choice(("public", "members_only"))))
