"""The attack surface: which techniques are in reach, from which access, and what one kept promise takes away.

Every technique of the clinic's catalogue is a box under its stage of the lifecycle. A box in reach has a
number: the step in which an attacker gets there. What a step gives, the next one may use.
"""

from __future__ import annotations

from course.explore.drawing import STYLES, drawing, text
from course.explore.panel import Choice, Panel
from course.explore.twin import Table, Twin

from .surface import ACCESS, CATALOGUE, PROMISES

#: the columns of the picture: heading, and the numbers of its techniques from above
COLUMNS = (
    ("Training", ("T0020", "T0031")),
    ("Model store", ("T0018.000", "T0018.002", "T0035")),
    ("Scoring service", ("T0006", "T0049", "T0024.002", "T0024.000", "T0024.001")),
    ("", ("T0029", "T0043.001", "T0043.000", "T0015", "T0043.004")),
)
_WIDTH, _LEFT, _TOP, _BOX, _HIGH, _ROW = 720, 10, 74, 168, 46, 56


def surface_explorer() -> Panel:
    """The widget: what the attacker has and which promise is kept light the boxes."""
    return Panel(
        _draw,
        access=Choice(
            "The attacker has", list(ACCESS), [f"{word}: {means}" for word, means in ACCESS.items()]
        ),
        promise=Choice("The clinic keeps", list(PROMISES)),
    )


def twin() -> Twin:
    """Three moments as pictures, and as tables all counts and the steps from each access."""
    moments = (
        ("none", "nothing"),
        ("query", "nothing"),
        ("query", "R1 verify every file before it is loaded"),
    )
    return Twin(
        "A stranger begins with a scan, and reaches all 15 techniques in four steps. Who may ask the service "
        "needs one step less. Verifying files takes away the two techniques that it stops, and no more.",
        ["".join(_picture(access, promise) for access, promise in moments)],
        [
            Table(
                "How many of the 15 techniques are in reach",
                ("the clinic keeps", *ACCESS),
                [(promise, *(str(len(steps(access, promise))) for access in ACCESS)) for promise in PROMISES],
            ),
            Table(
                "The step in which each technique is reached when the clinic keeps nothing",
                ("technique", "stage", *ACCESS),
                [
                    (
                        f"{one['id']} {one['name']}",
                        one["stage"],
                        *(str(steps(access, "nothing").get(one["id"], "never")) for access in ACCESS),
                    )
                    for one in CATALOGUE
                ],
                sides=2,
            ),
        ],
    )


def steps(access: str, promise: str) -> dict[str, int]:
    """Id → the step in which it is reached, from 1; a technique out of reach is not in it."""
    held, reached, step = {access}, {}, 0
    open_ones = [one for one in CATALOGUE if one["id"] not in PROMISES[promise]]
    while True:
        step += 1
        fresh = [one for one in open_ones if any(held >= set(way) for way in one["needs"])]
        open_ones = [one for one in open_ones if one not in fresh]
        if not fresh:
            return reached
        reached |= {one["id"]: step for one in fresh}
        held |= {word for one in fresh for word in one["gives"]}


def _draw(access: str, promise: str) -> tuple[str, str]:
    return _picture(access, promise), _sentence(access, promise)


def _sentence(access: str, promise: str) -> str:
    found = steps(access, promise)
    who = "A stranger" if access == "none" else f"Who {ACCESS[access]}"
    after = f", the last of them in step {max(found.values())}" if found else ""
    return f"{who} reaches {len(found)} of {len(CATALOGUE)} techniques{after}. The clinic keeps: {promise}."


def _picture(access: str, promise: str) -> str:
    found = steps(access, promise)
    names = {one["id"]: one["name"] for one in CATALOGUE}
    parts = []
    for column, (heading, numbers) in enumerate(COLUMNS):
        left = _LEFT + column * (_BOX + 10)
        parts.append(text(left, _TOP - 14, heading, 'font-weight="600"'))
        for row, number in enumerate(numbers):
            name = f"AML.{number}"
            parts += _box(left, _TOP + row * _ROW, names[name], found.get(name), name in PROMISES[promise])
    left, low = _LEFT, _TOP + 3 * _ROW
    parts += [
        text(left, low + 30, str(len(found)), 'font-size="44" font-weight="600"'),
        text(left + 66, low + 14, f"of {len(CATALOGUE)} techniques"),
        text(left + 66, low + 30, "are in reach"),
        text(left, low + 62, "A number is the step.", 'opacity=".8"'),
        text(left, low + 80, "✕ is stopped by the promise.", 'opacity=".8"'),
        text(left, low + 98, "Dashed boxes lack what they need.", 'opacity=".8"'),
    ]
    inside = "; ".join(
        f"step {step}: {names[one]}" for one, step in sorted(found.items(), key=lambda pair: pair[1])
    )
    return drawing(
        _WIDTH,
        _TOP + 5 * _ROW + 4,
        parts,
        title=f"The attacker has: {access}. The clinic keeps: {promise}",
        desc=f"{_sentence(access, promise)} {inside or 'Nothing is in reach'}.",
    )


def _box(left: float, top: float, name: str, step: int | None, stopped: bool) -> list[str]:
    colour = STYLES[min(step, 4) - 1][0] if step else "currentColor"
    look = (
        f'fill="{colour}" fill-opacity=".16" stroke-width="2.5"'
        if step
        else 'fill="none" stroke-dasharray="4 4" opacity=".5"'
    )
    mark = "✕" if stopped else str(step or "")
    fade = "" if step else 'opacity=".6"'
    bold = f'text-anchor="end" font-weight="600" font-size="18" {fade}'
    lines = _lines(name)
    return [
        f'<rect x="{left:g}" y="{top:g}" width="{_BOX}" height="{_HIGH}" rx="5" stroke="{colour}" {look}/>',
        *(
            text(left + 8, top + (28 if len(lines) == 1 else 20) + 17 * i, line, fade)
            for i, line in enumerate(lines)
        ),
        text(left + _BOX - 8, top + 29, mark, bold),
    ]


def _lines(name: str) -> list[str]:
    """One line, or two of about the same length."""
    if len(name) <= 18:
        return [name]
    words = name.split()
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(" ".join(words[i:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]
