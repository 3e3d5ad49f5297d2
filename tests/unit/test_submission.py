import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notebooks import author, cell, document, solution, test, to_bytes

from autograder.errors import SubmissionError
from autograder.grading import submission
from autograder.grading.submission import read_submission

LESSON = [
    cell("# Squares", "title", kind="markdown", locked=True),
    cell("import math"),
    solution("def square(x):\n    raise NotImplementedError()", "square"),
    test("assert square(2) == 4", "test_square", 2),
    cell("Why?", "why", kind="markdown", grade=True, solution=True, points=3),
    solution("def cube(x):\n    raise NotImplementedError()", "cube"),
    test("assert cube(2) == 8", "test_cube", 2),
]
AUTHOR = author(LESSON)
ANSWER = solution("def square(x):\n    return x * x", "square")


def read(cells, **more):
    return read_submission(to_bytes(cells, **more), AUTHOR)


def shape(read_one):
    """The ids in order; a learner's own cell is its text."""
    return [
        one.author.grade_id if one.author and one.author.grade_id else one.source for one in read_one.cells
    ]


def swapped(number, new):
    return [*LESSON[:number], new, *LESSON[number + 1 :]]


IN_ORDER = ["title", "import math", "square", "test_square", "why", "cube", "test_cube"]


# -- alignment ----------------------------------------------------------------------------------------


def test_an_honest_submission_is_read_as_it_is():
    got = read(swapped(2, ANSWER))
    assert shape(got) == IN_ORDER and got.notes == ()
    assert got.cells[2].source == ANSWER["source"] and not got.cells[2].untouched
    assert got.cells[5].untouched and got.cells[4].untouched
    assert [one.is_test for one in got.cells] == [False, False, False, True, False, False, True]


def test_source_as_a_list_of_lines_is_the_same_text():
    lines = {**ANSWER, "source": ANSWER["source"].splitlines(keepends=True)}
    assert read(swapped(2, lines)) == read(swapped(2, ANSWER))


def test_an_edited_test_is_read_as_the_author_wrote_it():
    got = read(swapped(3, test("assert True", "test_square", 100)))
    assert got.cells[3].source == "assert square(2) == 4" and got.cells[3].author.points == 2


def test_an_edited_read_only_cell_is_read_as_the_author_wrote_it_and_said():
    got = read(swapped(0, cell("# Mine", "title", kind="markdown", locked=True)))
    assert got.cells[0].source == "# Squares"
    assert got.notes == ("Cell title is read-only and had been edited; the author's text was used.",)


def test_marks_that_the_learner_changed_change_nothing():
    loose = cell("assert True", "test_square", grade=False, solution=True, points=0)
    got = read(swapped(3, loose))
    assert got.cells[3].is_test and got.cells[3].source == "assert square(2) == 4"


@pytest.mark.parametrize("gone", [0, 3, 4, 5, 6])
def test_a_deleted_cell_is_put_back_in_its_place(gone):
    got = read([*LESSON[:gone], *LESSON[gone + 1 :]])
    assert shape(got) == IN_ORDER
    assert got.notes == (f"Cell {IN_ORDER[gone]} was missing; it was put back as it was released.",)


def test_a_deleted_test_goes_after_every_cell_that_it_may_need():
    got = read([*LESSON[:3], cell("helper = 1"), *LESSON[4:6], cell("z = 1")])
    assert shape(got) == [*IN_ORDER[:3], "helper = 1", "test_square", "why", "cube", "z = 1", "test_cube"]


def test_all_that_was_deleted_is_put_back():
    ids = [name for name in IN_ORDER if name != "import math"]
    got = read([cell("x = 1")])
    assert sorted(shape(got)) == sorted(["x = 1", *ids]) and len(got.notes) == 6
    assert shape(got)[-2:] == ["test_square", "test_cube"]
    assert shape(read([])) == ids


