"""The check of `detection.suspicion`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.spatial import KDTree
from sklearn.metrics import roc_auc_score

from autograder.exercise import Trial, exercise

from ..traffic import COLUMNS, SHOPS, World, probes

PROBING_CLIENTS = 6
SERVICES = 12
PROBES, DILUTED = 0.99, 0.955  # the mean AUC asked for


@exercise(
    minutes=13,
    parts={
        "form": (1, "gives every client one number"),
        "alone": (
            3,
            "lets a score depend on the client's own queries and the history only, and changes no argument",
        ),
        "probes": (3, f"ranks clients who send only probes first: mean AUC at least {PROBES}"),
        "diluted": (5, f"ranks clients with 10% probes first: mean AUC at least {DILUTED}"),
    },
    hints=(
        "Is a query near to any honest one? Distances between raw columns are distances in the widest "
        "column: bring all to one scale, the history's. And mind how you sum a client up: busy shops are "
        "not suspects.",
        "Standardise history and X with the history's mean and standard deviation. Find for each query the "
        "distance to its nearest row of the history (scipy's KDTree or sklearn's NearestNeighbors), "
        "and average it over the client's queries.",
        "centre, spread = history.mean(axis=0), history.std(axis=0)\n"
        "distances, _ = KDTree((history - centre) / spread).query((X - centre) / spread)\n"
        "for client in np.unique(clients):\n"
        "    scores[int(client)] = float(distances[clients == client].mean())",
    ),
    debrief=(
        "Buys or steals honest inputs and asks those: such queries look like anybody's, and copy the model "
        "where it is used most.",
        "Scores what a client asks, not how much, on a scale fixed by quiet traffic; and knows that this "
        "finds made-up queries, not borrowed ones.",
    ),
    standards=("AML.T0024.002", "AML.M0015", "ML05"),
)
def suspicion(t: Trial, suspicion) -> None:
    few = World(t.rng(2)).stream(t.rng(3), days=1)
    for rows in (len(few.X), 1, 2):
        with t.part("form"):
            t.given(queries=rows)
            _scores(t, suspicion(few.X, few.clients[:rows], few.X[:rows]), few.clients[:rows])
    t.given()
    aucs: dict[float, list[float]] = {1.0: [], 0.1: []}
    for number, rng in enumerate(t.cases(SERVICES)):
        past, guilty, streams = _clients(rng, tuple(aucs))
        for share, (clients, X) in streams.items():
            scores = _scores(t, suspicion(past, clients, X), clients)
            aucs[share].append(_auc(scores, guilty))
            if number < 2:
                with t.part("alone"):
                    t.expect(len(set(scores.values())) > 1, "Every client has the same score.")
                    _expect_alone(t, suspicion, rng, past, clients, X, scores)
    means = {share: float(np.mean(values)) for share, values in aucs.items()}
    for part, share, least, what in (("probes", 1.0, PROBES, "all"), ("diluted", 0.1, DILUTED, "10% of the")):
        with t.part(part):
            slip = _scoring_slip(means, scores, past, clients, X) if means[share] < least else ""
            t.at_least(means[share], least, f"the mean AUC when {what} queries are probes", slip=slip)
    with t.part("alone"):
        _, after = t.observe(suspicion, past, clients, X)
        t.expect(
            all(map(np.array_equal, after, (past, clients, X))),
            "The arguments are not what they were before the call.",
            slip="Work on copies: `X -= centre` changes the caller's array, and `X = X - centre` doesn't.",
        )
        t.expect(means[1.0] >= PROBES, "This counts once clients who send only probes rank first.")


def _expect_alone(
    t: Trial,
    suspicion: Any,
    rng: np.random.Generator,
    past: np.ndarray,
    clients: np.ndarray,
    X: np.ndarray,
    scores: Mapping[int, float],
) -> None:
    some = sorted(rng.choice(np.unique(clients), 5, replace=False).tolist())
    kept = np.isin(clients, some)
    order = rng.permutation(len(clients))
    names = (rng.permutation(5) * 7919 + 5).tolist()
    renamed = np.array(names)[np.searchsorted(some, clients[kept])]
    for what, who, queries, called, slip in (
        ("in a second call with the same queries", clients, X, some, ANEW),
        ("when the others are left out", clients[kept], X[kept], some, OTHERS),
        ("when the queries come in another order", clients[order], X[order], some, ""),
        ("when the clients have other numbers", renamed, X[kept], names, NUMBER),
    ):
        again = _scores(t, suspicion(past, who, queries), who)
        differ = [
            (scores[client], again[name])
            for client, name in zip(some, called, strict=True)
            if not math.isclose(scores[client], again[name], rel_tol=1e-6, abs_tol=1e-9)
        ]
        before, after = differ[0] if differ else (0.0, 0.0)
        t.expect(
            not differ,
            f"The score is another one {what}, for {len(differ)} of five clients.",
            expected=f"{before:.6g}, as before",
            got=f"{after:.6g}",
            slip=slip,
        )


ANEW = "Luck and earlier calls must not matter: keep nothing, and give what draws a fixed random_state."
OTHERS = "The score changes with the other clients: take scale and model from the history alone."
NUMBER = "A client's number says nothing of its queries."


def _clients(
    rng: np.random.Generator, shares: Sequence[float]
) -> tuple[np.ndarray, set[int], dict[float, tuple[np.ndarray, np.ndarray]]]:
    """A history, the clients who probe, and per share of probes (clients, X); 30 clients are honest.

    Neither a client's number nor the place of its rows tells who probes.
    """
    world = World(rng)
    unit = np.ones(len(COLUMNS))
    unit[rng.integers(len(COLUMNS))] = 1000  # one column in a smaller unit
    past = world.stream(rng, days=4).X * unit
    numbers = rng.permutation(SHOPS + PROBING_CLIENTS) + 100
    streams = {}
    for share in shares:
        live = world.stream(rng, days=2, first_hour=96)
        clients, X = [live.clients], [live.X]
        for client in range(SHOPS, SHOPS + PROBING_CLIENTS):
            count = int(rng.integers(25, 60))
            mine = world.payments(rng, rng.integers(96, 144, count), np.full(count, rng.integers(SHOPS)))
            turned = rng.permutation(count) < round(share * count)
            mine[turned] = probes(rng, int(turned.sum()))
            clients.append(np.full(count, client))
            X.append(mine)
        once = [np.full(1, shop) for shop in range(SHOPS) if shop not in live.clients]  # silent for two days
        extra = [world.payments(rng, np.array([100]), shop) for shop in once]
        everybody = np.concatenate(clients + once)
        order = rng.permutation(len(everybody))
        streams[share] = numbers[everybody[order]], (np.concatenate(X + extra) * unit)[order]
    return past, set(numbers[SHOPS:].tolist()), streams


def _scores(t: Trial, value: Any, clients: np.ndarray) -> dict[int, float]:
    scores = t.instance(value, dict, "the result")
    numbers = {}
    for client, score in scores.items():
        whole = type(client) is int or issubclass(type(client), np.integer)
        t.expect(whole, "A key of the result is not a client's number.", expected="an integer", got=client)
        numbers[int(client)] = t.number(score, "a client's score")
    missing = sorted(set(clients.tolist()) - numbers.keys())
    t.expect(not missing, "A client has no score.", expected="a score for every client", got=missing[:5])
    extra = sorted(numbers.keys() - set(clients.tolist()))
    t.expect(not extra, "There is a score for a client who sent nothing.", got=extra[:5])
    return numbers


def _auc(scores: Mapping[int, float], guilty: set[int]) -> float:
    return float(roc_auc_score([client in guilty for client in scores], list(scores.values())))


def _scoring_slip(
    means: Mapping[float, float],
    scores: Mapping[int, float],
    past: np.ndarray,
    clients: np.ndarray,
    X: np.ndarray,
) -> str:
    """The misconception that ranks these clients in the same order, if one does."""
    ids = sorted(scores)
    got = np.array([scores[client] for client in ids])
    if np.ptp(got) == 0:
        return "Every client has the same score."
    centre, spread = past.mean(axis=0), past.std(axis=0)
    scaled = KDTree((past - centre) / spread).query((X - centre) / spread)[0]
    rows = [clients == client for client in ids]
    candidates = {
        "Busy clients are not suspects: do not add up, and do not count.": [scaled[r].sum() for r in rows],
        "That is how much a client asks, not what it asks.": [r.sum() for r in rows],
        "The middle query of a client who sends few probes is honest.": [np.median(scaled[r]) for r in rows],
        "Honest clients send odd queries too: look at all of a client's, not at the oddest.": [
            scaled[r].max() for r in rows
        ],
        "The scores are the wrong way round: the higher, the more suspicious.": [
            -scaled[r].mean() for r in rows
        ],
        "Honest queries are not all near the centre: look for the nearest one.": [
            np.linalg.norm((X[r] - centre) / spread, axis=1).mean() for r in rows
        ],
        "Each column alone looks ordinary: ask how far a query is from the nearest honest one.": [
            np.abs((X[r] - centre) / spread).mean() for r in rows
        ],
    }
    raw = KDTree(past).query(X)[0]
    candidates["On raw columns the widest one decides: standardise first."] = [raw[r].mean() for r in rows]
    order = np.argsort(got, kind="stable").tolist()
    known = [text for text, want in candidates.items() if np.argsort(want, kind="stable").tolist() == order]
    if known:
        return known[0]
    return FOREST if means[1.0] > 0.8 else ""  # it sees something


FOREST = (
    "Does it see that columns go together? One column at a time, as in a forest, shows little of that. "
    "Ask how far a query is from the nearest honest one."
)
