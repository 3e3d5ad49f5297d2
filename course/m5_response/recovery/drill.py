"""The drill: an incident that runs on while you decide. No chance, no clock: the script decides.

A script says what happened before hour 0. A `Drill` shows only what you have looked at: each machine
whose copy you read shows its traces, the keys that were stolen there, and perhaps one more machine.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

#: action → hours that it takes
HOURS = {
    "fallback": 1,
    "copy": 2,
    "isolate": 1,
    "read": 3,
    "revoke": 1,
    "test": 4,
    "restore": 3,
    "rebuild": 12,
    "retrain": 5,
    "gate": 2,
    "stage": 6,
    "close": 1,
}
BROKEN_RESTORE = 12  # hours until you give up on a backup that does not restore
MOST = 60  # actions

#: one step after the other at the end
LAST = ("retrain", "gate", "stage", "close")
ALL_ROWS = 1000  # hours of data that a rebuild from paper forms gives up: more than any backup

#: An easy script to begin with: one machine, the log shows all, and the backups restore.
FIRST_SCRIPT = {
    "log": -40,
    "machines": [{"name": "training", "trace": -40, "keys": ["k-train"]}],
    "backups": [
        {"id": "night1", "taken": -10, "restores": True}, {"id": "night3", "taken": -58, "restores": True},
    ],
    "gate_sees": True,
}  # fmt: skip


class Drill:
    """`do(action)` takes one action, a tuple, and returns the new view; `result()` says what it cost."""

    def __init__(self, script: dict) -> None:
        self._script = deepcopy(script)
        first = script["machines"][0]["name"]
        self._view = {
            "hour": 0,
            "serving": "1.4.0",
            "machines": {first: {"copied": False, "isolated": False, "read": False}},
            "traces": [script["log"]],
            "keys": {},
            "backups": [{"id": b["id"], "taken": b["taken"], "restores": None} for b in script["backups"]],
            "data": None,
            "gate": None,
            "done": [],
        }
        self._dirty = False
        self._faults = {"evidence": 0, "unsafe": 0, "untested": 0, "refused": 0, "lost": 0}
        self.story: list[str] = []
        self.doors: list[str] = []  # filled at the restore

    def view(self) -> dict[str, Any]:
        """What you know now. A copy: to change it changes nothing."""
        return deepcopy(self._view)

    @property
    def over(self) -> bool:
        return ("close",) in self._view["done"] or len(self.story) >= MOST

    def do(self, action: tuple) -> dict[str, Any]:
        """Takes the action. What cannot be done now costs an hour and changes nothing else."""
        if self.over:
            raise ValueError("the drill is over")
        before = self._view["serving"]
        took = self._take(action) if _is_action(action) else None
        if took is None:
            self._faults["refused"] += 1
            hours, said = 1, "cannot be done now"
        else:
            hours, said = took
            self._view["done"].append(action)
        if before == "1.4.0" or (self._view["serving"] == "new" and self._dirty):
            self._faults["unsafe"] += hours
        self._view["hour"] += hours
        shown = " ".join(action) if _is_action(action) else "not an action"
        self.story.append(f"hour {self._view['hour']:>3}  {shown:<18} {said}")
        return self.view()

    def play(self, policy: Callable[[dict], tuple]) -> dict[str, Any]:
        """Asks `policy(view)` for each action until the drill is over, and returns the result."""
        while not self.over:
            self.do(policy(self.view()))
        return self.result()

    def result(self) -> dict[str, Any]:
        """What it came to: closed or not, what was lost, and how long it took."""
        return {
            "closed": ("close",) in self._view["done"],
            "evidence lost": self._faults["evidence"],
            "hours of the bad model": self._faults["unsafe"],
            "attacker came along": self._dirty,
            "untested restores": self._faults["untested"],
            "hours of data lost": self._faults["lost"],
            "hours": self._view["hour"],
        }

    def _take(self, action: tuple) -> tuple[int, str] | None:
        """Hours and words of an action that can be done now; else None."""
        kind, *what = action
        if what:
            done = getattr(self, f"_{kind}")(what[0])
        elif kind in LAST:
            done = self._last(kind)
        else:
            done = getattr(self, f"_{kind}")()
        if done is None or isinstance(done, tuple):
            return done
        return HOURS[kind], done

    def _fallback(self) -> str | None:
        if self._view["serving"] != "1.4.0":
            return None
        self._view["serving"] = "fallback"
        return "doctors look at every sample"

    def _copy(self, name: str) -> str | None:
        machine = self._view["machines"].get(name)
        if machine is None or machine["isolated"] or machine["copied"]:
            return None
        machine["copied"] = True
        return "disk and memory are kept"

    def _isolate(self, name: str) -> str | None:
        machine = self._view["machines"].get(name)
        if machine is None or machine["isolated"] or self._view["serving"] == "1.4.0":
            return None
        machine["isolated"] = True
        if not machine["copied"]:
            self._faults["evidence"] += 1
            return "it stops, and its memory is gone"
        return "it stops"

    def _read(self, name: str) -> str | None:
        machine = self._view["machines"].get(name)
        if machine is None or not machine["copied"] or machine["read"]:
            return None
        machine["read"] = True
        chain = self._script["machines"]
        at = next(number for number, one in enumerate(chain) if one["name"] == name)
        self._view["traces"].append(chain[at]["trace"])
        self._view["keys"] |= {key: "live" for key in chain[at]["keys"] if key not in self._view["keys"]}
        said = f"first trace at {chain[at]['trace']}, stolen: {', '.join(chain[at]['keys']) or 'no key'}"
        if at + 1 == len(chain):
            return said
        self._view["machines"][chain[at + 1]["name"]] = {"copied": False, "isolated": False, "read": False}
        return f"{said}; it was reached from {chain[at + 1]['name']}"

    def _revoke(self, key: str) -> str | None:
        if self._view["keys"].get(key) != "live":
            return None
        self._view["keys"][key] = "revoked"
        return "and a new one issued"

    def _test(self, name: str) -> str | None:
        backup, truth = self._backup(name)
        if backup is None or backup["restores"] is not None:
            return None
        backup["restores"] = truth["restores"]
        return "restores" if truth["restores"] else "does NOT restore"

    def _restore(self, name: str) -> str | tuple[int, str] | None:
        backup, truth = self._backup(name)
        if backup is None or self._view["data"] is not None:
            return None
        self._faults["untested"] += backup["restores"] is None
        backup["restores"] = truth["restores"]
        if not truth["restores"]:
            return BROKEN_RESTORE, "nothing came back"
        self._faults["lost"] = -backup["taken"]
        return self._filled(name, backup["taken"])

    def _rebuild(self) -> str | None:
        if self._view["data"] is not None:
            return None
        self._faults["lost"] = ALL_ROWS
        return self._filled("rebuilt", -ALL_ROWS)

    def _filled(self, name: str, taken: int) -> str:
        chain = self._script["machines"]
        entry = min(self._script["log"], *(one["trace"] for one in chain))
        keys = {key for one in chain for key in one["keys"]}
        still_in = {key for key in keys if self._view["keys"].get(key) != "revoked"} or [
            one for one in chain if not self._view["machines"].get(one["name"], {}).get("isolated")
        ]
        self._dirty = taken >= entry or bool(still_in)
        self.doors = self._open_doors() if self._dirty else []
        self._view["data"] = name
        return "the data is back"

    def _open_doors(self) -> list[str]:
        """What let the attacker in at the restore, by the machines and keys of the script."""
        doors = []
        for one in self._script["machines"]:
            seen, name = self._view["machines"].get(one["name"], {}), one["name"]
            if not seen.get("read"):
                doors.append(f"Nobody read the copy of {name}.")
            doors += [
                f"The stolen key {key} was still live at the restore."
                for key in one["keys"]
                if self._view["keys"].get(key) == "live"
            ]
            if seen.get("read") and not seen["isolated"]:
                doors.append(f"The machine {name} was not isolated before the restore.")
        return doors

    def _last(self, kind: str) -> str | None:
        before = LAST[: LAST.index(kind)]
        missing = [one for one in before if (one,) not in self._view["done"]]
        if missing or self._view["data"] is None or (kind,) in self._view["done"]:
            return None
        if kind == "gate":
            self._view["gate"] = "fail" if self._dirty and self._script["gate_sees"] else "pass"
            return self._view["gate"]
        if kind == "stage":
            if self._view["gate"] != "pass":
                return None
            self._view["serving"] = "new"
            return "one clinic, then all"
        return "closed" if kind == "close" else "a new model"

    def _backup(self, name: str) -> tuple[dict | None, dict | None]:
        shown = {one["id"]: one for one in self._view["backups"]}
        return shown.get(name), next((one for one in self._script["backups"] if one["id"] == name), None)


ALONE = {"fallback", "rebuild", *LAST}


def _is_action(action: Any) -> bool:
    if not isinstance(action, tuple) or not action or not all(isinstance(word, str) for word in action):
        return False
    return action[0] in HOURS and len(action) == (1 if action[0] in ALONE else 2)
