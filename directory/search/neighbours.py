"""The words of the vocabulary that a typed word is nearly, and what each reading of it costs."""

from collections.abc import Collection, Iterable

from directory import statements, text
from directory.search.matching import Reading

MOST_NEIGHBOURS = 12
MOST_READ = 40  # before slips and errors are told apart
SHORTEST = 3  # letters of a word that can be mended
ONE_ERROR = 4  # letters up to which only one may be wrong
TWO_ERRORS = 2
THREE_ERRORS = 8  # letters from which three may be, when all else has failed

# Costs of a reading in tenths of an error:
ERROR = 10
FIRST_LETTER = 3  # the first letter is seldom the wrong one
OLD = 3  # spelt as before 1972

# Of a word in three pieces two errors leave one as it is; the words that share one are found by an index of pieces.
# Two letters that changed places are one slip of the fingers, so words of the same letters come first.
_NEIGHBOURS = """
SELECT typed.word, near.word, near.distance, near.entries
FROM unnest(%(words)s::text[], %(pieces)s::text[]) AS typed (word, pieces)
CROSS JOIN LATERAL (
    SELECT word, levenshtein_less_equal(word, typed.word, %(most)s) AS distance, entries
    FROM directory_word
    WHERE {shared}
        AND levenshtein_less_equal(word, typed.word, %(most)s) <= %(most)s
    ORDER BY levenshtein_less_equal(word, typed.word, %(most)s) - (
        length(word) = length(typed.word)
        AND translate(word, typed.word, '') = '' AND translate(typed.word, word, '') = ''
    )::int, entries DESC, word
    LIMIT %(read)s
) AS near
"""
_OF_TWO_ERRORS = _NEIGHBOURS.format(shared="word_pieces(word) && string_to_array(typed.pieces, ' ')")
_OF_MORE = _NEIGHBOURS.format(
    shared="length(word) BETWEEN length(typed.word) - %(most)s AND length(typed.word) + %(most)s"
)
_OLD_SOUNDS = (("oe", "u"), ("dj", "j"), ("tj", "c"))


def known(words: set[str]) -> dict[str, int]:
    """Those of the words that stand in the vocabulary, with how many entries have each. One statement."""
    return dict(statements.prepared("SELECT word, entries FROM directory_word WHERE word = ANY (%s)", [list(words)]))


def of(words: Iterable[str], *, apart_from: Collection[str] = (), errors: int = 2) -> dict[str, list[Reading]]:
    """The known words that each word is nearly, the likeliest first. One statement, none if all are too short.

    What stands in `apart_from` is nobody's neighbour: it was typed on purpose beside the word.
    """
    found = {word: abbreviations(word) for word in words}
    asked = {spelt: word for word in found for spelt in (word, modern(word)) if _can_be_mended(spelt)}
    if asked:
        pieces = [" ".join(shared_pieces(spelt)) for spelt in asked]
        values = {"words": list(asked), "pieces": pieces, "most": errors, "read": MOST_READ}
        rows = statements.literal(_OF_TWO_ERRORS if errors <= TWO_ERRORS else _OF_MORE, values)
        for spelt, near, distance, entries in rows:
            word = asked[spelt]
            wrong = 1 if _is_slip(spelt, near) else distance
            if near != word and near not in apart_from and (wrong <= 1 or len(spelt) > ONE_ERROR):
                found[word].append(
                    Reading((near,), _cost(spelt, near, errors=wrong, entries=entries) + OLD * (spelt != word))
                )
    return {word: sorted(near, key=lambda reading: reading.cost)[:MOST_NEIGHBOURS] for word, near in found.items()}


def abbreviations(word: str) -> list[Reading]:
    """What a slip in an abbreviation hides: they stand written out in the vocabulary."""
    if len(word) < SHORTEST:
        return []
    near = (long for short, long in text.ABBREVIATIONS.items() if len(short) >= SHORTEST and _is_near(word, short))
    return [Reading(tuple(long.split()), ERROR) for long in dict.fromkeys(near)]


def shared_pieces(word: str) -> list[str]:
    """One piece at least of each word that two errors make of this one, as `word_pieces` writes it.

    An error before a piece moves it by one place, and the errors behind it are those that are left (Pass-Join).
    """
    pieces = []
    for length in range(max(1, len(word) - TWO_ERRORS), len(word) + TWO_ERRORS + 1):
        third, more = length // 3, len(word) - length
        last = length - 2 * third
        pieces += [f"{length}a{word[:third]}", f"{length}c{word[-last:]}"]
        for start in range(max(0, third - 1 + max(0, more)), third + 1 + min(0, more) + 1):
            pieces.append(f"{length}b{word[start : start + third]}")
    return pieces


def modern(word: str) -> str:
    """The word as it has been spelt since 1972."""
    for old, new in _OLD_SOUNDS:
        word = word.replace(old, new)
    return word


def _can_be_mended(word: str) -> bool:
    return len(word) >= SHORTEST and not word[0].isdigit()


def _is_near(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, lost or too many, or two neighbours changed places."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    ends = range(min(len(typed), len(meant)) + 1)
    same = max(place for place in ends if typed[:place] == meant[:place])
    rest, other = typed[same:], meant[same:]
    return _is_slip(typed, meant) or other[1:] == rest[1:] or other == rest[1:] or other[1:] == rest


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places."""
    if len(typed) != len(meant) or typed == meant:
        return False
    at = next(place for place, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other)
    return typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]


def _cost(typed: str, meant: str, *, errors: int, entries: int) -> int:
    return ERROR * errors + FIRST_LETTER * (typed[0] != meant[0]) - min(4, len(str(entries)) - 1)
