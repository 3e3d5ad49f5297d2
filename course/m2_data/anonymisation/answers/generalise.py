"""Answers to `anonymisation.generalise`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

import itertools

import pandas as pd

from autograder.exercise import Answers, Wrong

from ..clinic_rows import coarsen


def by_price(rows, k, l, lattice, cost):  # noqa: E741
    """Prices first, then from the cheapest up, with pandas."""
    ranked = []
    for values in itertools.product(*lattice.values()):
        setting = dict(zip(lattice, values, strict=True))
        table = pd.DataFrame([coarsen(row, setting) for row in rows])
        groups = table.groupby(["age", "zip", "sex"])["diagnosis"]
        good = (groups.transform("size") >= k) & (groups.transform("nunique") >= l)
        gone = int((~good).sum())
        if gone * 100 <= 5 * len(rows):
            ranked.append(
                (cost(setting, gone / len(rows)), len(ranked), setting, table[good].to_dict("records"))
            )
    if not ranked:
        raise ValueError("none")
    _, _, setting, kept = min(ranked)
    return setting, kept


def _kept(rows, setting, k, l):  # noqa: E741
    coarse = [coarsen(row, setting) for row in rows]
    groups = {}
    for row in coarse:
        groups.setdefault((row["age"], row["zip"], row["sex"]), []).append(row["diagnosis"])
    good = {key for key, seen in groups.items() if len(seen) >= k and len(set(seen)) >= l}
    return coarse, [row for row in coarse if (row["age"], row["zip"], row["sex"]) in good]


def _best(rows, k, l, lattice, cost, *, most=0.05, better=lambda new, old: new < old, needs=True,  # noqa: E741
          strictly=False, whole=False, given=lambda share, rows, kept: share, start=None,
          kept_rows=lambda coarse, kept, rows: kept):  # fmt: skip
    best = None
    for values in itertools.product(*lattice.values()):
        setting = dict(zip(lattice, values, strict=True))
        coarse, kept = _kept(rows, setting, k, l)
        share = (len(rows) - len(kept)) / len(rows)
        if share > most or (strictly and share == most):
            continue
        price = cost(setting, 0.0 if whole else given(share, rows, kept))
        if price < start if best is None and start else best is None or better(price, best[0]):
            best = price, setting, kept_rows(coarse, kept, rows)
    if best is None:
        if needs:
            raise ValueError("none")
        return {name: ladder[-1] for name, ladder in lattice.items()}, []
    return best[1:]


def greedy(rows, k, l, lattice, cost):  # noqa: E741
    """From the finest setting, one step at a time: the step that leaves the fewest rows in small groups."""
    rungs = dict.fromkeys(lattice, 0)
    while True:
        setting = {name: lattice[name][rung] for name, rung in rungs.items()}
        kept = _kept(rows, setting, k, l)[1]
        if len(rows) - len(kept) <= 0.05 * len(rows):
            return setting, kept
        steps = []
        for name in lattice:
            if rungs[name] + 1 < len(lattice[name]):
                there = {**setting, name: lattice[name][rungs[name] + 1]}
                steps.append((-len(_kept(rows, there, k, l)[1]), name))
        if not steps:
            raise ValueError("none")
        rungs[min(steps)[1]] += 1


def first_allowed(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, better=lambda new, old: False)


def dearest(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, better=lambda new, old: new > old)


def coarsest(rows, k, l, lattice, cost):  # noqa: E741
    setting = {name: ladder[-1] for name, ladder in lattice.items()}
    kept = _kept(rows, setting, k, l)[1]
    if not kept:
        raise ValueError("none")
    return setting, kept


def without_l(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, 1, lattice, cost)


def without_k(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, l, l, lattice, cost)


def more_than_k(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k + 1, l, lattice, cost)


def nobody_left_out(rows, k, l, lattice, cost):  # noqa: E741
    try:
        return _best(rows, k, l, lattice, cost, most=0)
    except ValueError:
        return _best(rows, k, l, lattice, cost)


def tenth_left_out(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, most=0.1)


def below_five(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, strictly=True)


def ignores_the_share(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, whole=True)


def share_of_the_kept(rows, k, l, lattice, cost):  # noqa: E741
    given = lambda share, rows, kept: (len(rows) - len(kept)) / len(kept)  # noqa: E731
    return _best(rows, k, l, lattice, cost, given=given)


def percent(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, given=lambda share, rows, kept: 100 * share)


def rounded_share(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, given=lambda share, rows, kept: round(share, 2))


def cheap_costs_only(rows, k, l, lattice, cost):  # noqa: E741
    """Starts from a price of 101 instead of from none."""
    return _best(rows, k, l, lattice, cost, start=101)


def keeps_all(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, kept_rows=lambda coarse, kept, rows: coarse)


def reversed_rows(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, kept_rows=lambda coarse, kept, rows: kept[::-1])


def no_error(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost, needs=False)


def only_the_setting(rows, k, l, lattice, cost):  # noqa: E741
    return _best(rows, k, l, lattice, cost)[0]


ANSWERS = Answers(
    right=[by_price],
    wrong=[
        Wrong(greedy, "least", "Another allowed setting is cheaper."),
        Wrong(first_allowed, "least", "Another allowed setting is cheaper."),
        Wrong(dearest, "least", "Another allowed setting is cheaper."),
        Wrong(coarsest, "least", "Another allowed setting is cheaper."),
        Wrong(without_l, "l", "fewer than l different diagnoses"),
        Wrong(without_k, "k", "The rows that stay", also=("All rows are still there",)),
        Wrong(more_than_k, "k", "exactly k rows is large enough"),
        Wrong(nobody_left_out, "share", "Another allowed setting is cheaper."),
        Wrong(tenth_left_out, "share", "more than 5 %"),
        Wrong(below_five, "share", "Another allowed setting is cheaper."),
        Wrong(ignores_the_share, "least", "another share than"),
        Wrong(share_of_the_kept, "least", "from 0 to 1"),
        Wrong(percent, "least", "from 0 to 1"),
        Wrong(rounded_share, "least", "another share than"),
        Wrong(cheap_costs_only, "least", "none"),
        Wrong(keeps_all, "k", "All rows are still there"),
        Wrong(reversed_rows, "k", "keep their order"),
        Wrong(no_error, "error", "no error is raised"),
        Wrong(only_the_setting, "k", "The result is a tuple"),
    ],
)

EQUIVALENT = {
    "price < best[0] → price <= best[0]": "of equally cheap settings any will do",
}
