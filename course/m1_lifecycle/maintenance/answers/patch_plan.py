"""Answers to `maintenance.patch_plan`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from datetime import timedelta

from autograder.exercise import Answers, Wrong

_PLACES = {"internet": 0, "clinic": 1, "service": 2}


def by_repeated_choice(inventory, advisories, windows):
    """Takes the most urgent part again and again, and books hours window by window."""
    waiting = {advisory["part"] for advisory in advisories}
    hot = {advisory["part"] for advisory in advisories if advisory["exploited"]}
    used = {}
    plan, left = [], []
    while waiting:
        part = min(
            waiting,
            key=lambda p: (p not in hot, _PLACES[inventory[p]["exposure"]], -inventory[p]["reach"], p),
        )
        waiting.remove(part)
        need = inventory[part]["hours"]
        fitting = [
            window
            for window in windows
            if not window["frozen"] and used.get(window["opens"], 0) + need <= window["hours"]
        ]
        if not fitting:
            left.append(part)
            continue
        window = min(fitting, key=lambda window: window["opens"])
        begin = used.get(window["opens"], 0)
        used[window["opens"]] = begin + need
        plan.append((window["opens"] + timedelta(hours=begin), part))
    plan.sort()
    return plan, left


def _answer(
    inventory,
    advisories,
    windows,
    rank=None,
    frozen=False,
    exact=True,
    sort=True,
    overlap=False,
    back=True,
    drop=False,
    by_time=True,
    once=True,
    last=False,
    left_by_name=False,
):
    hot = {advisory["part"]: advisory["exploited"] for advisory in advisories}
    if not last:
        for advisory in advisories:
            hot[advisory["part"]] |= advisory["exploited"]

    def right(part):
        facts = inventory[part]
        return not hot[part], _PLACES[facts["exposure"]], -facts["reach"], part

    told = list(hot) if once else [advisory["part"] for advisory in advisories]
    free = [[w["opens"], w["hours"], w["opens"]] for w in windows if frozen or not w["frozen"]]
    if sort:
        free.sort()
    plan, left, first = [], [], 0
    for part in sorted(told, key=(lambda p: rank(p, inventory[p], hot[p])) if rank else right):
        need = inventory[part]["hours"]
        for i, window in list(enumerate(free))[first:]:
            if need < window[1] or (exact and need == window[1]):
                plan.append((window[2] if overlap else window[0], part))
                window[0] += timedelta(hours=need)
                window[1] -= need
                first = first if back else i
                break
        else:
            left.append(part)
    left = sorted(left) if left_by_name else left
    return sorted(plan) if by_time else plan, [] if drop else left


def score_blind(i, a, w):
    return _answer(i, a, w, rank=lambda p, f, hot: (_PLACES[f["exposure"]], -f["reach"], p))


def exposure_by_alphabet(i, a, w):
    return _answer(i, a, w, rank=lambda p, f, hot: (not hot, f["exposure"], -f["reach"], p))


def reach_before_exposure(i, a, w):
    return _answer(i, a, w, rank=lambda p, f, hot: (not hot, -f["reach"], _PLACES[f["exposure"]], p))


def small_reach_first(i, a, w):
    return _answer(i, a, w, rank=lambda p, f, hot: (not hot, _PLACES[f["exposure"]], f["reach"], p))


def ties_as_they_come(i, a, w):
    return _answer(i, a, w, rank=lambda p, f, hot: (not hot, _PLACES[f["exposure"]], -f["reach"]))


def last_advisory_decides(i, a, w):
    return _answer(i, a, w, last=True)


def uses_the_freeze(i, a, w):
    return _answer(i, a, w, frozen=True)


def needs_spare_time(i, a, w):
    return _answer(i, a, w, exact=False)


def windows_as_they_come(i, a, w):
    return _answer(i, a, w, sort=False)


def all_at_once(i, a, w):
    return _answer(i, a, w, overlap=True)


def never_looks_back(i, a, w):
    return _answer(i, a, w, back=False)


def silent(i, a, w):
    return _answer(i, a, w, drop=True)


def left_by_name(i, a, w):
    return _answer(i, a, w, left_by_name=True)


def left_without_exposure(i, a, w):
    plan, left = _answer(i, a, w)
    hot = {advisory["part"] for advisory in a if advisory["exploited"]}
    return plan, sorted(left, key=lambda p: (p not in hot, -i[p]["reach"], p))


def exploited_without_reach(i, a, w):
    return _answer(
        i, a, w, rank=lambda p, f, hot: (not hot, _PLACES[f["exposure"]], 0 if hot else -f["reach"], p)
    )


def windows_as_text(i, a, w):
    return _answer(i, a, sorted(w, key=lambda window: str(window["opens"])), sort=False)


def plan_by_urgency(i, a, w):
    return _answer(i, a, w, by_time=False)


def once_per_advisory(i, a, w):
    return _answer(i, a, w, once=False)


def nothing(i, a, w):
    return [], []


def one_list(i, a, w):
    return _answer(i, a, w)[0]


def sorts_the_callers_windows(i, a, w):
    w.sort(key=lambda window: window["opens"])
    return _answer(i, a, w)


ANSWERS = Answers(
    right=[by_repeated_choice],
    wrong=[
        Wrong(score_blind, "order", "Known exploited comes before everything else"),
        Wrong(exposure_by_alphabet, "order", "not of the alphabet"),
        Wrong(
            reach_before_exposure,
            "order",
            "The plan",
            also=(
                "The order of exposure is that of EXPOSURE, not of the alphabet.",
                "Exposure comes before reach.",
            ),
        ),
        Wrong(small_reach_first, "order", "A larger reach comes first"),
        Wrong(ties_as_they_come, "order", "The plan", also=("Ties go by name.",)),
        Wrong(last_advisory_decides, "order", "one that is exploited is enough"),
        Wrong(uses_the_freeze, "windows", "A frozen window takes no patch"),
        Wrong(needs_spare_time, "windows", "exactly the hours that are left"),
        Wrong(windows_as_they_come, "windows", "Windows may come in any order"),
        Wrong(all_at_once, "order", "follow each other"),
        Wrong(never_looks_back, "windows", "still open to the next part"),
        Wrong(silent, "left", "What is left"),
        Wrong(left_by_name, "left", "What is left"),
        Wrong(left_without_exposure, "left", "Exposure comes before reach"),
        Wrong(exploited_without_reach, "order", "A larger reach comes first"),
        Wrong(windows_as_text, "windows", "The plan"),
        Wrong(plan_by_urgency, "windows", "The plan"),
        Wrong(once_per_advisory, "order", "it comes once"),
        Wrong(nothing, "order", "The plan"),
        Wrong(one_list, "order", "the result"),
        Wrong(sorts_the_callers_windows, "inputs", "changed what it was given"),
    ],
)
