"""The check of `recovery.next_action`."""

from __future__ import annotations

from copy import deepcopy

from autograder.exercise import Trial, exercise

from ..drill import Drill
from ..material import SETTINGS, careful, deepest_of, draw_script

SPARE = 4  # hours above the judge's own way


@exercise(
    minutes=16,
    parts={
        "clean": (
            6,
            "closes the drill without bringing the attacker along, with a tested backup or a rebuild",
        ),
        "evidence": (3, "copies each machine before it is isolated"),
        "patients": (2, "serves patients with the bad model for one hour at most"),
        "cost": (4, "loses no more data than it must, and takes at most 4 hours above the shortest safe way"),
    },
    hints=(
        "Ask in order: are patients safe, is a machine left, is a key left, is the data back, what of the "
        "end is left?",
        "Return the first thing that is not done. For the data: of the backups taken before the earliest "
        "trace, the newest that is not known to be broken; test it, then restore it; none left: rebuild.",
        "serving is '1.4.0': fallback\neach machine: copy, isolate, read\neach live key: revoke\n"
        "data is None: newest early backup with restores not False: test if None, restore if True\n"
        "no such backup: rebuild\n"
        "then the first of retrain, gate, stage, close that is not in done",
    ),
    debrief=(
        "Leaves a loud trace late and a quiet one early, and waits for you to restore in between.",
        "Looks before it restores. Its price is hours on the fallback, and it knows how many.",
    ),
    standards=("RC.RP-02", "RC.RP-03", "RC.RP-06", "RS.MI-01"),
)
def next_action(t: Trial, next_action) -> None:
    for number, rng in enumerate(t.cases(2 * len(SETTINGS))):
        script = draw_script(rng, SETTINGS[number % len(SETTINGS)], deepest_of(number))
        t.given(machines=len(script["machines"]), backups=len(script["backups"]), log=script["log"])
        best = Drill(script).play(careful)
        drill, result = Drill(script), None
        with t.part("clean"):
            while not drill.over:
                drill.do(next_action(deepcopy(drill.view())))
            result = drill.result()
            story = drill.story
            t.expect(
                not result["untested restores"],
                "A backup was restored that nobody had tested.",
                got=_said(story, "restore"),
                slip="`restores` is None until you test it.",
            )
            t.expect(
                not result["attacker came along"],
                "The attacker came back with what you restored.",
                expected=f"data from before hour {_entry(script)}, and no door left open",
                got=_said(story, "restore") or _said(story, "rebuild"),
                slip=_reason(drill, script),
            )
            t.expect(
                result["closed"],
                "The drill is not closed after 60 actions.",
                got=" | ".join(story[-3:]),
                slip="The gate failed: the attacker was in what you restored."
                if drill.view()["gate"] == "fail"
                else "",
            )
        if result is None or not result["closed"]:
            for part in ("evidence", "patients", "cost"):
                with t.part(part):
                    next_action(Drill(script).view())  # raises again what it raised
                    t.wrong("The drill was not closed.")
            continue
        with t.part("evidence"):
            lost = result["evidence lost"]
            t.expect(lost == 0, "A machine was isolated before it was copied.", expected=0, got=lost)
        with t.part("patients"):
            t.at_most(result["hours of the bad model"], 1, "the hours of the bad model")
        with t.part("cost"):
            dirty = result["attacker came along"]
            t.expect(not dirty, "The attacker came along: nothing was saved.")
            lost, hours = result["hours of data lost"], result["hours"]
            t.expect(
                lost <= best["hours of data lost"],
                "More data is lost than need be.",
                expected=best["hours of data lost"],
                got=lost,
            )
            t.expect(
                hours <= best["hours"] + SPARE,
                "It took too many hours.",
                expected=f"at most {best['hours'] + SPARE}",
                got=hours,
            )


def _entry(script: dict) -> int:
    return min(script["log"], *(machine["trace"] for machine in script["machines"]))


def _said(story: list[str], kind: str) -> str:
    return " | ".join(line for line in story if f" {kind}" in line[8:20])


def _reason(drill: Drill, script: dict) -> str:
    """Which door was open, where it is clear."""
    if drill.doors:
        return drill.doors[0]
    view = drill.view()
    data = next((one for one in script["backups"] if one["id"] == view["data"]), None)
    if data is not None and data["taken"] == _entry(script):
        return "A backup of the very hour of the first act is not from before it."
    return ""
