"""How the requests are chosen: by fixed hashes of the data, never at random, and never by what our server finds."""

import base64
import json
import random
import string
from collections.abc import Iterator
from itertools import combinations, islice
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg

from directory import ids

Connection = psycopg.Connection[Any]
Row = tuple[str, str, str]  # path, meant, body
MOST = 100  # requests of an endpoint
FEW = 20  # answers that fill one page of a search
FACETS = "facets=province,form,ownership&limit=1"
FEED_PAGE = 50
DEEP = 10_000  # pages
_OF_SCHOOLS = "SELECT {what} FROM directory_searchdocument document JOIN directory_entry entry ON entry.id = entry_id"
_HITS = _OF_SCHOOLS + " WHERE {column} @@ %s::tsquery AND kind = 'school' AND status = 'active'"


class School(NamedTuple):
    """An active school, as the requests are made from it."""

    id: str
    name: str
    latitude: float | None
    longitude: float | None


def chosen(connection: Connection) -> dict[str, list[Row]]:
    """The requests of each endpoint."""
    schools, words = _schools(connection), _words(connection)
    few = list(islice(_selective(connection, schools, words), MOST))
    return {
        "detail": [(f"/v1/schools/{school.id}", school.id, "") for school in schools[:MOST]],
        "list": _lists(connection),
        "search-selective": [_search(" ".join(typed), meant) for typed, _, meant in few],
        "search-broad": [_search(pair) for pair in _broad(connection, words)],
        "search-never": [_search(pair) for pair in islice(_never(connection, words), 10)],
        "search-typo": list(_typos(few, words)),
        "suggest": list(islice(_beginnings(schools, words), MOST)),
        "facets": [(f"/v1/schools?{FACETS}", "", "")],
        "facets-q": [(f"/v1/schools?q={quote(word)}%20&{FACETS}", "", "") for word in _middling(words)],
        "nearest": list(islice(_places(schools), MOST)),
        "feed": [(f"/v1/changes?limit={FEED_PAGE}", "", "")],
        "feed-deep": [_deep(connection)],
        "write": _writes(connection),
    }


def _schools(connection: Connection) -> list[School]:
    rows = connection.execute(
        "SELECT id, name_key, latitude, longitude FROM directory_entry WHERE kind = 'school' AND status = 'active'"
        " ORDER BY hashtextextended(id::text, 7) LIMIT 3000"
    )
    return [School(ids.encode("school", key), *rest) for key, *rest in rows]


