"""The check of `recovery.review`."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import BLAME, LAST_DAY

PEOPLE = ("developer", "security engineer", "archivist", "nurse", "privacy officer", "night porter")
AT_HOUR_0 = {"backup_bytes": 12, "restore_tested": False, "alerts_read": False}
MENDED = {"backup_bytes": 90_000_000, "restore_tested": True, "alerts_read": True}
REASONS = ("no restore test", "alert mail rejected", "one key for all", "manifest has no witness", "no owner")


def works(state):
    return state["restore_tested"]


def big_enough(state):
    return state["backup_bytes"] > 1_000_000


def quick(state):
    return state["restore_hours"] < 10


def falsy_before(state):
    return None if not state["restore_tested"] else True


def truthy_after(state):
    return "yes" if state["restore_tested"] else False


def always(state):
    return True


def never(state):
    return False


def backwards(state):
    return not state["alerts_read"]


def breaks(state):
    return state["no such thing"]


def breaks_before(state):
    if not state["restore_tested"]:
        raise KeyError("restore_tested")
    return True


def breaks_after(state):
    if state["restore_tested"]:
        raise RuntimeError("no answer")
    return False


BAD_TESTS = (
    None,
    falsy_before,
    truthy_after,
    always,
    never,
    backwards,
    breaks,
    breaks_before,
    breaks_after,
)
BAD_OWNERS = (
    None,
    "",
    "data steward",
    "doctor",
    "u07",
    "the team",
    "developer and nurse",
    "developers",
    "Developer",
    "everybody",
)
GOOD_TEXTS = (
    "Restore last night's backup each morning and count its rows.",
    "The default key is split: one for each service.",
    "Menu07 shows the age of the last restore.",
    "The job faulted at 01:00; page instead of mail.",
    "Level u of the menu shows it.",
    "A blameless, carefully kept log; nobody works carelessly.",
    "Unforgotten, lazily loaded, negligently named, sloppyness: tools for words.",
)


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "owner": (2, "wants one of the roles as owner"),
        "date": (2, "wants a date after today and at most 60 days away"),
        "test": (3, "wants a test that gives False before and True after"),
        "blame": (2, "names texts with a person's id or a word of BLAME"),
        "open": (3, "names the causes that no faultless action mends"),
    },
    hints=(
        "Five questions for each action, and each adds its own word. Only `open` looks at all of them.",
        "Call the test inside try: an error is a fault. For whole words use a regular expression with \\b "
        "and re.IGNORECASE.",
        "owner not in roles; not (today < due <= today + 60 days)\n"
        "not (test(before) is False and test(after) is True), or it raises\n"
        "re.search(r'\\b(u\\d+|blame|...)\\b', text, re.IGNORECASE); cause not in causes\n"
        "open = causes - causes of actions without a fault",
    ),
    debrief=(
        "Is glad of a review that ends with a name: the cause is still there.",
        "Mends the system, has somebody answer for it by a day, and lets a test say that it is done.",
    ),
    standards=("RV.3.1", "RV.3.4", "RC.RP-06"),
)
def review(t: Trial, review) -> None:
    for rng in t.cases(4):
        today = date(2026, 3, 1) + timedelta(days=int(rng.integers(0, 300)))
        for part, actions in _drawn(rng, today).items():
            t.given(today=today.isoformat(), part=part)
            for group in actions:
                with t.part(part):
                    _judge(t, review, part, group, today)


def _judge(t: Trial, review, part: str, actions: list[dict], today: date) -> None:
    causes = set(REASONS[:3]) if part != "open" else set(REASONS)
    before, mended = AT_HOUR_0 | {"restore_hours": 33}, MENDED | {"restore_hours": 4}
    result, after = t.observe(review, causes, actions, set(PEOPLE), today, before, mended)
    got = t.instance(result, dict, "the result")
    t.expect(set(got) == {"faults", "open"}, "The result has other keys.", got=sorted(map(str, got)))
    t.expect(_plain(after[1]) == _plain(actions), "Your function changed an action.")
    faults = {action["id"]: _faults(action, causes, today) for action in actions}
    sound = {action["cause"] for action in actions if not faults[action["id"]]}
    found = t.instance(got["faults"], dict, "faults")
    for action in actions:
        name = action["id"]
        text, owner, due = action["text"], action["owner"], action["due"]
        t.given(text=text, owner=owner, due=str(due), test=getattr(action["test"], "__name__", None))
        t.equal(found.get(name), faults[name], f"the faults of {name}")
    t.equal(found, faults, "faults")
    if part == "open":
        slip = "A cause stays open while the only action for it has a fault."
        named = causes - {action["cause"] for action in actions}
        t.equal(got["open"], causes - sound, "open", slips={slip: named})


def _plain(actions) -> list[dict]:
    """Actions without their tests: a function comes back as another object."""
    return [action | {"test": action["test"] is None} for action in actions]


def _faults(action: dict, causes: set[str], today: date) -> set[str]:
    import re

    found = set()
    if action["owner"] not in PEOPLE:
        found.add("owner")
    if action["due"] is None or not 0 < (action["due"] - today).days <= LAST_DAY:
        found.add("date")
    if action["test"] not in (works, big_enough, quick):
        found.add("test")
    if re.search(rf"\b(u\d+|{'|'.join(BLAME)})\b", action["text"], re.IGNORECASE):
        found.add("blame")
    if action["cause"] not in causes:
        found.add("cause")
    return found


def _drawn(rng: np.random.Generator, today: date) -> dict[str, list[list[dict]]]:
    """Part → groups of actions that are judged together."""

    def good(number: int, **changed) -> dict:
        action = {
            "id": f"a{number * 7 + 3}",
            "cause": REASONS[int(rng.integers(3))],
            "text": "A nightly job restores the backup.",
            "owner": str(rng.choice(PEOPLE)),
            "due": today + timedelta(days=int(rng.integers(1, LAST_DAY + 1))),
            "test": works if rng.random() < 0.5 else big_enough,
        }
        return action | changed

    owners = [good(n, owner=owner) for n, owner in enumerate((*PEOPLE, *BAD_OWNERS))]
    days = [None, -30, 0, 1, LAST_DAY - 1, LAST_DAY, LAST_DAY + 1, 400]
    dates = [good(n, due=None if d is None else today + timedelta(days=d)) for n, d in enumerate(days)]
    tests = [good(n, test=test) for n, test in enumerate((works, big_enough, quick, *BAD_TESTS))]
    person = f"u{int(rng.integers(1, 99)):02}"
    words = [word for each in BLAME for word in (each, each.title(), each.upper())]
    texts = [f"It was {word}, and it stays so." for word in words]
    texts += [f"{word.title()} is in it" for word in BLAME] + [f"It was {word}" for word in BLAME]
    texts += [f"The x{word}y job runs." for word in BLAME] + [f"The {word}y job runs." for word in BLAME]
    texts += [
        "u7 learns the order.",
        "It was u123",
        f"{person} learns the order.",
        f"Ask ({person.upper()}) first.",
        f"{person}'s key goes.",
        *GOOD_TEXTS,
    ]
    blame = [good(n, text=text) for n, text in enumerate(texts)]
    strange = [good(0, cause="u07 was tired"), good(1, cause=""), good(2, cause=REASONS[0])]
    half = [
        good(0, cause=REASONS[0], owner=None),
        good(1, cause=REASONS[0]),
        good(2, cause=REASONS[1], due=today),
    ]
    many = [good(n, cause=REASONS[n % 5], owner="the team", due=None, test=None) for n in range(3)]
    whole = [good(n, cause=cause) for n, cause in enumerate(REASONS)]
    return {
        "owner": [owners],
        "date": [dates],
        "test": [tests],
        "blame": [blame],
        "open": [strange, half, many, whole, []],
    }
