"""Answers to `extraction.guard`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def with_what_is_left(next_row, repeats, limit):
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 0:
        raise ValueError("bad repeats")
    rows, left = [], limit
    while (row := next_row()) is not None:
        left -= 1 + repeats * len(row)
        if left < 0:
            raise ValueError("too dear")
        rows.append(row)
    return rows, limit - left


def _guard(next_row, repeats, limit, price=None, stop=None):
    if type(repeats) is not int or repeats < 0:
        raise ValueError("bad repeats")
    rows, cost = [], 0
    while (row := next_row()) is not None:
        cost += price(row, len(rows)) if price else 1 + repeats * len(row)
        if stop(cost) if stop else cost > limit:
            raise ValueError("too dear")
        rows.append(row)
    return rows, cost


def everything(next_row, repeats, limit):
    rows = list(iter(next_row, None))
    return rows, sum(1 + repeats * len(row) for row in rows)


def reading_all_first(next_row, repeats, limit):
    if type(repeats) is not int or repeats < 0:
        raise ValueError("bad repeats")
    rows = list(iter(next_row, None))
    cost = sum(1 + repeats * len(row) for row in rows)
    if cost > limit:
        raise ValueError("too dear")
    return rows, cost


def nothing(next_row, repeats, limit):
    raise ValueError("too dear")


def at_the_limit(next_row, repeats, limit):
    return _guard(next_row, repeats, limit, stop=lambda cost: cost >= limit)


def without_the_one(next_row, repeats, limit):
    return _guard(next_row, repeats, limit, price=lambda row, _: repeats * len(row))


def the_one_once(next_row, repeats, limit):
    return _guard(next_row, repeats, limit, price=lambda row, before: (before == 0) + repeats * len(row))


def always_thirty(next_row, repeats, limit):
    return _guard(next_row, repeats, limit, price=lambda row, _: 1 + repeats * 30)


def stopping_at_an_empty_row(next_row, repeats, limit):
    rows, cost = [], 0
    if type(repeats) is not int or repeats < 0:
        raise ValueError("bad repeats")
    while row := next_row():
        cost += 1 + repeats * len(row)
        if cost > limit:
            raise ValueError("too dear")
        rows.append(row)
    return rows, cost


def cutting_off(next_row, repeats, limit):
    if type(repeats) is not int or repeats < 0:
        raise ValueError("bad repeats")
    rows, cost = [], 0
    while (row := next_row()) is not None and cost + 1 + repeats * len(row) <= limit:
        cost += 1 + repeats * len(row)
        rows.append(row)
    return rows, cost


def negative_allowed(next_row, repeats, limit):
    if type(repeats) is not int:
        raise ValueError("bad repeats")
    return with_what_is_left(next_row, abs(repeats), limit)


def booleans_allowed(next_row, repeats, limit):
    if not isinstance(repeats, int) or repeats < 0:
        raise ValueError("bad repeats")
    return with_what_is_left(next_row, int(repeats), limit)


def fractions_allowed(next_row, repeats, limit):
    if type(repeats) not in (int, float) or not repeats >= 0:
        raise ValueError("bad repeats")
    return with_what_is_left(next_row, int(repeats), limit)


def repeats_after_the_first_row(next_row, repeats, limit):
    rows, cost = [], 0
    while (row := next_row()) is not None:
        if type(repeats) is not int or repeats < 0:
            raise ValueError("bad repeats")
        cost += 1 + repeats * len(row)
        if cost > limit:
            raise ValueError("too dear")
        rows.append(row)
    return rows, cost


def reading_past_the_end(next_row, repeats, limit):
    result = with_what_is_left(next_row, repeats, limit)
    next_row()
    return result


_ONWARDS = "Stop at the row that is too much: an endless request never ends."
_NO_ONE = "The 1 for the answer itself is missing: a row costs it also without an explanation."

ANSWERS = Answers(
    right=[with_what_is_left],
    wrong=[
        Wrong(everything, "refused", "no error is raised", also=(_ONWARDS,)),
        Wrong(reading_all_first, "stops", "Stop at the row that is too much"),
        Wrong(nothing, "honest", "no more than the limit is refused"),
        Wrong(at_the_limit, "honest", "no more than the limit is refused"),
        Wrong(without_the_one, "honest", "The 1 for the answer itself"),
        Wrong(the_one_once, "honest", "not the whole request"),
        Wrong(always_thirty, "honest", "no more than the limit is refused"),
        Wrong(stopping_at_an_empty_row, "honest", "is not right", also=(_NO_ONE,)),
        Wrong(cutting_off, "refused", "no error is raised"),
        Wrong(negative_allowed, "repeats", "no error is raised"),
        Wrong(booleans_allowed, "repeats", "no error is raised"),
        Wrong(fractions_allowed, "repeats", "no error is raised"),
        Wrong(repeats_after_the_first_row, "repeats", "A row was read before"),
        Wrong(reading_past_the_end, "stops", "after None"),
    ],
)