def test_a_renamed_cell_is_the_learners_own_and_a_stub_does_not_undo_it():
    got = shape(read(swapped(2, solution(ANSWER["source"], "mine"))))
    assert got.index("square") < got.index(ANSWER["source"]) < got.index("test_square")
    notes = read(swapped(2, solution(ANSWER["source"], "mine"))).notes
    assert any("mine is not part of this lesson" in note for note in notes)
    assert any("square was missing" in note for note in notes)


def test_of_a_cell_that_is_there_twice_the_last_copy_counts():
    first = solution("def square(x):\n    return 0", "square")
    got = read([first, *swapped(2, ANSWER)])
    assert shape(got) == [first["source"], *IN_ORDER]
    assert got.notes == ("Cell square was there twice; the last copy counts.",)


def test_a_test_that_is_there_three_times_is_judged_once():
    got = read([*LESSON, LESSON[3], LESSON[3]])
    assert sum(one.is_test and one.author.grade_id == "test_square" for one in got.cells) == 1


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_cell_whose_type_changed_is_read_as_the_authors_type(kind):
    got = read(swapped(2, {**ANSWER, "cell_type": kind}))
    assert got.cells[2].cell_type == "code" and got.cells[2].source == ANSWER["source"]
    assert got.notes == (f"Cell square had become a {kind} cell; it was read as code.",)


def test_cells_of_the_learners_own_are_kept_where_they_are():
    got = read([cell("a = 1"), *LESSON[:3], cell("note", kind="raw"), *LESSON[3:], cell("z = 1")])
    assert shape(got) == ["a = 1", *IN_ORDER[:3], "note", *IN_ORDER[3:], "z = 1"] and got.notes == ()


def test_the_learners_order_is_kept():
    got = read([*LESSON[5:], *LESSON[:5]])
    assert shape(got) == [*IN_ORDER[5:], *IN_ORDER[:5]]


def test_notes_say_a_thing_once_and_no_control_characters():
    strange = cell("", "x\x1b[31m\u202e" + "y" * 500)
    got = read([*LESSON, strange, strange, strange])
    assert len(got.notes) == len(set(got.notes)) <= 2
    assert all(note.isprintable() and len(note) < 200 for note in got.notes)


# -- unreadable bytes ---------------------------------------------------------------------------------

DEEP = b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
UNREADABLE = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t", "is empty"),
    "too large": (b" " * submission.MAX_BYTES + b"{}", "too large"),
    "not UTF-8": (to_bytes(LESSON).replace(b"Squares", b"\xff\xfe"), "not UTF-8"),
    "UTF-16": (json.dumps(document(LESSON)).encode("utf-16"), "not UTF-8"),
    "not JSON": (b"print('hello')", "JSON is broken"),
    "cut off": (to_bytes(LESSON)[:-20], "JSON is broken"),
    "a zip": (b"PK\x03\x04" + bytes(40), "JSON is broken"),
    "HTML": (b"<!doctype html><title>Sign in</title>", "JSON is broken"),
    "nested deep": (DEEP, "JSON is broken|is a notebook cell"),
    "a number without end": (b'{"nbformat": ' + b"4" * 10_000 + b"}", "JSON is broken|format is"),
    "a list": (b"[1]", "not a notebook"),
    "a text": (b'"nb"', "not a notebook"),
    "null": (b"null", "not a notebook"),
    "another object": (b"{}", "format is None"),
    "nbformat 3": (to_bytes([], nbformat=3, worksheets=[{"cells": []}]), "format is 3"),
    "nbformat 5": (to_bytes(LESSON, nbformat=5), "format is 5"),
    "nbformat in words": (to_bytes(LESSON, nbformat="4"), "format is 4"),
    "nbformat NaN": (b'{"nbformat": NaN, "cells": []}', "format is nan"),
    "a format that is long": (to_bytes([], nbformat=["x" * 1000]), "format is"),
    "no cells": (b'{"nbformat": 4}', "no list of cells"),
    "cells that are a dict": (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
    "too many cells": (to_bytes([{}] * (submission.MAX_CELLS + 1)), "more than"),
    "a cell that is a text": (to_bytes(["x"]), "none of its cells is a notebook cell"),
    "a cell of no type": (to_bytes([{"source": ""}]), "none of its cells is a notebook cell"),
    "a cell of a strange type": (to_bytes([{"cell_type": ["code"]}]), "none of its cells is a notebook cell"),
    "source that is a number": (to_bytes([{"cell_type": "code", "source": 5}]), "cell 1 has no text"),
    "lines that are numbers": (to_bytes([{"cell_type": "code", "source": ["a", 5]}]), "cell 1 has no text"),
    "a cell without end": (
        to_bytes([cell("x" * (submission.MAX_SOURCE + 1))]),
        "cell 1 has more than",
    ),
}


