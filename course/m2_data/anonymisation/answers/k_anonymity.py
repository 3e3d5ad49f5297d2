"""Answers to `anonymisation.k_anonymity`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from autograder.exercise import Answers, Wrong


def k_by_sorting(rows, qi):
    return min(len(values) for values in _groups(rows, qi, None))


def l_by_sorting(rows, qi, sensitive):
    return min(len(set(values)) for values in _groups(rows, qi, sensitive))


def _groups(rows, qi, sensitive):
    if len(rows) == 0:
        raise ValueError("no rows")
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in qi)].append(row.get(sensitive))
    return found.values()


def k_largest(rows, qi):
    return max(len(values) for values in _groups(rows, qi, None))


def k_groups(rows, qi):
    return len(_groups(rows, qi, None))


def k_first(rows, qi):
    return len(next(iter(_groups(rows, qi, None))))


def k_by_text(rows, qi):
    sizes = defaultdict(int)
    for row in rows:
        sizes["".join(str(row[name]) for name in qi)] += 1
    if not sizes:
        raise ValueError("no rows")
    return min(sizes.values())


def k_pandas(rows, qi):
    if not rows or not qi:
        return k_by_sorting(rows, qi)
    return int(pd.DataFrame(rows).groupby(qi).size().min())


def k_full_pairs(rows, qi):
    return k_by_sorting([row for row in rows if len(qi) < 2 or None not in [row[n] for n in qi]], qi)


def k_needs_columns(rows, qi):
    if not qi:
        raise ValueError("No group keys passed!")
    return k_by_sorting(rows, qi)


def k_zero(rows, qi):
    return k_by_sorting(rows, qi) if rows else 0


def k_one_column(rows, qi):
    return k_by_sorting(rows, qi[:1])


def l_rows(rows, qi, sensitive):
    return k_by_sorting(rows, qi)


def l_most(rows, qi, sensitive):
    return max(len(set(values)) for values in _groups(rows, qi, sensitive))


def l_whole(rows, qi, sensitive):
    return l_by_sorting(rows, [], sensitive)


def l_of_smallest(rows, qi, sensitive):
    return len(set(min(_groups(rows, qi, sensitive), key=len)))


def l_without_none(rows, qi, sensitive):
    return min(len(set(values) - {None}) for values in _groups(rows, qi, sensitive))


def l_last_column(rows, qi, sensitive):
    return l_by_sorting(rows, qi, list(rows[0])[-1] if rows else sensitive)


def l_zero(rows, qi, sensitive):
    return l_by_sorting(rows, qi, sensitive) if rows else 0


ANSWERS = Answers(
    right=[(k_by_sorting, l_by_sorting)],
    wrong=[
        Wrong((k_largest, l_by_sorting), "k", "largest group"),
        Wrong((k_groups, l_by_sorting), "k", "number of groups"),
        Wrong((k_first, l_by_sorting), "k", "The value of k is not right"),
        Wrong((k_by_text, l_by_sorting), "k", "The value of k is not right"),
        Wrong((k_one_column, l_by_sorting), "k", "The value of k is not right"),
        Wrong((k_pandas, l_by_sorting), "missing", "Rows with None went missing"),
        Wrong((k_full_pairs, l_by_sorting), "missing", "Rows with None went missing"),
        Wrong((k_needs_columns, l_by_sorting), "missing", "No group keys passed"),
        Wrong((k_zero, l_by_sorting), "error", "no error is raised"),
        Wrong((k_by_sorting, l_rows), "l", "That's k"),
        Wrong((k_by_sorting, l_most), "l", "most values"),
        Wrong((k_by_sorting, l_whole), "l", "The value of l is not right"),
        Wrong((k_by_sorting, l_of_smallest), "l", "The value of l is not right"),
        Wrong((k_by_sorting, l_without_none), "missing", "Rows with None went missing"),
        Wrong((k_by_sorting, l_last_column), "l", "The value of l is not right"),
        Wrong((k_by_sorting, l_zero), "error", "no error is raised"),
    ],
)
