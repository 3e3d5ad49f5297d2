"""The check of `privacy.output_policy`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..material import auc, deep_forest, draw_patients, drawn_seed, of_true_label

LOWER = 0.20

FULL = "These are the full probabilities."
ROUNDED = "You rounded. A training row's 0.94 and another row's 0.71 still differ by far."
NOISY = "You added noise that is drawn anew: who asks twice and takes the mean gets rid of it."
EVERYBODY = (
    "This role isn't in grants (or its level is unknown): refuse unless somebody has decided otherwise."
)
LAST = "Of two equal probabilities the first counts, as in argmax."

#: Names of roles as a clinic may write them. Each draw takes its roles from here.
ROLES = ("doctor", "nurse", "portal", "Research", "app-2", "anonymous", "partner clinic", "developer")


@exercise(
    minutes=12,
    parts={
        "full": (2, "level full: the probabilities as they are"),
        "coarse": (5, "level coarse: the label stays, and the attack's AUC is at least 0.20 lower"),
        "stable": (1, "gives a row the same answer each time, alone or among others"),
        "refused": (3, "refuses with PermissionError who isn't in grants, and a level that isn't one"),
        "unchanged": (1, "leaves probas and grants as they were"),
    },
    hints=(
        "Two questions in turn: which level has this role, and what does that level show? For coarse: "
        "what is the least you can say and still name the label?",
        "grants.get(role) gives the level or None. full: a copy of probas. coarse: zeros, and a 1 in "
        "each row's column argmax. Anything else raises PermissionError.",
        "level = grants.get(role)\n"
        'if level == "full":\n'
        "    return probas.copy()\n"
        'if level == "coarse":\n'
        "    return np.eye(probas.shape[1])[probas.argmax(axis=1)]\n"
        "raise PermissionError(...)",
    ),
    debrief=(
        "Now I only see whether an answer is right. A forest that remembers is right on all of its "
        "rows, so an error still tells me: this row wasn't in it.",
        "The label costs the portal the shades between sure and unsure. Who needs them has a role, a "
        "name in the log, and a limit. And noise is no policy: it has to survive who asks again.",
    ),
    standards=("AML.M0002", "AML.M0019", "AML.T0024.000"),
)
def output_policy(t: Trial, output_policy) -> None:
    rng = t.rng(1)
    with t.part("unchanged"):
        probas, grants = _probas(rng), _grants(rng)
        role = _role_of(grants, "coarse")
        _, args = t.observe(output_policy, probas, role, deepcopy(grants))
        kept = np.array_equal(args[0], probas) and args[2] == grants and list(args[2]) == list(grants)
        t.expect(kept, "probas or grants was changed.")
    with t.part("full"):
        for _ in range(3):
            probas, grants = _probas(rng), _grants(rng)
            for role in [name for name, level in grants.items() if level == "full"]:
                t.given(role=role, grants=brief(grants))
                got = _answer(t, output_policy, probas, role, grants)
                t.equal(got.astype(float), probas, "what a role with full gets")
    with t.part("coarse"):
        for _ in range(3):
            probas, grants = _probas(rng), _grants(rng)
            for role in [name for name, level in grants.items() if level == "coarse"]:
                t.given(role=role, grants=brief(grants))
                got = _answer(t, output_policy, probas, role, grants)
                _expect_labels(t, got, probas)
                t.expect(not np.allclose(got, probas), "A coarse answer is the full one.", slip=FULL)
    drops, noisy, full = [], False, False
    for case in t.cases(5):
        seed = drawn_seed(case)
        X, y = draw_patients(seed)
        probas = deep_forest(seed).predict_proba(X)
        grants = _grants(case)
        role = _role_of(grants, "coarse")
        with t.part("coarse"):
            asked = [_answer(t, output_policy, probas, role, grants) for _ in range(9)]
            _expect_labels(t, asked[0], probas)
            noisy = noisy or not np.array_equal(asked[0], asked[1])
            full = full or np.array_equal(asked[0], probas)
            for other in (name for name, level in grants.items() if level == "coarse" and name != role):
                same = np.array_equal(_answer(t, output_policy, probas, other, grants), asked[0])
                noisy = noisy or not same
            # the label's number, the mean of nine, all turned round, and the label's beside the other one's
            attacks = (asked[0], np.mean(asked, axis=0), 1 - asked[0], asked[0] - asked[0][:, ::-1])
            drops.append(auc(of_true_label(probas, y)) - max(auc(of_true_label(seen, y)) for seen in attacks))
    with t.part("coarse"):
        drop = float(np.mean(drops)) if len(drops) == 5 else 0.0
        slip = FULL if full else NOISY if noisy else ROUNDED if drop < 0.15 else ""
        t.at_least(drop, LOWER, "by how much the attack's AUC is lower than with full answers", slip=slip)
    with t.part("stable"):
        if len(drops) < 5 or drop < LOWER:
            _answer(t, output_policy, probas, role, grants)  # a stub is not attempted
            t.wrong("This point counts once the coarse answers hold.")
        for _ in range(2):
            _expect_stable(t, output_policy, rng)
        few = [_answer(t, output_policy, probas[row : row + 1], role, grants)[0] for row in range(12)]
        t.expect(
            np.array_equal(np.array(few), asked[0][:12]),
            "A row alone got another answer than among 1,000.",
        )
    with t.part("refused"):
        _expect_refusals(t, output_policy, rng)


def _probas(rng: np.random.Generator) -> np.ndarray:
    """Probabilities of two to four classes, with ties at the top."""
    classes = int(rng.integers(2, 5))
    probas = rng.dirichlet(np.ones(classes), size=12)
    probas[0], probas[1] = 1 / classes, 0.0
    probas[1, -2:] = 0.5
    probas[2] = np.eye(classes)[-1]
    return probas


def _grants(rng: np.random.Generator) -> dict[str, str]:
    names = rng.permutation(ROLES)[: int(rng.integers(4, 7))].tolist()
    levels = ["full", "coarse", "full", "coarse", "coarse", "full"][: len(names)]
    return dict(zip(names, levels, strict=True))


def _role_of(grants: dict[str, str], level: str) -> str:
    return next(name for name, given in grants.items() if given == level)


def _answer(
    t: Trial, output_policy: Any, probas: np.ndarray, role: str, grants: dict[str, str]
) -> np.ndarray:
    try:
        got = output_policy(probas, role, grants)
    except PermissionError as error:
        t.wrong(f"A role was refused that has the level {grants[role]}: {error}")
        raise
    got = t.array(got, "the answer", shape=probas.shape, kind="biuf")
    t.expect(bool((got >= 0).all() and (got <= 1).all()), "The numbers of an answer lie between 0 and 1.")
    return got.astype(float)


def _expect_labels(t: Trial, got: np.ndarray, probas: np.ndarray) -> None:
    same = got.argmax(axis=1) == probas.argmax(axis=1)
    last = probas.shape[1] - 1 - probas[:, ::-1].argmax(axis=1)
    slip = LAST if not same.all() and np.array_equal(got.argmax(axis=1), last) else ""
    row = int(np.flatnonzero(~same)[0]) if not same.all() else 0
    t.expect(
        bool(same.all()),
        "A coarse answer names another label than the probabilities do.",
        expected=brief(probas[row].round(3).tolist()),
        got=brief(got[row].round(3).tolist()),
        slip=slip,
    )


def _expect_stable(t: Trial, output_policy: Any, rng: np.random.Generator) -> None:
    probas, grants = _probas(rng), _grants(rng)
    for role in grants:
        t.given(role=role, level=grants[role])
        whole = _answer(t, output_policy, probas, role, grants)
        order = rng.permutation(len(probas))
        again = _answer(t, output_policy, probas[order], role, grants)
        alone = [
            _answer(t, output_policy, probas[row : row + 1], role, grants)[0] for row in range(len(probas))
        ]
        fixed = np.array_equal(again, whole[order]) and np.array_equal(np.array(alone), whole)
        t.expect(fixed, "The same row got another answer when it was asked again, alone or among others.")


def _expect_refusals(t: Trial, output_policy: Any, rng: np.random.Generator) -> None:
    grants = _grants(rng)
    known = next(iter(grants))
    unused = next(name for name in ROLES if name not in grants)
    near = (known + " ", " " + known, "x" + known, known + "s", known.swapcase(), known[:-1])
    for stranger in ("guest", "", None, *near, unused, "full", "coarse"):
        _expect_refused(t, output_policy, stranger, grants)
    _expect_refused(t, output_policy, "doctor", {})
    for level in ("raw", "", "FULL", "Full", " full", "fullest", "coarse ", "COARSE", None, "label"):
        _expect_refused(t, output_policy, known, {**grants, known: level})
    with_stranger = {**grants, "guest": "coarse", "": "full"}  # the neighbours: now somebody has decided
    for role in ("guest", ""):
        _answer(t, output_policy, _probas(rng), role, with_stranger)


def _expect_refused(t: Trial, output_policy: Any, role: Any, grants: dict[str, Any]) -> None:
    t.given(role=repr(role), grants=brief(grants))
    try:
        got = output_policy(np.array([[0.2, 0.8]]), role, grants)
    except PermissionError:
        return
    t.expect(
        False,
        "A role got an answer that nobody granted.",
        expected="PermissionError",
        got=brief(got),
        slip=EVERYBODY,
    )
