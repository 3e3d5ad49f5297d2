"""What the checks of `injection` share: apps that refuse some pages, dealt so that no single trick wins."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import numpy as np

from .assistant import DISGUISES, WORDINGS, understand, undo
from .messages import goal, orders, quiet_page

_LOOKS = {
    "long": r"[^\s@]{20,}",  # what looks like base64
    "foreign": r"[^\x00-\x7f]",
    "wide": r"(?:\S {1,3}){8,}\S(?!\S)",
}
_LOOKS = {name: re.compile(pattern) for name, pattern in _LOOKS.items()}


class App:
    """An app whose user asks for a summary of a page; a filter reads the page before the assistant does."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.goal = goal(rng)
        self.orders = orders(self.goal)
        own = [set(re.findall("[a-z]+", order)) for order in WORDINGS[self.goal["tool"]]]
        telling = [
            sorted(words - {"the", "to", "what", "case", "on", "of", "with", "as"})[0] for words in own
        ]
        hidden = rng.choice(
            6, int(rng.integers(0, 2)), replace=False
        )  # wordings that the filter doesn't know
        self.words = {word for i, word in enumerate(telling) if i == 0 or i not in hidden}
        self.folds = [name for name in ("zero_width", "lookalikes", "leet") if rng.random() < 0.5]
        self.looks = [name for name in _LOOKS if rng.random() < 0.4]
        self.reads = sorted(rng.choice(sorted(DISGUISES), 2, replace=False).tolist())

    def blocks(self, page: str) -> bool:
        if any(_LOOKS[name].search(page) for name in self.looks):
            return True
        return bool(self.words & set(re.findall(r"[a-z]+", undo(page, self.folds).lower())))

    def __call__(self, page: str) -> dict[str, Any]:
        if self.blocks(page):
            return {"blocked": True, "calls": []}
        return {"blocked": False, "calls": understand(f"summarise the page\n{page}", self.reads)}

    def fires(self, page: str) -> bool:
        return self.goal in self(page)["calls"]


_WAYS = [str, *DISGUISES.values()]


def _unblocked(app: App, page: str, turned: int) -> str:
    """The first page that isn't blocked, by disguise and wording or the other way round."""
    ways = list(product(_WAYS, app.orders))
    if turned:
        ways = [(way, order) for order in app.orders for way in _WAYS]
    pages = (f"{page}\n{way(order)}" for way, order in ways)
    return next((each for each in pages if not app.blocks(each)), page)


PLAIN = {"plain": lambda order: order}


def deal(rng: np.random.Generator, count: int = 8) -> list[tuple[App, str]]:
    """Apps with their pages, each of which can be broken, and none by the first wording as it is.

    Three know every disguise of every wording but one wording (each another one); the rest know all wordings,
    and some disguise breaks them. No disguise breaks more than four.
    """
    gaps: list[tuple[App, str]] = []
    disguised: list[tuple[App, str]] = []
    hits: dict[str, int] = {}
    wordings: set[int] = set()
    while len(gaps) + len(disguised) < count:
        app, page = App(rng), quiet_page(rng)
        ways = {
            (name, number)
            for name, disguise in {**PLAIN, **DISGUISES}.items()
            for number, order in enumerate(app.orders)
            if app.fires(f"{page}\n{disguise(order)}")
        }
        names, plain = {name for name, _ in ways}, {number for name, number in ways if name == "plain"}
        if app.blocks(page) or not ways:
            continue
        if names == {"plain"} and len(gaps) < 3 and not plain & wordings:
            wordings |= plain
            gaps.append((app, page))
        elif not plain and len(disguised) < count - 3 and all(hits.get(name, 0) < 4 for name in names):
            for name in names:
                hits[name] = hits.get(name, 0) + 1
            disguised.append((app, page))
    dealt = gaps + disguised
    if any(sum(app.fires(_unblocked(app, page, turned)) for app, page in dealt) > 5 for turned in (0, 1)):
        return deal(rng, count)  # "not blocked" would be enough
    return [dealt[i] for i in rng.permutation(count)]
