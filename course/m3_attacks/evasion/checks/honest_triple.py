"""The check of `evasion.honest_triple`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import Data, kept, split_digits, squeeze, trained_net
from ..nets import Net, answers, margin_gradient, pgd, pixel_gradient

Defence = Callable[[np.ndarray], np.ndarray]

DEFENCES: dict[str, Defence] = {
    "none": lambda X: X,
    "1 bit": squeeze(1),
    "3 bits": squeeze(3),
    "mirror": lambda X: X.reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, 64),
    "negative": lambda X: 1 - X,
}
#: Defence, rounds of training, what the logits are multiplied by, epsilon.
WORLDS = (
    ("1 bit", 15, 1, 0.15),
    ("3 bits", 15, 1, 0.1),
    ("none", 15, 60, 0.1),
    ("mirror", 15, 1, 0.15),
    ("negative", 2, 1, 0.1),
)

UNDEFENDED = "The defence was left out: the defended net reads defence(images)."
NOT_THROUGH = "The adaptive attacks take their gradient at defence(A), not at A."
NO_MARGIN = "The attack on the margin is missing."
ONE_NUMBER = (
    "An image counts when it survives all the attacks: you took the lowest accuracy, not their overlap."
)
NO_STATIC = "The adaptive attacker knows the static attack too."
NO_CLEAN = "An image that is misread as it is doesn't count, whatever an attack makes of it."
LOOKS_THROUGH = "The static attacker doesn't know the defence: pgd on the bare net."


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "clean": (1, "gives the accuracy of the defended net"),
        "static": (3, "gives its accuracy under the attack on the bare net"),
        "adaptive": (6, "counts images that survive each attack of somebody who knows the defence"),
        "inputs": (2, "leaves net, X and y as they were"),
    },
    hints=(
        "An attacker needs one success per image, and he may pick the attack for each image. What does "
        "that mean for how "
        "you count?",
        "Keep one array of booleans per attack: which images are still read rightly. Join all of them "
        "with &, then take the "
        "mean. For the adaptive attacks hand pgd a gradient that looks at defence(A).",
        "survives(A) = answers(net, defence(A)) == y\n"
        "clean = survives(X); static = survives(pgd(net, X, y, eps, 20))\n"
        "adaptive = clean & static\n"
        "for each of the two gradients: adaptive &= survives(pgd(..., gradient=through))\n"
        "return the three means",
    ),
    debrief=(
        "He reads your code, takes the gradient behind the cleaning step, and keeps for each image the "
        "attack that works.",
        "A claim has three numbers, an epsilon and a list of attacks. Adaptive is an upper bound: a "
        "better attacker finds "
        "less. When it's far below static, the defence was hiding the gradient.",
    ),
    standards=("AML.M0010", "AML.M0008"),
)
def honest_triple(t: Trial, honest_triple) -> None:
    X, y, X_test, y_test = split_digits(t.seed, 200)
    seen = []
    for number, rng in enumerate(t.cases(len(WORLDS))):
        name, rounds, loud, eps = WORLDS[number]
        defence = DEFENCES[name]
        net = trained_net(defence(X), y, rng, rounds)
        net = dict(net, W2=loud * net["W2"], b2=loud * net["b2"])
        rows = rng.permutation(len(X_test))[:150]
        t.given(defence=name, logits=f"times {loud}", eps=eps)
        seen.append(_expect_static(t, honest_triple, net, defence, (X_test[rows], y_test[rows]), eps))
    got, wants = [given for given, _ in seen], [want for _, want in seen]
    for part in ("clean", "adaptive", "inputs"):
        with t.part(part):
            t.expect(None not in got, "This counts once static is right.")
    if None in got:
        return
    with t.part("adaptive"):
        told = [
            slip
            for slip in wants[0]
            if slip and np.allclose(got, [want[slip] for want in wants], atol=0.004, rtol=0)
        ]
        for number, (value, want) in enumerate(zip(got, wants, strict=True)):
            slips = {slip: value for slip in told if abs(value - want[""]) > 0.01}
            what = f"adaptive, defence {WORLDS[number][0]}, logits times {WORLDS[number][2]}"
            t.close(value, want[""], f"the value of {what}", rtol=0, atol=0.01, slips=slips)


def _expect_static(
    t: Trial, honest_triple: Any, net: Net, defence: Defence, test: Data, eps: float
) -> tuple[float | None, dict[str, float]]:
    """What was given as adaptive, None where static is wrong; the right value under "", and the slips'."""
    X, y = test
    found, args = t.observe(honest_triple, net, defence, X, y, eps)
    attacks = _attacks(net, defence, X, y, eps)
    right = {name: answers(net, defence(A)) == y for name, A in attacks.items()}
    adaptive = None
    with t.part("static"):
        t.instance(found, dict, "the result of honest_triple")
        t.equal(sorted(map(str, found)), ["adaptive", "clean", "static"], "the keys, sorted")
        bare = (answers(net, attacks["static"]) == y).mean()
        slips = {UNDEFENDED: bare, LOOKS_THROUGH: right["error"].mean()}
        _expect_near(t, found["static"], right["static"].mean(), "static", slips)
        adaptive = t.number(found["adaptive"], "adaptive")
    if adaptive is not None:
        with t.part("clean"):
            slips = {UNDEFENDED: (answers(net, X) == y).mean()}
            _expect_near(t, found["clean"], right["clean"].mean(), "clean", slips)
        with t.part("inputs"):
            same = kept(net, args[0]) and kept([X, y], [np.asarray(args[2]), np.asarray(args[3])])
            t.expect(same, "net, X or y was changed.")
    bare_margin = answers(net, defence(pgd(net, X, y, eps, 20, gradient=margin_gradient))) == y
    return adaptive, {
        "": _overlap(right, *right),
        ONE_NUMBER: float(min(held.mean() for held in right.values())),
        NO_MARGIN: _overlap(right, "clean", "static", "error"),
        NO_STATIC: _overlap(right, "clean", "error", "margin"),
        NO_CLEAN: _overlap(right, "static", "error", "margin"),
        NOT_THROUGH: float((right["clean"] & right["static"] & bare_margin).mean()),
    }


def _overlap(right: dict[str, np.ndarray], *names: str) -> float:
    return float(np.all([right[name] for name in names], axis=0).mean())


def _expect_near(t: Trial, value: Any, want: float, name: str, slips: dict[str, float]) -> None:
    """Within one image of 150; a slip is told where it gives another value than the right one."""
    telling = {slip: given for slip, given in slips.items() if abs(given - want) > 0.01}
    t.close(t.number(value, name), want, f"the value of {name}", rtol=0, atol=0.01, slips=telling)


def _attacks(net: Net, defence: Defence, X: np.ndarray, y: np.ndarray, eps: float) -> dict[str, np.ndarray]:
    def through(gradient: Callable) -> Callable:
        return lambda net, A, y: gradient(net, defence(A), y)

    return {
        "clean": X,
        "static": pgd(net, X, y, eps, 20),
        "error": pgd(net, X, y, eps, 20, gradient=through(pixel_gradient)),
        "margin": pgd(net, X, y, eps, 20, gradient=through(margin_gradient)),
    }