@pytest.mark.parametrize(("data", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_bytes_that_are_no_notebook_get_one_clear_message(data, says):
    with pytest.raises(SubmissionError, match=says) as caught:
        read_submission(data, AUTHOR)
    assert caught.value.do
    assert len(caught.value.what) < 200 and caught.value.what.isprintable()


def test_what_jupyter_never_writes_but_can_be_read_is_read():
    odd = [
        {"cell_type": "code"},
        {"cell_type": "code", "source": "a = 1", "metadata": None, "outputs": 5},
        {"cell_type": "markdown", "source": [], "metadata": {"nbgrader": 5}},
        {"cell_type": "raw", "source": "b", "metadata": {"nbgrader": {"grade_id": ["square"]}}},
        {"cell_type": "code", "source": "c = '\ud800'", "metadata": {"nbgrader": {}}},
        {"cell_type": "code", "source": "n = float('nan')", "metadata": {"x": float("nan")}},
    ]
    got = read([*odd, *LESSON])
    assert [one.source for one in got.cells[:6]] == [
        "", "a = 1", "", "b", "c = '\ud800'", "n = float('nan')",
    ]  # fmt: skip
    assert read_submission(b"\xef\xbb\xbf" + to_bytes(LESSON), AUTHOR) == read(LESSON)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(data, path=()):
    """Every path into a JSON value."""
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from places(value, (*path, key))


HONEST = document(swapped(2, ANSWER))
PLACES = list(places(HONEST))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON), max_size=3))
def test_a_notebook_with_anything_in_any_place_is_read_or_refused(changes):
    data = json.loads(json.dumps(HONEST))
    for path, value in changes:
        if not path:
            data = value
            continue
        target = data
        try:
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    try:
        got = read_submission(json.dumps(data).encode(), AUTHOR)
    except SubmissionError as error:
        assert error.what and error.do
    else:
        tests = [one.author.grade_id for one in got.cells if one.is_test]
        assert sorted(tests) == ["test_cube", "test_square"]
        assert all(isinstance(one.source, str) for one in got.cells)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=50) | st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=3))
def test_bytes_of_any_kind_are_read_or_refused(changes):
    if isinstance(changes, bytes):
        data = bytearray(changes)
    else:
        data = bytearray(to_bytes(LESSON))
        for place, value in changes:
            data[place % len(data)] = value
    try:
        read_submission(bytes(data), AUTHOR)
    except SubmissionError as error:
        assert error.what and error.do


@pytest.mark.parametrize("odd", [None, "x", {"source": "1"}, {"cell_type": "heading", "source": "A"}])
def test_a_cell_of_an_unknown_kind_is_left_out_and_the_rest_is_read(odd):
    whole = read_submission(to_bytes(LESSON), author(LESSON))
    found = read_submission(to_bytes([LESSON[0], odd, *LESSON[1:]]), author(LESSON))
    assert found.cells == whole.cells
    assert found.notes == ("Cell 2 is of no kind that notebooks have; it was left out.", *whole.notes)
