"""The check of `agents.Budget`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=8,
    level="stretch",
    parts={
        "work": (3, "lets honest jobs finish"),
        "stop": (4, "stops loops, depth and explosions"),
        "count": (2, "counts the last call, refusals and negative costs right"),
    },
    hints=(
        "Decide first, charge afterwards.",
        "Keep what is left of calls and cost, and a dict that counts each (agent, task) that was allowed.",
        "cost < 0, depth over the limit, no calls left, cost over what is left, or (agent, task) "
        "allowed repeats "
        "times already: return False\n"
        "else take one call and the cost off, count (agent, task), return True",
    ),
    debrief=(
        "Makes two agents ask each other, and lets the bill do the harm.",
        "Counts before each call, for all agents together, by who does what. The cost: a long honest "
        "job needs "
        "a limit above its longest run, so measure that first.",
    ),
    standards=("AML.T0034.002", "AML.M0004", "ASI08", "LLM06"),
)
def Budget(t: Trial, Budget: Any) -> None:
    for rng in t.cases(3):
        for part, scenarios in (("work", _work), ("stop", _stop), ("count", _count)):
            with t.part(part):
                _expect(t, Budget, list(scenarios(rng)))
        with t.part("count"):
            _expect_apart(t, Budget)


Call = tuple[str, str, float, int]  # agent, task, cost, depth
Scenario = tuple[str, tuple[int, int, int, int], list[Call]]


def _model(limits: tuple[int, int, int, int], calls: list[Call], **slip: Any) -> list[bool]:
    left, money, deepest, repeats = limits
    counts: dict[Any, tuple[int, int, dict]] = {}
    answers = []
    for agent, task, cost, depth in calls:
        budget = agent if slip.get("each") else ""
        used, spent, seen = counts.get(budget, (0, 0, {}))
        key = task if slip.get("task") else agent if slip.get("agent") else (agent, task)
        ok = depth <= deepest and (cost >= 0 or bool(slip.get("negative")))
        if slip.get("after"):
            ok = ok and used < left and spent < money
        else:
            ok = ok and used + 1 <= left and spent + cost <= money
        ok = ok and (seen.get(key, 0) < repeats or bool(slip.get("loops")))
        if slip.get("deep"):
            ok = ok and depth < deepest
        answers.append(ok)
        if ok or slip.get("charge"):
            counts[budget] = used + 1, spent + cost, {**seen, key: seen.get(key, 0) + 1}
    return answers


SLIPS: dict[str, dict[str, bool]] = {
    "Ask before the call: count this one's cost too.": {"after": True},
    "Nothing stops the same agent from the same task again and again.": {"loops": True},
    "Count agent and task together: several agents may share a task.": {"task": True},
    "Count agent and task together: an agent may do many tasks.": {"agent": True},
    "One budget for all agents, not one for each.": {"each": True},
    "A refusal charges nothing.": {"charge": True},
    "Refuse a negative cost.": {"negative": True},
    "A depth that equals the limit is allowed.": {"deep": True},
}


def _expect(t: Trial, Budget: Any, scenarios: list[Scenario]) -> None:
    answers = []
    for what, limits, calls in scenarios:
        t.given(scenario=what, calls=limits[0], cost=limits[1], depth=limits[2], repeats=limits[3])
        budget = t.object(Budget(*limits), "a Budget", methods=("spend",))
        answers.append([t.instance(budget.spend(*call), bool, "the answer of spend") for call in calls])
    fits = [
        slip
        for slip, flags in SLIPS.items()
        if answers == [_model(limits, calls, **flags) for _, limits, calls in scenarios]
    ]
    for (what, limits, calls), got in zip(scenarios, answers, strict=True):
        for n, (call, mine, right) in enumerate(zip(calls, got, _model(limits, calls), strict=True)):
            t.given(scenario=what, calls=limits[0], cost=limits[1], depth=limits[2], repeats=limits[3])
            shown = [f"{one!r} {'yes' if yes else 'no'}" for one, yes in zip(calls[:n], got, strict=False)]
            t.given(before=", ".join(["..."] * (n > 8) + shown[-8:]) or "nothing")
            t.expect(
                mine == right, f"The answer to call {n + 1}, spend{call!r}, isn't right ({what}).",
                expected=right, got=mine, slip=fits[0] if len(fits) == 1 else "",
            )  # fmt: skip


def _work(rng: np.random.Generator) -> Iterator[Scenario]:
    pages = int(rng.integers(10, 20))
    agents = ("planner", "reader", "writer")
    job = [(agents[n % 3], f"page {n}", int(rng.integers(1, 4)), 1 + n % 3) for n in range(pages)]
    yield "a long job with two retries", (pages + 5, 200, 3, 2), [*job, job[0], job[3]]
    fan = [(agent, "collect", 2, 2) for agent in (*agents, "mailer")]
    yield "four agents with the same task", (20, 50, 2, 1), fan
    yield "four agents with the same task, twice", (20, 50, 2, 2), fan * 2
    yield "one agent with many tasks", (30, 60, 1, 1), [("reader", f"page {n}", 1, 1) for n in range(20)]
    for glue in ("", *" :|/,-_.;\t\n\0", "::", "', '"):
        names = [("a", f"b{glue}c"), (f"a{glue}b", "c"), (f"a{glue}b{glue}c", ""), ("", f"a{glue}b{glue}c")]
        yield "the names run together", (9, 9, 1, 1), [(*name, 1, 1) for name in names]
    swapped = [
        ("a", "b"),
        ("b", "a"),
        ("A", "b"),
        ("a", "B"),
        ("a ", "b"),
        ("a", " b"),
        ("a", "a"),
        ("b", "b"),
    ]
    yield "names that are almost the same", (9, 9, 1, 1), [(*name, 1, 1) for name in swapped]


def _stop(rng: np.random.Generator) -> Iterator[Scenario]:
    repeats = int(rng.integers(2, 5))
    for period in (1, 2, 3):
        calls = [(f"a{n % period}", f"ask {n % period}", 1, 1) for n in range(20)]
        yield f"a loop of {period}", (40, 100, 3, repeats), calls
    others = [("b", f"t{n}", 1, 1) for n in range(60 + int(rng.integers(60)))]
    yield "a repeat, long after", (400, 400, 1, 1), [("a", "x", 1, 1), *others, ("a", "x", 1, 1), others[0]]
    deepest = int(rng.integers(3, 6))
    yield "deeper and deeper", (40, 100, deepest, 2), [(f"a{n}", f"t{n}", 1, n) for n in range(1, 10)]
    yield (
        "too deep, and then not",
        (9, 9, 2, 2),
        [("a", "x", 1, 3), ("a", "x", 1, 2), ("a", "y", 1, 9), ("a", "y", 1, 1)],
    )
    many = [(f"a{n % 7}", f"t{n}", 3, 1 + n % 3) for n in range(40)]
    yield "an explosion that ends with the cost", (60, 50, 3, 2), many
    yield "an explosion that ends with the calls", (int(rng.integers(10, 20)), 500, 3, 2), many


def _count(rng: np.random.Generator) -> Iterator[Scenario]:
    cost = int(rng.integers(20, 50))
    yield (
        "exactly the cost",
        (9, cost, 1, 1),
        [("a", "x", cost - 3, 1), ("a", "y", 3, 1), ("a", "z", 1, 1), ("a", "f", 0, 1)],
    )
    yield "one over, and then what is left", (9, cost, 1, 1), [
        ("a", "x", cost - 3, 1), ("b", "y", 4, 1), ("b", "y", 3, 1), ("b", "z", 1, 1)
    ]  # fmt: skip
    yield "exactly the calls", (3, 99, 1, 1), [("a", f"t{n}", 1, 1) for n in range(5)]
    yield "refusals, and then a call", (2, 9, 1, 1), [
        ("a", "x", 50, 1), ("a", "x", 1, 5), ("a", "x", 50, 1), ("a", "x", 9, 1), ("a", "x", 0, 1),
        ("b", "x", 0, 1),
    ]  # fmt: skip
    yield "negative costs", (9, 9, 1, 2), [
        ("a", "x", -1, 1), ("a", "y", -50, 1), ("a", "z", 9, 1), ("a", "w", -9, 1), ("a", "x", 0, 1),
        ("a", "v", 1, 1),
    ]  # fmt: skip
    yield "costs that are fractions", (9, 1, 1, 1), [
        ("a", "x", 0.5, 1), ("a", "y", 0.75, 1), ("a", "z", 0.25, 1), ("a", "w", -0.25, 1),
        ("a", "v", 0.5, 1),
        ("a", "u", 0.25, 1), ("a", "t", 0.25, 1),
    ]  # fmt: skip
    yield "free calls", (5, 0, 1, 5), [("a", f"t{n}", 0, 1) for n in range(5)]
    yield "no calls at all", (0, 9, 1, 1), [("a", "x", 1, 1)]
    yield "no repeats at all", (5, 9, 1, 0), [("a", "x", 1, 1)]
    yield "no depth at all", (5, 9, 0, 1), [("a", "x", 1, 1), ("a", "y", 1, 0)]


def _expect_apart(t: Trial, Budget: Any) -> None:
    t.given(scenario="two budgets")
    answers = [
        t.object(Budget(1, 1, 1, 1), "a Budget", methods=("spend",)).spend("a", "x", 1, 1) for _ in range(2)
    ]
    t.expect(
        all(answer is True for answer in answers), "Two budgets share what was spent.",
        slip="Keep what was spent on self, made in __init__: what stands on the class is shared.",
    )  # fmt: skip
