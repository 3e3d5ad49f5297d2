"""The generalisation dial: how coarse a release is, whom an attacker still finds, and what it is good for.

Each of the clinic's 1,000 patients is a dot. Turning age, ZIP code and sex coarser merges dots into groups:

    right claim       the attacker claims the record, and the name is right
    other unique      no other record has the same age, ZIP code and sex, and no right claim
    groups of 2 to 4  as many records have the same
    5 or more         in a group of at least 5

The first three are the rows in small groups.

The bar is the release's use: how well a model learned from it ranks fresh patients (AUC: 0.5 is a coin).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from course.explore.drawing import drawing, text
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Panel, Steps, Switch
from course.explore.twin import Table, Twin

from .clinic_rows import LATTICE, PATIENTS, coarsen, settings, town, usefulness

NAMES = ("age", "zip", "sex")
SMALL, MOST = 5, 50  # a group of fewer than 5 is small; at most 50 rows may stand in small groups

_KINDS = (
    ("right claims", "#de5d0c"),
    ("other unique", "#c671b6"),
    ("groups of 2 to 4", "#6e726e"),
    ("5 or more", "#2373e7"),
)
_ROWS, _STEP, _LEFT, _TOP = 20, 11, 14, 56


def generalisation_dial() -> Panel:
    """The widget: three controls move the dots, the bar and the sentence."""
    return Panel(
        _draw,
        width=Steps("Age in bins of", LATTICE["age"], 0, unit="years"),
        digits=Steps("ZIP digits that stay", LATTICE["zip"], 0),
        sex=Switch("Sex stays", True),
    )


def twin() -> Twin:
    """Four settings as pictures, and all fifty as tables."""
    shown = ((1, 5, 1), (5, 3, 1), (5, 3, 0), (100, 5, 1))
    return Twin(
        f"In the pictures, each dot is one of {PATIENTS:,} patients, and the bar says what the release is "
        "still good for. The tables, folded below, have all fifty settings. They say yes where at most "
        f"{MOST} rows are in small groups, of fewer than {SMALL}.",
        [_picture(*setting) for setting in shown],
        [_table(sex) for sex in LATTICE["sex"]],
    )


def measure(seed: int = 0) -> dict[str, dict[str, Any]]:
    """Risk and use of each of the fifty settings, under "age zip sex". About three processor seconds."""
    records, listed = town(seed)
    fresh, _ = town(seed + 1, residents=6_000, patients=4_000)
    found = {}
    for setting in settings(LATTICE):
        coarse = [coarsen(row, setting) for row in records]
        keys = [_key(row) for row in coarse]
        sizes = Counter(keys)
        people: dict[tuple, list[str]] = {}
        for row in listed:
            people.setdefault(_key(coarsen(row, setting)), []).append(row["person"])
        right = sum(
            sizes[key] == 1 and people.get(key) == [row["person"]]
            for key, row in zip(keys, records, strict=True)
        )
        found[" ".join(map(str, setting.values()))] = {
            "k": min(sizes.values()),
            "k_left": min((size for size in sizes.values() if size >= SMALL), default=0),
            "right": right,
            "unique": sum(sizes[key] == 1 for key in keys),
            "below": sum(sizes[key] < SMALL for key in keys),
            "auc": round(usefulness(coarse, lambda row, to=setting: coarsen(row, to), fresh), 3),
        }
    return found


def _key(row: dict[str, Any]) -> tuple:
    return tuple(row[name] for name in NAMES)


def _draw(width: int, digits: int, sex: bool) -> tuple[str, str]:
    at = _at(width, digits, int(sex))
    verdict = "within" if at["below"] <= MOST else "over"
    left = f"Without these rows, k is {at['k_left']}. " if 0 < at["below"] < PATIENTS else ""
    return (
        _picture(width, digits, int(sex)),
        f"k = {at['k']}. Right claims: {at['right']}. Unique: {at['unique']}. "
        f"In small groups: {at['below']}, {verdict} the limit of {MOST}. {left}AUC: {at['auc']:.3f}.",
    )


def _picture(width: int, digits: int, sex: int) -> str:
    at = _at(width, digits, sex)
    counts = (
        at["right"],
        at["unique"] - at["right"],
        at["below"] - at["unique"],
        PATIENTS - at["below"],
    )
    parts, dot = [], 0
    for (_, colour), count in zip(_KINDS, counts, strict=True):
        dots = "".join(
            f"M{_LEFT + i // _ROWS * _STEP} {_TOP + i % _ROWS * _STEP}h.01" for i in range(dot, dot + count)
        )
        if dots:
            parts.append(f'<path d="{dots}" stroke="{colour}" stroke-width="8" stroke-linecap="round"/>')
        dot += count
    bottom = _TOP + _ROWS * _STEP
    for i, ((kind, colour), count) in enumerate(zip(_KINDS, counts, strict=True)):
        x = _LEFT + (0, 134, 274, 434)[i]
        parts.append(
            f'<path d="M{x} {bottom + 14}h.01" stroke="{colour}" stroke-width="11" stroke-linecap="round"/>'
        )
        parts.append(text(x + 12, bottom + 18, f"{kind}: {count}"))
    y, full = bottom + 40, 420
    parts.append(text(_LEFT - 4, y + 11, "use (AUC)"))
    parts.append(f'<rect x="84" y="{y}" width="{full}" height="13" fill="currentColor" opacity=".13"/>')
    use = round(full * max(at["auc"] - 0.5, 0) / 0.5)
    parts.append(f'<rect x="84" y="{y}" width="{use}" height="13" fill="#18a05d"/>')
    parts.append(text(84 + full + 8, y + 11, f"{at['auc']:.3f}"))
    parts.append(text(84, y + 29, "0.5: a coin", 'opacity=".8"'))
    parts.append(text(84 + full, y + 29, "1: perfect", 'opacity=".8" text-anchor="end"'))
    bins = "age hidden" if width == 100 else f"age in bins of {width}" if width > 1 else "age in years"
    place = f"ZIP with {digits} digits" if digits else "ZIP hidden"
    return drawing(
        580,
        y + 38,
        parts,
        title=f"{bins.capitalize()}, {place}, sex {'stays' if sex else 'hidden'}: k = {at['k']}",
        desc=f"Of {PATIENTS:,} records, {at['right']} are right claims, {at['unique']} are unique, "
        f"{at['below']} are in groups of fewer than {SMALL}; the model's AUC is {at['auc']:.3f}.",
        under="each dot a patient: how many records look like theirs?",
    )


def _table(sex: int) -> Table:
    return Table(
        f"Sex {'stays' if sex else 'hidden'}",
        ("age bins", "ZIP digits", "k", "right claims", "unique", "in small groups", f"at most {MOST}",
         "AUC"),
        [
            (
                str(width), str(digits), str(at["k"]), str(at["right"]), str(at["unique"]), str(at["below"]),
                "yes" if at["below"] <= MOST else "no", f"{at['auc']:.3f}",
            )
            for width in LATTICE["age"]
            for digits in LATTICE["zip"]
            for at in [_at(width, digits, sex)]
        ],
        sides=2,
    )  # fmt: skip


def _at(width: int, digits: int, sex: int) -> dict[str, Any]:
    return read_measured(__file__)[f"{width} {digits} {sex}"]


if __name__ == "__main__":
    write_measured(__file__, measure())
