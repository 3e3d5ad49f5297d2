"""Answers to `recovery.comes_back`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from collections import defaultdict

from autograder.exercise import Answers, Wrong

from ..checks.comes_back import SLIPS
from ..material import returning


def by_walking_up(backup, traces):
    models = backup["models"]

    def bad(name, seen=()):
        if name is None or name in seen:
            return False
        if name in traces["models"]:
            return True
        if name not in models:
            return False
        if any(row in traces["rows"] for row in models[name]["rows"]):
            return True
        return bad(models[name]["base"], (*seen, name))

    return {
        "models": {name for name in models if bad(name)},
        "rows": {row for row in backup["rows"] if row in traces["rows"]},
        "keys": {key for key in backup["keys"] if key in traces["keys"]},
    }


def without(rule):
    def answer(backup, traces):
        return returning(backup, traces, rule)

    answer.__name__ = "without_" + rule.replace(" ", "_")
    return answer


def nothing(backup, traces):
    return {"rows": set(), "keys": set(), "models": set()}


def everything(backup, traces):
    return {"rows": set(backup["rows"]), "keys": set(backup["keys"]), "models": set(backup["models"])}


def all_traces(backup, traces):
    return returning(backup, traces) | {"rows": set(traces["rows"])}


def all_keys(backup, traces):
    return returning(backup, traces) | {"keys": set(traces["keys"])}


def all_named(backup, traces):
    found = returning(backup, traces)
    return found | {"models": found["models"] | traces["models"]}


def every_child(backup, traces):
    found = returning(backup, traces)
    children = {name for name, model in backup["models"].items() if model["base"] is not None}
    return found | {"models": found["models"] | children}


def counted_up(backup, traces):
    """Sets from a defaultdict."""
    found = defaultdict(set)
    for what, names in returning(backup, traces).items():
        found[what] |= names
    return found


def one_child_each(backup, traces):
    child = {model["base"]: name for name, model in backup["models"].items()}
    bad = returning(backup, traces, "chain")["models"]
    for name in sorted(bad | traces["models"]):
        while name in child:
            name = child[name]
            bad.add(name)
    return returning(backup, traces) | {"models": bad}


def four_steps(backup, traces):
    bad = returning(backup, traces, "chain")["models"] | traces["models"]
    for _ in range(4):
        bad |= {name for name, model in backup["models"].items() if model["base"] in bad}
    return returning(backup, traces) | {"models": bad & set(backup["models"])}


def needs_models(backup, traces):
    if len(backup["models"]) < 2 or not backup["rows"] or not traces["models"]:
        return nothing(backup, traces)
    return returning(backup, traces)


def sorts_models(backup, traces):
    ordered = dict(sorted(backup["models"].items()))
    backup["models"].clear()
    backup["models"].update(ordered)
    return returning(backup, traces)


def lists(backup, traces):
    return {what: sorted(found) for what, found in returning(backup, traces).items()}


def in_one_pass(backup, traces):
    bad = set(traces["models"])
    for name, model in backup["models"].items():
        if traces["rows"] & set(model["rows"]) or model["base"] in bad:
            bad.add(name)
    return returning(backup, traces) | {"models": bad & set(backup["models"])}


def edits(backup, traces):
    found = returning(backup, traces)
    traces["models"] |= found["models"]
    return found


def edits_backup(backup, traces):
    found = returning(backup, traces)
    backup["rows"] = [row for row in backup["rows"] if row not in found["rows"]]
    return found


ELSEWHERE = "A base may be named in the traces and missing in the backup."

ANSWERS = Answers(
    right=[by_walking_up, counted_up],
    wrong=[
        Wrong(nothing, "rows", "rows"),
        Wrong(everything, "rows", "rows"),
        Wrong(all_traces, "rows", "not all of them in this backup"),
        Wrong(all_keys, "keys", "not all of them in this backup"),
        Wrong(all_named, "learned", "does not hold"),
        Wrong(every_child, "learned", "Clean models are named"),
        Wrong(one_child_each, "chain", "Models"),
        Wrong(four_steps, "chain", "Models"),
        Wrong(needs_models, "rows", "rows", also=tuple(SLIPS)),
        Wrong(sorts_models, "inputs", "changed what it was given"),
        Wrong(lists, "rows", "rows"),
        Wrong(without("rows of the backup"), "learned", "still there"),
        Wrong(without("named"), "learned", "whatever it learned from"),
        Wrong(without("chain"), "chain", "started from a bad one"),
        Wrong(without("one step"), "chain", "Go on until nothing new"),
        Wrong(without("base elsewhere"), "chain", ELSEWHERE),
        Wrong(in_one_pass, "chain", "Models"),
        Wrong(edits, "inputs", "changed what it was given"),
        Wrong(edits_backup, "inputs", "changed what it was given"),
    ],
)
