"""Every type of event that the rooms of offers, requests and shipments record is told, or said to be untold."""

import ast
import re
from pathlib import Path

import pytest

from partners.collaborations import transitions
from partners.deliveries import catalogue, routing, subjects
from partners.fulfilment import dispute_table, sessions, shipment_table
from partners.offers import proposal_table

ROOT = Path(__file__).resolve().parents[3] / "partners"
ROOMS = ("offers", "collaborations", "fulfilment")
TABLES = [*proposal_table.TABLES.values(), transitions.TABLE, shipment_table.TABLE, sessions.TABLE, dispute_table.TABLE]


def recorded():
    """The types that are recorded: of the tables by their moves, the others as they stand in the code."""
    for table in TABLES:
        yield from (f"{table.name}.{move.event}" for move in table.moves.values())
    for path in (file for room in ROOMS for file in (ROOT / room).glob("*.py")):
        tree = ast.parse(path.read_text())
        named = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
        texts = {node.targets[0].id: node.value for node in named}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "journal.record":
                yield from _types(call.args[0], texts)
        yield from re.findall(r'"(collaboration\.(?:message_sent|file_attached))"', path.read_text())


def _types(given, texts):
    given = texts.get(given.id, given) if isinstance(given, ast.Name) else given
    if isinstance(given, ast.Constant):
        yield given.value
    elif isinstance(given, ast.JoinedStr):
        assert ast.unparse(given.values[0].value) in ("direction", "row.direction"), ast.unparse(given)
        yield from (f"{direction}{given.values[1].value}" for direction in ("offer", "need"))
    else:  # the argument of a function, whose callers name the constants above
        assert ast.unparse(given) == "type", ast.unparse(given)


def test_every_type_that_is_recorded_is_told_or_said_to_be_untold():
    found = set(recorded())

    assert len(found) > 40
    assert found - catalogue.EVENTS.keys() == catalogue.UNTOLD.keys()


def test_the_catalogue_has_nothing_of_these_rooms_that_nobody_records():
    objects = ("offer", "need", "collaboration", "shipment", "session", "dispute")
    of_rooms = {name for name in catalogue.EVENTS if name.partition(".")[0] in objects}

    assert of_rooms - set(recorded()) == set()


def test_who_is_told_of_something_can_read_what_it_is():
    assert routing.TOLD.keys() <= catalogue.EVENTS.keys()
    assert {name.partition(".")[0] for name in routing.TOLD} <= subjects.KINDS.keys()


@pytest.mark.parametrize("name", catalogue.EVENTS)
def test_every_type_is_said_in_two_languages(name):
    said = catalogue.EVENTS[name]

    assert said.id != said.en
    assert all(text[0].isupper() and text.endswith(".") for text in said)
