"""A stack that answers something else is found out: otherwise the comparison would be void and nobody would know."""

import copy

import pytest

from tests.benchmarks import agreement, workload

OURS = {
    "data": [{"id": "sch_1", "name": "A", "location": {"lat": 1.5}}, {"id": "sch_2", "name": "B", "location": None}],
    "has_more": False,
    "next_cursor": None,
    "facets": {"form": {"buckets": [{"value": "sd", "count": 2}], "approximate": False}},
}
ALL = ["list", "set", "facets"]


def other(change):
    answer = copy.deepcopy(OURS)
    change(answer)
    return answer


@pytest.mark.parametrize("compared", [*ALL, "one"])
def test_the_same_answer_agrees(compared):
    assert agreement.difference(compared, OURS, copy.deepcopy(OURS)) == ""


@pytest.mark.parametrize("compared", ALL)
def test_another_cursor_agrees(compared):
    assert agreement.difference(compared, OURS, other(lambda answer: answer.update(next_cursor="2"))) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer["data"][0].update(name="C"),
        lambda answer: answer["data"][0]["location"].update(lat=1.6),
        lambda answer: answer["data"][0].pop("name"),
        lambda answer: answer["data"][1].update(more=1),
        lambda answer: answer["data"].pop(),
        lambda answer: answer.update(has_more=True),
        lambda answer: answer.pop("data"),
    ],
)
@pytest.mark.parametrize("compared", ALL)
def test_other_content_is_a_difference(compared, change):
    assert agreement.difference(compared, OURS, other(change))


def test_another_order_is_a_difference_of_a_list_and_none_of_a_set():
    turned = other(lambda answer: answer["data"].reverse())

    assert "order" in agreement.difference("list", OURS, turned)
    assert agreement.difference("set", OURS, turned) == ""


def test_another_count_is_a_difference_of_facets_and_their_order_is_none():
    counted = other(lambda answer: answer["facets"]["form"]["buckets"][0].update(count=3))

    assert "form.sd: 3 instead of 2" in agreement.difference("facets", OURS, counted)


def test_a_difference_names_its_place():
    said = agreement.difference("list", OURS, other(lambda answer: answer["data"][0]["location"].update(lat=2)))

    assert "[0].location.lat: 2 instead of 1.5" in said


@pytest.mark.parametrize("answer", [(500, {}), (404, {"detail": "?"}), (200, None), (200, [])])
def test_a_refusal_is_no_answer(answer):
    assert agreement.refusal(answer)


def test_an_entry_meant_that_only_ours_finds_is_counted(monkeypatch):
    class Client:
        def __init__(self, port):
            self.ids = ["sch_1"] if port == 1 else []

        def ask(self, one, *, new=""):
            return 200, {"data": [{"id": each} for each in self.ids]}

        def close(self):
            pass

    monkeypatch.setattr(agreement, "Client", Client)
    endpoint = next(each for each in workload.ENDPOINTS if each.name == "search-typo")
    requests = [agreement.Request("/v1/schools?q=x", "sch_1")] * 5

    ours = agreement.check(endpoint, requests, ours=1, port=1, seconds=1)
    theirs = agreement.check(endpoint, requests, ours=1, port=2, seconds=1)

    assert (ours.problem, ours.met, ours.meant) == ("", 5, 5)
    assert theirs.problem == "finds 0 of the 5 entries meant, ours 5"