def _words(connection: Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT word, entries FROM directory_word ORDER BY entries DESC, word").fetchall())


def _search(typed: str, meant: str = "") -> Row:
    # The space at the end says that the last word is whole.
    return f"/v1/schools?q={quote(typed)}%20&limit={FEW}", meant, ""


def _lists(connection: Connection) -> list[Row]:
    """A regency and a form with more than a page of schools; the fullest ones where there are none."""
    rows = connection.execute(
        "SELECT left(region_id, 5), form, count(*) > 50 FROM directory_entry entry"
        " JOIN directory_school school ON school.entry_id = entry.id"
        " WHERE status = 'active' AND region_id LIKE '__.__%'"
        " GROUP BY 1, 2 ORDER BY count(*) > 50 DESC, hashtextextended(left(region_id, 5) || form, 7) LIMIT 50"
    ).fetchall()
    full = [row for row in rows if row[2]]
    return [(f"/v1/schools?region={region}&form={form}&limit=50", "", "") for region, form, _ in full or rows[:10]]


def _selective(
    connection: Connection, schools: list[School], words: dict[str, int]
) -> Iterator[tuple[list[str], str, str]]:
    """Three words of a school's name as somebody types them, the rarest among them, that few schools have."""
    for school in schools:
        own = [
            word for word in dict.fromkeys(school.name.split()) if word in words and (word.isalpha() or len(word) < 4)
        ]
        if len(own) < 3 or any(len(word) < 2 and word.isalpha() for word in own):
            continue
        rarest = min(own, key=lambda word: (words[word], word))
        kept = {rarest, *[word for word in own if word != rarest][:2]}
        typed = [word for word in own if word in kept]
        hits = connection.execute(f"SELECT count(*) FROM ({_hits('words')} LIMIT {FEW + 1}) AS hit", [_query(*typed)])
        if 1 <= _number(hits) <= FEW:
            yield typed, rarest, school.id


def _hits(column: str) -> str:
    return _HITS.format(what="1", column=column)


def _query(*words: str) -> str:
    return " & ".join(f"'{word}'" for word in words)


def _number(result: Any) -> int:
    (number,) = result.fetchone()
    return int(number)


def _broad(connection: Connection, words: dict[str, int]) -> list[str]:
    """Pairs of words that one school in fifty and more has in its name; else the most frequent pairs."""
    all_schools = _number(connection.execute("SELECT count(*) FROM directory_entry WHERE kind = 'school'"))
    frequent = [word for word in islice(words, 40) if word.isalpha()][:14]
    counted = [
        (_number(connection.execute(f"SELECT count(*) FROM ({_hits('name_words')}) AS hit", [_query(*pair)])), pair)
        for pair in combinations(frequent, 2)
    ]
    counted.sort(reverse=True)
    broad = [" ".join(pair) for number, pair in counted if number * 50 >= all_schools]
    return (broad or [" ".join(pair) for _, pair in counted])[:8]


def _never(connection: Connection, words: dict[str, int]) -> Iterator[str]:
    """Pairs of frequent words that one to ten schools have both of, the most frequent pairs first."""
    top = max(words.values(), default=0)
    frequent = [word for word, entries in words.items() if word.isalpha() and len(word) > 2 and entries * 300 >= top]
    pairs = sorted(combinations(frequent[:120], 2), key=lambda pair: -min(words[word] for word in pair))
    for pair in pairs[:3000]:
        hits = connection.execute(f"SELECT count(*) FROM ({_hits('words')} LIMIT 11) AS hit", [_query(*pair)])
        if 1 <= _number(hits) <= 10:
            yield " ".join(pair)


def _typos(few: list[tuple[list[str], str, str]], words: dict[str, int]) -> Iterator[Row]:
    """The selective searches with one letter of their rarest word wrong, so that no such word is known."""
    dice = random.Random(7)
    for typed, rarest, meant in few:
        if len(rarest) < 5 or not rarest.isalpha():
            continue
        wrong = rarest
        while wrong in words:
            place = dice.randrange(1, len(rarest))
            wrong = rarest[:place] + dice.choice(string.ascii_lowercase) + rarest[place + 1 :]
        yield _search(" ".join(wrong if word == rarest else word for word in typed), meant)


def _beginnings(schools: list[School], words: dict[str, int]) -> Iterator[Row]:
    """The first 3 to 12 letters of a name, or of it from its rarest word on."""
    dice = random.Random(11)
    for number, school in enumerate(schools):
        own = school.name.split()
        known = [word for word in own if word in words]
        if not known:
            continue
        rarest = min(known, key=lambda word: (words[word], word))
        text = school.name if number % 2 else " ".join(own[own.index(rarest) :])
        typed = text[: dice.randint(3, 12)].rstrip()
        if len(typed.replace(" ", "")) >= 3 and not typed.isdigit():
            yield f"/v1/suggest?q={quote(typed)}", school.id, ""


def _middling(words: dict[str, int]) -> list[str]:
    """Words of 1,000 to 10,000 entries; in a small directory of the fiftieth part of the most frequent one."""
    middling = [word for word, entries in words.items() if word.isalpha() and 1_000 <= entries <= 10_000]
    fewer = [word for word, entries in words.items() if word.isalpha() and entries <= 10_000]
    random.Random(13).shuffle(middling)
    return middling[:20] or fewer[:20]


def _places(schools: list[School]) -> Iterator[Row]:
    for school in schools:
        if school.latitude is not None and school.longitude is not None:
            near = f"{school.latitude:.2f},{school.longitude:.2f}"
            yield f"/v1/schools?near={near}&sort=distance&limit={FEW}", "", ""


def _deep(connection: Connection) -> Row:
    """The page that a mirror asks for after 9,999 others; in a smaller directory, at three quarters of it."""
    rows = _number(connection.execute("SELECT count(*) FROM directory_entry WHERE status <> 'hidden'"))
    before = min(DEEP, rows * 3 // 4 // FEED_PAGE) * FEED_PAGE
    found = connection.execute(
        "SELECT changed_position, id::text FROM directory_entry WHERE status <> 'hidden'"
        " ORDER BY changed_position, id OFFSET %s LIMIT 1",
        [before],
    ).fetchone()
    cursor = base64.urlsafe_b64encode(json.dumps(["changes", *(found or (0, ""))]).encode()).rstrip(b"=").decode()
    return f"/v1/changes?limit={FEED_PAGE}&cursor={cursor}", "", ""


def _writes(connection: Connection) -> list[Row]:
    """Schools with one public website."""
    rows = connection.execute(
        "SELECT entry_id FROM directory_contact contact JOIN directory_entry entry ON entry.id = entry_id"
        " WHERE contact.kind = 'website' AND entry.kind = 'school' AND status = 'active' GROUP BY 1"
        " HAVING count(*) = 1 AND bool_and(visibility = 'public')"
        " ORDER BY hashtextextended(entry_id::text, 11) LIMIT 500"
    )
    entries = [ids.encode("school", key) for (key,) in rows]
    bodies = [{"entry": entry, "website": "https://situs-{new}.sch.id/"} for entry in entries]
    return [("/bench/writes", body["entry"], json.dumps(body)) for body in bodies]
