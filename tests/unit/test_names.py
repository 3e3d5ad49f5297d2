"""Whose a name is that a test cell uses: one rule, by its text."""

import pytest
from notebooks import author, cell, solution, test

from autograder.grading.names import Owners, Whose

CELLS = [
    cell("import math\nrate = 1\ndef helper(): ...", "plain"),
    solution("def area(r): ...\nmath2 = 0", "area"),
    test("seen = area(1)\nassert seen", "first", 1),
    solution("seen = 2", "again"),
    test("import random as area2\nfrom x import math2\nmine = 1\nassert area(mine) + helper()", "second", 1),
]
NOTEBOOK = author(CELLS)


@pytest.mark.parametrize(
    ("name", "where", "whose"),
    [
        ("math", "second", Whose.AUTHORS),
        ("helper", "second", Whose.AUTHORS),
        ("rate", "second", Whose.LEARNERS),  # a value of the author's is run in the learner's process
        ("area", "second", Whose.LEARNERS),
        ("area2", "second", Whose.AUTHORS),  # at the margin of any of the author's cells
        ("math2", "first", Whose.LEARNERS),
        ("math2", "second", Whose.TESTS),  # asked for, but the test imports that name itself
        ("mine", "second", Whose.TESTS),
        ("mine", "first", Whose.LEARNERS),
        ("seen", "first", Whose.LEARNERS),  # a stub asks for it, though this test assigns to it
        ("seen", "second", Whose.LEARNERS),
        ("len", "second", Whose.PYTHONS),
        ("unheard_of", "second", Whose.LEARNERS),
    ],
)
def test_whose_a_name_is(name, where, whose):
    assert Owners(NOTEBOOK).whose(name, NOTEBOOK.by_id[where]) is whose


def test_what_an_earlier_test_defines_is_known_where_it_came_before():
    notebook = author([test("total = 1", "one", 1), test("assert total", "two", 1)])
    owners = Owners(notebook)
    assert owners.whose("total", notebook.by_id["two"]) is Whose.TESTS
    assert owners.known(notebook.by_id["two"]) == {"total"} and owners.known(notebook.by_id["one"]) == set()
