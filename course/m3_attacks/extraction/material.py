"""What the checks of `extraction` share: a door that counts questions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.exercise import Trial

TOO_MANY = "More samples were asked about than the budget allows."


class Door:
    """What a thief may call: rows (n, d) → answers (n,). Beyond the budget each answer is `blank`."""

    def __init__(self, answer: Callable[[np.ndarray], np.ndarray], d: int, budget: int, blank: float) -> None:
        self._answer, self._d, self.budget, self._blank = answer, d, budget, blank
        self.asked, self.shape = 0, ""

    def ask(self, samples: object) -> np.ndarray:
        try:
            rows = np.asarray(samples, float)
        except (TypeError, ValueError):
            rows = np.zeros(())
        if rows.ndim != 2 or rows.shape[1] != self._d or not np.isfinite(rows).all():
            self.shape = str(rows.shape)
            return np.full(len(rows) if rows.ndim else 1, self._blank)
        answers = np.array(self._answer(rows))
        answers[max(0, self.budget - self.asked) :] = self._blank
        self.asked += len(rows)
        return answers

    def expect_used_well(self, t: Trial) -> None:
        """Costs the part when `ask` was given something else than finite samples, or nothing at all."""
        t.expect(
            not self.shape,
            "ask takes an array of finite samples, one per row.",
            expected=f"shape (n, {self._d})",
            got=self.shape,
        )
        t.expect(self.asked, "Nothing was asked.")

    def expect_within(self, t: Trial) -> None:
        t.expect(self.asked <= self.budget, TOO_MANY, expected=f"at most {self.budget}", got=self.asked)
