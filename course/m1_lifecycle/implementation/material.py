"""What the checks of `implementation` share."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from . import lab

LAB = lab.trip.__module__


def trained_model(kind: str, rng: np.random.Generator) -> Any:
    """A small fitted estimator on drawn data of 40 rows and 5 columns."""
    seed = int(rng.integers(2**31))
    new = {
        "logistic regression": lambda: LogisticRegression(max_iter=200),
        "pipeline": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
        "naive Bayes": GaussianNB,
        "tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=seed),
        "forest": lambda: RandomForestClassifier(3, max_depth=3, random_state=seed),
        "boosting": lambda: GradientBoostingClassifier(n_estimators=2, max_depth=2, random_state=seed),
        "neighbours": lambda: KNeighborsClassifier(3),
        "k-means": lambda: KMeans(2, n_init=1, random_state=seed),
    }[kind]()
    X = rng.normal(size=(40, 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return new.fit(X, (X[:, 0] + 0.3 * rng.normal(size=40) > 0).astype(int))


def names_asked(blob: bytes) -> set[tuple[str, str]]:
    """The names that loading one of our own pickles asks for."""

    class Asking(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            names.add((module, name))
            return super().find_class(module, name)

    names: set[tuple[str, str]] = set()
    Asking(io.BytesIO(blob)).load()
    return names


class Beacon:
    """An object whose pickle calls `what(*args)`."""

    def __init__(self, what: Any, *args: Any) -> None:
        self.what, self.args = what, args

    def __reduce__(self) -> tuple:
        return self.what, self.args


def op_text(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


def op_stack_global(module: str, name: str) -> bytes:
    """STACK_GLOBAL of two texts, as protocol 4 has it."""
    return op_text(module) + op_text(name) + b"\x93"


def op_global(module: str, name: str) -> bytes:
    """GLOBAL, as protocols 0 to 3 have it."""
    return f"c{module}\n{name}\n".encode()


def op_call(what: bytes, *args: str) -> bytes:
    return what + b"(" + b"".join(map(op_text, args)) + b"tR"


def protocol_4(body: bytes) -> bytes:
    return b"\x80\x04" + body + b"."


def drawn_word(rng: np.random.Generator, length: int = 7) -> str:
    return "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), length))


def drawn_name(rng: np.random.Generator) -> tuple[str, str]:
    """A (module, name) that no installation has: whoever imports it gets an error."""
    return f"no_{drawn_word(rng)}.{drawn_word(rng)}", drawn_word(rng)


def slip_in_common(
    wrong: Sequence, right: Sequence, features: Sequence[tuple[str, Callable[[Any], bool]]]
) -> str:
    """The slip of the first feature that all of `wrong` have, and none of `right`."""
    return next(
        (slip for slip, has in features if wrong and all(map(has, wrong)) and not any(map(has, right))), ""
    )
