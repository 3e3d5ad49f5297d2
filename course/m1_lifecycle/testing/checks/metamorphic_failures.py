"""The check of `testing.metamorphic_failures`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from autograder.exercise import Trial, exercise

from ..candidates import SIDE, forms, train
from ..material import read

LIMIT = 0.15


@exercise(
    minutes=10,
    parts={
        "rows": (4, "names the broken promises and the rows that changed"),
        "promised": (
            2,
            "tests what is promised and nothing else, and refuses a promise that has no relation",
        ),
        "readers": (4, "catches three form readers that break a promise, and spares three that keep theirs"),
    },
    hints=(
        "There are no labels. What do you compare the answers for the changed table with?",
        "Read X once. For each promised name, change X, read again, and keep the places where the answers "
        "differ. "
        "Look for missing relations before anything else.",
        "a promised name that is not in relations: ValueError\n"
        "before = the answers for X\n"
        "for each promised name: rows = places where the answers for the changed X differ from before\n"
        "    the share of these rows is above the limit: result[name] = rows as a list",
    ),
    debrief=(
        "Reads your list of relations too, and picks a change that is not on it.",
        "Tests what the specification promises, on every candidate, without a label. A relation that nobody "
        "promised costs sound models: a shift of one pixel stops each one that never saw a shifted form.",
    ),
    standards=("AML.M0008", "PW.8.2", "ML01"),
)
def metamorphic_failures(t: Trial, metamorphic_failures) -> None:
    made = []
    for number, rng in enumerate(t.cases(9)):
        reader, X, relations, promised, limit = _small(rng, number)
        t.given(rows=len(X), promised=promised, limit=limit)
        want = _broken(reader, X, relations, promised, limit)
        got = t.instance(metamorphic_failures(reader, X, relations, promised, limit), dict, "the result")
        made.append((relations, promised, want, got, X))
        with t.part("rows"):
            t.equal(
                sorted(name for name in got if name in promised),
                sorted(want),
                "the list of broken promises",
                slips={
                    "A share that equals the limit is not above it.": sorted(
                        _broken(reader, X, relations, promised, limit - 1e-9)
                    ),
                    "Each relation starts from X, not from what the one before left.": _chained(
                        reader, X, relations, promised, limit
                    ),
                    "You compare with the number of rows, not with their share.": sorted(
                        _broken(reader, X, relations, promised, limit / len(X))
                    ),
                },
            )
            for name, rows in want.items():
                _rows(t, got[name], rows, name)
        with t.part("promised"):
            beyond = sorted(str(name) for name in got if name not in promised)
            t.expect(
                not beyond,
                "The result names what nobody promised.",
                expected=f"names from {promised}",
                got=beyond,
                slip="Go through promised, not through all relations."
                if set(beyond) <= set(relations)
                else "",
            )
            for name, rows in want.items():  # near the limit, that is another part's question
                clear = len(rows) / len(X) > limit + 0.2
                t.expect(
                    name in got or not clear,
                    f"{name!r} is promised and far above the limit, and not in the result.",
                )
    for number, rng in enumerate(t.cases(8)):
        reader, X, relations, promised, _ = _small(rng, number)
        limit = (0.25, 1.0)[number % 2]  # at 1, nothing that is tested is broken
        extra = ["change " + "".join(rng.choice(list("hijklmn"), 3)) for _ in range(2)]
        promised = [*promised]
        if number < 3:
            promised.insert((0, len(promised), len(promised) // 2)[number], extra[0])
        elif number < 5:
            promised = [extra[0], *promised, extra[1]]
        elif number < 7:
            promised = extra[: number - 4]
        else:
            relations = {}
        t.given(promised=promised, relations=sorted(relations), limit=limit)
        with t.part("promised"), t.raises(ValueError, "a promise that has no relation"):
            metamorphic_failures(reader, X, relations, promised, limit)
    for rng in t.cases(1):
        readers, X = _readers(rng)
        for name, (reader, promised, sound) in readers.items():
            t.given(reader=name, promised=promised)
            want = _broken(reader, X, RELATIONS, promised, LIMIT)
            got = t.instance(metamorphic_failures(reader, X, RELATIONS, promised, LIMIT), dict, "the result")
            with t.part("readers"):
                said = "that keeps its promises" if sound else "that breaks one"
                t.equal(sorted(got, key=str), sorted(want), f"the list of broken promises of a reader {said}")
            with t.part("rows"):
                for promise in want.keys() & got.keys():
                    _rows(t, got[promise], want[promise], promise)


def _rows(t: Trial, got, want: list[int], name: str) -> None:
    t.expect(
        type(got) is list,
        f"The changed rows of {name!r} should be a list.",
        expected="a list",
        got=type(got).__name__,
        slip="np.flatnonzero gives an array: its .tolist() is a list." if type(got) is np.ndarray else "",
    )
    t.equal(got, want, f"the list of changed rows of {name!r}")
    ints = all(isinstance(row, (int, np.integer)) and not isinstance(row, bool) for row in got)
    t.expect(ints, f"The changed rows of {name!r} are not ints.", got=got)


def _chained(reader, X, relations, promised, limit) -> list[str] | None:
    """What is broken when each relation starts from what the one before left, unless that is everything."""
    names = sorted(_broken(reader, X, relations, promised, limit, chained=True))
    others = [sorted(_broken(reader, X, relations, promised, limit / len(X))), sorted(promised)]
    return None if names in others else names


def _broken(reader: Callable, X, relations, promised, limit, chained: bool = False) -> dict[str, list[int]]:
    before, table, broken = reader(X), X, {}
    for name in promised:
        changed = relations[name](table)
        table = changed if chained else X
        rows = np.flatnonzero(reader(changed) != before).tolist()
        if len(rows) / len(X) > limit:
            broken[name] = rows
    return broken


def _small(rng: np.random.Generator, number: int):
    """A table of 20, 7 or 1 rows, a reader of sums, and relations that change none to all of its answers.

    The second column holds 1 to n in some order, and 100 more in about half of the rows. A relation adds 100
    to the rows up to its number, or takes it away: answers rise and fall.
    """
    n = {7: 7, 8: 1}.get(number, 20)
    order = rng.permutation(n)
    X = np.zeros((n, 2))
    X[:, 0] = rng.uniform(0.1, 0.9, n)
    X[:, 1] = order + 1 + 100 * (rng.permutation(n) % 2)
    words = np.array(["routine", "urgent"])

    def reader(Z):
        high = (Z.sum(axis=1) > 100).astype(int)
        return words[high] if number % 2 else high

    def moving(count):
        def moved(Z):
            step = np.where(Z[:, 1] > 100, -100.0, 100.0) * (Z[:, 1] % 100 <= count)
            return Z + np.column_stack([np.zeros(len(Z)), step])

        return moved

    counts = {7: (0, 1, 2, 3, 4, 6, 7), 1: (0, 0, 1, 1, 0, 1, 1)}.get(n, (0, 1, 4, 5, 6, 19, 20))
    relations = {f"change {letter}": moving(count) for letter, count in zip("abcdefg", counts, strict=True)}
    names = list(relations)
    # 5 of 20, none, 4 of 20, 19 of 20, 6 of 20, none; then just below 19 of 20 and 3 of 7
    limit = (0.25, 0.0, 0.2, 0.95, 0.3, 0.0, 0.949999, 0.428, 0.5)[number]
    chosen = rng.permutation(names).tolist()
    first = [f"change {letter}" for letter in "abdecfg"]  # larger before smaller
    promised = (first, chosen[:4], names[1:6], names[3:], [], ["change b"], *[chosen] * 3)[number]
    if number in (3, 5):  # the same table, where what was moved before would stay moved
        promised = promised[::-1]
    return reader, X, relations, promised, limit


def _shifted(X: np.ndarray, by: int = 1) -> np.ndarray:
    images, moved = X.reshape(-1, SIDE, SIDE), np.zeros((len(X), SIDE, SIDE))
    if by > 0:
        moved[:, :, by:] = images[:, :, :-by]
    else:
        moved[:, :, :by] = images[:, :, -by:]
    return moved.reshape(-1, SIDE * SIDE)


RELATIONS = {
    "dimmer": lambda X: X * 0.8,
    "darker": lambda X: np.clip(X * 1.05, 0, 1),
    "grey": lambda X: np.clip(X + 0.05, 0, 1),
    "shifted": _shifted,
}


def _readers(rng: np.random.Generator):
    """Name → (reader, what it promises, whether it keeps it), and 200 forms."""
    X_all, y_all = forms()
    order = rng.permutation(len(X_all))
    X, y, new = X_all[order[:400]], y_all[order[:400]], X_all[order[400:600]]
    soft, black, ink = train(X, y), train((X > 0.8) * 1.0, y), X.sum(axis=1, keepdims=True)
    moved = np.concatenate([X, _shifted(X), _shifted(X, -1)])
    near = KNeighborsClassifier(1).fit(X, y)
    nearer = KNeighborsClassifier(1).fit(moved, np.concatenate([y, y, y]))
    by_ink = KNeighborsClassifier(1).fit(ink, y)
    light = ["grey", "dimmer", "darker"]
    readers = {
        "softmax": (lambda Z: read(soft, Z), light, True),
        "neighbour": (near.predict, ["darker", "dimmer"], True),
        "neighbour, shifted copies": (nearer.predict, ["shifted", *light], True),
        "black and white": (lambda Z: read(black, (Z > 0.8) * 1.0), light, False),
        "total ink": (lambda Z: by_ink.predict(Z.sum(axis=1, keepdims=True)), ["dimmer"], False),
        "neighbour that promises shifts": (near.predict, ["dimmer", "shifted"], False),
    }
    return {name: readers[name] for name in rng.permutation(list(readers)).tolist()}, new
