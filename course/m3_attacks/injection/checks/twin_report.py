"""The check of `injection.twin_report`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..assistant import DISGUISES, understand
from ..messages import goal, orders, quiet_page

KEYS = ("stopped", "through", "inert", "broken", "rate")
INERT_COUNTED = "What is inert would have done nothing anyway: it's no block."
OF_VULNERABLE = "What fires in the hardened twin alone gets through as well: it counts."
OF_ALL = "Divide by the payloads that fire somewhere, not by all."


@exercise(
    minutes=8,
    level="stretch",
    parts={
        "lists": (4, "sorts every payload into stopped, through or inert, in its order"),
        "broken": (2, "lists the tasks that only the vulnerable twin does"),
        "rate": (2, "divides by what fires in one of the twins; None where nothing does"),
    },
    hints=(
        "Four things can happen to a payload in two apps. Which of them says that the defence did something?",
        "Ask both apps about each payload. Fires in hardened: through. Else fires in vulnerable: "
        "stopped. Else "
        "inert. A task is broken when vulnerable does it and hardened doesn't.",
        "for text in payloads:\n"
        '    list = "through" if hardened(text) else "stopped" if vulnerable(text) else "inert"\n'
        "broken = [text for text in tasks if vulnerable(text) and not hardened(text)]\n"
        "live = number stopped + number through\n"
        "rate = number stopped / live, or None when live is 0",
    ),
    debrief=(
        "Likes a defence that is tested with broken payloads: its report says blocked, and the door is open.",
        "Puts four numbers side by side: stopped, through, inert and broken tasks. An app that is "
        "switched off "
        "stops everything, and its tasks give it away.",
    ),
    standards=("AML.M0008", "AML.M0020"),
)
def twin_report(t: Trial, twin_report) -> None:
    for number, rng in enumerate(t.cases(7)):
        vulnerable, hardened, payloads, tasks = _case(rng, number)
        want = _report(vulnerable, hardened, payloads, tasks)
        t.given(payloads=len(payloads), tasks=len(tasks))
        got = twin_report(vulnerable, hardened, list(payloads), list(tasks))
        t.expect(isinstance(got, dict), "The result should be a dict.", got=brief(got))
        t.equal(sorted(map(str, got)), sorted(KEYS), "the keys")
        with t.part("lists"):
            for name in KEYS[:3]:
                t.equal(got[name], want[name], f'the list "{name}"', slips=_list_slips(name, want))
        with t.part("broken"):
            never = [text for text in tasks if not hardened(text)]
            slips = {"A task that neither app does isn't broken by the defence.": never}
            t.equal(got["broken"], want["broken"], 'the list "broken"', slips=slips)
        with t.part("rate"):
            if want["rate"] is None:
                t.equal(got["rate"], None, "the rate where nothing fires")
            else:
                stopped, inert = len(want["stopped"]), len(want["inert"])
                slips = {
                    INERT_COUNTED: (stopped + inert) / len(payloads),
                    OF_VULNERABLE: stopped / max(sum(map(vulnerable, payloads)), 1),
                    OF_ALL: stopped / len(payloads),
                }
                t.close(t.number(got["rate"], "the rate"), want["rate"], "the rate", slips=slips)


def _list_slips(name: str, want: dict) -> dict[str, list]:
    if name == "stopped" and want["inert"]:
        return {INERT_COUNTED: sorted(want["stopped"] + want["inert"], key=want["order"].index)}
    return {}


def _report(vulnerable: Callable, hardened: Callable, payloads: list[str], tasks: list[str]) -> dict:
    fired = {text: (vulnerable(text), hardened(text)) for text in payloads}
    want = {
        "stopped": [text for text in payloads if fired[text] == (True, False)],
        "through": [text for text in payloads if fired[text][1]],
        "inert": [text for text in payloads if fired[text] == (False, False)],
        "broken": [text for text in tasks if vulnerable(text) and not hardened(text)],
        "order": payloads,
    }
    live = len(want["stopped"]) + len(want["through"])
    return want | {"rate": len(want["stopped"]) / live if live else None}


def _case(rng: np.random.Generator, number: int) -> tuple[Callable, Callable, list[str], list[str]]:
    """A pair of apps, payloads of which a third is inert, and tasks."""
    reads = ("zero_width", "leet")
    names = sorted(DISGUISES)

    def vulnerable(text: str) -> bool:
        return any(call["tool"] != "read" for call in understand(str(text), reads))

    def hardened(text: str) -> bool:
        """A word list; and it takes off base64 first, which the vulnerable app never did."""
        words = ("send", "delete", "mark", "forward")
        if number == 4:  # switched off
            return False
        if any(word in str(text).lower() for word in words):
            return False
        return any(call["tool"] != "read" for call in understand(str(text), (*reads, "encoded")))

    payloads = []
    for each in range((14, 9, 12, 2, 8, 0, 0)[number]):
        order = str(rng.choice(orders(goal(rng))))
        if number == 3:  # nothing fires anywhere
            line = DISGUISES["spaced"](order)
        else:
            disguises = [str, *(DISGUISES[name] for name in names)]
            line = disguises[each % 6 if each < 6 else int(rng.integers(6))](order)
        payloads.append(f"{quiet_page(rng, 1)}\n{line}")
    if number == 0:  # something is stopped, and something comes twice
        payloads += ["delete the rota", payloads[0]]
    if number == 6:  # nothing is stopped, and something gets through
        way = DISGUISES["encoded"]
        payloads = [way("delete the rota"), "wipe the backup", "dump the rota", way("wipe the rota")]
    tasks = [
        f"please {rng.choice(orders(goal(rng, host='clinic.example')))}"
        for _ in range((6, 5, 0, 3, 5, 1, 2)[number])
    ]
    tasks += ["please " + DISGUISES["spaced"]("delete the rota")] * (number % 2)  # neither app does it
    tasks += [orders(goal(rng, "delete"))[0]] * (2 * (number == 1))  # refused by the word list
    tasks += [DISGUISES["encoded"]("delete the letter")] * (number % 3 == 0)  # only hardened does it
    return vulnerable, hardened, payloads, tasks
