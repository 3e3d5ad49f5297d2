"""The check of `recovery.comes_back`."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import returning

#: (planted rows of the backup, stolen keys in it, length of the chain of models, is a model named)
SETTINGS = ((3, 2, 2, True), (0, 0, 0, False), (1, 1, 1, False), (2, 1, 9, False), (0, 2, 3, True))

SLIPS = {
    "A row may be gone from the backup and the model that learned from it still there.": "rows of the backup",
    "A model that the traces name is the attacker's, whatever it learned from.": "named",
    "A model that started from a bad one is bad too.": "chain",
    "Go on until nothing new is found: a chain may be long.": "one step",
    "A base may be named in the traces and missing in the backup.": "base elsewhere",
}


def _once(value, values) -> bool:
    return sum(value == other for other in values) == 1


@exercise(
    minutes=8,
    parts={
        "rows": (1, "names the attacker's rows in the backup"),
        "keys": (1, "names the attacker's keys in the backup"),
        "learned": (3, "names a model that is named in the traces, or learned from an attacker's row"),
        "chain": (2, "names what was started from a bad model, over any number of steps"),
        "inputs": (1, "leaves backup and traces as they were"),
    },
    hints=(
        "Rows and keys are the intersection of two sets. A model is bad for one of three reasons: which?",
        "Begin with the models that are named or learned from a planted row. Then look for models whose "
        "base is bad, and look again until nothing new is found: a child may stand before its parent.",
        "bad = named models, and models with a planted row\n"
        "repeat: new = models whose base is in bad or in traces['models']; stop when bad has them all",
    ),
    debrief=(
        "Leaves something in every copy: a row, a key, a model that others are built on.",
        "Lists the attacker's things first, and asks each backup for them before it is restored.",
    ),
    standards=("AML.T0020", "RC.RP-03"),
)
def comes_back(t: Trial, comes_back) -> None:
    for number, rng in enumerate(t.cases(2 * len(SETTINGS))):
        planted, stolen, length, named = SETTINGS[number % len(SETTINGS)]
        backup, traces, direct = _case(rng, planted, stolen, length, named)
        if number >= len(SETTINGS):
            backup, traces, direct = _small(number - len(SETTINGS), backup, traces, direct)
        t.given(planted=planted, chain=length, named=named)
        got = after = None
        with t.part("rows"):
            got, after = t.observe(comes_back, backup, traces)
            got = t.instance(got, dict, "the result")
            t.expect(
                set(got) == {"rows", "keys", "models"},
                "The result has other keys.",
                expected=["rows", "keys", "models"],
                got=sorted(map(str, got)),
            )
        if not (type(got) is dict and set(got) == {"rows", "keys", "models"}):
            for part in ("keys", "learned", "chain", "inputs"):
                with t.part(part):
                    comes_back(backup, traces)  # raises again what it raised
                    t.wrong("The result has another form.")
            continue
        want = returning(backup, traces)
        with t.part("rows"):
            slip = {"These rows are in the traces, but not all of them in this backup.": traces["rows"]}
            t.equal(t.instance(got["rows"], set, "rows"), want["rows"], "rows", slips=slip)
        with t.part("keys"):
            slip = {"These keys are in the traces, but not all of them in this backup.": traces["keys"]}
            t.equal(t.instance(got["keys"], set, "keys"), want["keys"], "keys", slips=slip)
        slips = {text: returning(backup, traces, rule)["models"] for text, rule in SLIPS.items()}
        slips = {text: found for text, found in slips.items() if _once(found, slips.values())}
        with t.part("learned"):
            t.instance(got["models"], set, "models")
            found, right = got["models"] & direct, want["models"] & direct
            kept = got["models"] - set(backup["models"])
            t.expect(not kept, "Models are named that this backup does not hold.", got=sorted(kept))
            clean = set(backup["models"]) - want["models"]
            alarm = sorted(got["models"] & clean)
            t.expect(not alarm, "Clean models are named.", expected=sorted(want["models"]), got=alarm)
            t.equal(
                found,
                right,
                "the models with a reason of their own",
                slips={text: value & direct for text, value in slips.items()},
            )
        with t.part("chain"):
            t.equal(got["models"], want["models"], "models", slips=slips)
        with t.part("inputs"):
            same = after[0] == backup and list(after[0]["models"]) == list(backup["models"])
            t.expect(same and after[1] == traces, "Your function changed what it was given.")
            t.expect(got == want, "This point counts once the rest of the result is right.")


def _small(number: int, backup: dict, traces: dict, direct: set) -> tuple:
    """The same with something empty: no models, one, no rows, no keys, no traces of one kind, nothing."""
    models = dict(list(backup["models"].items())[: (0, 1)[number]]) if number < 2 else backup["models"]
    lists = {"rows": [], "keys": []} if number == 2 else {}
    gone = ({}, {}, {}, {"models": set(), "rows": set()}, {"keys": set(), "models": set()})[number]
    return backup | {"models": models} | lists, traces | gone, _direct(models, traces | gone)


def _direct(models: dict, traces: dict) -> set:
    """Models that are bad by themselves, or clean: not those that only started from a bad one."""
    named = {
        name for name in models if name in traces["models"] or traces["rows"] & set(models[name]["rows"])
    }
    found = returning({"rows": [], "keys": [], "models": models}, traces)["models"]
    return named | (set(models) - found)


def _case(rng: np.random.Generator, planted: int, stolen: int, length: int, named: bool) -> tuple:
    """A backup, the traces, and the models that have a reason of their own: bad or clean."""
    ids = [f"r{number}" for number in rng.permutation(np.arange(100, 999))[:40]]
    rows, gone, bad = ids[:20], ids[20:24], ids[24:28] + ids[:planted]
    keys = [f"k{number}" for number in rng.permutation(9)[:7]]
    good = ids[planted:20] + ids[28:]
    models: dict[str, dict] = {
        "c0": {"rows": good[:5], "base": None},
        "c1": {"rows": good[5:9], "base": "c0"},
        "c2": {"rows": [], "base": "elsewhere"},
        "g0": {"rows": [good[9], gone[0]], "base": None},
    }
    attackers = {gone[0], *bad}
    root = {"rows": good[9:12] + ([bad[0]] if length else []), "base": None}
    models["m0"] = root
    for number in range(1, length + 1):
        models[f"m{number}"] = {"rows": good[number : number + 2], "base": f"m{number - 1}"}
    if length:  # each step has two children: bad models are a tree
        models["s1"] = {"rows": [], "base": "m0"}
        models["s2"] = {"rows": [], "base": "g0"}
        models["s3"] = {"rows": [], "base": "g0"}
    traced = {"lost"}
    models["l0"] = {"rows": [good[3]], "base": "lost"}
    models["l1"] = {"rows": [], "base": "l0"}
    if named:
        models["n0"] = {"rows": good[2:4], "base": "c0"}
        models["n1"] = {"rows": good[2:4], "base": "n0"}
        traced |= {"n0"}
    order = rng.permutation(list(models)).tolist()
    if number := length:  # children before their parents, so that one pass is not enough
        order = [f"m{one}" for one in range(number, -1, -1)] + [name for name in order if name[0] != "m"]
    names = dict(zip(sorted(order), [f"1.{n}.0" for n in rng.permutation(len(order))], strict=True))
    shown = {}
    for name in order:
        base = models[name]["base"]
        shown[names[name]] = {"rows": list(models[name]["rows"]), "base": names.get(base, base)}
    backup = {"rows": rows, "keys": keys[:4], "models": shown}
    traces = {
        "rows": attackers,
        "keys": set(keys[:stolen]) | set(keys[5:]),
        "models": {names.get(name, name) for name in traced},
    }
    direct = {names[name] for name in ("c0", "c1", "c2", "g0", "m0", "n0") if name in names}
    return backup, traces, direct
