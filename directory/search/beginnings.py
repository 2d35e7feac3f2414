"""A last word that is only begun: where it may be most words of the country, the words before it are read first."""

from directory import statements
from directory.search.matching import Terms

# An index of words reads all entries of all words that begin so before it says the first: 18 ms for `ba`.
BROAD = 10_000  # entries
MOST_READ = 500  # words; as many of them are broad enough
RARER = 4  # the words before must be that much rarer
_LAST = "\U0010ffff"
_ENTRIES = f"""
SELECT '', sum(entries)::bigint FROM (
    SELECT entries FROM directory_word WHERE word ~>=~ %s AND word ~<~ %s LIMIT {MOST_READ}
) AS begun
UNION ALL SELECT word, entries::bigint FROM directory_word WHERE word = ANY (%s)
"""


def rarer_part(terms: Terms) -> Terms:
    """The terms before a last one that is begun so broadly that they alone are to be looked for; else none.

    One statement, when it is begun at all.
    """
    *before, last = terms
    begun = next((reading.words[-1] for reading in last if reading.is_begun), "")
    if not before or not begun:
        return ()
    words = [word for readings in before for reading in readings for word in reading.words]
    entries = dict(statements.prepared(_ENTRIES, [begun, begun + _LAST, words]))
    rarest = min(
        sum(min(entries.get(word, 0) for word in reading.words) for reading in readings) for readings in before
    )
    return tuple(before) if (entries[""] or 0) >= max(BROAD, RARER * rarest) else ()
