"""The check of `evasion.adversarial_train`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import kept, robust_images, split_digits, trained_net
from ..nets import Net, answers, margin_gradient, pgd, pixel_gradient

ONCE = "Robust against old copies, not against a fresh attack: attack the net as it is at each step."
LOUD = "The attack on the error finds less than the one on the margin: the net hides its gradient."
STEPS = "The net's answers move in steps: its gradient is 0, and an attack without gradients sees through it."


@exercise(
    minutes=13,
    parts={
        "form": (1, "returns a net of four arrays, and leaves X and y as they were"),
        "chance": (2, "draws from rng alone: the same net from the same state"),
        "robust": (8, "is robust on at least 0.65 of new images, after three attacks"),
        "clean": (5, "reads at least 0.90 of new images without attack"),
    },
    hints=(
        "The network changes with every step. Against which network must the attacked images of a step "
        "be made?",
        "Take the loop of `train`. Before each step, attack the images of this part with pgd and the net "
        "as it is now, "
        "and step on the attacked images with their true labels.",
        "net = new_net(rng); trainer = Trainer(net)\n"
        "25 times: order = rng.permutation(n)\n"
        "  for each part of 64 rows:\n"
        "    trainer.step(pgd(net, X[rows], y[rows], eps, 4, rng), y[rows])\n"
        "return net",
    ),
    debrief=(
        "He turns to what you didn't train for: twice the epsilon takes the accuracy down to about a "
        "quarter, and moving "
        "the image by one pixel halves it, as before.",
        "Training takes about five times as long, and sometimes costs a little clean accuracy. State the "
        "epsilon, the "
        "attacks and the clean accuracy with the claim, and attack afresh after each training.",
    ),
    standards=("AML.M0003", "AML.M0008", "ML01"),
)
def adversarial_train(t: Trial, adversarial_train) -> None:
    outcomes, slip = [], ""
    _expect_chance(t, adversarial_train)
    for number, rng in enumerate(t.cases(3)):
        X, y, X_test, y_test = split_digits(int(rng.integers(2**31)), 200)
        t.given(images=len(y), eps=0.1)
        net = _trained(t, adversarial_train, X, y, t.rng(3, number))
        held = robust_images(net, X_test, y_test, 0.1, t.rng(6, number))
        if number == 0:
            _expect_own_draws(t, adversarial_train, net, X, y)
        clean = answers(net, X_test) == y_test
        outcomes.append((held.mean(), clean.mean()))
        slip = slip or _why(net, X, y, X_test, y_test, held)
    robust, clean = np.mean(outcomes, axis=0).tolist()
    with t.part("robust"):
        t.at_least(robust, 0.65, "the share of new images that are robust", slip=slip)
    with t.part("clean"):
        t.at_least(clean, 0.90, "the clean accuracy")
        t.expect(
            robust >= 0.5,
            "The net is robust on too few images for its clean accuracy to count.",
            expected="at least 0.5",
            got=round(robust, 3),
        )


def _expect_chance(t: Trial, adversarial_train) -> None:
    X, y, _, _ = split_digits(t.seed, 200)
    X, y = X[:128], y[:128]
    net, again, other = (_trained(t, adversarial_train, X, y, t.rng(4, key)) for key in (0, 0, 1))
    with t.part("chance"):
        same = all(np.array_equal(again[key], net[key]) for key in net)
        t.expect(same, "Two generators in the same state give different nets.")
        alike = np.array_equal(other["W1"], net["W1"])
        t.expect(not alike, "Two generators in different states give the same net.")


def _expect_own_draws(t: Trial, adversarial_train, net: Net, X: np.ndarray, y: np.ndarray) -> None:
    """With all rows too, the same state gives the same net, and another eps another one."""
    again = _trained(t, adversarial_train, X, y, t.rng(3, 0))
    larger = _trained(t, adversarial_train, X, y, t.rng(3, 0), eps=0.2)
    with t.part("chance"):
        same = all(np.array_equal(again[key], net[key]) for key in net)
        t.expect(same, "Two generators in the same state give different nets.")
        alike = np.array_equal(larger["W1"], net["W1"])
        t.expect(not alike, "eps 0.2 gives the same net as eps 0.1.")


def _trained(t: Trial, adversarial_train, X: np.ndarray, y: np.ndarray, rng: Any, eps: float = 0.1) -> Net:
    """The learner's net. One that has not the form ends the check."""
    result, args = t.observe(adversarial_train, X, y, eps, rng)
    net: Net = {}
    with t.part("form"):
        found = t.instance(result, dict, "the result of adversarial_train")
        t.equal(sorted(map(str, found)), ["W1", "W2", "b1", "b2"], "the keys of the net, sorted")
        arrays = all(isinstance(value, np.ndarray) for value in found.values())
        t.expect(arrays, "Each entry of the net should be a numpy array.")
        W1 = t.array(found["W1"], "W1", shape=(64, None), kind="f")
        hidden = W1.shape[1]
        t.expect(1 <= hidden <= 1024, "The net should have 1 to 1024 hidden units.", got=hidden)
        net = {
            "W1": W1,
            "b1": t.array(found["b1"], "b1", shape=(hidden,), kind="f"),
            "W2": t.array(found["W2"], "W2", shape=(hidden, 10), kind="f"),
            "b2": t.array(found["b2"], "b2", shape=(10,), kind="f"),
        }
        t.expect(kept([X, y], [np.asarray(args[0]), np.asarray(args[1])]), "X or y was changed.")
    t.expect(bool(net), "This counts once the form is right.")
    return net


def _why(
    net: Net, X: np.ndarray, y: np.ndarray, X_test: np.ndarray, y_test: np.ndarray, held: np.ndarray
) -> str:
    """The likely slip of a net that is robust on too few images."""
    if held.mean() >= 0.65:
        return ""
    by_error = answers(net, pgd(net, X_test, y_test, 0.1, 20, gradient=pixel_gradient)) == y_test
    by_margin = answers(net, pgd(net, X_test, y_test, 0.1, 20, gradient=margin_gradient)) == y_test
    if (by_error & by_margin).mean() > held.mean() + 0.12:
        return STEPS
    if by_error.mean() > held.mean() + 0.12:
        return LOUD
    old = pgd(trained_net(X, y, np.random.default_rng(0)), X_test, y_test, 0.1, 20)
    return ONCE if (answers(net, old) == y_test).mean() > 0.8 > 0.3 > held.mean() else ""
