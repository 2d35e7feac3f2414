"""TypeIDs for the peers that stand on no Django: a prefix and 26 base32 characters, in Python and as SQL."""

import uuid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PREFIXES = {"school": "sch", "publisher": "pub", "author": "aut", "vendor": "ven", "organisation": "org"}
PAIRS = [high + low for high in ALPHABET for low in ALPHABET]  # ten bits at a time: twice as fast as five
SHIFTS = range(120, -1, -10)
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(prefix: str, key: uuid.UUID) -> str:
    """The public id of a key."""
    number = key.int
    return f"{prefix}_{''.join([PAIRS[number >> shift & 1023] for shift in SHIFTS])}"


def decode(text: str, prefix: str = "sch") -> uuid.UUID:
    """The key of a public id with this prefix; ValueError when it is none."""
    found, _, characters = text.partition("_")
    if found != prefix or len(characters) != 26 or not VALUES.keys() >= set(characters) or characters[0] > "7":
        raise ValueError(text)
    number = 0
    for character in characters:
        number = number << 5 | VALUES[character]
    return uuid.UUID(int=number)


def sql(kind: str, column: str) -> str:
    """The public id of a kind and a uuid column in SQL: short rather than fast, for the few places that need it."""
    cases = " ".join(f"WHEN '{name}' THEN '{prefix}_'" for name, prefix in PREFIXES.items())
    bits = f"('00' || (SELECT string_agg(get_byte(uuid_send({column}), byte)::bit(8)::text, '' ORDER BY byte)"
    bits += " FROM generate_series(0, 15) AS byte))"
    digit = f"substr('{ALPHABET}', substr(bits, 5 * place + 1, 5)::bit(5)::int + 1, 1)"
    return (
        f"CASE {kind} {cases} END || (SELECT string_agg({digit}, '' ORDER BY place)"
        f" FROM generate_series(0, 25) AS place, (SELECT {bits} AS bits OFFSET 0) AS whole)"
    )
