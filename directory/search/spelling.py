"""What a typed word may mean: itself, a longer word, one that is nearly it, or two that are one."""

from typing import Any, NamedTuple

from django.db import connection

MOST_NEIGHBOURS = 12

# The vocabulary is read whole: some 60,000 words take a few milliseconds, and no index is narrower at two errors.
_NEIGHBOURS = """
SELECT typed.word, near.word, near.distance, near.entries
FROM unnest(%s::text[], %s::int[]) AS typed (word, most)
CROSS JOIN LATERAL (
    SELECT word, levenshtein_less_equal(word, typed.word, typed.most) AS distance, entries
    FROM directory_word
    WHERE length(word) BETWEEN length(typed.word) - typed.most AND length(typed.word) + typed.most
        AND word !~ '^[0-9]' AND word <> typed.word
        AND levenshtein_less_equal(word, typed.word, typed.most) <= typed.most
    ORDER BY 2, entries DESC, word LIMIT %s
) AS near
"""


class Reading(NamedTuple):
    """One way to read what was typed: all of `words` must be there, the last maybe only begun."""

    words: tuple[str, ...]
    cost: int = 0  # in tenths of an error
    is_begun: bool = False


def tolerance(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if word[0].isdigit() or len(word) < 3 else 1 if len(word) < 5 else 2


def neighbours(typed: list[str]) -> dict[str, list[Reading]]:
    """The known words that each typed word is nearly, the likeliest first. One statement."""
    asked = [word for word in dict.fromkeys(typed) if tolerance(word)]
    found: dict[str, list[Reading]] = {word: [] for word in typed}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_NEIGHBOURS, [asked, [tolerance(word) for word in asked], MOST_NEIGHBOURS])
            for word, near, distance, entries in cursor.fetchall():
                found[word].append(Reading((near,), _cost(word, near, distance=distance, entries=entries)))
    return {word: sorted(readings, key=lambda reading: reading.cost) for word, readings in found.items()}


def _cost(typed: str, meant: str, *, distance: int, entries: int) -> int:
    if distance == 2 and len(typed) == len(meant) and sorted(typed) == sorted(meant):
        distance = 1  # two letters that changed places are one slip of the fingers
    return 10 * distance + (typed[0] != meant[0]) * 3 - min(4, len(str(entries)) - 1)


def halves(word: str) -> list[tuple[str, str]]:
    """The ways to cut a word in two."""
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if word.isalpha() else []


def known(words: set[str]) -> dict[str, int]:
    """Those of the words that stand in the vocabulary, with how many entries have each. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, entries FROM directory_word WHERE word = ANY (%s)", [list(words)])
        rows: list[Any] = cursor.fetchall()
    return dict(rows)
