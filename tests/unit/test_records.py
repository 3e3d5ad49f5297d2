"""Records come back as they were written, and nothing that only resembles one is taken for one."""

import json
from dataclasses import dataclass, field
from enum import StrEnum

import pytest

from autograder.grading.result import Result
from autograder.learner.journal import Pages, Reply, Sitting
from autograder.records import NewerFormat, from_json, from_plain, to_json
from autograder.verdict import Finding, Outcome, Verdict


class Colour(StrEnum):
    RED = "red"


@dataclass
class Inner:
    name: str
    points: float = 0.0


@dataclass
class Outer:
    """Each kind of field that a record of ours has, and `list[str]`, which none has yet."""

    words: list[str]
    count: int = 0
    sure: bool | None = None
    colour: Colour = Colour.RED
    inner: dict[str, Inner] = field(default_factory=dict)
    pairs: tuple[Inner, ...] = ()


WHOLE = Outer(["a", "b"], 2, False, Colour.RED, {"x": Inner("y", 1.5)}, (Inner("z"),))


@pytest.mark.parametrize("record", [WHOLE, Outer([])])
def test_a_record_comes_back_as_it_was(record):
    assert from_json(Outer, to_json(record, format=3), format=3) == record


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"words": "ab"}, "Outer.words"),
        ({"words": ["a", 1]}, "Outer.words[1]"),
        ({"words": None}, "Outer.words"),
        ({"count": "2"}, "Outer.count"),
        ({"count": True}, "Outer.count"),
        ({"count": 2.0}, "Outer.count"),
        ({"sure": 0}, "Outer.sure"),
        ({"colour": "blue"}, "Outer.colour"),
        ({"inner": []}, "Outer.inner"),
        ({"inner": {"x": {"name": 1}}}, "Outer.inner['x'].name"),
        ({"inner": {"x": {"name": "y", "points": "1"}}}, "Outer.inner['x'].points"),
        ({"pairs": {"name": "z"}}, "Outer.pairs"),
        ({"pairs": [{}]}, "Outer.pairs[0].name"),
        ({"more": 1}, "more"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_says_where(change, where):
    data = json.loads(to_json(WHOLE, format=1)) | change
    with pytest.raises(ValueError) as caught:
        from_json(Outer, json.dumps(data), format=1)
    assert where in str(caught.value)


@pytest.mark.parametrize("data", [None, 1, "words", [], ["words"], {}])
def test_what_is_no_record_is_an_error(data):
    with pytest.raises(ValueError):
        from_plain(Outer, data)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"format": 2, "words": []}', NewerFormat),
        ('{"format": 0, "words": []}', ValueError),
        ('{"format": "1", "words": []}', ValueError),
        ('{"format": true, "words": []}', ValueError),
        ('{"words": []}', ValueError),
        ("[]", ValueError),
        ("{", ValueError),
    ],
)
def test_a_text_of_another_format_is_an_error(text, error):
    with pytest.raises(error):
        from_json(Outer, text, format=1)


def test_a_whole_number_is_a_number_of_points():
    assert from_plain(Inner, {"name": "a", "points": 2}) == Inner("a", 2.0)


def test_results_and_journals_come_back_as_they_were():
    finding = Finding("a", "adds", 1.0, 2.0, Outcome.PARTLY, "no", "case", "1", "2", "slip")
    verdict = Verdict("sums.add", Outcome.PARTLY, 1.0, 2.0, "message", (finding,))
    result = Result("ada", "sums", Outcome.PARTLY, 1.0, 2.0, (verdict,), notes=("a note",), fingerprint="f")
    assert Result.from_json(result.to_json()) == result
    assert Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))) == verdict
    pages = Pages(posttest=Sitting("a", "t", {"i": Reply("x", None, True, "t", 3)}))
    assert Pages.from_json(pages.to_json()) == pages


def test_a_journal_from_before_there_were_tests_is_read():
    assert Pages.from_json('{"format": 1, "exercises": {}, "predictions": {}}') == Pages()
