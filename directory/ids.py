"""Public ids: TypeID, a kind's prefix and the 26 base32 characters of a UUIDv7 (https://github.com/jetify-com/typeid)."""

import uuid

from directory import errors

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
PREFIXES = {
    "school": "sch",
    "publisher": "pub",
    "author": "aut",
    "vendor": "ven",
    "organisation": "org",
    "product": "prd",
    "installation": "ins",
    "source": "src",
    "event": "evt",
    "user": "usr",
    "membership": "mem",
    "invitation": "inv",
    "api_key": "key",
    "claim": "clm",
    "suggestion": "sug",
    "flag": "flg",
    "professional": "pro",
    "duplicate": "dup",
    "attainment": "att",
    "contact": "con",
    "offer": "off",
    "need": "ned",
    "line": "lin",
    "attachment": "fil",
    "collaboration": "col",
    "agreed_line": "agl",
    "shipment": "shp",
    "shipment_line": "shl",
    "dispute": "dsp",
    "message": "msg",
    "message_file": "mfl",
    "block": "blk",
    "session": "ses",
    "attendee": "atd",
    "agreement": "agr",
    "notification": "ntf",
}
ENTRIES = ("school", "publisher", "author", "vendor", "organisation")
OBJECTS = {prefix: name for name, prefix in PREFIXES.items()}


def encode(name: str, value: uuid.UUID) -> str:
    """The public id of a row of the object type `name` (a key of PREFIXES)."""
    number = value.int
    characters = [ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{PREFIXES[name]}_{''.join(characters)}"


def decode(text: str) -> tuple[str, uuid.UUID]:
    """The object type and UUID of a public id; Invalid `invalid_id` when it is not one."""
    prefix, _, suffix = text.partition("_")
    if prefix not in OBJECTS or len(suffix) != 26 or suffix[0] > "7":
        raise errors.Invalid("invalid_id", value=text)
    number = 0
    for character in suffix:
        if character not in _VALUES:
            raise errors.Invalid("invalid_id", value=text)
        number = number << 5 | _VALUES[character]
    return OBJECTS[prefix], uuid.UUID(int=number)
