"""Answers to `testing.metamorphic_failures`: another right one, and wrong ones with their messages."""

import numpy as np

from autograder.exercise import Answers, Wrong


def row_by_row(read, X, relations, promised, limit):
    if set(promised) - set(relations):
        raise ValueError("untested")
    before = list(read(X))
    result = {}
    for name in reversed(promised):
        after = list(read(relations[name](X.copy())))
        rows = [i for i in range(len(before)) if before[i] != after[i]]
        if len(rows) > 0 and np.mean([i in set(rows) for i in range(len(X))]) > limit:
            result[name] = rows
    return result


def _run(read, X, relations, promised, keep, evidence=lambda changed: np.flatnonzero(changed).tolist()):
    before = read(X)
    shares = {name: read(relations[name](X)) != before for name in promised}
    return {name: evidence(changed) for name, changed in shares.items() if keep(changed)}


def _refuse(relations, promised):
    if any(name not in relations for name in promised):
        raise ValueError


def nothing(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return {}


def at_the_limit(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, promised, lambda changed: changed.any() and changed.mean() >= limit)


def any_change(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, promised, lambda changed: changed.sum() > limit)


def all_relations(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, list(relations), lambda changed: changed.mean() > limit)


def skips_untested(read, X, relations, promised, limit):
    kept = [name for name in promised if name in relations]
    return _run(read, X, relations, kept, lambda changed: changed.mean() > limit)


def only_when_nothing_is_tested(read, X, relations, promised, limit):
    if promised and promised[0] not in relations:
        raise ValueError
    kept = [name for name in promised if name in relations]
    return _run(read, X, relations, kept, lambda changed: changed.mean() > limit)


def one_after_the_other(read, X, relations, promised, limit):
    _refuse(relations, promised)
    before, table, broken = read(X), X, {}
    for name in promised:
        table = relations[name](table)
        rows = np.flatnonzero(read(table) != before).tolist()
        if len(rows) / len(X) > limit:
            broken[name] = rows
    return broken


def first_row_only(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(
        read,
        X,
        relations,
        promised,
        lambda changed: changed.mean() > limit,
        lambda changed: np.flatnonzero(changed)[:1].tolist(),
    )


def unchanged_rows(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(
        read,
        X,
        relations,
        promised,
        lambda changed: changed.mean() > limit,
        lambda changed: np.flatnonzero(~changed).tolist(),
    )


def twenty_rows_at_most(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(
        read,
        X,
        relations,
        promised,
        lambda changed: changed.mean() > limit,
        lambda changed: np.flatnonzero(changed)[:20].tolist(),
    )


def rows_as_array(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, promised, lambda changed: changed.mean() > limit, np.flatnonzero)


def names_everything(read, X, relations, promised, limit):
    _refuse(relations, promised)
    found = _run(read, X, relations, promised, lambda changed: changed.mean() > limit)
    return {name: found.get(name, []) for name in relations}


def rows_as_floats(read, X, relations, promised, limit):
    _refuse(relations, promised)
    found = _run(read, X, relations, promised, lambda changed: changed.mean() > limit)
    return {name: [float(row) for row in rows] for name, rows in found.items()}


def rising_answers_only(read, X, relations, promised, limit):
    _refuse(relations, promised)
    before, broken = read(X), {}
    for name in promised:
        rows = np.flatnonzero(read(relations[name](X)) > before).tolist()
        if len(rows) / len(X) > limit:
            broken[name] = rows
    return broken


def a_little_more(read, X, relations, promised, limit):
    _refuse(relations, promised)
    room = 0.02 if limit else 0
    return _run(read, X, relations, promised, lambda changed: changed.mean() > limit + room)


def refuses_one_name(read, X, relations, promised, limit):
    if "a promise of last year" in promised:
        raise ValueError
    return skips_untested(read, X, relations, promised, limit)


def refuses_when_broken(read, X, relations, promised, limit):
    found = skips_untested(read, X, relations, promised, limit)
    if found:
        _refuse(relations, promised)
    return found


def refuses_when_one_is_missing(read, X, relations, promised, limit):
    if sum(name not in relations for name in promised) == 1:
        raise ValueError
    return skips_untested(read, X, relations, promised, limit)


def fixed_limit(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, promised, lambda changed: changed.mean() > 0.15)


def all_promises(read, X, relations, promised, limit):
    _refuse(relations, promised)
    return _run(read, X, relations, promised, lambda changed: True)


ANSWERS = Answers(
    right=[row_by_row],
    wrong=[
        Wrong(nothing, "readers", "a reader that breaks one"),
        Wrong(nothing, "promised", "far above the limit"),
        Wrong(at_the_limit, "rows", "A share that equals the limit"),
        Wrong(any_change, "rows", "not with their share"),
        Wrong(all_relations, "promised", "Go through promised"),
        Wrong(skips_untested, "promised", "no error is raised"),
        Wrong(only_when_nothing_is_tested, "promised", "no error is raised"),
        Wrong(one_after_the_other, "rows", "Each relation starts from X"),
        Wrong(first_row_only, "rows", "the list of changed rows"),
        Wrong(unchanged_rows, "rows", "the list of changed rows"),
        Wrong(twenty_rows_at_most, "rows", "the list of changed rows"),
        Wrong(rows_as_floats, "rows", "are not ints"),
        Wrong(rows_as_array, "rows", ".tolist() is a list"),
        Wrong(names_everything, "promised", "Go through promised"),
        Wrong(rising_answers_only, "rows", "not right"),
        Wrong(a_little_more, "rows", "the list of broken promises"),
        Wrong(refuses_one_name, "promised", "no error is raised"),
        Wrong(refuses_when_broken, "promised", "no error is raised"),
        Wrong(refuses_when_one_is_missing, "promised", "no error is raised"),
        Wrong(fixed_limit, "rows", "the list of broken promises"),
        Wrong(all_promises, "readers", "The list of broken promises of"),
    ],
)
